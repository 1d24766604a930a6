/* SPDX-License-Identifier: MIT */
/* why_handler.c - irqs by their handlers and threads: which has this function, and was this thread ever woken? */
#include <linux/interrupt.h>
#include <linux/irqdesc.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include "why.h"

/* The handler of the action whose thread is @p, for which it has to return IRQ_WAKE_THREAD. Context: as read_desc(). */
static irq_handler_t waker_of(struct irq_desc *desc, const struct task_struct *p) __no_lock_analysis
{
	irq_handler_t handler = NULL;
	unsigned long flags;

	if (in_nmi() || !raw_spin_trylock_irqsave(&desc->lock, flags))
		return NULL;
	for (struct irqaction *a = desc->action; a; a = a->next)
		if (a->thread == p)
			handler = a->handler;
	raw_spin_unlock_irqrestore(&desc->lock, flags);
	return handler;
}

/* Context: as read_desc(). */
bool irq_has_handler(unsigned int irq, bool (*like)(const void *fn, const void *arg),
		     const void *arg) __no_lock_analysis
{
	struct irq_desc *desc = irq_to_desc(irq);
	unsigned long flags;
	bool found = false;

	if (!desc || in_nmi() || !raw_spin_trylock_irqsave(&desc->lock, flags))
		return false;
	for (struct irqaction *a = desc->action; a; a = a->next)
		found |= like(a->handler, arg) || like(a->thread_fn, arg);
	raw_spin_unlock_irqrestore(&desc->lock, flags);
	return found;
}

int irq_with_handler(const void *fn)
{
	for (unsigned int irq = 0; irq < nr_irqs; irq++)
		if (irq_has_handler(irq, is_function, fn))
			return irq;
	return -1;
}

bool probe_irq_thread(struct task_struct *p, struct why *w)
{
	unsigned int irq, came;
	struct irq_desc *desc;
	irq_handler_t handler = NULL;

	if (!sleeps_at(p, "irq_thread"))
		return false;
	for (irq = 0; irq < nr_irqs && !handler; irq++) {
		desc = irq_to_desc(irq);
		handler = desc ? waker_of(desc, p) : NULL;
	}
	if (!handler || atomic_read(&desc->thread_runs))
		return false;
	came = kstat_irqs(--irq) - desc->came_before;
	why_say(w, came ? WHY_STOPS : WHY_DELAYS, "thread %s/%d was never woken: irq %u came in %u times%s%ps%s",
		p->comm, p->pid, irq, came, came ? ", and its handler " : "; its handler is ", handler,
		came ? " never returned IRQ_WAKE_THREAD" : "");
	return true;
}
