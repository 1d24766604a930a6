/* SPDX-License-Identifier: MIT */
/*
 * The scheduler: who runs, where, for how long, and that no wake-up is lost. The runner is pinned to
 * CPU 0 and of normal policy; threads under test are pinned where the case says.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/tick.h>
#include <linux/timekeeping.h>

#include "../kernel/sched/sched.h"
#include "sched_util.h"

/* The order in which threads came by, as letters. */
static char order[256];
static unsigned int order_len;

static void note(char c)
{
	unsigned int at = __atomic_fetch_add(&order_len, 1, __ATOMIC_RELAXED);

	if (at < sizeof(order) - 1)
		order[at] = c;
}

static int sched_test_init(struct kunit *test)
{
	memset(order, 0, sizeof(order));
	order_len = 0;
	pin_to_cpu(0);
	return 0;
}

static void sched_test_exit(struct kunit *test)
{
	unpin();
}

/* ---- P11: the count in and around a switch ---- */

static u32 pc_in_switch;

static void probe_set_next(struct rq *rq, struct task_struct *p)
{
	pc_in_switch = preempt_count();
	fair_sched_class.set_next_task(rq, p);
}

static int report_pc(struct member *me)
{
	me->count = preempt_count();
	return 0;
}

static void P11_count_is_two_in_a_switch(struct kunit *test)
{
	static struct sched_class probe;
	struct crew *c = crew_new(test);
	struct member *m = crew_add(test, c, 0, report_pc, 0);

	probe = fair_sched_class;
	probe.set_next_task = probe_set_next;
	pc_in_switch = 0;
	m->task->sched_class = &probe;
	crew_start(c);
	msleep(2);
	crew_dismiss(c);
	KUNIT_EXPECT_EQ(test, pc_in_switch, FORK_PREEMPT_COUNT);
	KUNIT_EXPECT_EQ(test, m->count, 0);	/* and a new thread's function starts at 0 */
}

static void read_pc(void *pc)
{
	*(u32 *)pc = preempt_count();
}

/* The call comes in an interrupt, or, where the idle thread polls (idle=poll), without one. */
static void P11_idle_runs_at_one(struct kunit *test)
{
	int cpu = nth_cpu(test, 1);
	u32 pc = 0;

	/* A softirq or a thread may get in between the two: again. */
	for (int i = 0; i < 20 && (pc & ~HARDIRQ_MASK) != INIT_PREEMPT_COUNT; i++) {
		KUNIT_EXPECT_TRUE(test, wait_until(idle_cpu(cpu)));
		smp_call_function_single(cpu, read_pc, &pc, 1);
	}
	KUNIT_EXPECT_EQ(test, pc & ~HARDIRQ_MASK, INIT_PREEMPT_COUNT);
}

/* ---- real time: order ---- */

static int note_and_leave(struct member *me)
{
	note(me->arg);
	return 0;
}

static void fifo_by_priority_then_arrival(struct kunit *test)
{
	static const struct { char name; int prio; } who[] = {
		{ 'a', 10 }, { 'b', 30 }, { 'c', 10 }, { 'd', 99 }, { 'e', 30 }, { 'f', 1 },
	};
	struct crew *c = crew_new(test);

	for (int i = 0; i < ARRAY_SIZE(who); i++)
		set_policy(test, crew_add(test, c, 0, note_and_leave, who[i].name)->task,
			   SCHED_FIFO, who[i].prio);
	preempt_disable();
	crew_start(c);
	KUNIT_EXPECT_EQ(test, order_len, 0);
	preempt_enable();
	/* all of them ran before this thread, which is normal, came back */
	KUNIT_EXPECT_STREQ(test, order, "dbeacf");
}

static int note_thrice(struct member *me)
{
	for (int i = 0; i < 3; i++) {
		note(me->arg);
		if (me->stop)
			yield();
	}
	return 0;
}

static void fifo_keeps_the_cpu_among_equals(struct kunit *test)
{
	struct crew *c = crew_new(test);

	for (char name = 'a'; name <= 'c'; name++)
		set_policy(test, crew_add(test, c, 0, note_thrice, name)->task, SCHED_FIFO, 20);
	preempt_disable();
	crew_start(c);
	preempt_enable();
	KUNIT_EXPECT_STREQ(test, order, "aaabbbccc");
}

