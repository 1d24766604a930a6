/* SPDX-License-Identifier: MIT */
/* The context word: section P. Every row of P9's table is entered for real and read from inside. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/nmi.h>
#include <linux/sched.h>
#include <linux/softirq.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <asm/apic.h>

#include <asm/cpu.h>
#include "context.h"

/* What one place saw. */
struct seen {
	u32 pc;
	bool softirq, serving, interrupt, task, atomic, hardirq, nmi, preemptible;
	unsigned int level;
	bool on_irq_stack;
	struct task_struct *who;
};

static void look(struct seen *s)
{
	*s = (struct seen){
		.pc = preempt_count(), .softirq = in_softirq(), .serving = in_serving_softirq(),
		.interrupt = in_interrupt(), .task = in_task(), .atomic = in_atomic(),
		.hardirq = in_hardirq(), .nmi = in_nmi(), .preemptible = preemptible(),
		.level = interrupt_context_level(), .who = current,
		.on_irq_stack = this_cpu_read(irq_stack_user),
	};
}

static void look_cb(void *arg)
{
	look(arg);
}

static void expect_row(struct kunit *test, const struct seen *s, u32 pc, bool softirq, bool serving,
		       bool interrupt, bool task, bool atomic)
{
	KUNIT_EXPECT_EQ(test, s->pc, pc);
	KUNIT_EXPECT_EQ(test, s->softirq, softirq);
	KUNIT_EXPECT_EQ(test, s->serving, serving);
	KUNIT_EXPECT_EQ(test, s->interrupt, interrupt);
	KUNIT_EXPECT_EQ(test, s->task, task);
	KUNIT_EXPECT_EQ(test, s->atomic, atomic);
}

static DEFINE_SPINLOCK(test_lock);

/* A softirq that looks around; BLOCK has no user of its own in the tests' way. */
static struct seen softirq_seen, nested_seen;
static void (*softirq_extra)(void);

static void look_action(void)
{
	look(&softirq_seen);
	if (softirq_extra)
		softirq_extra();
}

static void (*saved_action)(void);

static int preempt_init(struct kunit *test)
{
	pin_to_cpu(0);
	saved_action = softirq_vec[BLOCK_SOFTIRQ].action;
	open_softirq(BLOCK_SOFTIRQ, look_action);
	softirq_extra = NULL;
	softirq_seen = nested_seen = (struct seen){ 0 };
	return 0;
}

static void preempt_exit(struct kunit *test)
{
	open_softirq(BLOCK_SOFTIRQ, saved_action);
	unpin();
}

static void raise_block(void *unused)
{
	raise_softirq_irqoff(BLOCK_SOFTIRQ);
}

static void P9_task(struct kunit *test)
{
	struct seen s;

	look(&s);
	expect_row(test, &s, 0, 0, 0, 0, 1, 0);
	KUNIT_EXPECT_TRUE(test, s.preemptible);
}

static void P9_preempt_disable_and_spin_lock(struct kunit *test)
{
	struct seen s;
	unsigned long flags;

	preempt_disable();
	look(&s);
	preempt_enable();
	expect_row(test, &s, PREEMPT_OFFSET, 0, 0, 0, 1, 1);

	spin_lock(&test_lock);
	look(&s);
	spin_unlock(&test_lock);
	expect_row(test, &s, PREEMPT_OFFSET, 0, 0, 0, 1, 1);

	spin_lock_irqsave(&test_lock, flags);
	look(&s);
	spin_unlock_irqrestore(&test_lock, flags);
	expect_row(test, &s, PREEMPT_OFFSET, 0, 0, 0, 1, 1);
}

static void P9_bh_disable(struct kunit *test)
{
	struct seen one, two, lock;

	local_bh_disable();
	look(&one);
	local_bh_disable();
	look(&two);
	local_bh_enable();
	local_bh_enable();
	spin_lock_bh(&test_lock);
	look(&lock);
	spin_unlock_bh(&test_lock);
	expect_row(test, &one, SOFTIRQ_DISABLE_OFFSET, 1, 0, 1, 1, 1);
	expect_row(test, &two, 2 * SOFTIRQ_DISABLE_OFFSET, 1, 0, 1, 1, 1);
	expect_row(test, &lock, SOFTIRQ_LOCK_OFFSET, 1, 0, 1, 1, 1);
}

static void P9_hardirq(struct kunit *test)
{
	struct seen s;

	call_in_hardirq(look_cb, &s);
	expect_row(test, &s, HARDIRQ_OFFSET, 0, 0, 1, 0, 1);
	KUNIT_EXPECT_PTR_EQ(test, s.who, current);

	local_bh_disable();
	call_in_hardirq(look_cb, &s);
	local_bh_enable();
	expect_row(test, &s, HARDIRQ_OFFSET + SOFTIRQ_DISABLE_OFFSET, 1, 0, 1, 0, 1);
}

