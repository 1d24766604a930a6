/* SPDX-License-Identifier: MIT */
/*
 * Interrupts that every CPU has its own copy of, with one dev_id per CPU (irq_set_percpu_devid()).
 * Requested once for all CPUs, enabled by each CPU for itself.
 */
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include "internals.h"

/* The descriptor if @irq is of this kind. */
static struct irq_desc *percpu_desc(unsigned int irq)
{
	struct irq_desc *desc = irq_to_desc(irq);

	return desc && irq_setting(desc, IRQ_PER_CPU_DEVID) ? desc : NULL;
}

/**
 * request_percpu_irq - install @handler, which gets each CPU's copy of @percpu_dev_id.
 * It stays disabled until a CPU calls enable_percpu_irq(). 0, -EINVAL, -EBUSY, -ENOMEM. May sleep.
 */
int request_percpu_irq(unsigned int irq, irq_handler_t handler, const char *name,
		       void __percpu *percpu_dev_id)
{
	struct irq_desc *desc = percpu_desc(irq);
	struct irqaction *action;

	if (!desc || !percpu_dev_id || !handler || irq_setting(desc, IRQ_NOREQUEST))
		return -EINVAL;
	action = kzalloc(sizeof(*action), GFP_KERNEL);
	if (!action)
		return -ENOMEM;
	action->handler = handler;
	action->flags = IRQF_PERCPU | IRQF_NO_SUSPEND;
	action->name = name;
	action->percpu_dev_id = percpu_dev_id;
	action->irq = irq;

	guard(mutex)(&desc->request_mutex);
	guard(raw_spinlock_irqsave)(&desc->lock);
	if (desc->action) {
		kfree(action);
		return -EBUSY;
	}
	irqd_set(&desc->irq_data, IRQD_PER_CPU | IRQD_ACTIVATED);
	WRITE_ONCE(desc->action, action);
	return 0;
}

/** enable_percpu_irq - let @irq in on the calling CPU. @type: IRQ_TYPE_* or IRQ_TYPE_NONE.
 * Context: preemption off. disable_percpu_irq is the opposite. */
void enable_percpu_irq(unsigned int irq, unsigned int type)
{
	struct irq_desc *desc = percpu_desc(irq);

	if (!desc)
		return;
	guard(raw_spinlock_irqsave)(&desc->lock);
	type &= IRQ_TYPE_SENSE_MASK;
	if (type != IRQ_TYPE_NONE && __irq_set_trigger(desc, type)) {
		WARN(1, "failed to set type for IRQ%d\n", irq);
		return;
	}
	irq_percpu_switch(desc, smp_processor_id(), true);
}
EXPORT_SYMBOL_GPL(enable_percpu_irq);

void disable_percpu_irq(unsigned int irq)
{
	struct irq_desc *desc = percpu_desc(irq);

	if (!desc)
		return;
	guard(raw_spinlock_irqsave)(&desc->lock);
	irq_percpu_switch(desc, smp_processor_id(), false);
}
EXPORT_SYMBOL_GPL(disable_percpu_irq);

/** free_percpu_irq - the opposite of request_percpu_irq(); all CPUs must have disabled it. */
void free_percpu_irq(unsigned int irq, void __percpu *percpu_dev_id)
{
	struct irq_desc *desc = percpu_desc(irq);
	struct irqaction *action;

	if (!desc)
		return;
	WARN(in_interrupt(), "Trying to free IRQ %d from IRQ context!\n", irq);
	guard(mutex)(&desc->request_mutex);
	action = desc->action;
	if (WARN(!action || action->percpu_dev_id != percpu_dev_id,
		 "Trying to free already-free IRQ %d\n", irq) ||
	    WARN(!cpumask_empty(desc->percpu_enabled), "percpu IRQ %d still enabled on CPU%d!\n",
		 irq, cpumask_first(desc->percpu_enabled)))
		return;
	scoped_guard(raw_spinlock_irqsave, &desc->lock)
		WRITE_ONCE(desc->action, NULL);
	kfree(action);
}
EXPORT_SYMBOL_GPL(free_percpu_irq);
