/* SPDX-License-Identifier: MIT */
/*
 * Counting semaphores: sleep while the count is 0. up() is legal in any context but NMI. They are
 * completions by another name, which may start with a count.
 */
#ifndef _LINUX_SEMAPHORE_H
#define _LINUX_SEMAPHORE_H

#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sched.h>

struct semaphore {
	struct completion units;
	__LOCKDEP(unsigned long taken_at; pid_t taken_by);	/* last, for reports */
};

static __always_inline void __sem_taken(struct semaphore *sem)
{
	__LOCKDEP(WRITE_ONCE(sem->taken_at, _THIS_IP_));
	__LOCKDEP(WRITE_ONCE(sem->taken_by, current->pid));
}

/* @wait takes a unit, if it is 0. */
#define __sem_down(sem, wait) ({					\
	struct wait_note __before = note_awaited(NOTE(WAITS_SEMAPHORE, sem));	\
	int __err = (wait);						\
									\
	note_awaited(__before);						\
	if (!__err)							\
		__sem_taken(sem);					\
	__err; })

#define DEFINE_SEMAPHORE(name, n) \
	struct semaphore name = { __COMPLETION_INITIALIZER((name).units, n) }
#define sema_init(sem, val)	__init_completion(&(sem)->units, val)

static __always_inline void down(struct semaphore *sem)
{
	__sem_down(sem, (wait_for_completion(&sem->units), 0));
}

/* 0 or -EINTR. */
static __always_inline int __must_check down_interruptible(struct semaphore *sem)
{
	return __sem_down(sem, wait_for_completion_interruptible(&sem->units) ? -EINTR : 0);
}

static __always_inline int __must_check down_killable(struct semaphore *sem)
{
	return __sem_down(sem, wait_for_completion_killable(&sem->units) ? -EINTR : 0);
}

/* 0 if taken, 1 if not: the other way round than mutex_trylock(). Any context but NMI. */
static __always_inline int __must_check down_trylock(struct semaphore *sem)
{
	if (!try_wait_for_completion(&sem->units))
		return 1;
	__sem_taken(sem);
	return 0;
}

/* 0, or -ETIME after @timeout jiffies. */
static __always_inline int __must_check down_timeout(struct semaphore *sem, long timeout)
{
	return __sem_down(sem, wait_for_completion_timeout(&sem->units, max(timeout, 0L)) ?
			       0 : -ETIME);
}

static inline void up(struct semaphore *sem)
{
	complete(&sem->units);
}

#endif
