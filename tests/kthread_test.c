/* SPDX-License-Identifier: MIT */
/* Kernel threads: start, stop, park, bind, per-CPU threads, the list of all, and the dead. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/smpboot.h>
#include <linux/string.h>
#include <linux/task_work.h>
#include <trace/events/sched.h>

#include "sched_util.h"

/* ---- start and stop ---- */

static int calls;

static int count_and_wait(void *ret)
{
	__atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return (long)ret;
}

static void W2_stop_before_the_first_run(struct kunit *test)
{
	struct task_struct *p = kthread_create(count_and_wait, NULL, "never");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	calls = 0;
	KUNIT_EXPECT_EQ(test, kthread_stop(p), -EINTR);
	KUNIT_EXPECT_EQ(test, calls, 0);
}

static void stop_returns_the_result(struct kunit *test)
{
	struct task_struct *p;

	calls = 0;
	p = kthread_run(count_and_wait, (void *)42L, "answer");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(calls)));
	KUNIT_EXPECT_EQ(test, kthread_stop(p), 42);
	KUNIT_EXPECT_EQ(test, calls, 1);
}

static int leave_at_once(void *ret)
{
	return (long)ret;
}

static void stop_of_one_that_left_needs_a_reference(struct kunit *test)
{
	struct task_struct *p = kthread_create(leave_at_once, (void *)7L, "gone");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	get_task_struct(p);
	wake_up_process(p);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(p->__state) == TASK_DEAD));
	KUNIT_EXPECT_EQ(test, kthread_stop_put(p), 7);
}

static int complete_and_leave(void *done)
{
	kthread_complete_and_exit(done, 0);
}

static void complete_and_exit(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct task_struct *p = kthread_create(complete_and_leave, &done, "leaver");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	get_task_struct(p);
	wake_up_process(p);
	KUNIT_EXPECT_GT(test, wait_for_completion_timeout(&done, 10 * HZ), 0);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(p->__state) == TASK_DEAD));
	put_task_struct(p);
}

static int note_threads(void *unused)
{
	return 0;
}

/* Born and dead by the hundred, on all CPUs: numbers, list and memory come out even. */
static void many_threads_leave_nothing_behind(struct kunit *test)
{
	const unsigned long spare = IS_ENABLED(CONFIG_KASAN) ? 256 : 16;
	struct task_struct *p[40];
	unsigned long pages = 0;
	unsigned int before;

	msleep(20);		/* who left in the case before is gone now */
	before = nr_threads();
	for (int round = 0; round < 6; round++) {
		if (round == 1) {		/* page tables are there from the first */
			kmem_cache_shrink_all();
			pages = nr_free_pages();
		}
		for (int i = 0; i < ARRAY_SIZE(p); i++) {
			p[i] = kthread_run(i % 2 ? count_and_wait : note_threads, NULL, "many/%d", i);
			KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p[i]);
		}
		for (int i = 1; i < ARRAY_SIZE(p); i += 2)
			kthread_stop(p[i]);
		KUNIT_EXPECT_TRUE(test, wait_until(nr_threads() == before));
	}
	/* kthreadd frees them when it gets to it; a shadow (BUILD=kasan) stays with the addresses */
	KUNIT_EXPECT_TRUE_MSG(test, wait_until(({ kmem_cache_shrink_all();
						  nr_free_pages() + spare >= pages; })),
			      "%lu pages were free, now %lu", pages, nr_free_pages());
}

static struct task_struct *preempter;
static struct hrtimer preempt_timer;

static enum hrtimer_restart wake_preempter(struct hrtimer *t)
{
	wake_up_process(preempter);
	return HRTIMER_NORESTART;
}

static DECLARE_COMPLETION(leaving);

static int arm_and_leave(void *delay)
{
	hrtimer_start(&preempt_timer, (long)delay, HRTIMER_MODE_REL);
	kthread_complete_and_exit(&leaving, 0);
}