static void P9_softirq_on_irq_exit(struct kunit *test)
{
	call_in_hardirq(raise_block, NULL);
	expect_row(test, &softirq_seen, SOFTIRQ_OFFSET, 1, 1, 1, 0, 1);
	KUNIT_EXPECT_PTR_EQ(test, softirq_seen.who, current);

	preempt_disable();
	call_in_hardirq(raise_block, NULL);
	preempt_enable();
	expect_row(test, &softirq_seen, SOFTIRQ_OFFSET + PREEMPT_OFFSET, 1, 1, 1, 0, 1);
}

static void P9_softirq_by_bh_enable(struct kunit *test)
{
	local_bh_disable();
	raise_softirq(BLOCK_SOFTIRQ);
	local_bh_enable();
	expect_row(test, &softirq_seen, SOFTIRQ_OFFSET + PREEMPT_OFFSET, 1, 1, 1, 0, 1);
	KUNIT_EXPECT_PTR_EQ(test, softirq_seen.who, current);
}

static void P9_softirq_in_ksoftirqd(struct kunit *test)
{
	bool in_ksoftirqd = false;

	/*
	 * Raised by a plain task it is ksoftirqd's, unless an interrupt's exit gets in first, maybe
	 * over ksoftirqd itself, but then on the IRQ stack: again.
	 */
	for (int i = 0; i < 100 && !in_ksoftirqd; i++) {
		WRITE_ONCE(softirq_seen.who, NULL);
		raise_softirq(BLOCK_SOFTIRQ);
		KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(softirq_seen.who)));
		in_ksoftirqd = !strncmp(softirq_seen.who->comm, "ksoftirqd/", 10) &&
			       !softirq_seen.on_irq_stack;
	}
	KUNIT_ASSERT_TRUE(test, in_ksoftirqd);
	expect_row(test, &softirq_seen, SOFTIRQ_OFFSET, 1, 1, 1, 0, 1);
}

static void bh_disable_and_look(void)
{
	local_bh_disable();
	look(&nested_seen);
	local_bh_enable();
}

static void P9_softirq_disables_bh(struct kunit *test)
{
	softirq_extra = bh_disable_and_look;
	call_in_hardirq(raise_block, NULL);
	expect_row(test, &nested_seen, SOFTIRQ_OFFSET + SOFTIRQ_DISABLE_OFFSET, 1, 1, 1, 0, 1);
}

static void hardirq_and_look(void)
{
	call_in_hardirq(look_cb, &nested_seen);
}

static void P9_hardirq_over_softirq(struct kunit *test)
{
	softirq_extra = hardirq_and_look;
	call_in_hardirq(raise_block, NULL);
	expect_row(test, &nested_seen, HARDIRQ_OFFSET + SOFTIRQ_OFFSET, 1, 1, 1, 0, 1);
}

/* P10: serving is still true in a hardirq over a softirq; the level takes the highest. */
static void P10_level_takes_the_highest(struct kunit *test)
{
	struct seen s;

	softirq_extra = hardirq_and_look;
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_TRUE(test, nested_seen.serving);
	KUNIT_EXPECT_TRUE(test, nested_seen.hardirq);
	KUNIT_EXPECT_EQ(test, nested_seen.level, 2);
	KUNIT_EXPECT_EQ(test, softirq_seen.level, 1);
	look(&s);
	KUNIT_EXPECT_EQ(test, s.level, 0);
	local_bh_disable();
	look(&s);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, s.level, 0);	/* P8: serving only */
}

static struct seen nmi_seen;

static int nmi_look(unsigned int type, struct pt_regs *regs)
{
	look(&nmi_seen);
	return NMI_HANDLED;
}

static void P8_nmi_counts_as_hardirq(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, register_nmi_handler(NMI_LOCAL, nmi_look, 0, "look"), 0);
	nmi_seen = (struct seen){ 0 };
	apic_send_NMI(0);
	for (int i = 0; i < 1000000 && !READ_ONCE(nmi_seen.who); i++)
		cpu_relax();
	unregister_nmi_handler(NMI_LOCAL, "look");
	expect_row(test, &nmi_seen, NMI_OFFSET + HARDIRQ_OFFSET, 0, 0, 1, 0, 1);
	KUNIT_EXPECT_TRUE(test, nmi_seen.nmi);
	KUNIT_EXPECT_TRUE(test, nmi_seen.hardirq);
	KUNIT_EXPECT_EQ(test, nmi_seen.level, 3);
}

static void P2_need_resched_is_not_in_the_count(struct kunit *test)
{
	u32 before, with;

	preempt_disable();
	local_irq_disable();	/* a tick may want it, too */
	before = preempt_count();
	set_preempt_need_resched();
	with = preempt_count();
	KUNIT_EXPECT_TRUE(test, test_preempt_need_resched());
	KUNIT_EXPECT_FALSE(test, should_resched(0));		/* the count forbids it */
	KUNIT_EXPECT_TRUE(test, should_resched(PREEMPT_OFFSET));	/* the word: 1 and nothing else */
	clear_preempt_need_resched();
	KUNIT_EXPECT_FALSE(test, should_resched(PREEMPT_OFFSET));
	local_irq_enable();
	preempt_enable();
	KUNIT_EXPECT_EQ(test, before, with);
}

