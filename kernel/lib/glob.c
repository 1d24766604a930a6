/* SPDX-License-Identifier: MIT */
/*
 * glob.c - shell patterns.
 *
 * No recursion: on a mismatch only the last '*' needs to be retried one character further,
 * because an earlier one could at best reach the same place. So the cost is at most
 * strlen(pat) * strlen(str), whatever the pattern.
 */
#include <linux/export.h>
#include <linux/glob.h>

/* See linux/glob.h. */
bool char_class_match(const char *p, bool bang, unsigned char c, const char **end)
{
	bool invert = *p == '^' || (bang && *p == '!'), match = false;
	const char *first;

	p += invert;
	for (first = p; *p && (*p != ']' || p == first); p++) {
		unsigned char lo = *p, hi = lo;

		if (p[1] == '-' && p[2] && p[2] != ']') {
			hi = p[2];
			p += 2;
		}
		match |= lo <= c && c <= hi;
	}
	*end = *p ? p + 1 : NULL;
	return match != invert;
}

/* Matches one pattern item against @c; returns the pattern after it, or NULL. */
static const char *item_match(const char *pat, char c)
{
	const char *end;
	bool match;

	switch (*pat) {
	case '?':
		return pat + 1;
	case '[':
		match = char_class_match(pat + 1, true, c, &end);
		if (end)
			return match ? end : NULL;
		break;		/* never closed: an ordinary character */
	case '\\':
		if (pat[1])
			pat++;
		break;
	}
	return *pat == c ? pat + 1 : NULL;
}

bool glob_match(const char *pat, const char *str)
{
	const char *star_pat = NULL, *star_str = NULL;

	while (*str) {
		const char *next;

		if (*pat == '*') {
			star_pat = ++pat;
			star_str = str;
			continue;
		}
		next = *pat ? item_match(pat, *str) : NULL;
		if (next) {
			pat = next;
			str++;
		} else if (star_pat) {
			pat = star_pat;
			str = ++star_str;
		} else {
			return false;
		}
	}
	while (*pat == '*')
		pat++;
	return !*pat;
}
EXPORT_SYMBOL(glob_match);
