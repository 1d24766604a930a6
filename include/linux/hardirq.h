/* SPDX-License-Identifier: MIT */
/* The two gates around every interrupt: irq_enter() and irq_exit(), and nmi_enter()/nmi_exit(). */
#ifndef _LINUX_HARDIRQ_H
#define _LINUX_HARDIRQ_H

#include <linux/preempt.h>
#include <linux/lockdep.h>
#include <asm/hardirq.h>

/* Context: entry code, IRQs off. Adds HARDIRQ_OFFSET; fixes up the tick of an idle CPU (X2). */
void irq_enter(void);
void irq_enter_rcu(void);
/* Context: end of an interrupt, IRQs off. Runs pending softirqs unless nested (X4). */
void irq_exit(void);
void irq_exit_rcu(void);

/* The count alone, for vectors that never run softirqs on exit (X8). */
#define __irq_enter_raw()	preempt_count_add(HARDIRQ_OFFSET)
#define __irq_exit_raw()	preempt_count_sub(HARDIRQ_OFFSET)

/* P8: an NMI counts as hardirq too. */
#define nmi_enter()		preempt_count_add(NMI_OFFSET + HARDIRQ_OFFSET)
#define nmi_exit()		preempt_count_sub(NMI_OFFSET + HARDIRQ_OFFSET)

void synchronize_irq(unsigned int irq);
bool synchronize_hardirq(unsigned int irq);

#endif
