/* SPDX-License-Identifier: MIT */
/* Counting semaphores: sleep while the count is 0. up() is legal in any context but NMI. */
#ifndef _LINUX_SEMAPHORE_H
#define _LINUX_SEMAPHORE_H

#include <linux/list.h>
#include <linux/spinlock.h>

struct semaphore {
	raw_spinlock_t lock;
	unsigned int count;
	struct list_head wait_list;
};

#define __SEMAPHORE_INITIALIZER(name, n) {				\
	.lock = __RAW_SPIN_LOCK_UNLOCKED((name).lock),			\
	.count = n,							\
	.wait_list = LIST_HEAD_INIT((name).wait_list) }
#define DEFINE_SEMAPHORE(name, n)	struct semaphore name = __SEMAPHORE_INITIALIZER(name, n)

#define sema_init(sem, val) do {					\
	raw_spin_lock_init(&(sem)->lock);				\
	(sem)->count = (val);						\
	INIT_LIST_HEAD(&(sem)->wait_list);				\
} while (0)

void down(struct semaphore *sem);
int __must_check down_interruptible(struct semaphore *sem);	/* 0 or -EINTR */
int __must_check down_killable(struct semaphore *sem);
/* 0 if taken, 1 if not: the other way round than mutex_trylock(). Any context but NMI. */
int __must_check down_trylock(struct semaphore *sem);
/* 0, or -ETIME after @timeout jiffies. */
int __must_check down_timeout(struct semaphore *sem, long timeout);
void up(struct semaphore *sem);

#endif
