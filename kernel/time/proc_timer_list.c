/* SPDX-License-Identifier: MIT */
/*
 * /proc/timer_list: the high-resolution timers of each CPU and the device that drives them, in Linux's
 * words. Timers of the wheel are not in it there, nor here.
 */
#include <linux/clockchips.h>
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/tick.h>

#include "hrtimer_base.h"
#include "tick-internal.h"

#define MAX_SHOWN	100	/* timers of a queue, which are copied with the lock held */

struct shown {
	const struct hrtimer *timer;
	enum hrtimer_restart (*function)(struct hrtimer *timer);
	ktime_t expires;
};

/* The queue as it is at one moment. The lock is not held while it is printed. */
static unsigned int copy_queue(struct hrtimer_base *base, struct hrtimer_queue *queue,
			       struct shown *to)
{
	struct hrtimer *t;
	unsigned int n = 0;

	guard(raw_spinlock_irqsave)(&base->lock);
	for_each_queued_hrtimer(t, queue)
		if (n < MAX_SHOWN)
			to[n++] = (struct shown){ t, t->function, t->expires };
	return n;
}

static void show_queue(struct seq_file *m, struct hrtimer_base *base, struct hrtimer_queue *queue,
		       ktime_t now,
		       struct shown *shown)
{
	unsigned int n = copy_queue(base, queue, shown);

	seq_printf(m, " clock %d:\n  .index:      1\n  .resolution: 1 nsecs\nactive timers:\n", queue == &base->soft);
	for (unsigned int i = 0; i < n; i++)
		seq_printf(m, " #%u: <%px>, %ps, S:01\n # expires at %lld-%lld nsecs [in %lld to %lld nsecs]\n", i,
			   shown[i].timer, shown[i].function, shown[i].expires, shown[i].expires,
			   shown[i].expires - now, shown[i].expires - now);
}

static void show_cpu(struct seq_file *m, unsigned int cpu, ktime_t now, struct shown *shown)
{
	struct hrtimer_base *base = per_cpu_ptr(&hrtimer_bases, cpu);
	struct tick_sched *ts = per_cpu_ptr(&tick_cpu_sched, cpu);

	seq_printf(m, "\ncpu: %u\n", cpu);
	show_queue(m, base, &base->hard, now, shown);
	show_queue(m, base, &base->soft, now, shown);
	seq_printf(m, "  .expires_next   : %lld nsecs\n  .softirq_activated: %d\n", base->expires_next,
		   base->softirq_raised);
	seq_printf(m, "  .nr_events      : %llu\n  .nr_retries     : %llu\n  .nr_hangs       : %llu\n"
		   "  .max_hang_time  : %llu nsecs\n", base->nr_events, base->nr_retries, base->nr_hangs,
		   base->max_hang_ns);
	seq_printf(m, "  .tick_stopped   : %d\n  .idle_sleeptime : %llu nsecs\n  .ticks          : %llu\n"
		   "  .missed         : %llu\njiffies: %lu\n", ts->stopped, tick_idle_ns(ts), ts->ticks, ts->missed,
		   jiffies);
}

static int timer_list_show(struct seq_file *m, void *v)
{
	struct shown *shown = kmalloc_array(MAX_SHOWN, sizeof(*shown), GFP_KERNEL);
	ktime_t now = ktime_get();
	unsigned int cpu;

	if (!shown)
		return -ENOMEM;
	seq_printf(m, "Timer List Version: v0.9\nHRTIMER_MAX_CLOCK_BASES: 2\nnow at %lld nsecs\n", now);
	for_each_online_cpu(cpu)
		show_cpu(m, cpu, now, shown);
	kfree(shown);
	for_each_online_cpu(cpu) {
		struct clock_event_device *dev = tick_device(cpu);

		seq_printf(m, "\nTick Device: mode:     1\nPer CPU device: %u\nClock Event Device: %s\n", cpu,
			   dev ? dev->name : "<NULL>");
		if (dev)
			seq_printf(m, " max_delta_ns:   %llu\n min_delta_ns:   %llu\n mult:           %llu\n"
				   " shift:          %u\n set_next_event: %ps\n event_handler:  hrtimer_interrupt\n",
				   dev->max_delta_ns, dev->min_delta_ns, dev->mult, CLOCK_EVT_SHIFT,
				   dev->set_next_event);
	}
	return 0;
}

static int __init timer_list_init(void)
{
	proc_create_single("timer_list", 0400, NULL, timer_list_show);
	return 0;
}
fs_initcall(timer_list_init);
