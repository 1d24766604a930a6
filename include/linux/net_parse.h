/* SPDX-License-Identifier: MIT */
/*
 * Frame parsers: pure functions of a byte range, safe for any content and any length, built into
 * the kernel and into fuzz targets alike. Each returns 0 and fills its fields, or the drop counter
 * that names what is wrong. Fields are host order unless declared __be.
 */
#ifndef _LINUX_NET_PARSE_H
#define _LINUX_NET_PARSE_H

#include <linux/types.h>
#include <linux/net_counters.h>

struct eth_fields {
	const u8 *dest, *source;
	u16 type;
};

struct arp_fields {
	u16 op;
	const u8 *sha, *tha;
	__be32 sip, tip;
};

struct ip_fields {
	unsigned int header_len;	/* 20..60 */
	unsigned int total_len;		/* header_len..n; what follows is padding */
	u8 protocol, ttl;
	__be32 saddr, daddr;
};

struct icmp_fields {
	u8 type, code;
	u16 id, sequence;
};

struct udp_fields {
	u16 sport, dport;
	unsigned int len;		/* header and payload, 8..n */
};

int eth_parse(const u8 *p, size_t n, struct eth_fields *f);
int arp_parse(const u8 *p, size_t n, struct arp_fields *f);
int ip_parse(const u8 *p, size_t n, struct ip_fields *f);
int icmp_parse(const u8 *p, size_t n, struct icmp_fields *f);
/* @saddr, @daddr: for the checksum's pseudo header. */
int udp_parse(const u8 *p, size_t n, __be32 saddr, __be32 daddr, struct udp_fields *f);

/* ---- the Internet checksum, checksum.c. [RFC 1071] "Computing the Internet Checksum" ----- */

/* Ones' complement sum of @n bytes added to @sum, not yet folded to 16 bits. */
u64 csum_add_bytes(u64 sum, const u8 *p, size_t n);
u16 csum_fold(u64 sum);				/* folded and complemented, network order */
u64 csum_udp_pseudo(__be32 saddr, __be32 daddr, u32 len, u8 proto);

/* Checksum of a whole range; 0 when the range contains a correct checksum. */
static inline u16 ip_checksum(const u8 *p, size_t n)
{
	return csum_fold(csum_add_bytes(0, p, n));
}

#endif
