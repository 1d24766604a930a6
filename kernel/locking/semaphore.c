/* SPDX-License-Identifier: MIT */
/*
 * Counting semaphores. A waiter that up() has chosen is given its unit directly (w.up), so the count
 * never has to be fought for again.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/semaphore.h>

struct semaphore_waiter {
	struct list_head list;
	struct task_struct *task;
	bool up;
};

/* Context: sem->lock held, IRQs off, count 0. */
static int wait_for_up(struct semaphore *sem, unsigned int state, long timeout)
{
	struct semaphore_waiter w = { .task = current };
	int ret = 0;

	list_add_tail(&w.list, &sem->wait_list);
	while (!w.up) {
		if (signal_pending_state(state, current))
			ret = -EINTR;
		else if (timeout <= 0)
			ret = -ETIME;
		if (ret) {
			list_del(&w.list);
			break;
		}
		__set_current_state(state);
		raw_spin_unlock_irq(&sem->lock);
		timeout = schedule_timeout(timeout);
		raw_spin_lock_irq(&sem->lock);
	}
	return ret;
}

static int down_common(struct semaphore *sem, unsigned int state, long timeout)
{
	int ret = 0;

	might_sleep();
	raw_spin_lock_irq(&sem->lock);
	if (sem->count > 0)
		sem->count--;
	else
		ret = wait_for_up(sem, state, timeout);
	raw_spin_unlock_irq(&sem->lock);
	return ret;
}

void down(struct semaphore *sem)
{
	down_common(sem, TASK_UNINTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL(down);

int down_interruptible(struct semaphore *sem)
{
	return down_common(sem, TASK_INTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL(down_interruptible);

int down_killable(struct semaphore *sem)
{
	return down_common(sem, TASK_KILLABLE, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL(down_killable);

int down_timeout(struct semaphore *sem, long timeout)
{
	return down_common(sem, TASK_UNINTERRUPTIBLE, timeout);
}
EXPORT_SYMBOL(down_timeout);

int down_trylock(struct semaphore *sem)
{
	guard(raw_spinlock_irqsave)(&sem->lock);
	if (!sem->count)
		return 1;
	sem->count--;
	return 0;
}
EXPORT_SYMBOL(down_trylock);

void up(struct semaphore *sem)
{
	struct semaphore_waiter *w;

	guard(raw_spinlock_irqsave)(&sem->lock);
	w = list_first_entry_or_null(&sem->wait_list, struct semaphore_waiter, list);
	if (!w) {
		sem->count++;
	} else {
		list_del(&w->list);
		w->up = true;
		wake_up_process(w->task);	/* before the unlock: then it may be gone */
	}
}
EXPORT_SYMBOL(up);
