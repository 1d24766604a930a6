/* SPDX-License-Identifier: MIT */
/* For suites: to be in a certain context, for certain. */
#ifndef _TESTS_CONTEXT_H
#define _TESTS_CONTEXT_H

#include <linux/boot_info.h>
#include <linux/delay.h>
#include <linux/string.h>
#include <linux/types.h>

/* Bind the calling thread to @cpu; let it go anywhere again (every suite's exit does). */
void pin_to_cpu(unsigned int cpu);
void unpin(void);

/*
 * Call fn(arg) in a hardirq that interrupts the caller on this CPU, and return when the interrupt's
 * exit is through: what it raised has had its chance to run inline. The interrupt is an irq_work
 * self-IPI, queued with interrupts off, so that it lands exactly where they come on again and finds
 * the caller's own preempt_count. Context: pinned or not preemptible; IRQs on.
 */
void call_in_hardirq(void (*fn)(void *arg), void *arg);

/*
 * With threadirqs ksoftirqd runs what an interrupt raised: wait until it has run @nr on this CPU.
 * Elsewhere the interrupt's exit has, and nothing is waited for. Context: pinned. May sleep.
 */
void let_ksoftirqd_run(unsigned int nr);

/*
 * Return when a jiffy has just begun: what takes much less than one has time until the next. Where
 * the host lets CPUs wait, look at jiffies afterwards. Context: IRQs on.
 */
void await_jiffy(void);

/* Write @v to /proc/sys/kernel/@name. The exit status of the write: 0. May sleep. */
int set_knob(const char *name, int v);

/* Wait until @cond, a volatile or READ_ONCE expression, holds, by sleeping; false after ~10 s. */
#define wait_until(cond) ({						\
	int __n = 10000;						\
	while (!(cond) && --__n)					\
		msleep(1);						\
	(cond); })

/*
 * The machine of --seed: CPU time passes only by instructions. Elsewhere the host takes CPUs away
 * for milliseconds, and only bounds that survive that may be asked for.
 */
static inline bool deterministic(void)
{
	return strstr(boot_info.cmdline, "seed=") != NULL;
}

#endif
