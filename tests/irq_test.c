/* SPDX-License-Identifier: MIT */
/*
 * Descriptors, flow handlers and actions (I1-I16, I43, X11, X13), with a chip of letters. Runs on
 * CPU 0.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/string.h>

#include "../kernel/irq/internals.h"
#include "context.h"
#include "irq_fake.h"

static int irq_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	return 0;
}

static void irq_test_exit(struct kunit *test)
{
	unpin();
}

static bool is_pending(struct fake_irq *f)
{
	return f->desc->istate & IRQS_PENDING;
}

/* --- descriptors --- */

static void I1_descriptor_fields(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);
	struct irq_data *d = irq_get_irq_data(f->irq);

	fake_request(test, f, 0);
	KUNIT_EXPECT_EQ(test, d->irq, f->irq);
	KUNIT_EXPECT_PTR_EQ(test, d->chip, &f->chip);
	KUNIT_EXPECT_PTR_EQ(test, irq_data_get_irq_chip_data(d), f);
	KUNIT_EXPECT_TRUE(test, f->desc->handle_irq == handle_edge_irq);
	KUNIT_EXPECT_STREQ(test, f->desc->name, "fake");
	KUNIT_EXPECT_STREQ(test, f->desc->action->name, "fake");
	KUNIT_EXPECT_EQ(test, f->desc->depth, 0);
	fake_fire(f);
	KUNIT_EXPECT_EQ(test, kstat_irqs_cpu(f->irq, 0), 1);
	KUNIT_EXPECT_EQ(test, kstat_irqs(f->irq), 1);
}

static void I2_state_bits_are_linuxs(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, IRQS_AUTODETECT, 0x1);
	KUNIT_EXPECT_EQ(test, IRQS_SPURIOUS_DISABLED, 0x2);
	KUNIT_EXPECT_EQ(test, IRQS_POLL_INPROGRESS, 0x8);
	KUNIT_EXPECT_EQ(test, IRQS_ONESHOT, 0x20);
	KUNIT_EXPECT_EQ(test, IRQS_REPLAY, 0x40);
	KUNIT_EXPECT_EQ(test, IRQS_WAITING, 0x80);
	KUNIT_EXPECT_EQ(test, IRQS_PENDING, 0x200);
	KUNIT_EXPECT_EQ(test, IRQS_SUSPENDED, 0x800);
	KUNIT_EXPECT_EQ(test, IRQS_TIMINGS, 0x1000);
	KUNIT_EXPECT_EQ(test, IRQS_NMI, 0x2000);
}

/* Z-3: a pending line raises no softirq and runs none. */
static void I3_pending_is_about_the_line(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);
	u32 softirqs;

	fake_request(test, f, 0);
	disable_irq(f->irq);
	local_irq_disable();
	softirqs = local_softirq_pending();
	fake_fire(f);
	KUNIT_EXPECT_TRUE(test, is_pending(f));
	KUNIT_EXPECT_EQ(test, local_softirq_pending(), softirqs);
	local_irq_enable();
	enable_irq(f->irq);
}

static void I4_never_requested(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	KUNIT_EXPECT_EQ(test, f->desc->depth, 1);
	KUNIT_EXPECT_TRUE(test, irqd_irq_disabled(&f->desc->irq_data));
	KUNIT_EXPECT_TRUE(test, irqd_irq_masked(&f->desc->irq_data));
	fake_request(test, f, 0);
	fake_free(f);
	KUNIT_EXPECT_EQ(test, f->desc->depth, 1);
	KUNIT_EXPECT_TRUE(test, irqd_irq_disabled(&f->desc->irq_data));
	KUNIT_EXPECT_TRUE(test, irqd_irq_masked(&f->desc->irq_data));
}

