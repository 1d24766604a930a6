/* SPDX-License-Identifier: MIT */
/*
 * UBSan: each kind of undefined behaviour once, and the words that must name it. The operands are
 * volatile, so that the compiler cannot see what is wrong with them.
 */
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/printk.h>

static volatile int sink;

static noinline int shifted(int n)
{
	return 1 << n;
}

static void shift_too_far_is_named(struct kunit *test)
{
	volatile int n = 40;

	kunit_expect_report(test, "UBSAN: shift-out-of-bounds in tests/ubsan_test.c:");
	kunit_expect_report(test, "shift exponent 40 is too large for 32-bit type 'int'");
	sink = shifted(n);
}

static void shift_by_less_than_nothing_is_named(struct kunit *test)
{
	volatile int n = -3;

	kunit_expect_report(test, "UBSAN: shift-out-of-bounds in tests/ubsan_test.c:");
	kunit_expect_report(test, "shift exponent -3 is negative");
	sink = 1U << n;
}

static void index_behind_an_array_is_named(struct kunit *test)
{
	static int array[4][8];
	volatile int i = 4;

	kunit_expect_report(test, "UBSAN: array-index-out-of-bounds in tests/ubsan_test.c:");
	kunit_expect_report(test, "index 4 is out of range for type 'int [4][8]'");
	i -= (long)&array[i][0] == 1;
}

static void a_bool_that_is_neither_is_named(struct kunit *test)
{
	volatile bool b;

	kunit_expect_report(test, "UBSAN: invalid-load in tests/ubsan_test.c:");
	kunit_expect_report(test, "load of value 7 is not a valid value for type '_Bool'");
	*(volatile u8 *)&b = 7;
	sink = b ? 1 : 2;
}

/* Its result is not used: the check is made, the division, which would fault, is not. */
static void division_by_zero_is_named(struct kunit *test)
{
	volatile int zero = 0;

	kunit_expect_report(test, "UBSAN: division-overflow in tests/ubsan_test.c:");
	kunit_expect_report(test, "division by zero");
	(void)(1 / zero);
}

static void an_array_of_no_length_is_named(struct kunit *test)
{
	volatile int zero = 0;

	kunit_expect_report(test, "UBSAN: vla-bound-not-positive in tests/ubsan_test.c:");
	kunit_expect_report(test, "variable length array bound value 0 <= 0");
	char array[zero];

	sink = sizeof(array);
}

/* A place speaks once, however often it goes wrong; another place speaks for itself. */
static void a_place_is_reported_once(struct kunit *test)
{
	struct kmsg_iter from;
	struct kmsg_record *rec = kunit_kzalloc(test, sizeof(*rec), GFP_KERNEL);
	volatile int n = 33;
	int reports = 0;

	KUNIT_ASSERT_NOT_NULL(test, rec);
	kunit_expect_report(test, "UBSAN: shift-out-of-bounds in tests/ubsan_test.c:");
	kunit_expect_report(test, "shift exponent 33 is too large");
	kmsg_rewind(&from);
	while (kmsg_next(&from, rec)) {
		/* skip what was logged before */
	}
	for (int i = 0; i < 3; i++)
		sink = 1 << n;
	while (kmsg_next(&from, rec))
		reports += !!strstr(rec->text, "UBSAN: ");
	KUNIT_EXPECT_EQ(test, reports, 1);
}

/* What is at the edge of the rules, but within them. */
static void what_c_allows_is_silent(struct kunit *test)
{
	volatile int n = 31, minus = -8, big = INT_MAX;
	static int array[4];
	int *end = &array[n - 27];

	sink = 1U << n;
	KUNIT_EXPECT_EQ(test, minus >> 1, -4);
	KUNIT_EXPECT_EQ(test, big + 1, -INT_MAX - 1);	/* -fwrapv */
	KUNIT_EXPECT_EQ(test, (int)(end - array), 4);
}

static bool spoken;

static int ubsan_test_init(struct kunit *test)
{
	if (spoken)
		kunit_skip(test, "a place speaks once since boot");
	return 0;
}

static void ubsan_suite_exit(struct kunit_suite *suite)
{
	spoken = true;
}

static struct kunit_case ubsan_cases[] = {
	KUNIT_CASE(shift_too_far_is_named),
	KUNIT_CASE(shift_by_less_than_nothing_is_named),
	KUNIT_CASE(index_behind_an_array_is_named),
	KUNIT_CASE(a_bool_that_is_neither_is_named),
	KUNIT_CASE(division_by_zero_is_named),
	KUNIT_CASE(an_array_of_no_length_is_named),
	KUNIT_CASE(a_place_is_reported_once),
	KUNIT_CASE(what_c_allows_is_silent),
	{}
};

static struct kunit_suite ubsan_suite = {
	.name = "ubsan",
	.init = ubsan_test_init,
	.suite_exit = ubsan_suite_exit,
	.test_cases = ubsan_cases,
};
kunit_test_suite(ubsan_suite);