static void fifo_yield_goes_behind_equals(struct kunit *test)
{
	struct crew *c = crew_new(test);

	for (char name = 'a'; name <= 'c'; name++) {
		struct member *m = crew_add(test, c, 0, note_thrice, name);

		m->stop = true;		/* yield after each */
		set_policy(test, m->task, SCHED_FIFO, 20);
	}
	preempt_disable();
	crew_start(c);
	preempt_enable();
	KUNIT_EXPECT_STREQ(test, order, "abcabcabc");
}

/* Twice; a asks in between for what it is already, and makes way for the more urgent x before it in the crew. */
static int note_around_x(struct member *me)
{
	struct sched_param same = { .sched_priority = 20 };

	note(me->arg);
	if (me->arg == 'a') {
		sched_setscheduler(current, SCHED_FIFO, &same);
		wake_up_process((me - 1)->task);
	}
	note(me->arg);
	return 0;
}

static void fifo_keeps_its_place_when_preempted(struct kunit *test)
{
	struct crew *c = crew_new(test);

	set_policy(test, crew_add(test, c, 0, note_and_leave, 'x')->task, SCHED_FIFO, 30);
	for (char name = 'a'; name <= 'c'; name++)
		set_policy(test, crew_add(test, c, 0, note_around_x, name)->task, SCHED_FIFO, 20);
	preempt_disable();
	for (int i = 1; i < c->size; i++)
		wake_up_process(c->member[i].task);
	preempt_enable();
	KUNIT_EXPECT_STREQ(test, order, "axabbcc");
}

/* Waiting, they are changed; who is as urgent as before stays where it is. */
static void fifo_place_after_a_change(struct kunit *test)
{
	static const struct { char name; int prio; } who[] = {
		{ 'a', 20 }, { 'b', 20 }, { 'c', 20 }, { 'd', 20 }, { 'e', 20 },
		{ 'l', 30 }, { 'r', 10 },
	};
	struct crew *c = crew_new(test);
	struct member *m = c->member;

	for (int i = 0; i < ARRAY_SIZE(who); i++)
		set_policy(test, crew_add(test, c, 0, note_and_leave, who[i].name)->task,
			   SCHED_FIFO, who[i].prio);
	preempt_disable();
	crew_start(c);
	set_policy(test, m[0].task, SCHED_FIFO, 20);		/* the same again */
	set_policy(test, m[1].task, SCHED_RR, 20);
	set_user_nice(m[2].task, 5);
	do_set_cpus_allowed(m[3].task, cpumask_of(0));
	set_policy(test, m[5].task, SCHED_FIFO, 20);		/* lowered: before its equals */
	set_policy(test, m[6].task, SCHED_FIFO, 20);		/* raised: behind them */
	preempt_enable();
	KUNIT_EXPECT_STREQ(test, order, "labcder");
}

/* A turn of SCHED_RR is not longer for being asked for again. */
static void rr_turn_goes_on_after_a_change(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct task_struct *p = crew_add(test, c, 0, note_and_leave, 'x')->task;

	set_policy(test, p, SCHED_RR, 20);
	KUNIT_EXPECT_EQ(test, p->rt.time_slice, rt_timeslice());
	p->rt.time_slice = 3;
	set_policy(test, p, SCHED_RR, 20);
	set_user_nice(p, 5);
	set_policy(test, p, SCHED_RR, 30);
	KUNIT_EXPECT_EQ(test, p->rt.time_slice, 3);
}

static char last;

/* Note a letter whenever the CPU came back from somebody else, until 40 ms of CPU time are used. */
static int note_turns(struct member *me)
{
	u64 used = 0;

	while (used < 40 * NSEC_PER_MSEC) {
		if (READ_ONCE(last) != me->arg) {
			note(me->arg);
			WRITE_ONCE(last, me->arg);
		}
		udelay(100);
		used = task_sched_runtime(current);
	}
	return 0;
}

static void rr_takes_turns(struct kunit *test)
{
	struct crew *c = crew_new(test);

	last = 0;
	KUNIT_ASSERT_EQ(test, shell_system("echo 10 > /proc/sys/kernel/sched_rr_timeslice_ms"), 0);
	set_policy(test, crew_add(test, c, 0, note_turns, 'a')->task, SCHED_RR, 20);
	set_policy(test, crew_add(test, c, 0, note_turns, 'b')->task, SCHED_RR, 20);
	preempt_disable();
	crew_start(c);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, shell_system("echo 100 > /proc/sys/kernel/sched_rr_timeslice_ms"), 0);
	/* 40 ms in turns of 10 ms; where the host steals time, some ticks see none used */
	KUNIT_EXPECT_TRUE_MSG(test, strstarts(order, deterministic() ? "ababab" : "ab"),
			      "turns were %s", order);
	KUNIT_EXPECT_LE(test, strlen(order), 12);
}

