/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/irqflags.h, linux/bottom_half.h, linux/preempt.h */
#include <linux/irqflags.h>
#include <linux/bottom_half.h>
#include <linux/preempt.h>

int api_irqflags(void)
{
	unsigned long flags;
	int n;

	local_irq_save(flags);
	local_irq_restore(flags);
	local_irq_disable();
	local_irq_enable();
	local_save_flags(flags);
	local_bh_disable();
	local_bh_enable();
	preempt_disable();
	preempt_enable();
	n = irqs_disabled() + irqs_disabled_flags(flags);
	return n + !!in_interrupt() + !!in_hardirq() + !!in_softirq() + !!in_serving_softirq() +
	       !!in_task() + !!in_atomic() + !!in_nmi() + preemptible() + preempt_count() +
	       !!in_irq() + softirq_count() + hardirq_count() + irq_count();
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
