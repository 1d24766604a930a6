/* SPDX-License-Identifier: MIT */
/* The IPv4 header. [RFC 791] 3.1 "Internet Header Format". */
#ifndef _LINUX_IP_H
#define _LINUX_IP_H

#include <linux/in.h>

#define IPVERSION	4
#define IPDEFTTL	64
#define IP_DF		0x4000
#define IP_MF		0x2000
#define IP_OFFSET	0x1fff

struct iphdr {
	u8	ihl:4,		/* header length in 32-bit words */
		version:4;
	u8	tos;
	__be16	tot_len;
	__be16	id;
	__be16	frag_off;
	u8	ttl;
	u8	protocol;
	__sum16	check;
	__be32	saddr;
	__be32	daddr;
} __packed;

#define ip_hdr(skb)	((struct iphdr *)skb_network_header(skb))

#endif
