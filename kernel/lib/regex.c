/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions (linux/regex.h), as grep and pgrep use them.
 *
 * A pattern is a row of elements, each one character wide with a repetition behind it. The matcher
 * keeps the set of elements it could be in front of as bits of one word (Thompson's construction),
 * so its time is text times pattern, whatever the pattern: nothing typed can make it run away.
 */
#include <linux/bitops.h>
#include <linux/ctype.h>
#include <linux/glob.h>
#include <linux/regex.h>
#include <linux/string.h>

#define RE_MAX	62	/* elements of one alternative: bits of a word, less the end */

/* Behind the element at @p; NULL if it is not complete: an open class, a \ at the end. */
static const char *element_end(const char *p)
{
	const char *end = p + 1;

	if (*p == '\\')
		return p[1] ? p + 2 : NULL;
	if (*p == '[')
		char_class_match(p + 1, false, 0, &end);
	return end;
}

static bool element_has(const char *p, char c)
{
	const char *end;

	switch (*p) {
	case '.':
		return true;
	case '[':
		return char_class_match(p + 1, false, c, &end);
	case '\\':
		return c == p[1];
	}
	return c == *p;
}

/* One step over the alternative at @re: from the states @set by character @c (-1: none), closed. */
static u64 step(const char *re, u64 set, int c, bool icase, u64 *final)
{
	u64 next = c < 0 ? set : 0;
	int i = 0;

	for (; *re && *re != '|' && *re != '$'; i++) {
		const char *end = element_end(re);
		bool loop = *end == '*' || *end == '+', skip = *end == '*' || *end == '?';

		if (c >= 0 && set & BIT(i) &&
		    (element_has(re, c) || (icase && (element_has(re, tolower(c)) ||
						      element_has(re, toupper(c))))))
			next |= BIT(i + 1) | (loop ? BIT(i) : 0);
		if (skip && next & BIT(i))
			next |= BIT(i + 1);
		re = end + (loop || skip);
	}
	*final = BIT(i);
	return next;
}

static bool match_alternative(const char *re, const char *s, size_t len, bool icase, bool whole)
{
	bool head = whole || *re == '^', tail;
	const char *p = re + (*re == '^');
	u64 set = 0, final;
	size_t i;

	for (re = p; *p && *p != '|' && *p != '$'; p = element_end(p))
		;
	tail = whole || *p == '$';
	for (i = 0;; i++) {
		if (!i || !head)
			set |= 1;
		set = step(re, set, -1, icase, &final);
		if (set & final && (!tail || i == len))
			return true;
		if (i == len)
			return false;
		set = step(re, set, (unsigned char)s[i], icase, &final);
	}
}

bool regex_search(const char *re, const char *s, size_t len, bool icase, bool whole)
{
	for (;;) {
		if (match_alternative(re, s, len, icase, whole))
			return true;
		while (*re && *re != '|')
			re = element_end(re);
		if (!*re++)
			return false;
	}
}

bool regex_valid(const char *re)
{
	int n = 0;		/* elements of this alternative */

	while (*re) {
		n = *re == '|' ? 0 : n + 1;
		if (n > RE_MAX || (n == 1 && strchr("*+?", *re)))
			return false;
		re = element_end(re);
		if (!re)
			return false;
	}
	return true;
}
