/* SPDX-License-Identifier: MIT */
/*
 * "Nobody cared" to the last interrupt (I33-I35, I38, W7), with a chip of letters. Runs on CPU 0.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/shell.h>
#include <linux/string.h>

#include "../kernel/irq/internals.h"
#include "context.h"
#include "irq_fake.h"

static int spurious_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	return 0;
}

static void spurious_test_exit(struct kunit *test)
{
	unpin();
}

/*
 * @n interrupts without a pause, of which each @every-th is handled (0: none). If the host stops us
 * for HZ/10 in between, that is no pause of the line's.
 */
static void storm(struct fake_irq *f, unsigned int n, unsigned int every)
{
	for (unsigned int i = 1; i <= n; i++) {
		f->desc->last_unhandled = jiffies + 100 * HZ;
		f->ret = every && i % every == 0 ? IRQ_HANDLED : IRQ_NONE;
		fake_fire(f);
	}
}

static bool dead(struct fake_irq *f)
{
	return f->desc->istate & IRQS_SPURIOUS_DISABLED;
}

static struct fake_irq *quiet_line(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_simple_irq);

	fake_request(test, f, 0);
	return f;
}

static void I33_I34_dies_at_exactly_100000(struct kunit *test)
{
	struct fake_irq *f = quiet_line(test);
	char text[80];

	storm(f, 99999, 0);
	KUNIT_EXPECT_EQ(test, f->calls, 99999);
	KUNIT_EXPECT_EQ(test, f->desc->irq_count, 99999);
	KUNIT_EXPECT_EQ(test, f->desc->irqs_unhandled, 99999);
	KUNIT_EXPECT_FALSE(test, dead(f));

	log_mark();
	storm(f, 1, 0);
	KUNIT_EXPECT_TRUE(test, dead(f));
	KUNIT_EXPECT_EQ(test, f->desc->depth, 1);
	KUNIT_EXPECT_EQ(test, f->desc->irq_count, 0);
	KUNIT_EXPECT_EQ(test, f->desc->irqs_unhandled, 0);
	snprintf(text, sizeof(text),
		 "irq %d: nobody cared (try booting with the \"irqpoll\" option)", f->irq);
	KUNIT_EXPECT_TRUE(test, log_has(text));
	KUNIT_EXPECT_TRUE(test, log_has("Call Trace:"));
	KUNIT_EXPECT_TRUE(test, log_has("handlers:"));
	KUNIT_EXPECT_TRUE(test, log_has(">] fake_handler"));
	snprintf(text, sizeof(text), "Disabling IRQ #%d", f->irq);
	KUNIT_EXPECT_TRUE(test, log_has(text));

	storm(f, 1, 0);	/* off is off */
	KUNIT_EXPECT_EQ(test, f->calls, 100000);
}

static void I35_100_handled_save_the_line(struct kunit *test)
{
	struct fake_irq *f = quiet_line(test);

	storm(f, 100500, 1000);
	KUNIT_EXPECT_FALSE(test, dead(f));
	KUNIT_EXPECT_EQ(test, f->calls, 100500);
}

static void I35_fewer_do_not(struct kunit *test)
{
	struct fake_irq *f = quiet_line(test);

	storm(f, 100500, 1100);
	KUNIT_EXPECT_TRUE(test, dead(f));
	KUNIT_EXPECT_EQ(test, f->calls, 100000);
}

/* The boundary itself: 100 handled leave 99,900 unhandled, 99 leave 99,901. */
static void handle_first(struct fake_irq *f, unsigned int handled)
{
	f->ret = IRQ_NONE;
	fake_fire(f);		/* the window starts with an unhandled one */
	f->ret = IRQ_HANDLED;
	for (unsigned int i = 0; i < handled; i++)
		fake_fire(f);
	storm(f, 100000 - 1 - handled, 0);
}

static void I35_exactly_99900_and_99901(struct kunit *test)
{
	struct fake_irq *f = quiet_line(test);

	handle_first(f, 100);
	KUNIT_EXPECT_FALSE(test, dead(f));
	KUNIT_EXPECT_EQ(test, f->desc->irq_count, 0);
	handle_first(f, 99);
	KUNIT_EXPECT_TRUE(test, dead(f));
}

