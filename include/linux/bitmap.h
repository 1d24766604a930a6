/* SPDX-License-Identifier: MIT */
/* Operations on whole bitmaps of @n bits. Bits beyond @n in the last word are kept zero. */
#ifndef _LINUX_BITMAP_H
#define _LINUX_BITMAP_H

#include <linux/bitops.h>

#define BITMAP_LAST_WORD_MASK(n)	(~0UL >> (-(n) & (BITS_PER_LONG - 1)))

static inline void bitmap_zero(unsigned long *d, unsigned int n)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(n); i++)
		d[i] = 0;
}

static inline void bitmap_fill(unsigned long *d, unsigned int n)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(n); i++)
		d[i] = ~0UL;
	d[BITS_TO_LONGS(n) - 1] &= BITMAP_LAST_WORD_MASK(n);
}

static inline void bitmap_copy(unsigned long *d, const unsigned long *s, unsigned int n)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(n); i++)
		d[i] = s[i];
}

static inline bool bitmap_and(unsigned long *d, const unsigned long *a, const unsigned long *b,
			      unsigned int n)
{
	unsigned long any = 0;

	for (unsigned int i = 0; i < BITS_TO_LONGS(n); i++)
		any |= d[i] = a[i] & b[i];
	return any;
}

static inline bool bitmap_andnot(unsigned long *d, const unsigned long *a, const unsigned long *b,
				 unsigned int n)
{
	unsigned long any = 0;

	for (unsigned int i = 0; i < BITS_TO_LONGS(n); i++)
		any |= d[i] = a[i] & ~b[i];
	return any;
}

static inline void bitmap_or(unsigned long *d, const unsigned long *a, const unsigned long *b,
			     unsigned int n)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(n); i++)
		d[i] = a[i] | b[i];
}

static inline bool bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int n)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(n); i++)
		if (a[i] != b[i])
			return false;
	return true;
}

static inline bool bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned int n)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(n); i++)
		if (a[i] & b[i])
			return true;
	return false;
}

static inline bool bitmap_subset(const unsigned long *a, const unsigned long *b, unsigned int n)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(n); i++)
		if (a[i] & ~b[i])
			return false;
	return true;
}

static inline bool bitmap_empty(const unsigned long *s, unsigned int n)
{
	return find_first_bit(s, n) == n;
}

static inline unsigned int bitmap_weight(const unsigned long *s, unsigned int n)
{
	unsigned int w = 0;

	for (unsigned int i = 0; i < BITS_TO_LONGS(n); i++)
		w += hweight_long(s[i]);
	return w;
}

#endif
