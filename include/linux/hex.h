/* SPDX-License-Identifier: MIT */
/* hex.h - bytes as pairs of hex digits, and back. Context: any. */
#ifndef _LINUX_HEX_H
#define _LINUX_HEX_H

#include <linux/types.h>

/* The digits; the names with upper have A to F. */
extern const char hex_asc[], hex_asc_upper[];
#define hex_asc_lo(x)		hex_asc[(x) & 0x0f]
#define hex_asc_hi(x)		hex_asc[((x) & 0xf0) >> 4]
#define hex_asc_upper_lo(x)	hex_asc_upper[(x) & 0x0f]
#define hex_asc_upper_hi(x)	hex_asc_upper[((x) & 0xf0) >> 4]

/* Two digits and no NUL; return the place behind them. */
static inline char *hex_byte_pack(char *buf, u8 byte)
{
	*buf++ = hex_asc_hi(byte);
	*buf++ = hex_asc_lo(byte);
	return buf;
}

static inline char *hex_byte_pack_upper(char *buf, u8 byte)
{
	*buf++ = hex_asc_upper_hi(byte);
	*buf++ = hex_asc_upper_lo(byte);
	return buf;
}

/* The value of a digit of either case; -1: it is none. */
int hex_to_bin(unsigned char ch);
/* @count bytes at @dst from twice as many digits. 0, or -EINVAL: what comes before is written. */
int __must_check hex2bin(u8 *dst, const char *src, size_t count);
/* @count bytes of @src as digits, without a NUL. Returns the place behind them. */
char *bin2hex(char *dst, const void *src, size_t count);

#endif
