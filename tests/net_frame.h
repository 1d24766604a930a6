/* SPDX-License-Identifier: MIT */
/* For the network suites: building Ethernet frames byte by byte. Include once per suite. */
#ifndef _TESTS_NET_FRAME_H
#define _TESTS_NET_FRAME_H

#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/if_arp.h>
#include <linux/ip.h>
#include <linux/string.h>
#include <linux/udp.h>

#include <linux/net_parse.h>

/* A frame under construction: built front to back, then finished from the inside out. */
struct frame {
	u8 b[2048];
	unsigned int len;
};

static inline void put(struct frame *f, const void *p, unsigned int n)
{
	memcpy(f->b + f->len, p, n);
	f->len += n;
}

static inline void put8(struct frame *f, u8 v)
{
	f->b[f->len++] = v;
}

static inline void put16(struct frame *f, u16 v)
{
	put8(f, v >> 8);
	put8(f, v);
}

static inline void put32(struct frame *f, u32 v)
{
	put16(f, v >> 16);
	put16(f, v);
}

static inline void set16(struct frame *f, unsigned int at, u16 v)
{
	f->b[at] = v >> 8;
	f->b[at + 1] = v;
}

static inline u16 get16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

static inline void frame_eth(struct frame *f, const u8 *dst, const u8 *src, u16 type)
{
	f->len = 0;
	put(f, dst, 6);
	put(f, src, 6);
	put16(f, type);
}

/* An IPv4 header with @opts 32-bit words of NOP options; lengths and checksum come from fix_ip(). */
static inline void frame_ip(struct frame *f, u8 proto, u32 src, u32 dst, unsigned int opts)
{
	put8(f, 0x45 + opts);
	put8(f, 0);
	put16(f, 0);
	put32(f, 0x12340000);
	put8(f, 64);
	put8(f, proto);
	put16(f, 0);
	put32(f, src);
	put32(f, dst);
	for (unsigned int i = 0; i < 4 * opts; i++)
		put8(f, 1);
}

#define IP_AT	14

static inline unsigned int l4_at(const struct frame *f)
{
	return IP_AT + (f->b[IP_AT] & 15) * 4;
}

static inline void fix_ip_sum(struct frame *f)
{
	u16 sum;

	set16(f, IP_AT + 10, 0);
	sum = ip_checksum(f->b + IP_AT, (f->b[IP_AT] & 15) * 4);
	memcpy(f->b + IP_AT + 10, &sum, 2);
}

static inline void fix_ip(struct frame *f)
{
	set16(f, IP_AT + 2, f->len - IP_AT);
	fix_ip_sum(f);
}

static inline void fix_udp(struct frame *f)
{
	unsigned int at = l4_at(f), n = f->len - at;
	__be32 src, dst;
	u16 sum;

	memcpy(&src, f->b + IP_AT + 12, 4);
	memcpy(&dst, f->b + IP_AT + 16, 4);
	set16(f, at + 4, n);
	set16(f, at + 6, 0);
	sum = udp_checksum(f->b + at, n, src, dst) ?: 0xffff;
	memcpy(f->b + at + 6, &sum, 2);
}

static inline void frame_udp(struct frame *f, const u8 *dmac, const u8 *smac, u32 src, u32 dst,
			     u16 sport, u16 dport, const void *data, unsigned int n,
			     unsigned int opts)
{
	frame_eth(f, dmac, smac, ETH_P_IP);
	frame_ip(f, IPPROTO_UDP, src, dst, opts);
	put16(f, sport);
	put16(f, dport);
	put32(f, 0);
	put(f, data, n);
	fix_udp(f);
	fix_ip(f);
}

static inline void frame_icmp_echo(struct frame *f, const u8 *dmac, const u8 *smac, u32 src,
				   u32 dst, u16 id, u16 seq, unsigned int n)
{
	unsigned int at;
	u16 sum;

	frame_eth(f, dmac, smac, ETH_P_IP);
	frame_ip(f, IPPROTO_ICMP, src, dst, 0);
	at = f->len;
	put16(f, ICMP_ECHO << 8);
	put16(f, 0);
	put16(f, id);
	put16(f, seq);
	for (unsigned int i = 0; i < n; i++)
		put8(f, i);
	sum = ip_checksum(f->b + at, f->len - at);
	memcpy(f->b + at + 2, &sum, 2);
	fix_ip(f);
}

static inline void frame_arp(struct frame *f, const u8 *dmac, const u8 *smac, u16 op, u32 sip,
			     const u8 *tha, u32 tip)
{
	frame_eth(f, dmac, smac, ETH_P_ARP);
	put16(f, 1);
	put16(f, ETH_P_IP);
	put16(f, 0x0604);
	put16(f, op);
	put(f, smac, 6);
	put32(f, sip);
	put(f, tha, 6);
	put32(f, tip);
}

#endif