static void numbers_run_out_and_come_back(struct kunit *test)
{
	int first = irq_alloc_descs(-1, 100, 3, -1);

	KUNIT_ASSERT_GE(test, first, 100);
	KUNIT_EXPECT_EQ(test, irq_alloc_descs(first + 1, 0, 1, -1), -EEXIST);
	KUNIT_EXPECT_EQ(test, irq_alloc_descs(-1, 0, 0, -1), -EINVAL);
	KUNIT_EXPECT_EQ(test, irq_alloc_descs(5, 6, 1, -1), -EINVAL);
	KUNIT_EXPECT_EQ(test, irq_alloc_descs(-1, 0, NR_IRQS + 1, -1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, irq_alloc_descs(NR_IRQS - 1, 0, 2, -1), -ENOSPC);
	irq_free_descs(first, 3);
	KUNIT_EXPECT_NULL(test, irq_to_desc(first));
	KUNIT_EXPECT_NULL(test, irq_to_desc(NR_IRQS));
	KUNIT_EXPECT_NULL(test, irq_get_irq_data(first));
	KUNIT_EXPECT_EQ(test, irq_set_chip(first, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, irq_set_irq_type(first, IRQ_TYPE_EDGE_RISING), -EINVAL);
	KUNIT_EXPECT_EQ(test, generic_handle_irq_safe(first), -EINVAL);
}

/* --- the walk --- */

static void I5_I16_context_of_a_handler(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);

	fake_request(test, f, 0);
	fake_send(f);
	KUNIT_ASSERT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_TRUE(test, f->irqs_off);
	KUNIT_EXPECT_TRUE(test, f->lock_free);
	KUNIT_EXPECT_TRUE(test, f->inprogress);
	KUNIT_EXPECT_FALSE(test, f->pending);
	KUNIT_EXPECT_EQ(test, f->pc & HARDIRQ_MASK, HARDIRQ_OFFSET);
	KUNIT_EXPECT_EQ(test, f->pc & NMI_MASK, 0);
	KUNIT_EXPECT_FALSE(test, irqd_irq_inprogress(&f->desc->irq_data));
}

static void I6_I13_edge(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	fake_request(test, f, 0);
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "ah");
	fake_log_clear(f);
	disable_irq(f->irq);
	fake_fire(f);
	fake_fire(f);
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "maaa");
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_TRUE(test, is_pending(f));
	enable_irq(f->irq);
}

/* The handler's line fires again on this CPU while it runs: recorded, masked, run once more. */
static void fire_thrice_more(struct fake_irq *f)
{
	if (f->calls > 1)
		return;
	fake_fire(f);
	fake_fire(f);
	fake_fire(f);
}

static void I6_I8_edge_while_it_runs(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	fake_request(test, f, 0);
	f->action = fire_thrice_more;
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "ahmaaauh");
	KUNIT_EXPECT_EQ(test, f->concurrent_max, 1);
	KUNIT_EXPECT_EQ(test, kstat_irqs(f->irq), 1);
	KUNIT_EXPECT_FALSE(test, f->masked);
}

static bool fired_thrice;

static void busy_until_fired_thrice(struct fake_irq *f)
{
	if (f->calls == 1)
		spin_until(READ_ONCE(fired_thrice));
}

static void fire_in_thread(void *fake)
{
	fake_fire(fake);
}

static void I7_I8_edge_on_two_cpus(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);
	int cpu = second_cpu(test);

	fake_request(test, f, 0);
	f->action = busy_until_fired_thrice;
	fired_thrice = false;
	on_cpu_start(test, cpu, fire_in_thread, f);
	spin_until(READ_ONCE(f->calls));
	fake_fire(f);
	fake_fire(f);
	fake_fire(f);
	WRITE_ONCE(fired_thrice, true);
	on_cpu_wait();
	KUNIT_EXPECT_EQ(test, f->calls, 2);
	KUNIT_EXPECT_EQ(test, f->concurrent_max, 1);
	KUNIT_EXPECT_STREQ(test, f->log, "ahmaaauh");
	KUNIT_EXPECT_EQ(test, kstat_irqs_cpu(f->irq, cpu), 1);
	KUNIT_EXPECT_EQ(test, kstat_irqs_cpu(f->irq, 0), 0);
}

/* The line goes away under a running edge handler that has one more to do. */
static void disable_in_handler(struct fake_irq *f)
{
	if (f->calls == 1) {
		fake_fire(f);
		disable_irq_nosync(f->irq);
	}
}

static void I6_I27_disabled_in_its_handler(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	fake_request(test, f, 0);
	f->action = disable_in_handler;
	fake_fire(f);
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_TRUE(test, is_pending(f));
	KUNIT_EXPECT_TRUE(test, f->masked);
	KUNIT_EXPECT_EQ(test, f->desc->depth, 1);
	enable_irq(f->irq);
}

