/* SPDX-License-Identifier: MIT */
/*
 * The ends of an interrupt, as far as softirqs and the context word see them: section X. The suite
 * borrows BLOCK and IRQ_POLL and gives them back.
 */
#include <kunit/test.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/tick.h>
#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/hw_irq.h>

#include "context.h"
#include "irq_fake.h"
#include "softirq_util.h"

#define UNUSED_VECTOR	0x91	/* taken by nobody: devices are handed out from below */

static bool x1_irqs_off;

static void note_irqs(void *unused)
{
	x1_irqs_off = irqs_disabled();
}

static void X1_hardirq_handlers_run_with_irqs_off(struct kunit *test)
{
	x1_irqs_off = false;
	call_in_hardirq(note_irqs, NULL);
	KUNIT_EXPECT_TRUE(test, x1_irqs_off);
}

static struct irq_chip x2_chip = { .name = "x2" };
static u32 x2_pc;
static struct irq_desc *x2_desc;

/* A flow handler of our own: sees what do_IRQ() hands it. Context: hardirq. */
static void x2_flow(struct irq_desc *desc)
{
	x2_pc = preempt_count();
	x2_desc = desc;
	apic_eoi();
}

static void X2_vector_to_descriptor_to_flow_handler(struct kunit *test)
{
	int irq = irq_alloc_desc(0);

	KUNIT_ASSERT_GT(test, irq, 0);
	irq_set_chip_and_handler(irq, &x2_chip, x2_flow);
	preempt_disable();
	this_cpu_write(vector_irq[UNUSED_VECTOR], irq_to_desc(irq));
	x2_desc = NULL;
	apic_send_IPI_self(UNUSED_VECTOR);
	for (int k = 0; k < 1000000 && !READ_ONCE(x2_desc); k++)
		cpu_relax();
	this_cpu_write(vector_irq[UNUSED_VECTOR], VECTOR_UNUSED);
	preempt_enable();
	KUNIT_EXPECT_PTR_EQ(test, x2_desc, irq_to_desc(irq));
	KUNIT_EXPECT_EQ(test, x2_pc, HARDIRQ_OFFSET + PREEMPT_OFFSET);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	irq_free_desc(irq);
}

static unsigned long sp_seen;

static void block_notes_stack(void)
{
	unsigned long here;

	sp_seen = (unsigned long)&here;
	count_run();
}

static bool on_irq_stack(unsigned long sp)
{
	unsigned long lo, hi;
	const char *name = cpu_stack_of(0, sp, &lo, &hi);

	return name && !strcmp(name, "IRQ");
}

static void X3_softirqs_run_on_the_irq_stack(struct kunit *test)
{
	open_softirq(BLOCK_SOFTIRQ, block_notes_stack);
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_TRUE(test, on_irq_stack(sp_seen));
	local_bh_disable();
	raise_softirq(BLOCK_SOFTIRQ);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, on_irq_stack(sp_seen));
	/* K4: in ksoftirqd on its own; but an interrupt's exit, maybe over it, may be first */
	for (int i = 0; i < 100 && on_irq_stack(sp_seen); i++) {
		raise_softirq(BLOCK_SOFTIRQ);
		KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(st.runs) == 3 + i));
	}
	KUNIT_EXPECT_FALSE(test, on_irq_stack(sp_seen));
	KUNIT_EXPECT_PTR_EQ(test, st.last, this_cpu_ksoftirqd());
}

static struct {
	struct task_struct *task;
	bool go_on, intact[2];
	unsigned long sleeper, other;
} x3;

static bool all_are(const u8 *bytes, unsigned int n, u8 byte)
{
	while (n && READ_ONCE(bytes[n - 1]) == byte)
		n--;
	return !n;
}

/* Its frame is where another user of the stack would begin. */
static void x3_other(void)
{
	volatile u8 scratch[256];

	x3.other = (unsigned long)scratch;
	for (unsigned int i = 0; i < sizeof(scratch); i++)
		scratch[i] = 0xee;
}