static void P4_serving_and_disabled_are_told_apart(struct kunit *test)
{
	u32 disabled;

	local_bh_disable();
	disabled = preempt_count();
	local_bh_enable();
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_EQ(test, disabled, 2 * SOFTIRQ_OFFSET);
	KUNIT_EXPECT_EQ(test, disabled & SOFTIRQ_OFFSET, 0);
	KUNIT_EXPECT_EQ(test, softirq_seen.pc & SOFTIRQ_MASK, SOFTIRQ_OFFSET);
}

static void P6_bh_off_in_a_task_is_interrupt_and_task(struct kunit *test)
{
	struct seen s;

	local_bh_disable();
	look(&s);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, s.interrupt);
	KUNIT_EXPECT_TRUE(test, s.task);
	KUNIT_EXPECT_TRUE(test, s.softirq);
	KUNIT_EXPECT_FALSE(test, s.serving);
	KUNIT_EXPECT_FALSE(test, s.hardirq);
	KUNIT_EXPECT_FALSE(test, s.preemptible);
}

static void P1_fields(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, PREEMPT_MASK, 0x000000ff);
	KUNIT_EXPECT_EQ(test, SOFTIRQ_MASK, 0x0000ff00);
	KUNIT_EXPECT_EQ(test, HARDIRQ_MASK, 0x000f0000);
	KUNIT_EXPECT_EQ(test, NMI_MASK, 0x00f00000);
	KUNIT_EXPECT_EQ(test, PREEMPT_NEED_RESCHED, 0x80000000);
}

static void P7_irqs_off_is_not_in_the_count(struct kunit *test)
{
	struct seen s;

	local_irq_disable();
	look(&s);
	local_irq_enable();
	expect_row(test, &s, 0, 0, 0, 0, 1, 0);
	KUNIT_EXPECT_FALSE(test, s.preemptible);
}

static void need_debug(struct kunit *test)
{
	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds do not check the count");
}

static void P12_underflow_is_reported_and_not_done(struct kunit *test)
{
	u32 after;

	need_debug(test);
	kunit_expect_report(test, "DEBUG_LOCKS_WARN_ON(val > preempt_count())");
	preempt_count_sub(PREEMPT_OFFSET);
	after = preempt_count();
	KUNIT_EXPECT_EQ(test, after, 0);
	KUNIT_EXPECT_FALSE(test, debug_locks_off());	/* one report, then silence */
}

static void P12_preempt_field_underflow(struct kunit *test)
{
	u32 after;

	need_debug(test);
	kunit_expect_report(test, "val < PREEMPT_MASK && !(preempt_count() & PREEMPT_MASK)");
	__local_bh_disable_ip(_THIS_IP_, SOFTIRQ_DISABLE_OFFSET);
	preempt_count_sub(PREEMPT_OFFSET);	/* spin_unlock() where spin_unlock_bh() was meant */
	after = preempt_count();
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, after, SOFTIRQ_DISABLE_OFFSET);
}

static void P12_depth_near_the_end_is_reported(struct kunit *test)
{
	unsigned int n = PREEMPT_MASK - 10;

	need_debug(test);
	kunit_expect_report(test, "depth >= PREEMPT_MASK");
	for (unsigned int i = 0; i < n; i++)
		preempt_count_add(PREEMPT_OFFSET);
	for (unsigned int i = 0; i < n; i++)
		preempt_enable_no_resched();
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

static struct kunit_case preempt_cases[] = {
	KUNIT_CASE(P1_fields),
	KUNIT_CASE(P2_need_resched_is_not_in_the_count),
	KUNIT_CASE(P4_serving_and_disabled_are_told_apart),
	KUNIT_CASE(P6_bh_off_in_a_task_is_interrupt_and_task),
	KUNIT_CASE(P7_irqs_off_is_not_in_the_count),
	KUNIT_CASE(P8_nmi_counts_as_hardirq),
	KUNIT_CASE(P9_task),
	KUNIT_CASE(P9_preempt_disable_and_spin_lock),
	KUNIT_CASE(P9_bh_disable),
	KUNIT_CASE(P9_hardirq),
	KUNIT_CASE(P9_softirq_on_irq_exit),
	KUNIT_CASE(P9_softirq_by_bh_enable),
	KUNIT_CASE(P9_softirq_in_ksoftirqd),
	KUNIT_CASE(P9_softirq_disables_bh),
	KUNIT_CASE(P9_hardirq_over_softirq),
	KUNIT_CASE(P10_level_takes_the_highest),
	KUNIT_CASE(P12_underflow_is_reported_and_not_done),
	KUNIT_CASE(P12_preempt_field_underflow),
	KUNIT_CASE(P12_depth_near_the_end_is_reported),
	{}
};

static struct kunit_suite preempt_suite = {
	.name = "preempt",
	.init = preempt_init,
	.exit = preempt_exit,
	.test_cases = preempt_cases,
};
kunit_test_suite(preempt_suite);
