/* SPDX-License-Identifier: MIT */
/*
 * Red-black trees (linux/rbtree.h has the invariants). Both repairs climb: each step either ends the
 * repair by at most three rotations or recolours and leaves the rest to the node above. What is said of
 * left and right holds the other way round, so sides are indices into rb_child.
 */
#include <linux/export.h>
#include <linux/rbtree.h>

static bool is_red(const struct rb_node *node)
{
	return node && node->rb_red;
}

/* The pointer that points to @node. */
static struct rb_node **slot(struct rb_root *root, struct rb_node *node)
{
	struct rb_node *parent = node->rb_parent;

	return parent ? &parent->rb_child[parent->rb_right == node] : &root->rb_node;
}

static void set_child(struct rb_node *parent, bool side, struct rb_node *child)
{
	parent->rb_child[side] = child;
	if (child)
		child->rb_parent = parent;
}

/* @node goes down to @side; its child of the other side comes up in its place. */
static void rotate(struct rb_root *root, struct rb_node *node, bool side)
{
	struct rb_node *up = node->rb_child[!side];

	*slot(root, node) = up;
	up->rb_parent = node->rb_parent;
	set_child(node, !side, up->rb_child[side]);
	set_child(up, side, node);
}

void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *parent, *grand, *uncle;

	node->rb_red = true;
	while (is_red(parent = node->rb_parent)) {
		bool side;

		grand = parent->rb_parent;	/* there is one: the root is black */
		side = grand->rb_right == parent;
		uncle = grand->rb_child[!side];
		if (is_red(uncle)) {
			parent->rb_red = uncle->rb_red = false;
			grand->rb_red = true;
			node = grand;
			continue;
		}
		if (node == parent->rb_child[!side]) {
			rotate(root, parent, side);
			parent = node;
		}
		parent->rb_red = false;
		grand->rb_red = true;
		rotate(root, grand, !side);
		break;
	}
	root->rb_node->rb_red = false;
}
EXPORT_SYMBOL(rb_insert_color);

/* Ways through @node (may be NULL) have a black node less than their neighbours. */
static void fill_up(struct rb_node *node, struct rb_node *parent, struct rb_root *root)
{
	while (node != root->rb_node && !is_red(node)) {
		bool side = parent->rb_right == node;	/* the other side is not empty: it has the black node more */
		struct rb_node *sibling = parent->rb_child[!side], *far;

		if (is_red(sibling)) {
			sibling->rb_red = false;
			parent->rb_red = true;
			rotate(root, parent, side);
			sibling = parent->rb_child[!side];
		}
		if (!is_red(sibling->rb_left) && !is_red(sibling->rb_right)) {
			sibling->rb_red = true;
			node = parent;
			parent = node->rb_parent;
			continue;
		}
		far = sibling->rb_child[!side];
		if (!is_red(far)) {
			far = sibling;
			sibling = sibling->rb_child[side];
			rotate(root, far, !side);
		}
		sibling->rb_red = parent->rb_red;
		parent->rb_red = far->rb_red = false;
		rotate(root, parent, side);
		return;
	}
	if (node)
		node->rb_red = false;
}

/* @node has two children: the next one takes its place. Returns who took the next one's, below @parent. */
static struct rb_node *replace_by_next(struct rb_node *node, struct rb_root *root,
				       struct rb_node **parent, bool *black)
{
	struct rb_node *next = rb_next(node), *child = next->rb_right;

	*black = !next->rb_red;
	*parent = next->rb_parent;
	if (*parent == node) {
		*parent = next;
	} else {
		set_child(*parent, 0, child);
		set_child(next, 1, node->rb_right);
	}
	*slot(root, node) = next;
	next->rb_parent = node->rb_parent;
	next->rb_red = node->rb_red;
	set_child(next, 0, node->rb_left);
	return child;
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *child, *parent = node->rb_parent;
	bool black = !node->rb_red;

	if (node->rb_left && node->rb_right) {
		child = replace_by_next(node, root, &parent, &black);
	} else {
		child = node->rb_left ?: node->rb_right;
		*slot(root, node) = child;
		if (child)
			child->rb_parent = parent;
	}
	if (black)
		fill_up(child, parent, root);
}
EXPORT_SYMBOL(rb_erase);

/* The outermost node of @side below @node, which may be NULL. */
static struct rb_node *outermost(struct rb_node *node, bool side)
{
	while (node && node->rb_child[side])
		node = node->rb_child[side];
	return node;
}

/* The neighbour of @side: the nearest below, else the first above from which @node lies on the other side. */
static struct rb_node *neighbour(const struct rb_node *node, bool side)
{
	struct rb_node *parent;

	if (node->rb_child[side])
		return outermost(node->rb_child[side], !side);
	while ((parent = node->rb_parent) && parent->rb_child[side] == node)
		node = parent;
	return parent;
}

struct rb_node *rb_first(const struct rb_root *root)
{
	return outermost(root->rb_node, 0);
}
EXPORT_SYMBOL(rb_first);

struct rb_node *rb_last(const struct rb_root *root)
{
	return outermost(root->rb_node, 1);
}
EXPORT_SYMBOL(rb_last);

struct rb_node *rb_next(const struct rb_node *node)
{
	return neighbour(node, 1);
}
EXPORT_SYMBOL(rb_next);

struct rb_node *rb_prev(const struct rb_node *node)
{
	return neighbour(node, 0);
}
EXPORT_SYMBOL(rb_prev);
