/* SPDX-License-Identifier: MIT */
/* Ethernet: which protocol a frame is for, putting the header on, device defaults. */

#include "internal.h"

void ether_setup(struct net_device *dev)
{
	dev->type = ARPHRD_ETHER;
	dev->mtu = ETH_DATA_LEN;
	eth_broadcast_addr(dev->broadcast);
}
EXPORT_SYMBOL(ether_setup);

int eth_validate_addr(struct net_device *dev)
{
	return is_valid_ether_addr(dev->dev_addr) ? 0 : -EADDRNOTAVAIL;
}
EXPORT_SYMBOL(eth_validate_addr);

int eth_mac_addr(struct net_device *dev, void *p)
{
	const struct sockaddr *addr = p;

	if (!is_valid_ether_addr((const u8 *)addr->sa_data))
		return -EADDRNOTAVAIL;
	eth_hw_addr_set(dev, (const u8 *)addr->sa_data);
	return 0;
}
EXPORT_SYMBOL(eth_mac_addr);

/*
 * A frame too short for a header keeps its bytes; the receive path sees that from mac_header and
 * names it.
 */
__be16 eth_type_trans(struct sk_buff *skb, struct net_device *dev)
{
	const struct ethhdr *eth;

	skb->dev = dev;
	skb_reset_mac_header(skb);
	if (unlikely(!skb_pull(skb, ETH_HLEN)))
		return 0;
	eth = eth_hdr(skb);
	if (likely(ether_addr_equal(eth->h_dest, dev->dev_addr)))
		skb->pkt_type = PACKET_HOST;
	else if (is_broadcast_ether_addr(eth->h_dest))
		skb->pkt_type = PACKET_BROADCAST;
	else if (is_multicast_ether_addr(eth->h_dest))
		skb->pkt_type = PACKET_MULTICAST;
	else
		skb->pkt_type = PACKET_OTHERHOST;
	return eth->h_proto;
}
EXPORT_SYMBOL(eth_type_trans);

enum net_counter eth_rcv(struct sk_buff *skb)
{
	const u8 *mac = skb_mac_header(skb);
	int why = eth_parse(mac, skb->head + skb->tail - mac);

	if (unlikely(why))
		return why;
	if (unlikely(skb->pkt_type == PACKET_OTHERHOST))
		return NETCNT_drop_eth_otherhost;
	skb_reset_network_header(skb);
	switch (skb->protocol) {
	case htons(ETH_P_IP):
		return ip_rcv(skb);
	case htons(ETH_P_ARP):
		return arp_rcv(skb);
	default:
		return NETCNT_drop_eth_proto;
	}
}

int eth_xmit(struct sk_buff *skb, struct net_device *dev, u16 type, const u8 *dest)
{
	struct ethhdr *eth = skb_push(skb, ETH_HLEN);

	eth->h_proto = htons(type);
	ether_addr_copy(eth->h_source, dev->dev_addr);
	ether_addr_copy(eth->h_dest, dest);
	skb_reset_mac_header(skb);
	skb->dev = dev;
	return dev_queue_xmit(skb);
}

enum net_counter eth_reply(struct sk_buff *skb, u16 type, enum net_counter good)
{
	u8 asker[ETH_ALEN];

	/* The new header may overlap the old one. */
	ether_addr_copy(asker, eth_hdr(skb)->h_source);
	if (likely(eth_xmit(skb_get(skb), skb->dev, type, asker) == NET_XMIT_SUCCESS))
		return good;
	return NETCNT_drop_reply_xmit;
}
