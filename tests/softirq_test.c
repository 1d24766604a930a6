/* SPDX-License-Identifier: MIT */
/*
 * The softirq engine: sections Q, B and K. The suite borrows vectors that nobody raises by himself
 * and gives them back. Every case runs on CPU 0 and starts with nothing pending.
 */
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
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/hw_irq.h>

#include "context.h"

/* The order in which handlers ran, as letters. */
static char order[64];
static unsigned int order_len;

static void note(char c)
{
	if (order_len < sizeof(order) - 1)
		order[order_len++] = c;
}

/* Counters every handler of the suite writes. */
static struct {
	unsigned int runs, inline_runs, ksoftirqd_runs;
	struct task_struct *last;
	unsigned long first_jiffy;
	bool irqs_were_off, nested;
} st;
static unsigned int reraise_left;	/* times the self-raising handler still raises itself */
static bool inside;

static void count_run(void)
{
	if (inside)
		st.nested = true;
	inside = true;
	st.runs++;
	st.last = current;
	if (irqs_disabled())
		st.irqs_were_off = true;
	if (current == this_cpu_ksoftirqd())
		st.ksoftirqd_runs++;
	else
		st.inline_runs++;
	inside = false;
}

static void block_counts(void)
{
	count_run();
}

static void block_raises_itself(void)
{
	count_run();
	if (reraise_left) {
		reraise_left--;
		raise_softirq(BLOCK_SOFTIRQ);
	}
}

static void raise_block(void *unused)
{
	raise_softirq_irqoff(BLOCK_SOFTIRQ);
}

static void (*saved[NR_SOFTIRQS])(void);

static int softirq_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	for (int i = 0; i < NR_SOFTIRQS; i++)
		saved[i] = softirq_vec[i].action;
	memset(&st, 0, sizeof(st));
	memset(order, 0, sizeof(order));
	order_len = 0;
	reraise_left = 0;
	open_softirq(BLOCK_SOFTIRQ, block_counts);
	msleep(5);	/* the boot's and the last case's softirqs are through */
	return 0;
}

static void softirq_test_exit(struct kunit *test)
{
	wait_until(!(local_softirq_pending() & BIT(BLOCK_SOFTIRQ)));
	for (int i = 0; i < NR_SOFTIRQS; i++)
		softirq_vec[i].action = saved[i];
	unpin();
}

/* ---- Q ---- */

static void Q1_ten_vectors_in_order(struct kunit *test)
{
	static const char * const names[] = { "HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL",
					      "TASKLET", "SCHED", "HRTIMER", "RCU" };

	KUNIT_ASSERT_EQ(test, NR_SOFTIRQS, ARRAY_SIZE(names));
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		KUNIT_EXPECT_STREQ(test, softirq_to_name[i], names[i]);
}

static void Q2_raise_ors_a_bit(struct kunit *test)
{
	u32 pending;

	local_irq_disable();
	__raise_softirq_irqoff(BLOCK_SOFTIRQ);
	__raise_softirq_irqoff(BLOCK_SOFTIRQ);
	pending = local_softirq_pending();
	local_irq_enable();
	local_bh_disable();
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, pending & BIT(BLOCK_SOFTIRQ));
	KUNIT_EXPECT_FALSE(test, local_softirq_pending() & BIT(BLOCK_SOFTIRQ));
	KUNIT_EXPECT_EQ(test, st.runs, 1);
}

static atomic_t both_inside;
static bool met;

/* Runs on two CPUs at once: each waits, bounded, to see the other in here. */
static void block_meets(void)
{
	atomic_inc(&both_inside);
	for (int i = 0; i < 2000000 && atomic_read(&both_inside) < 2; i++)
		cpu_relax();
	if (atomic_read(&both_inside) >= 2)
		WRITE_ONCE(met, true);
}

static void Q5_one_vector_on_two_cpus(struct kunit *test)
{
	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	atomic_set(&both_inside, 0);
	met = false;
	open_softirq(BLOCK_SOFTIRQ, block_meets);
	smp_call_function_single(1, raise_block, NULL, 0);
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_TRUE(test, met);
	wait_until(atomic_read(&both_inside) == 2);
}

