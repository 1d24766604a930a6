/* SPDX-License-Identifier: MIT */
/*
 * irq_storm.c - a CPU that is busy with a device's interrupts and keeps everybody else waiting.
 *
 * A handler that claims its interrupt without silencing the device is called again as soon as it has
 * returned. The CPU takes its tick and changes threads, so it is not locked up; the interrupts are
 * claimed, so "nobody cared" does not come; and still nothing gets on.
 *
 * Invariant: a window in which the CPU was found with nothing to run is no storm, however many
 * interrupts came: nobody waited. Interrupts are timed only while a CPU was busy at its last two looks.
 */
#define pr_fmt(fmt) "watchdog: " fmt

#include <linux/interrupt.h>
#include <linux/irqdesc.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/hardirq.h>
#include <asm/tsc.h>
#include "internal.h"

#define LOOKS	5	/* of the watchdog, in a window: 2 * watchdog_thresh seconds */
#define BEFORE	2	/* looks that found the CPU busy, before it begins */
#define PERCENT	50	/* Linux's figure, where it counts interrupts for a soft lockup */

struct window {
	unsigned int looks;
	u64 ns, tsc, device_irq_tsc;	/* at its begin, as the counts */
	irq_counts_t counts;
};
static DEFINE_PER_CPU(struct window, windows);

static void begin(struct window *w)
{
	atomic_inc(&device_irq_timers);
	w->ns = sched_clock();
	w->tsc = rdtsc();
	w->device_irq_tsc = this_cpu_read(device_irq_tsc);
	memcpy(w->counts, *this_cpu_ptr(&irq_counts), sizeof(w->counts));
}

/* How often @irq came in the window; a number that was freed in it counts from 0. */
static unsigned int came(const struct window *w, unsigned int irq)
{
	unsigned int now = kstat_irqs_cpu(irq, smp_processor_id());

	return now >= w->counts[irq] ? now - w->counts[irq] : now;
}

/* Of the first action, if nobody changes the list at this moment. */
static void copy_name(char *name, size_t size, struct irq_desc *desc) __no_lock_analysis
{
	strscpy(name, "?", size);
	if (!desc || !raw_spin_trylock(&desc->lock))
		return;
	if (desc->action && desc->action->name)
		strscpy(name, desc->action->name, size);
	raw_spin_unlock(&desc->lock);
}

static void report_storm(const struct window *w, unsigned int percent)
{
	unsigned int irq = 0;
	char name[32];

	for (unsigned int i = 1; i < nr_irqs; i++)
		if (came(w, i) > came(w, irq))
			irq = i;
	copy_name(name, sizeof(name), irq_to_desc(irq));
	pr_warn("CPU#%d: %u%% of the last %llu ms went to interrupts while %s/%d waits",
		smp_processor_id(), percent, (sched_clock() - w->ns) / NSEC_PER_MSEC, current->comm,
		current->pid);
	pr_cont("; %u were irq %u (%s): does its handler silence the device?\n", came(w, irq), irq,
		name);
}

void end_irq_storm_window(void)
{
	struct window *w = this_cpu_ptr(&windows);

	if (w->looks >= BEFORE)
		atomic_dec(&device_irq_timers);
	w->looks = 0;
}

/* Context: the watchdog's interrupt. */
void check_irq_storm(void)
{
	struct window *w = this_cpu_ptr(&windows);
	u64 percent;

	if (is_idle_task(current) && !need_resched()) {
		end_irq_storm_window();
	} else if (++w->looks == BEFORE) {
		begin(w);
	} else if (w->looks == BEFORE + LOOKS) {
		percent = (this_cpu_read(device_irq_tsc) - w->device_irq_tsc) * 100 /
			  (rdtsc() - w->tsc);
		if (percent >= PERCENT)
			report_storm(w, percent);
		end_irq_storm_window();
	}
}
