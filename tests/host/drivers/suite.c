/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A KUnit suite in a module: it runs when the module has come. */
#include <kunit/test.h>
#include <linux/module.h>

static int ready;

static void init_came_first(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ready, 1);
}

static void this_one_fails(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ready, 2);
}

static struct kunit_case cases[] = { KUNIT_CASE(init_came_first), KUNIT_CASE(this_one_fails), {} };
static struct kunit_suite suite = { .name = "in_a_module", .test_cases = cases };
kunit_test_suite(suite);

static int __init suite_init(void)
{
	ready = 1;
	return 0;
}

static void __exit suite_exit(void)
{
}

module_init(suite_init);
module_exit(suite_exit);
MODULE_LICENSE("GPL");