/* Wherever on its way out a thread is preempted, nobody lets go of it before it is off the CPU. */
static void preempted_on_the_way_out(struct kunit *test)
{
	preempter = kthread_create(count_and_wait, NULL, "preempter");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, preempter);
	kthread_bind(preempter, 0);
	sched_set_fifo(preempter);
	wake_up_process(preempter);
	hrtimer_setup(&preempt_timer, wake_preempter, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	for (long ns = 500; ns < 40000; ns += ns < 15000 ? 100 : 500) {
		struct task_struct *p = kthread_create(arm_and_leave, (void *)ns, "leaver");

		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
		kthread_bind(p, 0);
		wake_up_process(p);
		wait_for_completion(&leaving);
		while (hrtimer_active(&preempt_timer))
			cpu_relax();
	}
	kthread_stop(preempter);
}

/* ---- names and numbers ---- */

static void names_are_cut_at_15(struct kunit *test)
{
	struct task_struct *p = kthread_create(count_and_wait, NULL, "a-very-long-name/%d", 5);
	char buf[TASK_COMM_LEN];

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	KUNIT_EXPECT_STREQ(test, p->comm, "a-very-long-nam");
	set_task_comm(p, "short");
	KUNIT_EXPECT_STREQ(test, get_task_comm(buf, p), "short");
	kthread_stop(p);
}

static void numbers_of_the_first_threads(struct kunit *test)
{
	struct task_struct *one = find_get_task_by_vpid(1), *two = find_get_task_by_vpid(2);

	KUNIT_ASSERT_NOT_NULL(test, one);
	KUNIT_ASSERT_NOT_NULL(test, two);
	KUNIT_EXPECT_STREQ(test, one->comm, "kernel_init");
	KUNIT_EXPECT_PTR_EQ(test, two, kthreadd_task);
	KUNIT_EXPECT_NULL(test, find_get_task_by_vpid(0));
	KUNIT_EXPECT_NULL(test, find_get_task_by_vpid(-1));
	put_task_struct(one);
	put_task_struct(two);
	KUNIT_EXPECT_EQ(test, init_task.pid, 0);
	KUNIT_EXPECT_STREQ(test, init_task.comm, "swapper/0");
}

static void the_list_is_sorted_and_whole(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct task_struct *p;
	pid_t last = 0;
	int mine = 0;

	for (int i = 0; i < 10; i++)
		crew_add(test, c, -1, spin_until_stopped, 0);
	for_each_task(p) {
		KUNIT_EXPECT_GT(test, p->pid, last);
		last = p->pid;
		mine += strstarts(p->comm, "crew/");
		if (mine == 3 && c->size == 10)		/* one of them dies while we look */
			kthread_stop(c->member[--c->size].task);
	}
	KUNIT_EXPECT_EQ(test, mine, 9);
}

/* ---- binding ---- */

static int where_am_i(struct member *me)
{
	WRITE_ONCE(me->count, raw_smp_processor_id());
	return 0;
}

static void bind_is_for_life(struct kunit *test)
{
	int cpu = nth_cpu(test, 1);
	struct crew *c = crew_new(test);
	struct member *m = crew_add(test, c, -1, where_am_i, 0);

	m->count = ~0ULL;
	kthread_bind(m->task, cpu);
	KUNIT_EXPECT_EQ(test, sched_setaffinity(m->task, cpu_possible_mask), -EINVAL);
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(m->count) == cpu));
	KUNIT_EXPECT_TRUE(test, cpumask_equal(&m->task->cpus_mask, cpumask_of(cpu)));
}

/* ---- parking ---- */

static int rounds;

static int work_and_park(void *unused)
{
	while (!kthread_should_stop()) {
		if (kthread_should_park())
			kthread_parkme();
		WRITE_ONCE(rounds, rounds + 1);
		schedule_timeout_interruptible(1);
	}
	return 0;
}

static void park_and_unpark(struct kunit *test)
{
	struct task_struct *p = kthread_run(work_and_park, NULL, "parker");
	int at;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	for (int i = 0; i < 5; i++) {
		KUNIT_EXPECT_EQ(test, kthread_park(p), 0);
		KUNIT_EXPECT_EQ(test, task_state_to_char(p), 'P');
		at = READ_ONCE(rounds);
		wake_up_process(p);		/* is not what ends parking */
		msleep(3);
		KUNIT_EXPECT_EQ(test, READ_ONCE(rounds), at);
		kthread_unpark(p);
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(rounds) > at));
	}
	KUNIT_EXPECT_EQ(test, kthread_park(p), 0);
	KUNIT_EXPECT_EQ(test, kthread_stop(p), 0);	/* stopping unparks */
}

