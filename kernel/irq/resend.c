/* SPDX-License-Identifier: MIT */
/*
 * Sending an interrupt again that came in while it could not be handled.
 *
 * Only edges: a level is still there and the hardware asserts it again by itself. The chip
 * repeats it if it can (an IPI with the irq's vector on x86), otherwise a tasklet calls the flow
 * handler. IRQS_REPLAY is set until the flow handler runs, so one miss is never sent twice (I43).
 */
#include <linux/bitmap.h>
#include <trace/events/irq.h>
#include "internals.h"

static DECLARE_BITMAP(irqs_resend, NR_IRQS);

/* Context: softirq, irqs on. */
static void resend_irqs(struct tasklet_struct *unused)
{
	unsigned int irq;

	for_each_set_bit(irq, irqs_resend, NR_IRQS) {
		if (!test_and_clear_bit(irq, irqs_resend))
			continue;
		local_irq_disable();
		generic_handle_irq(irq);
		local_irq_enable();
	}
}

static DECLARE_TASKLET(resend_tasklet, resend_irqs);

static bool try_retrigger(struct irq_desc *desc)
{
	struct irq_data *d = &desc->irq_data;

	return d->chip->irq_retrigger && d->chip->irq_retrigger(d);
}

/**
 * check_irq_resend - replay a pending edge. @inject: even if none is pending.
 * Returns 0, -EBUSY (a replay is on its way), -EINVAL (level). desc->lock held.
 */
int check_irq_resend(struct irq_desc *desc, bool inject)
{
	if (irq_setting(desc, IRQ_LEVEL)) {
		desc->istate &= ~IRQS_PENDING;
		return -EINVAL;
	}
	if (desc->istate & IRQS_REPLAY)
		return -EBUSY;
	if (!(desc->istate & IRQS_PENDING) && !inject)
		return 0;

	trace_irq_resend(desc->irq_data.irq);
	desc->istate &= ~IRQS_PENDING;
	if (!try_retrigger(desc)) {
		set_bit(desc->irq_data.irq, irqs_resend);
		tasklet_schedule(&resend_tasklet);
	}
	desc->istate |= IRQS_REPLAY;
	return 0;
}

bool irq_waits_for_resend(unsigned int irq)
{
	return test_bit(irq, irqs_resend);
}

/* The line is being shut down: forget a software resend. desc->lock held. */
void clear_irq_resend(struct irq_desc *desc)
{
	clear_bit(desc->irq_data.irq, irqs_resend);
}
