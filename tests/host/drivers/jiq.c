/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* Files that run a tasklet, a timer or a work item and tell what each saw: `cat /proc/jiq/tasklet`. */
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static bool done, in_irq_like, in_worker;

static void note(void)
{
	in_irq_like = in_interrupt();
	in_worker = current_work() != NULL;
	done = true;
	wake_up_interruptible(&queue);
}

static void tasklet_note(struct tasklet_struct *t)
{
	note();
}
static DECLARE_TASKLET(tasklet, tasklet_note);

static void timer_note(struct timer_list *t)
{
	note();
}
static DEFINE_TIMER(timer, timer_note);

static void work_note(struct work_struct *work)
{
	note();
}
static DECLARE_WORK(work, work_note);
static DECLARE_DELAYED_WORK(late, work_note);

static int tell(struct seq_file *m)
{
	int ret = wait_event_interruptible(queue, done);

	if (ret)
		return ret;
	seq_printf(m, "in_interrupt %d, worker %d\n", in_irq_like, in_worker);
	return 0;
}

static int tasklet_show(struct seq_file *m, void *v)
{
	done = false;
	tasklet_schedule(&tasklet);
	return tell(m);
}

static int timer_show(struct seq_file *m, void *v)
{
	unsigned long start = jiffies;
	int ret;

	done = false;
	mod_timer(&timer, start + HZ / 50);
	ret = tell(m);
	seq_printf(m, "early: %s\n", time_before(jiffies, start + HZ / 50) ? "yes" : "no");
	return ret;
}

static int work_show(struct seq_file *m, void *v)
{
	done = false;
	schedule_work(&work);
	return tell(m);
}

static int late_show(struct seq_file *m, void *v)
{
	done = false;
	schedule_delayed_work(&late, HZ / 50);
	return tell(m);
}

static int __init jiq_init(void)
{
	struct proc_dir_entry *dir = proc_mkdir("jiq", NULL);

	if (!dir)
		return -ENOMEM;
	proc_create_single("tasklet", 0444, dir, tasklet_show);
	proc_create_single("timer", 0444, dir, timer_show);
	proc_create_single("work", 0444, dir, work_show);
	proc_create_single("late", 0444, dir, late_show);
	return 0;
}

static void __exit jiq_exit(void)
{
	remove_proc_subtree("jiq", NULL);
	tasklet_kill(&tasklet);
	del_timer_sync(&timer);
	cancel_work_sync(&work);
	cancel_delayed_work_sync(&late);
}

module_init(jiq_init);
module_exit(jiq_exit);
MODULE_LICENSE("GPL");