static void rt_goes_where_it_need_not_wait(struct kunit *test)
{
	int cpu = nth_cpu(test, 1);
	struct crew *c = crew_new(test);
	struct member *hog = crew_add(test, c, cpu, spin_until_stopped, 0), *m;

	set_policy(test, hog->task, SCHED_FIFO, 50);
	wake_up_process(hog->task);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(hog->count)));
	m = crew_add(test, c, cpu, note_and_leave, 'x');
	set_policy(test, m->task, SCHED_FIFO, 40);
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(m->task, cpu_possible_mask), 0);
	wake_up_process(m->task);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(order_len) == 1));
}

/* ---- X7: preemption on the way out of an interrupt ---- */

static void wake_member(void *m)
{
	wake_up_process(((struct member *)m)->task);
}

static void X7_irq_exit_preempts_at_count_0(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *m = crew_add(test, c, 0, note_and_leave, 'x');

	set_policy(test, m->task, SCHED_FIFO, 10);
	call_in_hardirq(wake_member, m);
	KUNIT_EXPECT_EQ(test, order_len, 1);
}

static void X7_irq_exit_leaves_atomic_code_alone(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *m = crew_add(test, c, 0, note_and_leave, 'x');
	unsigned int inside;

	set_policy(test, m->task, SCHED_FIFO, 10);
	preempt_disable();
	call_in_hardirq(wake_member, m);
	inside = order_len;
	KUNIT_EXPECT_TRUE(test, need_resched());
	preempt_enable();
	KUNIT_EXPECT_EQ(test, inside, 0);
	KUNIT_EXPECT_EQ(test, order_len, 1);
}

static void cond_resched_gives_way(struct kunit *test)
{
	struct crew *c = crew_new(test);
	int gave_way = 0, tries = 0;

	/* an interrupt between the two lines may do it first: then once more */
	while (!gave_way && ++tries <= 20) {
		struct member *m = crew_add(test, c, 0, note_and_leave, 'x');

		set_policy(test, m->task, SCHED_FIFO, 10);
		local_irq_disable();
		wake_up_process(m->task);
		KUNIT_EXPECT_EQ(test, order_len, tries - 1);
		KUNIT_EXPECT_TRUE(test, should_resched(0));
		local_irq_enable();
		gave_way = cond_resched();
		KUNIT_EXPECT_EQ(test, order_len, tries);
	}
	KUNIT_EXPECT_EQ(test, gave_way, 1);
}

/* ---- fair ---- */

static u64 runtime(struct member *m)
{
	return task_sched_runtime(m->task);
}

static void nice_levels_share_by_weight(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *a = crew_add(test, c, 0, spin_until_stopped, 0);
	struct member *b = crew_add(test, c, 0, spin_until_stopped, 0);
	u64 ra, rb;

	set_user_nice(b->task, 5);
	crew_start(c);
	msleep(200);
	ra = runtime(a);
	rb = runtime(b);
	kunit_info(test, "nice 0: %llu us, nice 5: %llu us, weights %u and %u", ra / 1000, rb / 1000,
		   a->task->se.weight, b->task->se.weight);
	/* 1024 : 336 is 3.05; a turn more or less at the end is 10 % */
	if (deterministic()) {
		KUNIT_EXPECT_GT(test, ra * 10, rb * 25);
		KUNIT_EXPECT_LT(test, ra * 10, rb * 36);
	}
}

static void equals_share_equally(struct kunit *test)
{
	struct crew *c = crew_new(test);
	u64 least = ~0ULL, most = 0;

	for (int i = 0; i < 5; i++)
		crew_add(test, c, 0, spin_until_stopped, 0);
	crew_start(c);
	msleep(150);
	for (int i = 0; i < c->size; i++) {
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[i].count)));
		least = min(least, runtime(&c->member[i]));
		most = max(most, runtime(&c->member[i]));
	}
	if (deterministic())
		KUNIT_EXPECT_LE_MSG(test, most - least, 12 * NSEC_PER_MSEC, "least %llu, most %llu",
				    least, most);
}

static int sleep_often(struct member *me)
{
	while (!READ_ONCE(me->stop)) {
		msleep(1);
		WRITE_ONCE(me->count, me->count + 1);
	}
	return 0;
}

