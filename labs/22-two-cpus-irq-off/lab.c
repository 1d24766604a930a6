// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Two CPUs add one to the same counter. Adding is three steps (read, add, write), and the lab stays
 * between the read and the write until somebody else comes in, or for PATIENCE ms if nobody can: what
 * takes luck elsewhere happens here every time. An interrupt of the adding CPU tries to come in too.
 */
#include "lab.h"
#include <linux/module.h>
#include <linux/kthread.h>
#include <linux/completion.h>
#include <linux/irq_work.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/smp.h>

#define TIMES		3	/* additions by each CPU */
#define PATIENCE	5	/* ms; the other CPU is at the same place at the same time */

static DEFINE_SPINLOCK(lock);
static long counter;

static atomic_t started, between;
static bool met, interrupted, left_off;
static DEFINE_PER_CPU(bool, here);	/* this CPU is between its read and its write */
static DEFINE_PER_CPU(struct irq_work, knock);
static DECLARE_COMPLETION(first);
static DECLARE_COMPLETION(second);

/* Hardirq. */
static void on_knock(struct irq_work *work)
{
	if (this_cpu_read(here))
		WRITE_ONCE(interrupted, true);
}

/* What comes between a read and a write that belong together. The threads are bound to their CPUs. */
static void in_between(void)
{
	this_cpu_write(here, true);
	if (atomic_inc_return(&between) == 2)
		WRITE_ONCE(met, true);
	irq_work_queue(raw_cpu_ptr(&knock));
	lab_spin_until(READ_ONCE(met), PATIENCE);
	atomic_dec(&between);
	this_cpu_write(here, false);
}

static void add_one(void)
{
	unsigned long flags;
	long old;

	/* LAB BEGIN: let nobody come between the read and the write: no interrupt, no other CPU */
	spin_lock_irqsave(&lock, flags);
	/* LAB END */
	old = READ_ONCE(counter);
	in_between();
	WRITE_ONCE(counter, old + 1);
	/* LAB BEGIN: and let them in again */
	spin_unlock_irqrestore(&lock, flags);
	/* LAB END */
}

static int adder(void *done)
{
	atomic_inc(&started);
	lab_spin_until(atomic_read(&started) == 2, 1000);
	for (int i = 0; i < TIMES; i++) {
		add_one();
		if (irqs_disabled()) {
			WRITE_ONCE(left_off, true);
			local_irq_enable();
		}
	}
	irq_work_sync(raw_cpu_ptr(&knock));
	kthread_complete_and_exit(done, 0);
}

static int __init lab_init(void)
{
	struct task_struct *one, *two;

	for (int cpu = 0; cpu < 2; cpu++)
		init_irq_work(per_cpu_ptr(&knock, cpu), on_knock);
	one = kthread_run_on_cpu(adder, &first, 0, "lab/%u");
	if (IS_ERR(one))
		return PTR_ERR(one);
	two = kthread_run_on_cpu(adder, &second, 1, "lab/%u");
	wait_for_completion(&first);
	if (IS_ERR(two))
		return PTR_ERR(two);
	wait_for_completion(&second);

	pr_info("own interrupt between read and write: %s\n", lab_yes(interrupted));
	pr_info("other CPU between read and write: %s\n", lab_yes(met));
	pr_info("interrupts on again: %s\n", lab_yes(!left_off));
	pr_info("counted %ld of %d\n", counter, 2 * TIMES);
	return 0;
}

static void __exit lab_exit(void)
{
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("a data race on two CPUs");
MODULE_LICENSE("Dual MIT/GPL");
