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
	bool idle_active;   /* idling and not in an interrupt: idle_entry is valid */
	ktime_t idle_entry;
	ktime_t last_tick;  /* when the tick should have come next when it was stopped */
	ktime_t next_stop;  /* what timer was set to while stopped; KTIME_MAX: nothing */
	u64 idle_ns;	    /* sum of finished idle periods */
	u64 ticks, missed, stops;
	u64 sampled_ns[NR_CPU_STATS];
};

DECLARE_PER_CPU(struct tick_sched, tick_cpu_sched);

/* tick_idle_ns - idle time of a CPU including the period that is going on. Context: any. */
u64 tick_idle_ns(struct tick_sched *ts);

/* timekeeping_init - read the wall clock. Context: boot. */
void timekeeping_init(void);

#endif