static struct {
	struct task_struct *task;	/* whose wake-ups take long */
	int seen;			/* 1: somebody wakes it, 2: and may go on */
	bool go;			/* it may go and park */
} slow_wake;

/* Context: the waker's, after its look at the state, before it writes another. */
static void wake_slowly(void *unused, struct task_struct *p)
{
	if (p != slow_wake.task || slow_wake.seen)
		return;
	WRITE_ONCE(slow_wake.seen, 1);
	for (int i = 0; i < 500 && READ_ONCE(p->__state) != TASK_PARKED; i++) {
		udelay(2);
		cpu_relax();
	}
	WRITE_ONCE(slow_wake.seen, 2);
}

/* As a loop that tests for work, its state set, and then parks; the second time it lets the parker wait. */
static int park_as_it_is_woken(void *unused)
{
	set_current_state(TASK_INTERRUPTIBLE);
	while (!READ_ONCE(slow_wake.seen))
		udelay(2);
	__set_current_state(TASK_RUNNING);
	kthread_parkme();
	WRITE_ONCE(slow_wake.go, true);
	while (!kthread_should_park())
		udelay(2);
	mdelay(2);
	kthread_parkme();
	return 0;
}

/* The wake-up has seen the state before, and would write over TASK_PARKED: parked, it would be told so twice. */
static void a_wakeup_under_way_does_not_end_parking(struct kunit *test)
{
	int cpu = nth_cpu(test, 1);
	struct task_struct *p = kthread_create_on_cpu(park_as_it_is_woken, NULL, cpu, "parker/%u");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	pin_to_cpu(0);
	get_task_struct(p);
	memset(&slow_wake, 0, sizeof(slow_wake));
	wake_up_process(p);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(p->__state) == TASK_INTERRUPTIBLE));
	slow_wake.task = p;
	KUNIT_ASSERT_EQ(test, register_trace_sched_waking(wake_slowly, NULL), 0);
	KUNIT_EXPECT_EQ(test, kthread_park(p), 0);
	unregister_trace_sched_waking(wake_slowly, NULL);
	KUNIT_EXPECT_EQ(test, slow_wake.seen, 2);
	KUNIT_EXPECT_EQ(test, READ_ONCE(p->__state), TASK_PARKED);
	kthread_unpark(p);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(slow_wake.go)));
	/* not before it has parked again */
	KUNIT_EXPECT_EQ(test, kthread_park(p), 0);
	KUNIT_EXPECT_EQ(test, READ_ONCE(p->__state), TASK_PARKED);
	kthread_stop_put(p);
	unpin();
}

static void park_before_the_first_run(struct kunit *test)
{
	struct task_struct *p = kthread_create(count_and_wait, NULL, "parked");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	calls = 0;
	KUNIT_EXPECT_EQ(test, kthread_park(p), 0);
	KUNIT_EXPECT_EQ(test, task_state_to_char(p), 'P');
	wake_up_process(p);
	msleep(2);
	KUNIT_EXPECT_EQ(test, calls, 0);
	kthread_unpark(p);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(calls) == 1));
	kthread_stop(p);
}

/* ---- the registry of per-CPU threads ---- */

static DEFINE_PER_CPU(struct task_struct *, hp_thread);
static DEFINE_PER_CPU(int, hp_pending);
static DEFINE_PER_CPU(int, hp_done);
static atomic_t hp_setups, hp_cleanups, hp_parks, hp_unparks, hp_astray;

static int hp_should_run(unsigned int cpu)
{
	return this_cpu_read(hp_pending);
}

static void hp_fn(unsigned int cpu)
{
	if (cpu != raw_smp_processor_id() || in_atomic())
		atomic_inc(&hp_astray);
	this_cpu_add(hp_done, xchg(this_cpu_ptr(&hp_pending), 0));
}

static void hp_setup(unsigned int cpu)
{
	atomic_inc(&hp_setups);
}