static void who_sleeps_is_served_beside_who_spins(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *sleeper = crew_add(test, c, 0, sleep_often, 0);

	for (int i = 0; i < 3; i++)
		crew_add(test, c, 0, spin_until_stopped, 0);
	crew_start(c);
	msleep(100);
	/* a wake-up every second or third tick, not one for each round of the spinners (8 ms) */
	if (deterministic())
		KUNIT_EXPECT_GE(test, READ_ONCE(sleeper->count), 30);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(sleeper->count)));
}

static void heap_keeps_the_order(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct task_struct *picked[MAX_CREW];
	struct rq *rq = cpu_rq(0);
	int n = 0;
	u64 last;

	/* on the queue and off it again, in an order of vruntime that the heap has to find */
	for (int i = 0; i < 40; i++)
		crew_add(test, c, 0, note_and_leave, 'x');
	local_irq_disable();
	crew_start(c);
	raw_spin_lock(&rq->lock);
	last = rq->fair.min_vruntime - NSEC_PER_SEC;
	for (int i = 0; i < c->size; i++) {
		struct task_struct *p = c->member[i].task;

		fair_sched_class.dequeue_task(rq, p, 0);
		p->se.vruntime = rq->fair.min_vruntime + (i * 7919) % 997;
		fair_sched_class.enqueue_task(rq, p, 0);
	}
	for (int i = 0; i < c->size; i += 3)		/* some leave from the middle */
		fair_sched_class.dequeue_task(rq, c->member[i].task, 0);
	for (int i = 0; i < c->size; i += 3)
		fair_sched_class.enqueue_task(rq, c->member[i].task, 0);
	while (rq->fair.root && n < MAX_CREW) {		/* others may wait here too */
		struct task_struct *p = picked[n++] = fair_sched_class.pick_task(rq);

		KUNIT_EXPECT_GE(test, (s64)(p->se.vruntime - last), 0);
		last = p->se.vruntime;
		fair_sched_class.dequeue_task(rq, p, 0);
	}
	KUNIT_EXPECT_GE(test, n, c->size);
	while (n)
		fair_sched_class.enqueue_task(rq, picked[--n], 0);
	raw_spin_unlock(&rq->lock);
	local_irq_enable();
	KUNIT_EXPECT_TRUE(test, wait_until(order_len == c->size));
}

static void cpu_time_is_counted(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *m = crew_add(test, c, 0, spin_until_stopped, 0);
	u64 used, passed;

	crew_start(c);
	msleep(5);
	passed = ktime_get_ns();	/* before @used: it may run between the two */
	used = runtime(m);
	msleep(50);
	used = runtime(m) - used;
	passed = ktime_get_ns() - passed;
	/* it is alone but for this thread's few instructions and the interrupts, which it pays */
	KUNIT_EXPECT_LE(test, used, passed + NSEC_PER_MSEC);
	KUNIT_EXPECT_GE(test, used, deterministic() ? passed * 95 / 100 : 1);
	KUNIT_EXPECT_GT(test, m->task->nivcsw, 0);	/* this thread took the CPU when it woke */
}

/* ---- policies ---- */

static void policy_limits(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct task_struct *p = crew_add(test, c, 0, note_and_leave, 'x')->task;
	struct sched_param prio0 = { 0 }, prio1 = { 1 }, prio99 = { 99 }, prio100 = { 100 };

	KUNIT_EXPECT_EQ(test, sched_setscheduler(p, SCHED_FIFO, &prio0), -EINVAL);
	KUNIT_EXPECT_EQ(test, sched_setscheduler(p, SCHED_FIFO, &prio100), -EINVAL);
	KUNIT_EXPECT_EQ(test, sched_setscheduler(p, SCHED_NORMAL, &prio1), -EINVAL);
	KUNIT_EXPECT_EQ(test, sched_setscheduler(p, 4, &prio0), -EINVAL);
	KUNIT_EXPECT_EQ(test, sched_setscheduler(p, -1, &prio0), -EINVAL);
	KUNIT_EXPECT_EQ(test, sched_setscheduler(p, SCHED_RR, &prio99), 0);
	KUNIT_EXPECT_EQ(test, p->prio, 0);
	sched_set_fifo(p);
	KUNIT_EXPECT_EQ(test, p->policy, SCHED_FIFO);
	KUNIT_EXPECT_EQ(test, p->rt_priority, 50);
	set_user_nice(p, 7);		/* remembered, of no effect yet */
	KUNIT_EXPECT_EQ(test, p->prio, 49);
	KUNIT_EXPECT_EQ(test, sched_setscheduler(p, SCHED_NORMAL, &prio0), 0);
	KUNIT_EXPECT_EQ(test, p->prio, 127);
	set_user_nice(p, -100);
	KUNIT_EXPECT_EQ(test, task_nice(p), MIN_NICE);
}

