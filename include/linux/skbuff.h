/* SPDX-License-Identifier: MIT */
/*
 * sk_buff: one packet, one linear buffer, and where its headers are.
 *
 *   head ........ data ............ tail ........ end
 *   |  headroom    |     packet       |  tailroom  |
 *
 * skb_push/skb_pull move data, skb_put moves tail; neither may leave [head, end): doing so panics
 * with "skb_over_panic"/"skb_under_panic". A buffer has users; the last kfree_skb() frees it.
 * Buffers of the standard size go back to a per-CPU list, so that a steady flow allocates nothing.
 * Unlike Linux the buffer follows the struct in one block of memory, and there are no fragments,
 * clones or shared data: what holds a reference may only read.
 */
#ifndef _LINUX_SKBUFF_H
#define _LINUX_SKBUFF_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/string.h>

struct net_device;

/* Room before the packet of a driver's receive buffer: alignment and header growth. */
#define NET_SKB_PAD		64
/* x86 reads unaligned words as fast: the IP header may lie as it falls. */
#define NET_IP_ALIGN		0

/* skb->ip_summed: what a NIC says of a checksum. Nobody here relies on it. */
#define CHECKSUM_NONE		0
#define CHECKSUM_UNNECESSARY	1
#define CHECKSUM_COMPLETE	2
#define CHECKSUM_PARTIAL	3

enum {
	PACKET_HOST,		/* to us */
	PACKET_BROADCAST,
	PACKET_MULTICAST,
	PACKET_OTHERHOST,	/* to somebody else, seen in promiscuous mode */
};

struct sk_buff {
	struct list_head list;		/* in a sk_buff_head */
	struct net_device *dev;
	unsigned char	*data;
	unsigned int	len;		/* bytes from data to tail */
	unsigned int	tail;		/* offset from head */
	unsigned int	end;		/* offset from head */
	atomic_t	users;
	__be16		protocol;
	u16		mac_header;	/* offsets from head */
	u16		network_header;
	u16		transport_header;
	u8		pkt_type;
	u8		ip_summed;
	u8		queue_mapping;	/* the receive queue it came through */
	u32		hash;		/* of its flow, skb_get_hash(); 0: not known */
	/* whose memory it is, and how to give it back; NULL: nobody's. Called once, no hardirq */
	void		(*destructor)(struct sk_buff *skb);
	void		*sk;
	unsigned char	head[] __aligned(8);	/* the buffer */
};

/*
 * The standard room, so that struct and buffer are 2 KiB together: enough for a frame with
 * NET_SKB_PAD. Packets with more are rare (the loopback device has them).
 */
#define SKB_STD_SIZE		(2048 - sizeof(struct sk_buff))

struct sk_buff_head {
	struct list_head list;
	u32		qlen;
	spinlock_t	lock;
};

/* ---- life -------------------------------------------------------------------------------- */

/*
 * alloc_skb - an empty packet with @size bytes of room.
 * Returns NULL when memory is out (counted as skb_alloc_failed). Context: any but NMI with
 * GFP_ATOMIC. Linux: alloc_skb().
 */
struct sk_buff *alloc_skb(unsigned int size, gfp_t gfp);
/* As alloc_skb for a driver's receive buffer: NET_SKB_PAD reserved. Linux: netdev_alloc_skb(). */
struct sk_buff *netdev_alloc_skb(struct net_device *dev, unsigned int length);

#define netdev_alloc_skb_ip_align(dev, length)	netdev_alloc_skb(dev, length)
/* For a poll function; nothing is kept for one napi alone. */
#define napi_alloc_skb(napi, length)		netdev_alloc_skb((napi)->dev, length)

/* Drop one reference; the last frees. NULL is fine. Context: any but NMI. */
void kfree_skb(struct sk_buff *skb);
/* The same, by who was served: drops are counted elsewhere. */
#define consume_skb(skb)	kfree_skb(skb)
#define dev_kfree_skb(skb)	kfree_skb(skb)
#define dev_consume_skb_any(skb) dev_kfree_skb_any(skb)
#define dev_consume_skb_irq(skb) dev_kfree_skb_irq(skb)
/* No time stamps are taken of packets. */
#define skb_tx_timestamp(skb)	((void)(skb))

/*
 * Drop one reference where kfree_skb() must not run: in a hardirq or with irqs off. The last one puts
 * the packet on this CPU's completion queue, and NET_TX_SOFTIRQ frees it. Context: any but NMI.
 */
