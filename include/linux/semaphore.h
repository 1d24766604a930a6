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

struct semaphore {
	struct completion units;
};

#define DEFINE_SEMAPHORE(name, n) \
	struct semaphore name = { __COMPLETION_INITIALIZER((name).units, n) }
#define sema_init(sem, val)	__init_completion(&(sem)->units, val)

static inline void down(struct semaphore *sem)
{
	wait_for_completion(&sem->units);
}

/* 0 or -EINTR. */
static inline int __must_check down_interruptible(struct semaphore *sem)
{
	return wait_for_completion_interruptible(&sem->units) ? -EINTR : 0;
}

static inline int __must_check down_killable(struct semaphore *sem)
{
	return wait_for_completion_killable(&sem->units) ? -EINTR : 0;
}

/* 0 if taken, 1 if not: the other way round than mutex_trylock(). Any context but NMI. */
static inline int __must_check down_trylock(struct semaphore *sem)
{
	return !try_wait_for_completion(&sem->units);
}

/* 0, or -ETIME after @timeout jiffies. */
static inline int __must_check down_timeout(struct semaphore *sem, long timeout)
{
	return wait_for_completion_timeout(&sem->units, max(timeout, 0L)) ? 0 : -ETIME;
}

static inline void up(struct semaphore *sem)
{
	complete(&sem->units);
}

#endif
