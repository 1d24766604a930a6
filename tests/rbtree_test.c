/* SPDX-License-Identifier: MIT */
/*
 * Red-black trees: after each of thousands of random insertions and removals the tree is looked at
 * whole: order, parents, colours, black heights, and that it holds what it should.
 */
#include <kunit/test.h>
#include <linux/random.h>
#include <linux/rbtree.h>
#include <linux/string.h>

#define ITEMS	200

struct item {
	struct rb_node node;
	unsigned int key, nr;	/* nr: when it was inserted */
	bool in;
};

static struct item items[ITEMS];
static struct rb_root_cached tree;
static unsigned int inserted;

static bool less(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct item, node)->key < rb_entry(b, struct item, node)->key;
}

static void insert(struct item *i, unsigned int key)
{
	i->key = key;
	i->nr = inserted++;
	i->in = true;
	rb_add_cached(&i->node, &tree, less);
}

static void erase(struct item *i)
{
	rb_erase_cached(&i->node, &tree);
	RB_CLEAR_NODE(&i->node);
	i->in = false;
}

/* Black nodes on each way down, this one included; -1: the tree is wrong below @n. */
static int black_height(const struct rb_node *n, const struct rb_node *parent)
{
	int left, right;

	if (!n)
		return 0;
	left = black_height(n->rb_left, n);
	right = black_height(n->rb_right, n);
	if (left < 0 || left != right || n->rb_parent != parent ||
	    (n->rb_red && parent && parent->rb_red))
		return -1;
	return left + !n->rb_red;
}

static unsigned int count_in(void)
{
	unsigned int n = 0;

	for (int i = 0; i < ITEMS; i++)
		n += items[i].in;
	return n;
}

/* Whole, sorted both ways, equal keys in the order in which they came, the first one known. */
static bool tree_is_good(void)
{
	const struct rb_node *n, *last = NULL;
	unsigned int seen = 0, back = 0;

	if (black_height(tree.rb_root.rb_node, NULL) < 0 ||
	    rb_first_cached(&tree) != rb_first(&tree.rb_root))
		return false;
	for (n = rb_first(&tree.rb_root); n; last = n, n = rb_next(n), seen++) {
		const struct item *a = last ? rb_entry(last, struct item, node) : NULL;
		const struct item *b = rb_entry(n, struct item, node);

		if (!b->in || (a && (a->key > b->key || (a->key == b->key && a->nr > b->nr))))
			return false;
	}
	for (n = rb_last(&tree.rb_root); n; n = rb_prev(n))
		back++;
	return last == rb_last(&tree.rb_root) && seen == count_in() && back == seen;
}

static int rbtree_test_init(struct kunit *test)
{
	memset(items, 0, sizeof(items));
	tree = RB_ROOT_CACHED;
	inserted = 0;
	return 0;
}

static void an_empty_tree_has_no_ends(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, RB_EMPTY_ROOT(&tree.rb_root));
	KUNIT_EXPECT_NULL(test, rb_first(&tree.rb_root));
	KUNIT_EXPECT_NULL(test, rb_last(&tree.rb_root));
	insert(&items[0], 1);
	erase(&items[0]);
	KUNIT_EXPECT_TRUE(test, RB_EMPTY_NODE(&items[0].node));
	KUNIT_EXPECT_TRUE(test, RB_EMPTY_ROOT(&tree.rb_root) && !rb_first_cached(&tree));
}

/* Up, down, all equal: in, and out again in the same order. */
static void sorted_input_keeps_its_balance(struct kunit *test)
{
	for (int kind = 0; kind < 3; kind++) {
		for (int i = 0; i < ITEMS; i++) {
			insert(&items[i], kind == 0 ? i : kind == 1 ? ITEMS - i : 7);
			KUNIT_ASSERT_TRUE(test, tree_is_good());
		}
		for (int i = 0; i < ITEMS; i++) {
			erase(&items[i]);
			KUNIT_ASSERT_TRUE(test, tree_is_good());
		}
	}
}

static void random_steps_keep_it_whole(struct kunit *test)
{
	for (int step = 0; step < 5000; step++) {
		struct item *i = &items[get_random_u32() % ITEMS];

		if (i->in)
			erase(i);
		else
			insert(i, get_random_u32() % 50);
		KUNIT_ASSERT_TRUE(test, tree_is_good());
	}
}

static struct kunit_case rbtree_cases[] = {
	KUNIT_CASE(an_empty_tree_has_no_ends),
	KUNIT_CASE(sorted_input_keeps_its_balance),
	KUNIT_CASE(random_steps_keep_it_whole),
	{}
};

static struct kunit_suite rbtree_suite = {
	.name = "rbtree",
	.init = rbtree_test_init,
	.test_cases = rbtree_cases,
};
kunit_test_suite(rbtree_suite);
