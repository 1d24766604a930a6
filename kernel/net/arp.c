/* SPDX-License-Identifier: MIT */
/*
 * ARP: from IPv4 address to Ethernet address, and back answers for ours. [RFC 826]
 *
 * An entry is INCOMPLETE (asked for; a few packets wait on it), REACHABLE (confirmed less than
 * ARP_REACHABLE_TIME ago) or PROBE (older: still used, and asked for again). One timer asks once a
 * second and gives up after ARP_TRIES. arp_lock protects the table; nothing is sent under it. An
 * entry holds a reference on its device.
 */
#define pr_fmt(fmt) "arp: " fmt

#include <linux/etherdevice.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/ratelimit.h>
#include <linux/timer.h>

#include "internal.h"

#define ARP_REACHABLE_TIME	(60 * HZ)	/* a host that moved is found again after a minute */
#define ARP_TRIES		3		/* seconds until a silent neighbour is given up */
#define ARP_QUEUE_LEN		3		/* packets waiting per neighbour; the oldest goes */

enum arp_state { ARP_FREE, ARP_INCOMPLETE, ARP_REACHABLE, ARP_PROBE };

struct arp_entry {
	enum arp_state	state;
	struct net_device *dev;
	__be32		ip;
	u8		ha[ETH_ALEN];
	unsigned int	tries;
	unsigned long	confirmed;		/* jiffies */
	struct sk_buff_head waiting;
};

static struct arp_entry arp_table[ARP_TABLE_SIZE];
static DEFINE_SPINLOCK(arp_lock);
static void arp_timer_fn(struct timer_list *t);
static DEFINE_TIMER(arp_timer, arp_timer_fn);

/* ---- the table: all under arp_lock ------------------------------------------------------- */

static struct arp_entry *arp_find(const struct net_device *dev, __be32 ip)
{
	for (struct arp_entry *e = arp_table; e < arp_table + ARP_TABLE_SIZE; e++)
		if (e->state != ARP_FREE && e->ip == ip && e->dev == dev)
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
	e->state = ARP_FREE;
}

/* A slot for a new neighbour: a free one, else the one confirmed longest ago; NULL if all wait. */
static struct arp_entry *arp_new(struct net_device *dev, __be32 ip)
{
	struct arp_entry *best = NULL;

	for (struct arp_entry *e = arp_table; e < arp_table + ARP_TABLE_SIZE; e++) {
		if (e->state == ARP_FREE) {
			best = e;
			break;
		}
		if (e->state != ARP_INCOMPLETE &&
		    (!best || time_before(e->confirmed, best->confirmed)))
			best = e;
	}
	if (!best) {
		net_count(NETCNT_arp_table_full);
		return NULL;
	}
	if (best->state != ARP_FREE)
		arp_release(best);
	__skb_queue_head_init(&best->waiting);
	dev_hold(dev);
	best->dev = dev;
	best->ip = ip;
	best->tries = 0;
	best->state = ARP_INCOMPLETE;
	return best;
}

/* The address of @e is now known; what waited moves to @ready. */
static void arp_confirm(struct arp_entry *e, const u8 *ha, struct sk_buff_head *ready)
{
	ether_addr_copy(e->ha, ha);
	e->state = ARP_REACHABLE;
	e->confirmed = jiffies;
	e->tries = 0;
	skb_queue_splice_tail_init(&e->waiting, ready);
}

/* ---- sending ----------------------------------------------------------------------------- */

/* Fill an ARP packet's five variable fields. */
static void arp_fill(struct arp_eth_ipv4 *a, u16 op, const struct net_device *dev, const u8 *tha,
		     __be32 tip)
{
	a->hdr.ar_hrd = htons(ARPHRD_ETHER);
	a->hdr.ar_pro = htons(ETH_P_IP);
	a->hdr.ar_hln = ETH_ALEN;
	a->hdr.ar_pln = 4;
	a->hdr.ar_op = htons(op);
	ether_addr_copy(a->ar_sha, dev->dev_addr);
	a->ar_sip = dev->ip_addr;
	ether_addr_copy(a->ar_tha, tha);
	a->ar_tip = tip;
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
	skb->dev = dev;
	skb_reserve(skb, ETH_HLEN);
	arp_fill(skb_put(skb, sizeof(struct arp_eth_ipv4)), ARPOP_REQUEST, dev, nobody, ip);
	eth_header(skb, dev, ETH_P_ARP, dev->broadcast, NULL, skb->len);
	net_count(NETCNT_arp_requests_sent);
	dev_queue_xmit(skb);
}

