/* SPDX-License-Identifier: MIT */
/*
 * Mutexes. The owner word is the task, with bit 0 set while somebody waits: then unlocking must take
 * the slow way and hand the mutex to the first waiter, who becomes owner before it even runs. So the
 * order is that of arrival, and nobody overtakes a waiter.
 */
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <trace/events/lock.h>

#define MUTEX_WAITERS	1L

static struct task_struct *owner_of(long word)
{
	return (struct task_struct *)(word & ~MUTEX_WAITERS);
}

static bool mutex_is_mine(struct mutex *lock)
{
	return owner_of(atomic_long_read(&lock->owner)) == current;
}

void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key)
{
	atomic_long_set(&lock->owner, 0);
	raw_spin_lock_init(&lock->wait_lock);
	INIT_LIST_HEAD(&lock->wait_list);
	debug_check_no_locks_freed(lock, sizeof(*lock));
	lockdep_init_map_wait(&lock->dep_map, name, key, LD_WAIT_SLEEP);
}
EXPORT_SYMBOL(__mutex_init);

static bool try_lock_fast(struct mutex *lock)
{
	long free = 0;

	return atomic_long_try_cmpxchg(&lock->owner, &free, (long)current);
}

/* Free: take it. Else leave the note that the unlocker must look for us. Context: wait_lock held. */
static bool try_lock_or_mark(struct mutex *lock)
{
	long old = atomic_long_read(&lock->owner), new;

	do {
		new = owner_of(old) ? old | MUTEX_WAITERS : (long)current;
	} while (!atomic_long_try_cmpxchg(&lock->owner, &old, new));
	return !owner_of(old);
}

/* 0 when we own it, -EINTR on a signal. */
static noinline int lock_slow(struct mutex *lock, unsigned int state)
{
	long err;

	WARN_ONCE(mutex_is_mine(lock), "mutex %pS: %s/%d takes it twice and waits for itself\n",
		  lock, current->comm, current->pid);
	guard(raw_spinlock_irq)(&lock->wait_lock);
	if (try_lock_or_mark(lock))
		return 0;
	WRITE_ONCE(current->blocked_on, lock);
	err = wait_in_line(&lock->wait_lock, &lock->wait_list, false, state, MAX_SCHEDULE_TIMEOUT);
	WRITE_ONCE(current->blocked_on, NULL);
	/* on a signal, if nobody else waits, the note costs the owner one look at the list */
	return err > 0 ? 0 : -EINTR;
}

static __always_inline int lock_common(struct mutex *lock, unsigned int state,
				       unsigned int subclass,
				       unsigned long ip)
{
	int ret = 0;

	might_sleep();
	lock_acquire(&lock->dep_map, subclass, 0, LOCK_WRITE, 1, NULL, ip);
	if (!try_lock_fast(lock)) {
		lock_contended(&lock->dep_map, ip);
		trace_contention_begin(lock, LCB_F_MUTEX);
		ret = lock_slow(lock, state);
		trace_contention_end(lock, ret);
	}
	if (ret)
		lock_release(&lock->dep_map, ip);
	else
		lock_acquired(&lock->dep_map, ip);
	return ret;
}

void mutex_lock_nested(struct mutex *lock, unsigned int subclass)
{
	lock_common(lock, TASK_UNINTERRUPTIBLE, subclass, _RET_IP_);
}
EXPORT_SYMBOL(mutex_lock_nested);

int mutex_lock_interruptible_nested(struct mutex *lock, unsigned int subclass)
{
	return lock_common(lock, TASK_INTERRUPTIBLE, subclass, _RET_IP_);
}
EXPORT_SYMBOL(mutex_lock_interruptible_nested);

int mutex_lock_killable_nested(struct mutex *lock, unsigned int subclass)
{
	return lock_common(lock, TASK_KILLABLE, subclass, _RET_IP_);
}
EXPORT_SYMBOL(mutex_lock_killable_nested);

int mutex_trylock(struct mutex *lock)
{
	WARN_ON_ONCE(!in_task());
	if (!try_lock_fast(lock))
		return 0;
	lock_acquire(&lock->dep_map, 0, 1, LOCK_WRITE, 1, NULL, _RET_IP_);
	lock_acquired(&lock->dep_map, _RET_IP_);
	return 1;
}
EXPORT_SYMBOL(mutex_trylock);

static noinline void unlock_slow(struct mutex *lock)
{
	long next;

	guard(raw_spinlock_irqsave)(&lock->wait_lock);
	next = (long)grant_first(&lock->wait_list);
	if (!list_empty(&lock->wait_list))
		next |= MUTEX_WAITERS;
	atomic64_set_release(&lock->owner, next);
}

/* All that can be said about an unlock, and the unlock. */
static noinline void unlock_checked(struct mutex *lock, unsigned long ip)
{
	long mine = (long)current;

	WARN_ON_ONCE(!in_task());
	if (WARN_ONCE(!mutex_is_mine(lock), "mutex %pS: unlocked by %s/%d, which does not own it\n",
		      lock, current->comm, current->pid)) {
		lock_release_refused(&lock->dep_map, ip);
		return;
	}
	lock_release(&lock->dep_map, ip);
	if (!atomic_long_try_cmpxchg(&lock->owner, &mine, 0))
		unlock_slow(lock);
}

void mutex_unlock(struct mutex *lock)
{
	long mine = (long)current;

	/* That it was ours and nobody waits, in one step. lockdep wants to hear of it before. */
	if (!DEBUG_LOCKS && likely(in_task()) &&
	    likely(atomic_long_try_cmpxchg(&lock->owner, &mine, 0)))
		return;
	unlock_checked(lock, _RET_IP_);
}
EXPORT_SYMBOL(mutex_unlock);

struct task_struct *mutex_owner(struct mutex *lock)
{
	return owner_of(atomic_long_read(&lock->owner));
}

bool mutex_is_locked(struct mutex *lock)
{
	return owner_of(atomic_long_read(&lock->owner)) != NULL;
}
EXPORT_SYMBOL(mutex_is_locked);
