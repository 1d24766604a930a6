/* SPDX-License-Identifier: MIT */
/*
 * Tasklets: section T. Each case but the last takes the list as its parameter. All run on CPU 0; what a
 * tasklet did is counted by itself.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>

#include "context.h"
#include "irq_fake.h"

static struct {
	unsigned int runs, again, max_inside;
	int cpu;
	struct task_struct *last;
	atomic_t inside;
	unsigned long data;
} st;
/* The list that the case is about. */
static const struct list {
	const char *name;
	void (*schedule)(struct tasklet_struct *t);
	unsigned int vector;
} lists[] = {
	{ "normal", tasklet_schedule, TASKLET_SOFTIRQ },
	{ "high", tasklet_hi_schedule, HI_SOFTIRQ },
}, *list;
KUNIT_ARRAY_PARAM_DESC(lists, lists, name);

static char order[16];
static unsigned int order_len;

static int tasklet_test_init(struct kunit *test)
{
	list = test->param_value ?: lists;
	pin_to_cpu(0);
	memset(&st, 0, sizeof(st));
	st.cpu = -1;
	memset(order, 0, sizeof(order));
	order_len = 0;
	return 0;
}

static void tasklet_test_exit(struct kunit *test)
{
	unpin();
}

static void count(struct tasklet_struct *t)
{
	unsigned int n = atomic_inc_return(&st.inside);

	if (n > st.max_inside)
		st.max_inside = n;
	st.cpu = raw_smp_processor_id();
	st.last = current;
	if (st.again) {
		st.again--;
		list->schedule(t);
	}
	atomic_dec(&st.inside);
	smp_store_release(&st.runs, st.runs + 1);	/* last: who waits on another CPU goes on from here */
}

static DECLARE_TASKLET(counting, count);

static void T2_scheduled_thrice_runs_once(struct kunit *test)
{
	local_bh_disable();
	list->schedule(&counting);
	list->schedule(&counting);
	list->schedule(&counting);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_PTR_EQ(test, st.last, current);
}

static void schedule_counting(void *unused)
{
	list->schedule(&counting);
}

static void T1_runs_on_the_cpu_that_scheduled_it(struct kunit *test)
{
	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	smp_call_function_single(1, schedule_counting, NULL, 1);
	KUNIT_EXPECT_TRUE(test, wait_until(smp_load_acquire(&st.runs) == 1));
	KUNIT_EXPECT_EQ(test, st.cpu, 1);
}

static void T2_stays_on_the_first_cpu(struct kunit *test)
{
	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	local_bh_disable();
	list->schedule(&counting);
	smp_call_function_single(1, schedule_counting, NULL, 1);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_EQ(test, st.cpu, 0);
}

/*
 * All @runs of a tasklet that schedules itself, fewer than ten, are inline. Where the host's time counts,
 * a tick may end them before, and ksoftirqd makes the rest.
 */
static void expect_inline(struct kunit *test, unsigned int runs)
{
	if (!deterministic()) {
		KUNIT_EXPECT_TRUE(test, wait_until(smp_load_acquire(&st.runs) == runs));
		return;
	}
	KUNIT_EXPECT_EQ(test, st.runs, runs);
	KUNIT_EXPECT_PTR_EQ(test, st.last, current);
}

static void T3_sched_is_clear_while_it_runs(struct kunit *test)
{
	st.again = 1;		/* would be a no-op were the bit still set */
	local_bh_disable();
	list->schedule(&counting);
	local_bh_enable();
	expect_inline(test, 2);
}

static void T4_reschedules_itself_inline(struct kunit *test)
{
	st.again = 4;
	local_bh_disable();
	list->schedule(&counting);
	local_bh_enable();
	expect_inline(test, 5);
	KUNIT_EXPECT_EQ(test, st.max_inside, 1);
}

static atomic_t slow_inside, slow_runs;
static bool slow_overlap;

