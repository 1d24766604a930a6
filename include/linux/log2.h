/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_LOG2_H
#define _LINUX_LOG2_H

#include <linux/types.h>

/* Exactly one bit is set. */
static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

/* The number of the highest bit; @n is not 0. */
static inline int ilog2(u64 n)
{
	return 63 - __builtin_clzll(n);
}

#endif
