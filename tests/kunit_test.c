/* SPDX-License-Identifier: MIT */
/*
 * kunit_test.c - the runner tested by itself: a private suite of cases that fail in every way is
 * run with its KTAP captured, and the capture is compared.
 */
#include <kunit/test.h>
#include <linux/bottom_half.h>
#include <linux/glob.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

/* --- the private suite --- */

static int after_assert, exits, order[3], nr_order;
static DEFINE_SPINLOCK(kept_lock);

static void passes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 1, 1);
	KUNIT_ASSERT_STREQ(test, "a", "a");
}

static void fails(struct kunit *test)
{
	int two = 2;

	KUNIT_EXPECT_EQ(test, two + 1, 4);
	KUNIT_EXPECT_STREQ_MSG(test, "left", "right", "message %d", 7);
	KUNIT_EXPECT_TRUE(test, two == 3);
	KUNIT_EXPECT_NULL(test, test);
	KUNIT_EXPECT_MEMEQ(test, "ab", "ac", 2);
}

static noinline void assert_deep_down(struct kunit *test)
{
	KUNIT_ASSERT_LT(test, 5, 3);
}

static void asserts(struct kunit *test)
{
	assert_deep_down(test);
	after_assert++;
}

static void skips(struct kunit *test)
{
	kunit_skip(test, "no %s here", "hardware");
	after_assert++;
}

static void leaks_preempt_count(struct kunit *test)
{
	preempt_disable();
}

static void leaks_bh(struct kunit *test)
{
	local_bh_disable();
}

static void leaks_irqs_off(struct kunit *test)
{
	local_irq_disable();
}

static void leaks_a_lock_by_assertion(struct kunit *test)
{
	spin_lock(&kept_lock);
	KUNIT_ASSERT_TRUE(test, false);
	spin_unlock(&kept_lock);
}

static int assert_elsewhere(void *test)
{
	KUNIT_ASSERT_EQ((struct kunit *)test, 10, 20);
	after_assert += 10;
	return 0;
}

/* From another thread an assertion can only mark the case. */
static void asserts_in_a_thread(struct kunit *test)
{
	struct task_struct *t = kthread_create(assert_elsewhere, test, "kunit_test");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	get_task_struct(t);
	wake_up_process(t);
	while (READ_ONCE(t->__state) != TASK_DEAD)
		schedule_timeout_uninterruptible(1);
	put_task_struct(t);
}

static struct kunit *irq_test;

static void expect_in_irq(struct irq_work *work)
{
	KUNIT_EXPECT_EQ(irq_test, in_task(), 1);
}

static void fails_in_hardirq(struct kunit *test)
{
	struct irq_work work = IRQ_WORK_INIT(expect_in_irq);

	irq_test = test;
	irq_work_queue(&work);
	irq_work_sync(&work);
}

static void note_order(void *ctx)
{
	order[nr_order++] = (long)ctx;
}

static void resources_are_undone_newest_first(struct kunit *test)
{
	void *p = kunit_kzalloc(test, 100, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, 100));
	kunit_kfree(test, p);
	kunit_add_action(test, note_order, (void *)1);
	kunit_add_action(test, note_order, (void *)2);
	KUNIT_ASSERT_TRUE(test, false);
}

static const int numbers[] = { 1, 2, 3 };

static void number_desc(const int *n, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "number %d", *n);
}
KUNIT_ARRAY_PARAM(number, numbers, number_desc);

static void is_not_two(struct kunit *test)
{
	const int *n = test->param_value;

	KUNIT_EXPECT_EQ(test, test->param_index, *n - 1);
	KUNIT_EXPECT_NE(test, *n, 2);
}

static int private_init(struct kunit *test)
{
	test->priv = &exits;
	return strcmp(test->name, "init_fails") ? 0 : -EIO;
}

static void init_fails(struct kunit *test)
{
	after_assert++;
}

/* What is announced is no report, nor is the end of that. */
static void waits_for_reports(struct kunit *test)
{
	kunit_expect_report(test, "words that nobody says");
	kunit_expect_report(test, "words that nobody says again");
}

static void private_exit(struct kunit *test)
{
	(*(int *)test->priv)++;
}

static struct kunit_case private_cases[] = {
	KUNIT_CASE(passes),
	KUNIT_CASE(fails),
	KUNIT_CASE(asserts),
	KUNIT_CASE(skips),
	KUNIT_CASE(leaks_preempt_count),
	KUNIT_CASE(leaks_bh),
	KUNIT_CASE(leaks_irqs_off),
	KUNIT_CASE(leaks_a_lock_by_assertion),
	KUNIT_CASE(asserts_in_a_thread),
	KUNIT_CASE(fails_in_hardirq),
	KUNIT_CASE(resources_are_undone_newest_first),
	KUNIT_CASE_PARAM(is_not_two, number_gen_params),
	KUNIT_CASE(init_fails),
	KUNIT_CASE(waits_for_reports),
	{}
};

static struct kunit_suite private_suite = {
	.name = "private",
	.init = private_init,
	.exit = private_exit,
	.test_cases = private_cases,
};

/* --- its capture --- */

static char ktap[16384];
static size_t ktap_len;

static void capture(void *ctx, const char *line)
{
	ktap_len += scnprintf(ktap + ktap_len, sizeof(ktap) - ktap_len, "%s", line);
}

