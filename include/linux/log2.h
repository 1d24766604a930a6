/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_LOG2_H
#define _LINUX_LOG2_H

#include <linux/types.h>

/* Exactly one bit is set. */
static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

/* The number of the highest bit; @n is not 0. A constant where @n is one. */
#define ilog2(n)	(63 - __builtin_clzll(n))

static inline unsigned long __roundup_pow_of_two(unsigned long n)
{
	return n > 1 ? 2UL << ilog2(n - 1) : 1;
}

/* The next power of two, up or down; @n is not 0, and constants stay constants. */
#define roundup_pow_of_two(n)								\
	(__builtin_constant_p(n) ? (n) > 1 ? 2UL << ilog2((n) - 1) : 1UL :		\
	 __roundup_pow_of_two(n))
#define rounddown_pow_of_two(n)	(1UL << ilog2(n))
#define order_base_2(n)		ilog2(roundup_pow_of_two(n))

#endif
