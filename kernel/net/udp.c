/* SPDX-License-Identifier: MIT */
/*
 * UDP: sockets by port, with a handler in softirq or a bounded queue. [RFC 768]
 *
 * A socket hangs in a bucket of udp_hash under the bucket's lock. A received datagram takes a
 * reference while it is served, so a handler never runs on a closed socket: udp_close() unhashes it
 * and waits for the references. The queue has its own lock.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "internal.h"

struct udp_sock {
	struct hlist_node node;		/* under the bucket's lock */
	u16		port;
	atomic_t	refs;		/* 1, and one per datagram being served */
	udp_handler_t	handler;
	void		*data;
	struct sk_buff_head queue;
	unsigned int	drops;		/* under queue.lock */
	wait_queue_head_t wait;
};

static struct udp_bucket {
	struct hlist_head head;
	spinlock_t	lock;
} ____cacheline_aligned udp_hash[64];

/* Where automatic ports start. [RFC 6335] 6 "Port Number Ranges": the dynamic ports. */
#define UDP_FIRST_FREE_PORT	49152

static struct udp_bucket *udp_bucket(u16 port)
{
	return &udp_hash[port % ARRAY_SIZE(udp_hash)];
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

	guard(spinlock)(&b->lock);
	sk = udp_find(b, port);
	if (sk)
		atomic_inc(&sk->refs);
	return sk;
}

/* Hash @sk under @port; false: taken. */
static bool udp_hash_add(struct udp_sock *sk, u16 port)
{
	struct udp_bucket *b = udp_bucket(port);

	guard(spinlock_bh)(&b->lock);
	if (udp_find(b, port))
		return false;
	sk->port = port;
	hlist_add_head(&sk->node, &b->head);
	return true;
}

/* Into the socket's queue, unless it is full: the handler of a socket that has none. */
static enum net_counter udp_enqueue(struct sk_buff *skb, void *data)
{
	struct udp_sock *sk = data;

	scoped_guard(spinlock_irqsave, &sk->queue.lock) {
		if (sk->queue.qlen >= UDP_QUEUE_LEN) {
			sk->drops++;
			return NETCNT_drop_udp_queue_full;
		}
		__skb_queue_tail(&sk->queue, skb_get(skb));
	}
	wake_up(&sk->wait);
	return NETCNT_udp_delivered;
}

struct udp_sock *udp_bind(u16 port, udp_handler_t handler, void *data)
{
	struct udp_sock *sk = kzalloc(sizeof(*sk), GFP_KERNEL);
	u32 p = port ?: UDP_FIRST_FREE_PORT, last = port ?: 65535;

	if (!sk)
		return ERR_PTR(-ENOMEM);
	atomic_set(&sk->refs, 1);
	sk->handler = handler ?: udp_enqueue;
	sk->data = handler ? data : sk;
	skb_queue_head_init(&sk->queue);
	init_waitqueue_head(&sk->wait);
	for (; p <= last; p++)
		if (udp_hash_add(sk, p))
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
	scoped_guard(spinlock_bh, &b->lock)
		hlist_del(&sk->node);
	while (atomic_read(&sk->refs) > 1)
		msleep(1);
	while ((skb = skb_dequeue(&sk->queue)))
		kfree_skb(skb);
	kfree(sk);
}
EXPORT_SYMBOL(udp_close);

/* ---- receive ----------------------------------------------------------------------------- */

enum net_counter udp_rcv(struct sk_buff *skb)
{
	const struct udphdr *h = udp_hdr(skb);
	int end = udp_parse(skb->data, skb->len, ip_hdr(skb)->saddr, ip_hdr(skb)->daddr);
	struct udp_sock *sk;

	if (unlikely(end))
		return end;
	sk = udp_lookup(ntohs(h->dest));
	if (unlikely(!sk))
		return NETCNT_drop_udp_no_port;
	skb_trim(skb, ntohs(h->len));
	skb_pull(skb, sizeof(*h));
	end = sk->handler(skb, sk->data);
	atomic_dec(&sk->refs);
	return end;
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
	if (from)
		*from = (struct udp_peer){ ip_hdr(skb)->saddr, udp_hdr(skb)->source };
	kfree_skb(skb);
	return n;
}
EXPORT_SYMBOL(udp_recv);

/* ---- send -------------------------------------------------------------------------------- */

/* Push a UDP header with its checksum; a sum of zero is sent as all ones, [RFC 768]. */
static void udp_push_header(struct sk_buff *skb, __be32 saddr, __be16 sport, __be32 daddr,
			    __be16 dport)
{
	struct udphdr *h = skb_push(skb, sizeof(*h));

	*h = (struct udphdr){ .source = sport, .dest = dport, .len = htons(skb->len) };
	h->check = udp_checksum(skb->data, skb->len, saddr, daddr) ?: 0xffff;
}

int udp_sendto(struct udp_sock *sk, const void *buf, size_t len, __be32 addr, u16 port)
{
	struct ip_route rt;
	struct sk_buff *skb = ip_alloc(addr, sizeof(struct udphdr) + len, &rt);

	if (IS_ERR(skb))
		return PTR_ERR(skb);
	skb_reserve(skb, sizeof(struct udphdr));
	skb_put_data(skb, buf, len);
	udp_push_header(skb, rt.saddr, htons(sk->port), addr, htons(port));
	net_count(NETCNT_udp_sent);
	return ip_send(skb, IPPROTO_UDP, &rt);
}
EXPORT_SYMBOL(udp_sendto);

enum net_counter udp_reply(struct sk_buff *skb, enum net_counter good)
{
	const struct iphdr *ip = ip_hdr(skb);
	const struct udphdr *h = udp_hdr(skb);

	udp_push_header(skb, ip->daddr, h->dest, ip->saddr, h->source);
	return ip_reply(skb, IPPROTO_UDP, good);
}
EXPORT_SYMBOL(udp_reply);

/* Memory that a socket's queue holds. Context: softirqs off. */
static u32 udp_queued_bytes(struct udp_sock *sk)
{
	struct sk_buff *skb;
	u32 sum = 0;

	guard(spinlock_irq)(&sk->queue.lock);
	list_for_each_entry(skb, &sk->queue.list, list)
		sum += sizeof(*skb) + skb->end;
	return sum;
}

int udp_show(struct seq_file *m, void *v)
{
	struct udp_sock *sk;

	seq_printf(m, "%-127s\n",
		   "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
		   "retrnsmt   uid  timeout inode ref pointer drops");
	for (int i = 0; i < ARRAY_SIZE(udp_hash); i++) {
		guard(spinlock_bh)(&udp_hash[i].lock);
		hlist_for_each_entry(sk, &udp_hash[i].head, node)
			seq_printf(m, "%5d: 00000000:%04X 00000000:0000 07 00000000:%08X 00:00000000 "
				   "00000000     0        0 0 %d %px %u\n", sk->port, sk->port,
				   udp_queued_bytes(sk), atomic_read(&sk->refs), sk, sk->drops);
	}
	return 0;
}

static int __init udp_init(void)
{
	for (int i = 0; i < ARRAY_SIZE(udp_hash); i++)
		spin_lock_init(&udp_hash[i].lock);
	return 0;
}
core_initcall(udp_init);
