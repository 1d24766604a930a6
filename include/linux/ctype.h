/* SPDX-License-Identifier: MIT */
/*
 * ctype.h - ASCII character classes.
 *
 * Every test takes an int and answers for ASCII only; bytes above 0x7f belong to no class.
 * Context: any.
 */
#ifndef _LINUX_CTYPE_H
#define _LINUX_CTYPE_H

#include <linux/types.h>

#define __CTYPE(name, condition)		\
	static inline bool is##name(int c)	\
	{					\
		return condition;		\
	}
__CTYPE(digit, c >= '0' && c <= '9')
__CTYPE(lower, c >= 'a' && c <= 'z')
__CTYPE(upper, c >= 'A' && c <= 'Z')
__CTYPE(alpha, islower(c) || isupper(c))
__CTYPE(alnum, isalpha(c) || isdigit(c))
__CTYPE(xdigit, isdigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
__CTYPE(space, c == ' ' || (c >= '\t' && c <= '\r'))
__CTYPE(print, c >= 0x20 && c < 0x7f)

static inline int tolower(int c)
{
	return isupper(c) ? c - 'A' + 'a' : c;
}

static inline int toupper(int c)
{
	return islower(c) ? c - 'a' + 'A' : c;
}

#endif
