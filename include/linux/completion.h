/* SPDX-License-Identifier: MIT */
/* Completions: "it is done", said once per waiter, before or after the waiter asks. */
#ifndef _LINUX_COMPLETION_H
#define _LINUX_COMPLETION_H

#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

/* What was done to a completion last, for reports. */
struct completion_deeds {
	struct deed initialised, completed, taken_back;
};

struct completion {
	raw_spinlock_t lock;
	unsigned int done;		/* completes not yet consumed; UINT_MAX: for ever */
	struct list_head line;		/* who waits, in order of arrival; then done is 0 */
	__LOCKDEP(struct completion_deeds deeds);
};

#define __COMPLETION_INITIALIZER(work, n)						\
	{ .lock = __RAW_SPIN_LOCK_UNLOCKED((work).lock), .done = (n),		\
	  .line = LIST_HEAD_INIT((work).line) }
#define DECLARE_COMPLETION(work)	struct completion work = __COMPLETION_INITIALIZER(work, 0)
/* On a stack: its lock is not static, so its class is that of this place (D1). */
#define DECLARE_COMPLETION_ONSTACK(work) \
	struct completion work = ({ init_completion(&work); work; })

#define __init_completion(x, n) do {						\
	raw_spin_lock_init(&(x)->lock);						\
	(x)->done = (n);							\
	INIT_LIST_HEAD(&(x)->line);						\
	__LOCKDEP((x)->deeds = (struct completion_deeds){ });			\
	__LOCKDEP(note_deed(&(x)->deeds.initialised, 0, _THIS_IP_));		\
} while (0)
#define init_completion(x)	__init_completion(x, 0)

static inline void __note_taken_back(struct completion *x, unsigned long ip)
{
	__LOCKDEP(note_deed(&x->deeds.taken_back, 0, ip));
}

static __always_inline void reinit_completion(struct completion *x)
{
	if (DEBUG_LOCKS && data_race(x->done))
		__note_taken_back(x, _THIS_IP_);
	x->done = 0;
}

/* For reports; nothing in release builds. Context: any. */
static inline struct completion_deeds completion_deeds(const struct completion *x)
{
	struct completion_deeds d = { };

	__LOCKDEP(d = data_race(x->deeds));
	return d;
}

/* Let one waiter through, now or later. Any context but NMI. */
void complete(struct completion *x);
/* Let everybody through until reinit_completion(). */
void complete_all(struct completion *x);

/* May sleep. Timeouts in jiffies: 0 means it ran out, else what was left (at least 1). */
void wait_for_completion(struct completion *x);
unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout);
/* 0, or -ERESTARTSYS after a signal that @state lets in. */
int wait_for_completion_state(struct completion *x, unsigned int state);
#define wait_for_completion_killable(x) wait_for_completion_state((x), TASK_KILLABLE)
/* Jiffies left, at least 1; 0: it ran out; -ERESTARTSYS. */
long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout);
#define wait_for_completion_interruptible(x) wait_for_completion_state((x), TASK_INTERRUPTIBLE)
/* Any context: consumes a complete() if there is one. */
bool try_wait_for_completion(struct completion *x);
bool completion_done(struct completion *x);

/* One who waits in a line; on its own stack. */
struct line_waiter {
	struct list_head list;
	struct task_struct *task;
	bool shared;			/* it asks for no more than other readers have */
	bool granted;
};

/*
 * What completions, semaphores, mutexes and rwsems are made of. All: @line and everything in it
 * belong to a lock, which is held, IRQs off.
 *
 * grant - let @w leave its line and go on. grant_first - the first in @line; returns its task, or NULL
 * if nobody waits.
 * wait_in_line - sleep in @state until granted. The jiffies left, at least 1; 0 if @timeout ran out;
 * -ERESTARTSYS after a signal that @state lets in. Drops @lock while it sleeps. @shared is for who
 * grants.
 */
void grant(struct line_waiter *w);
struct task_struct *grant_first(struct list_head *line);
long wait_in_line(raw_spinlock_t *lock, struct list_head *line, bool shared, unsigned int state,
		  long timeout) __must_hold(lock);

#endif
