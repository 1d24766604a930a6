/* SPDX-License-Identifier: MIT */
/* Ethernet devices: set-up, addresses, the header in front of a packet. */
#ifndef _LINUX_ETHERDEVICE_H
#define _LINUX_ETHERDEVICE_H

#include <linux/device.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/string.h>

void ether_setup(struct net_device *dev);
#define alloc_etherdev(sizeof_priv) \
	alloc_netdev(sizeof_priv, "eth%d", NET_NAME_ENUM, ether_setup)

/* Pull the header, set pkt_type, dev and mac_header; returns the protocol. Context: softirq. */
__be16 eth_type_trans(struct sk_buff *skb, struct net_device *dev);
/* Push a header. @saddr NULL: the device's own. Linux: eth_header(). */
int eth_header(struct sk_buff *skb, struct net_device *dev, unsigned short type,
	       const void *daddr, const void *saddr, unsigned int len);

#define eth_hdr(skb)	((struct ethhdr *)skb_mac_header(skb))

/* Six bytes are two moves for the compiler, but a call for memcpy() in a freestanding kernel. */
static inline void ether_addr_copy(u8 *dst, const u8 *src)
{
	__builtin_memcpy(dst, src, ETH_ALEN);
}

static inline bool ether_addr_equal(const u8 *a, const u8 *b)
{
	u64 x = 0, y = 0;

	__builtin_memcpy(&x, a, ETH_ALEN);
	__builtin_memcpy(&y, b, ETH_ALEN);
	return x == y;
}

static inline void eth_broadcast_addr(u8 *a)
{
	memset(a, 0xff, ETH_ALEN);
}

/* An address that nobody was given: the bit for local ones set, the one for groups clear. */
static inline void eth_random_addr(u8 *a)
{
	u32 r[2] = { get_random_u32(), get_random_u32() };

	__builtin_memcpy(a, r, ETH_ALEN);
	a[0] = (a[0] & 0xfe) | 0x02;
}

static inline void eth_hw_addr_random(struct net_device *dev)
{
	eth_random_addr(dev->dev_addr);
}

/* For net_device_ops. @p: a struct sockaddr with the address. 0 or -EADDRNOTAVAIL. */
int eth_mac_addr(struct net_device *dev, void *p);
int eth_validate_addr(struct net_device *dev);

static inline void eth_hw_addr_set(struct net_device *dev, const u8 *addr)
{
	ether_addr_copy(dev->dev_addr, addr);
}

#endif
