/* SPDX-License-Identifier: MIT */
/*
 * sk_buffs: allocation, recycling, moving the edges, queues.
 *
 * Invariant: head <= data <= tail <= end, and users > 0 while anybody may touch the packet. A freed
 * packet with a standard buffer stays on this CPU's recycle list, at most skb_recycle_max of them;
 * the next allocation on this CPU takes it from there, so a steady flow never enters the slab
 * allocator. The lists are touched with irqs off, by their CPU or when it is dead.
 */
#define pr_fmt(fmt) "skbuff: " fmt

#include <linux/slab.h>
#include <linux/sysctl.h>

#include "internal.h"

/* One NAPI weight: what a poll takes from the list, the transmit clean-up puts back. */
static unsigned int skb_recycle_max = 64;
SYSCTL_UINT("net/core/skb_recycle_max", &skb_recycle_max, 0, 4096);

unsigned int skb_alloc_fail;
SYSCTL_UINT("net/core/skb_alloc_fail", &skb_alloc_fail, 0, 1000000);

static DEFINE_PER_CPU(unsigned int, skb_nr_alloc);	/* for the fault injection */
static DEFINE_PER_CPU(long, skb_live);	/* allocated minus freed here; the sum is what counts */

/* True when the knob says that this allocation shall fail. */
static bool skb_inject_failure(void)
{
	unsigned int nth = READ_ONCE(skb_alloc_fail);

	return unlikely(nth) && this_cpu_inc_return(skb_nr_alloc) % nth == 0;
}

/* A packet from this CPU's list, or NULL. */
static struct sk_buff *skb_recycle_get(void)
{
	guard(irqsave)();
	return __skb_dequeue(&this_cpu_ptr(&softnet_data)->recycle);
}

/* Keep a freed packet, if its size is standard and there is room. */
static bool skb_recycle_put(struct sk_buff *skb)
{
	struct sk_buff_head *recycle;

	guard(irqsave)();
	recycle = &this_cpu_ptr(&softnet_data)->recycle;
	if (skb->end != SKB_STD_SIZE || skb_queue_len(recycle) >= READ_ONCE(skb_recycle_max))
		return false;
	__skb_queue_head(recycle, skb);
	return true;
}

void skb_recycle_cpu_dead(unsigned int cpu)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(&per_cpu_ptr(&softnet_data, cpu)->recycle)))
		kfree(skb);
}

struct sk_buff *alloc_skb(unsigned int size, gfp_t gfp)
{
	struct sk_buff *skb = NULL;

	size = max_t(unsigned int, size, SKB_STD_SIZE);
	if (likely(!skb_inject_failure())) {
		if (likely(size == SKB_STD_SIZE))
			skb = skb_recycle_get();
		if (unlikely(!skb)) {
			net_count(NETCNT_skb_from_slab);
			skb = kmalloc(sizeof(*skb) + size, gfp);
		}
	}
	if (unlikely(!skb)) {
		net_count(NETCNT_skb_alloc_failed);
		return NULL;
	}
	memset(skb, 0, sizeof(*skb));
	skb->data = skb->head;
	skb->end = size;
	atomic_set(&skb->users, 1);
	this_cpu_inc(skb_live);
	return skb;
}
EXPORT_SYMBOL(alloc_skb);

struct sk_buff *netdev_alloc_skb(struct net_device *dev, unsigned int length)
{
	struct sk_buff *skb = alloc_skb(length + NET_SKB_PAD, GFP_ATOMIC);

	if (likely(skb)) {
		skb_reserve(skb, NET_SKB_PAD);
		skb->dev = dev;
	}
	return skb;
}
EXPORT_SYMBOL(netdev_alloc_skb);

void kfree_skb(struct sk_buff *skb)
{
	int users;

	if (!skb)
		return;
	users = atomic_dec_return(&skb->users);
	if (users > 0 || WARN_ONCE(users < 0, "skbuff: packet %p freed twice by %pS\n", skb,
				   __builtin_return_address(0)))
		return;
	WARN_ON_ONCE(skb->destructor && in_hardirq());	/* dev_kfree_skb_irq() is for there */
	skb_orphan(skb);
	this_cpu_dec(skb_live);
	if (!skb_recycle_put(skb))
		kfree(skb);
}
EXPORT_SYMBOL(kfree_skb);

long skb_in_use(void)
{
	unsigned int cpu;
	long sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(skb_live, cpu));
	return sum;
}

/* ---- the edges --------------------------------------------------------------------------- */

/* An edge would leave the buffer: memory of somebody else would be next. Does not return. */
static void __cold __noreturn skb_panic(const struct sk_buff *skb, unsigned int sz, void *who,
					const char *what)
{
	pr_emerg("%s: text:%pS len:%d put:%d head:%px data:%px tail:%#lx end:%#lx dev:%s\n",
		 what, who, skb->len, sz, skb->head, skb->data, (unsigned long)skb->tail,
		 (unsigned long)skb->end, skb->dev ? skb->dev->name : "<NULL>");
	BUG();
}

void *skb_put(struct sk_buff *skb, unsigned int len)
{
	void *old = skb->head + skb->tail;

	if (unlikely(len > skb->end - skb->tail))
		skb_panic(skb, len, __builtin_return_address(0), "skb_over_panic");
	skb->tail += len;
	skb->len += len;
	return old;
}
EXPORT_SYMBOL(skb_put);

void *skb_push(struct sk_buff *skb, unsigned int len)
{
	if (unlikely(len > skb_headroom(skb)))
		skb_panic(skb, len, __builtin_return_address(0), "skb_under_panic");
	skb->data -= len;
	skb->len += len;
	return skb->data;
}
EXPORT_SYMBOL(skb_push);

/* ---- queues ------------------------------------------------------------------------------ */

void __skb_queue_tail(struct sk_buff_head *q, struct sk_buff *skb)
{
	list_add_tail(&skb->list, &q->list);
	WRITE_ONCE(q->qlen, q->qlen + 1);
}

void __skb_queue_head(struct sk_buff_head *q, struct sk_buff *skb)
{
	list_add(&skb->list, &q->list);
	WRITE_ONCE(q->qlen, q->qlen + 1);
}

struct sk_buff *__skb_dequeue(struct sk_buff_head *q)
{
	struct sk_buff *skb = list_first_entry_or_null(&q->list, struct sk_buff, list);

	if (skb) {
		list_del(&skb->list);
		WRITE_ONCE(q->qlen, q->qlen - 1);
	}
	return skb;
}

struct sk_buff *skb_dequeue(struct sk_buff_head *q)
{
	guard(spinlock_irqsave)(&q->lock);
	return __skb_dequeue(q);
}
EXPORT_SYMBOL(skb_dequeue);

void skb_queue_splice_tail_init(struct sk_buff_head *from, struct sk_buff_head *to)
{
	list_splice_tail_init(&from->list, &to->list);
	WRITE_ONCE(to->qlen, to->qlen + from->qlen);
	WRITE_ONCE(from->qlen, 0);
}
