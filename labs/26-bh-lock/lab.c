// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A task and a tasklet share a lock. In the task's section an interrupt comes and schedules the tasklet:
 * will it run on the way out of the interrupt, on top of the holder, or in the unlock?
 */
#include "lab.h"
#include <linux/module.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static bool halfway, irq_inside, tasklet_inside, held, found_free;
static int irqs, runs;

/* Softirq. */
static void on_tasklet(struct tasklet_struct *t)
{
	runs++;
	tasklet_inside |= halfway;
	found_free = spin_trylock(&lock);	/* with spin_lock() a wrong answer would hang here */
	if (found_free)
		spin_unlock(&lock);
}
static DECLARE_TASKLET(bottom, on_tasklet);

/* Hardirq. */
static void on_knock(struct irq_work *work)
{
	irq_inside |= halfway;
	tasklet_schedule(&bottom);
	WRITE_ONCE(irqs, irqs + 1);
}
static DEFINE_IRQ_WORK(knock, on_knock);

static void update(void)
{
	unsigned long flags __maybe_unused;

	/* LAB BEGIN: keep the tasklet out, and nobody else who need not be */
	spin_lock_bh(&lock);
	/* LAB END */
	WRITE_ONCE(halfway, true);
	irq_work_queue(&knock);
	lab_spin_until(READ_ONCE(irqs), 5);
	held = spin_is_locked(&lock);
	WRITE_ONCE(halfway, false);
	/* LAB BEGIN: give the lock back, let the tasklet in */
	spin_unlock_bh(&lock);
	/* LAB END */
}

static int __init lab_init(void)
{
	int in_unlock;

	preempt_disable();	/* stay on this CPU */
	update();
	in_unlock = READ_ONCE(runs);
	preempt_enable();
	irq_work_sync(&knock);
	pr_info("lock held inside: %s\n", lab_yes(held));
	pr_info("interrupt inside: %s\n", lab_yes(irq_inside));
	pr_info("tasklet inside: %s\n", lab_yes(tasklet_inside));
	pr_info("runs when update() returns: %d\n", in_unlock);
	pr_info("tasklet found the lock free: %s\n", lab_yes(found_free));

	irqs = 0;
	runs = 0;
	local_bh_disable();
	update();
	in_unlock = READ_ONCE(runs);
	local_bh_enable();
	pr_info("bottom halves off around it: runs when update() returns: %d\n", in_unlock);
	pr_info("and after local_bh_enable(): %d\n", READ_ONCE(runs));
	return 0;
}

static void __exit lab_exit(void)
{
	tasklet_kill(&bottom);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("spin_lock_bh() against a tasklet");
MODULE_LICENSE("Dual MIT/GPL");