static void run_block(void)
{
	local_bh_disable();
	raise_softirq(BLOCK_SOFTIRQ);
	local_bh_enable();
}

static void x3_sleep(struct tasklet_struct *t)
{
	u8 mine[256];

	x3.sleeper = (unsigned long)mine;
	memset(mine, 0x55, sizeof(mine));
	set_current_state(TASK_UNINTERRUPTIBLE);
	while (!READ_ONCE(x3.go_on)) {
		schedule();
		set_current_state(TASK_UNINTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	x3.intact[0] = all_are(mine, sizeof(mine), 0x55);
	run_block();	/* what it is itself has been forgotten with the switch (L20) */
	x3.intact[1] = all_are(mine, sizeof(mine), 0x55);
}

static int x3_uses_the_stack(void *unused)
{
	run_block();
	WRITE_ONCE(x3.go_on, true);
	wake_up_process(x3.task);
	return 0;
}

/* A bug that is reported, and harms nobody else: neither other threads' softirqs nor its own. */
static void X3_who_sleeps_on_the_irq_stack_keeps_it(struct kunit *test)
{
	unsigned int reported = nohz_softirq_reported;
	struct task_struct *other = kthread_create(x3_uses_the_stack, NULL, "x3");
	DECLARE_TASKLET(sleeper, x3_sleep);

	KUNIT_ASSERT_FALSE(test, IS_ERR(other));
	kthread_bind(other, 0);
	kunit_expect_report(test, "scheduling while atomic");
	kunit_expect_report(test, "huh, entered softirq 6 TASKLET");
	memset(&x3, 0, sizeof(x3));
	x3.task = current;
	open_softirq(BLOCK_SOFTIRQ, x3_other);
	nohz_softirq_reported = UINT_MAX;
	local_bh_disable();
	tasklet_schedule(&sleeper);
	wake_up_process(other);
	local_bh_enable();
	nohz_softirq_reported = reported;
	tasklet_kill(&sleeper);
	KUNIT_EXPECT_TRUE(test, on_irq_stack(x3.sleeper));
	KUNIT_EXPECT_TRUE(test, x3.intact[0]);
	KUNIT_EXPECT_TRUE(test, x3.intact[1]);
	/* It has left. */
	run_block();
	KUNIT_EXPECT_TRUE(test, on_irq_stack(x3.other));
}

static void raise_and_note(void *unused)
{
	raise_softirq_irqoff(BLOCK_SOFTIRQ);
	note(st.runs ? 'S' : 'h');
}

static void block_notes(void)
{
	count_run();
	note('s');
}

/* The count is dropped before softirqs run, and they run before the interrupt is over. */
static void X4_softirqs_after_the_handler_before_the_return(struct kunit *test)
{
	open_softirq(BLOCK_SOFTIRQ, block_notes);
	call_in_hardirq(raise_and_note, NULL);
	note('r');
	KUNIT_EXPECT_STREQ(test, order, "hsr");
}

static void X5_not_under_bh_disabled_but_under_spin_lock(struct kunit *test)
{
	static DEFINE_SPINLOCK(lock);
	unsigned int under_bh, under_lock;

	local_bh_disable();
	call_in_hardirq(raise_block, NULL);
	under_bh = st.runs;
	local_bh_enable();
	spin_lock(&lock);
	call_in_hardirq(raise_block, NULL);
	under_lock = st.runs;
	spin_unlock(&lock);
	KUNIT_EXPECT_EQ(test, under_bh, 0);
	KUNIT_EXPECT_EQ(test, under_lock, 2);	/* one at local_bh_enable(), one inside the section */
}

static bool x6_poll_ran;

static void poll_notes_cpu_1(void)
{
	if (raw_smp_processor_id() == 1)
		smp_store_release(&x6_poll_ran, true);
}

static void raise_poll(void *unused)
{
	raise_softirq_irqoff(IRQ_POLL_SOFTIRQ);
}

/* CPU 1 takes an interrupt and runs a softirq of its own while ours is pending. */
static void X6_exit_elsewhere_does_not_run_ours(struct kunit *test)
{
	unsigned int after_remote;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	open_softirq(IRQ_POLL_SOFTIRQ, poll_notes_cpu_1);
	x6_poll_ran = false;
	local_bh_disable();	/* no exit of ours may run it */
	raise_softirq(BLOCK_SOFTIRQ);
	smp_call_function_single(1, raise_poll, NULL, 1);
	KUNIT_EXPECT_TRUE(test, spin_until(smp_load_acquire(&x6_poll_ran)));
	after_remote = READ_ONCE(st.runs);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, after_remote, 0);
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_PTR_EQ(test, st.last, current);
}

/*
 * Whatever else interrupts here in between runs it, too; then this says nothing, and is tried again.
 */
static void X8_reschedule_ipi_runs_no_softirqs(struct kunit *test)
{
	unsigned int before, after, runs;
	int tries = 0;

	do {
		memset(&st, 0, sizeof(st));
		preempt_disable();
		local_irq_disable();
		before = per_cpu(irq_stat, 0).irq_resched_count;
		__raise_softirq_irqoff(BLOCK_SOFTIRQ);
		apic_send_IPI_self(RESCHEDULE_VECTOR);
		local_irq_enable();
		spin_until(per_cpu(irq_stat, 0).irq_resched_count != before);
		local_irq_disable();
		after = per_cpu(irq_stat, 0).irq_resched_count;
		runs = st.runs;
		local_irq_enable();
		preempt_enable();
		KUNIT_EXPECT_GT(test, after, before);
		call_in_hardirq(just_raise, NULL);
		KUNIT_EXPECT_GE(test, st.runs, 1);
	} while (runs && ++tries < 20);
	KUNIT_EXPECT_EQ(test, runs, 0);
}

static bool x9_stands, x9_over;

/* No tick, and nothing here looks at what is pending: only the exit of another interrupt does. */
static void stand_still(void *unused)
{
	u32 lvt = lapic_read(APIC_LVTT);

	preempt_disable();
	lapic_write(APIC_LVTT, lvt | APIC_LVT_MASKED);
	WRITE_ONCE(x9_stands, true);
	while (!READ_ONCE(x9_over))
		cpu_relax();
	lapic_write(APIC_LVTT, lvt);
	apic_send_IPI_self(LOCAL_TIMER_VECTOR);
	preempt_enable();
}

static void X9_call_function_ipi_runs_softirqs_on_exit(struct kunit *test)
{
	unsigned int calls;
	int cpu = second_cpu(test);

	if (lapic_read(APIC_LVTT) & APIC_LVT_MASKED)
		kunit_skip(test, "the tick is not the local APIC's");
	x9_stands = x9_over = false;
	on_cpu_start(test, cpu, stand_still, NULL);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(x9_stands)));
	calls = READ_ONCE(per_cpu(irq_stat, cpu).irq_call_count);
	for (int i = 1; i <= 20; i++) {
		smp_call_function_single(cpu, just_raise, NULL, 1);
		KUNIT_EXPECT_TRUE(test, spin_until(smp_load_acquire(&st.runs) == i));
	}
	KUNIT_EXPECT_GE(test, READ_ONCE(per_cpu(irq_stat, cpu).irq_call_count), calls + 20);
	WRITE_ONCE(x9_over, true);
	on_cpu_wait();
}

