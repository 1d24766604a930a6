/* SPDX-License-Identifier: MIT */
/* Bottom halves off and on, and ksoftirqd: sections B and K. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/tick.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include <asm/cpu.h>
#include <trace/events/irq.h>

#include "context.h"
#include "softirq_util.h"

/* ---- B ---- */

static void enable_with_irqs_off(struct kunit *test)
{
	clear_warn_once();
	kunit_expect_report(test, "__local_bh_enable_ip");
	local_bh_disable();
	local_irq_disable();
	local_bh_enable();
	local_irq_enable();
}

static void B2_enable_with_irqs_off_is_a_bug(struct kunit *test)
{
	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds do not check it");
	enable_with_irqs_off(test);
	KUNIT_EXPECT_EQ(test, debug_locks, 1);
}

static u32 b2_pc[2];

/* Bottom halves off and on in hardirq: each is a bug, and the count comes out even. */
static void disable_and_enable(void *unused)
{
	b2_pc[0] = preempt_count();
	local_bh_disable();
	local_bh_enable();
	b2_pc[1] = preempt_count();
}

static void B1_B2_neither_in_hardirq(struct kunit *test)
{
	if (DEBUG_LOCKS) {
		enable_with_irqs_off(test);	/* has been said then, so that what follows is about hardirq */
		kunit_expect_report(test, "at include/linux/bottom_half.h:");
	} else {
		clear_warn_once();
	}
	kunit_expect_report(test, "__local_bh_enable_ip");
	call_in_hardirq(disable_and_enable, NULL);
	KUNIT_EXPECT_EQ(test, b2_pc[1], b2_pc[0]);
}

static unsigned int b7_runs;

static void b7_tasklet_fn(struct tasklet_struct *t)
{
	b7_runs++;
}
static DECLARE_TASKLET(b7_tasklet, b7_tasklet_fn);

static void b7_timer_fn(struct timer_list *t)
{
	b7_runs++;
}
static DEFINE_TIMER(b7_timer, b7_timer_fn);

static void B7_timers_and_tasklets_are_held_off(struct kunit *test)
{
	unsigned int held;

	b7_runs = 0;
	local_bh_disable();
	tasklet_schedule(&b7_tasklet);
	mod_timer(&b7_timer, jiffies + 1);
	mdelay(5);
	held = b7_runs;
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, held, 0);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(b7_runs) == 2));
	timer_delete_sync(&b7_timer);
}

static bool b1_off;

static void block_nests_bh_off(void)
{
	count_run();
	local_bh_disable();
	b1_off = irqs_disabled();
	local_bh_enable();
}

/* In a task and in a softirq. */
static void B1_disable_leaves_irqs_alone(struct kunit *test)
{
	bool off;

	local_bh_disable();
	off = irqs_disabled();
	local_bh_enable();
	KUNIT_EXPECT_FALSE(test, off);
	b1_off = true;
	open_softirq(BLOCK_SOFTIRQ, block_nests_bh_off);
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_FALSE(test, b1_off);
}

static void B3_only_the_outermost_enable_runs(struct kunit *test)
{
	unsigned int inner;

	local_bh_disable();
	local_bh_disable();
	raise_softirq(BLOCK_SOFTIRQ);
	local_bh_enable();
	inner = st.runs;
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, inner, 0);
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_PTR_EQ(test, st.last, current);
}

static void B4_plain_enable_runs_nothing(struct kunit *test)
{
	unsigned int at_once;

	local_irq_disable();
	local_bh_disable();
	__raise_softirq_irqoff(BLOCK_SOFTIRQ);
	_local_bh_enable();
	at_once = st.runs;
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, at_once, 0);
	local_bh_disable();
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, st.runs, 1);
}

static DEFINE_SPINLOCK(b5_lock);
static bool b5_was_free;

static void block_looks_at_lock(void)
{
	count_run();
	b5_was_free = !spin_is_locked(&b5_lock);
}

static void B5_unlock_bh_runs_after_the_release(struct kunit *test)
{
	open_softirq(BLOCK_SOFTIRQ, block_looks_at_lock);
	spin_lock_bh(&b5_lock);
	raise_softirq(BLOCK_SOFTIRQ);
	spin_unlock_bh(&b5_lock);
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_TRUE(test, b5_was_free);
}

static bool hard_ran;

static void note_hard(void *unused)
{
	hard_ran = true;
}

static void B6_bh_off_does_not_stop_hardirqs_or_other_cpus(struct kunit *test)
{
	hard_ran = false;
	local_bh_disable();
	call_in_hardirq(note_hard, NULL);
	if (num_online_cpus() > 1) {
		smp_call_function_single(1, raise_block, NULL, 1);
		for (int i = 0; i < 50000000 && !smp_load_acquire(&st.runs); i++)
			cpu_relax();
		KUNIT_EXPECT_EQ(test, st.runs, 1);
	}
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, hard_ran);
}

static void raise_downwards_irqs_off(void)
{
	local_irq_disable();
	raise_downwards(NULL);
	local_irq_enable();
}

/* ---- K ---- */

