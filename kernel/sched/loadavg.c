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

/* The sum of one field of all run queues. */
#define rq_sum(field) ({							\
	typeof(((struct rq *)0)->field) __sum = 0;				\
	unsigned int __cpu;							\
										\
	for_each_possible_cpu(__cpu)						\
		__sum += READ_ONCE(cpu_rq(__cpu)->field);			\
	__sum; })

static unsigned long active_threads(void)
{
	return max(rq_sum(nr_running) + rq_sum(nr_uninterruptible), 0L);
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
	return rq_sum(nr_running);
}

u64 nr_context_switches(void)
{
	return rq_sum(nr_switches);
}
