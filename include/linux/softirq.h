/* SPDX-License-Identifier: MIT */
/*
 * Between the entry code and the softirq engine: the two gates around every interrupt, irq_enter()
 * and irq_exit(), and what only softirq.c, the entry code and the tests use.
 */
#ifndef _LINUX_SOFTIRQ_H
#define _LINUX_SOFTIRQ_H

#include <linux/interrupt.h>
#include <linux/lockdep.h>
#include <linux/sched.h>

/* One action per vector for all CPUs, set at boot (Q3). Suites put their own in and back. */
extern struct softirq_action softirq_vec[NR_SOFTIRQS];

/*
 * Debug builds: when a vector's bit was last set on a CPU, by whom and from where (innermost first),
 * for reports. kernel/locking/softirq_debug.c.
 */
struct softirq_raise {
	u64 when;			/* ns; 0: never */
	char comm[TASK_COMM_LEN];
	pid_t pid;
	u32 preempt_count;
	unsigned long callers[6];
};
void debug_softirq_raise(unsigned int nr);
struct softirq_raise debug_softirq_raised(unsigned int nr, unsigned int cpu);

/* Why a run of softirqs is over after a pass; the softirq_pass event tells. */
enum softirq_end { SOFTIRQ_EMPTY, SOFTIRQ_RESTARTS, SOFTIRQ_TIME, SOFTIRQ_RESCHED, SOFTIRQ_GO_ON };

/* A knob, kernel/softirq_defer_to_ksoftirqd; see there. */
#define DEFER_WHILE_RUNNING	1U
#define DEFER_ALL		2U
extern unsigned int softirq_defer_to_ksoftirqd;

/* entry.S: __do_softirq() on this CPU's IRQ stack. Context: task, IRQs off. */
void do_softirq_own_stack(void);

/* The rest of the two gates, for the cases that are not everyday: kernel/softirq.c. */
void irq_enter_idle(void);
void irq_exit_slow(void);

/* Context: entry code, IRQs off. Adds HARDIRQ_OFFSET; fixes up the tick of an idle CPU (X2). */
static __always_inline void irq_enter(void)
{
	if (DEBUG_LOCKS)
		trace_irq_disable(_THIS_IP_, _RET_IP_);	/* the machine did it */
	preempt_count_add(HARDIRQ_OFFSET);
	if (unlikely(is_idle_task(current)))
		irq_enter_idle();
}

/* Context: end of an interrupt, IRQs off. Runs pending softirqs unless nested (X4). */
static __always_inline void irq_exit(void)
{
	lockdep_assert_irqs_disabled();
	preempt_count_sub(HARDIRQ_OFFSET);
	if (unlikely(local_softirq_pending() || is_idle_task(current)))
		irq_exit_slow();
	if (DEBUG_LOCKS)
		trace_irq_enable(_THIS_IP_, _RET_IP_);	/* iretq will */
}

#endif
