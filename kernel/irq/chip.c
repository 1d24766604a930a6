/* SPDX-License-Identifier: MIT */
/*
 * Flow handlers: what has to happen around the device's handler depends on the kind of hardware
 * that signals it, and there is one function for each kind. They differ only in when the chip is
 * acknowledged, masked, unmasked and told the end:
 *
 *	edge      ack   handler
 *	level     mask+ack   handler   unmask
 *	fasteoi   handler   eoi
 *	percpu    ack   handler   eoi          (no lock: the line belongs to one CPU)
 *	simple    handler                      (a demultiplexer has done the rest)
 *
 * Invariants: a line's handlers never run concurrently with themselves (except per-CPU ones); an
 * interrupt that cannot be handled now is remembered in IRQS_PENDING, never lost; desc->lock is
 * held except while handlers run.
 */
#include <trace/events/irq.h>
#include <linux/export.h>
#include <linux/smp.h>
#include "internals.h"

/* --- telling the chip, and remembering what it was told --- */

/* Mask at the chip, once. */
void mask_irq(struct irq_desc *desc)
{
	struct irq_data *d = &desc->irq_data;

	if (!irqd_irq_masked(d) && d->chip->irq_mask) {
		d->chip->irq_mask(d);
		irqd_set(d, IRQD_IRQ_MASKED);
	}
}

/* Unmask at the chip, once. */
void unmask_irq(struct irq_desc *desc)
{
	struct irq_data *d = &desc->irq_data;

	if (irqd_irq_masked(d) && d->chip->irq_unmask) {
		d->chip->irq_unmask(d);
		irqd_clear(d, IRQD_IRQ_MASKED);
	}
}

/* One chip callback, if the chip has it. */
#define chip_call(desc, op) do {						\
	if ((desc)->irq_data.chip->op)						\
		(desc)->irq_data.chip->op(&(desc)->irq_data);			\
} while (0)
#define ack_irq(desc)	chip_call(desc, irq_ack)
#define eoi_irq(desc)	chip_call(desc, irq_eoi)

/* Mask and acknowledge: one chip call where the chip has one for both (I13). */
static void mask_ack_irq(struct irq_desc *desc) __must_hold(&desc->lock)
{
	struct irq_data *d = &desc->irq_data;

	if (d->chip->irq_mask_ack) {
		d->chip->irq_mask_ack(d);
		irqd_set(d, IRQD_IRQ_MASKED);
	} else {
		mask_irq(desc);
		ack_irq(desc);
	}
}

/* The last thread of a ONESHOT line is done. */
void unmask_threaded_irq(struct irq_desc *desc)
{
	if (desc->irq_data.chip->flags & IRQCHIP_EOI_THREADED)
		eoi_irq(desc);
	unmask_irq(desc);
}

void irq_enable(struct irq_desc *desc)
{
	struct irq_data *d = &desc->irq_data;
	bool was_disabled = irqd_irq_disabled(d);

	irqd_clear(d, IRQD_IRQ_DISABLED);
	if (was_disabled && d->chip->irq_enable) {
		d->chip->irq_enable(d);
		irqd_clear(d, IRQD_IRQ_MASKED);
	} else {
		unmask_irq(desc);
	}
}

static void __irq_disable(struct irq_desc *desc, bool mask) __must_hold(&desc->lock)
{
	struct irq_data *d = &desc->irq_data;

	if (irqd_irq_disabled(d)) {
		if (mask)
			mask_irq(desc);
		return;
	}
	irqd_set(d, IRQD_IRQ_DISABLED);
	trace_irq_line_disable(d->irq);
	if (d->chip->irq_disable) {
		d->chip->irq_disable(d);
		irqd_set(d, IRQD_IRQ_MASKED);
	} else if (mask) {
		mask_irq(desc);
	}
}

/*
 * Lazily, unless the chip or the user wants otherwise: most disabled times end before the next
 * interrupt, and then the hardware was never touched (I23, I24, I26).
 */
void irq_disable(struct irq_desc *desc)
{
	__irq_disable(desc, irq_setting(desc, IRQ_DISABLE_UNLAZY));
}

/* A per-CPU line is let in or kept out on the calling CPU, @cpu, alone. */
void irq_percpu_switch(struct irq_desc *desc, unsigned int cpu, bool on)
{
	struct irq_chip *chip = desc->irq_data.chip;
	void (*tell)(struct irq_data *data) = on ? chip->irq_enable ?: chip->irq_unmask :
						   chip->irq_disable ?: chip->irq_mask;

	if (tell)
		tell(&desc->irq_data);
	if (on)
		cpumask_set_cpu(cpu, desc->percpu_enabled);
	else
		cpumask_clear_cpu(cpu, desc->percpu_enabled);
}

