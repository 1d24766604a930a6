/* SPDX-License-Identifier: MIT */
/*
 * ARP: from IPv4 address to Ethernet address, and back answers for ours. [RFC 826]
 *
 * An entry is incomplete (asked for; a few packets wait on it) or known. One that was confirmed more
 * than ARP_REACHABLE_TIME ago is still used, and asked for again. One timer asks once a second and
 * gives an entry up after ARP_TRIES. arp_lock protects the table; nothing is sent under it. An entry
 * holds a reference on its device.
 */
#define pr_fmt(fmt) "arp: " fmt

#include <linux/ratelimit.h>

#include "internal.h"

#define ARP_REACHABLE_TIME	(60 * HZ)	/* a host that moved is found again after a minute */
#define ARP_TRIES		3		/* seconds until a silent neighbour is given up */
#define ARP_QUEUE_LEN		3		/* packets waiting per neighbour; the oldest goes */

struct arp_entry {
	struct net_device *dev;			/* NULL: a free slot */
	__be32		ip;
	u8		ha[ETH_ALEN];		/* 0 until it is known */
	bool		known;
	unsigned int	requests;		/* sent since the last answer; 0: nothing is asked */
	unsigned long	confirmed;		/* jiffies */
	struct sk_buff_head waiting;
};

static struct arp_entry arp_table[64];
#define for_each_arp_entry(e) \
	for (struct arp_entry *e = arp_table; e < arp_table + ARRAY_SIZE(arp_table); e++)
static DEFINE_SPINLOCK(arp_lock);
static void arp_timer_fn(struct timer_list *t);
static DEFINE_TIMER(arp_timer, arp_timer_fn);

/* ---- the table: all under arp_lock ------------------------------------------------------- */

static struct arp_entry *arp_find(const struct net_device *dev, __be32 ip)
{
	for_each_arp_entry(e)
		if (e->dev == dev && e->ip == ip)
			return e;
	return NULL;
}

/* Drop what waits and forget the entry. */
static void arp_release(struct arp_entry *e)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(&e->waiting)))
		net_drop(skb, NETCNT_tx_drop_arp_unresolved);
	dev_put(e->dev);
	e->dev = NULL;
	e->requests = 0;
}

/* A slot for a new neighbour: a free one, else the one confirmed longest ago; NULL if all wait. */
static struct arp_entry *arp_new(struct net_device *dev, __be32 ip)
{
	struct arp_entry *best = NULL;

	for_each_arp_entry(e) {
		if (!e->dev) {
			best = e;
			break;
		}
		if (e->known && (!best || time_before(e->confirmed, best->confirmed)))
			best = e;
	}
	if (!best) {
		net_count(NETCNT_arp_table_full);
		return NULL;
	}
	if (best->dev)
		arp_release(best);
	dev_hold(dev);
	*best = (struct arp_entry){ .dev = dev, .ip = ip };
	__skb_queue_head_init(&best->waiting);
	return best;
}

/* The address of @e is now known; what waited moves to @ready. */
static void arp_confirm(struct arp_entry *e, const u8 *ha, struct sk_buff_head *ready)
{
	ether_addr_copy(e->ha, ha);
	e->known = true;
	e->confirmed = jiffies;
	e->requests = 0;
	skb_queue_splice_tail_init(&e->waiting, ready);
}

/* ---- sending ----------------------------------------------------------------------------- */

/* Fill an ARP packet. @tha may lie in it, in a request that becomes the reply. */
static void arp_fill(struct arp_eth_ipv4 *a, u16 op, const struct net_device *dev, const u8 *tha,
		     __be32 tip)
{
	a->ar_hrd = htons(ARPHRD_ETHER);
	a->ar_pro = htons(ETH_P_IP);
	a->ar_hln = ETH_ALEN;
	a->ar_pln = sizeof(tip);
	a->ar_op = htons(op);
	ether_addr_copy(a->ar_tha, tha);
	a->ar_tip = tip;
	ether_addr_copy(a->ar_sha, dev->dev_addr);
	a->ar_sip = dev->ip_addr;
}

/* Ask who has @ip. Context: task or softirq, no lock held. */
static void arp_solicit(struct net_device *dev, __be32 ip)
{
	static const u8 nobody[ETH_ALEN];
	struct sk_buff *skb = alloc_skb(ETH_HLEN + sizeof(struct arp_eth_ipv4), GFP_ATOMIC);

	if (!skb) {
		net_count(NETCNT_tx_drop_nomem);
		return;
	}
	skb_reserve(skb, ETH_HLEN);
	arp_fill(skb_put(skb, sizeof(struct arp_eth_ipv4)), ARPOP_REQUEST, dev, nobody, ip);
	net_count(NETCNT_arp_requests_sent);
	eth_xmit(skb, dev, ETH_P_ARP, dev->broadcast);
}

