/* SPDX-License-Identifier: MIT */
/*
 * Interrupts leave a CPU that goes (H5). It has its interrupts off, so none of them is in progress
 * there; one that has already arrived is sent again where it now belongs (drivers/irqchip/vector.c).
 */
#include <linux/smp.h>
#include "internals.h"

/* Context: desc->lock held. */
static void migrate_one_irq(struct irq_desc *desc, unsigned int cpu)
{
	struct irq_data *d = &desc->irq_data;
	bool masked = irqd_irq_masked(d), broken = false;
	const struct cpumask *affinity = &d->affinity;
	int err;

	/* a move that waits for the next interrupt would wait for ever */
	if (irqd_is_setaffinity_pending(d)) {
		irqd_clear(d, IRQD_SETAFFINITY_PENDING);
		affinity = &desc->pending_mask;
	}
	if (!cpumask_intersects(affinity, cpu_online_mask)) {
		affinity = cpu_online_mask;
		broken = true;
	}
	if (!masked && d->chip->irq_mask)
		d->chip->irq_mask(d);
	err = irq_do_set_affinity(d, affinity);
	if (!masked && d->chip->irq_unmask)
		d->chip->irq_unmask(d);
	if (err)
		pr_warn_ratelimited("IRQ%u: set affinity failed(%d).\n", d->irq, err);
	else if (broken)
		printk(KERN_DEBUG "IRQ %u: no longer affine to CPU%u\n", d->irq, cpu);
}

void irq_migrate_all_off_this_cpu(void)
{
	unsigned int cpu = smp_processor_id();

	lockdep_assert_irqs_disabled();
	for (unsigned int irq = 0; irq < NR_IRQS; irq++) {
		struct irq_desc *desc = irq_to_desc(irq);
		struct irq_data *d;

		if (!desc)
			continue;
		d = &desc->irq_data;
		guard(raw_spinlock)(&desc->lock);
		if (irqd_is_activated(d) && !irqd_is_per_cpu(d) && d->chip->irq_set_affinity &&
		    cpumask_test_cpu(cpu, &d->effective_affinity))
			migrate_one_irq(desc, cpu);
	}
}
