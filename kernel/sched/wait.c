/* SPDX-License-Identifier: MIT */
/* Wait queues: who waits for what, and waking them in order. See linux/wait.h for the rule. */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/sched_clock.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

void note_deed(struct deed *d, pid_t whom, unsigned long ip)
{
	*d = (struct deed){ .ip = ip, .when = sched_clock(), .whom = whom };
}
EXPORT_SYMBOL(note_deed);

#define VAIN_WAKEUPS	16U
static struct vain_wakeup vain_wakeups[VAIN_WAKEUPS];
static atomic_t vain_wakeups_nr = ATOMIC_INIT(0);

/* Without a lock: who reads one while it is written gets a wrong one. */
void __note_vain_wakeup(const void *what, unsigned long ip)
{
	unsigned int nr = atomic_fetch_inc(&vain_wakeups_nr);
	struct vain_wakeup *v = &vain_wakeups[nr % VAIN_WAKEUPS];

	WRITE_ONCE(v->what, what);
	WRITE_ONCE(v->ip, ip);
	WRITE_ONCE(v->when, sched_clock());
}

bool vain_wakeup_by(bool (*mine)(const void *ip, const void *arg), const void *arg, u64 since,
		    const void *other, struct vain_wakeup *v)
{
	bool found = false;

	for (int i = 0; i < VAIN_WAKEUPS; i++) {
		struct vain_wakeup this = data_race(vain_wakeups[i]);

		if (!this.ip || this.what == other || this.when <= since ||
		    !mine((void *)this.ip, arg))
			continue;
		*v = this;
		since = this.when;
		found = true;
	}
	return found;
}

/* Who wakes @p, or those in @mode, of whom it is none; for reports, a debug build's. */
static void note_wake(struct task_struct *p, unsigned int mode, unsigned long ip)
{
	unsigned int state = READ_ONCE(p->__state);

	if (!DEBUG_LOCKS)
		return;
	WRITE_ONCE(p->vain_wake_was,
		   state != TASK_RUNNING && !(state & mode) ? WOKE_OTHERS : WOKE_IT);
	WRITE_ONCE(p->vain_wake_ip, ip);
	WRITE_ONCE(p->vain_wake, sched_clock());
}

/* @woken was the last that was woken: @next and those behind it stay. Context: wq->lock held. */
static void note_woken_before(struct wait_queue_head *wq, pid_t woken,
			      struct wait_queue_entry *next, unsigned long ip)
{
	if (!DEBUG_LOCKS)
		return;
	list_for_each_entry_from(next, &wq->head, entry) {
		WRITE_ONCE(next->task->vain_wake_was, WOKE_BEFORE);
		WRITE_ONCE(next->task->vain_wake_whom, woken);
		WRITE_ONCE(next->task->vain_wake_ip, ip);
		WRITE_ONCE(next->task->vain_wake, sched_clock());
	}
}

/* The wait is over, so none of its wake-ups was in vain. */
static void note_wait_is_over(void)
{
	note_wait(WAITS_NOT, NULL);
	if (DEBUG_LOCKS)
		WRITE_ONCE(current->vain_wake, 0);
}

/*
 * Who is woken leaves the queue here, unless add_wait_queue() put it there. When it finds itself off
 * the queue, without taking its lock, we are through with its entry: see finish_wait().
 */
void __wake_up(struct wait_queue_head *wq, unsigned int mode, int nr)
{
	struct wait_queue_entry *e, *next;

	guard(spinlock_irqsave)(&wq->lock);
	if (list_empty(&wq->head))
		note_vain_wakeup(wq, _RET_IP_);
	list_for_each_entry_safe(e, next, &wq->head, entry) {
		unsigned int flags = e->flags;	/* e may be gone after it left, and its thread */
		pid_t pid = e->task->pid;

		note_wake(e->task, mode, _RET_IP_);
		if (!wake_up_state(e->task, mode))
			continue;
		if (!(flags & WQ_FLAG_STAYS))
			list_del_init_careful(&e->entry);
		if ((flags & WQ_FLAG_EXCLUSIVE) && --nr == 0) {
			note_woken_before(wq, pid, next, _RET_IP_);
			break;
		}
	}
}
EXPORT_SYMBOL(__wake_up);

/* Exclusive waiters are at the tail: all others are woken before the first of them. wq->lock held. */
static void enqueue(struct wait_queue_head *wq, struct wait_queue_entry *e)
{
	note_wait(WAITS_QUEUE, wq);
	if (!list_empty(&e->entry))
		return;
	if (e->flags & WQ_FLAG_EXCLUSIVE)
		list_add_tail(&e->entry, &wq->head);
	else
		list_add(&e->entry, &wq->head);
}

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
	enqueue(wq, e);
	set_current_state(state);
	return 0;
}
EXPORT_SYMBOL(prepare_to_wait_event);

void prepare_to_wait(struct wait_queue_head *wq, struct wait_queue_entry *e, int state)
{
	e->flags &= ~WQ_FLAG_EXCLUSIVE;
	guard(spinlock_irqsave)(&wq->lock);
	enqueue(wq, e);
	set_current_state(state);
}
EXPORT_SYMBOL(prepare_to_wait);

bool prepare_to_wait_exclusive(struct wait_queue_head *wq, struct wait_queue_entry *e, int state)
{
	bool was_empty;

	e->flags |= WQ_FLAG_EXCLUSIVE;
	guard(spinlock_irqsave)(&wq->lock);
	was_empty = list_empty(&wq->head);
	enqueue(wq, e);
	set_current_state(state);
	return was_empty;
}
EXPORT_SYMBOL(prepare_to_wait_exclusive);

void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *e)
{
	e->flags = WQ_FLAG_STAYS;
	guard(spinlock_irqsave)(&wq->lock);
	enqueue(wq, e);
}
EXPORT_SYMBOL(add_wait_queue);

void add_wait_queue_exclusive(struct wait_queue_head *wq, struct wait_queue_entry *e)
{
	e->flags = WQ_FLAG_STAYS | WQ_FLAG_EXCLUSIVE;
	guard(spinlock_irqsave)(&wq->lock);
	enqueue(wq, e);
}
EXPORT_SYMBOL(add_wait_queue_exclusive);

void remove_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *e)
{
	scoped_guard(spinlock_irqsave, &wq->lock)
		list_del_init(&e->entry);
	note_wait_is_over();
}
EXPORT_SYMBOL(remove_wait_queue);

void finish_wait(struct wait_queue_head *wq, struct wait_queue_entry *e)
{
	__set_current_state(TASK_RUNNING);
	/* Empty: the waker is through with @e, which may be on our stack. Else take it off. */
	if (!list_empty_careful(&e->entry)) {
		guard(spinlock_irqsave)(&wq->lock);
		list_del_init(&e->entry);
	}
	note_wait_is_over();
}
EXPORT_SYMBOL(finish_wait);