static bool x9_hardirq, x9_in_service, x9_looked;

/* Is the vector that brought us here still in service? Context: hardirq of @vector. */
static void look_in_service(void *vector)
{
	x9_hardirq = in_hardirq();
	x9_in_service = lapic_vector_bit(APIC_ISR, (unsigned long)vector);
	smp_store_release(&x9_looked, true);
}

static void expect_ended(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, spin_until(smp_load_acquire(&x9_looked)));
	KUNIT_EXPECT_TRUE(test, x9_hardirq);
	KUNIT_EXPECT_FALSE(test, x9_in_service);
	x9_looked = x9_hardirq = false;
	x9_in_service = true;
}

static enum hrtimer_restart timer_looks(struct hrtimer *t)
{
	look_in_service((void *)LOCAL_TIMER_VECTOR);
	return HRTIMER_NORESTART;
}

static void X9_ended_before_the_body(struct kunit *test)
{
	struct hrtimer timer;
	int cpu;

	x9_looked = false;
	call_in_hardirq(look_in_service, (void *)IRQ_WORK_VECTOR);
	expect_ended(test);
	hrtimer_setup(&timer, timer_looks, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&timer, 100 * NSEC_PER_USEC, HRTIMER_MODE_REL);
	expect_ended(test);
	hrtimer_cancel(&timer);
	cpu = second_cpu(test);
	if (lapic_read(APIC_LVTT) & APIC_LVT_MASKED)
		kunit_skip(test, "the tick is not the local APIC's");
	x9_stands = x9_over = false;
	on_cpu_start(test, cpu, stand_still, NULL);	/* an idle one may do it without an interrupt */
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(x9_stands)));
	smp_call_function_single(cpu, look_in_service, (void *)CALL_FUNCTION_SINGLE_VECTOR, 1);
	expect_ended(test);
	on_each_cpu_mask(cpumask_of(cpu), look_in_service, (void *)CALL_FUNCTION_VECTOR, 1);
	expect_ended(test);
	WRITE_ONCE(x9_over, true);
	on_cpu_wait();
}

