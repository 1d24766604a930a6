// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Bottom halves off: a task and a tasklet of the same CPU share two numbers that must always be
 * equal. What keeps the tasklet out of the middle of the update, and nothing else?
 *
 * pause() lets a timer interrupt in, which schedules the tasklet.
 */
#include "lab.h"
#include "lab_here.h"

static struct lab_interrupt timer;
static struct task_struct *task, *ran_by;
static unsigned int left, right;	/* equal, if nobody looks into the middle of update() */
static unsigned int interrupts, looks, unequal, pc;
static unsigned int came, in_update, after_inner, elsewhere;

/* Context: softirq. */
static void look(struct tasklet_struct *unused)
{
	looks++;
	unequal += left != right;
	ran_by = current;
	pc = preempt_count();
}
static DECLARE_TASKLET(tasklet, look);

static void look_elsewhere(struct tasklet_struct *unused)
{
	WRITE_ONCE(elsewhere, 1);
}
static DECLARE_TASKLET(other_tasklet, look_elsewhere);

/* Context: hardirq. */
static void timer_fn(void)
{
	tasklet_schedule(&tasklet);
	interrupts++;
}

/* The middle of the update takes so long that an interrupt comes, and another CPU has a softirq. */
static void pause(void)
{
	lab_interrupt(&timer);
	lab_spin(READ_ONCE(elsewhere));
	came = interrupts;
	in_update = looks;
}

/* What the update calls is careful, too. */
static void careful(void)
{
	local_bh_disable();
	barrier();
	local_bh_enable();
	after_inner = looks;
}

static void update(void)
{
	/* LAB BEGIN: call left++, pause(), careful(), right++ so that look() never sees left != right */
	local_bh_disable();
	left++;
	pause();
	careful();
	right++;
	local_bh_enable();
	/* LAB END */
}

static void kick_other(void *unused)
{
	tasklet_schedule(&other_tasklet);
}

static int __init lab_init(void)
{
	lab_interrupt_init(&timer, timer_fn);
	lab_stay();
	task = current;
	smp_call_function_single(lab_other_cpu(raw_smp_processor_id()),
				 kick_other, NULL, 0);
	update();
	pr_info("during the update: interrupts %u\n", came);
	pr_info("during the update: looks %u, after the inner enable %u\n", in_update,
		after_inner);
	pr_info("looks %u, unequal %u\n", looks, unequal);
	pr_info("by the updating task %s, softirq %u preempt %u\n", lab_yes(ran_by == task),
		(unsigned int)(pc & SOFTIRQ_MASK) >> SOFTIRQ_SHIFT,
		(unsigned int)(pc & PREEMPT_MASK) >> PREEMPT_SHIFT);
	pr_info("meanwhile, on another CPU: looks %u\n", elsewhere);
	lab_leave();
	return 0;
}
module_init(lab_init);

static void __exit lab_exit(void)
{
	tasklet_kill(&tasklet);
	tasklet_kill(&other_tasklet);
}
module_exit(lab_exit);

MODULE_DESCRIPTION("Lab 10: bottom halves off");
MODULE_LICENSE("Dual MIT/GPL");
