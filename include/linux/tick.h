/* SPDX-License-Identifier: MIT */
/*
 * The tick: jiffies, time slices and timers HZ times a second on every busy CPU, and none on a CPU
 * that idles without timers (nohz=off keeps it).
 */
#ifndef _LINUX_TICK_H
#define _LINUX_TICK_H

#include <linux/types.h>

#define TICK_DO_TIMER_NONE -1

/* ---- called by the idle loop (kernel/sched/idle.c), irqs on or off as said ---- */

/*
 * tick_nohz_idle_enter - the idle loop begins. Context: idle thread, irqs on; turns them off
 * inside.
 */
void tick_nohz_idle_enter(void);

/*
 * tick_nohz_idle_stop_tick - no need_resched, about to halt: stop the tick if no timer needs it.
 * Pending softirqs keep it, with Q20's message. Context: idle thread, irqs off.
 */
void tick_nohz_idle_stop_tick(void);

/*
 * tick_nohz_idle_exit - the idle loop ends: jiffies up to date, tick running. Context: idle thread,
 * irqs on or off.
 */
void tick_nohz_idle_exit(void);

/* ---- called by irq_enter/irq_exit (kernel/softirq.c) when the idle thread was interrupted ---- */

/* tick_irq_enter - bring jiffies up to date, stop counting idle time. Context: irqs off. */
void tick_irq_enter(void);

/* tick_irq_exit - count idle time again. Context: irqs off, the last interrupt level left. */
void tick_irq_exit(void);

/* ---- facts ---- */

/* tick_do_timer_cpu - the CPU that advances jiffies, TICK_DO_TIMER_NONE while all idle (X14). */
extern int tick_do_timer_cpu;

extern bool tick_nohz_enabled;		    /* idle CPUs stop their tick */
extern unsigned int nohz_softirq_reported; /* Q20's messages so far */

/* tick_nohz_tick_stopped - this CPU's tick is stopped. */
bool tick_nohz_tick_stopped(void);

/* tick_kick_cpu - make idle CPU @cpu look at its timers again. Context: any but NMI. */
void tick_kick_cpu(int cpu);

/* tick_nohz_disable - no CPU may stop its tick from now on; @why goes to the log. Context: boot. */
void tick_nohz_disable(const char *why);

/* ---- CPU time by context, sampled by the tick (idle: measured in ns) ---- */

enum cpu_usage_stat {
	CPUTIME_USER, CPUTIME_NICE, CPUTIME_SYSTEM, CPUTIME_IDLE, CPUTIME_IRQ, CPUTIME_SOFTIRQ,
	NR_CPU_STATS,
};

/* cpu_time_ns - ns that @cpu spent in @stat since boot. Context: any. */
u64 cpu_time_ns(int cpu, enum cpu_usage_stat stat);

#endif
