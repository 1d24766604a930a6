// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * On the line of the NIC, which shares it: each interrupt leaves a timer, a tasklet and an item pending. It can go at
 * any moment (after=µs from when its exit begins), because it stops each source before what that feeds; with hasty=1
 * it stops the timer first, and the next interrupt starts it again. With want=, who makes that pending waits until the
 * exit, on another CPU, has seen it.
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

enum { TIMER = 1, TASKLET = 2, ITEM = 4 };
static int want;
module_param(want, int, 0444);
static int looking_for;

static unsigned long irqs, timers, tasklets, items;

/* Not for ever: the exit may be on this CPU. */
static void let_it_be_seen(int thing)
{
	for (int i = 0; i < 1000000 && READ_ONCE(looking_for) == thing; i++)
		cpu_relax();
}

static void busy_work(struct work_struct *work)
{
	items++;
}
static DECLARE_WORK(work, busy_work);

static void busy_tasklet(struct tasklet_struct *t)
{
	tasklets++;
	schedule_work(&work);
	let_it_be_seen(ITEM);
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
	let_it_be_seen(TASKLET);
	return IRQ_NONE;
}

static int pending(void)
{
	return TIMER * timer_pending(&timer) + ITEM * work_pending(&work) +
	       TASKLET * test_bit(TASKLET_STATE_SCHED, &tasklet.state);
}

static int __init busy_init(void)
{
	return request_irq(11, busy_handler, IRQF_SHARED, KBUILD_MODNAME, &irqs);
}

static void __exit busy_exit(void)
{
	unsigned long end = jiffies + HZ;
	int before;

	udelay(after);
	WRITE_ONCE(looking_for, want);
	do {
		before = pending();
	} while ((before & want) != want && time_before(jiffies, end));
	WRITE_ONCE(looking_for, 0);
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
