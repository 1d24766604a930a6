/* SPDX-License-Identifier: MIT */
/*
 * hashtable.h - hash tables of a fixed size: an array of 2^bits lists, chosen by a key that is a number.
 *
 * No locking of its own: writers have a lock, and so have readers, but in the _rcu forms, where they are
 * inside rcu_read_lock(). What was deleted from under them is freed after a grace period.
 * The table's size must be known where it is used: it is passed as the array, not as a pointer.
 */
#ifndef _LINUX_HASHTABLE_H
#define _LINUX_HASHTABLE_H

#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/rculist.h>

#define DECLARE_HASHTABLE(name, bits)	struct hlist_head name[1 << (bits)]
#define DEFINE_HASHTABLE(name, bits)	DECLARE_HASHTABLE(name, bits) = {}
#define HASH_SIZE(name)			ARRAY_SIZE(name)
#define HASH_BITS(name)			ilog2(HASH_SIZE(name))

/* The bucket of @val, whose type says how much of it there is. */
#define hash_min(val, bits) \
	(sizeof(val) <= 4 ? hash_32((u32)(val), bits) : hash_long((u64)(val), bits))
#define __hash_bucket(table, key)	(&(table)[hash_min(key, HASH_BITS(table))])

static inline void __hash_init(struct hlist_head *ht, unsigned int size)
{
	while (size--)
		INIT_HLIST_HEAD(&ht[size]);
}

static inline bool __hash_empty(const struct hlist_head *ht, unsigned int size)
{
	while (size--)
		if (!hlist_empty(&ht[size]))
			return false;
	return true;
}

#define hash_init(table)	__hash_init(table, HASH_SIZE(table))
#define hash_empty(table)	__hash_empty(table, HASH_SIZE(table))

/* @node goes in by @key, in front; and out, which may be done twice. hash_hashed(): is it in one? */
#define hash_add(table, node, key)	hlist_add_head(node, __hash_bucket(table, key))
#define hash_add_rcu(table, node, key)	hlist_add_head_rcu(node, __hash_bucket(table, key))
#define hash_hashed(node)		(!hlist_unhashed(node))
#define hash_del(node)			hlist_del_init(node)
#define hash_del_rcu(node)		hlist_del_init_rcu(node)

/*
 * Every object; a break leaves both loops, since then @obj is not NULL. @bkt: an int for the loop; @tmp:
 * a struct hlist_node * in the form that allows to delete @obj.
 */
#define __hash_for_each_bucket(name, bkt, obj) \
	for ((bkt) = 0, (obj) = NULL; !(obj) && (bkt) < HASH_SIZE(name); (bkt)++)
#define hash_for_each(name, bkt, obj, member)			\
	__hash_for_each_bucket(name, bkt, obj)			\
		hlist_for_each_entry(obj, &(name)[bkt], member)
#define hash_for_each_rcu(name, bkt, obj, member)		\
	__hash_for_each_bucket(name, bkt, obj)			\
		hlist_for_each_entry_rcu(obj, &(name)[bkt], member)
#define hash_for_each_safe(name, bkt, tmp, obj, member)		\
	__hash_for_each_bucket(name, bkt, obj)			\
		hlist_for_each_entry_safe(obj, tmp, &(name)[bkt], member)

/* Every object that may have @key: those of its bucket. The caller compares. */
#define hash_for_each_possible(name, obj, member, key) \
	hlist_for_each_entry(obj, __hash_bucket(name, key), member)
#define hash_for_each_possible_rcu(name, obj, member, key, cond...) \
	hlist_for_each_entry_rcu(obj, __hash_bucket(name, key), member, ##cond)
#define hash_for_each_possible_safe(name, obj, tmp, member, key) \
	hlist_for_each_entry_safe(obj, tmp, __hash_bucket(name, key), member)

#endif