static void I9_I13_level(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);

	irq_set_status_flags(f->irq, IRQ_LEVEL);
	fake_request(test, f, 0);
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "mahu");
	fake_log_clear(f);
	disable_irq(f->irq);
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "ma");
	KUNIT_EXPECT_TRUE(test, is_pending(f));
	fake_log_clear(f);
	enable_irq(f->irq);
	KUNIT_EXPECT_STREQ(test, f->log, "u");
	KUNIT_EXPECT_FALSE(test, is_pending(f));
}

static void fake_mask_ack(struct irq_data *d)
{
	struct fake_irq *f = d->chip_data;

	f->log[f->len++] = 'K';
	f->masked = true;
}

static void I9_level_mask_ack_in_one(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);

	f->chip.irq_mask_ack = fake_mask_ack;
	fake_request(test, f, 0);
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "Khu");
}

static void fire_once_more(struct fake_irq *f)
{
	if (f->calls == 1)
		fake_fire(f);
}

static void I9_level_while_it_runs(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);

	fake_request(test, f, 0);
	f->action = fire_once_more;
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "mahau");
	KUNIT_EXPECT_FALSE(test, is_pending(f));
}

static void I9_level_disabled_in_its_handler(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);

	fake_request(test, f, 0);
	f->action = disable_in_handler;
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "maha");
	KUNIT_EXPECT_TRUE(test, f->masked);
	enable_irq(f->irq);
}

static void I10_I13_fasteoi(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_fasteoi_irq);

	fake_request(test, f, 0);
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "he");
	fake_log_clear(f);
	disable_irq(f->irq);
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "me");
	KUNIT_EXPECT_TRUE(test, is_pending(f));
	enable_irq(f->irq);
}

static void I10_fasteoi_while_it_runs(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_fasteoi_irq);

	fake_request(test, f, 0);
	f->action = fire_once_more;
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "hee");
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_FALSE(test, is_pending(f));

	/* A chip that asks for it gets the hit resent. */
	fake_log_clear(f);
	f->calls = 0;
	irqd_set_resend_when_in_progress(&f->desc->irq_data);
	fake_fire(f);
	wait_until(READ_ONCE(f->calls) == 2);
	KUNIT_EXPECT_STREQ(test, f->log, "heehe");
}

static void I11_percpu(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_percpu_irq);

	fake_request(test, f, IRQF_PERCPU);
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "ahe");
	KUNIT_EXPECT_FALSE(test, f->inprogress);
	disable_irq(f->irq);
	fake_fire(f);
	KUNIT_EXPECT_EQ(test, f->calls, 2);
	KUNIT_EXPECT_EQ(test, kstat_irqs(f->irq), 2);
	enable_irq(f->irq);
}

static DEFINE_PER_CPU(int, percpu_cookie);

static irqreturn_t percpu_handler(int irq, void *dev)
{
	(*(int *)dev)++;
	return IRQ_HANDLED;
}

static void I11_percpu_devid(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_percpu_devid_irq);
	static bool said_once;

	KUNIT_EXPECT_EQ(test, request_percpu_irq(f->irq, percpu_handler, "p", &percpu_cookie),
			-EINVAL);
	KUNIT_ASSERT_EQ(test, irq_set_percpu_devid(f->irq), 0);
	KUNIT_ASSERT_EQ(test, request_percpu_irq(f->irq, percpu_handler, "p", &percpu_cookie), 0);
	KUNIT_EXPECT_EQ(test, request_percpu_irq(f->irq, percpu_handler, "p", &percpu_cookie),
			-EBUSY);
	fake_log_clear(f);
	preempt_disable();
	enable_percpu_irq(f->irq, IRQ_TYPE_NONE);
	per_cpu(percpu_cookie, 0) = 0;
	fake_fire(f);
	KUNIT_EXPECT_EQ(test, per_cpu(percpu_cookie, 0), 1);
	KUNIT_EXPECT_STREQ(test, f->log, "uae");
	disable_percpu_irq(f->irq);
	preempt_enable();
	free_percpu_irq(f->irq, &percpu_cookie);

	log_mark();
	fake_fire(f);
	KUNIT_EXPECT_TRUE(test, said_once || log_has("Spurious percpu IRQ"));
	said_once = true;
}

static void I12_simple(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_simple_irq);

	fake_request(test, f, 0);
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "h");
	disable_irq(f->irq);
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "h");
	KUNIT_EXPECT_TRUE(test, is_pending(f));
	enable_irq(f->irq);
	wait_until(READ_ONCE(f->calls) == 2);	/* no retrigger: resent by software */
	KUNIT_EXPECT_EQ(test, f->calls, 2);
}

