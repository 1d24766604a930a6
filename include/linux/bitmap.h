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

/* @d = a OP b, word by word; true if a bit is left. */
#define __BITMAP_OP(name, op)								\
	static inline bool bitmap_##name(unsigned long *d, const unsigned long *a,	\
					 const unsigned long *b, unsigned int n)	\
	{										\
		unsigned long any = 0;							\
											\
		for (unsigned int i = 0; i < BITS_TO_LONGS(n); i++)			\
			any |= d[i] = a[i] op b[i];					\
		return any;								\
	}
__BITMAP_OP(and, &)
__BITMAP_OP(andnot, & ~)
__BITMAP_OP(or, |)

/* Is there a bit in a OP b? */
#define __BITMAP_ANY(name, op)								\
	static inline bool __bitmap_any_##name(const unsigned long *a,			\
					       const unsigned long *b, unsigned int n)	\
	{										\
		for (unsigned int i = 0; i < BITS_TO_LONGS(n); i++)			\
			if (a[i] op b[i])						\
				return true;						\
		return false;								\
	}
__BITMAP_ANY(and, &)
__BITMAP_ANY(xor, ^)

#define bitmap_equal(a, b, n)		(!__bitmap_any_xor(a, b, n))
#define bitmap_intersects(a, b, n)	__bitmap_any_and(a, b, n)

static inline bool bitmap_empty(const unsigned long *s, unsigned int n)
{
	return find_first_bit(s, n) == n;
}

static inline unsigned int bitmap_weight(const unsigned long *s, unsigned int n)
{
	unsigned int w = 0;

	for (unsigned int i = 0; i < BITS_TO_LONGS(n); i++)
		w += hweight64(s[i]);
	return w;
}

#endif
