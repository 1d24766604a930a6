// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A walk through preempt_count(): one word says in which context the code runs and what it may do.
 * In each situation the count is shown field by field, with the name where_am_i() gives to it.
 */
#include "lab.h"
#include "lab_here.h"
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static struct lab_interrupt timer;
static bool ran, over_softirq, leaves_off;
static struct snap { unsigned int pc; const char *name; } in_timer, in_tasklet, here;

/* What runs here? Context: any. */
static const char *where_am_i(void)
{
	/* LAB BEGIN: return "hardirq", "softirq", "task, no softirqs" or "task": which tells them apart? */
	if (in_hardirq())
		return "hardirq";
	if (in_serving_softirq())
		return "softirq";
	return in_softirq() ? "task, no softirqs" : "task";
	/* LAB END */
	return "?";
}

static void take(struct snap *snap)
{
	snap->pc = preempt_count();
	snap->name = where_am_i();
}

static void show(const char *what, const struct snap *snap)
{
	unsigned int hard = (snap->pc & HARDIRQ_MASK) >> HARDIRQ_SHIFT;
	unsigned int soft = (snap->pc & SOFTIRQ_MASK) >> SOFTIRQ_SHIFT;
	unsigned int preempt = (snap->pc & PREEMPT_MASK) >> PREEMPT_SHIFT;

	pr_info("%s: hardirq %u softirq %u preempt %u: %s\n", what, hard, soft, preempt,
		snap->name);
}

/* Context: softirq. */
static void tasklet_fn(struct tasklet_struct *unused)
{
	take(&in_tasklet);
	if (over_softirq)
		lab_interrupt(&timer);
	if (leaves_off)
		preempt_disable();
	WRITE_ONCE(ran, true);
}
static DECLARE_TASKLET(tasklet, tasklet_fn);

/* Context: hardirq; what it schedules runs on its exit, if softirqs run there. */
static void timer_fn(void)
{
	take(&in_timer);
	if (!over_softirq)
		tasklet_schedule(&tasklet);
}

/* An interrupt in this context, and the softirq of its exit, or of whatever runs it later. */
static void interrupt_over(const char *what, void (*enter)(void), void (*leave)(void))
{
	enter();
	take(&here);
	lab_interrupt(&timer);
	leave();
	lab_spin(READ_ONCE(ran));
	show(what, &here);
	show("  interrupt", &in_timer);
	show("  its softirq", &in_tasklet);
	ran = false;
}

static void nothing(void)
{
}

static void preempt_off(void)
{
	preempt_disable();
}

static void preempt_on(void)
{
	preempt_enable();
}

static void bh_off(void)
{
	local_bh_disable();
}

static void bh_on(void)
{
	local_bh_enable();
}

static void lock_bh(void)
{
	spin_lock_bh(&lock);
}

static void unlock_bh(void)
{
	spin_unlock_bh(&lock);
}

static int __init lab_init(void)
{
	lab_interrupt_init(&timer, timer_fn);
	lab_stay();
	interrupt_over("task", nothing, nothing);
	interrupt_over("preempt_disable", preempt_off, preempt_on);
	interrupt_over("local_bh_disable", bh_off, bh_on);
	interrupt_over("spin_lock_bh", lock_bh, unlock_bh);

	local_irq_disable();
	take(&here);
	local_irq_enable();
	show("local_irq_disable", &here);

	over_softirq = true;
	tasklet_schedule(&tasklet);
	lab_spin(READ_ONCE(ran));
	show("softirq raised by a task", &in_tasklet);
	show("  interrupt", &in_timer);

	over_softirq = false;
	leaves_off = true;
	ran = false;
	tasklet_schedule(&tasklet);
	lab_spin(READ_ONCE(ran));
	take(&here);
	show("after a softirq that left preemption off", &here);
	lab_leave();
	return 0;
}
module_init(lab_init);

static void __exit lab_exit(void)
{
	tasklet_kill(&tasklet);
}
module_exit(lab_exit);

MODULE_DESCRIPTION("Lab 08: a walk through preempt_count");
MODULE_LICENSE("Dual MIT/GPL");
