/* SPDX-License-Identifier: MIT */
/* 64-bit division by Linux's names; x86-64 divides in hardware, so this is one line. */
#ifndef _LINUX_MATH64_H
#define _LINUX_MATH64_H

#include <linux/types.h>

static inline u64 div64_u64(u64 a, u64 b)
{
	return a / b;
}

#endif
