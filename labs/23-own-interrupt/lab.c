// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A handler takes a spinlock: when the lock is free, when another CPU has it, and when the code that
 * it interrupted has it. The last one would hang for ever, so there the handler tries a thousand times
 * and gives up. Then the student's update() shares a lock with a handler that does not give up.
 */
#include "lab.h"
#include <linux/module.h>
#include <linux/kthread.h>
#include <linux/completion.h>
#include <linux/irq_work.h>
#include <linux/spinlock.h>

#define TRIES	1000

/* --- the three cases --- */

static DEFINE_SPINLOCK(far);	/* free, or with the other CPU */
static DEFINE_SPINLOCK(near);	/* with the code that is interrupted */
static bool holding, trying, got;
static DECLARE_COMPLETION(done);

static void take_far(struct irq_work *work)
{
	WRITE_ONCE(trying, true);
	spin_lock(&far);
	WRITE_ONCE(got, true);
	spin_unlock(&far);
}

static void take_near(struct irq_work *work)
{
	for (int i = 0; i < TRIES && !got; i++) {
		got = spin_trylock(&near);
		cpu_relax();
	}
	if (got)
		spin_unlock(&near);
	WRITE_ONCE(trying, true);
}

/* CPU 1: has the lock until the handler on the other CPU wants it. */
static int holder(void *unused)
{
	unsigned long flags;

	spin_lock_irqsave(&far, flags);
	WRITE_ONCE(holding, true);
	lab_spin_until(READ_ONCE(trying), 1000);
	spin_unlock_irqrestore(&far, flags);
	kthread_complete_and_exit(&done, 0);
}

/* True if the handler had the lock. */
static bool knock(void (*handler)(struct irq_work *))
{
	struct irq_work work;

	init_irq_work(&work, handler);
	trying = got = false;
	irq_work_queue(&work);
	lab_spin_until(READ_ONCE(trying) && !irq_work_is_busy(&work), 1000);
	return READ_ONCE(got);
}

/* --- the student's part --- */

/* LAB BEGIN: define the spinlock `lock` */
static DEFINE_SPINLOCK(lock);
/* LAB END */
static int debit, credit;	/* equal whenever somebody looks */
static bool halfway, inside, unequal, held, left_off;
static struct irq_work look;

/* Hardirq. */
static void on_look(struct irq_work *work)
{
	if (halfway) {		/* over update(): do not hang, say so */
		inside = true;
		return;
	}
	spin_lock(&lock);
	unequal |= debit != credit;
	spin_unlock(&lock);
}

static void update(void)
{
	unsigned long flags;

	/* LAB BEGIN: on_look() must not come before both are changed */
	spin_lock_irqsave(&lock, flags);
	/* LAB END */
	halfway = true;
	debit++;
	irq_work_queue(&look);
	lab_spin_until(READ_ONCE(inside), 2);
	held = spin_is_locked(&lock);
	credit++;
	halfway = false;
	/* LAB BEGIN: now it may */
	spin_unlock_irqrestore(&lock, flags);
	/* LAB END */
}

static int on_cpu0(void *comp)
{
	struct task_struct *t;

	pr_info("lock free: the handler got it: %s\n", lab_yes(knock(take_far)));
	t = kthread_run_on_cpu(holder, NULL, 1, "lab/%u");
	if (!IS_ERR(t)) {
		lab_spin_until(READ_ONCE(holding), 1000);
		pr_info("another CPU had it: the handler waited and got it: %s\n",
			lab_yes(knock(take_far)));
		wait_for_completion(&done);
	}
	spin_lock(&near);
	knock(take_near);
	spin_unlock(&near);
	pr_info("the interrupted code had it: %d tries, got it: %s\n", TRIES, lab_yes(got));

	init_irq_work(&look, on_look);
	irq_work_queue(&look);
	irq_work_sync(&look);
	update();
	left_off = irqs_disabled();
	local_irq_enable();
	irq_work_sync(&look);
	pr_info("update() held the lock: %s\n", lab_yes(held));
	pr_info("handler inside update(): %s\n", lab_yes(inside));
	pr_info("handler saw half an update: %s\n", lab_yes(unequal));
	pr_info("interrupts on again: %s\n", lab_yes(!left_off));
	kthread_complete_and_exit(comp, 0);
}

static int __init lab_init(void)
{
	DECLARE_COMPLETION_ONSTACK(end);
	struct task_struct *t = kthread_run_on_cpu(on_cpu0, &end, 0, "lab/%u");

	if (IS_ERR(t))
		return PTR_ERR(t);
	wait_for_completion(&end);
	return 0;
}

static void __exit lab_exit(void)
{
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("a spinlock and one's own interrupt");
MODULE_LICENSE("Dual MIT/GPL");
