/* SPDX-License-Identifier: MIT */
/* What a CPU is doing now, asked by NMI, so that one whose interrupts are off answers too. */
#ifndef _ASM_CPU_SAMPLE_H
#define _ASM_CPU_SAMPLE_H

#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/types.h>
#include <asm/irqflags.h>

struct task_struct;

#define CPU_SAMPLE_CALLERS	16

/* Of the code that the NMI interrupted; on the asking CPU of itself, or of what its interrupt interrupted. */
struct cpu_sample {
	unsigned int cpu;
	u64 when;			/* ns */
	unsigned long flags;		/* its IF */
	u32 preempt_count, softirq_pending;
	struct task_struct *curr;
	struct lockdep_look locks;	/* curr's */
	const void *disabled_tasklet;	/* callback of a queued one that may not run */
	const void *running_tasklet;	/* of a queued one that is said to run elsewhere */
	u32 tpr, spiv, lvt_timer, lvt_lint0;
	bool timer_armed;		/* its count runs, or its deadline is still to come */
	u32 irr[8], isr[8];		/* local APIC: arrived and not taken; taken and not ended */
	unsigned int nr_callers;
	/* [0] is where it is; the others are guesses in release builds */
	unsigned long callers[CPU_SAMPLE_CALLERS];
	bool done;
};

/*
 * cpu_sample - ask @cpu. False: it is offline, or does not answer an NMI within a bounded wait. When
 * a panic has stopped it, what it did at that moment. Context: any.
 */
bool cpu_sample(unsigned int cpu, struct cpu_sample *s);

static inline bool sample_bit(const u32 *reg, unsigned int vector)
{
	return reg[vector / 32] & (1U << (vector % 32));
}

#define sample_irqs_off(s)	arch_irqs_disabled_flags((s)->flags)
#define sample_hardirq(s)	((s)->preempt_count & (HARDIRQ_MASK | NMI_MASK))
#define sample_softirq(s)	((s)->preempt_count & SOFTIRQ_OFFSET)
#define sample_bh_off(s)	((s)->preempt_count & SOFTIRQ_MASK & ~SOFTIRQ_OFFSET)

#endif
