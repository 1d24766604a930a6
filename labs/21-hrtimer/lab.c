// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * 21 hrtimer: callbacks at a nanosecond. In the timer interrupt itself or in a softirq; and
 * periodic, when the first call comes several periods late because interrupts were off.
 */
#include "lab.h"
#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#define PERIOD	(2 * NSEC_PER_MSEC)
#define CALLS	10

/* --- Hard and soft --- */

static struct hrtimer hard, soft;
static unsigned int hard_calls, soft_calls;
static bool hard_in_hardirq, soft_in_softirq, early;

/* Context: hardirq. */
static enum hrtimer_restart hard_fn(struct hrtimer *t)
{
	hard_in_hardirq = in_hardirq() && irqs_disabled();
	early |= ktime_get() < hrtimer_get_expires(t);
	WRITE_ONCE(hard_calls, hard_calls + 1);
	return HRTIMER_NORESTART;
}

/* Context: softirq. */
static enum hrtimer_restart soft_fn(struct hrtimer *t)
{
	soft_in_softirq = in_serving_softirq() && !in_hardirq() && !irqs_disabled();
	early |= ktime_get() < hrtimer_get_expires(t);
	WRITE_ONCE(soft_calls, soft_calls + 1);
	return HRTIMER_NORESTART;
}

static void hard_and_soft(void)
{
	ktime_t when;

	hrtimer_init(&hard, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED_HARD);
	hard.function = hard_fn;
	hrtimer_init(&soft, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED_SOFT);
	soft.function = soft_fn;

	local_bh_disable();
	when = ktime_add_ns(ktime_get(), PERIOD);
	hrtimer_start(&soft, when, HRTIMER_MODE_ABS_PINNED_SOFT);
	hrtimer_start(&hard, when, HRTIMER_MODE_ABS_PINNED_HARD);
	while (!READ_ONCE(hard_calls))
		cpu_relax();
	pr_info("softirqs disabled: hard %u, soft %u\n", hard_calls, READ_ONCE(soft_calls));
	local_bh_enable();
	pr_info("enabled again: hard %u, soft %u\n", hard_calls, READ_ONCE(soft_calls));
	pr_info("hard in hardirq: %s\n", hard_in_hardirq ? "yes" : "no");
	pr_info("soft in softirq, interrupts on: %s\n", soft_in_softirq ? "yes" : "no");
	pr_info("early: %s\n", early ? "yes" : "no");
}

/* --- Periodic --- */

static struct hrtimer period;
static unsigned int calls;
static ktime_t first, last;		/* expiries */
static bool stood_still, off_the_grid;
static u64 most_at_once;		/* periods from one call to the next */
static DECLARE_COMPLETION(finished);

/* What the call before this one has made of the expiry. */
static void look_at(ktime_t expiry)
{
	if (!calls++) {
		first = last = expiry;
		return;
	}
	if (expiry <= last)
		stood_still = true;
	if ((expiry - first) % PERIOD)
		off_the_grid = true;
	most_at_once = max_t(u64, most_at_once, (expiry - last) / PERIOD);
	last = expiry;
}

/* Context: hardirq. */
static enum hrtimer_restart period_fn(struct hrtimer *t)
{
	enum hrtimer_restart ret = HRTIMER_NORESTART;

	look_at(hrtimer_get_expires(t));
	if (calls == CALLS) {
		complete(&finished);
		return ret;
	}
	/* LAB BEGIN: come back whole PERIODs after the last expiry, at the next that is not over */
	hrtimer_forward_now(t, ns_to_ktime(PERIOD));
	ret = HRTIMER_RESTART;
	/* LAB END */
	return ret;
}

static void periodic(void)
{
	unsigned long flags;
	u64 late;

	hrtimer_init(&period, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	period.function = period_fn;
	local_irq_save(flags);
	hrtimer_start(&period, ns_to_ktime(PERIOD), HRTIMER_MODE_REL_PINNED_HARD);
	late = ktime_get_ns() + 6 * PERIOD;
	while (ktime_get_ns() < late)
		;
	local_irq_restore(flags);
	wait_for_completion_timeout(&finished, HZ);
	hrtimer_cancel(&period);
	pr_info("periodic: calls %u\n", calls);
	pr_info("periodic: each expiry later than the last: %s\n", stood_still ? "no" : "yes");
	pr_info("periodic: all on the grid: %s\n", off_the_grid ? "no" : "yes");
	pr_info("periodic: missed periods made up for: %s\n", most_at_once >= 5 ? "no" : "yes");
}

static int __init lab_init(void)
{
	set_cpus_allowed_ptr(current, cpumask_of(1));
	hard_and_soft();
	periodic();
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	return 0;
}

static void __exit lab_exit(void)
{
	hrtimer_cancel(&hard);
	hrtimer_cancel(&soft);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("Lab 21: hrtimers");
MODULE_LICENSE("Dual MIT/GPL");
