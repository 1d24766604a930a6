/* SPDX-License-Identifier: MIT */
/*
 * The table of interrupt descriptors, and who has which number.
 *
 * A descriptor lives for ever; what changes is whether its number is handed out. A number that is
 * not handed out has no chip and the flow handler handle_bad_irq.
 */
#include <linux/export.h>
#include <linux/init.h>
#include <linux/slab.h>
#include "internals.h"

struct irq_desc irq_desc[NR_IRQS];
unsigned int nr_irqs;
EXPORT_SYMBOL_GPL(nr_irqs);
DEFINE_PER_CPU(irq_counts_t, irq_counts);

static DEFINE_MUTEX(sparse_irq_lock);

/* Back to "never requested": depth 1, disabled, masked (I4). */
static void desc_set_defaults(unsigned int irq, struct irq_desc *desc)
	__no_lock_analysis	/* nobody else knows it yet, or any more */
{
	int cpu;

	desc->irq_data = (struct irq_data){
		.irq = irq,
		.hwirq = irq,
		.chip = &no_irq_chip,
		.state = IRQD_IRQ_DISABLED | IRQD_IRQ_MASKED,
	};
	cpumask_copy(&desc->irq_data.affinity, &irq_default_affinity);
	desc->handle_irq = handle_bad_irq;
	desc->depth = 1;
	desc->istate = 0;
	desc->status_use_accessors = 0;
	desc->irq_count = 0;
	desc->irqs_unhandled = 0;
	desc->threads_handled_last = 0;
	atomic_set(&desc->threads_handled, 0);
	desc->name = NULL;
	desc->affinity_hint = NULL;
	cpumask_clear(&desc->pending_mask);
	for_each_possible_cpu(cpu)
		per_cpu(irq_counts[irq], cpu) = 0;
}

/** early_irq_init - make all descriptors usable. Boot CPU, before any controller is set up. */
void __init early_irq_init(void)
{
	unsigned int irq;

	cpumask_setall(&irq_default_affinity);
	for (irq = 0; irq < NR_IRQS; irq++) {
		struct irq_desc *desc = &irq_desc[irq];

		raw_spin_lock_init(&desc->lock);
		mutex_init(&desc->request_mutex);
		init_waitqueue_head(&desc->wait_for_threads);
		desc_set_defaults(irq, desc);
	}
}

struct irq_desc *irq_to_desc(unsigned int irq)
{
	return irq < NR_IRQS && READ_ONCE(irq_desc[irq].allocated) ? &irq_desc[irq] : NULL;
}

bool irq_has_action(unsigned int irq)
{
	return irq_desc_has_action(irq_to_desc(irq));
}
EXPORT_SYMBOL_GPL(irq_has_action);

struct irq_data *irq_get_irq_data(unsigned int irq)
{
	struct irq_desc *desc = irq_to_desc(irq);

	return desc ? &desc->irq_data : NULL;
}
EXPORT_SYMBOL_GPL(irq_get_irq_data);

/* First of @cnt free numbers at or above @from, NR_IRQS if there are none. */
static unsigned int find_free_range(unsigned int from, unsigned int cnt)
{
	unsigned int irq, run = 0;

	for (irq = from; irq < NR_IRQS; irq++) {
		run = irq_desc[irq].allocated ? 0 : run + 1;
		if (run == cnt)
			return irq - cnt + 1;
	}
	return NR_IRQS;
}

int irq_alloc_descs(int irq, unsigned int from, unsigned int cnt, int node)
{
	unsigned int start, i;

	if (!cnt || (irq >= 0 && (unsigned int)irq < from))
		return -EINVAL;
	guard(mutex)(&sparse_irq_lock);
	start = find_free_range(irq >= 0 ? irq : from, cnt);
	if (irq >= 0 && start != irq)
		return irq + cnt > NR_IRQS ? -ENOSPC : -EEXIST;
	if (start == NR_IRQS)
		return -ENOSPC;
	for (i = start; i < start + cnt; i++) {
		desc_set_defaults(i, &irq_desc[i]);
		irq_desc[i].freed_at = NULL;
		WRITE_ONCE(irq_desc[i].allocated, true);
	}
	WRITE_ONCE(nr_irqs, max(nr_irqs, start + cnt));
	return start;
}
EXPORT_SYMBOL_GPL(irq_alloc_descs);

void irq_free_descs(unsigned int irq, unsigned int cnt)
{
	guard(mutex)(&sparse_irq_lock);
	for (unsigned int i = irq; i < irq + cnt && i < NR_IRQS; i++) {
		struct irq_desc *desc = &irq_desc[i];

		if (WARN(desc->action, "IRQ %u is still in use by %s\n", i, desc->action->name))
			continue;
		WRITE_ONCE(desc->allocated, false);
		kfree(desc->percpu_enabled);
		desc->percpu_enabled = NULL;
		guard(raw_spinlock_irqsave)(&desc->lock);
		desc_set_defaults(i, desc);
	}
}
EXPORT_SYMBOL_GPL(irq_free_descs);

int irq_set_percpu_devid(unsigned int irq)
{
	struct irq_desc *desc = irq_to_desc(irq);

	if (!desc || desc->percpu_enabled)
		return -EINVAL;
	desc->percpu_enabled = kzalloc(sizeof(*desc->percpu_enabled), GFP_KERNEL);
	if (!desc->percpu_enabled)
		return -ENOMEM;
	irq_set_status_flags(irq, IRQ_NOAUTOEN | IRQ_PER_CPU | IRQ_PER_CPU_DEVID | IRQ_NOTHREAD);
	return 0;
}

int generic_handle_irq(unsigned int irq)
{
	struct irq_desc *desc = irq_to_desc(irq);

	lockdep_assert_irqs_disabled();
	if (!desc)
		return -EINVAL;
	generic_handle_irq_desc(desc);
	return 0;
}
EXPORT_SYMBOL_GPL(generic_handle_irq);

int generic_handle_irq_safe(unsigned int irq)
{
	guard(irqsave)();
	return generic_handle_irq(irq);
}
EXPORT_SYMBOL_GPL(generic_handle_irq_safe);

unsigned int kstat_irqs_cpu(unsigned int irq, int cpu)
{
	return irq_to_desc(irq) ? READ_ONCE(per_cpu(irq_counts[irq], cpu)) : 0;
}

unsigned int kstat_irqs(unsigned int irq)
{
	unsigned int sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += kstat_irqs_cpu(irq, cpu);
	return sum;
}

/** print_irq_desc - what a report about an odd interrupt shows of its descriptor. Any context. */
void print_irq_desc(unsigned int irq, struct irq_desc *desc)
	__no_lock_analysis	/* a report takes no lock */
{
	printk(KERN_WARNING "irq %u, desc: %p, depth: %u, count: %u, unhandled: %u\n", irq, desc,
	       desc->depth, desc->irq_count, desc->irqs_unhandled);
	printk(KERN_WARNING "->handle_irq(): %pS\n", desc->handle_irq);
	printk(KERN_WARNING "->irq_data.chip(): %pS\n", desc->irq_data.chip);
	printk(KERN_WARNING "->action(): %p\n", desc->action);
	printk(KERN_WARNING "->istate: %#x, state: %#x, settings: %#x\n", desc->istate,
	       desc->irq_data.state, desc->status_use_accessors);
}
