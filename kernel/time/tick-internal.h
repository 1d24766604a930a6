/* SPDX-License-Identifier: MIT */
/* Private to kernel/time: a CPU's tick, shared by tick.c (it runs) and nohz.c (it is stopped). */
#ifndef _TICK_INTERNAL_H
#define _TICK_INTERNAL_H

#include <linux/hrtimer.h>
#include <linux/percpu.h>
#include <linux/tick.h>

/* Written by its own CPU only, irqs off; read by anyone for statistics. */
struct tick_sched {
	struct hrtimer timer;
	bool stopped;	    /* timer is set for the next wheel timer, or not at all */
	bool inidle;	    /* between tick_nohz_idle_enter and _exit */
	ktime_t idle_entry; /* since when it idles; 0: it is busy, or in an interrupt */
	u64 idle_ns;	    /* sum of finished idle periods */
	u64 ticks;	    /* tick interrupts handled */
	u64 missed;	    /* ticks that came while the one before was still late */
	unsigned long last_jiffies; /* as this CPU's tick last saw them move */
	unsigned int stalled;	    /* ticks since */
	u64 sampled_ns[NR_CPU_STATS];
};

DECLARE_PER_CPU(struct tick_sched, tick_cpu_sched);

/* tick_idle_ns - idle time of a CPU including the period that is going on. Context: any. */
u64 tick_idle_ns(struct tick_sched *ts);

/* tick_start - tick at the next multiple of TICK_NSEC after @now. Context: own CPU, irqs off. */
void tick_start(struct tick_sched *ts, ktime_t now);

/* tick_update_jiffies - bring jiffies up to @now; several CPUs may try. Context: irqs off. */
void tick_update_jiffies(ktime_t now);

/*
 * tick_read_jiffies - jiffies and the moment of its last increment, consistent. Context: irqs off.
 */
unsigned long tick_read_jiffies(ktime_t *since);

/* tick_handover - give up the jiffies duty (the CPU goes away). Context: this CPU, irqs off. */
void tick_handover(void);

/* tick_nohz_cpu_dying - as if it had left idle, but for the tick. Context: this CPU, irqs off. */
void tick_nohz_cpu_dying(struct tick_sched *ts);

/* timekeeping_init - read the wall clock. Context: boot. */
void timekeeping_init(void);

#endif
