/* SPDX-License-Identifier: MIT */
/*
 * Byte order by Linux's names. x86 is little endian, so "le" conversions do nothing and "be"
 * conversions swap; constants fold at compile time.
 */
#ifndef _ASM_BYTEORDER_H
#define _ASM_BYTEORDER_H

#include <linux/types.h>

#define swab16(x)		((u16)__builtin_bswap16((u16)(x)))
#define swab32(x)		((u32)__builtin_bswap32((u32)(x)))
#define swab64(x)		((u64)__builtin_bswap64((u64)(x)))

#define cpu_to_le16(x)		((__le16)(x))
#define cpu_to_le32(x)		((__le32)(x))
#define cpu_to_le64(x)		((__le64)(x))
#define le16_to_cpu(x)		((u16)(x))
#define le32_to_cpu(x)		((u32)(x))
#define le64_to_cpu(x)		((u64)(x))

#define cpu_to_be16(x)		((__be16)swab16(x))
#define cpu_to_be32(x)		((__be32)swab32(x))
#define cpu_to_be64(x)		((__be64)swab64(x))
#define be16_to_cpu(x)		swab16(x)
#define be32_to_cpu(x)		swab32(x)
#define be64_to_cpu(x)		swab64(x)

/* Of what a pointer points to, and a number in place. */
#define __BYTEORDER_PTR(order, bits)							\
	static inline u##bits order##bits##_to_cpup(const __##order##bits *p)		\
	{ return order##bits##_to_cpu(*p); }						\
	static inline __##order##bits cpu_to_##order##bits##p(const u##bits *p)		\
	{ return cpu_to_##order##bits(*p); }						\
	static inline void order##bits##_to_cpus(u##bits *p)				\
	{ *p = order##bits##_to_cpu(*p); }						\
	static inline void cpu_to_##order##bits##s(u##bits *p)				\
	{ *p = cpu_to_##order##bits(*p); }						\
	static inline void order##bits##_add_cpu(__##order##bits *p, u##bits v)		\
	{ *p = cpu_to_##order##bits(order##bits##_to_cpu(*p) + v); }
__BYTEORDER_PTR(le, 16)
__BYTEORDER_PTR(le, 32)
__BYTEORDER_PTR(le, 64)
__BYTEORDER_PTR(be, 16)
__BYTEORDER_PTR(be, 32)
__BYTEORDER_PTR(be, 64)

#define htons(x)		cpu_to_be16(x)
#define htonl(x)		cpu_to_be32(x)
#define ntohs(x)		be16_to_cpu(x)
#define ntohl(x)		be32_to_cpu(x)

#endif