static void slow(struct tasklet_struct *t)
{
	if (atomic_inc_return(&slow_inside) > 1)
		slow_overlap = true;
	mdelay(2);	/* so that the other CPU wakes up meanwhile and schedules it, too */
	atomic_inc(&slow_runs);
	atomic_dec(&slow_inside);
}
static DECLARE_TASKLET(slow_tasklet, slow);

static int schedule_slow(void *unused)
{
	for (int i = 0; i < 50; i++) {
		list->schedule(&slow_tasklet);
		msleep(1);
	}
	return 0;
}

static void T4_never_on_two_cpus_at_once(struct kunit *test)
{
	struct task_struct *p;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	atomic_set(&slow_runs, 0);
	slow_overlap = false;
	p = kthread_create(schedule_slow, NULL, "tasklet-test");
	KUNIT_ASSERT_FALSE(test, IS_ERR(p));
	get_task_struct(p);
	kthread_bind(p, 1);
	wake_up_process(p);
	schedule_slow(NULL);
	kthread_stop(p);
	put_task_struct(p);
	tasklet_kill(&slow_tasklet);
	KUNIT_EXPECT_FALSE(test, slow_overlap);
	KUNIT_EXPECT_GT(test, atomic_read(&slow_runs), 0);
	KUNIT_EXPECT_LE(test, atomic_read(&slow_runs), 100);
}

static DECLARE_TASKLET_DISABLED(disabled, count);

static void T5_disabled_and_scheduled_spins(struct kunit *test)
{
	unsigned int before = kstat_softirqs_cpu(list->vector, 0), passes;

	list->schedule(&disabled);
	msleep(20);
	passes = kstat_softirqs_cpu(list->vector, 0) - before;
	KUNIT_EXPECT_EQ(test, st.runs, 0);
	KUNIT_EXPECT_GT(test, passes, 100);
	tasklet_enable(&disabled);
	KUNIT_EXPECT_TRUE(test, wait_until(smp_load_acquire(&st.runs) == 1));
	tasklet_disable(&disabled);
}

static void T6_disable_nests(struct kunit *test)
{
	tasklet_disable(&counting);
	tasklet_disable_nosync(&counting);
	list->schedule(&counting);
	tasklet_enable(&counting);
	msleep(3);
	KUNIT_EXPECT_EQ(test, READ_ONCE(st.runs), 0);
	tasklet_enable(&counting);
	KUNIT_EXPECT_TRUE(test, wait_until(smp_load_acquire(&st.runs) == 1));
}

static bool long_started, long_ended;

static void long_run(struct tasklet_struct *t)
{
	WRITE_ONCE(long_started, true);
	mdelay(3);
	WRITE_ONCE(long_ended, true);
}
static DECLARE_TASKLET(long_tasklet, long_run);

static void schedule_long(void *unused)
{
	list->schedule(&long_tasklet);
}

/* It runs on CPU 1 now. */
static void start_long(struct kunit *test)
{
	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	long_started = long_ended = false;
	smp_call_function_single(1, schedule_long, NULL, 0);
	KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(long_started)));
}

static void T6_disable_waits_for_the_run(struct kunit *test)
{
	bool ended;

	start_long(test);
	tasklet_disable(&long_tasklet);
	ended = READ_ONCE(long_ended);
	tasklet_enable(&long_tasklet);
	tasklet_kill(&long_tasklet);
	KUNIT_EXPECT_TRUE(test, ended);
}

/* Under a lock there is no sleeping: it spins. */
static void T6_disable_in_atomic_waits_for_the_run(struct kunit *test)
{
	static DEFINE_SPINLOCK(lock);
	bool ended;

	start_long(test);
	spin_lock(&lock);
	tasklet_disable_in_atomic(&long_tasklet);
	ended = READ_ONCE(long_ended);
	spin_unlock(&lock);
	tasklet_enable(&long_tasklet);
	tasklet_kill(&long_tasklet);
	KUNIT_EXPECT_TRUE(test, ended);
}

static void T7_kill_waits_for_the_queued_run(struct kunit *test)
{
	list->schedule(&counting);
	tasklet_kill(&counting);
	KUNIT_EXPECT_EQ(test, st.runs, 1);
	KUNIT_EXPECT_EQ(test, counting.state, 0);
}

