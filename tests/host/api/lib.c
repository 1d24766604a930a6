/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/kfifo.h, linux/notifier.h, linux/hashtable.h, linux/bitfield.h and what else drivers build from */
#include <linux/bitfield.h>
#include <linux/circ_buf.h>
#include <linux/cpumask.h>
#include <linux/hash.h>
#include <linux/hashtable.h>
#include <linux/iopoll.h>
#include <linux/kernel.h>
#include <linux/kfifo.h>
#include <linux/log2.h>
#include <linux/notifier.h>
#include <linux/overflow.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#define SPEED	GENMASK(9, 8)

struct event {
	u64 when;
	int what;
};

struct thing {
	int key;
	struct hlist_node node;
	DECLARE_KFIFO(events, struct event, 16);
	DECLARE_HASHTABLE(others, 3);
	DECLARE_KFIFO_PTR(words, u32);
	struct kfifo bytes;
	u16 tail[];
};

static DEFINE_HASHTABLE(things, 4);
static DEFINE_KFIFO(letters, unsigned char, 32);
static DEFINE_SPINLOCK(lock);
static ATOMIC_NOTIFIER_HEAD(atomic_chain);
static BLOCKING_NOTIFIER_HEAD(blocking_chain);
static RAW_NOTIFIER_HEAD(raw_chain);

static int told(struct notifier_block *nb, unsigned long action, void *data)
{
	return action ? notifier_from_errno(-EBUSY) : NOTIFY_DONE;
}

static struct notifier_block block = { .notifier_call = told, .priority = 1 };

int api_text(const char *s, char *line, u8 *key)
{
	unsigned int reg, val;
	char name[8];

	if (sscanf(s, "%7s %i=%x", name, (int *)&reg, &val) != 3 || hex2bin(key, s, 4))
		return -EINVAL;
	bin2hex(line, key, 4);
	print_hex_dump(KERN_INFO, "key: ", DUMP_PREFIX_OFFSET, 16, 1, key, 4, true);
	print_hex_dump_bytes("key: ", DUMP_PREFIX_NONE, key, 4);
	print_hex_dump_debug("key: ", DUMP_PREFIX_ADDRESS, 16, 4, key, 4, false);
	return hex_dump_to_buffer(key, 4, 16, 1, line, 32, true) + hex_to_bin(*s) + hex_asc_lo(reg);
}

int api_kfifo(struct thing *t, const char __user *from, char __user *to, size_t len)
{
	struct event e = { .what = 1 };
	unsigned int copied;
	u32 words[4];
	int err;

	INIT_KFIFO(t->events);
	INIT_KFIFO(t->words);
	if (kfifo_alloc(&t->words, 100, GFP_KERNEL) || kfifo_alloc(&t->bytes, 64, GFP_KERNEL))
		return -ENOMEM;
	if (!kfifo_put(&t->events, e) || !kfifo_get(&t->events, &e) || !kfifo_peek(&t->events, &e))
		kfifo_reset(&t->events);
	words[0] = kfifo_len(&t->words) + kfifo_avail(&t->words) + kfifo_size(&t->words);
	kfifo_in(&t->words, words, 4);
	kfifo_in_spinlocked(&t->words, words, 4, &lock);
	if (kfifo_out(&t->words, words, 4) != kfifo_out_spinlocked(&t->words, words, 4, &lock))
		kfifo_skip(&t->words);
	kfifo_in(&t->bytes, words, sizeof(words));
	err = kfifo_from_user(&letters, from, len, &copied);
	if (!err)
		err = kfifo_to_user(&letters, to, len, &copied);
	kfifo_free(&t->words);
	kfifo_free(&t->bytes);
	return err ?: kfifo_is_empty(&letters) + kfifo_is_full(&letters);
}

int api_notifier(void)
{
	int ret = atomic_notifier_chain_register(&atomic_chain, &block);

	ret += atomic_notifier_call_chain(&atomic_chain, 1, NULL);
	ret += atomic_notifier_chain_unregister(&atomic_chain, &block);
	ret += blocking_notifier_chain_register(&blocking_chain, &block);
	ret += blocking_notifier_call_chain(&blocking_chain, 1, NULL);
	ret += blocking_notifier_chain_unregister(&blocking_chain, &block);
	ret += raw_notifier_chain_register(&raw_chain, &block);
	ret += notifier_to_errno(raw_notifier_call_chain(&raw_chain, 1, NULL));
	return ret + raw_notifier_chain_unregister(&raw_chain, &block);
}

u64 api_percpu(void)
{
	struct event __percpu *stats = alloc_percpu(struct event);
	u64 sum = 0;
	int cpu;

	if (!stats)
		return 0;
	this_cpu_inc(stats->when);
	get_cpu_ptr(stats)->what++;
	put_cpu_ptr(stats);
	for_each_possible_cpu(cpu)
		sum += per_cpu_ptr(stats, cpu)->when;
	free_percpu(stats);
	return sum;
}

int api_hashtable(int key)
{
	struct thing *t = kzalloc(struct_size(t, tail, 5), GFP_KERNEL), *found;
	struct hlist_node *tmp;
	int bkt, n = 0;

	if (!t)
		return -ENOMEM;
	t->key = key;
	hash_init(t->others);
	hash_add(things, &t->node, t->key);
	hash_for_each_possible(things, found, node, key)
		n += found->key == key;
	hash_for_each(things, bkt, found, node)
		n += hash_32(found->key, 3) + hash_ptr(found, 3) + hash_long(n, 3);
	hash_for_each_safe(things, bkt, tmp, found, node)
		hash_del(&found->node);
	kfree(t);
	return hash_empty(things) ? n : -EBUSY;
}

int api_small(void __iomem *regs, struct circ_buf *ring, const struct cpumask *m)
{
	u32 v;
	int n = readl_poll_timeout(regs, v, v & BIT(0), 10, 1000), sum;

	n += readl_poll_timeout_atomic(regs, v, v & BIT(0), 1, 100);
	n += FIELD_GET(SPEED, v) + FIELD_PREP(SPEED, 2) + FIELD_FIT(SPEED, n);
	n += CIRC_CNT(ring->head, ring->tail, 64) + CIRC_SPACE_TO_END(ring->head, ring->tail, 64);
	if (check_add_overflow(n, 1, &sum) || check_mul_overflow(n, 2, &sum))
		return array_size(3, 4);
	return sum + cpumask_any_but(m, 1) + roundup_pow_of_two(n) + ilog2(n) + round_up(n, 8);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
