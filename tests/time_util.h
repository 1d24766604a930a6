/* SPDX-License-Identifier: MIT */
/* Helpers of the time and timer suites. */
#ifndef _TESTS_TIME_UTIL_H
#define _TESTS_TIME_UTIL_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/ktime.h>
#include <linux/smp.h>
#include <asm/tsc.h>

struct on_cpu_call {
	void (*fn)(void *arg);
	void *arg;
	struct completion done;
};

static int on_cpu_thread(void *data)
{
	struct on_cpu_call *c = data;

	c->fn(c->arg);
	kthread_complete_and_exit(&c->done, 0);
}

/* Start fn(arg) in a thread bound to @cpu; wait with wait_for_completion(&c->done). */
static inline void start_on_cpu(struct kunit *test, struct on_cpu_call *c, int cpu,
				void (*fn)(void *), void *arg)
{
	struct task_struct *k;

	c->fn = fn;
	c->arg = arg;
	init_completion(&c->done);
	k = kthread_run_on_cpu(on_cpu_thread, c, cpu, "time_test/%u");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, k);
}

static inline void run_on_cpu(struct kunit *test, int cpu, void (*fn)(void *), void *arg)
{
	struct on_cpu_call c;

	start_on_cpu(test, &c, cpu, fn, arg);
	wait_for_completion(&c.done);
}

/* An online CPU other than this thread's; skips the case if there is none. Context: pinned. */
static inline int other_cpu(struct kunit *test)
{
	int me = raw_smp_processor_id(), cpu;

	for_each_online_cpu(cpu)
		if (cpu != me)
			return cpu;
	kunit_skip(test, "needs a second CPU");
	return -1;
}

/*
 * ns that one turn of a short loop takes, if it takes always the same (icount); 0 if time here is
 * at the mercy of a host, and only "never early" can be demanded.
 */
static inline u64 exact_step_ns(void)
{
	static u64 at[256];
	unsigned long flags;
	u64 step;

	/* Nothing but stamps in this loop: a branch that goes another way once would be a longer turn. */
	local_irq_save(flags);
	for (int i = 0; i < ARRAY_SIZE(at); i++)
		WRITE_ONCE(at[i], rdtsc());
	local_irq_restore(flags);
	step = at[2] - at[1];
	for (int i = 2; i < ARRAY_SIZE(at); i++)
		if (at[i] - at[i - 1] != step)
			return 0;
	return step ? max_t(u64, tsc_to_ns(step), 1) : 0;
}

/* How late something may be: @steps turns of that loop, plus what nobody can promise. */
static inline s64 allowed_ns(unsigned int steps)
{
	u64 step = exact_step_ns();

	return step ? (s64)(step * steps) : (s64)(10 * NSEC_PER_SEC);
}

/* Keep the calling thread on one CPU for the case. */
static void unpin_action(void *unused)
{
	set_cpus_allowed_ptr(current, cpu_possible_mask);
}

static inline int pin_here(struct kunit *test)
{
	int cpu = raw_smp_processor_id();

	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, unpin_action, NULL), 0);
	return cpu;
}

/*
 * Wait for another CPU's @cond. Mostly by delays: a loop of nothing but pauses makes no virtual
 * time pass under icount, only host time.
 */
#define spin_until(cond)             \
	do {                         \
		while (!(cond)) {    \
			udelay(2);   \
			cpu_relax(); \
		}                    \
	} while (0)

/* Spin without sleeping, interrupts and ticks coming in. */
static inline void busy_ms(unsigned int ms)
{
	for (unsigned int i = 0; i < ms * 10; i++)
		udelay(100);
}

#endif
