/* SPDX-License-Identifier: MIT */
/*
 * Sleeping for a time: schedule_timeout() on the timer wheel, usleep_range() on an hrtimer.
 *
 * Invariant: a sleep is never shorter than asked, because the wheel rounds up by itself (M2).
 */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched.h>
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

/* Sleeps in a row that were none, for the state was not set; a debug build's, for reports. */
static void note_sleepless(unsigned long ip)
{
	if (!DEBUG_LOCKS)
		return;
	WRITE_ONCE(current->sleepless_at, ip);
	WRITE_ONCE(current->sleepless, task_is_running(current) ? current->sleepless + 1 : 0);
}

/*
 * schedule_timeout - sleep in the task state set before, until woken or @timeout jiffies have
 * passed. MAX_SCHEDULE_TIMEOUT: no limit. Returns the jiffies left, 0 if the time is over. May
 * sleep.
 */
signed long schedule_timeout(signed long timeout)
{
	note_sleepless(_RET_IP_);
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
	if (DEBUG_LOCKS)
		WRITE_ONCE(current->sleeps_until, expire ?: 1);
	schedule();
	if (DEBUG_LOCKS)
		WRITE_ONCE(current->sleeps_until, 0);
	timer_delete_sync(&t.timer);
	timeout = expire - jiffies;
	return timeout < 0 ? 0 : timeout;
}
EXPORT_SYMBOL(schedule_timeout);

signed long schedule_timeout_interruptible(signed long timeout)
{
	__set_current_state(TASK_INTERRUPTIBLE);
	return schedule_timeout(timeout);
}
EXPORT_SYMBOL(schedule_timeout_interruptible);

signed long schedule_timeout_uninterruptible(signed long timeout)
{
	__set_current_state(TASK_UNINTERRUPTIBLE);
	return schedule_timeout(timeout);
}
EXPORT_SYMBOL(schedule_timeout_uninterruptible);

/* L21: no might_sleep() here and below; in atomic context schedule() reports (L20). */
void msleep(unsigned int msecs)
{
	signed long timeout = msecs_to_jiffies(msecs);

	while (timeout)
		timeout = schedule_timeout_uninterruptible(timeout);
}
EXPORT_SYMBOL(msleep);

unsigned long msleep_interruptible(unsigned int msecs)
{
	signed long timeout = msecs_to_jiffies(msecs);

	while (timeout && !signal_pending(current))
		timeout = schedule_timeout_interruptible(timeout);
	return jiffies_to_msecs(timeout);
}
EXPORT_SYMBOL(msleep_interruptible);

struct hrtimer_sleeper {
	struct hrtimer timer;
	struct task_struct *task;
};

static enum hrtimer_restart wake_sleeper(struct hrtimer *timer)
{
	struct hrtimer_sleeper *s = container_of(timer, struct hrtimer_sleeper, timer);
	struct task_struct *task = s->task;

	WRITE_ONCE(s->task, NULL);
	wake_up_process(task);
	return HRTIMER_NORESTART;
}

void usleep_range(unsigned long min, unsigned long max)
{
	struct hrtimer_sleeper s = {.task = current};

	hrtimer_setup(&s.timer, wake_sleeper, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&s.timer, us_to_ktime(min), HRTIMER_MODE_REL);
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (!READ_ONCE(s.task))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	hrtimer_cancel(&s.timer); /* waits for a running callback, which uses @s */
}
EXPORT_SYMBOL(usleep_range);