static void Q7_raise_in_task_is_not_synchronous(struct kunit *test)
{
	unsigned int at_once;

	local_irq_disable();
	raise_softirq_irqoff(BLOCK_SOFTIRQ);
	at_once = st.runs;
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, at_once, 0);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(st.runs) == 1));
}

static void Q7_raise_in_task_wakes_ksoftirqd(struct kunit *test)
{
	bool woken;

	local_irq_disable();
	raise_softirq_irqoff(BLOCK_SOFTIRQ);
	woken = task_is_running(this_cpu_ksoftirqd());
	local_irq_enable();
	KUNIT_EXPECT_TRUE(test, woken);
	wait_until(READ_ONCE(st.runs) == 1);
}

static bool woken_in_hardirq;

static void raise_and_look_at_ksoftirqd(void *unused)
{
	raise_softirq_irqoff(BLOCK_SOFTIRQ);
	woken_in_hardirq = task_is_running(this_cpu_ksoftirqd());
}

static void Q6_raise_in_hardirq_wakes_nobody(struct kunit *test)
{
	call_in_hardirq(raise_and_look_at_ksoftirqd, NULL);
	KUNIT_EXPECT_FALSE(test, woken_in_hardirq);
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_EQ(test, st.inline_runs, 1);
	KUNIT_EXPECT_PTR_EQ(test, st.last, current);
}

static void Q8_handlers_run_with_irqs_on(struct kunit *test)
{
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_FALSE(test, st.irqs_were_off);
}

/*
 * Ten passes inline, the rest is ksoftirqd's. A tick may end the inline batch early (2 ms are over,
 * W6), so the exact split is asserted where time stands nearly still: under --seed.
 */
static void Q9_ten_passes_then_ksoftirqd(struct kunit *test)
{
	reraise_left = 999;
	open_softirq(BLOCK_SOFTIRQ, block_raises_itself);
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_LE(test, st.inline_runs, 10);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(st.runs) == 1000));
	KUNIT_EXPECT_EQ(test, st.inline_runs, 10);
	KUNIT_EXPECT_EQ(test, st.ksoftirqd_runs, 990);
	KUNIT_EXPECT_FALSE(test, st.nested);
}

static void block_burns_6ms(void)
{
	count_run();
	mdelay(6);
}

static bool ksoftirqd_woken_after;

static void look_after_exit(void)
{
	ksoftirqd_woken_after = task_is_running(this_cpu_ksoftirqd());
}

/* The limit is looked at between passes, and only if something is left. */
static void Q10_slow_handler_runs_once_inline(struct kunit *test)
{
	unsigned int bit_left;

	open_softirq(BLOCK_SOFTIRQ, block_burns_6ms);
	local_bh_disable();		/* the ticks of the 6 ms must not add their own softirqs */
	raise_softirq(BLOCK_SOFTIRQ);
	local_irq_disable();
	bit_left = local_softirq_pending() & ~BIT(BLOCK_SOFTIRQ);
	local_irq_enable();
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, bit_left, 0);
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_EQ(test, st.ksoftirqd_runs, 0);
	look_after_exit();
}

static void block_burns_and_leaves_a_bit(void)
{
	count_run();
	mdelay(6);
	if (st.runs == 1)
		raise_softirq(IRQ_POLL_SOFTIRQ);	/* as a tick would */
}

static void irq_poll_notes_ksoftirqd(void)
{
	note(current == this_cpu_ksoftirqd() ? 'K' : 'i');
}

static void Q10_slow_handler_with_work_left_wakes_ksoftirqd(struct kunit *test)
{
	open_softirq(BLOCK_SOFTIRQ, block_burns_and_leaves_a_bit);
	open_softirq(IRQ_POLL_SOFTIRQ, irq_poll_notes_ksoftirqd);
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(order_len) == 1));
	KUNIT_EXPECT_EQ(test, st.inline_runs, 1);
	/* The next tick's irq exit may be first; the 2 ms were over either way, and it was not us. */
	KUNIT_EXPECT_EQ(test, order_len, 1);
}

