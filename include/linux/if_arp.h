/* SPDX-License-Identifier: MIT */
/* ARP for IPv4 over Ethernet. [RFC 826] "An Ethernet Address Resolution Protocol". */
#ifndef _LINUX_IF_ARP_H
#define _LINUX_IF_ARP_H

#include <linux/if_ether.h>

#define ARPHRD_ETHER	1
#define ARPHRD_LOOPBACK	772
#define ARPOP_REQUEST	1
#define ARPOP_REPLY	2

#define ATF_COM		0x02	/* entry is complete */

/* The whole packet for IPv4 over Ethernet, the only kind accepted. Linux: struct arphdr, and more. */
struct arp_eth_ipv4 {
	__be16	ar_hrd;
	__be16	ar_pro;
	u8	ar_hln;
	u8	ar_pln;
	__be16	ar_op;
	u8	ar_sha[ETH_ALEN];
	__be32	ar_sip;
	u8	ar_tha[ETH_ALEN];
	__be32	ar_tip;
} __packed;

#endif
