// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * 16 tasklet-rules: what tasklet_schedule() promises, rule by rule. Items arrive in interrupts,
 * three before the tasklet gets its turn; then four small experiments. All of it on CPU 1, with
 * CPU 2 as the other.
 */
#include "lab.h"
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>

#define ITEMS	3

struct item {
	struct list_head list;
};

static LIST_HEAD(items);
static DEFINE_SPINLOCK(items_lock);	/* protects items; hardirq takes it */
static unsigned int arrived, served, runs;
static bool held;

/* With items_lock, interrupts off. */
static void take(struct list_head *mine)
{
	held = spin_is_locked(&items_lock);
	list_splice_init(&items, mine);
}

/* Context: softirq. */
static void serve_fn(struct tasklet_struct *t)
{
	struct item *item, *next;
	LIST_HEAD(mine);

	runs++;
	/* LAB BEGIN: take(&mine) under items_lock */
	spin_lock_irq(&items_lock);
	take(&mine);
	spin_unlock_irq(&items_lock);
	/* LAB END */
	list_for_each_entry_safe(item, next, &mine, list) {
		served++;
		kfree(item);
	}
}
static DECLARE_TASKLET(serve, serve_fn);

/* Context: hardirq. */
static void arrive_fn(struct irq_work *work)
{
	struct item *item = kmalloc(sizeof(*item), GFP_ATOMIC);

	if (item) {
		spin_lock(&items_lock);
		list_add_tail(&item->list, &items);
		arrived++;
		spin_unlock(&items_lock);
	}
	tasklet_schedule(&serve);
}
static DEFINE_IRQ_WORK(arrive, arrive_fn);

static void many_schedules_one_run(void)
{
	local_bh_disable();
	for (int i = 0; i < ITEMS; i++) {
		irq_work_queue(&arrive);
		irq_work_sync(&arrive);
	}
	local_bh_enable();
	pr_info("scheduled %u times: runs %u\n", arrived, runs);
	pr_info("items served: %u\n", served);
	pr_info("taken with items_lock held: %s\n", lab_yes(held));
}

/* --- Scheduled while it runs; order; disabled --- */

static char order[40];

static void again_fn(struct tasklet_struct *t)
{
	if (!runs++) {
		tasklet_schedule(t);
		tasklet_schedule(t);
	}
}
static DECLARE_TASKLET(again, again_fn);

static void hi_fn(struct tasklet_struct *t)	{ strcat(order, " hi"); }
static void first_fn(struct tasklet_struct *t)	{ strcat(order, " first"); }
static void second_fn(struct tasklet_struct *t)	{ strcat(order, " second"); }
static DECLARE_TASKLET(hi, hi_fn);
static DECLARE_TASKLET(first, first_fn);
static DECLARE_TASKLET(second, second_fn);

static void runs_and_order(void)
{
	runs = 0;
	local_bh_disable();
	tasklet_schedule(&again);
	local_bh_enable();
	tasklet_kill(&again);
	pr_info("scheduled twice by its own run: runs %u\n", runs);

	local_bh_disable();
	tasklet_schedule(&first);
	tasklet_schedule(&second);
	tasklet_hi_schedule(&hi);
	local_bh_enable();
	pr_info("order:%s\n", order);
}

static void count_fn(struct tasklet_struct *t)	{ runs++; }
static DECLARE_TASKLET(counted, count_fn);

static void disabled(void)
{
	runs = 0;
	tasklet_disable(&counted);
	tasklet_schedule(&counted);
	msleep(jiffies_to_msecs(2));
	pr_info("disabled and scheduled: runs %u\n", READ_ONCE(runs));
	tasklet_enable(&counted);
	tasklet_kill(&counted);
	pr_info("enabled: runs %u\n", runs);
}

/* --- Two CPUs --- */

static unsigned int ran_on, most_at_once;
static atomic_t inside = ATOMIC_INIT(0);
static bool other_has_scheduled;

static void place_fn(struct tasklet_struct *t)	{ ran_on = smp_processor_id(); }
static DECLARE_TASKLET(place, place_fn);

static void schedule_place(void *unused)
{
	tasklet_schedule(&place);
}

static struct timer_list on_other;	/* schedules it there, from a softirq of CPU 2 */

static void slow_fn(struct tasklet_struct *t)
{
	most_at_once = max_t(unsigned int, most_at_once, atomic_inc_return(&inside));
	ran_on = smp_processor_id();
	if (!runs++) {
		on_other.expires = jiffies;
		add_timer_on(&on_other, 2);
		while (!READ_ONCE(other_has_scheduled))
			cpu_relax();
		mdelay(2);
	}
	atomic_dec(&inside);
}
static DECLARE_TASKLET(slow, slow_fn);

static void on_other_fn(struct timer_list *unused)
{
	tasklet_schedule(&slow);
	WRITE_ONCE(other_has_scheduled, true);
}

static void two_cpus(void)
{
	local_bh_disable();
	tasklet_schedule(&place);
	smp_call_function_single(2, schedule_place, NULL, 1);
	local_bh_enable();
	tasklet_kill(&place);
	pr_info("scheduled on CPU 1, then on CPU 2: ran on CPU %u\n", ran_on);

	runs = 0;
	timer_setup(&on_other, on_other_fn, TIMER_PINNED);
	local_bh_disable();
	tasklet_schedule(&slow);
	local_bh_enable();
	tasklet_kill(&slow);
	timer_delete_sync(&on_other);
	pr_info("scheduled on 2 while it ran on 1: runs %u, the last on CPU %u, at once %u\n",
		runs, ran_on, most_at_once);
}

static int __init lab_init(void)
{
	set_cpus_allowed_ptr(current, cpumask_of(1));
	many_schedules_one_run();
	runs_and_order();
	disabled();
	two_cpus();
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	return 0;
}

static void __exit lab_exit(void)
{
	struct item *item, *next;

	tasklet_disable(&serve);
	irq_work_queue(&arrive);
	irq_work_sync(&arrive);
	/* LAB BEGIN: an item came while it was disabled: see that it is not queued any more */
	tasklet_enable(&serve);
	tasklet_kill(&serve);
	/* LAB END */
	list_for_each_entry_safe(item, next, &items, list)
		kfree(item);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("Lab 16: the rules of tasklets");
MODULE_LICENSE("Dual MIT/GPL");