/* Handled ones count only while some are unhandled. */
static void I33_window_starts_unhandled(struct kunit *test)
{
	struct fake_irq *f = quiet_line(test);

	f->ret = IRQ_HANDLED;
	for (int i = 0; i < 1000; i++)
		fake_fire(f);
	KUNIT_EXPECT_EQ(test, f->desc->irq_count, 0);
	storm(f, 1, 0);
	f->ret = IRQ_HANDLED;
	fake_fire(f);
	KUNIT_EXPECT_EQ(test, f->desc->irq_count, 2);
	KUNIT_EXPECT_EQ(test, f->desc->irqs_unhandled, 1);
}

static void I33_W7_a_pause_restarts_the_count(struct kunit *test)
{
	struct fake_irq *f = quiet_line(test);

	storm(f, 50000, 0);
	KUNIT_EXPECT_EQ(test, f->desc->irqs_unhandled, 50000);
	msleep(2 * 1000 / 10);
	f->ret = IRQ_NONE;
	fake_fire(f);
	KUNIT_EXPECT_EQ(test, f->desc->irqs_unhandled, 1);
	KUNIT_EXPECT_EQ(test, f->desc->irq_count, 50001);
	storm(f, 100000 - 50001, 0);	/* the first window ends without harm */
	KUNIT_EXPECT_FALSE(test, dead(f));
	storm(f, 99999, 0);
	KUNIT_EXPECT_FALSE(test, dead(f));
	storm(f, 1, 0);
	KUNIT_EXPECT_TRUE(test, dead(f));
	KUNIT_EXPECT_EQ(test, f->calls, 200000);
}

static irqreturn_t thread_ret;
static unsigned int thread_runs;

static irqreturn_t thread_fn(int irq, void *dev)
{
	WRITE_ONCE(thread_runs, thread_runs + 1);
	return thread_ret;
}

/* One interrupt whose hard handler only wakes the thread, which then answers @ret. */
static void wake_once(struct fake_irq *f, irqreturn_t ret)
{
	thread_ret = ret;
	fake_fire(f);
	synchronize_irq(f->irq);
}

static void I38_thread_is_judged_at_the_next_interrupt(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_simple_irq);

	thread_runs = 0;
	f->ret = IRQ_WAKE_THREAD;
	/* On this CPU the thread cannot answer before the hard part has been judged. */
	irq_data_update_effective_affinity(&f->desc->irq_data, cpumask_of(0));
	KUNIT_ASSERT_EQ(test, request_threaded_irq(f->irq, fake_handler, thread_fn, 0, "thr", f), 0);
	f->requested = true;
	wake_once(f, IRQ_NONE);
	KUNIT_EXPECT_EQ(test, f->desc->irqs_unhandled, 0);	/* not judged yet */
	wake_once(f, IRQ_HANDLED);
	KUNIT_EXPECT_EQ(test, f->desc->irqs_unhandled, 1);	/* the first one */
	wake_once(f, IRQ_NONE);
	KUNIT_EXPECT_EQ(test, f->desc->irqs_unhandled, 1);	/* the second was fine */
	wake_once(f, IRQ_NONE);
	KUNIT_EXPECT_EQ(test, f->desc->irqs_unhandled, 2);	/* the third was not */
	KUNIT_EXPECT_EQ(test, thread_runs, 4);
}

static void I39_spurious_file(struct kunit *test)
{
	struct fake_irq *f = quiet_line(test);
	char cmd[48], buf[96], want[96];

	storm(f, 7, 0);
	snprintf(cmd, sizeof(cmd), "cat /proc/irq/%d/spurious", f->irq);
	KUNIT_ASSERT_EQ(test, shell_capture(cmd, buf, sizeof(buf)), 0);
	snprintf(want, sizeof(want), "count 7\nunhandled 7\nlast_unhandled %u ms\n",
		 jiffies_to_msecs(f->desc->last_unhandled));
	KUNIT_EXPECT_STREQ(test, buf, want);
}

static struct kunit_case spurious_cases[] = {
	KUNIT_CASE_SLOW(I33_I34_dies_at_exactly_100000),
	KUNIT_CASE_SLOW(I35_100_handled_save_the_line),
	KUNIT_CASE_SLOW(I35_fewer_do_not),
	KUNIT_CASE_SLOW(I35_exactly_99900_and_99901),
	KUNIT_CASE(I33_window_starts_unhandled),
	KUNIT_CASE_SLOW(I33_W7_a_pause_restarts_the_count),
	KUNIT_CASE(I38_thread_is_judged_at_the_next_interrupt),
	KUNIT_CASE(I39_spurious_file),
	{}
};

static struct kunit_suite spurious_suite = {
	.name = "irq_spurious",
	.init = spurious_test_init,
	.exit = spurious_test_exit,
	.test_cases = spurious_cases,
};
kunit_test_suite(spurious_suite);
