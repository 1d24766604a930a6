/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_HASH_H
#define _LINUX_HASH_H

#include <linux/types.h>

/* Multiplicative hashing by 2^n divided by the golden ratio (Knuth, TAOCP 3, 6.4). */
static inline u32 hash_32(u32 v, unsigned int bits)
{
	return (v * 0x9E3779B9U) >> (32 - bits);
}

static inline u32 hash_64(u64 v, unsigned int bits)
{
	return (u32)((v * 0x9E3779B97F4A7C15ULL) >> (64 - bits));
}

#define hash_long(v, bits)	hash_64(v, bits)
#define hash_ptr(p, bits)	hash_64((unsigned long)(p), bits)

#endif
