/* SPDX-License-Identifier: MIT */
/*
 * Frame parsers: pure functions of a byte range, safe for any content and any length, built into
 * the kernel and into fuzz targets alike. Each returns 0 when the header it is named after is good, so
 * that it may be read through its struct, or the drop counter that names what is wrong.
 */
#ifndef _LINUX_NET_PARSE_H
#define _LINUX_NET_PARSE_H

#include <linux/types.h>
#include <linux/net_counters.h>

int eth_parse(const u8 *p, size_t n);
int arp_parse(const u8 *p, size_t n);
/* Then 20 <= 4 * ihl <= tot_len <= n; what follows tot_len is padding. */
int ip_parse(const u8 *p, size_t n);
int icmp_parse(const u8 *p, size_t n);
/* @saddr, @daddr: for the checksum's pseudo header. Then 8 <= len <= n. */
int udp_parse(const u8 *p, size_t n, __be32 saddr, __be32 daddr);

/*
 * The Internet checksum, checksum.c, [RFC 1071] "Computing the Internet Checksum": of @n bytes, and
 * of a UDP datagram with its pseudo header. In network order; 0 when they contain a correct one.
 */
u16 ip_checksum(const u8 *p, size_t n);
u16 udp_checksum(const u8 *p, size_t n, __be32 saddr, __be32 daddr);

#endif
