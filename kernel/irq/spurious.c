/* SPDX-License-Identifier: MIT */
/*
 * "irq N: nobody cared": a line that keeps firing while no handler claims it would take the
 * whole machine, so it is switched off and its handlers are named.
 *
 * The count (I33-I35): in each window of 100,000 interrupts, more than 99,900 unhandled ones are
 * fatal for the line. The window starts with an unhandled interrupt, and a pause of more than
 * HZ/10 between two of them starts the unhandled count afresh (W7).
 */
#include <linux/jiffies.h>
#include <linux/report.h>
#include <linux/sysctl.h>
#include "internals.h"

/* Long enough that a misbehaving but working shared line survives; a storm of 100,000 still
 * ends within a second or so. Linux's constants. */
static unsigned int irq_spurious_window = 100000;
static unsigned int irq_spurious_limit = 99900;
SYSCTL_UINT("kernel/irq_spurious_window", &irq_spurious_window, 2, 100000000);
SYSCTL_UINT("kernel/irq_spurious_limit", &irq_spurious_limit, 1, 100000000);

/* In threads_handled_last: a lone WAKE_THREAD is waiting to be judged. */
#define SPURIOUS_DEFERRED	0x80000000u

static void print_handlers(struct irq_desc *desc)
{
	struct irqaction *action;

	printk(KERN_ERR "handlers:\n");
	guard(raw_spinlock_irqsave)(&desc->lock);
	for_each_action_of_desc(desc, action) {
		printk(KERN_ERR "[<%p>] %ps", action->handler, action->handler);
		if (action->thread_fn)
			printk(KERN_CONT " threaded [<%p>] %ps", action->thread_fn,
			       action->thread_fn);
		printk(KERN_CONT "\n");
	}
}

static bool is_answer(irqreturn_t ret)
{
	return ret <= (IRQ_HANDLED | IRQ_WAKE_THREAD);
}

/* Context: hardirq, desc->lock not held. */
static void report_bad_irq(struct irq_desc *desc, irqreturn_t ret)
{
	unsigned int irq = desc->irq_data.irq;
	unsigned long flags = report_begin();

	if (!is_answer(ret))
		printk(KERN_ERR "irq event %d: bogus return value %x\n", irq, ret);
	else
		printk(KERN_ERR "irq %d: nobody cared (try booting with the \"irqpoll\" option)\n",
		       irq);
	dump_stack();
	print_handlers(desc);
	report_end(flags);
}

/* The line is stuck: off with it. request_irq() on it gives it another chance (I20). */
static void disable_stuck_irq(struct irq_desc *desc, irqreturn_t ret)
{
	report_bad_irq(desc, ret);
	printk(KERN_EMERG "Disabling IRQ #%d\n", desc->irq_data.irq);
	guard(raw_spinlock_irqsave)(&desc->lock);
	desc->istate |= IRQS_SPURIOUS_DISABLED;
	desc->depth++;
	irq_disable(desc);
}

/*
 * A lone WAKE_THREAD says nothing yet: the thread decides whether the device had a reason. It is
 * judged when the next interrupt comes, by whether threads_handled moved (I38).
 * Returns false if there is nothing to judge this time.
 */
static bool judge_deferred(struct irq_desc *desc, irqreturn_t *ret)
{
	unsigned int handled, last = desc->threads_handled_last;

	if (*ret != IRQ_WAKE_THREAD) {
		desc->threads_handled_last = last & ~SPURIOUS_DEFERRED;
		return true;
	}
	if (!(last & SPURIOUS_DEFERRED)) {
		desc->threads_handled_last = last | SPURIOUS_DEFERRED;
		return false;
	}
	handled = atomic_read(&desc->threads_handled) | SPURIOUS_DEFERRED;
	*ret = handled != last ? IRQ_HANDLED : IRQ_NONE;
	desc->threads_handled_last = handled;
	return true;
}

static void count_unhandled(struct irq_desc *desc)
{
	if (time_after(jiffies, desc->last_unhandled + HZ / 10))
		desc->irqs_unhandled = 1;
	else
		desc->irqs_unhandled++;
	desc->last_unhandled = jiffies;
}

/**
 * note_interrupt - book the result of one interrupt.
 * Context: hardirq (or the thread of a nested irq's parent), INPROGRESS, desc->lock not held.
 */
void note_interrupt(struct irq_desc *desc, irqreturn_t action_ret)
{
	static int bad_values = 100;	/* so often a handler's nonsense is said */

	if (unlikely(!is_answer(action_ret))) {
		if (bad_values > 0 && bad_values--)
			report_bad_irq(desc, action_ret);
		return;
	}
	if ((action_ret & IRQ_WAKE_THREAD) && !judge_deferred(desc, &action_ret))
		return;
	if (unlikely(action_ret == IRQ_NONE))
		count_unhandled(desc);
	if (likely(!desc->irqs_unhandled))
		return;

	if (++desc->irq_count < READ_ONCE(irq_spurious_window))
		return;
	desc->irq_count = 0;
	if (unlikely(desc->irqs_unhandled > READ_ONCE(irq_spurious_limit)))
		disable_stuck_irq(desc, action_ret);
	desc->irqs_unhandled = 0;
}