void dev_kfree_skb_irq(struct sk_buff *skb);
/* Whichever of the two the context asks for: for code that runs in both. Context: any but NMI. */
void dev_kfree_skb_any(struct sk_buff *skb);

static inline struct sk_buff *skb_get(struct sk_buff *skb)
{
	atomic_inc(&skb->users);
	return skb;
}

/*
 * Fault injection: every Nth allocation of a CPU fails, 0 none.
 * /proc/sys/net/core/skb_alloc_fail
 */
extern unsigned int skb_alloc_fail;

/* The memory that @skb takes. */
static inline unsigned int skb_truesize(const struct sk_buff *skb)
{
	return sizeof(*skb) + skb->end;
}

/*
 * Stop charging @skb to its socket: by who keeps it for longer than the sender should wait. Context:
 * not hardirq.
 */
static inline void skb_orphan(struct sk_buff *skb)
{
	if (skb->destructor)
		skb->destructor(skb);
	skb->destructor = NULL;
}

/* The receive queue of @skb, by its driver. */
static inline void skb_record_rx_queue(struct sk_buff *skb, u16 queue)
{
	skb->queue_mapping = queue;
}

/*
 * The hash of a received packet's flow, never 0: IPv4 addresses, and UDP ports if they are there; 0
 * for what has no flow. data is behind the Ethernet header. Linux: skb_get_hash().
 */
u32 skb_get_hash(struct sk_buff *skb);

/* Live sk_buffs, for leak checks: those in use, not those waiting on the recycle lists. */
long skb_in_use(void);

/* ---- the buffer -------------------------------------------------------------------------- */

static inline unsigned int skb_headroom(const struct sk_buff *skb)
{
	return skb->data - skb->head;
}

static inline int skb_tailroom(const struct sk_buff *skb)
{
	return skb->end - skb->tail;
}

/* Move data and tail of an empty packet up by @len. */
static inline void skb_reserve(struct sk_buff *skb, int len)
{
	skb->data += len;
	skb->tail += len;
}

void *skb_put(struct sk_buff *skb, unsigned int len);	/* append, returns the new room */
void *skb_push(struct sk_buff *skb, unsigned int len);	/* prepend, returns the new data */

/* Drop from the front; NULL: too short. */
static inline void *skb_pull(struct sk_buff *skb, unsigned int len)
{
	if (unlikely(len > skb->len))
		return NULL;
	skb->len -= len;
	return skb->data += len;
}

/* Cut to @len. */
static inline void skb_trim(struct sk_buff *skb, unsigned int len)
{
	if (len >= skb->len)
		return;
	skb->tail -= skb->len - len;
	skb->len = len;
}

static inline void *skb_put_data(struct sk_buff *skb, const void *data, unsigned int len)
{
	return memcpy(skb_put(skb, len), data, len);
}

/* ---- headers ----------------------------------------------------------------------------- */

/* skb_mac_header(), skb_reset_mac_header() to where data is, and so on. */
#define SKB_HEADER(layer)							\
static inline unsigned char *skb_##layer##_header(struct sk_buff *skb)		\
{ return skb->head + skb->layer##_header; }					\
static inline void skb_reset_##layer##_header(struct sk_buff *skb)		\
{ skb->layer##_header = skb_headroom(skb); }

SKB_HEADER(mac)
SKB_HEADER(network)
SKB_HEADER(transport)

/* ---- queues: the __ forms want the caller's lock, the others take list->lock, irqs saved ---- */

static inline void __skb_queue_head_init(struct sk_buff_head *q)
{
	INIT_LIST_HEAD(&q->list);
	q->qlen = 0;
}

static inline void skb_queue_head_init(struct sk_buff_head *q)
{
	spin_lock_init(&q->lock);
	__skb_queue_head_init(q);
}

static inline bool skb_queue_empty(const struct sk_buff_head *q)
{
	return list_empty(&q->list);
}

static inline u32 skb_queue_len(const struct sk_buff_head *q)
{
	return READ_ONCE(q->qlen);
}

void __skb_queue_tail(struct sk_buff_head *q, struct sk_buff *skb);
void __skb_queue_head(struct sk_buff_head *q, struct sk_buff *skb);
struct sk_buff *__skb_dequeue(struct sk_buff_head *q);
struct sk_buff *skb_dequeue(struct sk_buff_head *q);
void skb_queue_splice_tail_init(struct sk_buff_head *from, struct sk_buff_head *to);

#endif