static irqreturn_t nested_fn(int irq, void *fake)
{
	((struct fake_irq *)fake)->pc = preempt_count();
	return fake_handler(irq, fake);
}

static void I12_nested(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_simple_irq);

	irq_set_nested_thread(f->irq, true);
	KUNIT_EXPECT_EQ(test, request_irq(f->irq, fake_handler, 0, "n", f), -EINVAL);
	KUNIT_ASSERT_EQ(test, request_threaded_irq(f->irq, NULL, nested_fn, IRQF_ONESHOT, "n", f),
			0);
	f->requested = true;
	KUNIT_EXPECT_NULL(test, f->desc->action->thread);
	handle_nested_irq(f->irq);
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_EQ(test, f->pc, 0);	/* the parent thread's context */
}

static void I12_X11_bad_irq(struct kunit *test)
{
	int irq = irq_alloc_desc(-1);

	KUNIT_ASSERT_GT(test, irq, 0);
	log_mark();
	generic_handle_irq_safe(irq);
	KUNIT_EXPECT_TRUE(test, log_has("unexpected IRQ trap at vector"));
	KUNIT_EXPECT_TRUE(test, log_has("->handle_irq(): handle_bad_irq"));
	KUNIT_EXPECT_EQ(test, kstat_irqs(irq), 1);
	irq_free_desc(irq);
}

/* --- actions --- */

static char order[8];

static irqreturn_t append_letter(int irq, void *letter)
{
	strlcat(order, letter, sizeof(order));
	return *(char *)letter == 'b' ? IRQ_HANDLED : IRQ_NONE;
}

static void I14_all_actions_in_order(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);
	static char * const id[] = { "a", "b", "c" };

	order[0] = '\0';
	for (int i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, request_irq(f->irq, append_letter, IRQF_SHARED, id[i], id[i]),
				0);
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, order, "abc");
	KUNIT_EXPECT_EQ(test, f->desc->irqs_unhandled, 0);	/* one of three was enough */
	free_irq(f->irq, id[1]);
	order[0] = '\0';
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, order, "ac");
	KUNIT_EXPECT_EQ(test, f->desc->irqs_unhandled, 1);
	free_irq(f->irq, id[0]);
	free_irq(f->irq, id[2]);
}

static void I15_bogus_return_value(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);
	char text[48];

	fake_request(test, f, 0);
	f->ret = 0x18;
	log_mark();
	fake_fire(f);
	snprintf(text, sizeof(text), "irq event %d: bogus return value 18", f->irq);
	KUNIT_EXPECT_TRUE(test, log_has(text));
	KUNIT_EXPECT_TRUE(test, log_has("fake_handler"));
}

static void I15_wake_thread_without_thread(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	fake_request(test, f, 0);
	f->ret = IRQ_WAKE_THREAD;
	log_mark();
	fake_fire(f);
	KUNIT_EXPECT_TRUE(test, log_has("device fake returned IRQ_WAKE_THREAD but no thread "
					"function available."));
	log_mark();
	fake_fire(f);
	KUNIT_EXPECT_FALSE(test, log_has("IRQ_WAKE_THREAD"));
}

static void enable_irqs(struct fake_irq *f)
{
	if (f->calls == 1)
		local_irq_enable();
}

static void X13_handler_enables_interrupts(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	clear_warn_once();
	kunit_expect_report(test, "enabled interrupts");
	fake_request(test, f, 0);
	f->action = enable_irqs;
	fake_fire(f);
	fake_fire(f);
	KUNIT_EXPECT_EQ(test, f->calls, 2);
	KUNIT_EXPECT_TRUE(test, f->irqs_off);
}

static void leak_count(struct fake_irq *f)
{
	preempt_disable();
}

