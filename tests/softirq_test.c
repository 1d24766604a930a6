/* SPDX-License-Identifier: MIT */
/*
 * The softirq engine: section Q. The suite borrows vectors that nobody raises by himself and gives
 * them back.
 */
#include <kunit/test.h>
#include <linux/boot_info.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/string.h>
#include <linux/timer.h>

#include "context.h"
#include "softirq_util.h"

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
	KUNIT_EXPECT_TRUE(test, READ_ONCE(met));
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

/* A busy tick's softirq may have left it work. */
static bool running_before_raise, running_after_raise;

static void raise_and_look_at_ksoftirqd(void *unused)
{
	running_before_raise = task_is_running(this_cpu_ksoftirqd());
	raise_softirq_irqoff(BLOCK_SOFTIRQ);
	running_after_raise = task_is_running(this_cpu_ksoftirqd());
}

static void Q6_raise_in_hardirq_wakes_nobody(struct kunit *test)
{
	call_in_hardirq(raise_and_look_at_ksoftirqd, NULL);
	KUNIT_EXPECT_EQ(test, running_after_raise, deterministic() ? false : running_before_raise);
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
 * One storm of @n runs from a hardirq: true if exactly @limit were inline. A tick may end the inline
 * batch early or start a second one (W6): totals are exact always, the split in most rounds.
 */
static bool storm_splits_at(struct kunit *test, unsigned int n, unsigned int limit)
{
	memset(&st, 0, sizeof(st));
	reraise_left = n - 1;
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(st.runs) == n));
	KUNIT_EXPECT_EQ(test, st.inline_runs + st.ksoftirqd_runs, n);
	KUNIT_EXPECT_FALSE(test, st.nested);
	return st.inline_runs == limit;
}

/*
 * On the machine that repeats every round splits exactly; elsewhere the host's ticks come between, and in
 * BUILD=kcsan a CPU that stands still meets its own tick.
 */
static void expect_split(struct kunit *test, unsigned int n, unsigned int limit)
{
	bool repeats = strstr(boot_info.cmdline, "seed=") && !IS_ENABLED(CONFIG_KCSAN);
	int rounds = repeats ? 1 : 20;
	bool exact = false;

	open_softirq(BLOCK_SOFTIRQ, block_raises_itself);
	while (!exact && rounds--)
		exact = storm_splits_at(test, n, limit);
	KUNIT_EXPECT_TRUE(test, exact);
}

/* Ten passes inline, the other 990 are ksoftirqd's. */
static void Q9_ten_passes_then_ksoftirqd(struct kunit *test)
{
	expect_split(test, 1000, 10);
}

/* The budget counts in jiffies, which stand still while the CPU that counts them is held up. */
static void burn_6ms(void)
{
	unsigned long start = jiffies;

	mdelay(6);
	while (jiffies - start < msecs_to_jiffies(2))
		udelay(100);
}

/* What is pending when the handler ends, and how many ticks this CPU has had by then. */
static u32 q10_left, q10_ticks;

static void block_burns_6ms(void)
{
	count_run();
	burn_6ms();
	local_irq_disable();
	q10_left = local_softirq_pending();
	q10_ticks = this_cpu_read(irq_stat.apic_timer_irqs);
	local_irq_enable();
}

/*
 * The slow handler, once, inline. False: what ksoftirqd does afterwards says nothing of it, because
 * there was work before, or a tick after the handler's last look may have left some.
 */
static bool run_slow_handler(struct kunit *test, bool *woken)
{
	bool clean;

	memset(&st, 0, sizeof(st));
	preempt_disable();		/* whoever is woken stays runnable until we have looked */
	local_bh_disable();
	local_irq_disable();
	clean = !local_softirq_pending() && !task_is_running(this_cpu_ksoftirqd());
	raise_softirq_irqoff(BLOCK_SOFTIRQ);
	local_irq_enable();
	local_bh_enable();
	*woken = task_is_running(this_cpu_ksoftirqd());
	clean &= this_cpu_read(irq_stat.apic_timer_irqs) == q10_ticks;
	preempt_enable();
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_EQ(test, st.ksoftirqd_runs, 0);
	return clean;
}