static void hp_cleanup(unsigned int cpu, bool online)
{
	atomic_inc(&hp_cleanups);
}

static void hp_park(unsigned int cpu)
{
	atomic_inc(&hp_parks);
}

static void hp_unpark(unsigned int cpu)
{
	atomic_inc(&hp_unparks);
}

static struct smp_hotplug_thread hp_threads = {
	.store = &hp_thread,
	.thread_should_run = hp_should_run,
	.thread_fn = hp_fn,
	.setup = hp_setup,
	.cleanup = hp_cleanup,
	.park = hp_park,
	.unpark = hp_unpark,
	.thread_comm = "hptest/%u",
};

static void hp_give(int cpu)
{
	__atomic_fetch_add(per_cpu_ptr(&hp_pending, cpu), 1, __ATOMIC_SEQ_CST);
	wake_up_process(per_cpu(hp_thread, cpu));
}

static int hp_total(void)
{
	int cpu, sum = 0;

	for_each_online_cpu(cpu)
		sum += READ_ONCE(per_cpu(hp_done, cpu));
	return sum;
}

/* K3: state first, test, sleep: of wake-ups at every moment of the loop none is lost. */
static void K3_no_wakeup_is_lost(struct kunit *test)
{
	int cpu, given = 0, n = num_online_cpus();
	int each = max(20, 4000 / n);

	for_each_online_cpu(cpu)
		per_cpu(hp_done, cpu) = per_cpu(hp_pending, cpu) = 0;
	KUNIT_ASSERT_EQ(test, smpboot_register_percpu_thread(&hp_threads), 0);
	for (int i = 0; i < each; i++) {
		for_each_online_cpu(cpu) {
			hp_give(cpu);
			given++;
		}
		if (i % 8 == 0)		/* let them fall asleep now and then */
			KUNIT_ASSERT_TRUE(test, wait_until(hp_total() == given));
		else
			udelay(i % 8);
	}
	KUNIT_EXPECT_TRUE(test, wait_until(hp_total() == given));
	smpboot_unregister_percpu_thread(&hp_threads);
	KUNIT_EXPECT_EQ(test, hp_total(), given);
	KUNIT_EXPECT_EQ(test, atomic_read(&hp_astray), 0);
}

static void K1_registry_makes_one_bound_thread_per_cpu(struct kunit *test)
{
	int cpu, n = num_online_cpus();

	atomic_set(&hp_setups, 0);
	atomic_set(&hp_cleanups, 0);
	KUNIT_ASSERT_EQ(test, smpboot_register_percpu_thread(&hp_threads), 0);
	KUNIT_EXPECT_TRUE(test, wait_until(atomic_read(&hp_setups) == n));
	for_each_online_cpu(cpu) {
		struct task_struct *p = per_cpu(hp_thread, cpu);
		char name[TASK_COMM_LEN];

		snprintf(name, sizeof(name), "hptest/%u", cpu);
		KUNIT_EXPECT_STREQ(test, p->comm, name);
		KUNIT_EXPECT_TRUE(test, kthread_is_per_cpu(p));
		KUNIT_EXPECT_TRUE(test, cpumask_equal(&p->cpus_mask, cpumask_of(cpu)));
	}
	smpboot_unregister_percpu_thread(&hp_threads);
	KUNIT_EXPECT_EQ(test, atomic_read(&hp_cleanups), n);
	KUNIT_EXPECT_NULL(test, per_cpu(hp_thread, 0));
}

static void K1_registry_parks_and_unparks(struct kunit *test)
{
	int cpu = nth_cpu(test, 1), at;

	atomic_set(&hp_parks, 0);
	atomic_set(&hp_unparks, 0);
	KUNIT_ASSERT_EQ(test, smpboot_register_percpu_thread(&hp_threads), 0);
	at = hp_total();
	hp_give(cpu);
	KUNIT_EXPECT_TRUE(test, wait_until(hp_total() == at + 1));
	KUNIT_EXPECT_EQ(test, kthread_park(per_cpu(hp_thread, cpu)), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&hp_parks), 1);
	hp_give(cpu);			/* parked: it does not run */
	msleep(2);
	KUNIT_EXPECT_EQ(test, hp_total(), at + 1);
	kthread_unpark(per_cpu(hp_thread, cpu));
	KUNIT_EXPECT_TRUE(test, wait_until(hp_total() == at + 2));
	KUNIT_EXPECT_EQ(test, atomic_read(&hp_unparks), 1);
	smpboot_unregister_percpu_thread(&hp_threads);
}

