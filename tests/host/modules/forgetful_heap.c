// SPDX-License-Identifier: MIT OR GPL-2.0
/* What is left behind lies in memory of its own, which stays: only the functions are the module's. */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include "forgetful.h"

static struct heap {
	struct timer_list timer;
	struct hrtimer hrtimer;
	struct tasklet_struct tasklet;
	struct work_struct first, second;
	struct delayed_work dwork;
	struct rcu_head rcu;
} *heap;

static void heap_timer(struct timer_list *t)
{
}

static enum hrtimer_restart heap_hrtimer(struct hrtimer *t)
{
	return HRTIMER_NORESTART;
}

static void heap_tasklet(struct tasklet_struct *t)
{
}

static void heap_first(struct work_struct *work)
{
	msleep(1000);
}

static void heap_second(struct work_struct *work)
{
}

/* There is always one. */
static void heap_rcu(struct rcu_head *head)
{
	call_rcu(head, heap_rcu);
}

static int forget_works(void)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("forgotten", 0);

	if (!wq)
		return -ENOMEM;
	INIT_WORK(&heap->first, heap_first);
	INIT_WORK(&heap->second, heap_second);
	queue_work(wq, &heap->first);
	queue_work(wq, &heap->second);
	msleep(10);
	return 0;
}

int forget_on_heap(const char *what)
{
	heap = kzalloc(sizeof(*heap), GFP_KERNEL);
	if (!heap)
		return -ENOMEM;
	if (!strcmp(what, "timer")) {
		timer_setup(&heap->timer, heap_timer, 0);
		mod_timer(&heap->timer, jiffies + 1000 * HZ);
	}
	if (!strcmp(what, "hrtimer")) {
		hrtimer_init(&heap->hrtimer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
		heap->hrtimer.function = heap_hrtimer;
		hrtimer_start(&heap->hrtimer, ms_to_ktime(1000000), HRTIMER_MODE_REL);
	}
	if (!strcmp(what, "tasklet")) {
		tasklet_setup(&heap->tasklet, heap_tasklet);
		tasklet_disable(&heap->tasklet);
		tasklet_schedule(&heap->tasklet);
	}
	if (!strcmp(what, "delayed_work")) {
		INIT_DELAYED_WORK(&heap->dwork, heap_second);
		schedule_delayed_work(&heap->dwork, 1000 * HZ);
	}
	if (!strcmp(what, "rcu"))
		call_rcu(&heap->rcu, heap_rcu);
	return strcmp(what, "works") ? 0 : forget_works();
}
