/* SPDX-License-Identifier: MIT */
/* Which interrupts an unloaded module has left registered. */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/leftovers.h>

static void irq_leftovers(struct leftovers *l)
{
	for (unsigned int irq = 0; irq < nr_irqs; irq++) {
		struct irq_desc *desc = irq_to_desc(irq);
		const struct irqaction *a;

		if (!desc)
			continue;
		guard(raw_spinlock_irqsave)(&desc->lock);
		for (a = desc->action; a; a = a->next)
			if (left_over(l, a->handler) || left_over(l, a->thread_fn) ||
			    left_over(l, a->dev_id))
				l->found(l, "irq %u still has the handler %ps: free_irq() it", irq,
					 left_over(l, a->thread_fn) ? a->thread_fn : a->handler);
	}
}
LEFTOVERS(irq_leftovers);
