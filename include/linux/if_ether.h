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

#define ETH_P_802_3_MIN	0x0600	/* types start here; below it is a length */
#define ETH_P_IP	0x0800
#define ETH_P_ARP	0x0806

struct ethhdr {
	u8	h_dest[ETH_ALEN];
	u8	h_source[ETH_ALEN];
	__be16	h_proto;
} __packed;

static inline bool is_multicast_ether_addr(const u8 *a)
{
	return a[0] & 1;
}

static inline bool is_broadcast_ether_addr(const u8 *a)
{
	return (a[0] & a[1] & a[2] & a[3] & a[4] & a[5]) == 0xff;
}

/* Neither a group nor all zeroes. */
static inline bool is_valid_ether_addr(const u8 *a)
{
	return !is_multicast_ether_addr(a) && (a[0] | a[1] | a[2] | a[3] | a[4] | a[5]);
}

#endif
