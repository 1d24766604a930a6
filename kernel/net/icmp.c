/* SPDX-License-Identifier: MIT */
/*
 * ICMP echo: answering it, and asking (the shell's ping). [RFC 792]
 *
 * A ping in progress is an entry on ping_list, found by its id; the reply path fills in the time and
 * completes it.
 */
#include <linux/timekeeping.h>

#include "internal.h"

static LIST_HEAD(ping_list);
static DEFINE_SPINLOCK(ping_lock);

/* ---- receive ----------------------------------------------------------------------------- */

/* Turn the request round in its own buffer. */
static enum net_counter icmp_echo(struct sk_buff *skb)
{
	struct icmphdr *h = icmp_hdr(skb);

	if (skb->pkt_type != PACKET_HOST)
		return NETCNT_drop_icmp_broadcast;	/* [RFC 1122] 3.2.2.6 allows it */
	h->type = ICMP_ECHOREPLY;
	h->code = 0;
	h->checksum = 0;
	h->checksum = ip_checksum(skb->data, skb->len);
	return ip_reply(skb, IPPROTO_ICMP, NETCNT_icmp_echo_replied);
}

/* Wake the ping that this answers, if anybody asked. */
static enum net_counter ping_answered(struct sk_buff *skb)
{
	const struct icmphdr *h = icmp_hdr(skb);
	const struct iphdr *ip = ip_hdr(skb);
	struct ping *p;

	guard(spinlock_bh)(&ping_lock);
	list_for_each_entry(p, &ping_list, node) {
		if (htons(p->id) == h->un.echo.id && htons(p->sequence) == h->un.echo.sequence &&
		    p->addr == ip->saddr) {
			p->received = ktime_get_ns();
			p->ttl = ip->ttl;
			complete(&p->done);
			return NETCNT_icmp_reply_in;
		}
	}
	return NETCNT_drop_icmp_stray_reply;
}

enum net_counter icmp_rcv(struct sk_buff *skb)
{
	int why = icmp_parse(skb->data, skb->len);

	if (why)
		return why;
	switch (icmp_hdr(skb)->type) {
	case ICMP_ECHO:
		return icmp_echo(skb);
	case ICMP_ECHOREPLY:
		return ping_answered(skb);
	default:
		return NETCNT_drop_icmp_type;
	}
}

/* ---- ping -------------------------------------------------------------------------------- */

/* Build and send the request. */
static int ping_send(const struct ping *p, size_t len)
{
	struct ip_route rt;
	struct icmphdr *h;
	struct sk_buff *skb = ip_alloc(p->addr, sizeof(*h) + len, &rt);

	if (IS_ERR(skb))
		return PTR_ERR(skb);
	h = skb_put(skb, sizeof(*h));
	*h = (struct icmphdr){
		.type = ICMP_ECHO,
		.un.echo = { .id = htons(p->id), .sequence = htons(p->sequence) },
	};
	for (size_t i = 0; i < len; i++)
		*(u8 *)skb_put(skb, 1) = i;
	h->checksum = ip_checksum(skb->data, skb->len);
	net_count(NETCNT_icmp_sent);
	return ip_send(skb, IPPROTO_ICMP, &rt);
}

int ping_one(struct ping *p, size_t len, long timeout)
{
	int err;

	might_sleep();
	init_completion(&p->done);
	scoped_guard(spinlock_bh, &ping_lock)
		list_add_tail(&p->node, &ping_list);
	p->sent = ktime_get_ns();
	err = ping_send(p, len);
	if (!err && !wait_for_completion_timeout(&p->done, timeout))
		err = -ETIMEDOUT;
	scoped_guard(spinlock_bh, &ping_lock)
		list_del(&p->node);
	return err;
}
