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
	unsigned long flags;

	spin_lock_irqsave(&x->wait.lock, flags);
	if (x->done != DONE_FOR_EVER)
		x->done++;
	wake_up_locked(&x->wait);
	spin_unlock_irqrestore(&x->wait.lock, flags);
}
EXPORT_SYMBOL(complete);

void complete_all(struct completion *x)
{
	unsigned long flags;

	spin_lock_irqsave(&x->wait.lock, flags);
	x->done = DONE_FOR_EVER;
	wake_up_all_locked(&x->wait);
	spin_unlock_irqrestore(&x->wait.lock, flags);
}
EXPORT_SYMBOL(complete_all);

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
	if (x->done && left >= 0) {
		if (x->done != DONE_FOR_EVER)
			x->done--;
		left = left ?: 1;
	}
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
	unsigned long flags;
	bool taken;

	spin_lock_irqsave(&x->wait.lock, flags);
	taken = x->done != 0;
	if (taken && x->done != DONE_FOR_EVER)
		x->done--;
	spin_unlock_irqrestore(&x->wait.lock, flags);
	return taken;
}
EXPORT_SYMBOL(try_wait_for_completion);

bool completion_done(struct completion *x)
{
	unsigned long flags;
	bool done;

	/* with the lock: a complete() that we see is through, so the caller may free @x */
	spin_lock_irqsave(&x->wait.lock, flags);
	done = x->done != 0;
	spin_unlock_irqrestore(&x->wait.lock, flags);
	return done;
}
EXPORT_SYMBOL(completion_done);