/* First use of a line, or end of its last disable; @resend: replay what was missed (I25). */
void irq_startup(struct irq_desc *desc, bool resend)
{
	struct irq_data *d = &desc->irq_data;

	desc->depth = 0;
	trace_irq_line_enable(d->irq, irqd_is_started(d));
	if (!irqd_is_started(d) && d->chip->irq_startup) {
		d->chip->irq_startup(d);
		irqd_clear(d, IRQD_IRQ_DISABLED | IRQD_IRQ_MASKED);
	} else {
		irq_enable(desc);
	}
	if (!irqd_is_started(d)) {
		irqd_set(d, IRQD_IRQ_STARTED);
		irq_setup_affinity(desc);
	}
	if (resend)
		check_irq_resend(desc, false);
}

/* The last action is gone. */
void irq_shutdown(struct irq_desc *desc)
{
	struct irq_data *d = &desc->irq_data;

	if (!irqd_is_started(d))
		return;
	clear_irq_resend(desc);
	desc->depth++;
	if (d->chip->irq_shutdown) {
		d->chip->irq_shutdown(d);
		irqd_set(d, IRQD_IRQ_DISABLED | IRQD_IRQ_MASKED);
	} else {
		__irq_disable(desc, true);
	}
	irqd_clear(d, IRQD_IRQ_STARTED);
}

/* --- pieces the flow handlers share --- */

static void irq_clear_history(struct irq_desc *desc)
{
	if (unlikely(desc->istate & (IRQS_REPLAY | IRQS_WAITING)))
		desc->istate &= ~(IRQS_REPLAY | IRQS_WAITING);
}

/* Is the interrupt wanted? Then it counts; else it is remembered. */
static bool irq_begin(struct irq_desc *desc)
{
	irq_clear_history(desc);
	if (unlikely(!desc->action || irqd_irq_disabled(&desc->irq_data))) {
		desc->istate |= IRQS_PENDING;
		return false;
	}
	kstat_incr_irqs_this_cpu(desc);
	return true;
}

/* After the handlers: open the line again unless it was disabled meanwhile or a thread has it. */
static bool irq_wants_unmask(struct irq_desc *desc)
{
	return !irqd_irq_disabled(&desc->irq_data) && irqd_irq_masked(&desc->irq_data) &&
	       !desc->threads_oneshot;
}

/* --- the flow handlers. Context of all: hardirq, irqs off. --- */

/*
 * An edge came in while the handlers ran, on any CPU: go on, unless the line went away meanwhile.
 * It was masked where it came in (see below), so open it again first.
 */
static noinline bool edge_goes_on(struct irq_desc *desc) __must_hold(&desc->lock)
{
	if (irqd_irq_disabled(&desc->irq_data))
		return false;
	if (!desc->action) {
		mask_irq(desc);
		return false;
	}
	unmask_irq(desc);
	return true;
}

/* An edge cannot be handled now: whoever can, or the next enable_irq(), finds it noted. */
static noinline void note_edge(struct irq_desc *desc) __must_hold(&desc->lock)
{
	trace_irq_noted(desc->irq_data.irq);
	desc->istate |= IRQS_PENDING;
	mask_ack_irq(desc);
}

/**
 * handle_edge_irq - a line that signals by a transition: MSI, IO-APIC edge pins (V6).
 *
 * Acknowledged first, so that the hardware can record the next edge while the handler runs. An
 * edge that arrives on another CPU meanwhile is noted as PENDING and masked there; the loop runs
 * the handler once more for it. Any number of such edges make one more run (I6-I8).
 */
void handle_edge_irq(struct irq_desc *desc)
{
	guard(flow_lock)(&desc->lock);
	irq_clear_history(desc);
	if (unlikely((desc->irq_data.state & (IRQD_IRQ_INPROGRESS | IRQD_IRQ_DISABLED)) ||
		     !desc->action)) {
		note_edge(desc);
		return;
	}
	kstat_incr_irqs_this_cpu(desc);
	desc->irq_data.chip->irq_ack(&desc->irq_data);
	do
		handle_irq_event(desc);
	while (unlikely(desc->istate & IRQS_PENDING) && edge_goes_on(desc));
}
EXPORT_SYMBOL(handle_edge_irq);

/**
 * handle_level_irq - a line that stays asserted until the device is served, on a controller
 * that would deliver it again at once: the 8259. Masked until the handler is done (I9).
 */
void handle_level_irq(struct irq_desc *desc)
{
	guard(flow_lock)(&desc->lock);
	mask_ack_irq(desc);
	if (irqd_irq_inprogress(&desc->irq_data) || !irq_begin(desc))
		return;
	handle_irq_event(desc);
	if (irq_wants_unmask(desc))
		unmask_irq(desc);
}
EXPORT_SYMBOL_GPL(handle_level_irq);

