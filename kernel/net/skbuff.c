/* SPDX-License-Identifier: MIT */
/*
 * sk_buffs: allocation, recycling, moving the edges, queues.
 *
 * Invariant: head <= data <= tail <= end, and users > 0 while anybody may touch the packet. A freed
 * packet with a standard buffer stays together with its buffer on this CPU's recycle list, at most
 * skb_recycle_max of them; the next allocation on this CPU takes it from there, so a steady flow
 * never enters the slab allocator. The lists are touched with irqs off.
 */
#define pr_fmt(fmt) "skbuff: " fmt

#include <linux/bug.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysctl.h>

/* One NAPI weight: what a poll takes from the list, the transmit clean-up puts back. */
#define SKB_RECYCLE_MAX	64

static unsigned int skb_recycle_max = SKB_RECYCLE_MAX;
SYSCTL_UINT("net/core/skb_recycle_max", &skb_recycle_max, 0, 4096);

unsigned int skb_alloc_fail;
SYSCTL_UINT("net/core/skb_alloc_fail", &skb_alloc_fail, 0, 1000000);

struct skb_cache {
	struct sk_buff	*list;		/* linked by ->next, buffers attached */
	unsigned int	count;
	unsigned int	nr_alloc;	/* for the fault injection */
	long		live;		/* allocated minus freed on this CPU; the sum is what counts */
};
static DEFINE_PER_CPU(struct skb_cache, skb_cache);

static struct kmem_cache *skb_head_cache, *skb_data_cache;

/* Create the slab caches. Context: boot, before any packet. */
static int __init skb_init(void)
{
	skb_head_cache = kmem_cache_create("skbuff_head", sizeof(struct sk_buff),
					   SMP_CACHE_BYTES, SLAB_PANIC, NULL);
	skb_data_cache = kmem_cache_create("skbuff_data", SKB_STD_SIZE, SMP_CACHE_BYTES,
					   SLAB_PANIC, NULL);
	return 0;
}
core_initcall(skb_init);

/* True when the knob says that this allocation shall fail. Context: irqs off. */
static bool skb_inject_failure(struct skb_cache *c)
{
	unsigned int nth = READ_ONCE(skb_alloc_fail);

	return unlikely(nth) && ++c->nr_alloc % nth == 0;
}

/* Take a packet with its buffer from this CPU's list, or NULL. *fail: act as if out of memory. */
static struct sk_buff *skb_recycle_get(bool std, bool *fail)
{
	struct sk_buff *skb = NULL;
	struct skb_cache *c;
	unsigned long flags;

	local_irq_save(flags);
	c = this_cpu_ptr(&skb_cache);
	*fail = skb_inject_failure(c);
	if (!*fail) {
		c->live++;
		if (std && c->list) {
			skb = c->list;
			c->list = skb->next;
			c->count--;
		}
	}
	local_irq_restore(flags);
	return skb;
}

/* Keep a freed packet with its buffer, if there is room. Counts it as dead either way. */
static bool skb_recycle_put(struct sk_buff *skb)
{
	struct skb_cache *c;
	unsigned long flags;
	bool kept = false;

	local_irq_save(flags);
	c = this_cpu_ptr(&skb_cache);
	c->live--;
	if (skb->std_buf && c->count < READ_ONCE(skb_recycle_max)) {
		skb->next = c->list;
		c->list = skb;
		c->count++;
		kept = true;
	}
	local_irq_restore(flags);
	return kept;
}

/* A packet from the slabs, its buffer attached; NULL when there is no memory. */
static struct sk_buff *skb_from_slab(unsigned int size, bool std, gfp_t gfp)
{
	struct sk_buff *skb = kmem_cache_alloc(skb_head_cache, gfp);

	if (!skb)
		return NULL;
	net_count(NETCNT_skb_from_slab);
	skb->head = std ? kmem_cache_alloc(skb_data_cache, gfp) : kmalloc(size, gfp);
	if (!skb->head) {
		kmem_cache_free(skb_head_cache, skb);
		return NULL;
	}
	return skb;
}

struct sk_buff *alloc_skb(unsigned int size, gfp_t gfp)
{
	bool std = size <= SKB_STD_SIZE, fail;
	struct sk_buff *skb = skb_recycle_get(std, &fail);
	unsigned char *head;

	if (!skb && !fail) {
		skb = skb_from_slab(size, std, gfp);
		if (!skb)
			this_cpu_dec(skb_cache.live);
	}
	if (unlikely(!skb)) {
		net_count(NETCNT_skb_alloc_failed);
		return NULL;
	}
	head = skb->head;
	memset(skb, 0, sizeof(*skb));
	skb->head = skb->data = head;
	skb->end = std ? SKB_STD_SIZE : size;
	skb->std_buf = std;
	skb->truesize = sizeof(*skb) + skb->end;
	atomic_set(&skb->users, 1);
	return skb;
}
EXPORT_SYMBOL(alloc_skb);

struct sk_buff *__netdev_alloc_skb(struct net_device *dev, unsigned int length, gfp_t gfp)
{
	struct sk_buff *skb = alloc_skb(length + NET_SKB_PAD, gfp);

	if (likely(skb)) {
		skb_reserve(skb, NET_SKB_PAD);
		skb->dev = dev;
	}
	return skb;
}
EXPORT_SYMBOL(__netdev_alloc_skb);

