/* SPDX-License-Identifier: MIT */
/* The Ethernet frame: sizes, protocol numbers, header. [IEEE 802.3] 3.1 "MAC frame and packet". */
#ifndef _LINUX_IF_ETHER_H
#define _LINUX_IF_ETHER_H

#include <linux/types.h>
#include <asm/byteorder.h>

#define ETH_ALEN	6	/* octets in an address */
#define ETH_HLEN	14	/* destination, source, type */
#define ETH_ZLEN	60	/* shortest frame without its checksum; shorter ones are padded */
#define ETH_DATA_LEN	1500	/* largest payload */
#define ETH_FRAME_LEN	1514	/* largest frame without its checksum */

#define ETH_P_IP	0x0800
#define ETH_P_ARP	0x0806

struct ethhdr {
	u8	h_dest[ETH_ALEN];
	u8	h_source[ETH_ALEN];
	__be16	h_proto;
} __packed;

#endif