/* ---- odds and ends ---- */

static struct callback_head exit_work;
static char exit_order[8];

static void exit_first(struct callback_head *work)
{
	strlcat(exit_order, in_task() && (current->flags & PF_EXITING) ? "x" : "?",
		sizeof(exit_order));
}

static int add_work_and_leave(void *unused)
{
	init_task_work(&exit_work, exit_first);
	task_work_add(current, &exit_work, TWA_NONE);
	return 0;
}

static void task_work_runs_at_exit(struct kunit *test)
{
	struct task_struct *p = kthread_create(add_work_and_leave, NULL, "worker");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	memset(exit_order, 0, sizeof(exit_order));
	get_task_struct(p);
	wake_up_process(p);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(p->__state) == TASK_DEAD));
	KUNIT_EXPECT_STREQ(test, exit_order, "x");
	KUNIT_EXPECT_EQ(test, task_work_add(p, &exit_work, TWA_NONE), -ESRCH);
	put_task_struct(p);
}

static int sleep_for_a_signal(struct member *me)
{
	if (me->arg)
		allow_signal(SIGTERM);
	while (!READ_ONCE(me->stop) && !signal_pending(current)) {
		WRITE_ONCE(me->count, 1);
		schedule_timeout_interruptible(1);
	}
	if (signal_pending(current))
		WRITE_ONCE(me->count, 100 + kernel_dequeue_signal());
	return 0;
}

static void signals_reach_who_allows_them(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *deaf = crew_add(test, c, -1, sleep_for_a_signal, 0);
	struct member *hears = crew_add(test, c, -1, sleep_for_a_signal, 1);

	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(deaf->count) && READ_ONCE(hears->count)));
	KUNIT_EXPECT_EQ(test, send_sig(SIGTERM, deaf->task, 1), 0);
	KUNIT_EXPECT_EQ(test, send_sig(SIGHUP, hears->task, 1), 0);
	KUNIT_EXPECT_EQ(test, send_sig(99, hears->task, 1), -EINVAL);
	msleep(3);
	KUNIT_EXPECT_EQ(test, READ_ONCE(hears->count), 1);
	KUNIT_EXPECT_EQ(test, send_sig(SIGTERM, hears->task, 1), 0);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(hears->count) == 100 + SIGTERM));
	KUNIT_EXPECT_EQ(test, READ_ONCE(deaf->count), 1);
}

static struct kunit_case kthread_cases[] = {
	KUNIT_CASE(W2_stop_before_the_first_run),
	KUNIT_CASE(stop_returns_the_result),
	KUNIT_CASE(stop_of_one_that_left_needs_a_reference),
	KUNIT_CASE(complete_and_exit),
	KUNIT_CASE(many_threads_leave_nothing_behind),
	KUNIT_CASE(preempted_on_the_way_out),
	KUNIT_CASE(names_are_cut_at_15),
	KUNIT_CASE(numbers_of_the_first_threads),
	KUNIT_CASE(the_list_is_sorted_and_whole),
	KUNIT_CASE(bind_is_for_life),
	KUNIT_CASE(park_and_unpark),
	KUNIT_CASE(a_wakeup_under_way_does_not_end_parking),
	KUNIT_CASE(park_before_the_first_run),
	KUNIT_CASE(K1_registry_makes_one_bound_thread_per_cpu),
	KUNIT_CASE(K1_registry_parks_and_unparks),
	KUNIT_CASE(K3_no_wakeup_is_lost),
	KUNIT_CASE(task_work_runs_at_exit),
	KUNIT_CASE(signals_reach_who_allows_them),
	{}
};

static struct kunit_suite kthread_suite = {
	.name = "kthread",
	.test_cases = kthread_cases,
};
kunit_test_suite(kthread_suite);
