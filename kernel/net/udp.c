/* SPDX-License-Identifier: MIT */
/*
 * UDP: sockets by port, with a handler in softirq or a bounded queue. [RFC 768]
 *
 * A socket hangs in a bucket of udp_hash under the bucket's lock. A received datagram takes a
 * reference while it is served, so a handler never runs on a closed socket: udp_close() unhashes it
 * and waits for the references. The queue has its own lock.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "internal.h"
#include "udp_sock.h"

struct udp_bucket udp_hash[UDP_HASH_SIZE];

/* Where automatic ports start. [RFC 6335] 6 "Port Number Ranges": the dynamic ports. */
#define UDP_FIRST_FREE_PORT	49152

static struct udp_bucket *udp_bucket(u16 port)
{
	return &udp_hash[port % UDP_HASH_SIZE];
}

/* ---- sockets ----------------------------------------------------------------------------- */

/* Under the bucket's lock. */
static struct udp_sock *udp_find(const struct udp_bucket *b, u16 port)
{
	struct udp_sock *sk;

	hlist_for_each_entry(sk, &b->head, node)
		if (sk->port == port)
			return sk;
	return NULL;
}

/* The socket of @port with a reference, or NULL. Context: softirq. */
static struct udp_sock *udp_lookup(u16 port)
{
	struct udp_bucket *b = udp_bucket(port);
	struct udp_sock *sk;

	spin_lock(&b->lock);
	sk = udp_find(b, port);
	if (sk)
		atomic_inc(&sk->refs);
	spin_unlock(&b->lock);
	return sk;
}

static void udp_put(struct udp_sock *sk)
{
	atomic_dec(&sk->refs);
}

/* Hash @sk under @port; false: taken. */
static bool udp_hash_add(struct udp_sock *sk, u16 port)
{
	struct udp_bucket *b = udp_bucket(port);
	bool is_free;

	spin_lock_bh(&b->lock);
	is_free = !udp_find(b, port);
	if (is_free) {
		sk->port = port;
		hlist_add_head(&sk->node, &b->head);
	}
	spin_unlock_bh(&b->lock);
	return is_free;
}

struct udp_sock *udp_bind(u16 port, udp_handler_t handler, void *data)
{
	struct udp_sock *sk = kzalloc(sizeof(*sk), GFP_KERNEL);
	bool bound;

	if (!sk)
		return ERR_PTR(-ENOMEM);
	atomic_set(&sk->refs, 1);
	sk->handler = handler;
	sk->data = data;
	skb_queue_head_init(&sk->queue);
	init_waitqueue_head(&sk->wait);
	if (port) {
		bound = udp_hash_add(sk, port);
	} else {
		bound = false;
		for (u32 p = UDP_FIRST_FREE_PORT; p <= 65535 && !bound; p++)
			bound = udp_hash_add(sk, p);
	}
	if (bound)
		return sk;
	kfree(sk);
	return ERR_PTR(-EADDRINUSE);
}
EXPORT_SYMBOL(udp_bind);

void udp_close(struct udp_sock *sk)
{
	struct udp_bucket *b = udp_bucket(sk->port);
	struct sk_buff *skb;

	might_sleep();
	spin_lock_bh(&b->lock);
	hlist_del(&sk->node);
	spin_unlock_bh(&b->lock);
	while (atomic_read(&sk->refs) > 1)
		msleep(1);
	while ((skb = skb_dequeue(&sk->queue)))
		kfree_skb(skb);
	kfree(sk);
}
EXPORT_SYMBOL(udp_close);

u16 udp_sock_port(const struct udp_sock *sk)
{
	return sk->port;
}

void *udp_sock_data(const struct udp_sock *sk)
{
	return sk->data;
}

/* ---- receive ----------------------------------------------------------------------------- */

/* Into the socket's queue, unless it is full. */
static void udp_enqueue(struct udp_sock *sk, struct sk_buff *skb)
{
	unsigned long flags;
	bool room;

	spin_lock_irqsave(&sk->queue.lock, flags);
	room = sk->queue.qlen < UDP_QUEUE_LEN;
	if (room)
		__skb_queue_tail(&sk->queue, skb);
	else
		sk->drops++;
	spin_unlock_irqrestore(&sk->queue.lock, flags);
	if (!room) {
		net_drop(skb, NETCNT_drop_udp_queue_full);
		return;
	}
	net_count(NETCNT_udp_delivered);
	wake_up(&sk->wait);
}