static void X10_unknown_vector_is_ended_and_counted(struct kunit *test)
{
	unsigned int before, after;

	preempt_disable();
	before = per_cpu(irq_stat, 0).irq_unknown_count;
	if (this_cpu_read(vector_irq[UNUSED_VECTOR]) != VECTOR_UNUSED) {
		preempt_enable();
		kunit_skip(test, "vector 0x%x is in use", UNUSED_VECTOR);
	}
	for (int i = 0; i < 2; i++) {
		apic_send_IPI_self(UNUSED_VECTOR);
		for (int k = 0; k < 1000000 &&
		     per_cpu(irq_stat, 0).irq_unknown_count == before + i; k++)
			cpu_relax();
	}
	after = per_cpu(irq_stat, 0).irq_unknown_count;
	preempt_enable();
	/* The second arrives only if the first got its EOI. */
	KUNIT_EXPECT_EQ(test, after, before + 2);
}

static struct kunit_case irq_exit_cases[] = {
	KUNIT_CASE(X1_hardirq_handlers_run_with_irqs_off),
	KUNIT_CASE(X2_vector_to_descriptor_to_flow_handler),
	KUNIT_CASE(X3_softirqs_run_on_the_irq_stack),
	KUNIT_CASE(X3_who_sleeps_on_the_irq_stack_keeps_it),
	KUNIT_CASE(X4_softirqs_after_the_handler_before_the_return),
	KUNIT_CASE(X5_not_under_bh_disabled_but_under_spin_lock),
	KUNIT_CASE(X6_exit_elsewhere_does_not_run_ours),
	KUNIT_CASE(X8_reschedule_ipi_runs_no_softirqs),
	KUNIT_CASE(X9_call_function_ipi_runs_softirqs_on_exit),
	KUNIT_CASE(X9_ended_before_the_body),
	KUNIT_CASE(X10_unknown_vector_is_ended_and_counted),
	{}
};

static struct kunit_suite irq_exit_suite = {
	.name = "irq_exit",
	.init = softirq_test_init,
	.exit = softirq_test_exit,
	.test_cases = irq_exit_cases,
};
kunit_test_suite(irq_exit_suite);
