/* SPDX-License-Identifier: MIT */
/* trace_latency_test.c - planted delays come out of the latency histograms, once each. */
#include <kunit/test.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <trace/events/irq.h>
#include "context.h"
#include "irq_fake.h"
#include "pseudo_file.h"

#define TEXT_SIZE	(256 << 10)
#define DELAY_US	3000	/* longer than what else happens in a test */

static void free_text(void *text)
{
	vfree(text);
}

static int latency_init(struct kunit *test)
{
	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds keep no latency figures");
	test->priv = vmalloc(TEXT_SIZE);
	if (!test->priv || kunit_add_action(test, free_text, test->priv))
		return -ENOMEM;
	pin_to_cpu(0);
	return 0;
}

static void latency_exit(struct kunit *test)
{
	unpin();
}

/* The number behind @key in the line of /proc/latency_hist that begins with @line; -1: no such line. */
static long figure(struct kunit *test, const char *line, const char *key)
{
	char *text = test->priv, *at, *end;

	KUNIT_ASSERT_GT(test, read_file("/proc/latency_hist", text, TEXT_SIZE), 0);
	at = strstr(text, line);
	if (!at)
		return -1;
	end = strchrnul(at, '\n');
	at = strstr(at, key);
	return at && at < end ? (long)simple_strtoul(at + strlen(key), NULL, 10) : -1;
}

static void forget(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, spit("/proc/latency_hist", "0"), 1);
}

/* A handler of line 47 that takes long; line 99, and every other above, share the last histogram. */
static void a_handlers_time_by_line(struct kunit *test)
{
	struct irqaction action = { .name = "slow" };

	forget(test);
	local_irq_disable();
	trace_irq_handler_entry(46, &action);
	udelay(DELAY_US);
	trace_irq_handler_exit(46, &action, IRQ_HANDLED);
	trace_irq_handler_entry(99, &action);
	trace_irq_handler_exit(99, &action, IRQ_HANDLED);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, figure(test, "hardirq irq=46 cpu=0 ", "count="), 1);
	KUNIT_EXPECT_GE(test, figure(test, "hardirq irq=46 cpu=0 ", "min="), DELAY_US * 1000);
	KUNIT_EXPECT_GE(test, figure(test, "hardirq irq=46 cpu=0 ", "p99="), DELAY_US * 1000);
	KUNIT_EXPECT_EQ(test, figure(test, "hardirq irq=47 cpu=0 ", "count="), 1);
	KUNIT_EXPECT_GE(test, figure(test, "irqsoff cpu=0 ", "max="), DELAY_US * 1000);
}

static void tasklet_fn(struct tasklet_struct *t)
{
	udelay(DELAY_US);
}

/* Raised, held back for DELAY_US, and then as long in its handler. */
static void a_softirq_waits_and_runs(struct kunit *test)
{
	DECLARE_TASKLET(tasklet, tasklet_fn);

	forget(test);
	local_bh_disable();
	tasklet_schedule(&tasklet);
	udelay(DELAY_US);
	local_bh_enable();
	tasklet_unlock_wait(&tasklet);
	KUNIT_EXPECT_EQ(test, figure(test, "raise-exit vec=TASKLET cpu=0 ", "count="), 1);
	KUNIT_EXPECT_GE(test, figure(test, "raise-exit vec=TASKLET cpu=0 ", "min="), DELAY_US * 1000);
	KUNIT_EXPECT_EQ(test, figure(test, "softirq vec=TASKLET cpu=0 ", "count="), 1);
	KUNIT_EXPECT_GE(test, figure(test, "softirq vec=TASKLET cpu=0 ", "min="), DELAY_US * 1000);
	KUNIT_EXPECT_EQ(test, figure(test, "raise-ksoftirqd vec=TASKLET cpu=0 ", "count="), -1);
}

#define AWAY_MS	1000

