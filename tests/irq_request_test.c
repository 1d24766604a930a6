/* SPDX-License-Identifier: MIT */
/*
 * Requesting, freeing, disabling, enabling and waiting (I17-I27, W1), with a chip of letters. Runs
 * on CPU 0.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/string.h>

#include "../kernel/irq/internals.h"
#include "context.h"
#include "irq_fake.h"

static int request_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	return 0;
}

static void request_test_exit(struct kunit *test)
{
	unpin();
}

static irqreturn_t thread_fn(int irq, void *dev)
{
	return IRQ_HANDLED;
}

static irqreturn_t other_handler(int irq, void *dev)
{
	return IRQ_HANDLED;
}

/* --- request --- */

static void I17_invalid_arguments(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);
	int bare = irq_alloc_desc(-1);

	KUNIT_EXPECT_EQ(test, request_irq(f->irq, fake_handler, IRQF_SHARED, "x", NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, request_irq(f->irq, fake_handler, IRQF_SHARED | IRQF_NO_AUTOEN, "x", f),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, request_threaded_irq(f->irq, NULL, NULL, 0, "x", f), -EINVAL);
	KUNIT_EXPECT_EQ(test, request_irq(NR_IRQS, fake_handler, 0, "x", f), -EINVAL);
	KUNIT_EXPECT_EQ(test, request_irq(IRQ_NOTCONNECTED, fake_handler, 0, "x", f), -ENOTCONN);
	KUNIT_EXPECT_EQ(test, request_irq(bare, fake_handler, 0, "x", f), -ENOSYS);
	irq_set_status_flags(f->irq, IRQ_NOREQUEST);
	KUNIT_EXPECT_EQ(test, request_irq(f->irq, fake_handler, 0, "x", f), -EINVAL);
	irq_free_desc(bare);
}

/* @flags on a line taken with @first must be refused, and how that reads. */
static void expect_mismatch(struct kunit *test, struct fake_irq *f, unsigned long flags,
			    unsigned long first)
{
	char text[96];

	log_mark();
	KUNIT_EXPECT_EQ(test, request_irq(f->irq, fake_handler, flags, "new", &flags), -EBUSY);
	snprintf(text, sizeof(text), "genirq: Flags mismatch irq %d. %08lx (new) vs. %08lx (fake)",
		 f->irq, flags | IRQF_COND_ONESHOT, first | IRQF_COND_ONESHOT);
	KUNIT_EXPECT_TRUE_MSG(test, log_has(text), "%s", text);
}

static void I17_I18_mismatches(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	fake_request(test, f, 0);
	expect_mismatch(test, f, 0, 0);
	expect_mismatch(test, f, IRQF_SHARED, 0);
	fake_free(f);
	fake_request(test, f, IRQF_SHARED | IRQF_TRIGGER_RISING);
	expect_mismatch(test, f, IRQF_TRIGGER_RISING, IRQF_SHARED | IRQF_TRIGGER_RISING);
	expect_mismatch(test, f, IRQF_SHARED | IRQF_TRIGGER_HIGH,
			IRQF_SHARED | IRQF_TRIGGER_RISING);
	expect_mismatch(test, f, IRQF_SHARED | IRQF_TRIGGER_RISING | IRQF_PERCPU,
			IRQF_SHARED | IRQF_TRIGGER_RISING);
	log_mark();
	KUNIT_EXPECT_EQ(test, request_irq(f->irq, fake_handler, IRQF_PROBE_SHARED, "new", test),
			-EBUSY);
	KUNIT_EXPECT_FALSE(test, log_has("mismatch"));
}

static void I18_cond_oneshot(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	fake_request(test, f, 0);
	KUNIT_EXPECT_EQ(test, f->desc->action->flags, 0x200000);
}