static void block_wants_resched(void)
{
	count_run();
	if (st.runs == 1) {
		resched_cpu(0);
		raise_softirq(BLOCK_SOFTIRQ);
	}
}

static void Q11_need_resched_ends_the_batch(struct kunit *test)
{
	open_softirq(BLOCK_SOFTIRQ, block_wants_resched);
	preempt_disable();
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_TRUE(test, task_is_running(this_cpu_ksoftirqd()));
	preempt_enable();
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(st.runs) == 2));
}

static void note_tx(void) { note('t'); }
static void note_poll(void) { note('p'); }
static void note_hr(void) { note('h'); }

static void block_raises_three(void)
{
	note('B');
	if (order_len == 1) {
		raise_softirq(HRTIMER_SOFTIRQ);
		raise_softirq(NET_TX_SOFTIRQ);
		raise_softirq(BLOCK_SOFTIRQ);
		raise_softirq(IRQ_POLL_SOFTIRQ);
	}
	note('|');
}

/* What is raised during a pass waits for the next, which starts from the lowest bit again. */
static void Q12_raised_in_a_pass_waits_for_the_next(struct kunit *test)
{
	open_softirq(NET_TX_SOFTIRQ, note_tx);
	open_softirq(BLOCK_SOFTIRQ, block_raises_three);
	open_softirq(IRQ_POLL_SOFTIRQ, note_poll);
	open_softirq(HRTIMER_SOFTIRQ, note_hr);
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_STREQ(test, order, "B|tB|ph");
}

static void raise_downwards(void *unused)
{
	raise_softirq_irqoff(HRTIMER_SOFTIRQ);
	raise_softirq_irqoff(IRQ_POLL_SOFTIRQ);
	raise_softirq_irqoff(NET_TX_SOFTIRQ);
	raise_softirq_irqoff(NET_TX_SOFTIRQ);
}

static void raise_downwards_irqs_off(void)
{
	local_irq_disable();
	raise_downwards(NULL);
	local_irq_enable();
}

static void Q12_lowest_bit_first_and_once(struct kunit *test)
{
	open_softirq(NET_TX_SOFTIRQ, note_tx);
	open_softirq(IRQ_POLL_SOFTIRQ, note_poll);
	open_softirq(HRTIMER_SOFTIRQ, note_hr);
	call_in_hardirq(raise_downwards, NULL);
	KUNIT_EXPECT_STREQ(test, order, "tph");
}

static void block_interrupted_by_itself(void)
{
	count_run();
	inside = true;
	if (st.runs == 1)
		call_in_hardirq(raise_block, NULL);
	inside = false;
}

static void Q13_no_recursion_from_nested_hardirq(struct kunit *test)
{
	open_softirq(BLOCK_SOFTIRQ, block_interrupted_by_itself);
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_EQ(test, st.runs, 2);
	KUNIT_EXPECT_FALSE(test, st.nested);
}

static void block_leaks(void)
{
	count_run();
	preempt_disable();
}

static void Q14_leak_is_undone(struct kunit *test)
{
	open_softirq(BLOCK_SOFTIRQ, block_leaks);
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

static void raise_and_wake_ksoftirqd(void *unused)
{
	wake_up_process(this_cpu_ksoftirqd());
	raise_softirq_irqoff(BLOCK_SOFTIRQ);
}

static void Q16_irq_exit_does_not_defer_to_ksoftirqd(struct kunit *test)
{
	preempt_disable();
	call_in_hardirq(raise_and_wake_ksoftirqd, NULL);
	KUNIT_EXPECT_EQ(test, st.inline_runs, 1);
	preempt_enable();
}

static int set_knob(const char *name, unsigned int v)
{
	char cmd[96], out[96];

	snprintf(cmd, sizeof(cmd), "echo %u > /proc/sys/kernel/%s", v, name);
	return shell_capture(cmd, out, sizeof(out));
}

static void Q16_old_rule_as_a_knob(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, set_knob("softirq_defer_to_ksoftirqd", 1), 0);
	preempt_disable();
	call_in_hardirq(raise_and_wake_ksoftirqd, NULL);
	KUNIT_EXPECT_EQ(test, st.runs, 0);
	preempt_enable();
	wait_until(READ_ONCE(st.runs) == 1);
	KUNIT_EXPECT_EQ(test, st.ksoftirqd_runs, 1);
	KUNIT_EXPECT_EQ(test, set_knob("softirq_defer_to_ksoftirqd", 0), 0);
}

