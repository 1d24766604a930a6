// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Two scenarios of a text about spinlocks: data that a task shares with an interrupt handler, and
 * one lock within another. Both are right, but for one word; which are the reasons?
 *
 * inside() stands for a long critical section: the interrupt arrives in it, on the CPU of the task.
 */
#include "lab.h"
#include "lab_here.h"
#include <linux/spinlock.h>

static struct lab_edu edu;
static unsigned int runs, runs_inside;
static bool off_inside, off_between;
static bool data_held, nested_held, alone_held;	/* inside(); between() */

/* LAB BEGIN: data_lock, shared_data (int), lock1 and lock2, so that they are ready to be used */
static DEFINE_SPINLOCK(data_lock);
static int shared_data;
static DEFINE_SPINLOCK(lock1);
static DEFINE_SPINLOCK(lock2);
/* LAB END */

static void inside(void)
{
	unsigned int before = READ_ONCE(runs);

	off_inside = irqs_disabled();
	data_held = spin_is_locked(&data_lock);
	nested_held = spin_is_locked(&lock1) && spin_is_locked(&lock2);
	lab_edu_raise(&edu, 1);
	mdelay(3);
	runs_inside = READ_ONCE(runs) - before;
}

/* Scenario 1, the task. The caller may have interrupts off already. */
static void update_data(void)
{
	/* LAB BEGIN: under data_lock: shared_data++, inside() */
	unsigned long flags;

	spin_lock_irqsave(&data_lock, flags);
	shared_data++;
	inside();
	spin_unlock_irqrestore(&data_lock, flags);
	/* LAB END */
}

/* Scenario 1, the handler. */
static irqreturn_t irq_handler(int irq, void *dev)
{
	lab_edu_ack(&edu, lab_edu_status(&edu));
	WRITE_ONCE(runs, runs + 1);
	/* LAB BEGIN: under data_lock: shared_data = 0 */
	spin_lock(&data_lock);
	shared_data = 0;
	spin_unlock(&data_lock);
	/* LAB END */
	return IRQ_HANDLED;
}

/* Between the release of lock2 and that of lock1. */
static void between(void)
{
	off_between = irqs_disabled();
	alone_held = spin_is_locked(&lock1) && !spin_is_locked(&lock2);
}

/* Scenario 2. */
static void nested_critical_section(void)
{
	/* LAB BEGIN: under lock1 and lock2, interrupts off: inside(); with lock1 alone: between() */
	unsigned long flags;

	spin_lock_irqsave(&lock1, flags);
	spin_lock(&lock2);
	inside();
	spin_unlock(&lock2);
	between();
	spin_unlock_irqrestore(&lock1, flags);
	/* LAB END */
}

static void show(void)
{
	bool still_off;

	update_data();
	lab_spin(READ_ONCE(runs) == 1);
	pr_info("1: data_lock held %s\n", lab_yes(data_held));
	pr_info("1: interrupts off %s, runs in the section %u\n", lab_yes(off_inside),
		runs_inside);
	pr_info("1: runs afterwards %u, shared_data %d\n", runs, shared_data);
	local_irq_disable();
	update_data();
	still_off = irqs_disabled();
	local_irq_enable();
	pr_info("1, called with interrupts off: still off %s\n", lab_yes(still_off));
	nested_critical_section();
	pr_info("2: both locks held %s, then lock1 alone %s\n", lab_yes(nested_held),
		lab_yes(alone_held));
	pr_info("2: interrupts off %s, runs in the section %u\n", lab_yes(off_inside),
		runs_inside);
	pr_info("2: with lock1 alone: interrupts off %s\n", lab_yes(off_between));
	pr_info("2: afterwards: interrupts off %s\n", lab_yes(irqs_disabled()));
}

static int __init lab_init(void)
{
	int ret = lab_edu_open(&edu, PCI_IRQ_MSI);

	if (ret)
		return ret;
	ret = request_irq(edu.irq, irq_handler, 0, "lab", &edu);
	if (ret) {
		lab_edu_close(&edu);
		return ret;
	}
	lab_follow(edu.irq);
	show();
	lab_leave();
	return 0;
}
module_init(lab_init);

static void __exit lab_exit(void)
{
	free_irq(edu.irq, &edu);
	lab_edu_close(&edu);
}
module_exit(lab_exit);

MODULE_DESCRIPTION("Lab 34: two scenarios with spinlocks");
MODULE_LICENSE("Dual MIT/GPL");
