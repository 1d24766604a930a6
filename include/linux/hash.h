/* SPDX-License-Identifier: MIT */
/*
 * hash.h - numbers spread over 2^@bits buckets, by a multiplication (Knuth, TAOCP 6.4: with the golden
 * ratio neighbours land far apart) of which the upper bits are taken. Context: any.
 */
#ifndef _LINUX_HASH_H
#define _LINUX_HASH_H

#include <linux/types.h>

/* 2^32 and 2^64 times (3 - sqrt(5)) / 2, the smaller part; made odd. Linux: the same. */
#define GOLDEN_RATIO_32		0x61C88647
#define GOLDEN_RATIO_64		0x61C8864680B583EBULL
#define GOLDEN_RATIO_PRIME	GOLDEN_RATIO_64

static __always_inline u32 hash_32(u32 val, unsigned int bits)
{
	return val * GOLDEN_RATIO_32 >> (32 - bits);
}

static __always_inline u32 hash_64(u64 val, unsigned int bits)
{
	return val * GOLDEN_RATIO_64 >> (64 - bits);
}

#define hash_long(val, bits)	hash_64(val, bits)

static inline u32 hash_ptr(const void *ptr, unsigned int bits)
{
	return hash_long((unsigned long)ptr, bits);
}

/* A pointer folded to 32 bits, not spread. */
static inline u32 hash32_ptr(const void *ptr)
{
	return (unsigned long)ptr ^ (unsigned long)ptr >> 32;
}

#endif
