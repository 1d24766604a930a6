/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/sched.h, linux/sched/signal.h, linux/kthread.h */
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/kthread.h>

static int loop(void *data)
{
	while (!kthread_should_stop()) {
		if (kthread_should_park())
			kthread_parkme();
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
		__set_current_state(TASK_RUNNING);
		cond_resched();
		cpu_relax();
	}
	return 0;
}

long api_sched(const struct cpumask *mask)
{
	struct task_struct *t = kthread_run(loop, NULL, "api/%d", 1);
	struct task_struct *u = kthread_create(loop, NULL, "api");
	struct task_struct *v = kthread_create_on_node(loop, NULL, -1, "api");
	struct task_struct *w = kthread_run_on_cpu(loop, NULL, 0, "api/%u");
	long ret = schedule_timeout(10) + schedule_timeout_interruptible(10) +
		   schedule_timeout_uninterruptible(10) + TASK_UNINTERRUPTIBLE;

	get_task_struct(t);
	kthread_bind(u, 0);
	wake_up_process(u);
	sched_set_fifo(t);
	sched_set_fifo_low(t);
	sched_set_normal(t, 5);
	set_user_nice(t, 0);
	ret += set_cpus_allowed_ptr(t, mask) + kthread_park(t) + signal_pending(current);
	kthread_unpark(t);
	put_task_struct(t);
	allow_signal(SIGTERM);
	flush_signals(current);
	ret += kthread_stop(t) + kthread_stop(u) + kthread_stop(v) + kthread_stop(w);
	yield();
	return ret + current->pid + current->comm[0] + current->policy + current->rt_priority +
	       (current->policy == SCHED_FIFO) + need_resched() + task_cpu(current) +
	       task_nice(current);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
