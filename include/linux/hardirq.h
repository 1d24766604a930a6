/* SPDX-License-Identifier: MIT */
/* What the entry code does to the context word; irq_enter() and irq_exit(): linux/softirq.h. */
#ifndef _LINUX_HARDIRQ_H
#define _LINUX_HARDIRQ_H

#include <linux/preempt.h>
#include <linux/lockdep.h>
#include <asm/hardirq.h>

/* The count alone, for vectors that never run softirqs on exit (X8). */
#define __irq_enter_raw()	preempt_count_add(HARDIRQ_OFFSET)
#define __irq_exit_raw()	preempt_count_sub(HARDIRQ_OFFSET)

/* P8: an NMI counts as hardirq too. */
#define nmi_enter()		preempt_count_add(NMI_OFFSET + HARDIRQ_OFFSET)
#define nmi_exit()		preempt_count_sub(NMI_OFFSET + HARDIRQ_OFFSET)

void synchronize_irq(unsigned int irq);
bool synchronize_hardirq(unsigned int irq);

#endif
