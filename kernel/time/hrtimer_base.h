/* SPDX-License-Identifier: MIT */
/* A CPU's high-resolution timers: of hrtimer.c, and read by /proc/timer_list. */
#ifndef _KERNEL_TIME_HRTIMER_BASE_H
#define _KERNEL_TIME_HRTIMER_BASE_H

#include <linux/hrtimer.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>

struct hrtimer_queue {
	struct rb_root_cached timers;	/* by expiry; equal ones in the order in which they were started */
	struct hrtimer *running;
	enum hrtimer_restart (*running_function)(struct hrtimer *);	/* it may have freed that one */
};

#define for_each_queued_hrtimer(t, queue)							\
	for (t = rb_entry_safe(rb_first_cached(&(queue)->timers), struct hrtimer, node); t;	\
	     t = rb_entry_safe(rb_next(&t->node), struct hrtimer, node))

struct hrtimer_base {
	raw_spinlock_t lock;
	struct hrtimer_queue hard, soft;
	bool in_interrupt;		/* the device is programmed at the end, not in between */
	bool softirq_raised;		/* and has not run: soft expiries need no interrupt now */
	u64 nr_runs;			/* of callbacks */
	/* For /proc/timer_list. */
	ktime_t expires_next;		/* what the device was last programmed for */
	u64 nr_events, nr_retries, nr_hangs, max_hang_ns;
};

DECLARE_PER_CPU(struct hrtimer_base, hrtimer_bases);

#endif
