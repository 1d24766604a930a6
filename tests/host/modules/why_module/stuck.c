// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A reader waits for data that the module's other half would bring: insmod stuck.ko half=NAME, what
 * that is in.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

static char *half = "";
module_param(half, charp, 0444);

/* The reader's queue has no name: it is in an object of its own. */
static struct channel {
	wait_queue_head_t readers;
	bool ready;
} *channel;

static DECLARE_WAIT_QUEUE_HEAD(writers);
static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static DECLARE_COMPLETION(has_first);

static int reader(void *unused)
{
	wait_event(channel->readers, READ_ONCE(channel->ready));
	return 0;
}

/* Two locks in two orders: the work that would fill the channel never ends. */
static void takes_second_first(struct work_struct *work)
{
	mutex_lock(&second);
	wait_for_completion(&has_first);
	mutex_lock(&first);
	channel->ready = true;
	mutex_unlock(&first);
	mutex_unlock(&second);
	wake_up(&channel->readers);
}
static DECLARE_WORK(fill_work, takes_second_first);

static int takes_first_first(void *unused)
{
	mutex_lock(&first);
	complete(&has_first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	return 0;
}

static void wakes_the_writers(struct work_struct *work)
{
	channel->ready = true;
	wake_up(&writers);
}
static DECLARE_DELAYED_WORK(wrong_work, wakes_the_writers);

static int __init stuck_init(void)
{
	struct task_struct *p;

	channel = kzalloc(sizeof(*channel), GFP_KERNEL);
	if (!channel)
		return -ENOMEM;
	init_waitqueue_head(&channel->readers);
	p = kthread_run(reader, NULL, "stuck_reader");
	if (IS_ERR(p))
		return PTR_ERR(p);
	if (!strcmp(half, "locks")) {
		schedule_work(&fill_work);
		p = kthread_run(takes_first_first, NULL, "stuck_locker");
	} else {
		schedule_delayed_work(&wrong_work, HZ / 10);
	}
	return PTR_ERR_OR_ZERO(p);
}
module_init(stuck_init);

MODULE_DESCRIPTION("waits for a word of its own");
MODULE_LICENSE("Dual MIT/GPL");
