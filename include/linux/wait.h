/* SPDX-License-Identifier: MIT */
/*
 * Wait queues: a list of threads that sleep until somebody says that a condition may have changed.
 * wait_event() is a loop of prepare_to_wait_event(), test, schedule(): the test comes after the
 * thread is on the queue with its state set, so a wake_up() between test and sleep is not lost.
 */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/sched.h>
#include <asm/page.h>

#define WQ_FLAG_EXCLUSIVE	0x01	/* wake_up() wakes one of these, at the tail */
#define WQ_FLAG_STAYS		0x02	/* on the queue until remove_wait_queue(), woken or not */

struct wait_queue_entry {
	unsigned int flags;
	struct task_struct *task;
	struct list_head entry;
};

struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
	__LOCKDEP(struct deed initialised);	/* for reports */
};
typedef struct wait_queue_head wait_queue_head_t;

#define __WAIT_QUEUE_HEAD_INITIALIZER(name) \
	{ .lock = __SPIN_LOCK_UNLOCKED(name.lock), .head = LIST_HEAD_INIT(name.head) }
#define DECLARE_WAIT_QUEUE_HEAD(name) \
	struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)

#define init_waitqueue_head(wq) do {						\
	spin_lock_init(&(wq)->lock);						\
	INIT_LIST_HEAD(&(wq)->head);						\
	__LOCKDEP(note_deed(&(wq)->initialised, 0, _THIS_IP_));			\
} while (0)

/* For reports; nothing in release builds. Context: any. */
static inline struct deed waitqueue_initialised(const struct wait_queue_head *wq)
{
	struct deed d = { };

	__LOCKDEP(d = data_race(wq->initialised));
	return d;
}

/* Racy unless the caller has a full barrier after the change of the condition. */
static inline int waitqueue_active(struct wait_queue_head *wq)
{
	return !list_empty(&wq->head);
}

/* Wake all non-exclusive waiters in @mode and @nr exclusive ones (0: all). Any context but NMI. */
void __wake_up(struct wait_queue_head *wq, unsigned int mode, int nr);

/*
 * A module has woken @what, where nobody waits. For reports, in debug builds, which keep the last few.
 * vain_wakeup_by - the last since @since (ns) by whom @mine says yes to, of anything but @other. False: none.
 */
struct vain_wakeup {
	const void *what;
	unsigned long ip;
	u64 when;
};
void __note_vain_wakeup(const void *what, unsigned long ip);
static inline void note_vain_wakeup(const void *what, unsigned long ip)
{
	if (DEBUG_LOCKS && is_module_address(ip))
		__note_vain_wakeup(what, ip);
}
bool vain_wakeup_by(bool (*mine)(const void *ip, const void *arg), const void *arg, u64 since,
		    const void *other, struct vain_wakeup *v);

#define wake_up(x)			__wake_up(x, TASK_NORMAL, 1)
#define wake_up_nr(x, nr)		__wake_up(x, TASK_NORMAL, nr)
#define wake_up_all(x)			__wake_up(x, TASK_NORMAL, 0)
#define wake_up_interruptible(x)	__wake_up(x, TASK_INTERRUPTIBLE, 1)
#define wake_up_interruptible_all(x)	__wake_up(x, TASK_INTERRUPTIBLE, 0)

/* wake_up_interruptible() without a preemption: the woken thread runs when this one gives way. */
#define wake_up_interruptible_sync(x)	wake_up_interruptible(x)

/* Racy no more: the barrier that waitqueue_active() wants. */
static inline bool wq_has_sleeper(struct wait_queue_head *wq)
{
	smp_mb();
	return waitqueue_active(wq);
}

/*
 * Waiting by hand, as wait_event() does it:
 *
 *	DEFINE_WAIT(wait);				the waiter's entry, for this thread
 *	for (;;) {
 *		prepare_to_wait(&queue, &wait, TASK_INTERRUPTIBLE);
 *		if (condition || signal_pending(current))
 *			break;
 *		schedule();
 *	}
 *	finish_wait(&queue, &wait);
 *
 * prepare_to_wait_exclusive() is true if nobody was on the queue before. May sleep after it.
 */
#define init_wait(w) do {							\
	(w)->flags = 0;								\
	(w)->task = current;							\
	INIT_LIST_HEAD(&(w)->entry);						\
} while (0)
#define DEFINE_WAIT(name) \
	struct wait_queue_entry name = { .task = current, .entry = LIST_HEAD_INIT(name.entry) }