static void I17_thread_without_oneshot(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);
	char text[96];

	log_mark();
	KUNIT_EXPECT_EQ(test, request_threaded_irq(f->irq, NULL, thread_fn, 0, "thr", f), -EINVAL);
	snprintf(text, sizeof(text),
		 "genirq: Threaded irq requested with handler=NULL and !ONESHOT for thr (irq %d)",
		 f->irq);
	KUNIT_EXPECT_TRUE(test, log_has(text));
	KUNIT_EXPECT_FALSE(test, irq_has_action(f->irq));

	f->chip.flags = IRQCHIP_ONESHOT_SAFE;
	KUNIT_EXPECT_EQ(test, request_threaded_irq(f->irq, NULL, thread_fn, 0, "thr", f), 0);
	KUNIT_EXPECT_STREQ(test, free_irq(f->irq, f), "thr");
}

static void W1_oneshot_and_plain(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);

	KUNIT_ASSERT_EQ(test, request_threaded_irq(f->irq, NULL, thread_fn,
						   IRQF_SHARED | IRQF_ONESHOT, "thr", test), 0);
	KUNIT_EXPECT_EQ(test, request_irq(f->irq, fake_handler, IRQF_SHARED, "fake", f), 0);
	KUNIT_EXPECT_TRUE(test, f->desc->action->next->flags & IRQF_ONESHOT);
	free_irq(f->irq, test);
	free_irq(f->irq, f);

	KUNIT_ASSERT_EQ(test, request_irq(f->irq, fake_handler, IRQF_SHARED, "fake", f), 0);
	KUNIT_EXPECT_EQ(test, request_threaded_irq(f->irq, NULL, thread_fn,
						   IRQF_SHARED | IRQF_ONESHOT, "thr", test), -EBUSY);
	free_irq(f->irq, f);
}

/* An edge that waits is delivered from inside request_irq(). */
static void I19_live_before_request_returns(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);

	raw_spin_lock_irq(&f->desc->lock);
	f->desc->istate |= IRQS_PENDING;
	raw_spin_unlock_irq(&f->desc->lock);
	KUNIT_ASSERT_EQ(test, irq_set_affinity(f->irq, cpumask_of(0)), 0);
	KUNIT_ASSERT_EQ(test, request_irq(f->irq, fake_handler, 0, "fake", f), 0);
	f->requested = true;
	wait_until(READ_ONCE(f->calls));
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_STREQ(test, f->log, "urah");
}

static void I19_no_autoen(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	fake_request(test, f, IRQF_NO_AUTOEN);
	KUNIT_EXPECT_EQ(test, f->desc->depth, 1);
	KUNIT_EXPECT_TRUE(test, f->masked);
	fake_fire(f);
	KUNIT_EXPECT_EQ(test, f->calls, 0);
	f->desc->istate &= ~IRQS_PENDING;
	enable_irq(f->irq);
	fake_fire(f);
	KUNIT_EXPECT_EQ(test, f->calls, 1);
}

static void I20_new_handler_gives_another_chance(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);

	irq_set_status_flags(f->irq, IRQ_LEVEL);
	fake_request(test, f, IRQF_SHARED);
	raw_spin_lock_irq(&f->desc->lock);
	f->desc->irq_count = 77;
	f->desc->irqs_unhandled = 66;
	f->desc->istate |= IRQS_SPURIOUS_DISABLED;
	__disable_irq(f->desc);
	raw_spin_unlock_irq(&f->desc->lock);
	KUNIT_ASSERT_EQ(test, request_irq(f->irq, other_handler, IRQF_SHARED, "two", &f->log), 0);
	KUNIT_EXPECT_EQ(test, f->desc->irq_count, 0);
	KUNIT_EXPECT_EQ(test, f->desc->irqs_unhandled, 0);
	KUNIT_EXPECT_FALSE(test, f->desc->istate & IRQS_SPURIOUS_DISABLED);
	KUNIT_EXPECT_EQ(test, f->desc->depth, 0);
	free_irq(f->irq, &f->log);
}

/* --- free --- */

