/* SPDX-License-Identifier: MIT */
/*
 * Which CPUs an interrupt may go to, and how it is moved.
 *
 * x86 without interrupt remapping cannot change an interrupt's target while one may be on its
 * way, so a change asked for by a thread is only noted (IRQD_SETAFFINITY_PENDING, pending_mask)
 * and carried out by the chip's ack or eoi of the next interrupt, when the CPU that has it in
 * hand is known (V8, W8).
 */
#include <linux/export.h>
#include "internals.h"

struct cpumask irq_default_affinity;

static void move_thread(struct irqaction *action)
{
	if (action && action->thread) {
		set_bit(IRQTF_AFFINITY, &action->thread_flags);
		wake_up_process(action->thread);
	}
}

/* The threads of the line follow it (I41). desc->lock held. */
static void irq_set_thread_affinity(struct irq_desc *desc)
{
	struct irqaction *action;

	for_each_action_of_desc(desc, action) {
		move_thread(action);
		move_thread(action->secondary);
	}
}

/* Tell the chip, now. desc->lock held. 0 or -errno. */
int irq_do_set_affinity(struct irq_data *d, const struct cpumask *mask)
{
	struct irq_desc *desc = irq_to_desc(d->irq);
	int ret;

	if (!d->chip->irq_set_affinity || !cpumask_intersects(mask, cpu_online_mask))
		return -EINVAL;
	ret = d->chip->irq_set_affinity(d, mask, false);
	if (ret < 0)
		return ret;
	if (ret == IRQ_SET_MASK_OK)
		cpumask_copy(&d->affinity, mask);
	irq_set_thread_affinity(desc);
	return 0;
}

static int irq_set_affinity_locked(struct irq_desc *desc, const struct cpumask *mask)
{
	struct irq_data *d = &desc->irq_data;
	int ret = 0;

	if (!d->chip->irq_set_affinity)
		return -EINVAL;
	if (!irqd_is_activated(d)) {
		cpumask_copy(&d->affinity, mask);	/* its first request will use it */
	} else if ((d->state & IRQD_MOVE_PCNTXT) && !irqd_is_setaffinity_pending(d)) {
		ret = irq_do_set_affinity(d, mask);
	} else {
		irqd_set(d, IRQD_SETAFFINITY_PENDING);
		cpumask_copy(&desc->pending_mask, mask);
	}
	irqd_set(d, IRQD_AFFINITY_SET);
	return ret;
}

/**
 * irq_set_affinity - let @irq go to the online CPUs in @mask only. On x86 the move happens with
 * the next interrupt. 0, -EINVAL (no such irq, cannot be moved). Context: any.
 */
int irq_set_affinity(unsigned int irq, const struct cpumask *mask)
{
	scoped_irqdesc(desc, irq)
		return irq_set_affinity_locked(desc, mask);
	return -EINVAL;
}
EXPORT_SYMBOL_GPL(irq_set_affinity);

/* See linux/interrupt.h. @mask is kept, not copied. */
int __irq_apply_affinity_hint(unsigned int irq, const struct cpumask *mask, bool set)
{
	scoped_irqdesc(desc, irq) {
		if (irq_setting(desc, IRQ_PER_CPU_DEVID))
			return -EINVAL;
		desc->affinity_hint = mask;
		if (mask && set)
			irq_set_affinity_locked(desc, mask);
		return 0;
	}
	return -EINVAL;
}
EXPORT_SYMBOL_GPL(__irq_apply_affinity_hint);

/** irq_can_set_affinity - can @irq be moved at all? Per-CPU and NOBALANCING ones cannot (I41). */
int irq_can_set_affinity(unsigned int irq)
{
	struct irq_data *d = irq_get_irq_data(irq);

	return d && irqd_can_balance(d) && d->chip->irq_set_affinity;
}

/** irq_setup_affinity - at startup: the affinity somebody chose, else the default.
 * desc->lock held. */
void irq_setup_affinity(struct irq_desc *desc)
{
	struct irq_data *d = &desc->irq_data;
	struct cpumask mask;

	if (!irqd_can_balance(d) || !d->chip->irq_set_affinity)
		return;
	cpumask_copy(&mask, irqd_affinity_was_set(d) ? &d->affinity : &irq_default_affinity);
	if (!cpumask_intersects(&mask, cpu_online_mask)) {
		irqd_clear(d, IRQD_AFFINITY_SET);
		cpumask_copy(&mask, &irq_default_affinity);
	}
	irq_do_set_affinity(d, &mask);
}

/**
 * irq_move_masked_irq - carry out the deferred change. The line is masked, or cannot fire.
 * A chip that is still busy with the last move (-EBUSY) is asked again at the next interrupt.
 * Context: hardirq, desc->lock held.
 */
void irq_move_masked_irq(struct irq_data *d)
{
	struct irq_desc *desc = irq_to_desc(d->irq);

	if (likely(!irqd_is_setaffinity_pending(d)))
		return;
	irqd_clear(d, IRQD_SETAFFINITY_PENDING);
	if (WARN_ON(irqd_is_per_cpu(d)) || cpumask_empty(&desc->pending_mask))
		return;
	if (cpumask_intersects(&desc->pending_mask, cpu_online_mask) &&
	    irq_do_set_affinity(d, &desc->pending_mask) == -EBUSY) {
		irqd_set(d, IRQD_SETAFFINITY_PENDING);
		return;
	}
	cpumask_clear(&desc->pending_mask);
}

void __irq_move_irq(struct irq_data *d)
{
	bool masked = irqd_irq_masked(d);

	if (unlikely(irqd_irq_disabled(d)))
		return;
	if (!masked)
		d->chip->irq_mask(d);
	irq_move_masked_irq(d);
	if (!masked)
		d->chip->irq_unmask(d);
}