void prepare_to_wait(struct wait_queue_head *wq, struct wait_queue_entry *e, int state);
bool prepare_to_wait_exclusive(struct wait_queue_head *wq, struct wait_queue_entry *e, int state);

/* The old way: an entry that stays on the queue from add to remove, while its owner sets its state. */
typedef struct wait_queue_entry wait_queue_entry_t;
#define DECLARE_WAITQUEUE(name, tsk) \
	struct wait_queue_entry name = { .task = (tsk), .entry = LIST_HEAD_INIT(name.entry) }
void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *e);
void add_wait_queue_exclusive(struct wait_queue_head *wq, struct wait_queue_entry *e);
void remove_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *e);

/* Put @e on the queue (once) and set the state; or -ERESTARTSYS if @state lets a pending signal in. */
long prepare_to_wait_event(struct wait_queue_head *wq, struct wait_queue_entry *e, int state);
void finish_wait(struct wait_queue_head *wq, struct wait_queue_entry *e);

/* The loop of all wait_event*(): @ret is the result unless a signal ends it; @cmd sleeps. */
#define ___wait_event(wq_head, condition, state, exclusive, ret, cmd) ({	\
	struct wait_queue_entry __we = {					\
		.flags = (exclusive) ? WQ_FLAG_EXCLUSIVE : 0,			\
		.task = current, .entry = LIST_HEAD_INIT(__we.entry),		\
	};									\
	long __ret = (ret);							\
										\
	for (;;) {								\
		long __int = prepare_to_wait_event(&(wq_head), &__we, (state));	\
										\
		if (condition)							\
			break;							\
		if (__int) {							\
			__ret = __int;						\
			break;							\
		}								\
		cmd;								\
	}									\
	finish_wait(&(wq_head), &__we);						\
	__ret; })

/* A timeout that ran out while the condition became true counts as 1 jiffy left. */
#define ___wait_cond_timeout(condition) ({					\
	bool __cond = (condition);						\
	if (__cond && !__ret)							\
		__ret = 1;							\
	__cond || !__ret; })

/* What they have in common: 0, or -ERESTARTSYS if a signal that @state lets in came first. */
#define __wait_event(wq_head, condition, state, exclusive) ({			\
	int __ret = 0;								\
	might_sleep();								\
	if (!(condition))							\
		__ret = ___wait_event(wq_head, condition, state, exclusive, 0, schedule()); \
	__ret; })
#define wait_event(wq_head, condition) \
	((void)__wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, 0))
#define wait_event_interruptible(wq_head, condition) \
	__wait_event(wq_head, condition, TASK_INTERRUPTIBLE, 0)
/* A deadly signal ends it: -ERESTARTSYS. */
#define wait_event_killable(wq_head, condition) \
	__wait_event(wq_head, condition, TASK_KILLABLE, 0)
/* A wait that is no load. */
#define wait_event_idle(wq_head, condition) \
	((void)__wait_event(wq_head, condition, TASK_IDLE, 0))
#define wait_event_interruptible_exclusive(wq_head, condition) \
	__wait_event(wq_head, condition, TASK_INTERRUPTIBLE, 1)

/* The jiffies left (at least 1), or 0 if the time ran out with the condition still false. */
#define __wait_event_timeout(wq_head, condition, state, timeout) ({		\
	long __ret = (timeout);							\
	might_sleep();								\
	if (!___wait_cond_timeout(condition))					\
		__ret = ___wait_event(wq_head, ___wait_cond_timeout(condition),	\
				      state, 0, (timeout),			\
				      __ret = schedule_timeout(__ret));		\
	__ret; })
#define wait_event_timeout(wq_head, condition, timeout) \
	__wait_event_timeout(wq_head, condition, TASK_UNINTERRUPTIBLE, timeout)
/* Or -ERESTARTSYS. */
#define wait_event_interruptible_timeout(wq_head, condition, timeout) \
	__wait_event_timeout(wq_head, condition, TASK_INTERRUPTIBLE, timeout)

/* The condition is tested under @lock (a spinlock_t held with IRQs off), which sleeping drops. */
#define wait_event_lock_irq(wq_head, condition, lock) do {			\
	if (!(condition))							\
		(void)___wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, 0, \
				    spin_unlock_irq(&(lock)); schedule(); spin_lock_irq(&(lock))); \
} while (0)

#endif
