/* SPDX-License-Identifier: MIT */
/* Numbers at any address, in a stated byte order. Linux: the same names. */
#ifndef _LINUX_UNALIGNED_H
#define _LINUX_UNALIGNED_H

#include <asm/byteorder.h>

/* get_unaligned_be32(p), put_unaligned_be32(v, p) and so on. The copy is one move. */
#define __UNALIGNED(bits, order)							\
	static inline u##bits get_unaligned_##order##bits(const void *p)		\
	{										\
		u##bits v;								\
											\
		__builtin_memcpy(&v, p, sizeof(v));					\
		return order##bits##_to_cpu(v);						\
	}										\
	static inline void put_unaligned_##order##bits(u##bits v, void *p)		\
	{										\
		v = cpu_to_##order##bits(v);						\
		__builtin_memcpy(p, &v, sizeof(v));					\
	}
__UNALIGNED(16, le)
__UNALIGNED(32, le)
__UNALIGNED(64, le)
__UNALIGNED(16, be)
__UNALIGNED(32, be)
__UNALIGNED(64, be)

#endif