static void Q9_restart_limit_is_a_knob(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, set_knob("softirq_max_restart", 3), 0);
	reraise_left = 19;
	open_softirq(BLOCK_SOFTIRQ, block_raises_itself);
	call_in_hardirq(raise_block, NULL);
	wait_until(READ_ONCE(st.runs) == 20);
	KUNIT_EXPECT_EQ(test, st.inline_runs, 3);
	KUNIT_EXPECT_EQ(test, st.ksoftirqd_runs, 17);
	KUNIT_EXPECT_EQ(test, set_knob("softirq_max_restart", 10), 0);
}

static void Q17_do_softirq_in_interrupt_does_nothing(struct kunit *test)
{
	unsigned int in_bh;

	local_bh_disable();
	raise_softirq(BLOCK_SOFTIRQ);
	do_softirq();
	in_bh = st.runs;
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, in_bh, 0);
	KUNIT_EXPECT_EQ(test, st.runs, 1);
}

static void Q17_do_softirq_runs_and_keeps_irqs(struct kunit *test)
{
	local_irq_disable();
	raise_softirq_irqoff(BLOCK_SOFTIRQ);
	do_softirq();
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	local_irq_enable();
}

static void Q21_counts_calls_not_raises(struct kunit *test)
{
	unsigned int before = kstat_softirqs_cpu(BLOCK_SOFTIRQ, 0);

	local_bh_disable();
	for (int i = 0; i < 5; i++)
		raise_softirq(BLOCK_SOFTIRQ);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, kstat_softirqs_cpu(BLOCK_SOFTIRQ, 0), before + 1);
}

static void just_raise(void *unused)
{
	__raise_softirq_irqoff(BLOCK_SOFTIRQ);
}

/* X8: the reschedule IPI has no irq_exit; X5, X6 beside it. */
static void X8_reschedule_ipi_runs_no_softirqs(struct kunit *test)
{
	unsigned int before = per_cpu(irq_stat, 0).irq_resched_count, after, runs;

	preempt_disable();
	local_irq_disable();
	__raise_softirq_irqoff(BLOCK_SOFTIRQ);
	apic_send_IPI_self(RESCHEDULE_VECTOR);
	local_irq_enable();
	for (int i = 0; i < 1000 && per_cpu(irq_stat, 0).irq_resched_count == before; i++)
		cpu_relax();
	local_irq_disable();
	after = per_cpu(irq_stat, 0).irq_resched_count;
	runs = st.runs;
	local_irq_enable();
	preempt_enable();
	KUNIT_EXPECT_EQ(test, after, before + 1);
	/* A tick in between would have run it; then this says nothing. */
	if (runs)
		kunit_info(test, "a tick came first");
	call_in_hardirq(just_raise, NULL);
	KUNIT_EXPECT_GE(test, st.runs, 1);
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

static void X6_exit_elsewhere_does_not_run_ours(struct kunit *test)
{
	unsigned int after_remote;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	local_irq_disable();
	__raise_softirq_irqoff(BLOCK_SOFTIRQ);
	after_remote = st.runs;
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, after_remote, 0);
	local_bh_disable();
	local_bh_enable();
	KUNIT_EXPECT_PTR_EQ(test, st.last, current);
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
	sp_seen = 0;
	raise_softirq(BLOCK_SOFTIRQ);
	wait_until(READ_ONCE(st.runs) == 3);
	if (st.ksoftirqd_runs)		/* K4: inline on its own stack */
		KUNIT_EXPECT_FALSE(test, on_irq_stack(sp_seen));
}

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

static void X9_call_function_ipi_runs_softirqs_on_exit(struct kunit *test)
{
	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	local_bh_disable();	/* no tick of ours matters: the IPI goes to CPU 1 */
	smp_call_function_single(1, just_raise, NULL, 1);
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(st.runs) == 1));
}

