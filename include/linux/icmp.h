/* SPDX-License-Identifier: MIT */
/* ICMP echo. [RFC 792] "Echo or Echo Reply Message". */
#ifndef _LINUX_ICMP_H
#define _LINUX_ICMP_H

#include <linux/types.h>

#define ICMP_ECHOREPLY		0
#define ICMP_ECHO		8

struct icmphdr {
	u8	type;
	u8	code;
	__sum16	checksum;
	union {
		struct {
			__be16	id;
			__be16	sequence;
		} echo;
	} un;
} __packed;

#define icmp_hdr(skb)	((struct icmphdr *)skb_transport_header(skb))

#endif