/* On this CPU it is queued whenever a thread gets to look: the kill returns when it has had enough. */
static void T7_kill_does_not_stop_what_comes_again(struct kunit *test)
{
	st.again = 2000;
	list->schedule(&counting);
	tasklet_kill(&counting);
	KUNIT_EXPECT_EQ(test, st.runs, 2001);
	KUNIT_EXPECT_EQ(test, counting.state, 0);
}

static atomic_t killing, killed;

static int kill_disabled(void *unused)
{
	atomic_set(&killing, 1);
	tasklet_kill(&disabled);
	atomic_set(&killed, 1);
	return 0;
}

/* It waits for a run that is not to be: the end comes with the enable. */
static void T7_kill_waits_while_it_is_disabled(struct kunit *test)
{
	unsigned int before;
	struct task_struct *p;

	atomic_set(&killing, 0);
	atomic_set(&killed, 0);
	list->schedule(&disabled);
	p = kthread_run(kill_disabled, NULL, "tasklet-kill");
	KUNIT_ASSERT_FALSE(test, IS_ERR(p));
	KUNIT_EXPECT_TRUE(test, wait_until(atomic_read(&killing)));
	before = kstat_softirqs_cpu(list->vector, 0);
	KUNIT_EXPECT_TRUE(test, wait_until(kstat_softirqs_cpu(list->vector, 0) > before + 1000));
	KUNIT_EXPECT_EQ(test, atomic_read(&killed), 0);
	KUNIT_EXPECT_EQ(test, READ_ONCE(st.runs), 0);
	tasklet_enable(&disabled);
	KUNIT_EXPECT_TRUE(test, wait_until(atomic_read(&killed)));
	KUNIT_EXPECT_EQ(test, smp_load_acquire(&st.runs), 1);
	tasklet_disable(&disabled);
}

static void T7_kill_from_interrupt_is_named(struct kunit *test)
{
	log_mark();
	if (DEBUG_LOCKS) {	/* the wait may sleep, and says so even when it need not */
		msleep(1100);	/* one such report a second (L19) */
		kunit_expect_report(test, "sleeping function called from invalid context");
	}
	local_bh_disable();
	tasklet_kill(&counting);	/* nothing queued: the wait is over before it begins */
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, counting.state, 0);
	KUNIT_EXPECT_TRUE(test, log_has("Attempt to kill tasklet from interrupt"));
}

static void T8_running_without_sched_is_reported(struct kunit *test)
{
	clear_warn_once();
	kunit_expect_report(test, "tasklet SCHED state not set");
	local_bh_disable();
	list->schedule(&counting);
	clear_bit(TASKLET_STATE_SCHED, &counting.state);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, st.runs, 0);
	KUNIT_EXPECT_EQ(test, counting.state, 0);
}

static void old_style(unsigned long data)
{
	st.runs++;
	st.data = data;
}

struct owner {
	int before;
	struct tasklet_struct t;
	int seen;
};

static void owner_cb(struct tasklet_struct *t)
{
	struct owner *o = from_tasklet(o, t, t);

	o->seen = o->before;
}

static DECLARE_TASKLET_OLD(old_static, old_style);

static void T9_both_kinds_of_callback(struct kunit *test)
{
	struct tasklet_struct old;
	struct owner o = { .before = 42 };

	tasklet_init(&old, old_style, 7);
	tasklet_setup(&o.t, owner_cb);
	local_bh_disable();
	list->schedule(&old);
	list->schedule(&o.t);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, st.data, 7);
	list->schedule(&old_static);	/* it has no data */
	tasklet_kill(&old_static);
	KUNIT_EXPECT_EQ(test, st.data, 0);
	KUNIT_EXPECT_EQ(test, st.runs, 2);
	KUNIT_EXPECT_EQ(test, o.seen, 42);
}

static void note(char c)
{
	if (order_len < sizeof(order) - 1)
		order[order_len++] = c;
}

