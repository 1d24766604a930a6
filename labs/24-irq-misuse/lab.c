// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * helper() is called with interrupts on and with interrupts off. In the second case its caller is in
 * the middle of something that a handler must not see, and an interrupt is already waiting at the door.
 */
#include "lab.h"
#include <linux/module.h>
#include <linux/irq_work.h>
#include <linux/spinlock.h>

#define ON_OFF(off)	((off) ? "off" : "on")

static DEFINE_SPINLOCK(lock);
static DEFINE_SPINLOCK(demo);
static bool halfway, came, inside_off, held;
static struct irq_work knock;

/* Hardirq. */
static void on_knock(struct irq_work *work)
{
	if (READ_ONCE(halfway))
		WRITE_ONCE(came, true);
}

/* Called from anywhere; a handler that shares `lock` is imagined, so interrupts are to stay out. */
static void helper(void)
{
	/* LAB BEGIN: take the lock, whatever the caller has done with interrupts */
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	/* LAB END */
	inside_off = irqs_disabled();
	held = spin_is_locked(&lock);
	/* LAB BEGIN: give it back, and leave interrupts as they were found */
	spin_unlock_irqrestore(&lock, flags);
	/* LAB END */
}

/* What spin_unlock_irq() leaves behind it. */
static bool off_after_irq(bool off_before)
{
	bool off;

	if (off_before)
		local_irq_disable();
	spin_lock_irq(&demo);
	spin_unlock_irq(&demo);
	off = irqs_disabled();
	local_irq_enable();
	return off;
}

static int __init lab_init(void)
{
	bool off;

	pr_info("spin_unlock_irq(), interrupts on before: %s\n", ON_OFF(off_after_irq(false)));
	pr_info("spin_unlock_irq(), interrupts off before: %s\n", ON_OFF(off_after_irq(true)));

	helper();
	off = irqs_disabled();
	local_irq_enable();
	pr_info("helper() holds the lock: %s\n", lab_yes(held));
	pr_info("helper(), interrupts on before: %s inside\n", ON_OFF(inside_off));
	pr_info("helper(), interrupts on before: %s after\n", ON_OFF(off));

	init_irq_work(&knock, on_knock);
	local_irq_disable();
	WRITE_ONCE(halfway, true);
	irq_work_queue(&knock);
	helper();
	lab_spin_until(READ_ONCE(came), 1);
	off = irqs_disabled();
	WRITE_ONCE(halfway, false);
	local_irq_enable();
	irq_work_sync(&knock);
	pr_info("helper(), interrupts off before: %s inside\n", ON_OFF(inside_off));
	pr_info("helper(), interrupts off before: %s after\n", ON_OFF(off));
	pr_info("the interrupt came in the middle of the caller: %s\n", lab_yes(came));
	return 0;
}

static void __exit lab_exit(void)
{
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("spin_unlock_irq() switches on what it did not switch off");
MODULE_LICENSE("Dual MIT/GPL");
