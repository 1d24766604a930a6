/* SPDX-License-Identifier: MIT */
/* Bit operations on arrays of unsigned long. The names with __ in front are not atomic. */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

#include <linux/types.h>
#include <asm/barrier.h>

#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
/* Bits @h down to @l. */
#define GENMASK(h, l)		((~0UL << (l)) & (~0UL >> (BITS_PER_LONG - 1 - (h))))
#define GENMASK_ULL(h, l)	((unsigned long long)GENMASK(h, l))
#define BIT_MASK(n)		(1UL << ((n) % BITS_PER_LONG))
#define BIT_WORD(n)		((n) / BITS_PER_LONG)
#define BITS_TO_LONGS(n)	(((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

static __always_inline void set_bit(long nr, volatile unsigned long *p)
{
	__atomic_fetch_or(p + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline void clear_bit(long nr, volatile unsigned long *p)
{
	__atomic_fetch_and(p + BIT_WORD(nr), ~BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline void change_bit(long nr, volatile unsigned long *p)
{
	__atomic_fetch_xor(p + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline bool test_and_set_bit(long nr, volatile unsigned long *p)
{
	return __atomic_fetch_or(p + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr);
}

static __always_inline bool test_and_clear_bit(long nr, volatile unsigned long *p)
{
	return __atomic_fetch_and(p + BIT_WORD(nr), ~BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr);
}

static __always_inline bool test_and_change_bit(long nr, volatile unsigned long *p)
{
	return __atomic_fetch_xor(p + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr);
}

/* Bit locks: acquire on success, release on clear. */
static __always_inline bool test_and_set_bit_lock(long nr, volatile unsigned long *p)
{
	return __atomic_fetch_or(p + BIT_WORD(nr), BIT_MASK(nr), __ATOMIC_ACQUIRE) & BIT_MASK(nr);
}

static __always_inline void clear_bit_unlock(long nr, volatile unsigned long *p)
{
	__atomic_fetch_and(p + BIT_WORD(nr), ~BIT_MASK(nr), __ATOMIC_RELEASE);
}

static __always_inline bool test_bit(long nr, const volatile unsigned long *p)
{
	return (READ_ONCE(p[BIT_WORD(nr)]) >> (nr % BITS_PER_LONG)) & 1;
}

static __always_inline void __set_bit(long nr, volatile unsigned long *p)
{
	p[BIT_WORD(nr)] |= BIT_MASK(nr);
}

static __always_inline void __clear_bit(long nr, volatile unsigned long *p)
{
	p[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}

static __always_inline bool __test_and_clear_bit(long nr, volatile unsigned long *p)
{
	bool old = test_bit(nr, p);

	__clear_bit(nr, p);
	return old;
}

#define assign_bit(nr, p, on)	((on) ? set_bit((nr), (p)) : clear_bit((nr), (p)))

/* __ffs, __fls: number of the lowest and the highest set bit; undefined for 0. */
static __always_inline unsigned long __ffs(unsigned long w)
{
	return __builtin_ctzl(w);
}

static __always_inline unsigned long __fls(unsigned long w)
{
	return BITS_PER_LONG - 1 - __builtin_clzl(w);
}

#define ffz(w)	__ffs(~(w))

/* ffs, fls64: the same counted from 1, and 0 for 0. */
static __always_inline int ffs(int w)
{
	return __builtin_ffs(w);
}

static __always_inline int fls(unsigned int w)
{
	return w ? 32 - __builtin_clz(w) : 0;
}

static __always_inline int fls64(u64 w)
{
	return w ? 64 - __builtin_clzll(w) : 0;
}

static __always_inline unsigned long hweight64(u64 w)
{
	w -= (w >> 1) & 0x5555555555555555ULL;
	w = (w & 0x3333333333333333ULL) + ((w >> 2) & 0x3333333333333333ULL);
	w = (w + (w >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return (w * 0x0101010101010101ULL) >> 56;
}

#define hweight_long(w)	hweight64(w)
#define hweight32(w)	((unsigned int)hweight64((u32)(w)))
#define hweight16(w)	((unsigned int)hweight64((u16)(w)))
#define hweight8(w)	((unsigned int)hweight64((u8)(w)))

/* First set (or clear) bit at or after @start; @size when there is none. */
static inline unsigned long __find_next(const unsigned long *p, unsigned long size,
					unsigned long start, unsigned long invert)
{
	unsigned long i, w;

	if (start >= size)
		return size;
	i = start / BITS_PER_LONG;
	w = (READ_ONCE(p[i]) ^ invert) & (~0UL << (start % BITS_PER_LONG));
	while (!w) {
		if (++i * BITS_PER_LONG >= size)
			return size;
		w = READ_ONCE(p[i]) ^ invert;
	}
	start = i * BITS_PER_LONG + __ffs(w);
	return start < size ? start : size;
}

#define find_next_bit(p, size, start)		__find_next(p, size, start, 0UL)
#define find_next_zero_bit(p, size, start)	__find_next(p, size, start, ~0UL)
#define find_first_bit(p, size)			__find_next(p, size, 0, 0UL)
#define find_first_zero_bit(p, size)		__find_next(p, size, 0, ~0UL)

/* @size: none is set. */
static inline unsigned long find_last_bit(const unsigned long *p, unsigned long size)
{
	unsigned long n = size;

	while (n--)
		if (test_bit(n, p))
			return n;
	return size;
}

#define for_each_set_bit(bit, addr, size)					\
	for ((bit) = find_first_bit(addr, size); (bit) < (size);		\
	     (bit) = find_next_bit(addr, size, (bit) + 1))

#endif