static void raising_the_priority_of_a_waiting_thread_preempts(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *m = crew_add(test, c, 0, note_and_leave, 'x');

	preempt_disable();
	crew_start(c);
	set_policy(test, m->task, SCHED_FIFO, 1);
	KUNIT_EXPECT_EQ(test, order_len, 0);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, order_len, 1);
}

/* ---- placement ---- */

static void affinity_moves_a_running_thread(struct kunit *test)
{
	int a = nth_cpu(test, 1), b = nth_cpu(test, 2);
	struct crew *c = crew_new(test);
	struct member *m = crew_add(test, c, a, spin_until_stopped, 0);

	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(m->count)));
	for (int i = 0; i < 20; i++) {
		int to = i % 2 ? a : b;

		KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(m->task, cpumask_of(to)), 0);
		KUNIT_EXPECT_EQ(test, task_cpu(m->task), to);
	}
}

static void affinity_moves_queued_and_sleeping_threads(struct kunit *test)
{
	int b = nth_cpu(test, 1);
	struct crew *c = crew_new(test);
	struct member *queued = crew_add(test, c, 0, spin_until_stopped, 0);
	struct member *asleep = crew_add(test, c, 0, note_and_leave, 's');

	preempt_disable();		/* it cannot start here */
	wake_up_process(queued->task);
	preempt_enable_no_resched();
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(queued->task, cpumask_of(b)), 0);
	KUNIT_EXPECT_EQ(test, task_cpu(queued->task), b);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(queued->count)));

	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(asleep->task, cpumask_of(b)), 0);
	wake_up_process(asleep->task);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(order_len) == 1));
	KUNIT_EXPECT_EQ(test, task_cpu(asleep->task), b);
}

static void affinity_of_oneself(struct kunit *test)
{
	int b = nth_cpu(test, 1);

	for (int i = 0; i < 10; i++) {
		pin_to_cpu(b);
		KUNIT_EXPECT_EQ(test, raw_smp_processor_id(), b);
		pin_to_cpu(0);
		KUNIT_EXPECT_EQ(test, raw_smp_processor_id(), 0);
	}
}

static void affinity_needs_an_online_cpu(struct kunit *test)
{
	struct cpumask none = CPU_MASK_NONE, far = CPU_MASK_NONE;

	cpumask_set_cpu(NR_CPUS - 1, &far);
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, &none), -EINVAL);
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, &far), -EINVAL);
	KUNIT_EXPECT_EQ(test, sched_setaffinity(kthreadd_task, cpumask_of(0)), -EINVAL);
}

/*
 * Threads and affinity changes in all directions at once: nobody is lost, nobody runs astray. Who sleeps
 * does so for longer than four wake-ups and switches take on the slowest machine (100 us each on
 * Bochs): else the next timer is due whenever another thread gets the CPU, before its first instruction.
 */
static int wander(struct member *me)
{
	while (!READ_ONCE(me->stop)) {
		if (!cpumask_test_cpu(raw_smp_processor_id(), current->cpus_ptr))
			cpu_relax();	/* just being moved */
		WRITE_ONCE(me->count, me->count + 1);
		if (me->arg & 1)
			usleep_range(1000, 2000);
		else
			cond_resched();
		cpu_relax();	/* where CPUs take turns, the other's turn */
	}
	return 0;
}

static void affinity_storm(struct kunit *test)
{
	struct crew *c = crew_new(test);
	int n = num_online_cpus();
	u64 end;

	nth_cpu(test, 1);
	for (int i = 0; i < 8; i++)
		crew_add(test, c, -1, wander, i);
	crew_start(c);
	end = ktime_get_ns() + 60 * NSEC_PER_MSEC;
	for (int i = 0; ktime_get_ns() < end; i++) {
		struct member *m = &c->member[i % c->size];
		int cpu = nth_cpu(test, (i * 5 + i / 8) % n);

		KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(m->task, cpumask_of(cpu)), 0);
	}
	for (int i = 0; i < c->size; i++) {
		u64 before = READ_ONCE(c->member[i].count);

		KUNIT_EXPECT_TRUE_MSG(test, wait_until(READ_ONCE(c->member[i].count) != before),
				      "thread %d stands still", i);
	}
}