#define UNUSED_VECTOR	0x91	/* taken by nobody: devices are handed out from below */

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
		for (int k = 0; k < 1000 && per_cpu(irq_stat, 0).irq_unknown_count == before + i; k++)
			cpu_relax();
	}
	after = per_cpu(irq_stat, 0).irq_unknown_count;
	preempt_enable();
	/* The second arrives only if the first got its EOI. */
	KUNIT_EXPECT_EQ(test, after, before + 2);
}

/* ---- B ---- */

static void B2_enable_with_irqs_off_is_a_bug(struct kunit *test)
{
	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds do not check it");
	kunit_expect_report(test, "__local_bh_enable_ip");
	local_bh_disable();
	local_irq_disable();
	local_bh_enable();
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, debug_locks, 1);
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

static void B1_disable_leaves_irqs_alone(struct kunit *test)
{
	bool off;

	local_bh_disable();
	off = irqs_disabled();
	local_bh_enable();
	KUNIT_EXPECT_FALSE(test, off);
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
		for (int i = 0; i < 50000000 && !READ_ONCE(st.runs); i++)
			cpu_relax();
		KUNIT_EXPECT_EQ(test, st.runs, 1);
	}
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, hard_ran);
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

static void K7_wakes_and_finds_nothing(struct kunit *test)
{
	unsigned int before[NR_SOFTIRQS], changed = 0;
	struct task_struct *p = this_cpu_ksoftirqd();
	unsigned long switches = p->nvcsw;

	for (int i = 0; i < NR_SOFTIRQS; i++)
		before[i] = kstat_softirqs_cpu(i, 0);
	wake_up_process(p);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(p->nvcsw) > switches));
	changed = kstat_softirqs_cpu(BLOCK_SOFTIRQ, 0) - before[BLOCK_SOFTIRQ];
	KUNIT_EXPECT_EQ(test, changed, 0);
	KUNIT_EXPECT_EQ(test, READ_ONCE(p->__state), TASK_INTERRUPTIBLE);
}

/* A storm shows batches of ten with a scheduling point in between: another thread gets its turns. */
static unsigned int k5_turns;
static bool k5_stop;

static int k5_other(void *unused)
{
	while (!READ_ONCE(k5_stop)) {
		WRITE_ONCE(k5_turns, k5_turns + 1);
		yield();
	}
	return 0;
}

static void K5_storm_leaves_turns_to_other_threads(struct kunit *test)
{
	struct task_struct *p = kthread_create(k5_other, NULL, "k5-other");
	unsigned int turns;

	KUNIT_ASSERT_FALSE(test, IS_ERR(p));
	get_task_struct(p);
	k5_turns = 0;
	k5_stop = false;
	kthread_bind(p, 0);
	open_softirq(BLOCK_SOFTIRQ, block_raises_itself);
	reraise_left = 99999;
	call_in_hardirq(raise_block, NULL);
	wake_up_process(p);
	wait_until(READ_ONCE(st.runs) == 100000);
	turns = READ_ONCE(k5_turns);
	WRITE_ONCE(k5_stop, true);
	put_task_struct(p);
	KUNIT_EXPECT_EQ(test, st.runs, 100000);
	KUNIT_EXPECT_GT(test, turns, 2);
}

static void K6_many_different_bits_wake_nobody(struct kunit *test)
{
	bool woken;

	open_softirq(NET_TX_SOFTIRQ, note_tx);
	open_softirq(IRQ_POLL_SOFTIRQ, note_poll);
	open_softirq(HRTIMER_SOFTIRQ, note_hr);
	local_bh_disable();
	raise_downwards_irqs_off();
	raise_softirq(BLOCK_SOFTIRQ);
	woken = task_is_running(this_cpu_ksoftirqd());
	local_bh_enable();
	KUNIT_EXPECT_FALSE(test, woken);
	KUNIT_EXPECT_STREQ(test, order, "tph");
	KUNIT_EXPECT_EQ(test, st.inline_runs, 1);
}

static void K10_time_is_charged_to_the_thread(struct kunit *test)
{
	struct task_struct *p = this_cpu_ksoftirqd();
	u64 before = task_sched_runtime(p);

	open_softirq(BLOCK_SOFTIRQ, block_raises_itself);
	reraise_left = 999;
	raise_softirq(BLOCK_SOFTIRQ);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(st.runs) == 1000));
	if (st.ksoftirqd_runs)
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