struct sk_buff *napi_alloc_skb(struct napi_struct *napi, unsigned int length)
{
	return __netdev_alloc_skb(napi->dev, length + NET_IP_ALIGN, GFP_ATOMIC);
}
EXPORT_SYMBOL(napi_alloc_skb);

void kfree_skb(struct sk_buff *skb)
{
	int users;

	if (!skb)
		return;
	users = atomic_dec_return(&skb->users);
	if (users > 0)
		return;
	if (WARN_ONCE(users < 0, "skbuff: packet %p freed twice by %pS\n", skb,
		      __builtin_return_address(0)))
		return;
	if (skb_recycle_put(skb))
		return;
	if (skb->std_buf)
		kmem_cache_free(skb_data_cache, skb->head);
	else
		kfree(skb->head);
	kmem_cache_free(skb_head_cache, skb);
}
EXPORT_SYMBOL(kfree_skb);

struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t gfp)
{
	struct sk_buff *n = alloc_skb(skb->end, gfp);

	if (!n)
		return NULL;
	memcpy(n->head, skb->head, skb->tail);
	n->data = n->head + skb_headroom(skb);
	n->tail = skb->tail;
	n->len = skb->len;
	n->dev = skb->dev;
	memcpy(n->cb, skb->cb, sizeof(n->cb));
	n->protocol = skb->protocol;
	n->pkt_type = skb->pkt_type;
	n->mac_header = skb->mac_header;
	n->network_header = skb->network_header;
	n->transport_header = skb->transport_header;
	return n;
}
EXPORT_SYMBOL(skb_copy);

long skb_in_use(void)
{
	unsigned int cpu;
	long sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(skb_cache, cpu).live);
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
	void *old = skb_tail_pointer(skb);

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

void *skb_pull(struct sk_buff *skb, unsigned int len)
{
	if (unlikely(len > skb->len))
		return NULL;
	skb->len -= len;
	return skb->data += len;
}
EXPORT_SYMBOL(skb_pull);

void skb_trim(struct sk_buff *skb, unsigned int len)
{
	if (len >= skb->len)
		return;
	skb->tail -= skb->len - len;
	skb->len = len;
}
EXPORT_SYMBOL(skb_trim);

void *skb_put_data(struct sk_buff *skb, const void *data, unsigned int len)
{
	return memcpy(skb_put(skb, len), data, len);
}
EXPORT_SYMBOL(skb_put_data);

void *skb_put_zero(struct sk_buff *skb, unsigned int len)
{
	return memset(skb_put(skb, len), 0, len);
}
EXPORT_SYMBOL(skb_put_zero);

/* ---- queues ------------------------------------------------------------------------------ */

/* Link @skb between two neighbours of @list. */
static void __skb_insert(struct sk_buff *skb, struct sk_buff *prev, struct sk_buff *next,
			 struct sk_buff_head *list)
{
	skb->next = next;
	skb->prev = prev;
	next->prev = skb;
	WRITE_ONCE(prev->next, skb);
	WRITE_ONCE(list->qlen, list->qlen + 1);
}

void __skb_queue_tail(struct sk_buff_head *list, struct sk_buff *skb)
{
	__skb_insert(skb, list->prev, (struct sk_buff *)list, list);
}

void __skb_queue_head(struct sk_buff_head *list, struct sk_buff *skb)
{
	__skb_insert(skb, (struct sk_buff *)list, list->next, list);
}

struct sk_buff *__skb_dequeue(struct sk_buff_head *list)
{
	struct sk_buff *skb = list->next;

	if (skb == (struct sk_buff *)list)
		return NULL;
	WRITE_ONCE(list->qlen, list->qlen - 1);
	WRITE_ONCE(list->next, skb->next);
	skb->next->prev = (struct sk_buff *)list;
	skb->next = skb->prev = NULL;
	return skb;
}

void skb_queue_tail(struct sk_buff_head *list, struct sk_buff *skb)
{
	unsigned long flags;

	spin_lock_irqsave(&list->lock, flags);
	__skb_queue_tail(list, skb);
	spin_unlock_irqrestore(&list->lock, flags);
}
EXPORT_SYMBOL(skb_queue_tail);

struct sk_buff *skb_dequeue(struct sk_buff_head *list)
{
	struct sk_buff *skb;
	unsigned long flags;

	spin_lock_irqsave(&list->lock, flags);
	skb = __skb_dequeue(list);
	spin_unlock_irqrestore(&list->lock, flags);
	return skb;
}
EXPORT_SYMBOL(skb_dequeue);

void skb_queue_splice_tail_init(struct sk_buff_head *from, struct sk_buff_head *to)
{
	struct sk_buff *skb;

	if (skb_queue_empty(to) && !skb_queue_empty(from)) {	/* the usual case, in one step */
		to->next = from->next;
		to->prev = from->prev;
		to->next->prev = to->prev->next = (struct sk_buff *)to;
		WRITE_ONCE(to->qlen, from->qlen);
		__skb_queue_head_init(from);
		return;
	}
	while ((skb = __skb_dequeue(from)))
		__skb_queue_tail(to, skb);
}

void skb_queue_purge(struct sk_buff_head *list)
{
	struct sk_buff *skb;

	while ((skb = skb_dequeue(list)))
		kfree_skb(skb);
}
EXPORT_SYMBOL(skb_queue_purge);
