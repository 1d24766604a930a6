/* SPDX-License-Identifier: MIT */
/* Numbers at any address, in a stated byte order. Linux: the same names. */
#ifndef _LINUX_UNALIGNED_H
#define _LINUX_UNALIGNED_H

#include <linux/types.h>

static inline u16 get_unaligned_le16(const void *p)
{
	const u8 *b = p;

	return b[0] | b[1] << 8;
}

static inline u32 get_unaligned_le32(const void *p)
{
	const u8 *b = p;

	return b[0] | b[1] << 8 | b[2] << 16 | (u32)b[3] << 24;
}

static inline u64 get_unaligned_le64(const void *p)
{
	return get_unaligned_le32(p) | (u64)get_unaligned_le32((const u8 *)p + 4) << 32;
}

static inline u16 get_unaligned_be16(const void *p)
{
	return __builtin_bswap16(get_unaligned_le16(p));
}

static inline u32 get_unaligned_be32(const void *p)
{
	return __builtin_bswap32(get_unaligned_le32(p));
}

static inline u64 get_unaligned_be64(const void *p)
{
	return __builtin_bswap64(get_unaligned_le64(p));
}

static inline void put_unaligned_le16(u16 v, void *p)
{
	((u8 *)p)[0] = v;
	((u8 *)p)[1] = v >> 8;
}

static inline void put_unaligned_le32(u32 v, void *p)
{
	put_unaligned_le16(v, p);
	put_unaligned_le16(v >> 16, (u8 *)p + 2);
}

static inline void put_unaligned_le64(u64 v, void *p)
{
	put_unaligned_le32(v, p);
	put_unaligned_le32(v >> 32, (u8 *)p + 4);
}

static inline void put_unaligned_be16(u16 v, void *p)
{
	put_unaligned_le16(__builtin_bswap16(v), p);
}

static inline void put_unaligned_be32(u32 v, void *p)
{
	put_unaligned_le32(__builtin_bswap32(v), p);
}

static inline void put_unaligned_be64(u64 v, void *p)
{
	put_unaligned_le64(__builtin_bswap64(v), p);
}

#endif
