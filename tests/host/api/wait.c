/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/completion.h, linux/wait.h */
#include <linux/completion.h>
#include <linux/sched.h>
#include <linux/wait.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static DECLARE_COMPLETION(done);
static int flag;

static long by_hand(wait_queue_head_t *wq)
{
	DEFINE_WAIT(entry);
	DECLARE_WAITQUEUE(other, current);

	add_wait_queue(wq, &other);
	remove_wait_queue(wq, &other);
	add_wait_queue_exclusive(wq, &other);
	prepare_to_wait(wq, &entry, TASK_INTERRUPTIBLE);
	prepare_to_wait_exclusive(wq, &entry, TASK_UNINTERRUPTIBLE);
	if (!flag)
		schedule();
	finish_wait(wq, &entry);
	init_wait(&entry);
	return waitqueue_active(wq) + wq_has_sleeper(wq);
}

long api_wait(wait_queue_head_t *wq, struct completion *c, spinlock_t *lock)
{
	long ret;

	init_waitqueue_head(wq);
	wake_up(wq);
	wake_up_all(&queue);
	wake_up_nr(wq, 2);
	wake_up_interruptible(wq);
	wake_up_interruptible_all(wq);
	wake_up_interruptible_sync(wq);
	wait_event(queue, flag);
	wait_event_lock_irq(queue, flag, *lock);
	ret = wait_event_interruptible(*wq, flag) + wait_event_killable(*wq, flag) +
	      wait_event_timeout(*wq, flag, 10) + wait_event_interruptible_timeout(*wq, flag, 10) +
	      wait_event_interruptible_exclusive(*wq, flag);

	init_completion(c);
	reinit_completion(c);
	complete(&done);
	complete_all(c);
	wait_for_completion(c);
	ret += wait_for_completion_timeout(c, 10) + wait_for_completion_interruptible(c) +
	       wait_for_completion_killable(c) + wait_for_completion_interruptible_timeout(c, 10);
	return ret + try_wait_for_completion(c) + completion_done(c) + by_hand(wq);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