void udp_rcv(struct sk_buff *skb, const struct ip_fields *ip)
{
	struct udp_fields f;
	int why = udp_parse(skb->data, skb->len, ip->saddr, ip->daddr, &f);
	struct udp_sock *sk;

	if (unlikely(why)) {
		net_drop(skb, why);
		return;
	}
	sk = udp_lookup(f.dport);
	if (unlikely(!sk)) {
		net_drop(skb, NETCNT_drop_udp_no_port);
		return;
	}
	skb_trim(skb, f.len);
	skb_pull(skb, sizeof(struct udphdr));
	*UDP_CB(skb) = (struct udp_cb){
		.saddr = ip->saddr, .daddr = ip->daddr, .sport = f.sport, .dport = f.dport,
		.broadcast = skb->pkt_type != PACKET_HOST,
	};
	if (sk->handler)
		sk->handler(sk, skb);
	else
		udp_enqueue(sk, skb);
	udp_put(sk);
}

int udp_recv(struct udp_sock *sk, void *buf, size_t len, struct udp_peer *from, long timeout)
{
	struct sk_buff *skb;
	int n;

	might_sleep();
	if (!wait_event_timeout(sk->wait, !skb_queue_empty(&sk->queue), timeout))
		return -EAGAIN;
	skb = skb_dequeue(&sk->queue);
	if (!skb)
		return -EAGAIN;			/* another reader of the same socket was faster */
	n = skb->len;
	memcpy(buf, skb->data, min_t(size_t, n, len));
	if (from) {
		from->addr = UDP_CB(skb)->saddr;
		from->port = htons(UDP_CB(skb)->sport);
	}
	kfree_skb(skb);
	return n;
}
EXPORT_SYMBOL(udp_recv);

/* ---- send -------------------------------------------------------------------------------- */

/* Push a UDP header with its checksum; a sum of zero is sent as all ones, [RFC 768]. */
static void udp_push_header(struct sk_buff *skb, __be32 saddr, u16 sport, __be32 daddr, u16 dport)
{
	struct udphdr *h = skb_push(skb, sizeof(*h));
	u64 sum;

	h->source = htons(sport);
	h->dest = htons(dport);
	h->len = htons(skb->len);
	h->check = 0;
	sum = csum_udp_pseudo(saddr, daddr, skb->len, IPPROTO_UDP);
	h->check = csum_fold(csum_add_bytes(sum, skb->data, skb->len)) ?: 0xffff;
}

int udp_sendto(struct udp_sock *sk, const void *buf, size_t len, __be32 addr, u16 port)
{
	struct ip_route rt;
	struct sk_buff *skb;
	int err = ip_route_output(addr, &rt);

	if (err)
		return err;
	if (len + sizeof(struct iphdr) + sizeof(struct udphdr) > min(rt.dev->mtu, 65535u)) {
		err = -EMSGSIZE;
		goto out;
	}
	skb = alloc_skb(IP_TX_HEADROOM + len, GFP_ATOMIC);
	if (!skb) {
		net_count(NETCNT_tx_drop_nomem);
		err = -ENOMEM;
		goto out;
	}
	skb_reserve(skb, IP_TX_HEADROOM);
	skb_put_data(skb, buf, len);
	udp_push_header(skb, rt.saddr, sk->port, addr, port);
	net_count(NETCNT_udp_sent);
	if (ip_send(skb, IPPROTO_UDP, addr, &rt) != NET_XMIT_SUCCESS)
		err = -ENOBUFS;
out:
	ip_route_put(&rt);
	return err;
}
EXPORT_SYMBOL(udp_sendto);

int udp_reply(struct sk_buff *skb)
{
	const struct udp_cb cb = *UDP_CB(skb);

	udp_push_header(skb, cb.daddr, cb.dport, cb.saddr, cb.sport);
	return ip_reply(skb, IPPROTO_UDP, cb.daddr, cb.saddr);
}
EXPORT_SYMBOL(udp_reply);

static int __init udp_init(void)
{
	for (int i = 0; i < UDP_HASH_SIZE; i++)
		spin_lock_init(&udp_hash[i].lock);
	return 0;
}
core_initcall(udp_init);