/* The end of a handled fasteoi interrupt: a ONESHOT line stays masked if a thread was woken. */
static void fasteoi_end(struct irq_desc *desc) __must_hold(&desc->lock)
{
	if (!(desc->istate & IRQS_ONESHOT)) {
		eoi_irq(desc);
	} else if (irq_wants_unmask(desc)) {
		eoi_irq(desc);
		unmask_irq(desc);
	} else if (!(desc->irq_data.chip->flags & IRQCHIP_EOI_THREADED)) {
		eoi_irq(desc);
	}
}

/**
 * handle_fasteoi_irq - a controller that holds the line back by itself until it is told the
 * end: IO-APIC level pins (Remote-IRR). One chip call per interrupt (I10).
 */
void handle_fasteoi_irq(struct irq_desc *desc)
{
	struct irq_data *d = &desc->irq_data;

	guard(flow_lock)(&desc->lock);
	if (irqd_irq_inprogress(d)) {
		if (d->state & IRQD_RESEND_WHEN_IN_PROGRESS)
			desc->istate |= IRQS_PENDING;
		goto unhandled;
	}
	if (!irq_begin(desc)) {
		mask_irq(desc);
		goto unhandled;
	}
	if (desc->istate & IRQS_ONESHOT)
		mask_irq(desc);
	handle_irq_event(desc);
	fasteoi_end(desc);
	if (unlikely(desc->istate & IRQS_PENDING))
		check_irq_resend(desc, false);
	return;
unhandled:
	eoi_irq(desc);
}
EXPORT_SYMBOL_GPL(handle_fasteoi_irq);

/** handle_simple_irq - someone else talks to the hardware; only the handlers are left (I12). */
void handle_simple_irq(struct irq_desc *desc)
{
	guard(flow_lock)(&desc->lock);
	if (!irqd_irq_inprogress(&desc->irq_data) && irq_begin(desc))
		handle_irq_event(desc);
}
EXPORT_SYMBOL_GPL(handle_simple_irq);

/** handle_percpu_irq - each CPU has its own copy of the line: nothing to lock or look at (I11). */
void handle_percpu_irq(struct irq_desc *desc)
{
	kstat_incr_irqs_this_cpu(desc);
	ack_irq(desc);
	handle_irq_event_percpu(desc);
	eoi_irq(desc);
}

/* A per-CPU interrupt that nobody asked for: mask it here and say so. */
static void spurious_percpu_irq(struct irq_desc *desc, unsigned int irq)
{
	unsigned int cpu = smp_processor_id();
	bool enabled = cpumask_test_cpu(cpu, desc->percpu_enabled);

	if (enabled)
		irq_percpu_switch(desc, cpu, false);
	pr_err_once("Spurious%s percpu IRQ%u on CPU%u\n", enabled ? " and unmasked" : "", irq, cpu);
}

/** handle_percpu_devid_irq - the same where each CPU has its own dev_id too. */
void handle_percpu_devid_irq(struct irq_desc *desc)
{
	struct irqaction *action = desc->action;
	unsigned int irq = irq_desc_get_irq(desc);
	irqreturn_t res;

	kstat_incr_irqs_this_cpu(desc);
	ack_irq(desc);
	if (likely(action)) {
		trace_irq_handler_entry(irq, action);
		res = action->handler(irq, raw_cpu_ptr(action->percpu_dev_id));
		trace_irq_handler_exit(irq, action, res);
	} else {
		spurious_percpu_irq(desc, irq);
	}
	eoi_irq(desc);
}

/**
 * handle_nested_irq - an interrupt found by the thread of another interrupt, e.g. behind a
 * slow bus: its thread functions run right here. May sleep.
 */
void handle_nested_irq(unsigned int irq)
{
	struct irq_desc *desc = irq_to_desc(irq);
	struct irqaction *action;
	irqreturn_t ret = IRQ_NONE;

	might_sleep();
	if (!desc)
		return;
	scoped_guard(raw_spinlock_irq, &desc->lock) {
		if (!irq_begin(desc))
			return;
		atomic_inc(&desc->threads_active);
	}
	for_each_action_of_desc(desc, action)
		ret |= action->thread_fn(action->irq, action->dev_id);
	note_interrupt(desc, ret);
	wake_threads_waitq(desc);
}
EXPORT_SYMBOL_GPL(handle_nested_irq);

/** handle_bad_irq - a descriptor nobody has set up: show it, count it, end it (I12, X11). */
void handle_bad_irq(struct irq_desc *desc)
{
	unsigned int irq = irq_desc_get_irq(desc);

	print_irq_desc(irq, desc);
	kstat_incr_irqs_this_cpu(desc);
	ack_bad_irq(irq);
}
EXPORT_SYMBOL_GPL(handle_bad_irq);
