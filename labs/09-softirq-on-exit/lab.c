// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The exit of an interrupt looks at what is pending, and at what the interrupt has interrupted.
 *
 * A timer interrupts code of different kinds and schedules a tasklet. Did the tasklet run before the
 * interrupted code went on? The rule that you write predicts it from preempt_count() of that code.
 */
#include "lab.h"
#include "lab_here.h"
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static struct lab_interrupt timer;
static struct task_struct *task;
static unsigned int interrupted;	/* preempt_count() of what the timer has interrupted */
static bool nested, depth_seen;
static unsigned int runs, inside;
static struct task_struct *borrowed;
static bool irqs_off;

/* Does the exit of an interrupt run softirqs, if they are pending, over code with this count? */
static bool exit_runs_softirqs(unsigned int pc)
{
	/* LAB BEGIN: HARDIRQ_MASK, SOFTIRQ_MASK, PREEMPT_MASK: which fields of pc decide? */
	return !(pc & (HARDIRQ_MASK | SOFTIRQ_MASK));
	/* LAB END */
	return true;
}

static void report(const char *over, bool ran)
{
	pr_info("over %s: on exit %s, by the rule %s\n", over, lab_yes(ran),
		lab_yes(exit_runs_softirqs(interrupted)));
}

/* Context: softirq. The first run is interrupted itself, by an interrupt that wants another run. */
static void tasklet_fn(struct tasklet_struct *unused)
{
	runs++;
	inside++;
	depth_seen |= inside > 1;
	borrowed = current;
	irqs_off = irqs_disabled();
	if (nested) {
		nested = false;
		lab_interrupt(&timer);
	}
	inside--;
}
static DECLARE_TASKLET(tasklet, tasklet_fn);

/* Context: hardirq. */
static void timer_fn(void)
{
	interrupted = preempt_count() - HARDIRQ_OFFSET;
	tasklet_schedule(&tasklet);
}

/* Did the tasklet run between the interrupt and here? */
static bool ran_on_exit(void)
{
	runs = 0;
	lab_interrupt(&timer);
	return runs;
}

static void show_softirq(void)
{
	nested = true;
	runs = 0;
	lab_interrupt(&timer);
	report("a softirq", depth_seen);
	pr_info("  it ran afterwards, in the next pass: runs %u\n", runs);
}

static void show_all(void)
{
	bool ran = ran_on_exit();

	report("a task", ran);
	pr_info("  in the interrupted task's name %s, interrupts off %s\n",
		lab_yes(borrowed == task), lab_yes(irqs_off));
	preempt_disable();
	ran = ran_on_exit();
	preempt_enable();
	report("preempt_disable", ran);
	spin_lock(&lock);
	ran = ran_on_exit();
	spin_unlock(&lock);
	report("spin_lock", ran);
	show_softirq();
	local_bh_disable();
	ran = ran_on_exit();
	local_bh_enable();
	report("local_bh_disable", ran);
	pr_info("  it ran in local_bh_enable: runs %u\n", runs);
}

static int __init lab_init(void)
{
	lab_interrupt_init(&timer, timer_fn);
	task = current;
	lab_stay();
	show_all();
	lab_leave();
	return 0;
}
module_init(lab_init);

static void __exit lab_exit(void)
{
	tasklet_kill(&tasklet);
}
module_exit(lab_exit);

MODULE_DESCRIPTION("Lab 09: softirqs on the exit of an interrupt");
MODULE_LICENSE("Dual MIT/GPL");
