/* SPDX-License-Identifier: MIT */
/*
 * Sleeping for a time: schedule_timeout() on the timer wheel, usleep_range() on an hrtimer.
 *
 * Invariant: a sleep is never shorter than asked, because the wheel rounds up by itself (M2).
 */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/sched/signal.h>
#include <linux/timer.h>

struct process_timer {
	struct timer_list timer;
	struct task_struct *task;
};

static void process_timeout(struct timer_list *t)
{
	struct process_timer *timeout = from_timer(timeout, t, timer);

	wake_up_process(timeout->task);
}

/*
 * schedule_timeout - sleep in the task state set before, until woken or @timeout jiffies have
 * passed. MAX_SCHEDULE_TIMEOUT: no limit. Returns the jiffies left, 0 if the time is over. May
 * sleep.
 */
signed long schedule_timeout(signed long timeout)
{
	struct process_timer t = {.task = current};
	unsigned long expire;

	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	if (timeout < 0) {
		pr_err("schedule_timeout: wrong timeout value %lx\n", timeout);
		dump_stack();
		__set_current_state(TASK_RUNNING);
		return 0;
	}
	expire = timeout + jiffies;
	timer_setup(&t.timer, process_timeout, 0);
	mod_timer(&t.timer, expire);
	schedule();
	timer_delete_sync(&t.timer);
	timeout = expire - jiffies;
	return timeout < 0 ? 0 : timeout;
}

#define SCHEDULE_TIMEOUT(how, state)					\
	signed long schedule_timeout_##how(signed long timeout)		\
	{								\
		__set_current_state(state);				\
		return schedule_timeout(timeout);			\
	}
SCHEDULE_TIMEOUT(interruptible, TASK_INTERRUPTIBLE)
SCHEDULE_TIMEOUT(uninterruptible, TASK_UNINTERRUPTIBLE)

/* L21: no might_sleep() here and below; in atomic context schedule() reports (L20). */
void msleep(unsigned int msecs)
{
	signed long timeout = msecs_to_jiffies(msecs);

	while (timeout)
		timeout = schedule_timeout_uninterruptible(timeout);
}

unsigned long msleep_interruptible(unsigned int msecs)
{
	signed long timeout = msecs_to_jiffies(msecs);

	while (timeout && !signal_pending(current))
		timeout = schedule_timeout_interruptible(timeout);
	return jiffies_to_msecs(timeout);
}

void usleep_range(unsigned long min, unsigned long max)
{
	ktime_t until = ktime_add_us(ktime_get(), min);

	do {
		__set_current_state(TASK_UNINTERRUPTIBLE);
	} while (schedule_hrtimeout(&until, HRTIMER_MODE_ABS) < 0);
}