static void I21_free_returns_the_name(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	fake_request(test, f, 0);
	f->requested = false;
	KUNIT_EXPECT_STREQ(test, free_irq(f->irq, f), "fake");
	KUNIT_EXPECT_STREQ(test, f->log, "m");
	KUNIT_EXPECT_FALSE(test, irqd_is_started(&f->desc->irq_data));
	fake_fire(f);	/* a late edge: acked, remembered, nobody called */
	KUNIT_EXPECT_EQ(test, f->calls, 0);
}

static void I21_unknown_dev_id(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	kunit_expect_report(test, "Trying to free already-free IRQ");
	fake_request(test, f, 0);
	KUNIT_EXPECT_NULL(test, free_irq(f->irq, test));
	fake_fire(f);
	KUNIT_EXPECT_EQ(test, f->calls, 1);
}

static void fire_in_thread(void *fake)
{
	fake_fire(fake);
}

static void busy_20ms(struct fake_irq *f)
{
	for (int i = 0; i < 200; i++)
		udelay(100);
	f->ret = IRQ_NONE;	/* the last thing it does */
}

static void I21_I22_free_waits_for_a_handler(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);
	int cpu = second_cpu(test);

	fake_request(test, f, 0);
	f->action = busy_20ms;
	on_cpu_start(test, cpu, fire_in_thread, f);
	wait_until(READ_ONCE(f->calls));
	fake_free(f);
	KUNIT_EXPECT_EQ(test, f->ret, IRQ_NONE);
	on_cpu_wait();
}

/* A chip that knows of an interrupt on its way: twice, then it has arrived. */
static int asked;

static int in_flight(struct irq_data *d, enum irqchip_irq_state which, bool *state)
{
	*state = which == IRQCHIP_STATE_ACTIVE && asked++ < 2;
	return 0;
}

static void I21_free_waits_for_the_chip(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_fasteoi_irq);

	f->chip.irq_get_irqchip_state = in_flight;
	fake_request(test, f, 0);
	asked = 0;
	fake_free(f);
	KUNIT_EXPECT_EQ(test, asked, 3);
}

static void I21_shared_handler_called_once_more(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	if (!IS_ENABLED(CONFIG_DEBUG))
		kunit_skip(test, "only in debug builds");
	fake_request(test, f, IRQF_SHARED);
	fake_free(f);
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_TRUE(test, f->irqs_off);
}

/* In a BH-disabled section, which counts as interrupt (P6), and where nothing here really sleeps. */
static void I21_free_in_interrupt_warns(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	kunit_expect_report(test, "from IRQ context!");
	if (IS_ENABLED(CONFIG_DEBUG)) {
		kunit_expect_report(test, "sleeping function called from invalid context");
		msleep(1100);	/* that report comes at most once a second */
	}
	fake_request(test, f, 0);
	local_bh_disable();
	fake_free(f);
	local_bh_enable();
	KUNIT_EXPECT_FALSE(test, irq_has_action(f->irq));
}

/* --- disable, enable, synchronize --- */

static void I21_free_wants_the_hint_back(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	fake_request(test, f, 0);
	irq_update_affinity_hint(f->irq, cpumask_of(0));
	irq_update_affinity_hint(f->irq, NULL);
	fake_free(f);					/* in silence */
	fake_request(test, f, 0);
	irq_update_affinity_hint(f->irq, cpumask_of(0));
	clear_warn_once();
	kunit_expect_report(test, "kernel/irq/manage.c");
	fake_free(f);
	KUNIT_EXPECT_NULL(test, f->desc->affinity_hint);
}

static void I22_synchronize_waits(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);
	int cpu = second_cpu(test);

	fake_request(test, f, 0);
	f->action = busy_20ms;
	on_cpu_start(test, cpu, fire_in_thread, f);
	wait_until(READ_ONCE(f->calls));
	synchronize_irq(f->irq);
	KUNIT_EXPECT_EQ(test, f->ret, IRQ_NONE);
	KUNIT_EXPECT_TRUE(test, synchronize_hardirq(f->irq));
	on_cpu_wait();
}

