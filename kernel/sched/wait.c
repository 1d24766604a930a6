/* SPDX-License-Identifier: MIT */
/* Wait queues: who waits for what, and waking them in order. See linux/wait.h for the rule. */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *e)
{
	e->flags &= ~WQ_FLAG_EXCLUSIVE;
	guard(spinlock_irqsave)(&wq->lock);
	list_add(&e->entry, &wq->head);
}
EXPORT_SYMBOL(add_wait_queue);

/* Exclusive ones are at the tail: all others are woken before the first of them. */
void add_wait_queue_exclusive(struct wait_queue_head *wq, struct wait_queue_entry *e)
{
	e->flags |= WQ_FLAG_EXCLUSIVE;
	guard(spinlock_irqsave)(&wq->lock);
	list_add_tail(&e->entry, &wq->head);
}
EXPORT_SYMBOL(add_wait_queue_exclusive);

void remove_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *e)
{
	guard(spinlock_irqsave)(&wq->lock);
	list_del(&e->entry);
}
EXPORT_SYMBOL(remove_wait_queue);

static int wake_up_common(struct wait_queue_head *wq, unsigned int mode, int nr, void *key)
{
	struct wait_queue_entry *e, *next;
	int woken = 0;

	lockdep_assert_held(&wq->lock);
	list_for_each_entry_safe(e, next, &wq->head, entry) {
		unsigned int flags = e->flags;	/* e may be gone after its function */
		int ret = e->func(e, mode, 0, key);

		if (ret < 0)
			break;
		woken += !!ret;
		if (ret && (flags & WQ_FLAG_EXCLUSIVE) && --nr == 0)
			break;
	}
	return woken;
}

int __wake_up(struct wait_queue_head *wq, unsigned int mode, int nr, void *key)
{
	guard(spinlock_irqsave)(&wq->lock);
	return wake_up_common(wq, mode, nr, key);
}
EXPORT_SYMBOL(__wake_up);

void __wake_up_locked(struct wait_queue_head *wq, unsigned int mode, int nr)
{
	wake_up_common(wq, mode, nr, NULL);
}
EXPORT_SYMBOL_GPL(__wake_up_locked);

int default_wake_function(struct wait_queue_entry *e, unsigned int mode, int flags, void *key)
{
	return wake_up_state(e->private, mode);
}
EXPORT_SYMBOL(default_wake_function);

/* The waiter finds itself off the queue without taking its lock: see finish_wait(). */
int autoremove_wake_function(struct wait_queue_entry *e, unsigned int mode, int flags, void *key)
{
	int woken = default_wake_function(e, mode, flags, key);

	if (woken)
		list_del_init_careful(&e->entry);
	return woken;
}
EXPORT_SYMBOL(autoremove_wake_function);

void init_wait_entry(struct wait_queue_entry *e, int flags)
{
	e->flags = flags;
	e->private = current;
	e->func = autoremove_wake_function;
	INIT_LIST_HEAD(&e->entry);
}
EXPORT_SYMBOL(init_wait_entry);

/* Returns true if the queue was empty. Context: wq->lock held. */
static bool queue_waiter(struct wait_queue_head *wq, struct wait_queue_entry *e)
{
	bool was_empty = list_empty(&wq->head);

	if (!list_empty(&e->entry))
		return false;
	if (e->flags & WQ_FLAG_EXCLUSIVE)
		list_add_tail(&e->entry, &wq->head);
	else
		list_add(&e->entry, &wq->head);
	return was_empty;
}

void prepare_to_wait(struct wait_queue_head *wq, struct wait_queue_entry *e, int state)
{
	e->flags &= ~WQ_FLAG_EXCLUSIVE;
	guard(spinlock_irqsave)(&wq->lock);
	queue_waiter(wq, e);
	set_current_state(state);
}
EXPORT_SYMBOL(prepare_to_wait);

bool prepare_to_wait_exclusive(struct wait_queue_head *wq, struct wait_queue_entry *e, int state)
{
	bool was_empty;

	e->flags |= WQ_FLAG_EXCLUSIVE;
	guard(spinlock_irqsave)(&wq->lock);
	was_empty = queue_waiter(wq, e);
	set_current_state(state);
	return was_empty;
}
EXPORT_SYMBOL(prepare_to_wait_exclusive);

/*
 * On a signal an exclusive waiter leaves the queue here, under the lock: a wake-up meant for it that
 * came first has already taken it off, and then the condition is tested once more by the caller.
 */
long prepare_to_wait_event(struct wait_queue_head *wq, struct wait_queue_entry *e, int state)
{
	guard(spinlock_irqsave)(&wq->lock);
	if (signal_pending_state(state, current)) {
		list_del_init(&e->entry);
		return -ERESTARTSYS;
	}
	queue_waiter(wq, e);
	set_current_state(state);
	return 0;
}
EXPORT_SYMBOL(prepare_to_wait_event);

void finish_wait(struct wait_queue_head *wq, struct wait_queue_entry *e)
{
	__set_current_state(TASK_RUNNING);
	/* Empty: the waker is through with @e, which may be on our stack. Else take it off. */
	if (!list_empty_careful(&e->entry)) {
		guard(spinlock_irqsave)(&wq->lock);
		list_del_init(&e->entry);
	}
}
EXPORT_SYMBOL(finish_wait);
