/* SPDX-License-Identifier: MIT */
/*
 * string.h - the string instructions. Forward direction only: the ABI and entry.S keep DF clear.
 * [SDM 1] 7.3.9.3 "Fast-String Operation": the microcoded forms move whole cache lines.
 */
#ifndef _ASM_STRING_H
#define _ASM_STRING_H

#include <linux/types.h>

static __always_inline void rep_movsq(void **dst, const void **src, size_t quads)
{
	__asm__ __volatile__("rep movsq" : "+D"(*dst), "+S"(*src), "+c"(quads) : : "memory");
}

static __always_inline void rep_movsb(void **dst, const void **src, size_t bytes)
{
	__asm__ __volatile__("rep movsb" : "+D"(*dst), "+S"(*src), "+c"(bytes) : : "memory");
}

static __always_inline void rep_stosq(void **dst, u64 value, size_t quads)
{
	__asm__ __volatile__("rep stosq" : "+D"(*dst), "+c"(quads) : "a"(value) : "memory");
}

static __always_inline void rep_stosb(void **dst, u8 value, size_t bytes)
{
	__asm__ __volatile__("rep stosb" : "+D"(*dst), "+c"(bytes) : "a"(value) : "memory");
}

#endif