static struct kunit_case softirq_cases[] = {
	KUNIT_CASE(Q1_ten_vectors_in_order),
	KUNIT_CASE(Q2_raise_ors_a_bit),
	KUNIT_CASE(Q5_one_vector_on_two_cpus),
	KUNIT_CASE(Q6_raise_in_hardirq_wakes_nobody),
	KUNIT_CASE(Q7_raise_in_task_is_not_synchronous),
	KUNIT_CASE(Q7_raise_in_task_wakes_ksoftirqd),
	KUNIT_CASE(Q8_handlers_run_with_irqs_on),
	KUNIT_CASE(Q9_ten_passes_then_ksoftirqd),
	KUNIT_CASE(Q9_restart_limit_is_a_knob),
	KUNIT_CASE(Q10_slow_handler_runs_once_inline),
	KUNIT_CASE(Q10_slow_handler_with_work_left_wakes_ksoftirqd),
	KUNIT_CASE(Q11_need_resched_ends_the_batch),
	KUNIT_CASE(Q12_raised_in_a_pass_waits_for_the_next),
	KUNIT_CASE(Q12_lowest_bit_first_and_once),
	KUNIT_CASE(Q13_no_recursion_from_nested_hardirq),
	KUNIT_CASE(Q14_leak_is_undone),
	KUNIT_CASE(Q16_irq_exit_does_not_defer_to_ksoftirqd),
	KUNIT_CASE(Q16_old_rule_as_a_knob),
	KUNIT_CASE(Q17_do_softirq_in_interrupt_does_nothing),
	KUNIT_CASE(Q17_do_softirq_runs_and_keeps_irqs),
	KUNIT_CASE(Q21_counts_calls_not_raises),
	KUNIT_CASE(X3_softirqs_run_on_the_irq_stack),
	KUNIT_CASE(X5_not_under_bh_disabled_but_under_spin_lock),
	KUNIT_CASE(X6_exit_elsewhere_does_not_run_ours),
	KUNIT_CASE(X8_reschedule_ipi_runs_no_softirqs),
	KUNIT_CASE(X1_hardirq_handlers_run_with_irqs_off),
	KUNIT_CASE(X4_softirqs_after_the_handler_before_the_return),
	KUNIT_CASE(X9_call_function_ipi_runs_softirqs_on_exit),
	KUNIT_CASE(X10_unknown_vector_is_ended_and_counted),
	KUNIT_CASE(B2_enable_with_irqs_off_is_a_bug),
	KUNIT_CASE(B7_timers_and_tasklets_are_held_off),
	KUNIT_CASE(B1_disable_leaves_irqs_alone),
	KUNIT_CASE(B3_only_the_outermost_enable_runs),
	KUNIT_CASE(B4_plain_enable_runs_nothing),
	KUNIT_CASE(B5_unlock_bh_runs_after_the_release),
	KUNIT_CASE(B6_bh_off_does_not_stop_hardirqs_or_other_cpus),
	KUNIT_CASE(K1_one_bound_thread_per_cpu),
	KUNIT_CASE(K2_policy_is_normal_nice_0),
	KUNIT_CASE(K3_sleeps_interruptible_when_idle),
	KUNIT_CASE(K4_runs_inline_with_irqs_on),
	KUNIT_CASE(K5_storm_leaves_turns_to_other_threads),
	KUNIT_CASE(K6_many_different_bits_wake_nobody),
	KUNIT_CASE(K10_time_is_charged_to_the_thread),
	KUNIT_CASE(K7_wakes_and_finds_nothing),
	KUNIT_CASE(K8_handler_in_ksoftirqd_is_not_preemptible),
	KUNIT_CASE(K9_fifo_changes_nothing_inline),
	{}
};

static struct kunit_suite softirq_suite = {
	.name = "softirq",
	.init = softirq_test_init,
	.exit = softirq_test_exit,
	.test_cases = softirq_cases,
};
kunit_test_suite(softirq_suite);
