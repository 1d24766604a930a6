// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * On the line of the NIC, which shares it: each interrupt leaves a timer, a tasklet and an item pending. It can go at
 * any moment (after=µs from when its exit begins), because it stops each source before what that feeds; with hasty=1
 * it stops the timer first, and the next interrupt starts it again.
 */
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

static int after;
module_param(after, int, 0444);
static bool hasty;
module_param(hasty, bool, 0444);

static unsigned long irqs, timers, tasklets, items;

static void busy_work(struct work_struct *work)
{
	items++;
}
static DECLARE_WORK(work, busy_work);

static void busy_tasklet(struct tasklet_struct *t)
{
	tasklets++;
	schedule_work(&work);
}
static DECLARE_TASKLET(tasklet, busy_tasklet);

static void busy_timer(struct timer_list *t)
{
	timers++;
	tasklet_schedule(&tasklet);
}
static DEFINE_TIMER(timer, busy_timer);

static irqreturn_t busy_handler(int irq, void *dev)
{
	WRITE_ONCE(irqs, irqs + 1);
	tasklet_schedule(&tasklet);
	mod_timer(&timer, jiffies + (hasty ? HZ : 1));
	return IRQ_NONE;
}

/* 1: the timer, 2: the tasklet, 4: the item. */
static int pending(void)
{
	return timer_pending(&timer) + 2 * test_bit(TASKLET_STATE_SCHED, &tasklet.state) +
	       4 * work_pending(&work);
}

static int __init busy_init(void)
{
	return request_irq(11, busy_handler, IRQF_SHARED, KBUILD_MODNAME, &irqs);
}

static void __exit busy_exit(void)
{
	int before;

	udelay(after);
	before = pending();
	if (hasty) {
		unsigned long seen = READ_ONCE(irqs);

		timer_delete_sync(&timer);
		while (READ_ONCE(irqs) == seen)
			cpu_relax();
	}
	free_irq(11, &irqs);
	if (!hasty)
		timer_delete_sync(&timer);
	tasklet_kill(&tasklet);
	cancel_work_sync(&work);
	pr_info("busy: pending %d, then %d; %s\n", before, pending(),
		irqs && timers + irqs >= tasklets && tasklets >= items ? "counted" : irqs ? "miscounted" : "idle");
}

module_init(busy_init);
module_exit(busy_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Something is always pending");
