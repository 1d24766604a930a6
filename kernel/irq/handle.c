/* SPDX-License-Identifier: MIT */
/*
 * From the flow handler to the device's handler: the walk over a line's actions.
 *
 * Invariants: all actions of a shared line are called every time, in the order they were
 * registered (I14); each is called with irqs off and without desc->lock (I16), and comes back
 * with irqs off or is named (X13).
 */
#include <linux/export.h>
#include <trace/events/irq.h>
#include "internals.h"

static void warn_no_thread(unsigned int irq, struct irqaction *action)
{
	if (test_and_set_bit(IRQTF_WARNED, &action->thread_flags))
		return;
	printk(KERN_WARNING
	       "IRQ %d device %s returned IRQ_WAKE_THREAD but no thread function available.\n",
	       irq, action->name);
}

/*
 * Wake @action's thread. Idempotent until the thread has taken note; a wake while it works makes
 * it run once more (I30). Context: hardirq, desc INPROGRESS, so that threads_oneshot is ours; or
 * desc->lock held.
 */
void __irq_wake_thread(struct irq_desc *desc, struct irqaction *action)
{
	if (action->thread->flags & PF_EXITING)
		return;
	if (test_and_set_bit(IRQTF_RUNTHREAD, &action->thread_flags))
		return;
	desc->threads_oneshot |= action->thread_mask;
	atomic_inc(&desc->threads_active);
	wake_up_process(action->thread);
}

/* The hard handler of those who only gave a thread function (I29). */
irqreturn_t irq_default_primary_handler(int irq, void *dev_id)
{
	return IRQ_WAKE_THREAD;
}

/* A handler that leaves a lock's or a BH section's level behind: debug builds look. */
static noinline void handler_leaked(struct irqaction *action, u32 before)
{
	WARN_ONCE(1, "irq %u handler %pS preempt leak: %08x -> %08x\n", action->irq, action->handler,
		  before, preempt_count());
	preempt_count_set(before);
}

static irqreturn_t call_action(struct irq_desc *desc, struct irqaction *action)
{
	u32 pc = preempt_count();
	irqreturn_t res;

	trace_irq_handler_entry(action->irq, action);
	res = action->handler(action->irq, action->dev_id);
	trace_irq_handler_exit(action->irq, action, res);

	if (WARN_ONCE(!irqs_disabled(), "irq %u handler %pS enabled interrupts\n", action->irq,
		      action->handler))
		local_irq_disable();
	if (DEBUG_LOCKS && unlikely(preempt_count() != pc))
		handler_leaked(action, pc);
	if (unlikely(res == IRQ_WAKE_THREAD)) {
		if (action->thread_fn)
			__irq_wake_thread(desc, action);
		else
			warn_no_thread(action->irq, action);
	}
	return res;
}

/** handle_irq_event_percpu - call all actions. Context: hardirq, irqs off, no desc->lock. */
void handle_irq_event_percpu(struct irq_desc *desc)
{
	irqreturn_t ret = IRQ_NONE;
	struct irqaction *action;

	for_each_action_of_desc(desc, action)
		ret |= call_action(desc, action);
	if (unlikely(ret != IRQ_HANDLED || desc->irqs_unhandled))
		note_interrupt(desc, ret);
}

/**
 * irq_wake_thread - wake the thread of the action with @dev_id, as its hard handler could.
 * Context: any.
 */
void irq_wake_thread(unsigned int irq, void *dev_id)
{
	struct irqaction *action;

	scoped_irqdesc(desc, irq) {
		if (WARN_ON(irq_setting(desc, IRQ_PER_CPU_DEVID)))
			return;
		for_each_action_of_desc(desc, action)
			if (action->dev_id == dev_id && action->thread)
				return __irq_wake_thread(desc, action);
		WRITE_ONCE(desc->astray_at, __builtin_return_address(0));
	}
}
EXPORT_SYMBOL_GPL(irq_wake_thread);