/* The limit is looked at between passes, and only if something is left: mostly nothing is. */
static void Q10_slow_handler_runs_once_inline(struct kunit *test)
{
	bool woken, left_nothing = false;

	open_softirq(BLOCK_SOFTIRQ, block_burns_6ms);
	for (int i = 0; i < 50 && !left_nothing; i++) {
		wait_until(!task_is_running(this_cpu_ksoftirqd()));
		if (!run_slow_handler(test, &woken))
			continue;
		KUNIT_EXPECT_EQ(test, woken, q10_left != 0);
		left_nothing = !q10_left;
	}
	if (deterministic())	/* elsewhere ticks may come closer together than the handler is long */
		KUNIT_EXPECT_TRUE(test, left_nothing);
}

static void q10_timer_fn(struct timer_list *unused)
{
	note('t');
}
static DEFINE_TIMER(q10_timer, q10_timer_fn);

/* Until a tick has found the timer due, and left it to TIMER. */
static void block_burns_over_a_timer(void)
{
	count_run();
	mod_timer(&q10_timer, jiffies + 1);
	burn_6ms();
	for (int i = 0; i < 10000 && !(local_softirq_pending() & BIT(TIMER_SOFTIRQ)); i++)
		udelay(100);
}

static void Q10_what_a_tick_leaves_wakes_ksoftirqd(struct kunit *test)
{
	bool woken;

	open_softirq(BLOCK_SOFTIRQ, block_burns_over_a_timer);
	preempt_disable();
	call_in_hardirq(raise_block, NULL);
	woken = task_is_running(this_cpu_ksoftirqd());
	preempt_enable();
	KUNIT_EXPECT_TRUE(test, woken);
	/* Who runs it is open: the next tick's irq exit may be there before the thread. */
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(order_len) == 1));
	KUNIT_EXPECT_EQ(test, st.inline_runs, 1);
	timer_delete_sync(&q10_timer);
}

static void block_wants_resched(void)
{
	count_run();
	if (st.runs == 1) {
		resched_cpu(0);
		raise_softirq(BLOCK_SOFTIRQ);
	}
}

/* The exit of a tick that comes before we have looked runs what was left: again. */
static void Q11_need_resched_ends_the_batch(struct kunit *test)
{
	unsigned int ticks, runs;
	bool woken, ticked;
	int tries = 0;

	open_softirq(BLOCK_SOFTIRQ, block_wants_resched);
	do {
		memset(&st, 0, sizeof(st));
		preempt_disable();
		ticks = this_cpu_read(irq_stat.apic_timer_irqs);
		call_in_hardirq(raise_block, NULL);
		local_irq_disable();
		runs = st.runs;
		woken = task_is_running(this_cpu_ksoftirqd());
		ticked = this_cpu_read(irq_stat.apic_timer_irqs) != ticks;
		local_irq_enable();
		preempt_enable();
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(st.runs) == 2));
	} while (runs != 1 && ticked && ++tries < 20);
	KUNIT_EXPECT_EQ(test, runs, 1);
	KUNIT_EXPECT_TRUE(test, woken);
}

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
	wait_until(READ_ONCE(order_len) == 7);	/* out of time: the rest is ksoftirqd's */
	KUNIT_EXPECT_STREQ(test, order, "B|tB|ph");
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
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(st.runs) == 2));
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
	kunit_expect_report(test, "huh, entered softirq 4 BLOCK");
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