static void fake_disable(struct irq_data *d)
{
	struct fake_irq *f = d->chip_data;

	f->log[f->len++] = 'd';
	f->masked = true;
}

static void I23_disable_nests_and_is_lazy(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	fake_request(test, f, 0);
	disable_irq(f->irq);
	disable_irq_nosync(f->irq);
	KUNIT_EXPECT_EQ(test, f->desc->depth, 2);
	KUNIT_EXPECT_STREQ(test, f->log, "");
	KUNIT_EXPECT_TRUE(test, irqd_irq_disabled(&f->desc->irq_data));
	enable_irq(f->irq);
	KUNIT_EXPECT_TRUE(test, irqd_irq_disabled(&f->desc->irq_data));
	enable_irq(f->irq);
	KUNIT_EXPECT_FALSE(test, irqd_irq_disabled(&f->desc->irq_data));
	KUNIT_EXPECT_STREQ(test, f->log, "");
}

static void I23_chip_with_disable(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	f->chip.irq_disable = fake_disable;
	fake_request(test, f, 0);
	disable_irq(f->irq);
	KUNIT_EXPECT_STREQ(test, f->log, "d");
	enable_irq(f->irq);
	KUNIT_EXPECT_STREQ(test, f->log, "du");
}

static void I24_I25_missed_edges_are_one_replay(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	fake_request(test, f, 0);
	disable_irq(f->irq);
	for (int i = 0; i < 3; i++)
		fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "maaa");
	KUNIT_EXPECT_TRUE(test, f->masked);
	KUNIT_EXPECT_EQ(test, f->calls, 0);
	enable_irq(f->irq);
	wait_until(READ_ONCE(f->calls));
	msleep(5);
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_FALSE(test, f->desc->istate & (IRQS_PENDING | IRQS_REPLAY));
}

static void I25_unbalanced_enable(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	kunit_expect_report(test, "Unbalanced enable for IRQ");
	fake_request(test, f, 0);
	enable_irq(f->irq);
	KUNIT_EXPECT_EQ(test, f->desc->depth, 0);
}

static void I26_unlazy_disable(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	fake_request(test, f, 0);
	irq_set_status_flags(f->irq, IRQ_DISABLE_UNLAZY);
	disable_irq(f->irq);
	KUNIT_EXPECT_STREQ(test, f->log, "m");
	enable_irq(f->irq);
	KUNIT_EXPECT_STREQ(test, f->log, "mu");
}

static struct kunit_case request_cases[] = {
	KUNIT_CASE(I17_invalid_arguments),
	KUNIT_CASE(I17_I18_mismatches),
	KUNIT_CASE(I18_cond_oneshot),
	KUNIT_CASE(I17_thread_without_oneshot),
	KUNIT_CASE(W1_oneshot_and_plain),
	KUNIT_CASE(I19_live_before_request_returns),
	KUNIT_CASE(I19_no_autoen),
	KUNIT_CASE(I20_new_handler_gives_another_chance),
	KUNIT_CASE(I21_free_returns_the_name),
	KUNIT_CASE(I21_unknown_dev_id),
	KUNIT_CASE(I21_I22_free_waits_for_a_handler),
	KUNIT_CASE(I21_free_waits_for_the_chip),
	KUNIT_CASE(I21_shared_handler_called_once_more),
	KUNIT_CASE(I21_free_in_interrupt_warns),
	KUNIT_CASE(I21_free_wants_the_hint_back),
	KUNIT_CASE(I22_synchronize_waits),
	KUNIT_CASE(I23_disable_nests_and_is_lazy),
	KUNIT_CASE(I23_chip_with_disable),
	KUNIT_CASE(I24_I25_missed_edges_are_one_replay),
	KUNIT_CASE(I25_unbalanced_enable),
	KUNIT_CASE(I26_unlazy_disable),
	{}
};

static struct kunit_suite request_suite = {
	.name = "irq_request",
	.init = request_test_init,
	.exit = request_test_exit,
	.test_cases = request_cases,
};
kunit_test_suite(request_suite);