static void K1_one_bound_thread_per_cpu(struct kunit *test)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct task_struct *p = per_cpu(ksoftirqd, cpu);
		char name[TASK_COMM_LEN];

		snprintf(name, sizeof(name), "ksoftirqd/%u", cpu);
		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_STREQ(test, p->comm, name);
		KUNIT_EXPECT_TRUE(test, cpumask_equal(p->cpus_ptr, cpumask_of(cpu)));
		KUNIT_EXPECT_EQ(test, task_cpu(p), cpu);
	}
}

static void K2_policy_is_normal_nice_0(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, this_cpu_ksoftirqd()->policy, SCHED_NORMAL);
	KUNIT_EXPECT_EQ(test, task_nice(this_cpu_ksoftirqd()), 0);
}

static void K3_sleeps_interruptible_when_idle(struct kunit *test)
{
	struct task_struct *p = this_cpu_ksoftirqd();

	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(p->__state) == TASK_INTERRUPTIBLE));
}

static void K4_runs_inline_with_irqs_on(struct kunit *test)
{
	raise_softirq(BLOCK_SOFTIRQ);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(st.runs) == 1));
	KUNIT_EXPECT_FALSE(test, st.irqs_were_off);
}

/* How many handlers CPU 0 has called. */
static unsigned int handlers_called(void)
{
	unsigned int sum = 0;

	for (int i = 0; i < NR_SOFTIRQS; i++)
		sum += kstat_softirqs_cpu(i, 0);
	return sum;
}

/* A tick's softirq may have left it work; not in each of twenty times. */
static void K7_wakes_and_finds_nothing(struct kunit *test)
{
	struct task_struct *p = this_cpu_ksoftirqd();
	unsigned int called;
	unsigned long switches;
	int tries = 0;

	do {
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(p->__state) == TASK_INTERRUPTIBLE));
		switches = p->nvcsw;
		called = handlers_called();
		wake_up_process(p);
		yield();
		called = handlers_called() - called;
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(p->nvcsw) > switches));
	} while (called && ++tries < 20);
	KUNIT_EXPECT_EQ(test, called, 0);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(p->__state) == TASK_INTERRUPTIBLE));
}

/* A storm shows batches of ten with a scheduling point in between: another thread gets its turns. */
static unsigned int k5_turns, k5_longest;
static bool k5_stop;

static int k5_other(void *unused)
{
	while (!READ_ONCE(k5_stop)) {
		WRITE_ONCE(k5_turns, k5_turns + 1);
		yield();
	}
	return 0;
}

/* Context: the end of a batch, IRQs off. */
static void k5_batch(void *unused, unsigned int end, unsigned int passes, unsigned int left)
{
	if (current == per_cpu(ksoftirqd, 0) && passes > k5_longest)
		k5_longest = passes;
}

static void K5_storm_leaves_turns_to_other_threads(struct kunit *test)
{
	struct task_struct *p = kthread_create(k5_other, NULL, "k5-other");
	unsigned int turns;

	KUNIT_ASSERT_FALSE(test, IS_ERR(p));
	get_task_struct(p);
	k5_turns = k5_longest = 0;
	k5_stop = false;
	if (IS_ENABLED(CONFIG_TRACING))
		KUNIT_ASSERT_EQ(test, register_trace_softirq_pass(k5_batch, NULL), 0);
	kthread_bind(p, 0);
	open_softirq(BLOCK_SOFTIRQ, block_raises_itself);
	reraise_left = 99999;
	call_in_hardirq(raise_block, NULL);
	wake_up_process(p);
	wait_until(READ_ONCE(st.runs) == 100000);
	turns = READ_ONCE(k5_turns);
	WRITE_ONCE(k5_stop, true);
	put_task_struct(p);
	unregister_trace_softirq_pass(k5_batch, NULL);
	KUNIT_EXPECT_EQ(test, st.runs, 100000);
	KUNIT_EXPECT_EQ(test, k5_longest, IS_ENABLED(CONFIG_TRACING) ? 10 : 0);
	KUNIT_EXPECT_GT(test, turns, 2);
}

static void K6_many_different_bits_wake_nobody(struct kunit *test)
{
	bool before, after;

	open_softirq(NET_TX_SOFTIRQ, note_tx);
	open_softirq(IRQ_POLL_SOFTIRQ, note_poll);
	open_softirq(HRTIMER_SOFTIRQ, note_hr);
	local_bh_disable();
	before = task_is_running(this_cpu_ksoftirqd());	/* a tick's softirq may have left it work */
	raise_downwards_irqs_off();
	raise_softirq(BLOCK_SOFTIRQ);
	after = task_is_running(this_cpu_ksoftirqd());
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, after, deterministic() ? false : before);
	KUNIT_EXPECT_STREQ(test, order, "tph");
	KUNIT_EXPECT_EQ(test, st.inline_runs, 1);
}

/* What the ticks during one run of the handler were charged to, [1] if it was ksoftirqd's. */
static struct {
	u64 softirq, system;
} k10[2];