static bool has_line(const char *pattern)
{
	char *line = ktap, *end;
	bool found = false;

	for (; !found && (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		found = glob_match(pattern, line);
		*end = '\n';
	}
	return found;
}

#define EXPECT_LINE(pattern) \
	KUNIT_EXPECT_TRUE_MSG(test, has_line(pattern), "no line %s", pattern)

static int failures;

static int run_private_suite(struct kunit_suite *suite)
{
	ktap_len = after_assert = exits = nr_order = 0;
	failures = kunit_run_suite(&private_suite, capture, NULL);
	/* Nobody will unlock it. Under its own name again: spin_lock_init() would call it &kept_lock. */
	kept_lock = (spinlock_t)__SPIN_LOCK_UNLOCKED(kept_lock);
	return failures < 0 ? failures : 0;
}

static void ktap_structure(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, strstarts(ktap, "    KTAP version 1\n    # Subtest: private\n    1..14\n"));
	EXPECT_LINE("    ok 1 passes");
	EXPECT_LINE("    not ok 2 fails");
	EXPECT_LINE("    ok 4 skips # SKIP no hardware here");
	EXPECT_LINE("    # private: pass:1 fail:12 skip:1 total:14");
	EXPECT_LINE("    # Totals: pass:3 fail:12 skip:1 total:16");
	KUNIT_EXPECT_EQ(test, failures, 12);
}

static void failed_expectations_say_why(struct kunit *test)
{
	EXPECT_LINE("    # fails: EXPECTATION FAILED at tests/kunit_test.c:*");
	EXPECT_LINE("    # Expected two + 1 == 4, but");
	EXPECT_LINE("    #     two + 1 == 3 (0x3)");
	EXPECT_LINE("    #     \"left\" == \"left\"");
	EXPECT_LINE("    # message 7");
	EXPECT_LINE("    # Expected two == 3 to be true");
	EXPECT_LINE("    # Expected test == NULL, but");
	EXPECT_LINE("    #     61 62");
}

static void assertion_leaves_the_case(struct kunit *test)
{
	EXPECT_LINE("    # asserts: ASSERTION FAILED at tests/kunit_test.c:*");
	EXPECT_LINE("    not ok 3 asserts");
	/* Only the foreign thread went on: it adds ten. */
	KUNIT_EXPECT_EQ(test, after_assert, 10);
	EXPECT_LINE("    not ok 9 asserts_in_a_thread");
}

static void leaks_are_named_and_repaired(struct kunit *test)
{
	EXPECT_LINE("    # left with preempt_count 1, entered with 0");
	EXPECT_LINE("    # left with preempt_count 200, entered with 0");
	EXPECT_LINE("    # left with interrupts off, entered with them on");
	if (DEBUG_LOCKS)
		EXPECT_LINE("    # still holds 1 lock(s), the last is kept_lock");
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
}

static void hardirq_speaks_after_the_case(struct kunit *test)
{
	EXPECT_LINE("    # fails_in_hardirq: EXPECTATION FAILED at *");
	EXPECT_LINE("    # Expected in_task() == 1, but");
	EXPECT_LINE("    not ok 10 fails_in_hardirq");
}

static void init_and_exit_bracket_each_case(struct kunit *test)
{
	EXPECT_LINE("    # failed to initialize: -5");
	EXPECT_LINE("    not ok 13 init_fails");
	KUNIT_EXPECT_EQ(test, exits, 15);	/* 12 plain cases that began, 3 parameters */
	KUNIT_EXPECT_EQ(test, nr_order, 2);
	KUNIT_EXPECT_EQ(test, order[0], 2);
	KUNIT_EXPECT_EQ(test, order[1], 1);
}

static void a_report_that_does_not_come_is_missed(struct kunit *test)
{
	EXPECT_LINE("    # expected a report with \"words that nobody says\", the log has none");
	EXPECT_LINE("    # expected a report with \"words that nobody says again\", the log has none");
	EXPECT_LINE("    not ok 14 waits_for_reports");
}

static void parameters_are_subtests(struct kunit *test)
{
	EXPECT_LINE("        # Subtest: is_not_two");
	EXPECT_LINE("        ok 1 number 1");
	EXPECT_LINE("        not ok 2 number 2");
	EXPECT_LINE("        ok 3 number 3");
	EXPECT_LINE("        1..3");
	EXPECT_LINE("    # is_not_two: pass:2 fail:1 skip:0 total:3");
	EXPECT_LINE("    not ok 12 is_not_two");
}

static void no_second_run_at_once(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, kunit_run("lib", capture, NULL), -EBUSY);
	KUNIT_EXPECT_EQ(test, kunit_run("no_such_*", capture, NULL), -ENOENT);
	KUNIT_EXPECT_EQ(test, kunit_run("lib,no_such_*", capture, NULL), -ENOENT);
}

static struct kunit_case kunit_cases[] = {
	KUNIT_CASE(ktap_structure),
	KUNIT_CASE(failed_expectations_say_why),
	KUNIT_CASE(assertion_leaves_the_case),
	KUNIT_CASE(leaks_are_named_and_repaired),
	KUNIT_CASE(hardirq_speaks_after_the_case),
	KUNIT_CASE(init_and_exit_bracket_each_case),
	KUNIT_CASE(a_report_that_does_not_come_is_missed),
	KUNIT_CASE(parameters_are_subtests),
	KUNIT_CASE(no_second_run_at_once),
	{}
};

static struct kunit_suite kunit_suite = {
	.name = "kunit",
	.suite_init = run_private_suite,
	.test_cases = kunit_cases,
};
kunit_test_suite(kunit_suite);
