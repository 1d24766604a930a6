/* SPDX-License-Identifier: MIT */
/*
 * Whoever is called back and returns with another preempt_count() or IF is named, and both are put
 * right. (softirq_test has Q14, timer_test M4: the same for the count of a softirq and a timer;
 * irq_test the interrupt handlers.)
 */
#include <kunit/test.h>
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/shell.h>
#include <linux/softirq.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include "context.h"
#include "sched_util.h"
#include "softirq_util.h"

static struct log_mark *expect(struct kunit *test, const char *text)
{
	kunit_expect_report(test, text);
	return log_mark(test);
}

/* The same for what is said once: again now. */
static struct log_mark *expect_once(struct kunit *test, const char *text)
{
	clear_warn_once();
	return expect(test, text);
}

static int need_debug(struct kunit *test)
{
	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds do not look");
	return 0;
}

/* --- threads, commands, initcalls: every build --- */

static int keeps_preemption_off(void *unused)
{
	preempt_disable();
	return 0;
}

static int keeps_irqs_off(void *unused)
{
	local_irq_disable();
	return 0;
}

static void thread_function(struct kunit *test)
{
	struct log_mark *log = expect(test, "returned with");

	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(keeps_preemption_off, NULL, "leaker")));
	KUNIT_EXPECT_TRUE(test, wait_until(log_count(log, "keeps_preemption_off+0x0/")));
	KUNIT_EXPECT_EQ(test, log_count(log, "returned with preemption imbalance"), 1);
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(keeps_irqs_off, NULL, "leaker")));
	KUNIT_EXPECT_TRUE(test, wait_until(log_count(log, "keeps_irqs_off+0x0/")));
	KUNIT_EXPECT_EQ(test, log_count(log, "returned with disabled interrupts"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "thread leaker["), 2);
	KUNIT_EXPECT_EQ(test, log_count(log, "BUG:"), 0);
}

static DEFINE_SPINLOCK(kept);

COMMAND(leak_for_test, "leak_for_test preempt|irqs|lock", "a command that does not clean up; its suite's")
{
	if (argc != 2)
		return sh_usage(io);
	if (!strcmp(argv[1], "preempt"))
		preempt_disable();
	else if (!strcmp(argv[1], "irqs"))
		local_irq_disable();
	else
		spin_lock(&kept);
	return 0;
}

static void shell_command(struct kunit *test)
{
	struct log_mark *log = expect(test, "command leak_for_test returned with");
	char out[64];

	KUNIT_EXPECT_EQ(test, shell_capture("leak_for_test preempt", out, sizeof(out)), 0);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	KUNIT_EXPECT_EQ(test, log_count(log, "returned with preemption imbalance"), 1);
	KUNIT_EXPECT_EQ(test, shell_capture("leak_for_test irqs", out, sizeof(out)), 0);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_EQ(test, log_count(log, "returned with disabled interrupts"), 1);
}

static void shell_command_that_keeps_a_lock(struct kunit *test)
{
	struct log_mark *log;
	char out[64];

	need_debug(test);
	kunit_expect_report(test, "returned with preemption imbalance");
	log = expect(test, "still has locks held!");
	KUNIT_EXPECT_EQ(test, shell_capture("leak_for_test lock", out, sizeof(out)), 0);
	KUNIT_EXPECT_EQ(test, log_count(log, "(kept){+.+.}-{2:2}, at: cmd_leak_for_test+"), 1);
	preempt_disable();
	spin_unlock(&kept);
}

static int keeps_both(void)
{
	preempt_disable();
	local_irq_disable();
	return 0;
}

static void initcall(struct kunit *test)
{
	static const struct initcall calls[] = { { keeps_both, "keeps_both" } };
	const struct initcall *next = calls;
	struct log_mark *log = expect(test, "initcall keeps_both returned with");

	run_initcalls(&next, calls + 1);
	KUNIT_EXPECT_PTR_EQ(test, next, calls + 1);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_EQ(test, log_count(log, "returned with preemption imbalance disabled interrupts"), 1);
}

/* --- callbacks of interrupts: debug builds --- */

static enum hrtimer_restart hrtimer_leaks_count(struct hrtimer *timer)
{
	preempt_disable();
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart hrtimer_enables_irqs(struct hrtimer *timer)
{
	local_irq_enable();
	return HRTIMER_NORESTART;
}

static void fire(enum hrtimer_restart (*fn)(struct hrtimer *))
{
	struct hrtimer timer;

	hrtimer_setup(&timer, fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&timer, 1000, HRTIMER_MODE_REL);
	while (hrtimer_active(&timer))
		cpu_relax();
}

static void hrtimer_callback(struct kunit *test)
{
	struct log_mark *log;

	need_debug(test);
	log = expect(test, "hrtimer: ");
	fire(hrtimer_leaks_count);
	KUNIT_EXPECT_EQ(test, log_count(log, "hrtimer_leaks_count+0x0/"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "returned with preemption imbalance"), 1);
	fire(hrtimer_enables_irqs);
	KUNIT_EXPECT_EQ(test, log_count(log, "returned with enabled interrupts"), 1);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

static void timer_keeps_irqs_off(struct timer_list *timer)
{
	local_irq_disable();
}
static DEFINE_TIMER(leaky_timer, timer_keeps_irqs_off);

static void timer_callback(struct kunit *test)
{
	struct log_mark *log;

	need_debug(test);
	log = expect(test, "timer: timer_keeps_irqs_off+0x0/");
	mod_timer(&leaky_timer, jiffies + 1);
	KUNIT_EXPECT_TRUE(test, wait_until(!timer_pending(&leaky_timer)));
	timer_delete_sync(&leaky_timer);
	KUNIT_EXPECT_EQ(test, log_count(log, "returned with interrupts disabled"), 1);
}

static unsigned int softirq_runs;

static void softirq_keeps_irqs_off(void)
{
	softirq_runs++;
	local_irq_disable();
}

static void softirq_handler(struct kunit *test)
{
	void (*old)(void) = softirq_vec[BLOCK_SOFTIRQ].action;
	struct log_mark *log;

	need_debug(test);
	log = expect_once(test, "softirq 4 BLOCK softirq_keeps_irqs_off+0x0/");
	softirq_runs = 0;
	softirq_vec[BLOCK_SOFTIRQ].action = softirq_keeps_irqs_off;
	local_bh_disable();
	raise_softirq(BLOCK_SOFTIRQ);
	local_bh_enable();
	give_vector_back(BLOCK_SOFTIRQ, old);
	KUNIT_EXPECT_EQ(test, softirq_runs, 1);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	if (log)
		KUNIT_EXPECT_EQ(test, log_count(log, " disabled interrupts"), 1);
}

static struct kunit_case leak_cases[] = {
	KUNIT_CASE(thread_function),
	KUNIT_CASE(shell_command),
	KUNIT_CASE(shell_command_that_keeps_a_lock),
	KUNIT_CASE(initcall),
	KUNIT_CASE(hrtimer_callback),
	KUNIT_CASE(timer_callback),
	KUNIT_CASE(softirq_handler),
	{}
};

static struct kunit_suite leak_suite = {
	.name = "leak",
	.test_cases = leak_cases,
};
kunit_test_suite(leak_suite);
