/* SPDX-License-Identifier: MIT */
/* Private to kernel/net: nobody else may include this. What its files tell each other. */
#ifndef _NET_INTERNAL_H
#define _NET_INTERNAL_H

#include <linux/icmp.h>
#include <linux/if_arp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/udp.h>

#include <linux/net_parse.h>

/* napi.c */
void ____napi_schedule(struct softnet_data *sd, struct napi_struct *n);

/* arp.c */

/* One entry, for /proc/net/arp. */
struct arp_info {
	__be32 ip;
	unsigned int flags;		/* ATF_* */
	u8 ha[ETH_ALEN];
	char dev[IFNAMSIZ];
};

/* A received ARP packet, skb->data at its header. Consumes it. Context: softirq. */
void arp_rcv(struct sk_buff *skb);
/*
 * Send an IPv4 packet to neighbour @ip: at once if its address is known, else after asking for it.
 * Consumes the packet. 0 or NET_XMIT_DROP. Context: task or softirq.
 */
int arp_output(struct sk_buff *skb, struct net_device *dev, __be32 ip);
/* Entry number @i; false: no such slot in use. Context: any but hardirq. */
bool arp_get_info(unsigned int i, struct arp_info *info);
#define ARP_TABLE_SIZE	64
void arp_flush_dev(struct net_device *dev);	/* forget everything learned on @dev */

/* ip.c */

/* A received IPv4 packet, skb->data at its header. Consumes it. Context: softirq. */
void ip_rcv(struct sk_buff *skb);

/* Where packets to @daddr go. The device carries a reference. */
struct ip_route {
	struct net_device *dev;
	__be32 saddr;		/* ours on that device */
	__be32 next_hop;
};
int ip_route_output(__be32 daddr, struct ip_route *rt);	/* 0 or -ENETUNREACH */
void ip_route_put(struct ip_route *rt);
/* Room for headers in front of an IPv4 payload. */
#define IP_TX_HEADROOM	(ETH_HLEN + sizeof(struct iphdr) + sizeof(struct udphdr) + 16)
/* Push an IPv4 header on @skb (its data is the payload). */
void ip_push_header(struct sk_buff *skb, u8 proto, __be32 saddr, __be32 daddr);
/* Push the header and send along @rt. Consumes @skb, not the route. 0 or NET_XMIT_DROP. */
int ip_send(struct sk_buff *skb, u8 proto, __be32 daddr, const struct ip_route *rt);
/*
 * Send @skb, whose data is the answer's IP payload, back to where its frame came from, without
 * routing or ARP. Consumes it. 0 or NET_XMIT_DROP. Context: softirq, in the receive path.
 */
int ip_reply(struct sk_buff *skb, u8 proto, __be32 saddr, __be32 daddr);

/* icmp.c */
void icmp_rcv(struct sk_buff *skb, const struct ip_fields *ip);

/* udp.c: parsing and demultiplexing, skb->data at the UDP header. */
void udp_rcv(struct sk_buff *skb, const struct ip_fields *ip);

/* What a UDP handler finds in skb->cb. */
struct udp_cb {
	__be32 saddr, daddr;
	u16 sport, dport;	/* host order */
	bool broadcast;
};
#define UDP_CB(skb)	((struct udp_cb *)(skb)->cb)

/* dev.c */

/* The first device for which @match is true, with a reference; NULL: none. */
struct net_device *dev_find(bool (*match)(const struct net_device *, const void *),
			    const void *arg);

#endif
