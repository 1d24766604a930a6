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
#include <linux/regex.h>
#include <linux/string.h>

#define RE_MAX	62	/* elements of one alternative: bits of a word, less the end */

/* Behind the element at @p. */
static const char *element_end(const char *p)
{
	if (*p == '\\' && p[1])
		return p + 2;
	if (*p == '[') {
		const char *q = p + 1 + (p[1] == '^');

		q += !!*q;		/* a ] in first place is an ordinary member */
		q = strchrnul(q, ']');
		return q + !!*q;
	}
	return p + 1;
}

static bool class_has(const char *p, char c)
{
	bool negate = p[1] == '^', in = false;
	const char *first = p + 1 + negate;

	for (p = first; *p && (*p != ']' || p == first); p++) {
		if (p[1] == '-' && p[2] && p[2] != ']') {
			in |= c >= *p && c <= p[2];
			p += 2;
		} else {
			in |= c == *p;
		}
	}
	return in != negate;
}

static bool element_has(const char *p, char c)
{
	switch (*p) {
	case '.':
		return true;
	case '[':
		return class_has(p, c);
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
	const char *p;
	int n = 0;

	for (p = re; *p; p = element_end(p)) {
		n = *p == '|' ? 0 : n + 1;
		if (n > RE_MAX || (*p == '[' && element_end(p)[-1] != ']') ||
		    (*p == '\\' && !p[1]) ||
		    ((p == re || p[-1] == '|') && strchr("*+?", *p)))
			return false;
	}
	return true;
}
