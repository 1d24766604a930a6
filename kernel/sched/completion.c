/* SPDX-License-Identifier: MIT */
/*
 * Completions. `done` counts; each waiter takes one away under the lock, so one that completes and
 * one that waits can come in either order. The object may be freed as soon as wait_for_completion()
 * returns: complete() touches nothing of it after it releases the lock.
 */
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/sched/signal.h>

#define DONE_FOR_EVER	UINT_MAX

void complete(struct completion *x)
{
	guard(spinlock_irqsave)(&x->wait.lock);
	if (x->done != DONE_FOR_EVER)
		x->done++;
	wake_up_locked(&x->wait);
}
EXPORT_SYMBOL(complete);

void complete_all(struct completion *x)
{
	guard(spinlock_irqsave)(&x->wait.lock);
	x->done = DONE_FOR_EVER;
	wake_up_all_locked(&x->wait);
}
EXPORT_SYMBOL(complete_all);

/* One unit of `done` for the caller, if there is any. Context: x->wait.lock held. */
static bool take_one(struct completion *x)
{
	if (!x->done)
		return false;
	if (x->done != DONE_FOR_EVER)
		x->done--;
	return true;
}

/* Sleep until done. Context: x->wait.lock held, which sleeping drops. Jiffies left or -ERESTARTSYS. */
static long wait_locked(struct completion *x, long timeout, unsigned int state)
{
	DEFINE_WAIT(e);

	e.flags |= WQ_FLAG_EXCLUSIVE;
	while (!x->done && timeout) {
		if (signal_pending_state(state, current)) {
			timeout = -ERESTARTSYS;
			break;
		}
		if (list_empty(&e.entry))
			list_add_tail(&e.entry, &x->wait.head);
		__set_current_state(state);
		spin_unlock_irq(&x->wait.lock);
		timeout = schedule_timeout(timeout);
		spin_lock_irq(&x->wait.lock);
	}
	list_del_init(&e.entry);
	return timeout;
}

static long wait_common(struct completion *x, long timeout, unsigned int state)
{
	long left;

	might_sleep();
	spin_lock_irq(&x->wait.lock);
	left = wait_locked(x, timeout, state);
	if (left >= 0 && take_one(x))
		left = left ?: 1;
	spin_unlock_irq(&x->wait.lock);
	return left;
}

void wait_for_completion(struct completion *x)
{
	wait_common(x, MAX_SCHEDULE_TIMEOUT, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(wait_for_completion);

unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)
{
	return wait_common(x, timeout, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(wait_for_completion_timeout);

int wait_for_completion_interruptible(struct completion *x)
{
	long left = wait_common(x, MAX_SCHEDULE_TIMEOUT, TASK_INTERRUPTIBLE);

	return left < 0 ? left : 0;
}
EXPORT_SYMBOL(wait_for_completion_interruptible);

long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout)
{
	return wait_common(x, timeout, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL(wait_for_completion_interruptible_timeout);

int wait_for_completion_killable(struct completion *x)
{
	long left = wait_common(x, MAX_SCHEDULE_TIMEOUT, TASK_KILLABLE);

	return left < 0 ? left : 0;
}
EXPORT_SYMBOL(wait_for_completion_killable);

bool try_wait_for_completion(struct completion *x)
{
	guard(spinlock_irqsave)(&x->wait.lock);
	return take_one(x);
}
EXPORT_SYMBOL(try_wait_for_completion);

bool completion_done(struct completion *x)
{
	/* with the lock: a complete() that we see is through, so the caller may free @x */
	guard(spinlock_irqsave)(&x->wait.lock);
	return x->done != 0;
}
EXPORT_SYMBOL(completion_done);