static void spinners_spread_over_the_cpus(struct kunit *test)
{
	int n = min_t(int, num_online_cpus(), 8), spread = 0;
	struct crew *c = crew_new(test);
	struct cpumask used;

	nth_cpu(test, 1);
	for (int i = 0; i < n; i++)
		crew_add(test, c, 0, spin_until_stopped, 0);	/* all begin on CPU 0 */
	crew_start(c);
	for (int i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(c->member[i].task, cpu_possible_mask),
				0);
	for (int tries = 0; tries < 1000 && spread < n; tries++) {
		msleep(2);
		cpumask_clear(&used);
		for (int i = 0; i < n; i++)
			cpumask_set_cpu(task_cpu(c->member[i].task), &used);
		spread = cpumask_weight(&used);
	}
	KUNIT_EXPECT_EQ(test, spread, n);
}

/* ---- no wake-up is lost ---- */

#define ROUNDS	2000

static int token;
static struct task_struct *players[2];

/* Sleep until the token is ours, pass it on. Bare set_current_state/schedule/wake_up_process. */
static int play(struct member *me)
{
	for (int i = 0; i < ROUNDS; i++) {
		for (;;) {
			set_current_state(TASK_UNINTERRUPTIBLE);
			if (READ_ONCE(token) == me->arg)
				break;
			schedule();
		}
		__set_current_state(TASK_RUNNING);
		WRITE_ONCE(token, !me->arg);
		wake_up_process(players[!me->arg]);
		WRITE_ONCE(me->count, me->count + 1);	/* last: the case may end */
	}
	return 0;
}

static void ping_pong(struct kunit *test, int cpu_a, int cpu_b)
{
	struct crew *c = crew_new(test);

	token = 0;
	players[0] = crew_add(test, c, cpu_a, play, 0)->task;
	players[1] = crew_add(test, c, cpu_b, play, 1)->task;
	crew_start(c);
	for (int i = 0; i < 2; i++)
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[i].count) == ROUNDS));
}

static void wakeups_on_one_cpu(struct kunit *test)
{
	ping_pong(test, 0, 0);
}

static void wakeups_across_cpus(struct kunit *test)
{
	ping_pong(test, 0, nth_cpu(test, 1));
}

static void wakeups_anywhere(struct kunit *test)
{
	ping_pong(test, -1, -1);
}

static int work_left;
static struct task_struct *worker_task;

static int produce(struct member *me)
{
	for (int i = 0; i < 500; i++) {
		__atomic_fetch_add(&work_left, 1, __ATOMIC_SEQ_CST);
		wake_up_process(worker_task);
		if (i % 16 == me->nr % 16)
			usleep_range(20, 60);
	}
	me->count = 500;
	return 0;
}

static int consume(struct member *me)
{
	while (!READ_ONCE(me->stop)) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (!READ_ONCE(work_left) && !READ_ONCE(me->stop))
			schedule();
		__set_current_state(TASK_RUNNING);
		WRITE_ONCE(me->count,
			   me->count + __atomic_exchange_n(&work_left, 0, __ATOMIC_SEQ_CST));
	}
	return 0;
}

static void many_wakers_one_sleeper(struct kunit *test)
{
	struct crew *workers = crew_new(test), *c = crew_new(test);
	struct member *w = crew_add(test, workers, -1, consume, 0);
	int cpu, n = 0;

	work_left = 0;
	worker_task = w->task;
	crew_start(workers);
	for_each_online_cpu(cpu)
		if (n++ < 16)
			crew_add(test, c, cpu, produce, 0);
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(w->count) == 500ULL * c->size));
	WRITE_ONCE(w->stop, true);
	wake_up_process(w->task);
}

/* ---- sleeping where one must not ---- */

static DEFINE_SPINLOCK(test_lock);

static void L20_schedule_under_a_lock(struct kunit *test)
{
	char text[64];
	struct log_mark *log = log_mark(test);

	snprintf(text, sizeof(text), "BUG: scheduling while atomic: %s/%d/0x00000002", current->comm,
		 current->pid);
	kunit_expect_report(test, "scheduling while atomic");
	spin_lock(&test_lock);
	schedule();
	/* forced to 0 although the lock is held */
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	preempt_disable();
	spin_unlock(&test_lock);
	KUNIT_EXPECT_EQ(test, log_count(log, text), 1);
}

