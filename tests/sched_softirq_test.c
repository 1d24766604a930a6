/* SPDX-License-Identifier: MIT */
/* SCHED_SOFTIRQ through its one user, the tick that is due for balancing. */
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/softirq.h>
#include <linux/tick.h>
#include <asm/hardirq.h>

#include "../kernel/sched/sched.h"
#include "../kernel/time/tick-internal.h"
#include "context.h"
#include "sched_util.h"
#include "time_util.h"

#define ROUNDS	20
#define INTERVAL_MS	12

static unsigned int sched_runs(int cpu)
{
	return kstat_softirqs_cpu(SCHED_SOFTIRQ, cpu);
}

static void busy_until(unsigned long end)
{
	while (time_before(jiffies, end))
		udelay(20);
}

/*
 * A busy CPU balances once in each interval, no more and no less. Begins just after a balancing, and
 * ends in the middle between two.
 */
static void a_busy_cpu_balances_once_in_an_interval(struct kunit *test)
{
	unsigned int interval = msecs_to_jiffies(INTERVAL_MS), before, n;
	int cpu = pin_here(test);

	if (num_online_cpus() == 1)
		kunit_skip(test, "one CPU has nobody to balance with");
	KUNIT_ASSERT_EQ(test, set_knob("sched_balance_interval_ms", INTERVAL_MS), 0);
	for (int i = 0; i < 2; i++) {	/* the first may still come from the former interval */
		before = sched_runs(cpu);
		while (sched_runs(cpu) == before)
			udelay(20);
	}
	before = sched_runs(cpu);
	busy_until(jiffies + ROUNDS * interval + interval / 2);
	n = sched_runs(cpu) - before;
	KUNIT_EXPECT_EQ(test, set_knob("sched_balance_interval_ms", 8), 0);
	if (exact_step_ns())
		KUNIT_EXPECT_EQ(test, n, ROUNDS);
	else		/* a host that swallows ticks takes balancings with them */
		KUNIT_EXPECT_TRUE(test, n > 0 && n <= ROUNDS);
}

/* ---- who waits behind a busy CPU, and a CPU that idles without a tick ---- */

static int note_cpu(struct member *me)
{
	WRITE_ONCE(me->arg, raw_smp_processor_id());
	return 0;
}

/* It halts, and no tick of its own will make it look for work. */
static bool halts_without_tick(int cpu)
{
	return idle_cpu(cpu) && READ_ONCE(per_cpu(tick_cpu_sched, cpu).stopped);
}

/* What happened to a thread that had to wait: where it ran (-1: nowhere), and the IPIs that took. */
struct kick {
	long ran_on;
	unsigned int ipis, balancings;
};

/*
 * Let @m wait behind this thread, which keeps its CPU, where @idle could run it at once. Until it
 * has run, or this CPU has balanced more than @most times. Context: pinned, @idle halts without a
 * tick.
 */
static void wait_behind_us(struct member *m, int idle, unsigned int most, struct kick *k)
{
	unsigned long end = jiffies + HZ;	/* that a balancing is missing shall not hang */
	int here = raw_smp_processor_id();
	unsigned int runs, ipis;
	struct cpumask both;

	cpumask_copy(&both, cpumask_of(here));
	cpumask_set_cpu(idle, &both);
	preempt_disable();
	ipis = per_cpu(irq_stat, idle).irq_resched_count;
	runs = sched_runs(here);
	wake_up_process(m->task);		/* bound to this CPU, so it is queued here */
	do_set_cpus_allowed(m->task, &both);	/* and may go, but nobody takes it there */
	while (READ_ONCE(m->arg) < 0 && sched_runs(here) - runs <= most &&
	       time_before(jiffies, end))
		udelay(20);
	k->ran_on = READ_ONCE(m->arg);
	k->ipis = per_cpu(irq_stat, idle).irq_resched_count - ipis;
	k->balancings = sched_runs(here) - runs;
	preempt_enable();
}

/*
 * The first balancing of the busy CPU calls the idle one, which pulls. Nothing else would: without
 * its tick it does not look by itself, and the busy one only pulls.
 */
static void a_cpu_without_tick_is_called_for_who_waits(struct kunit *test)
{
	int here = pin_here(test), idle = other_cpu(test);
	struct crew *c = crew_new(test);
	struct kick k = { .ran_on = -1 };

	if (!tick_nohz_enabled)
		kunit_skip(test, "no CPU stops its tick on this machine");
	if (softirq_defer_to_ksoftirqd)
		kunit_skip(test, "the balancing waits for ksoftirqd, which waits for us");
	/* Where CPUs run at once, another thread may come between, or the host hold the idle CPU up. */
	for (int tries = 0; tries < (deterministic() ? 1 : 20) && k.ran_on != idle; tries++) {
		struct member *m = crew_add(test, c, here, note_cpu, -1);

		KUNIT_ASSERT_TRUE(test, wait_until(halts_without_tick(idle)));
		wait_behind_us(m, idle, 3, &k);
	}
	KUNIT_EXPECT_EQ(test, k.ran_on, idle);
	if (deterministic()) {
		KUNIT_EXPECT_EQ(test, k.balancings, 1);
		KUNIT_EXPECT_EQ(test, k.ipis, 1);
	}
}

static struct kunit_case sched_softirq_cases[] = {
	KUNIT_CASE(a_busy_cpu_balances_once_in_an_interval),
	KUNIT_CASE(a_cpu_without_tick_is_called_for_who_waits),
	{}
};

static struct kunit_suite sched_softirq_suite = {
	.name = "sched_softirq",
	.test_cases = sched_softirq_cases,
};
kunit_test_suite(sched_softirq_suite);