/* Put the header on and send. */
static int arp_xmit(struct sk_buff *skb, struct net_device *dev, const u8 *ha)
{
	skb->dev = dev;
	eth_header(skb, dev, ETH_P_IP, ha, NULL, skb->len);
	return dev_queue_xmit(skb);
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
	bool ask = false;
	u8 ha[ETH_ALEN];

	spin_lock_bh(&arp_lock);
	e = arp_find(dev, ip);
	if (!e) {
		e = arp_new(dev, ip);
		ask = true;
	} else if (e->state == ARP_REACHABLE &&
		   time_after(jiffies, e->confirmed + ARP_REACHABLE_TIME)) {
		e->state = ARP_PROBE;
		ask = true;
	}
	if (!e || e->state == ARP_INCOMPLETE) {
		if (e)
			arp_wait(e, skb);
		else
			net_drop(skb, NETCNT_tx_drop_arp_unresolved);
		skb = NULL;
	} else {
		ether_addr_copy(ha, e->ha);
	}
	if (e && ask)
		mod_timer(&arp_timer, jiffies + HZ);
	spin_unlock_bh(&arp_lock);

	if (e && ask)
		arp_solicit(dev, ip);
	if (!e)
		return NET_XMIT_DROP;
	return skb ? arp_xmit(skb, dev, ha) : NET_XMIT_SUCCESS;
}

/* Ask again for one entry, or give it up. True if it still has to be looked after. */
static bool arp_tick(struct arp_entry *e)
{
	struct net_device *dev = NULL;
	bool pending = false, failed = false;
	__be32 ip = 0;

	spin_lock(&arp_lock);
	if (e->state == ARP_INCOMPLETE || e->state == ARP_PROBE) {
		ip = e->ip;
		dev = e->dev;
		dev_hold(dev);
		failed = ++e->tries >= ARP_TRIES;
		if (failed)
			arp_release(e);
		pending = !failed;
	}
	spin_unlock(&arp_lock);

	if (failed) {
		net_count(NETCNT_arp_failed);
		pr_info_ratelimited("%s: no answer from %pI4\n", dev->name, &ip);
	} else if (pending) {
		arp_solicit(dev, ip);
	}
	if (dev)
		dev_put(dev);
	return pending;
}

/* Once a second while anything is unresolved. Context: softirq. */
static void arp_timer_fn(struct timer_list *t)
{
	bool pending = false;

	for (int i = 0; i < ARP_TABLE_SIZE; i++)
		pending |= arp_tick(&arp_table[i]);
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
	spin_lock_bh(&arp_lock);
	e = arp_find(dev, ip);
	if (!e && create)
		e = arp_new(dev, ip);
	if (e)
		arp_confirm(e, ha, &ready);
	spin_unlock_bh(&arp_lock);
	while ((skb = __skb_dequeue(&ready)))
		arp_xmit(skb, dev, ha);
}

/* Turn a request round in its own buffer. */
static int arp_reply(struct sk_buff *skb, const struct arp_fields *f)
{
	struct net_device *dev = skb->dev;
	u8 asker[ETH_ALEN];
	__be32 ip = f->sip;

	ether_addr_copy(asker, f->sha);
	skb_trim(skb, sizeof(struct arp_eth_ipv4));
	arp_fill((struct arp_eth_ipv4 *)skb->data, ARPOP_REPLY, dev, asker, ip);
	eth_header(skb, dev, ETH_P_ARP, asker, NULL, skb->len);
	return dev_queue_xmit(skb);
}

void arp_rcv(struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	struct arp_fields f;
	int why = arp_parse(skb->data, skb->len, &f);
	bool for_us;

	if (why) {
		net_drop(skb, why);
		return;
	}
	for_us = dev->ip_addr && f.tip == dev->ip_addr;
	arp_learn(dev, f.sip, f.sha, for_us && f.op == ARPOP_REQUEST);
	if (!for_us)
		net_drop(skb, NETCNT_drop_arp_not_for_us);
	else if (f.op == ARPOP_REPLY)
		net_drop(skb, NETCNT_arp_reply_in);
	else if (arp_reply(skb, &f) == NET_XMIT_SUCCESS)
		net_count(NETCNT_arp_request_replied);
	else
		net_count(NETCNT_drop_reply_xmit);
}

/* ---- for others -------------------------------------------------------------------------- */

bool arp_get_info(unsigned int i, struct arp_info *info)
{
	struct arp_entry *e = &arp_table[i];
	bool used;

	spin_lock_bh(&arp_lock);
	used = e->state != ARP_FREE;
	if (used) {
		info->ip = e->ip;
		info->flags = e->state == ARP_INCOMPLETE ? 0 : ATF_COM;
		if (info->flags)
			ether_addr_copy(info->ha, e->ha);
		else
			memset(info->ha, 0, ETH_ALEN);
		strscpy(info->dev, e->dev->name);
	}
	spin_unlock_bh(&arp_lock);
	return used;
}

void arp_flush_dev(struct net_device *dev)
{
	spin_lock_bh(&arp_lock);
	for (struct arp_entry *e = arp_table; e < arp_table + ARP_TABLE_SIZE; e++)
		if (e->state != ARP_FREE && e->dev == dev)
			arp_release(e);
	spin_unlock_bh(&arp_lock);
}