static void L20_schedule_with_bh_off(struct kunit *test)
{
	struct log_mark *log = log_mark(test);

	kunit_expect_report(test, "scheduling while atomic");
	local_bh_disable();
	schedule();
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	local_bh_disable();
	local_bh_enable();
	spin_lock_bh(&test_lock);
	schedule();
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	preempt_count_add(SOFTIRQ_LOCK_OFFSET);
	spin_unlock_bh(&test_lock);
	KUNIT_EXPECT_EQ(test, log_count(log, "/0x00000201"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "/0x00000202"), 1);
}

static void L21_msleep_gives_only_L20(struct kunit *test)
{
	struct log_mark *log = log_mark(test);

	kunit_expect_report(test, "scheduling while atomic");
	preempt_disable();
	msleep(1);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	KUNIT_EXPECT_EQ(test, log_count(log, "/0x00000002"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "sleeping function called"), 0);
}

static void sleep_a_little(struct tasklet_struct *t)
{
	msleep(1);
}

static void W3_msleep_in_a_softirq(struct kunit *test)
{
	unsigned int saved = nohz_softirq_reported;
	struct log_mark *log;
	DECLARE_TASKLET(sleeper, sleep_a_little);

	kunit_expect_report(test, "scheduling while atomic");
	kunit_expect_report(test, "huh, entered softirq 6 TASKLET");
	log = log_mark(test);
	nohz_softirq_reported = UINT_MAX;	/* while it sleeps no exit runs what a tick raises */
	local_bh_disable();
	tasklet_schedule(&sleeper);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	KUNIT_EXPECT_EQ(test, log_count(log, "/0x00000102"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "huh, entered softirq 6 TASKLET"), 1);
	nohz_softirq_reported = saved;
	msleep(2);	/* the system goes on */
	tasklet_kill(&sleeper);
	KUNIT_EXPECT_PTR_EQ(test, current->cpus_ptr, &current->cpus_mask);	/* may go anywhere again */
}

/* Not msleep(): its timer would add a report of its own, once a boot. */
static void sleep_in_hardirq(void *unused)
{
	schedule();
}

static void hardirq_handler_that_sleeps(struct kunit *test)
{
	struct log_mark *log = log_mark(test);

	kunit_expect_report(test, "scheduling while atomic");
	call_in_hardirq(sleep_in_hardirq, NULL);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_EQ(test, log_count(log, "/0x00010001"), 1);
	msleep(2);
	KUNIT_EXPECT_PTR_EQ(test, current->cpus_ptr, &current->cpus_mask);
}

/* The three lines of L19; at most one report a second, so wait for our turn. */
static void expect_might_sleep(struct kunit *test, struct log_mark *log, const char *where,
			       const char *count)
{
	KUNIT_EXPECT_EQ(test, log_count(log, "BUG: sleeping function called from invalid context at"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, where), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, count), 1);
}

static struct log_mark *before_might_sleep(struct kunit *test)
{
	if (!DEBUG_ATOMIC_SLEEP)
		kunit_skip(test, "release builds do not check might_sleep()");
	msleep(1100);
	kunit_expect_report(test, "sleeping function called from invalid context");
	return log_mark(test);
}

static void L19_might_sleep_under_a_lock(struct kunit *test)
{
	struct log_mark *log = before_might_sleep(test);

	spin_lock(&test_lock);
	might_sleep();
	might_sleep();		/* the second one within a second is silent */
	spin_unlock(&test_lock);
	expect_might_sleep(test, log, "in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: ",
			   "preempt_count: 1, expected: 0");
}

static void W4_might_sleep_with_irqs_off(struct kunit *test)
{
	struct log_mark *log = before_might_sleep(test);

	local_irq_disable();
	might_sleep();
	local_irq_enable();
	expect_might_sleep(test, log, "in_atomic(): 0, irqs_disabled(): 1, non_block: 0, pid: ",
			   "preempt_count: 0, expected: 0");
}

static void P13_smp_processor_id_in_preemptible_code(struct kunit *test)
{
	struct log_mark *log;

	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds do not check smp_processor_id()");
	nth_cpu(test, 1);
	kunit_expect_report(test, "using smp_processor_id() in preemptible");
	log = log_mark(test);
	unpin();
	smp_processor_id();
	pin_to_cpu(0);
	smp_processor_id();	/* cannot be moved: fine */
	KUNIT_EXPECT_EQ(test, log_count(log, "BUG: using smp_processor_id() in preemptible [00000000] code: "),
			1);
}

