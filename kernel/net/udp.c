/* SPDX-License-Identifier: MIT */
/*
 * UDP: sockets by port, with a handler in softirq or a bounded queue. [RFC 768]
 *
 * A socket hangs in a bucket of udp_hash; the bucket's lock is for who binds and closes. Who receives
 * is an RCU reader until the handler has returned, so a handler never runs on a closed socket:
 * udp_close() unhashes it and waits for a grace period. The queue has its own lock.
 *
 * A packet is charged to its socket while it waits to be read (rmem) or to be sent (wmem). Too much
 * of the first is dropped, because the other end cannot be told; too much of the second makes the
 * sender wait. The memory of a closed socket stays until its last packet is sent.
 */
#include <linux/init.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/sysctl.h>
#include <linux/wait.h>

#include "internal.h"

/* Linux's defaults on this machine: 256 of its standard packets; 104 of ours. */
unsigned int sysctl_rmem_default = 212992;
unsigned int sysctl_wmem_default = 212992;
SYSCTL_UINT("net/core/rmem_default", &sysctl_rmem_default, 2048, 1 << 30);
SYSCTL_UINT("net/core/wmem_default", &sysctl_wmem_default, 2048, 1 << 30);

struct udp_sock {
	struct hlist_node node;		/* changed under the bucket's lock, read under RCU */
	u16		port;
	udp_handler_t	handler;
	void		*data;
	unsigned int	rcvbuf, sndbuf;	/* fixed */
	struct sk_buff_head queue;
	unsigned int	rmem;		/* bytes in queue; under queue.lock */
	unsigned int	drops;		/* under queue.lock */
	atomic_t	wmem;		/* bytes on their way out, and 1 for the open socket */
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

/* The socket of @port, or NULL. Context: any; an RCU reader or under the bucket's lock. */
static struct udp_sock *udp_lookup(u16 port)
{
	struct udp_sock *sk;

	hlist_for_each_entry_rcu(sk, &udp_bucket(port)->head, node)
		if (sk->port == port)
			return sk;
	return NULL;
}

/* Hash @sk under @port; false: taken. */
static bool udp_hash_add(struct udp_sock *sk, u16 port)
{
	struct udp_bucket *b = udp_bucket(port);

	guard(spinlock_bh)(&b->lock);
	if (udp_lookup(port))
		return false;
	sk->port = port;
	hlist_add_head_rcu(&sk->node, &b->head);
	return true;
}

/* Bytes charged for sending; who takes the last gives the socket's memory back. Context: any. */
static void udp_uncharge(struct udp_sock *sk, int bytes)
{
	if (atomic_add_return(-bytes, &sk->wmem) == 0)
		kfree(sk);
}

/* The destructor of what a socket sends: sent, dropped or orphaned. One byte keeps the socket. */
static void udp_wfree(struct sk_buff *skb)
{
	struct udp_sock *sk = skb->sk;

	udp_uncharge(sk, skb_truesize(skb) - 1);
	wake_up(&sk->wait);
	udp_uncharge(sk, 1);
}

static void udp_charge(struct udp_sock *sk, struct sk_buff *skb)
{
	atomic_add(skb_truesize(skb), &sk->wmem);
	skb->sk = sk;
	skb->destructor = udp_wfree;
}

/* May one more packet be sent? As in Linux the last one may go beyond the limit. */
static bool udp_writable(struct udp_sock *sk)
{
	return atomic_read(&sk->wmem) - 1 < sk->sndbuf;
}

/*
 * Into the socket's queue, unless it is full: the handler of a socket that has none. As in Linux the
 * last one may go beyond the limit.
 */
static enum net_counter udp_enqueue(struct sk_buff *skb, void *data)
{
	struct udp_sock *sk = data;

	scoped_guard(spinlock_irqsave, &sk->queue.lock) {
		if (sk->rmem > sk->rcvbuf) {
			sk->drops++;
			return NETCNT_drop_udp_queue_full;
		}
		sk->rmem += skb_truesize(skb);
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
	atomic_set(&sk->wmem, 1);
	sk->rcvbuf = READ_ONCE(sysctl_rmem_default);
	sk->sndbuf = READ_ONCE(sysctl_wmem_default);
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
		hlist_del_rcu(&sk->node);
	synchronize_rcu();
	while ((skb = skb_dequeue(&sk->queue)))
		kfree_skb(skb);
	udp_uncharge(sk, 1);
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
	guard(rcu)();
	sk = udp_lookup(ntohs(h->dest));
	if (unlikely(!sk))
		return NETCNT_drop_udp_no_port;
	skb_trim(skb, ntohs(h->len));
	skb_pull(skb, sizeof(*h));
	return sk->handler(skb, sk->data);
}

int udp_recv(struct udp_sock *sk, void *buf, size_t len, struct udp_peer *from, long timeout)
{
	struct sk_buff *skb;
	int n;

	might_sleep();
	if (!wait_event_timeout(sk->wait, !skb_queue_empty(&sk->queue), timeout))
		return -EAGAIN;
	scoped_guard(spinlock_irqsave, &sk->queue.lock) {
		skb = __skb_dequeue(&sk->queue);
		if (skb)
			sk->rmem -= skb_truesize(skb);
	}
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
	struct sk_buff *skb;

	if (!udp_writable(sk))
		return -EAGAIN;
	skb = ip_alloc(addr, sizeof(struct udphdr) + len, &rt);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	udp_charge(sk, skb);
	skb_reserve(skb, sizeof(struct udphdr));
	skb_put_data(skb, buf, len);
	udp_push_header(skb, rt.saddr, htons(sk->port), addr, htons(port));
	net_count(NETCNT_udp_sent);
	return ip_send(skb, IPPROTO_UDP, &rt);
}
EXPORT_SYMBOL(udp_sendto);

int udp_send_wait(struct udp_sock *sk, const void *buf, size_t len, __be32 addr, u16 port,
		  long timeout)
{
	int err;

	might_sleep();
	do {
		timeout = wait_event_timeout(sk->wait, udp_writable(sk), timeout);
		err = timeout ? udp_sendto(sk, buf, len, addr, port) : -EAGAIN;
	} while (err == -EAGAIN && timeout);	/* another sender was faster */
	return err;
}
EXPORT_SYMBOL(udp_send_wait);

enum net_counter udp_reply(struct sk_buff *skb, enum net_counter good)
{
	const struct iphdr *ip = ip_hdr(skb);
	const struct udphdr *h = udp_hdr(skb);

	udp_push_header(skb, ip->daddr, h->dest, ip->saddr, h->source);
	return ip_reply(skb, IPPROTO_UDP, good);
}
EXPORT_SYMBOL(udp_reply);

int udp_show(struct seq_file *m, void *v)
{
	struct udp_sock *sk;

	seq_printf(m, "%-127s\n",
		   "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
		   "retrnsmt   uid  timeout inode ref pointer drops");
	for (int i = 0; i < ARRAY_SIZE(udp_hash); i++) {
		guard(spinlock_bh)(&udp_hash[i].lock);
		hlist_for_each_entry(sk, &udp_hash[i].head, node)
			seq_printf(m,
				   "%5d: 00000000:%04X 00000000:0000 07 %08X:%08X 00:00000000 "
				   "00000000     0        0 0 1 %px %u\n", sk->port, sk->port,
				   atomic_read(&sk->wmem) - 1, READ_ONCE(sk->rmem), sk,
				   READ_ONCE(sk->drops));
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
