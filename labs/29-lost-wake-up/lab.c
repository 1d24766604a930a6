// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A thread sleeps until there is work. Work comes from an interrupt, and the first piece comes at the
 * worst moment: after the thread has looked and found nothing, before it sleeps. pending() sees to it.
 */
#include "lab.h"
#include <linux/module.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#define SPINS	500	/* looks in half a second: one each millisecond */

static struct task_struct *worker;
static bool work, at_worst_moment;
static int looks, done;
static DECLARE_COMPLETION(served);

/* Hardirq: here is work. */
static void bring(struct irq_work *unused)
{
	WRITE_ONCE(work, true);
	wake_up_process(worker);
}
static DEFINE_IRQ_WORK(work_irq, bring);

/* Is there work? Once, the interrupt that brings some comes right behind the look. */
static bool pending(void)
{
	bool found = READ_ONCE(work);

	WRITE_ONCE(looks, looks + 1);
	if (!found && at_worst_moment) {
		at_worst_moment = false;
		irq_work_queue(&work_irq);
		lab_spin_until(!irq_work_is_busy(&work_irq), 1000);
	}
	return found;
}

/* Context: the worker. Return when there is work or the thread is to stop; until then sleep. */
static void wait_for_work(void)
{
	/* LAB BEGIN: sleep while neither pending() nor kthread_should_stop() */
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (pending() || kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	/* LAB END */
}

static int worker_fn(void *unused)
{
	while (!kthread_should_stop()) {
		wait_for_work();
		if (!READ_ONCE(work))
			continue;
		WRITE_ONCE(work, false);
		might_sleep();	/* the work may sleep, so it must be done in TASK_RUNNING */
		done++;
		complete(&served);
	}
	return 0;
}

/* Did the worker serve what was brought? If not, wake it so that the lab can go on. */
static bool served_in(unsigned int ms)
{
	if (wait_for_completion_timeout(&served, msecs_to_jiffies(ms)))
		return true;
	wake_up_process(worker);
	wait_for_completion_timeout(&served, msecs_to_jiffies(ms));
	return false;
}

static int __init lab_init(void)
{
	int before, more;
	bool served_first;

	at_worst_moment = true;
	worker = kthread_create(worker_fn, NULL, "lab");
	if (IS_ERR(worker))
		return PTR_ERR(worker);
	wake_up_process(worker);
	served_first = served_in(2000);
	pr_info("looked for work: %s\n", lab_yes(READ_ONCE(looks)));
	pr_info("brought right after the look: served: %s\n", lab_yes(served_first));

	msleep(200);
	before = READ_ONCE(looks);
	msleep(500);
	more = READ_ONCE(looks) - before;
	pr_info("without work it sleeps: %s\n", lab_yes(more < SPINS));
	pr_info("looks in half a second without work: %d\n", more);

	irq_work_queue(&work_irq);
	pr_info("brought to a sleeper: served: %s\n", lab_yes(served_in(2000)));
	kthread_stop(worker);
	pr_info("done %d\n", done);
	return 0;
}

static void __exit lab_exit(void)
{
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("look, then sleep: the lost wake-up");
MODULE_LICENSE("Dual MIT/GPL");
