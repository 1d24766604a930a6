/* SPDX-License-Identifier: MIT */
/*
 * Read/write semaphores: sleeping locks that many readers share or one writer has alone. Who took it
 * gives it back, never from interrupt context. The order is that of arrival: a reader that comes
 * while a writer waits waits behind it, so a task that reads must not ask again before it is through.
 */
#ifndef _LINUX_RWSEM_H
#define _LINUX_RWSEM_H

#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/spinlock_types.h>

struct task_struct;

struct __lock_type("rwsem") rw_semaphore {
	atomic_long_t holders;		/* who has it, and whether somebody waits; rwsem.c */
	raw_spinlock_t wait_lock;
	struct list_head wait_list;
	struct lockdep_map dep_map;
};

#define __RWSEM_INITIALIZER(name) {						\
	.holders = ATOMIC_LONG_INIT(0),						\
	.wait_lock = __RAW_SPIN_LOCK_UNLOCKED(name.wait_lock),			\
	.wait_list = LIST_HEAD_INIT(name.wait_list),				\
	.dep_map = __LOCKDEP_MAP(#name, LD_WAIT_SLEEP) }
#define DECLARE_RWSEM(name)	struct rw_semaphore name = __RWSEM_INITIALIZER(name)

void __init_rwsem(struct rw_semaphore *sem, const char *name, struct lock_class_key *key);
#define init_rwsem(sem) do {							\
	static struct lock_class_key __key;					\
	__init_rwsem((sem), #sem, &__key);					\
} while (0)

/*
 * May sleep. _interruptible, _killable: 0, or -EINTR if a signal, or a deadly one, came first.
 * @subclass: nesting level, for lockdep (D11).
 */
void down_read(struct rw_semaphore *sem) __acquires_shared(sem) __no_lock_analysis;
void down_read_nested(struct rw_semaphore *sem, int subclass)
	__acquires_shared(sem) __no_lock_analysis;
int __must_check down_read_interruptible(struct rw_semaphore *sem)
	__try_acquires_shared_at(0, sem) __no_lock_analysis;
int __must_check down_read_killable(struct rw_semaphore *sem)
	__try_acquires_shared_at(0, sem) __no_lock_analysis;
void down_write(struct rw_semaphore *sem) __acquires(sem) __no_lock_analysis;
void down_write_nested(struct rw_semaphore *sem, int subclass)
	__acquires(sem) __no_lock_analysis;
int __must_check down_write_killable(struct rw_semaphore *sem)
	__try_acquires_at(0, sem) __no_lock_analysis;

/*
 * 1 if taken, 0 if not; also 0 while somebody waits. They never sleep, yet are not for interrupt
 * context: the holder is a task.
 */
int down_read_trylock(struct rw_semaphore *sem) __try_acquires_shared(sem) __no_lock_analysis;
int down_write_trylock(struct rw_semaphore *sem) __try_acquires(sem) __no_lock_analysis;

/* By who took it. Never sleep. */
void up_read(struct rw_semaphore *sem) __releases_shared(sem) __no_lock_analysis;
void up_write(struct rw_semaphore *sem) __releases(sem) __no_lock_analysis;
/* The writer reads on, and lets the readers in that are first in line: no writer comes in between. */
void downgrade_write(struct rw_semaphore *sem)
	__releases(sem) __acquires_shared(sem) __no_lock_analysis;

/* Has anybody got it; does anybody wait? At this moment. Any context. */
static inline int rwsem_is_locked(struct rw_semaphore *sem)
{
	return atomic_long_read(&sem->holders) != 0;
}

static inline int rwsem_is_contended(struct rw_semaphore *sem)
{
	return !list_empty(&sem->wait_list);
}

/* Who writes at this moment, NULL: nobody; how many read. For reports. Any context. */
struct task_struct *rwsem_writer(struct rw_semaphore *sem);
long rwsem_readers(struct rw_semaphore *sem);
/* Where @p has taken it for reading; 0: it has not, or this build does not know. For reports. Any context. */
unsigned long rwsem_read_since(const struct task_struct *p, const struct rw_semaphore *sem);

DEFINE_LOCK_GUARD_1(rwsem_read, struct rw_semaphore, down_read(_T->lock), up_read(_T->lock))
DEFINE_LOCK_GUARD_1(rwsem_write, struct rw_semaphore, down_write(_T->lock), up_write(_T->lock))

#endif