static void block_sees_a_tick(void)
{
	bool thread = current == this_cpu_ksoftirqd();
	u64 softirq = cpu_time_ns(0, CPUTIME_SOFTIRQ), system = cpu_time_ns(0, CPUTIME_SYSTEM);

	count_run();
	for (int i = 0; i < 100000; i++) {
		k10[thread].softirq = cpu_time_ns(0, CPUTIME_SOFTIRQ) - softirq;
		k10[thread].system = cpu_time_ns(0, CPUTIME_SYSTEM) - system;
		if (k10[thread].softirq || k10[thread].system)
			return;
		udelay(10);
	}
}

static void K10_time_is_charged_to_the_thread(struct kunit *test)
{
	struct task_struct *p = this_cpu_ksoftirqd();
	u64 before = task_sched_runtime(p);

	open_softirq(BLOCK_SOFTIRQ, block_sees_a_tick);
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_EQ(test, st.inline_runs, 1);
	KUNIT_EXPECT_GT(test, k10[0].softirq, 0);
	KUNIT_EXPECT_EQ(test, k10[0].system, 0);
	for (int i = 0; i < 100 && !st.ksoftirqd_runs; i++) {	/* an exit may be there first */
		raise_softirq(BLOCK_SOFTIRQ);
		KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(st.runs) == 2 + i));
	}
	KUNIT_EXPECT_EQ(test, st.ksoftirqd_runs, 1);
	KUNIT_EXPECT_EQ(test, k10[1].softirq, 0);
	KUNIT_EXPECT_GT(test, k10[1].system, 0);
	KUNIT_EXPECT_GT(test, task_sched_runtime(p), before);
}

static bool k8_in_task, k8_preemptible;

static void block_looks_at_context(void)
{
	k8_in_task = in_task();
	k8_preemptible = preemptible();
	count_run();
}

static void K8_handler_in_ksoftirqd_is_not_preemptible(struct kunit *test)
{
	k8_in_task = k8_preemptible = true;
	open_softirq(BLOCK_SOFTIRQ, block_looks_at_context);
	raise_softirq(BLOCK_SOFTIRQ);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(st.runs) == 1));
	KUNIT_EXPECT_FALSE(test, k8_in_task);
	KUNIT_EXPECT_FALSE(test, k8_preemptible);
}

static void K9_fifo_changes_nothing_inline(struct kunit *test)
{
	struct task_struct *p = this_cpu_ksoftirqd();

	sched_set_fifo(p);
	KUNIT_EXPECT_EQ(test, p->policy, SCHED_FIFO);
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_EQ(test, st.inline_runs, 1);
	sched_set_normal(p, 0);
	KUNIT_EXPECT_EQ(test, p->policy, SCHED_NORMAL);
}

static void K11_no_thread_no_wakeup(struct kunit *test)
{
	struct task_struct *saved_thread = this_cpu_ksoftirqd();
	bool pending;

	local_irq_disable();
	this_cpu_write(ksoftirqd, NULL);
	raise_softirq_irqoff(BLOCK_SOFTIRQ);	/* in a task: would wake it */
	pending = local_softirq_pending() & BIT(BLOCK_SOFTIRQ);
	this_cpu_write(ksoftirqd, saved_thread);
	local_irq_enable();
	KUNIT_EXPECT_TRUE(test, pending);
	local_bh_disable();
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, st.runs, 1);
}

static struct kunit_case ksoftirqd_cases[] = {
	KUNIT_CASE(B1_disable_leaves_irqs_alone),
	KUNIT_CASE(B2_enable_with_irqs_off_is_a_bug),
	KUNIT_CASE(B1_B2_neither_in_hardirq),
	KUNIT_CASE(B3_only_the_outermost_enable_runs),
	KUNIT_CASE(B4_plain_enable_runs_nothing),
	KUNIT_CASE(B5_unlock_bh_runs_after_the_release),
	KUNIT_CASE(B6_bh_off_does_not_stop_hardirqs_or_other_cpus),
	KUNIT_CASE(B7_timers_and_tasklets_are_held_off),
	KUNIT_CASE(K1_one_bound_thread_per_cpu),
	KUNIT_CASE(K2_policy_is_normal_nice_0),
	KUNIT_CASE(K3_sleeps_interruptible_when_idle),
	KUNIT_CASE(K4_runs_inline_with_irqs_on),
	KUNIT_CASE(K5_storm_leaves_turns_to_other_threads),
	KUNIT_CASE(K6_many_different_bits_wake_nobody),
	KUNIT_CASE(K7_wakes_and_finds_nothing),
	KUNIT_CASE(K8_handler_in_ksoftirqd_is_not_preemptible),
	KUNIT_CASE(K9_fifo_changes_nothing_inline),
	KUNIT_CASE(K10_time_is_charged_to_the_thread),
	KUNIT_CASE(K11_no_thread_no_wakeup),
	{}
};

static struct kunit_suite ksoftirqd_suite = {
	.name = "ksoftirqd",
	.init = softirq_test_init,
	.exit = softirq_test_exit,
	.test_cases = ksoftirqd_cases,
};
kunit_test_suite(ksoftirqd_suite);
