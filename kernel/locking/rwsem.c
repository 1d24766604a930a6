/* SPDX-License-Identifier: MIT */
/*
 * Read/write semaphores. One word says all: the writing task and WRITER, or READER times the number of
 * readers; and WAITERS as long as somebody stands in line. With WAITERS set nobody takes it for himself:
 * who gives it back goes the slow way and hands it to the first in line, who has it before it even runs.
 * If that is a reader, all readers in the line get it together, those behind a waiting writer too; it
 * is then the first, and readers that come now are behind it. So nobody waits for ever.
 *
 * While wait_lock is free, WAITERS is set if and only if the line is not empty, and then somebody
 * has it.
 */
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <trace/events/lock.h>

#define WAITERS		1L
#define WRITER		2L		/* the rest of the word is its task */
#define READER		4L		/* one more reader */

static long writing(struct task_struct *p)
{
	return (long)p | WRITER;
}

static struct task_struct *writer_of(long word)
{
	return word & WRITER ? (struct task_struct *)(word & ~(WRITER | WAITERS)) : NULL;
}

static long readers_of(long word)
{
	return word & WRITER ? 0 : word / READER;
}

struct task_struct *rwsem_writer(struct rw_semaphore *sem)
{
	return writer_of(atomic_long_read(&sem->holders));
}

long rwsem_readers(struct rw_semaphore *sem)
{
	return readers_of(atomic_long_read(&sem->holders));
}

/* --- who reads, for reports; lockdep knows no more when it has spoken --- */

static struct rwsem_read *find_read(const struct task_struct *p, const struct rw_semaphore *sem)
{
	for (int i = 0; DEBUG_LOCKS && i < RWSEM_READS; i++)
		if (READ_ONCE(p->reads[i].sem) == sem)
			return (struct rwsem_read *)&p->reads[i];
	return NULL;
}

/* Who reads more than RWSEM_READS at once has the rest forgotten. */
static void note_reader(const struct rw_semaphore *sem, unsigned long ip)
{
	struct rwsem_read *r = find_read(current, sem) ?: find_read(current, NULL);

	if (!r || r->depth++)
		return;
	WRITE_ONCE(r->since, ip);
	WRITE_ONCE(r->sem, sem);
}

static void note_reader_leaves(const struct rw_semaphore *sem)
{
	struct rwsem_read *r = find_read(current, sem);

	if (r && !--r->depth)
		WRITE_ONCE(r->sem, NULL);
}

unsigned long rwsem_read_since(const struct task_struct *p, const struct rw_semaphore *sem)
{
	const struct rwsem_read *r = find_read(p, sem);

	return r ? READ_ONCE(r->since) : 0;
}

void __init_rwsem(struct rw_semaphore *sem, const char *name, struct lock_class_key *key)
{
	atomic_long_set(&sem->holders, 0);
	raw_spin_lock_init(&sem->wait_lock);
	INIT_LIST_HEAD(&sem->wait_list);
	debug_check_no_locks_freed(sem, sizeof(*sem));
	lockdep_init_map_wait(&sem->dep_map, name, key, LD_WAIT_SLEEP);
}
EXPORT_SYMBOL(__init_rwsem);

/* --- taking it --- */

/* The word after we took it; 0: we may not. */
static long taken(long word, bool read)
{
	if (read)
		return word & (WRITER | WAITERS) ? 0 : word + READER;
	return word ? 0 : writing(current);
}

static bool try_take(struct rw_semaphore *sem, bool read)
{
	long old = atomic_long_read(&sem->holders), new;

	do {
		new = taken(old, read);
		if (!new)
			return false;
	} while (!atomic_long_try_cmpxchg(&sem->holders, &old, new));
	return true;
}

