/* SPDX-License-Identifier: MIT */
/* What the conversions of text to numbers share: kstrtox.c. */
#ifndef _LIB_KSTRTOX_H
#define _LIB_KSTRTOX_H

#include <linux/types.h>

/* Resolves base 0 and skips the 0x of base 16. Context: any. */
const char *parse_base(const char *s, unsigned int *base);
/*
 * At most @n digits. Returns the first byte that is none; *@overflow tells that the value did not
 * fit, of which *@res has the low bits. Context: any.
 */
const char *parse_digits(const char *s, size_t n, unsigned int base, unsigned long long *res,
			 bool *overflow);

#endif
