/* SPDX-License-Identifier: MIT */
/*
 * Red-black trees: sorted, and a step (insert, erase) costs the logarithm of how many there are. The
 * user walks down and links a new node himself, since only he knows the order; the tree then restores
 * its balance. Nothing locks here.
 *
 *	struct rb_node **link = &root->rb_node, *parent = NULL;
 *
 *	while (*link) {
 *		parent = *link;
 *		link = before(new, parent) ? &parent->rb_left : &parent->rb_right;
 *	}
 *	rb_link_node(new, parent, link);
 *	rb_insert_color(new, root);
 *
 * Invariants: a red node has no red child; every way from the root to a missing child meets as many
 * black nodes. So no way is more than twice as long as another.
 */
#ifndef _LINUX_RBTREE_H
#define _LINUX_RBTREE_H

#include <linux/container_of.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct rb_node {
	struct rb_node *rb_parent;	/* NULL: the root; itself: in no tree (RB_CLEAR_NODE) */
	union {
		struct {
			struct rb_node *rb_left, *rb_right;
		};
		struct rb_node *rb_child[2];
	};
	bool rb_red;
};

struct rb_root {
	struct rb_node *rb_node;
};

/* A tree that knows its first node. */
struct rb_root_cached {
	struct rb_root rb_root;
	struct rb_node *rb_leftmost;
};

#define RB_ROOT			(struct rb_root){ NULL }
#define RB_ROOT_CACHED		(struct rb_root_cached){ { NULL }, NULL }
#define RB_EMPTY_ROOT(root)	(!(root)->rb_node)
#define RB_CLEAR_NODE(node)	((node)->rb_parent = (node))
#define RB_EMPTY_NODE(node)	((node)->rb_parent == (node))

#define rb_entry(ptr, type, member)	container_of(ptr, type, member)
#define rb_entry_safe(ptr, type, member) ({				\
	typeof(ptr) __ptr = (ptr);					\
	__ptr ? rb_entry(__ptr, type, member) : NULL; })

static inline void rb_link_node(struct rb_node *node, struct rb_node *parent, struct rb_node **link)
{
	*node = (struct rb_node){ .rb_parent = parent };
	*link = node;
}

/* Restore the balance after rb_link_node(). */
void rb_insert_color(struct rb_node *node, struct rb_root *root);
/* Take @node out. It keeps its pointers: RB_CLEAR_NODE() says that it is in no tree. */
void rb_erase(struct rb_node *node, struct rb_root *root);

/* In order; NULL beyond the ends. */
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);

#define rb_first_cached(root)	((root)->rb_leftmost)

static inline void rb_insert_color_cached(struct rb_node *node, struct rb_root_cached *root,
					  bool leftmost)
{
	if (leftmost)
		root->rb_leftmost = node;
	rb_insert_color(node, &root->rb_root);
}

/*
 * Returns the new first node if @node was the first, else NULL. The first of few is taken out without
 * a call: a CPU's tick is alone with a timer or two.
 */
static inline struct rb_node *rb_erase_cached(struct rb_node *node, struct rb_root_cached *root)
{
	struct rb_node *first = NULL;

	if (root->rb_leftmost == node) {
		if (node->rb_red && !node->rb_right) {	/* a leaf that nobody misses */
			first = root->rb_leftmost = node->rb_parent;
			first->rb_left = NULL;
			return first;
		}
		first = root->rb_leftmost = rb_next(node);
	}
	rb_erase(node, &root->rb_root);
	return first;
}

/* Insert @node behind those that are not more than it. Returns it if it is the first now, else NULL. */
static __always_inline struct rb_node *
rb_add_cached(struct rb_node *node, struct rb_root_cached *tree,
	      bool (*less)(struct rb_node *, const struct rb_node *))
{
	struct rb_node **link = &tree->rb_root.rb_node, *parent = NULL;
	bool leftmost = true;

	while (*link) {
		parent = *link;
		if (less(node, parent)) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			leftmost = false;
		}
	}
	rb_link_node(node, parent, link);
	if (leftmost)
		tree->rb_leftmost = node;
	node->rb_red = true;
	if (!parent || parent->rb_red)	/* else the balance is kept */
		rb_insert_color(node, &tree->rb_root);
	return leftmost ? node : NULL;
}

#endif
