/* SPDX-License-Identifier: MIT */
/*
 * Load averages: how many threads wanted to run or slept uninterruptibly, sampled every five seconds
 * and averaged with a decay of 1, 5 and 15 minutes. Fixed point with 11 bits behind the point.
 */
#include <linux/jiffies.h>
#include <linux/init.h>
#include "sched.h"

#define LOAD_FREQ	(5UL * HZ + 1)	/* one more than a round number, against others' rhythms */

/* exp(-5 s / 1, 5, 15 min) in 1/2048: what remains of the old value at each sample. */
static const unsigned long decay[3] = { 1884, 2014, 2037 };

unsigned long avenrun[3];
static unsigned long next_sample;

static unsigned long active_threads(void)
{
	long active = 0;
	int cpu;

	for_each_online_cpu(cpu)
		active += (long)READ_ONCE(cpu_rq(cpu)->nr_running) +
			  READ_ONCE(cpu_rq(cpu)->nr_uninterruptible);
	return active > 0 ? active : 0;
}

/* Rounds towards @active, so that it is reached. */
static unsigned long one_step(unsigned long load, unsigned long exp, unsigned long active)
{
	unsigned long new = load * exp + active * (FIXED_1 - exp);

	if (active >= load)
		new += FIXED_1 - 1;
	return new / FIXED_1;
}

/*
 * Take the sample if it is due, whichever CPU comes first; samples that nobody took, because all
 * CPUs idled without a tick, count as idle. Context: any.
 */
void calc_global_load(void)
{
	unsigned long due = READ_ONCE(next_sample), now = jiffies, active;

	if (time_before(now, due) && due)
		return;
	if (cmpxchg(&next_sample, due, now + LOAD_FREQ) != due || !due)
		return;
	for (; time_after_eq(now, due + LOAD_FREQ); due += LOAD_FREQ)
		for (int i = 0; i < 3; i++)
			avenrun[i] = one_step(avenrun[i], decay[i], 0);
	active = active_threads() * FIXED_1;
	for (int i = 0; i < 3; i++)
		avenrun[i] = one_step(avenrun[i], decay[i], active);
}

unsigned int nr_running(void)
{
	unsigned int sum = 0;
	int cpu;

	for_each_online_cpu(cpu)
		sum += READ_ONCE(cpu_rq(cpu)->nr_running);
	return sum;
}

u64 nr_context_switches(void)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(cpu_rq(cpu)->nr_switches);
	return sum;
}
