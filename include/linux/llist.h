/* SPDX-License-Identifier: MIT */
/*
 * Lock-free singly linked lists: any number of adders in any context (NMI included), one taker of
 * the whole list. Newest first; llist_reverse_order() gives the order of adding.
 */
#ifndef _LINUX_LLIST_H
#define _LINUX_LLIST_H

#include <linux/atomic.h>
#include <linux/container_of.h>

struct llist_node {
	struct llist_node *next;
};

struct llist_head {
	struct llist_node *first;
};

#define LLIST_HEAD_INIT(name)	{ NULL }
#define LLIST_HEAD(name)	struct llist_head name = LLIST_HEAD_INIT(name)

static inline bool llist_empty(const struct llist_head *head)
{
	return READ_ONCE(head->first) == NULL;
}

/* Returns true if the list was empty before: that adder has to tell the taker. */
static inline bool llist_add(struct llist_node *new, struct llist_head *head)
{
	struct llist_node *first = READ_ONCE(head->first);

	do {
		new->next = first;
	} while (!try_cmpxchg(&head->first, &first, new));
	return first == NULL;
}

static inline struct llist_node *llist_del_all(struct llist_head *head)
{
	return xchg(&head->first, NULL);
}

static inline struct llist_node *llist_reverse_order(struct llist_node *node)
{
	struct llist_node *out = NULL;

	while (node) {
		struct llist_node *next = node->next;

		node->next = out;
		out = node;
		node = next;
	}
	return out;
}

#define llist_entry(ptr, type, member)	container_of(ptr, type, member)
#define __llist_entry_or_null(ptr, type, member) \
	({ struct llist_node *__l = (ptr); __l ? llist_entry(__l, type, member) : NULL; })

/* @n holds the next entry: the body may free or re-queue @pos. */
#define llist_for_each_entry_safe(pos, n, node, member)				\
	for ((pos) = __llist_entry_or_null(node, typeof(*(pos)), member);		\
	     (pos) && ((n) = __llist_entry_or_null((pos)->member.next,		\
						   typeof(*(pos)), member), 1);	\
	     (pos) = (n))

#endif
