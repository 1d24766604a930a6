// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * 20 bh-work: a work item on system_bh_wq runs in a softirq, like a tasklet, and is handled like
 * any other work item: queue, flush, cancel. Here it stands beside tasklets that are scheduled at
 * the same time.
 */
#include "lab.h"
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#define RUNS	1000
#define ROUNDS	15

static char order[40];
static unsigned int runs;
static const char *context;
static unsigned int ran_on;
static DECLARE_COMPLETION(finished);

static void hi_fn(struct tasklet_struct *t)	{ strcat(order, " hi-tasklet"); }
static void old_fn(struct tasklet_struct *t)	{ strcat(order, " tasklet"); }
static DECLARE_TASKLET(hi, hi_fn);
static DECLARE_TASKLET(old, old_fn);

/* Context: softirq, interrupts on. */
static void item_fn(struct work_struct *work)
{
	runs++;
	context = in_serving_softirq() ? "softirq" : in_task() ? "task" : "hardirq";
	ran_on = smp_processor_id();
	strcat(order, " work");
}
static DECLARE_WORK(item, item_fn);

/* As the top half of a driver would. Context: any. */
static void defer(struct work_struct *work)
{
	/* LAB BEGIN: have @work run in a softirq of this CPU, where tasklets run */
	queue_work(system_bh_wq, work);
	/* LAB END */
}

/* The device is gone. Context: softirqs disabled. */
static void stop(struct work_struct *work)
{
	/* LAB BEGIN: what is queued is not wanted any more; what runs has ended when you return */
	cancel_work_sync(work);
	/* LAB END */
}

static void beside_tasklets(void)
{
	local_bh_disable();
	tasklet_schedule(&old);
	tasklet_hi_schedule(&hi);
	for (int i = 0; i < 3; i++)
		defer(&item);
	local_bh_enable();
	flush_work(&item);
	tasklet_kill(&old);
	tasklet_kill(&hi);
	pr_info("queued three times: runs %u\n", runs);
	pr_info("context: %s\n", context ?: "none");
	pr_info("on CPU %u\n", ran_on);
	pr_info("order:%s\n", order);
}

/* Queued in a task, it is ksoftirqd's; flush_work() waits for that. */
static void flushed(void)
{
	runs = 0;
	defer(&item);
	flush_work(&item);
	pr_info("queued in a task and flushed: runs %u\n", runs);
}

/* Queued, and the softirq has not come yet. */
static void stopped(void)
{
	runs = 0;
	local_bh_disable();
	defer(&item);
	stop(&item);
	local_bh_enable();
	pr_info("queued and stopped: runs %u\n", runs);
}

/* --- An item that queues itself --- */

static struct task_struct *starter;
static unsigned int on_starter;

static void again_fn(struct work_struct *work)
{
	if (current == starter)
		on_starter++;
	if (++runs < RUNS)
		queue_work(system_bh_wq, work);
	else
		complete(&finished);
}
static DECLARE_WORK(again, again_fn);

static int ascending(const void *a, const void *b)
{
	return *(const unsigned int *)a - *(const unsigned int *)b;
}

static void queues_itself(void)
{
	unsigned int paid[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		unsigned long now = jiffies;

		runs = on_starter = 0;
		while (READ_ONCE(jiffies) == now)
			cpu_relax();
		local_bh_disable();
		queue_work(system_bh_wq, &again);
		local_bh_enable();
		wait_for_completion(&finished);
		paid[i] = on_starter;
	}
	sort(paid, ROUNDS, sizeof(paid[0]), ascending, NULL);
	pr_info("queues itself: runs %u, of which before ksoftirqd %u\n", runs, paid[ROUNDS / 2]);
}

static int __init lab_init(void)
{
	starter = current;
	set_cpus_allowed_ptr(current, cpumask_of(1));
	beside_tasklets();
	flushed();
	stopped();
	queues_itself();
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	return 0;
}

static void __exit lab_exit(void)
{
	cancel_work_sync(&item);
	cancel_work_sync(&again);
	tasklet_kill(&old);
	tasklet_kill(&hi);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("Lab 20: BH work");
MODULE_LICENSE("Dual MIT/GPL");
