/* SPDX-License-Identifier: MIT */
/* The Ethernet header: building it, taking it off, device defaults. */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/kernel.h>

void ether_setup(struct net_device *dev)
{
	dev->type = ARPHRD_ETHER;
	dev->hard_header_len = ETH_HLEN;
	dev->mtu = ETH_DATA_LEN;
	dev->addr_len = ETH_ALEN;
	dev->flags = IFF_BROADCAST | IFF_MULTICAST;
	eth_broadcast_addr(dev->broadcast);
}
EXPORT_SYMBOL(ether_setup);

/*
 * A frame too short for a header keeps its bytes; the receive path sees that from mac_header and
 * names it.
 */
__be16 eth_type_trans(struct sk_buff *skb, struct net_device *dev)
{
	const struct ethhdr *eth;

	skb->dev = dev;
	skb_reset_mac_header(skb);
	eth = skb_pull(skb, ETH_HLEN) ? eth_hdr(skb) : NULL;
	if (unlikely(!eth))
		return 0;
	if (likely(ether_addr_equal(eth->h_dest, dev->dev_addr)))
		skb->pkt_type = PACKET_HOST;
	else if (is_broadcast_ether_addr(eth->h_dest))
		skb->pkt_type = PACKET_BROADCAST;
	else if (is_multicast_ether_addr(eth->h_dest))
		skb->pkt_type = PACKET_MULTICAST;
	else
		skb->pkt_type = PACKET_OTHERHOST;
	return skb->protocol = eth->h_proto;
}
EXPORT_SYMBOL(eth_type_trans);

int eth_header(struct sk_buff *skb, struct net_device *dev, unsigned short type,
	       const void *daddr, const void *saddr, unsigned int len)
{
	struct ethhdr *eth = skb_push(skb, ETH_HLEN);

	eth->h_proto = htons(type);
	ether_addr_copy(eth->h_source, saddr ? saddr : dev->dev_addr);
	ether_addr_copy(eth->h_dest, daddr);
	skb_reset_mac_header(skb);
	return ETH_HLEN;
}
EXPORT_SYMBOL(eth_header);