/* The same, or leave the note that sends who gives it back to the line. Context: wait_lock held. */
static bool try_take_or_mark(struct rw_semaphore *sem, bool read)
{
	long old = atomic_long_read(&sem->holders), new;

	do {
		new = taken(old, read) ?: old | WAITERS;
	} while (!atomic_long_try_cmpxchg(&sem->holders, &old, new));
	return !(new & WAITERS);
}

/*
 * Let in who may come in now, and take the note back if nobody is left. Context: wait_lock held. With
 * the note set, only readers that leave change the word meanwhile, and the last of them does not.
 */
static void serve_line(struct rw_semaphore *sem) __must_hold(&sem->wait_lock)
{
	struct list_head *line = &sem->wait_list;
	struct line_waiter *first, *w, *next;
	long word = atomic_long_read(&sem->holders), change = 0;

	first = list_first_entry_or_null(line, struct line_waiter, list);
	if (first && first->shared && !(word & WRITER)) {
		list_for_each_entry_safe(w, next, line, list) {
			if (w->shared) {
				grant(w);
				change += READER;
			}
		}
	} else if (word == WAITERS && first) {
		change = writing(grant_first(line));
	}
	if (list_empty(line))
		change -= word & WAITERS;
	atomic_long_add(change, &sem->holders);
}

/* 0 when we have it, -EINTR on a signal. */
static noinline int down_slow(struct rw_semaphore *sem, bool read, unsigned int state)
{
	long err;

	WARN_ONCE(rwsem_writer(sem) == current, "rwsem %pS: %s/%d writes and waits for itself\n",
		  sem, current->comm, current->pid);
	guard(raw_spinlock_irq)(&sem->wait_lock);
	if (try_take_or_mark(sem, read))
		return 0;
	WRITE_ONCE(current->blocked_on_rwsem, sem);
	err = wait_in_line(&sem->wait_lock, &sem->wait_list, read, state, MAX_SCHEDULE_TIMEOUT);
	WRITE_ONCE(current->blocked_on_rwsem, NULL);
	if (err > 0)
		return 0;
	serve_line(sem);	/* readers may have stood behind us who need not wait any more */
	return -EINTR;
}

static __always_inline int down_common(struct rw_semaphore *sem, bool read, unsigned int state,
				       int subclass, unsigned long ip)
{
	int ret = 0;

	might_sleep();
	lock_acquire(&sem->dep_map, subclass, 0, read ? LOCK_READ : LOCK_WRITE, 1, NULL, ip);
	if (!try_take(sem, read)) {
		lock_contended(&sem->dep_map, ip);
		trace_contention_begin(sem, read ? LCB_F_READ : LCB_F_WRITE);
		ret = down_slow(sem, read, state);
		trace_contention_end(sem, ret);
	}
	if (ret)
		lock_release(&sem->dep_map, ip);
	else
		lock_acquired(&sem->dep_map, ip);
	if (read && !ret)
		note_reader(sem, ip);
	return ret;
}

void down_read(struct rw_semaphore *sem)
{
	down_common(sem, true, TASK_UNINTERRUPTIBLE, 0, _RET_IP_);
}
EXPORT_SYMBOL(down_read);

void down_read_nested(struct rw_semaphore *sem, int subclass)
{
	down_common(sem, true, TASK_UNINTERRUPTIBLE, subclass, _RET_IP_);
}
EXPORT_SYMBOL(down_read_nested);

int down_read_interruptible(struct rw_semaphore *sem)
{
	return down_common(sem, true, TASK_INTERRUPTIBLE, 0, _RET_IP_);
}
EXPORT_SYMBOL(down_read_interruptible);

int down_read_killable(struct rw_semaphore *sem)
{
	return down_common(sem, true, TASK_KILLABLE, 0, _RET_IP_);
}
EXPORT_SYMBOL(down_read_killable);

void down_write(struct rw_semaphore *sem)
{
	down_common(sem, false, TASK_UNINTERRUPTIBLE, 0, _RET_IP_);
}
EXPORT_SYMBOL(down_write);

