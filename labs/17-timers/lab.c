// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * 17 timers: callbacks at a jiffy, in a softirq. Armed three times, periodic without drift, and
 * stopped while the callback runs on another CPU.
 */
#include "lab.h"
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/timer.h>

#define PERIOD	10	/* jiffies */
#define WORK	3	/* jiffies that a call of the periodic timer works */
#define CALLS	5

static unsigned int calls;
static DECLARE_COMPLETION(finished);

/* --- Armed three times --- */

static struct timer_list once;
static bool early, right_context;
static int ran_on;

/* Context: softirq. */
static void once_fn(struct timer_list *t)
{
	calls++;
	early = time_before(jiffies, t->expires);
	right_context = in_serving_softirq() && !in_hardirq() && !irqs_disabled();
	ran_on = smp_processor_id();
	complete(&finished);
}

static void three_times(void)
{
	int was_pending[3];

	timer_setup(&once, once_fn, TIMER_PINNED);
	for (int i = 0; i < 3; i++)
		was_pending[i] = mod_timer(&once, jiffies + PERIOD + i);
	wait_for_completion(&finished);
	msleep(jiffies_to_msecs(PERIOD));
	pr_info("armed three times: it was pending %d %d %d, calls %u\n", was_pending[0],
		was_pending[1], was_pending[2], calls);
	pr_info("in a softirq with interrupts on: %s\n", right_context ? "yes" : "no");
	pr_info("on CPU %d, early: %s\n", ran_on, early ? "yes" : "no");
}

/* --- Periodic --- */

static struct timer_list period;
static unsigned long first_expiry, last_expiry;

static void work(void)
{
	mdelay(jiffies_to_msecs(WORK));
}

/* Context: softirq. */
static void period_fn(struct timer_list *t)
{
	if (!calls++)
		first_expiry = t->expires;
	last_expiry = t->expires;
	/* LAB BEGIN: work(); come back each PERIOD, or after CALLS complete(&finished) */
	work();
	if (calls < CALLS)
		mod_timer(t, t->expires + PERIOD);
	else
		complete(&finished);
	/* LAB END */
}

static void periodic(void)
{
	calls = 0;
	timer_setup(&period, period_fn, TIMER_PINNED);
	mod_timer(&period, jiffies + PERIOD);
	wait_for_completion_timeout(&finished, HZ + CALLS * 2 * PERIOD);
	pr_info("periodic: calls %u\n", calls);
	pr_info("periodic: first to last in periods: %lu, and jiffies: %lu\n",
		(last_expiry - first_expiry) / PERIOD, (last_expiry - first_expiry) % PERIOD);
}

/* --- Stopped while it runs --- */

static struct timer_list elsewhere;
static bool inside, stopping;

/* Context: softirq of CPU 2. */
static void elsewhere_fn(struct timer_list *t)
{
	WRITE_ONCE(inside, true);
	while (!READ_ONCE(stopping))
		cpu_relax();
	mdelay(5);
	WRITE_ONCE(inside, false);
}

static void stop(struct timer_list *t)
{
	/* LAB BEGIN: see to it that @t is not pending, and does not run when you return */
	timer_delete_sync(t);
	/* LAB END */
}

static void stopped(void)
{
	timer_setup(&elsewhere, elsewhere_fn, TIMER_PINNED);
	elsewhere.expires = jiffies + 1;
	add_timer_on(&elsewhere, 2);
	while (!READ_ONCE(inside))
		msleep(1);
	WRITE_ONCE(stopping, true);
	stop(&elsewhere);
	pr_info("stopped, and its callback still runs: %s\n", READ_ONCE(inside) ? "yes" : "no");
}

static int __init lab_init(void)
{
	set_cpus_allowed_ptr(current, cpumask_of(1));
	three_times();
	periodic();
	stopped();
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	timer_delete_sync(&period);
	timer_delete_sync(&elsewhere);
	return 0;
}

static void __exit lab_exit(void)
{
	timer_delete_sync(&once);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("Lab 17: timers");
MODULE_LICENSE("Dual MIT/GPL");
