/* SPDX-License-Identifier: MIT */
/*
 * Waiting in line, and completions, which are lines with a count.
 *
 * Who releases gives what he releases to the first in line, under the lock of the line, so nobody
 * overtakes a waiter and the count is 0 whenever somebody waits. The object may be freed as soon as
 * wait_for_completion() returns: complete() touches nothing of it after it releases the lock.
 */
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

#define DONE_FOR_EVER	UINT_MAX

void grant(struct line_waiter *w)
{
	list_del_init(&w->list);
	w->granted = true;
	wake_up_process(w->task);	/* it cannot go on, and @w away, before we release the lock */
}

struct task_struct *grant_first(struct list_head *line)
{
	struct line_waiter *w = list_first_entry_or_null(line, struct line_waiter, list);

	if (!w)
		return NULL;
	grant(w);
	return w->task;
}

long wait_in_line(raw_spinlock_t *lock, struct list_head *line, bool shared, unsigned int state,
		  long timeout)
{
	struct line_waiter w = {
		.list = LIST_HEAD_INIT(w.list), .task = current, .shared = shared,
	};

	while (!w.granted && timeout) {
		if (signal_pending_state(state, current)) {
			timeout = -ERESTARTSYS;
			break;
		}
		if (list_empty(&w.list))
			list_add_tail(&w.list, line);
		__set_current_state(state);
		raw_spin_unlock_irq(lock);
		timeout = schedule_timeout(timeout);
		raw_spin_lock_irq(lock);
	}
	list_del(&w.list);	/* of no effect if it was granted */
	return w.granted ? timeout ?: 1 : timeout;
}

void complete(struct completion *x)
{
	struct task_struct *first;

	guard(raw_spinlock_irqsave)(&x->lock);
	first = grant_first(&x->line);
	if (!first && x->done != DONE_FOR_EVER)
		x->done++;
	__LOCKDEP(note_deed(&x->deeds.completed, first ? first->pid : 0, _RET_IP_));
	if (!first)
		note_vain_wakeup(x, _RET_IP_);
}
EXPORT_SYMBOL(complete);

void complete_all(struct completion *x)
{
	guard(raw_spinlock_irqsave)(&x->lock);
	x->done = DONE_FOR_EVER;
	while (grant_first(&x->line))
		;
	__LOCKDEP(note_deed(&x->deeds.completed, 0, _RET_IP_));
}
EXPORT_SYMBOL(complete_all);

/* One unit of `done` for the caller, if there is any. Context: x->lock held. */
static bool take_one(struct completion *x)
{
	if (!x->done)
		return false;
	if (x->done != DONE_FOR_EVER)
		x->done--;
	return true;
}

/* Jiffies left, at least 1; 0 when they ran out; -ERESTARTSYS. */
static long wait_common(struct completion *x, long timeout, unsigned int state)
{
	might_sleep();
	guard(raw_spinlock_irq)(&x->lock);
	if (take_one(x))
		return timeout ?: 1;
	note_wait(WAITS_COMPLETION, x);
	timeout = wait_in_line(&x->lock, &x->line, false, state, timeout);
	note_wait(WAITS_NOT, NULL);
	return timeout;
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

int wait_for_completion_state(struct completion *x, unsigned int state)
{
	return min(wait_common(x, MAX_SCHEDULE_TIMEOUT, state), 0L);
}
EXPORT_SYMBOL(wait_for_completion_state);

long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout)
{
	return wait_common(x, timeout, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL(wait_for_completion_interruptible_timeout);

bool try_wait_for_completion(struct completion *x)
{
	guard(raw_spinlock_irqsave)(&x->lock);
	return take_one(x);
}
EXPORT_SYMBOL(try_wait_for_completion);

bool completion_done(struct completion *x)
{
	/* with the lock: a complete() that we see is through, so the caller may free @x */
	guard(raw_spinlock_irqsave)(&x->lock);
	return x->done != 0;
}
EXPORT_SYMBOL(completion_done);
