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
 * Unlike Linux there are no fragments, clones or shared data: what holds a reference may only read.
 */
#ifndef _LINUX_SKBUFF_H
#define _LINUX_SKBUFF_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/spinlock.h>

struct net_device;
struct napi_struct;

/* Room before and after the packet of a driver's receive buffer: alignment and header growth. */
#define NET_SKB_PAD		64
#define NET_IP_ALIGN		0	/* x86 reads unaligned words at no cost */
#define SKB_STD_SIZE		2048	/* one buffer of an Ethernet ring; bigger ones are kmalloc'ed */

#define CHECKSUM_NONE		0

enum {
	PACKET_HOST,		/* to us */
	PACKET_BROADCAST,
	PACKET_MULTICAST,
	PACKET_OTHERHOST,	/* to somebody else, seen in promiscuous mode */
	PACKET_OUTGOING,
	PACKET_LOOPBACK,
};

struct sk_buff {
	struct sk_buff	*next;		/* next and prev first: sk_buff_head looks like an skb */
	struct sk_buff	*prev;
	struct net_device *dev;
	char		cb[48] __aligned(8); /* private to the layer that holds the packet */
	unsigned int	len;		/* bytes from data to tail */
	__be16		protocol;
	u8		pkt_type:3,
			ip_summed:2,
			std_buf:1;	/* buffer is of the standard size and may be recycled */
	u16		mac_header;	/* offsets from head */
	u16		network_header;
	u16		transport_header;
	u32		hash;
	u32		mark;
	u32		priority;
	unsigned int	tail;		/* offset from head */
	unsigned int	end;		/* offset from head */
	unsigned char	*head;
	unsigned char	*data;
	unsigned int	truesize;	/* memory charged: struct and buffer */
	atomic_t	users;
};

struct sk_buff_head {
	struct sk_buff	*next;
	struct sk_buff	*prev;
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
struct sk_buff *__netdev_alloc_skb(struct net_device *dev, unsigned int length, gfp_t gfp);
/* As alloc_skb for a driver's receive buffer: NET_SKB_PAD reserved. Linux: netdev_alloc_skb(). */
static inline struct sk_buff *netdev_alloc_skb(struct net_device *dev, unsigned int length)
{
	return __netdev_alloc_skb(dev, length, GFP_ATOMIC);
}
struct sk_buff *napi_alloc_skb(struct napi_struct *napi, unsigned int length);

/* Drop one reference; the last frees. NULL is fine. Context: any but NMI. */
void kfree_skb(struct sk_buff *skb);
#define consume_skb(skb)		kfree_skb(skb)
#define dev_kfree_skb(skb)		kfree_skb(skb)
#define dev_kfree_skb_any(skb)		kfree_skb(skb)
#define dev_kfree_skb_irq(skb)		kfree_skb(skb)

static inline struct sk_buff *skb_get(struct sk_buff *skb)
{
	atomic_inc(&skb->users);
	return skb;
}

/* A private copy, headroom included; NULL when memory is out. Linux: skb_copy(). */
struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t gfp);

/* Fault injection: every Nth allocation of a CPU fails, 0 none. /proc/sys/net/core/skb_alloc_fail */
extern unsigned int skb_alloc_fail;

/* Live sk_buffs, for leak checks: those in use, not those waiting on the recycle lists. */
long skb_in_use(void);

/* ---- the buffer -------------------------------------------------------------------------- */

static inline unsigned char *skb_tail_pointer(const struct sk_buff *skb)
{
	return skb->head + skb->tail;
}

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
void *skb_pull(struct sk_buff *skb, unsigned int len);	/* drop from the front; NULL: too short */
void skb_trim(struct sk_buff *skb, unsigned int len);	/* cut to @len */
void *skb_put_data(struct sk_buff *skb, const void *data, unsigned int len);
void *skb_put_zero(struct sk_buff *skb, unsigned int len);

/* ---- headers ----------------------------------------------------------------------------- */

static inline unsigned char *skb_mac_header(const struct sk_buff *skb)
{
	return skb->head + skb->mac_header;
}

static inline unsigned char *skb_network_header(const struct sk_buff *skb)
{
	return skb->head + skb->network_header;
}

static inline unsigned char *skb_transport_header(const struct sk_buff *skb)
{
	return skb->head + skb->transport_header;
}

static inline void skb_reset_mac_header(struct sk_buff *skb)
{
	skb->mac_header = skb->data - skb->head;
}

static inline void skb_reset_network_header(struct sk_buff *skb)
{
	skb->network_header = skb->data - skb->head;
}

static inline void skb_reset_transport_header(struct sk_buff *skb)
{
	skb->transport_header = skb->data - skb->head;
}

/* ---- queues: the __ forms want the caller's lock, the others take list->lock, irqs saved ---- */

static inline void __skb_queue_head_init(struct sk_buff_head *list)
{
	list->prev = list->next = (struct sk_buff *)list;
	list->qlen = 0;
}

static inline void skb_queue_head_init(struct sk_buff_head *list)
{
	spin_lock_init(&list->lock);
	__skb_queue_head_init(list);
}

static inline bool skb_queue_empty(const struct sk_buff_head *list)
{
	return READ_ONCE(list->next) == (const struct sk_buff *)list;
}

static inline u32 skb_queue_len(const struct sk_buff_head *list)
{
	return READ_ONCE(list->qlen);
}

void __skb_queue_tail(struct sk_buff_head *list, struct sk_buff *skb);
void __skb_queue_head(struct sk_buff_head *list, struct sk_buff *skb);
struct sk_buff *__skb_dequeue(struct sk_buff_head *list);
void skb_queue_tail(struct sk_buff_head *list, struct sk_buff *skb);
struct sk_buff *skb_dequeue(struct sk_buff_head *list);
void skb_queue_splice_tail_init(struct sk_buff_head *from, struct sk_buff_head *to);
void skb_queue_purge(struct sk_buff_head *list);

#endif
