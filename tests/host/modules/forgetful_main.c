// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Leaves one thing behind when it goes (devices: three):
 * what=timer|hrtimer|irq|tasklet|work|delayed_work|thread|file|devices|nothing,
 * heap_timer|heap_hrtimer|heap_tasklet|heap_works|heap_delayed_work|heap_rcu.
 */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/timer.h>
#include "forgetful.h"

static char *what = "nothing";
module_param(what, charp, 0444);

static void forgotten_timer(struct timer_list *t)
{
}
static DEFINE_TIMER(timer, forgotten_timer);

static enum hrtimer_restart forgotten_hrtimer(struct hrtimer *t)
{
	return HRTIMER_NORESTART;
}
static struct hrtimer hrtimer;

static irqreturn_t forgotten_handler(int irq, void *dev)
{
	return IRQ_NONE;
}

static void forgotten_tasklet(struct tasklet_struct *t)
{
}
static DECLARE_TASKLET_DISABLED(tasklet, forgotten_tasklet);

static int forgotten_thread(void *unused)
{
	while (!kthread_should_stop())
		msleep(10);
	return 0;
}

static int forgotten_show(struct seq_file *m, void *v)
{
	return 0;
}

static int __init forgetful_init(void)
{
	if (!strcmp(what, "timer"))
		mod_timer(&timer, jiffies + 1000 * HZ);
	if (!strcmp(what, "hrtimer")) {
		hrtimer_init(&hrtimer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
		hrtimer.function = forgotten_hrtimer;
		hrtimer_start(&hrtimer, ms_to_ktime(1000000), HRTIMER_MODE_REL);
	}
	if (!strcmp(what, "irq"))	/* the line of the NIC, which shares it */
		return request_irq(11, forgotten_handler, IRQF_SHARED, "forgetful", &timer);
	if (!strcmp(what, "tasklet"))
		tasklet_schedule(&tasklet);
	if (!strcmp(what, "work"))
		return forget_work();
	if (!strcmp(what, "delayed_work"))
		return forget_delayed_work();
	if (!strcmp(what, "devices"))
		return forget_devices();
	if (!strncmp(what, "heap_", 5))
		return forget_on_heap(what + 5);
	if (!strcmp(what, "thread"))
		return PTR_ERR_OR_ZERO(kthread_run(forgotten_thread, NULL, "forgotten"));
	if (!strcmp(what, "file"))
		return proc_create_single("forgotten", 0444, NULL, forgotten_show) ? 0 : -ENOMEM;
	return 0;
}

static void __exit forgetful_exit(void)
{
}

module_init(forgetful_init);
module_exit(forgetful_exit);
MODULE_LICENSE("GPL");
