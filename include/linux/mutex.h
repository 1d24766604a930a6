/* SPDX-License-Identifier: MIT */
/*
 * Mutexes: sleeping locks with an owner. Only the owner unlocks, never from interrupt context.
 * An unlock hands the mutex to the first waiter, so the order is that of arrival.
 */
#ifndef _LINUX_MUTEX_H
#define _LINUX_MUTEX_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/cleanup.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/spinlock_types.h>

struct task_struct;

struct __lock_type("mutex") mutex {
	atomic_long_t owner;		/* the task, bit 0 set while somebody waits; 0: free */
	raw_spinlock_t wait_lock;
	struct list_head wait_list;
	struct lockdep_map dep_map;
};

#define __MUTEX_INITIALIZER(lockname) {						\
	.owner = ATOMIC_LONG_INIT(0),						\
	.wait_lock = __RAW_SPIN_LOCK_UNLOCKED(lockname.wait_lock),		\
	.wait_list = LIST_HEAD_INIT(lockname.wait_list),			\
	.dep_map = __LOCKDEP_MAP(#lockname, LD_WAIT_SLEEP) }
#define DEFINE_MUTEX(mutexname)	struct mutex mutexname = __MUTEX_INITIALIZER(mutexname)

void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key);
#define mutex_init(mutex) do {							\
	static struct lock_class_key __key;					\
	__mutex_init((mutex), #mutex, &__key);					\
} while (0)

/* May sleep. @subclass: nesting level, for lockdep (D11). */
void mutex_lock_nested(struct mutex *lock, unsigned int subclass)
	__acquires(lock) __no_lock_analysis;
#define mutex_lock(lock)	mutex_lock_nested(lock, 0)
/* 0, or -EINTR if a signal came first. */
int __must_check mutex_lock_interruptible_nested(struct mutex *lock, unsigned int subclass)
	__try_acquires_at(0, lock) __no_lock_analysis;
#define mutex_lock_interruptible(lock)	mutex_lock_interruptible_nested(lock, 0)
/* The same for a deadly signal only. */
int __must_check mutex_lock_killable_nested(struct mutex *lock, unsigned int subclass)
	__try_acquires_at(0, lock) __no_lock_analysis;
#define mutex_lock_killable(lock)	mutex_lock_killable_nested(lock, 0)
/* 1 if taken, 0 if not. Never sleeps, yet not for interrupt context: the owner is a task. */
int mutex_trylock(struct mutex *lock) __try_acquires(lock) __no_lock_analysis;
void mutex_unlock(struct mutex *lock) __releases(lock) __no_lock_analysis;
bool mutex_is_locked(struct mutex *lock);
/* Who has it at this moment, NULL: nobody. For reports. Any context. */
struct task_struct *mutex_owner(struct mutex *lock);

/* The mutex goes away: nobody may have it. */
static inline void mutex_destroy(struct mutex *lock)
{
	WARN_ON_ONCE(mutex_is_locked(lock));
}

DEFINE_LOCK_GUARD_1(mutex, struct mutex, mutex_lock(_T->lock), mutex_unlock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(mutex, _try, mutex_trylock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(mutex, _intr, mutex_lock_interruptible(_T->lock) == 0)

#endif
