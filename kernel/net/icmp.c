/* SPDX-License-Identifier: MIT */
/*
 * ICMP echo: answering it, and asking (the shell's ping). [RFC 792]
 *
 * A ping in progress is an entry on ping_list, found by its id; the reply path fills in the time and
 * completes it.
 */
#include <linux/completion.h>
#include <linux/etherdevice.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/timekeeping.h>

#include "internal.h"
#include "ping.h"

static LIST_HEAD(ping_list);
static DEFINE_SPINLOCK(ping_lock);

/* ---- receive ----------------------------------------------------------------------------- */

/* Turn the request round in its own buffer. */
static void icmp_echo(struct sk_buff *skb, const struct ip_fields *ip)
{
	struct icmphdr *h = (struct icmphdr *)skb->data;

	if (skb->pkt_type != PACKET_HOST) {
		net_drop(skb, NETCNT_drop_icmp_broadcast);	/* [RFC 1122] 3.2.2.6 allows it */
		return;
	}
	h->type = ICMP_ECHOREPLY;
	h->code = 0;
	h->checksum = 0;
	h->checksum = ip_checksum(skb->data, skb->len);
	if (ip_reply(skb, IPPROTO_ICMP, ip->daddr, ip->saddr) == NET_XMIT_SUCCESS)
		net_count(NETCNT_icmp_echo_replied);
	else
		net_count(NETCNT_drop_reply_xmit);
}

/* Wake the ping that this answers; false: nobody asked. */
static bool ping_answered(const struct icmp_fields *f, const struct ip_fields *ip)
{
	struct ping *p;
	bool found = false;

	spin_lock_bh(&ping_lock);
	list_for_each_entry(p, &ping_list, node) {
		if (p->id == f->id && p->sequence == f->sequence && p->addr == ip->saddr) {
			p->received = ktime_get_ns();
			p->ttl = ip->ttl;
			complete(&p->done);
			found = true;
			break;
		}
	}
	spin_unlock_bh(&ping_lock);
	return found;
}

void icmp_rcv(struct sk_buff *skb, const struct ip_fields *ip)
{
	struct icmp_fields f;
	int why = icmp_parse(skb->data, skb->len, &f);

	if (!why && f.type == ICMP_ECHO) {
		icmp_echo(skb, ip);
		return;
	}
	if (!why && f.type == ICMP_ECHOREPLY)
		why = ping_answered(&f, ip) ? NETCNT_icmp_reply_in : NETCNT_drop_icmp_stray_reply;
	else if (!why)
		why = NETCNT_drop_icmp_type;
	net_drop(skb, why);
}

/* ---- ping -------------------------------------------------------------------------------- */

/* Build and send the request. */
static int ping_send(const struct ping *p, size_t len)
{
	struct ip_route rt;
	struct sk_buff *skb;
	struct icmphdr *h;
	int err = ip_route_output(p->addr, &rt);

	if (err)
		return err;
	skb = alloc_skb(IP_TX_HEADROOM + sizeof(*h) + len, GFP_KERNEL);
	if (!skb) {
		ip_route_put(&rt);
		return -ENOMEM;
	}
	skb_reserve(skb, IP_TX_HEADROOM);
	h = skb_put(skb, sizeof(*h));
	memset(h, 0, sizeof(*h));
	h->type = ICMP_ECHO;
	h->un.echo.id = htons(p->id);
	h->un.echo.sequence = htons(p->sequence);
	for (size_t i = 0; i < len; i++)
		*(u8 *)skb_put(skb, 1) = i;
	h->checksum = ip_checksum(skb->data, skb->len);
	net_count(NETCNT_icmp_sent);
	if (ip_send(skb, IPPROTO_ICMP, p->addr, &rt) != NET_XMIT_SUCCESS)
		err = -ENOBUFS;
	ip_route_put(&rt);
	return err;
}

int ping_one(struct ping *p, size_t len, long timeout)
{
	int err;

	might_sleep();
	init_completion(&p->done);
	p->received = 0;
	spin_lock_bh(&ping_lock);
	list_add_tail(&p->node, &ping_list);
	spin_unlock_bh(&ping_lock);

	p->sent = ktime_get_ns();
	err = ping_send(p, len);
	if (!err && !wait_for_completion_timeout(&p->done, timeout))
		err = -ETIMEDOUT;

	spin_lock_bh(&ping_lock);
	list_del(&p->node);
	spin_unlock_bh(&ping_lock);
	return err;
}
