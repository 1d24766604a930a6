/* SPDX-License-Identifier: MIT */
/* SCHED_SOFTIRQ through its one user, the tick that is due for balancing. */
#include <linux/interrupt.h>
#include <linux/jiffies.h>

#include "context.h"
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

static struct kunit_case sched_softirq_cases[] = {
	KUNIT_CASE(a_busy_cpu_balances_once_in_an_interval),
	{}
};

static struct kunit_suite sched_softirq_suite = {
	.name = "sched_softirq",
	.test_cases = sched_softirq_cases,
};
kunit_test_suite(sched_softirq_suite);