/* Queue @skb on an unresolved entry; the oldest gives way. Context: arp_lock. */
static void arp_wait(struct arp_entry *e, struct sk_buff *skb)
{
	if (e->waiting.qlen >= ARP_QUEUE_LEN)
		net_drop(__skb_dequeue(&e->waiting), NETCNT_tx_drop_arp_queue_full);
	__skb_queue_tail(&e->waiting, skb);
}

int arp_output(struct sk_buff *skb, struct net_device *dev, __be32 ip)
{
	struct arp_entry *e;
	bool ask, known;
	u8 ha[ETH_ALEN];

	scoped_guard(spinlock_bh, &arp_lock) {
		e = arp_find(dev, ip) ?: arp_new(dev, ip);
		if (!e) {
			net_drop(skb, NETCNT_tx_drop_arp_unresolved);
			return NET_XMIT_DROP;
		}
		known = e->known;
		if (known)
			ether_addr_copy(ha, e->ha);
		else
			arp_wait(e, skb);
		ask = !e->requests &&
		      (!known || time_after(jiffies, e->confirmed + ARP_REACHABLE_TIME));
		if (ask) {
			e->requests = 1;
			mod_timer(&arp_timer, jiffies + HZ);
		}
	}
	if (ask)
		arp_solicit(dev, ip);
	return known ? eth_xmit(skb, dev, ETH_P_IP, ha) : NET_XMIT_SUCCESS;
}

/* Ask again for one entry, or give it up. True if it still has to be looked after. */
static bool arp_tick(struct arp_entry *e)
{
	struct net_device *dev;
	bool failed;
	__be32 ip;

	scoped_guard(spinlock, &arp_lock) {
		if (!e->requests)
			return false;
		ip = e->ip;
		dev = e->dev;
		dev_hold(dev);
		failed = e->requests++ == ARP_TRIES;
		if (failed)
			arp_release(e);
	}
	if (failed) {
		net_count(NETCNT_arp_failed);
		pr_info_ratelimited("%s: no answer from %pI4\n", dev->name, &ip);
	} else {
		arp_solicit(dev, ip);
	}
	dev_put(dev);
	return !failed;
}

/* Once a second while anything is unresolved. Context: softirq. */
static void arp_timer_fn(struct timer_list *t)
{
	bool pending = false;

	for_each_arp_entry(e)
		pending |= arp_tick(e);
	if (pending)
		mod_timer(t, jiffies + HZ);
}

/* ---- receiving --------------------------------------------------------------------------- */

/* Learn that @ip is at @ha: always for a known neighbour, else only if @create. */
static void arp_learn(struct net_device *dev, __be32 ip, const u8 *ha, bool create)
{
	struct sk_buff_head ready;
	struct sk_buff *skb;
	struct arp_entry *e;

	if (!ip)
		return;			/* an address probe, [RFC 5227]: the sender has none yet */
	__skb_queue_head_init(&ready);
	scoped_guard(spinlock_bh, &arp_lock) {
		e = arp_find(dev, ip);
		if (!e && create)
			e = arp_new(dev, ip);
		if (e)
			arp_confirm(e, ha, &ready);
	}
	while ((skb = __skb_dequeue(&ready)))
		eth_xmit(skb, dev, ETH_P_IP, ha);
}

enum net_counter arp_rcv(struct sk_buff *skb)
{
	struct arp_eth_ipv4 *a = (struct arp_eth_ipv4 *)skb->data;
	struct net_device *dev = skb->dev;
	int why = arp_parse(skb->data, skb->len);
	bool for_us, request;

	if (why)
		return why;
	if (a->ar_sip && ip_is_bad_source(dev, a->ar_sip))
		return NETCNT_drop_arp_sender;
	for_us = dev->ip_addr && a->ar_tip == dev->ip_addr;
	request = a->ar_op == htons(ARPOP_REQUEST);
	arp_learn(dev, a->ar_sip, a->ar_sha, for_us && request);
	if (!for_us)
		return NETCNT_drop_arp_not_for_us;
	if (!request)
		return NETCNT_arp_reply_in;
	skb_trim(skb, sizeof(*a));
	arp_fill(a, ARPOP_REPLY, dev, a->ar_sha, a->ar_sip);
	return eth_reply(skb, ETH_P_ARP, NETCNT_arp_request_replied);
}

/* ---- for others -------------------------------------------------------------------------- */

int arp_show(struct seq_file *m, void *v)
{
	seq_puts(m, "IP address       HW type     Flags       HW address            Mask     Device\n");
	guard(spinlock_bh)(&arp_lock);
	for_each_arp_entry(e) {
		char ip[16];

		if (!e->dev)
			continue;
		snprintf(ip, sizeof(ip), "%pI4", &e->ip);
		seq_printf(m, "%-16s 0x%-10x0x%-10x%-17pM     *        %s\n", ip, ARPHRD_ETHER,
			   e->known ? ATF_COM : 0, e->ha, e->dev->name);
	}
	return 0;
}

void arp_flush_dev(struct net_device *dev)
{
	guard(spinlock_bh)(&arp_lock);
	for_each_arp_entry(e)
		if (e->dev == dev)
			arp_release(e);
}
