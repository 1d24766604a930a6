/* SPDX-License-Identifier: MIT */
/* 64-bit division by Linux's names; x86-64 divides in hardware, so this is one line. */
#ifndef _LINUX_MATH64_H
#define _LINUX_MATH64_H

#include <linux/types.h>

static inline u64 div64_u64(u64 a, u64 b)
{
	return a / b;
}

static inline u64 div_u64(u64 a, u32 b)
{
	return a / b;
}

static inline u64 div_u64_rem(u64 a, u32 b, u32 *rem)
{
	*rem = a % b;
	return a / b;
}

static inline s64 div_s64(s64 a, s32 b)
{
	return a / b;
}

/* Divides @n, an unsigned 64-bit variable, in place; its value is the remainder. */
#define do_div(n, base) ({				\
	u32 __base = (base), __rem = (n) % __base;	\
	(n) /= __base;					\
	__rem; })

#endif