/* It went with interrupts off, and perhaps with softirqs pending: that has not lasted until it came again. */
static void a_cpu_that_was_away(struct kunit *test)
{
	unsigned int cpu = second_cpu(test);
	char line[48];

	forget(test);
	KUNIT_ASSERT_EQ(test, remove_cpu(cpu), 0);
	msleep(AWAY_MS);
	KUNIT_ASSERT_EQ(test, add_cpu(cpu), 0);
	scnprintf(line, sizeof(line), "irqsoff cpu=%u ", cpu);
	KUNIT_EXPECT_GT(test, figure(test, line, "count="), 0);
	KUNIT_EXPECT_LT(test, figure(test, line, "max="), AWAY_MS * NSEC_PER_MSEC);
	for (int nr = 0; nr < NR_SOFTIRQS; nr++) {
		scnprintf(line, sizeof(line), "raise-exit vec=%s cpu=%u ", softirq_to_name[nr], cpu);
		KUNIT_EXPECT_LT_MSG(test, figure(test, line, "max="), AWAY_MS * NSEC_PER_MSEC, "%s", line);
	}
}

static int ends(void *unused)
{
	return 0;
}

/* Preemption is off here for DELAY_US: it is this thread's time, and not ksoftirqd's. */
static void a_woken_thread_waits(struct kunit *test)
{
	struct task_struct *t = kthread_create_on_cpu(ends, NULL, 0, "late/%u");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	get_task_struct(t);
	forget(test);
	preempt_disable();
	wake_up_process(t);
	udelay(DELAY_US);
	preempt_enable();
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(t->__state) == TASK_DEAD &&
					   !READ_ONCE(t->on_cpu)));
	put_task_struct(t);
	KUNIT_EXPECT_GE(test, figure(test, "wake cpu=0 ", "max="), DELAY_US * 1000);
	KUNIT_EXPECT_LT(test, figure(test, "wake-ksoftirqd cpu=0 ", "max="),
			deterministic() ? DELAY_US * 1000 : LONG_MAX);
}

/* Raised in a thread, so ksoftirqd is woken, and cannot run for DELAY_US. */
static void ksoftirqd_waits(struct kunit *test)
{
	unsigned long was;

	forget(test);
	preempt_disable();
	was = this_cpu_ksoftirqd()->nvcsw;
	raise_softirq(TASKLET_SOFTIRQ);
	udelay(DELAY_US);
	preempt_enable();
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(this_cpu_ksoftirqd()->nvcsw) != was));
	KUNIT_EXPECT_GE(test, figure(test, "wake-ksoftirqd cpu=0 ", "count="), 1);
	KUNIT_EXPECT_GE(test, figure(test, "wake-ksoftirqd cpu=0 ", "max="), DELAY_US * 1000);
}

/* The first words of each row of the table, and that -r leaves little. */
static void the_command_prints_the_table(struct kunit *test)
{
	static const char *const rows[] = {
		"\nhard IRQ: in the handler ", "\nsoftirq on exit: raise to run ",
		"\nksoftirqd: raise to run ", "\ninterrupts off ", "nanoseconds, low, no\n",
		"microseconds, high, no\n", "milliseconds, highest, yes\n",
	};
	char *text = test->priv;

	KUNIT_EXPECT_EQ(test, shell_capture("latency sleep 0.1", text, TEXT_SIZE), 0);
	for (int i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_TRUE_MSG(test, strstr(text, rows[i]), "%s in %s", rows[i], text);
	KUNIT_EXPECT_EQ(test, shell_capture("latency -r", text, TEXT_SIZE), 0);
	KUNIT_EXPECT_STREQ(test, text, "");
	KUNIT_EXPECT_EQ(test, shell_capture("latency -x", text, TEXT_SIZE), 2);
	KUNIT_EXPECT_EQ(test, shell_capture("latency false", text, TEXT_SIZE), 1);
}

static struct kunit_case latency_cases[] = {
	KUNIT_CASE(a_handlers_time_by_line),
	KUNIT_CASE(a_softirq_waits_and_runs),
	KUNIT_CASE(a_cpu_that_was_away),
	KUNIT_CASE(a_woken_thread_waits),
	KUNIT_CASE(ksoftirqd_waits),
	KUNIT_CASE(the_command_prints_the_table),
	{}
};

static struct kunit_suite latency_suite = {
	.name = "trace_latency",
	.init = latency_init,
	.exit = latency_exit,
	.test_cases = latency_cases,
};
kunit_test_suite(latency_suite);