/* ---- /proc ---- */

static void proc_pid_stat_has_52_fields(struct kunit *test)
{
	char cmd[48], buf[512], *s = buf;
	int fields = 1;

	snprintf(cmd, sizeof(cmd), "cat /proc/%d/stat", current->pid);
	KUNIT_ASSERT_EQ(test, shell_capture(cmd, buf, sizeof(buf)), 0);
	for (; *s && *s != '\n'; s++)
		fields += *s == ' ';
	KUNIT_EXPECT_EQ(test, fields, 52);
	KUNIT_EXPECT_EQ(test, shell_capture("cat /proc/2/comm", buf, sizeof(buf)), 0);
	KUNIT_EXPECT_STREQ(test, buf, "kthreadd\n");
	KUNIT_EXPECT_NE(test, shell_capture("cat /proc/99999/stat", buf, sizeof(buf)), 0);
}

static void proc_loadavg_has_5_fields(struct kunit *test)
{
	char buf[128];
	int spaces = 0;

	KUNIT_ASSERT_EQ(test, shell_capture("cat /proc/loadavg", buf, sizeof(buf)), 0);
	for (char *s = buf; *s; s++)
		spaces += *s == ' ';
	KUNIT_EXPECT_EQ(test, spaces, 4);
	KUNIT_EXPECT_NOT_NULL(test, strchr(buf, '/'));
}

static struct kunit_case sched_cases[] = {
	KUNIT_CASE(P11_count_is_two_in_a_switch),
	KUNIT_CASE(P11_idle_runs_at_one),
	KUNIT_CASE(P13_smp_processor_id_in_preemptible_code),
	KUNIT_CASE(fifo_by_priority_then_arrival),
	KUNIT_CASE(fifo_keeps_the_cpu_among_equals),
	KUNIT_CASE(fifo_yield_goes_behind_equals),
	KUNIT_CASE(fifo_keeps_its_place_when_preempted),
	KUNIT_CASE(fifo_place_after_a_change),
	KUNIT_CASE(rr_turn_goes_on_after_a_change),
	KUNIT_CASE(rr_takes_turns),
	KUNIT_CASE(rt_goes_where_it_need_not_wait),
	KUNIT_CASE(X7_irq_exit_preempts_at_count_0),
	KUNIT_CASE(X7_irq_exit_leaves_atomic_code_alone),
	KUNIT_CASE(cond_resched_gives_way),
	KUNIT_CASE(nice_levels_share_by_weight),
	KUNIT_CASE(equals_share_equally),
	KUNIT_CASE(who_sleeps_is_served_beside_who_spins),
	KUNIT_CASE(heap_keeps_the_order),
	KUNIT_CASE(cpu_time_is_counted),
	KUNIT_CASE(policy_limits),
	KUNIT_CASE(raising_the_priority_of_a_waiting_thread_preempts),
	KUNIT_CASE(affinity_moves_a_running_thread),
	KUNIT_CASE(affinity_moves_queued_and_sleeping_threads),
	KUNIT_CASE(affinity_of_oneself),
	KUNIT_CASE(affinity_needs_an_online_cpu),
	KUNIT_CASE(affinity_storm),
	KUNIT_CASE(spinners_spread_over_the_cpus),
	KUNIT_CASE(wakeups_on_one_cpu),
	KUNIT_CASE(wakeups_across_cpus),
	KUNIT_CASE(wakeups_anywhere),
	KUNIT_CASE(many_wakers_one_sleeper),
	KUNIT_CASE(L20_schedule_under_a_lock),
	KUNIT_CASE(L20_schedule_with_bh_off),
	KUNIT_CASE(L21_msleep_gives_only_L20),
	KUNIT_CASE(W3_msleep_in_a_softirq),
	KUNIT_CASE(hardirq_handler_that_sleeps),
	KUNIT_CASE(L19_might_sleep_under_a_lock),
	KUNIT_CASE(W4_might_sleep_with_irqs_off),
	KUNIT_CASE(proc_pid_stat_has_52_fields),
	KUNIT_CASE(proc_loadavg_has_5_fields),
	{}
};

static struct kunit_suite sched_suite = {
	.name = "sched",
	.init = sched_test_init,
	.exit = sched_test_exit,
	.test_cases = sched_cases,
};
kunit_test_suite(sched_suite);