/* Linux does not look; our debug builds do, because irq_exit() would go on with a wrong count. */
static void handler_leaks_the_count(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds do not look");
	clear_warn_once();
	kunit_expect_report(test, " preempt leak: 00000000 -> 00000001");
	fake_request(test, f, 0);
	f->action = leak_count;
	fake_fire(f);
	fake_fire(f);
	KUNIT_EXPECT_EQ(test, f->calls, 2);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

/* --- resend --- */

static bool may_retrigger;

static int fake_retrigger(struct irq_data *d)
{
	struct fake_irq *f = d->chip_data;

	f->log[f->len++] = 'r';
	f->log[f->len] = '\0';
	return may_retrigger;
}

static void I43_chip_retriggers(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	f->chip.irq_retrigger = fake_retrigger;
	may_retrigger = true;
	fake_request(test, f, 0);
	disable_irq(f->irq);
	fake_fire(f);
	fake_log_clear(f);
	enable_irq(f->irq);
	KUNIT_EXPECT_STREQ(test, f->log, "ur");
	KUNIT_EXPECT_TRUE(test, f->desc->istate & IRQS_REPLAY);
	KUNIT_EXPECT_FALSE(test, is_pending(f));

	/* A second resend before the first has arrived is refused. */
	raw_spin_lock_irq(&f->desc->lock);
	f->desc->istate |= IRQS_PENDING;
	KUNIT_EXPECT_EQ(test, check_irq_resend(f->desc, false), -EBUSY);
	f->desc->istate &= ~IRQS_PENDING;
	raw_spin_unlock_irq(&f->desc->lock);

	fake_fire(f);
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_FALSE(test, f->desc->istate & IRQS_REPLAY);
}

static void I43_software_resends(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	f->chip.irq_retrigger = fake_retrigger;
	may_retrigger = false;
	fake_request(test, f, 0);
	disable_irq(f->irq);
	fake_fire(f);
	enable_irq(f->irq);
	wait_until(READ_ONCE(f->calls));
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_TRUE(test, f->pc & SOFTIRQ_OFFSET);	/* from the tasklet */
	KUNIT_EXPECT_TRUE(test, f->irqs_off);
}

/* It is the descriptor's flag that says level, not the flow handler. */
static void I43_levels_are_not_resent(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);

	f->chip.irq_retrigger = fake_retrigger;
	may_retrigger = true;
	fake_request(test, f, 0);
	disable_irq(f->irq);
	fake_fire(f);
	fake_log_clear(f);
	enable_irq(f->irq);
	KUNIT_EXPECT_STREQ(test, f->log, "ur");

	irq_set_status_flags(f->irq, IRQ_LEVEL);
	fake_fire(f);
	disable_irq(f->irq);
	fake_fire(f);
	fake_log_clear(f);
	enable_irq(f->irq);
	KUNIT_EXPECT_STREQ(test, f->log, "u");
	KUNIT_EXPECT_FALSE(test, is_pending(f));
}

static struct kunit_case irq_cases[] = {
	KUNIT_CASE(I1_descriptor_fields),
	KUNIT_CASE(I2_state_bits_are_linuxs),
	KUNIT_CASE(I3_pending_is_about_the_line),
	KUNIT_CASE(I4_never_requested),
	KUNIT_CASE(numbers_run_out_and_come_back),
	KUNIT_CASE(I5_I16_context_of_a_handler),
	KUNIT_CASE(I6_I13_edge),
	KUNIT_CASE(I6_I8_edge_while_it_runs),
	KUNIT_CASE(I7_I8_edge_on_two_cpus),
	KUNIT_CASE(I6_I27_disabled_in_its_handler),
	KUNIT_CASE(I9_I13_level),
	KUNIT_CASE(I9_level_mask_ack_in_one),
	KUNIT_CASE(I9_level_while_it_runs),
	KUNIT_CASE(I9_level_disabled_in_its_handler),
	KUNIT_CASE(I10_I13_fasteoi),
	KUNIT_CASE(I10_fasteoi_while_it_runs),
	KUNIT_CASE(I11_percpu),
	KUNIT_CASE(I11_percpu_devid),
	KUNIT_CASE(I12_simple),
	KUNIT_CASE(I12_nested),
	KUNIT_CASE(I12_X11_bad_irq),
	KUNIT_CASE(I14_all_actions_in_order),
	KUNIT_CASE(I15_bogus_return_value),
	KUNIT_CASE(I15_wake_thread_without_thread),
	KUNIT_CASE(X13_handler_enables_interrupts),
	KUNIT_CASE(handler_leaks_the_count),
	KUNIT_CASE(I43_chip_retriggers),
	KUNIT_CASE(I43_software_resends),
	KUNIT_CASE(I43_levels_are_not_resent),
	{}
};

static struct kunit_suite irq_suite = {
	.name = "irq",
	.init = irq_test_init,
	.exit = irq_test_exit,
	.test_cases = irq_cases,
};
kunit_test_suite(irq_suite);