void down_write_nested(struct rw_semaphore *sem, int subclass)
{
	down_common(sem, false, TASK_UNINTERRUPTIBLE, subclass, _RET_IP_);
}
EXPORT_SYMBOL(down_write_nested);

int down_write_killable(struct rw_semaphore *sem)
{
	return down_common(sem, false, TASK_KILLABLE, 0, _RET_IP_);
}
EXPORT_SYMBOL(down_write_killable);

static __always_inline int trylock_common(struct rw_semaphore *sem, bool read, unsigned long ip)
{
	WARN_ON_ONCE(!in_task());
	if (!try_take(sem, read))
		return 0;
	lock_acquire(&sem->dep_map, 0, 1, read ? LOCK_READ : LOCK_WRITE, 1, NULL, ip);
	lock_acquired(&sem->dep_map, ip);
	if (read)
		note_reader(sem, ip);
	return 1;
}

int down_read_trylock(struct rw_semaphore *sem)
{
	return trylock_common(sem, true, _RET_IP_);
}
EXPORT_SYMBOL(down_read_trylock);

int down_write_trylock(struct rw_semaphore *sem)
{
	return trylock_common(sem, false, _RET_IP_);
}
EXPORT_SYMBOL(down_write_trylock);

/* --- giving it back --- */

/* Take @part, which is ours, out of the word, and let the line have what is free now. */
static noinline void give_back_slow(struct rw_semaphore *sem, long part)
{
	guard(raw_spinlock_irqsave)(&sem->wait_lock);
	atomic_long_sub(part, &sem->holders);
	serve_line(sem);
}

void up_read(struct rw_semaphore *sem)
{
	long old = atomic_long_read(&sem->holders);

	WARN_ON_ONCE(!in_task());
	if (WARN_ONCE(!readers_of(old), "rwsem %pS: up_read by %s/%d, and nobody reads\n",
		      sem, current->comm, current->pid)) {
		lock_release_refused(&sem->dep_map, _RET_IP_);
		return;
	}
	lock_release(&sem->dep_map, _RET_IP_);
	note_reader_leaves(sem);
	do {
		if (old == READER + WAITERS)
			return give_back_slow(sem, READER);
	} while (!atomic_long_try_cmpxchg(&sem->holders, &old, old - READER));
}
EXPORT_SYMBOL(up_read);

void up_write(struct rw_semaphore *sem)
{
	long mine = writing(current);

	WARN_ON_ONCE(!in_task());
	if (WARN_ONCE(rwsem_writer(sem) != current, "rwsem %pS: up_write by %s/%d, which does not write\n",
		      sem, current->comm, current->pid)) {
		lock_release_refused(&sem->dep_map, _RET_IP_);
		return;
	}
	lock_release(&sem->dep_map, _RET_IP_);
	if (!atomic_long_try_cmpxchg(&sem->holders, &mine, 0))
		give_back_slow(sem, writing(current));
}
EXPORT_SYMBOL(up_write);

void downgrade_write(struct rw_semaphore *sem)
{
	long mine = writing(current);

	WARN_ON_ONCE(!in_task());
	if (WARN_ONCE(rwsem_writer(sem) != current,
		      "rwsem %pS: downgrade_write by %s/%d, which does not write\n",
		      sem, current->comm, current->pid)) {
		lock_release_refused(&sem->dep_map, _RET_IP_);
		return;
	}
	/* a read that has waited for nothing: it adds no order that could be wrong */
	lock_release(&sem->dep_map, _RET_IP_);
	lock_acquire(&sem->dep_map, 0, 1, LOCK_READ, 1, NULL, _RET_IP_);
	lock_acquired(&sem->dep_map, _RET_IP_);
	note_reader(sem, _RET_IP_);
	if (!atomic_long_try_cmpxchg(&sem->holders, &mine, READER))
		give_back_slow(sem, writing(current) - READER);
}
EXPORT_SYMBOL(downgrade_write);