static void note_h(struct tasklet_struct *t) { note('h'); }
static void note_n(struct tasklet_struct *t) { note('n'); }
static void note_m(struct tasklet_struct *t) { note('m'); }
static void note_timer(struct timer_list *t) { note('t'); }
static void note_poll(void) { note('p'); }
static void note_hrtimer(void) { note('r'); }
static DECLARE_TASKLET(high, note_h);
static DECLARE_TASKLET(first, note_n);
static DECLARE_TASKLET(second, note_m);
static DEFINE_TIMER(timer, note_timer);

/* One pass: HI, TIMER, IRQ_POLL, the tasklets in the order in which they came, HRTIMER. */
static void T10_hi_before_timers_and_the_others_after_irq_poll(struct kunit *test)
{
	void (*poll)(void) = softirq_vec[IRQ_POLL_SOFTIRQ].action;
	void (*hrtimer)(void) = softirq_vec[HRTIMER_SOFTIRQ].action;

	open_softirq(IRQ_POLL_SOFTIRQ, note_poll);
	open_softirq(HRTIMER_SOFTIRQ, note_hrtimer);
	local_bh_disable();
	mod_timer(&timer, jiffies + 1);
	for (int i = 0; i < 100000 && !(local_softirq_pending() & BIT(TIMER_SOFTIRQ)); i++)
		udelay(10);
	raise_softirq(HRTIMER_SOFTIRQ);
	tasklet_schedule(&first);
	tasklet_schedule(&second);
	raise_softirq(IRQ_POLL_SOFTIRQ);
	tasklet_hi_schedule(&high);
	local_bh_enable();
	softirq_vec[IRQ_POLL_SOFTIRQ].action = poll;
	softirq_vec[HRTIMER_SOFTIRQ].action = hrtimer;
	timer_delete_sync(&timer);
	KUNIT_EXPECT_STREQ(test, order, "htpnmr");
}

static struct kunit_case tasklet_cases[] = {
	KUNIT_CASE_PARAM(T1_runs_on_the_cpu_that_scheduled_it, lists_gen_params),
	KUNIT_CASE_PARAM(T2_scheduled_thrice_runs_once, lists_gen_params),
	KUNIT_CASE_PARAM(T2_stays_on_the_first_cpu, lists_gen_params),
	KUNIT_CASE_PARAM(T3_sched_is_clear_while_it_runs, lists_gen_params),
	KUNIT_CASE_PARAM(T4_reschedules_itself_inline, lists_gen_params),
	KUNIT_CASE_PARAM(T4_never_on_two_cpus_at_once, lists_gen_params),
	KUNIT_CASE_PARAM(T5_disabled_and_scheduled_spins, lists_gen_params),
	KUNIT_CASE_PARAM(T6_disable_nests, lists_gen_params),
	KUNIT_CASE_PARAM(T6_disable_waits_for_the_run, lists_gen_params),
	KUNIT_CASE_PARAM(T6_disable_in_atomic_waits_for_the_run, lists_gen_params),
	KUNIT_CASE_PARAM(T7_kill_waits_for_the_queued_run, lists_gen_params),
	KUNIT_CASE_PARAM(T7_kill_does_not_stop_what_comes_again, lists_gen_params),
	KUNIT_CASE_PARAM(T7_kill_waits_while_it_is_disabled, lists_gen_params),
	KUNIT_CASE_PARAM(T7_kill_from_interrupt_is_named, lists_gen_params),
	KUNIT_CASE_PARAM(T8_running_without_sched_is_reported, lists_gen_params),
	KUNIT_CASE_PARAM(T9_both_kinds_of_callback, lists_gen_params),
	KUNIT_CASE(T10_hi_before_timers_and_the_others_after_irq_poll),
	{}
};

static struct kunit_suite tasklet_suite = {
	.name = "tasklet",
	.init = tasklet_test_init,
	.exit = tasklet_test_exit,
	.test_cases = tasklet_cases,
};
kunit_test_suite(tasklet_suite);
