/* SPDX-License-Identifier: MIT */
/*
 * The Internet checksum. [RFC 1071]: the ones' complement sum of 16-bit words does not care about
 * the order of bytes within all words nor about the order of words, so eight bytes are added at a
 * time as they lie in memory and folded once. The result is in network order by itself.
 */
#include <linux/in.h>
#include <linux/net_parse.h>

/* A load that may be unaligned and of any type. */
#define LOAD(type, p)	({ type __v; __builtin_memcpy(&__v, (p), sizeof(type)); __v; })

/* Add with the carry put back in: ones' complement in 64 bits. */
static u64 add_carry(u64 a, u64 b)
{
	u64 sum;

	return sum = a + b, sum + (sum < b);
}

/* The sum of @n bytes and @sum, folded and complemented. */
static u16 checksum(const u8 *p, size_t n, u64 sum)
{
	for (; n >= 8; p += 8, n -= 8)
		sum = add_carry(sum, LOAD(u64, p));
	for (; n >= 2; p += 2, n -= 2)
		sum = add_carry(sum, LOAD(u16, p));
	if (n)
		sum = add_carry(sum, *p);	/* the missing byte counts as zero */
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

u16 ip_checksum(const u8 *p, size_t n)
{
	return checksum(p, n, 0);
}

u16 udp_checksum(const u8 *p, size_t n, __be32 saddr, __be32 daddr)
{
	return checksum(p, n, (u64)saddr + daddr + htons(n) + htons(IPPROTO_UDP));
}
