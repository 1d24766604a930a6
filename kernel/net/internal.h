/* SPDX-License-Identifier: MIT */
/*
 * Private to kernel/net: nobody else may include this. What its files tell each other.
 *
 * The receive path, from eth.c to a UDP handler: each function gets a packet with data at its header
 * and returns the END counter in which the frame ended. The packet stays the caller's: who keeps or
 * sends it takes a reference. Context: softirq.
 */
#ifndef _NET_INTERNAL_H
#define _NET_INTERNAL_H

#include <linux/completion.h>
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/if_arp.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/net.h>
#include <linux/net_parse.h>
#include <linux/netdevice.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <linux/udp.h>

/* dev.c */

extern spinlock_t dev_base_lock;
/* The first device for which @cond, an expression of @d, is true, with a reference; NULL: none. */
#define dev_find(d, cond) ({						\
	struct net_device *d;						\
	guard(spinlock_bh)(&dev_base_lock);				\
	for_each_netdev(d)						\
		if (cond)						\
			break;						\
	d = list_entry_is_head(d, &net_device_list, dev_list) ? NULL : d;	\
	dev_hold(d);							\
	d; })

/* skbuff.c */

/* The packets that @cpu, which is dead, kept for itself are freed. */
void skb_recycle_cpu_dead(unsigned int cpu);

/* rps.c */

/* The CPU that @skb's flow is steered to, or -1: stay here. Context: softirq, or BHs off. */
int get_rps_cpu(struct sk_buff *skb);
void napi_schedule_rps(struct softnet_data *sd);
void net_rps_send_ipis(struct softnet_data *mysd);
/* Steer to the CPUs of @mask, an empty one: not. 0 or -ENOMEM. Context: rtnl, task. */
int rps_set_cpus(struct netdev_rx_queue *rx, const struct cpumask *mask);
void rps_get_cpus(const struct netdev_rx_queue *rx, struct cpumask *mask);	/* Context: rtnl. */
void rps_init(void);

/* sysfs.c */

void netdev_sysfs_add(struct net_device *dev);
void netdev_sysfs_remove(struct net_device *dev);

/* eth.c */

enum net_counter eth_rcv(struct sk_buff *skb);	/* mac_header is set, data is behind it */
/* Put an Ethernet header on @skb and send it. Consumes it. 0 or NET_XMIT_DROP. */
int eth_xmit(struct sk_buff *skb, struct net_device *dev, u16 type, const u8 *dest);
/*
 * Send a received packet, turned round in its own buffer, back to where its frame came from, without
 * routing or ARP. Its headers have not grown. Returns @good, or NETCNT_drop_reply_xmit.
 */
enum net_counter eth_reply(struct sk_buff *skb, u16 type, enum net_counter good);

/* arp.c */

enum net_counter arp_rcv(struct sk_buff *skb);
/*
 * Send an IPv4 packet to neighbour @ip: at once if its address is known, else after asking for it.
 * Consumes the packet. 0 or NET_XMIT_DROP. Context: task or softirq.
 */
int arp_output(struct sk_buff *skb, struct net_device *dev, __be32 ip);
void arp_flush_dev(struct net_device *dev);	/* forget everything learned on @dev */
int arp_show(struct seq_file *m, void *v);	/* /proc/net/arp */

/* ip.c */

enum net_counter ip_rcv(struct sk_buff *skb);
/* No other host on @dev's network has @addr: it is ours or everybody's, [RFC 1122] 3.2.1.3. Context: any. */
bool ip_is_bad_source(const struct net_device *dev, __be32 addr);
/* Push an IPv4 header on @skb (its data is the payload). */
void ip_push_header(struct sk_buff *skb, u8 proto, __be32 saddr, __be32 daddr);
/* eth_reply() with an IPv4 header that answers the one that skb->network_header points to. */
enum net_counter ip_reply(struct sk_buff *skb, u8 proto, enum net_counter good);

/* Where packets to @daddr go. The device carries a reference until ip_send(). */
struct ip_route {
	struct net_device *dev;
	__be32 saddr;		/* ours on that device */
	__be32 daddr;
	__be32 next_hop;
};
/*
 * An empty packet with headroom for the headers and room for @len bytes of IP payload, and the route
 * to @daddr; or ERR_PTR(-ENETUNREACH, -EMSGSIZE, -ENOMEM). Context: task or softirq.
 */
struct sk_buff *ip_alloc(__be32 daddr, size_t len, struct ip_route *rt);
/* Push the header and send along @rt. Consumes both. 0 or -ENOBUFS. */
int ip_send(struct sk_buff *skb, u8 proto, const struct ip_route *rt);

/* Parse a dotted quad at the start of @text. Returns where it ends; NULL: there is none. */
const char *ip_parse_addr(const char *text, __be32 *addr);

/* icmp.c */

enum net_counter icmp_rcv(struct sk_buff *skb);

/* One echo request in flight. */
struct ping {
	__be32	addr;			/* set by the caller, with id and sequence */
	u16	id, sequence;
	u64	sent, received;		/* ns */
	u8	ttl;			/* of the answer */
	struct list_head node;
	struct completion done;
};
/* Send one request of @len payload bytes and wait. 0, -ETIMEDOUT, -ENETUNREACH, … May sleep. */
int ping_one(struct ping *p, size_t len, long timeout);

/* udp.c */

enum net_counter udp_rcv(struct sk_buff *skb);
int udp_show(struct seq_file *m, void *v);	/* /proc/net/udp */

#endif
