/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/list.h */
#include <linux/list.h>

struct item {
	struct list_head node;
	struct hlist_node hash;
	int n;
};

static LIST_HEAD(all);
static HLIST_HEAD(bucket);

int api_list(struct item *i, struct list_head *other)
{
	struct item *pos, *next;
	struct list_head *p;
	int n = 0;

	INIT_LIST_HEAD(&i->node);
	INIT_LIST_HEAD(other);
	list_add(&i->node, &all);
	list_del(&i->node);
	list_add_tail(&i->node, &all);
	list_move(&i->node, other);
	list_move_tail(&i->node, &all);
	list_splice_init(&all, other);
	list_splice(other, &all);
	list_splice_tail(other, &all);
	list_replace(&i->node, other);
	list_for_each(p, &all)
		n++;
	list_for_each_safe(p, other, &all)
		n++;
	list_for_each_entry(pos, &all, node)
		n += pos->n;
	list_for_each_entry_reverse(pos, &all, node)
		n += pos->n;
	list_for_each_entry_safe(pos, next, &all, node)
		list_del_init(&pos->node);
	INIT_HLIST_NODE(&i->hash);
	hlist_add_head(&i->hash, &bucket);
	hlist_for_each_entry(pos, &bucket, hash)
		n += pos->n;
	hlist_del(&i->hash);
	if (list_empty(&all) || list_is_singular(&all) || list_empty_careful(&all))
		return list_first_entry(&all, struct item, node)->n +
		       list_last_entry(&all, struct item, node)->n +
		       list_entry(all.next, struct item, node)->n;
	pos = list_first_entry_or_null(&all, struct item, node);
	return n + pos->n + list_next_entry(pos, node)->n + list_is_last(&i->node, &all);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
