/* SPDX-License-Identifier: MIT */
/* The registers that the innermost interrupt on this CPU interrupted; NULL outside interrupts. */
#ifndef _ASM_IRQ_REGS_H
#define _ASM_IRQ_REGS_H

#include <linux/percpu.h>
#include <asm/cpu.h>
#include <asm/ptrace.h>

/* Context: any; meaningful in hardirq and in softirqs on IRQ exit. Linux's get_irq_regs(). */
static inline struct pt_regs *get_irq_regs(void)
{
	unsigned long user = this_cpu_read(irq_stack_user);

	return user == IRQ_STACK_SOFTIRQ ? NULL : (struct pt_regs *)user;
}

/* Those that the NMI this CPU is in interrupted; NULL outside of one. */
DECLARE_PER_CPU(struct pt_regs *, nmi_regs);

#endif