/* What the thread that raises it, and wakes ksoftirqd, has run of it when bottom halves are on again. */
static unsigned int inline_runs_of_enable(bool wakes, unsigned int beside)
{
	preempt_disable();
	local_bh_disable();
	if (wakes)
		wake_up_process(this_cpu_ksoftirqd());
	raise_softirq(BLOCK_SOFTIRQ);
	if (beside)
		raise_softirq(beside);
	local_bh_enable();
	do_softirq();
	preempt_enable();
	return st.inline_runs;
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
	KUNIT_EXPECT_EQ(test, inline_runs_of_enable(true, 0), 0);
	wait_until(READ_ONCE(st.runs) == 2);
	KUNIT_EXPECT_EQ(test, st.ksoftirqd_runs, 2);
	KUNIT_EXPECT_EQ(test, inline_runs_of_enable(true, TASKLET_SOFTIRQ), 1);
	wait_until(!task_is_running(this_cpu_ksoftirqd()));
	KUNIT_EXPECT_EQ(test, inline_runs_of_enable(false, 0), 2);
	KUNIT_EXPECT_EQ(test, set_knob("softirq_defer_to_ksoftirqd", 0), 0);
	KUNIT_EXPECT_EQ(test, inline_runs_of_enable(true, 0), 3);
}

static void Q15_threadirqs_leaves_all_to_ksoftirqd(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, set_knob("softirq_defer_to_ksoftirqd", 2), 0);
	preempt_disable();
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_EQ(test, st.runs, 0);
	KUNIT_EXPECT_TRUE(test, task_is_running(this_cpu_ksoftirqd()));
	preempt_enable();
	wait_until(READ_ONCE(st.runs) == 1);
	KUNIT_EXPECT_EQ(test, st.ksoftirqd_runs, 1);
	KUNIT_EXPECT_EQ(test, inline_runs_of_enable(true, 0), 1);	/* an enable is no exit */
	KUNIT_EXPECT_EQ(test, set_knob("softirq_defer_to_ksoftirqd", 0), 0);
}

static void Q9_restart_limit_is_a_knob(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, set_knob("softirq_max_restart", 3), 0);
	expect_split(test, 20, 3);
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

static void Q15_inline_even_without_ksoftirqd(struct kunit *test)
{
	struct task_struct *saved_thread = this_cpu_ksoftirqd();

	preempt_disable();
	this_cpu_write(ksoftirqd, NULL);	/* as in early boot */
	call_in_hardirq(raise_block, NULL);
	this_cpu_write(ksoftirqd, saved_thread);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, st.runs, 1);
}

static void Q19_not_preemptible_irqs_on_borrowed_current(struct kunit *test)
{
	call_in_hardirq(raise_block, NULL);
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_FALSE(test, st.preemptible);
	KUNIT_EXPECT_FALSE(test, st.irqs_were_off);
	KUNIT_EXPECT_PTR_EQ(test, st.last, current);
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
	KUNIT_CASE(Q10_what_a_tick_leaves_wakes_ksoftirqd),
	KUNIT_CASE(Q11_need_resched_ends_the_batch),
	KUNIT_CASE(Q12_raised_in_a_pass_waits_for_the_next),
	KUNIT_CASE(Q12_lowest_bit_first_and_once),
	KUNIT_CASE(Q13_no_recursion_from_nested_hardirq),
	KUNIT_CASE(Q14_leak_is_undone),
	KUNIT_CASE(Q15_inline_even_without_ksoftirqd),
	KUNIT_CASE(Q15_threadirqs_leaves_all_to_ksoftirqd),
	KUNIT_CASE(Q16_irq_exit_does_not_defer_to_ksoftirqd),
	KUNIT_CASE(Q16_old_rule_as_a_knob),
	KUNIT_CASE(Q17_do_softirq_in_interrupt_does_nothing),
	KUNIT_CASE(Q17_do_softirq_runs_and_keeps_irqs),
	KUNIT_CASE(Q19_not_preemptible_irqs_on_borrowed_current),
	KUNIT_CASE(Q21_counts_calls_not_raises),
	{}
};

static struct kunit_suite softirq_suite = {
	.name = "softirq",
	.init = softirq_test_init,
	.exit = softirq_test_exit,
	.test_cases = softirq_cases,
};
kunit_test_suite(softirq_suite);
