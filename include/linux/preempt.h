/* SPDX-License-Identifier: MIT */
/*
 * The context word. One 32-bit word per CPU says what this CPU may do now (P1-P6):
 *
 *   31              23    20 19    16 15             8 7              0
 *   +---------------+-------+--------+----------------+----------------+
 *   | !need_resched |  NMI  |  HARD  |    SOFTIRQ     |    PREEMPT     |
 *   +---------------+-------+--------+----------------+----------------+
 *
 * Bit 8 alone means "serving a softirq"; local_bh_disable() adds twice that, so both are told apart.
 * Bit 31 is stored inverted: one decrement that reaches zero means "may preempt and should".
 * Every preempt transition passes preempt_count_add() or preempt_count_sub().
 */
#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

#include <linux/types.h>
#include <linux/lockdep.h>

#define PREEMPT_BITS	8
#define SOFTIRQ_BITS	8
#define HARDIRQ_BITS	4
#define NMI_BITS	4

#define PREEMPT_SHIFT	0
#define SOFTIRQ_SHIFT	(PREEMPT_SHIFT + PREEMPT_BITS)
#define HARDIRQ_SHIFT	(SOFTIRQ_SHIFT + SOFTIRQ_BITS)
#define NMI_SHIFT	(HARDIRQ_SHIFT + HARDIRQ_BITS)

#define PREEMPT_OFFSET	(1U << PREEMPT_SHIFT)
#define SOFTIRQ_OFFSET	(1U << SOFTIRQ_SHIFT)
#define HARDIRQ_OFFSET	(1U << HARDIRQ_SHIFT)
#define NMI_OFFSET	(1U << NMI_SHIFT)

#define PREEMPT_MASK	(((1U << PREEMPT_BITS) - 1) << PREEMPT_SHIFT)
#define SOFTIRQ_MASK	(((1U << SOFTIRQ_BITS) - 1) << SOFTIRQ_SHIFT)
#define HARDIRQ_MASK	(((1U << HARDIRQ_BITS) - 1) << HARDIRQ_SHIFT)
#define NMI_MASK	(((1U << NMI_BITS) - 1) << NMI_SHIFT)

#define SOFTIRQ_DISABLE_OFFSET	(2 * SOFTIRQ_OFFSET)
#define PREEMPT_DISABLE_OFFSET	PREEMPT_OFFSET
#define PREEMPT_LOCK_OFFSET	PREEMPT_OFFSET
/* spin_lock_bh(): BH and preemption off with one add (P5). */
#define SOFTIRQ_LOCK_OFFSET	(SOFTIRQ_DISABLE_OFFSET + PREEMPT_LOCK_OFFSET)

/* P11: what a task's word must be inside the switch, and what a new one starts with. */
#define FORK_PREEMPT_COUNT	(2 * PREEMPT_DISABLE_OFFSET)
#define INIT_PREEMPT_COUNT	PREEMPT_OFFSET

#include <asm/preempt.h>

#define nmi_count()		(preempt_count() & NMI_MASK)
#define hardirq_count()		(preempt_count() & HARDIRQ_MASK)
#define softirq_count()		(preempt_count() & SOFTIRQ_MASK)
#define irq_count()		(preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK))

#define in_nmi()		(nmi_count() != 0)
#define in_hardirq()		(hardirq_count() != 0)
#define in_irq()		in_hardirq()
#define in_serving_softirq()	((softirq_count() & SOFTIRQ_OFFSET) != 0)
#define in_softirq()		(softirq_count() != 0)
#define in_interrupt()		(irq_count() != 0)
#define in_task() \
	(!(preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET)))
#define in_atomic()		(preempt_count() != 0)
#define preemptible()		(preempt_count() == 0 && !irqs_disabled())

/* 0 task, 1 softirq (serving), 2 hardirq, 3 NMI: the highest that applies (P8, P10). */
static __always_inline unsigned int interrupt_context_level(void)
{
	unsigned int pc = preempt_count(), level = 0;

	level += !!(pc & NMI_MASK);
	level += !!(pc & (NMI_MASK | HARDIRQ_MASK));
	level += !!(pc & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET));
	return level;
}

/* Debug builds: a count that would overflow is reported; one that would underflow is left (P12). */
bool preempt_count_check_add(u32 val);
bool preempt_count_check_sub(u32 val);

/*
 * Debug builds: does a step of @val begin or end a section that cannot be preempted? What an interrupt
 * adds for itself does not count.
 */
#define preempt_section(val) \
	(DEBUG_LOCKS && !((val) & (HARDIRQ_MASK | NMI_MASK)) && preempt_count() == (val))

static __always_inline void preempt_count_add(u32 val)
{
	if (DEBUG_LOCKS)
		preempt_count_check_add(val);
	__preempt_count_add(val);
	if (DEBUG_LOCKS && trace_preempt_disable_enabled() && preempt_section(val))
		trace_preempt_disable(_THIS_IP_, _RET_IP_);
}

static __always_inline void preempt_count_sub(u32 val)
{
	if (DEBUG_LOCKS && trace_preempt_enable_enabled() && preempt_section(val))
		trace_preempt_enable(_THIS_IP_, _RET_IP_);
	if (!DEBUG_LOCKS || preempt_count_check_sub(val))
		__preempt_count_sub(val);
}

/* One level less; true when the whole word is 0: the caller should call preempt_schedule(). */
static __always_inline bool preempt_count_dec_and_test(void)
{
	if (DEBUG_LOCKS && trace_preempt_enable_enabled() && preempt_section(1))
		trace_preempt_enable(_THIS_IP_, _RET_IP_);
	return (!DEBUG_LOCKS || preempt_count_check_sub(1)) && __preempt_count_dec_and_test();
}

#define preempt_count_inc()	preempt_count_add(1)
#define preempt_count_dec()	preempt_count_sub(1)

void preempt_schedule(void);	/* kernel/sched/core.c; returns at once if not preemptible */

#define preempt_disable() \
	do { preempt_count_inc(); barrier(); } while (0)
#define preempt_enable_no_resched() \
	do { barrier(); preempt_count_dec(); } while (0)
#define sched_preempt_enable_no_resched() preempt_enable_no_resched()
#define preempt_enable()						\
	do {								\
		barrier();						\
		if (unlikely(preempt_count_dec_and_test()))		\
			preempt_schedule();				\
	} while (0)
#define preempt_check_resched()						\
	do {								\
		if (should_resched(0))					\
			preempt_schedule();				\
	} while (0)

#include <linux/cleanup.h>
DEFINE_LOCK_GUARD_0(preempt, preempt_disable(), preempt_enable())

#endif
