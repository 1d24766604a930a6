/* SPDX-License-Identifier: MIT */
/*
 * Sequence counters and locks (L15): a writer makes the count odd while it writes, a reader looks
 * again when the count was odd or has changed. Readers never delay a writer, and never return torn
 * data; they must not follow pointers that a writer may change.
 *
 *	do {
 *		seq = read_seqbegin(&lock);
 *		... copy ...
 *	} while (read_seqretry(&lock, seq));
 *
 * A reader that interrupts a writer on its own CPU would look for ever: a writer whose readers are in
 * interrupts takes write_seqlock_irqsave() (_bh for softirqs). A plain seqcount_t has no lock: its
 * writers exclude each other by other means and have preemption off. lockdep sees readers and writers.
 */
#ifndef _LINUX_SEQLOCK_H
#define _LINUX_SEQLOCK_H

#include <linux/kcsan.h>
#include <linux/spinlock.h>

typedef struct seqcount {
	unsigned int sequence;
	struct lockdep_map dep_map;
	__LOCKDEP(unsigned long begun_at);	/* where the last write was, for reports */
} seqcount_t;

#define SEQCNT_ZERO(name)	{ .dep_map = __LOCKDEP_MAP(#name, LD_WAIT_SPIN) }

#define seqcount_init(s) do {								\
	static struct lock_class_key __key;						\
	(s)->sequence = 0;								\
	lockdep_init_map_wait(&(s)->dep_map, #s, &__key, LD_WAIT_SPIN);			\
} while (0)

/* A reader waits for the writer: an acquire of the count, as far as lockdep goes. */
static __always_inline void seqcount_lockdep_reader_access(const seqcount_t *s)
{
	unsigned long flags;

	if (!DEBUG_LOCKS)
		return;
	local_irq_save(flags);
	lock_acquire((struct lockdep_map *)&s->dep_map, 0, 0, LOCK_READ_RECURSIVE, 1, NULL,
		     _THIS_IP_);
	lock_release((struct lockdep_map *)&s->dep_map, _THIS_IP_);
	local_irq_restore(flags);
}

/* --- readers. Context: any that no writer can be interrupted by, see above. --- */

/* The count when no write is in progress. A debug build's: it tells reports what it waits for. */
unsigned int seqcount_wait(const seqcount_t *s);

static __always_inline unsigned int raw_read_seqcount_begin(const seqcount_t *s)
{
	unsigned int seq = DEBUG_LOCKS && READ_ONCE(s->sequence) & 1 ? seqcount_wait(s) :
			   smp_cond_load_acquire(&s->sequence, !(VAL & 1));

	kcsan_atomic_next(KCSAN_SEQLOCK_REGION_MAX);
	return seq;
}

static __always_inline unsigned int read_seqcount_begin(const seqcount_t *s)
{
	seqcount_lockdep_reader_access(s);
	return raw_read_seqcount_begin(s);
}

/* True: what was read since @start may be torn. */
static __always_inline bool read_seqcount_retry(const seqcount_t *s, unsigned int start)
{
	smp_rmb();
	kcsan_atomic_next(0);
	return unlikely(READ_ONCE(s->sequence) != start);
}

/* --- writers. Context: excluded from each other, preemption off. --- */

static __always_inline void raw_write_seqcount_begin(seqcount_t *s)
{
	kcsan_nestable_atomic_begin();
	__LOCKDEP(WRITE_ONCE(s->begun_at, _THIS_IP_));
	WRITE_ONCE(s->sequence, s->sequence + 1);
	smp_wmb();
}

static __always_inline void raw_write_seqcount_end(seqcount_t *s)
{
	smp_wmb();
	WRITE_ONCE(s->sequence, s->sequence + 1);
	kcsan_nestable_atomic_end();
}

static __always_inline void do_write_seqcount_begin(seqcount_t *s)
{
	lock_acquire(&s->dep_map, 0, 0, LOCK_WRITE, 1, NULL, _THIS_IP_);
	raw_write_seqcount_begin(s);
}

static __always_inline void write_seqcount_begin(seqcount_t *s)
{
	lockdep_assert_preemption_disabled();
	do_write_seqcount_begin(s);
}

static __always_inline void write_seqcount_end(seqcount_t *s)
{
	lock_release(&s->dep_map, _THIS_IP_);
	raw_write_seqcount_end(s);
}

/* --- with a lock of its own --- */

typedef struct {
	seqcount_t seqcount;
	spinlock_t lock;
} seqlock_t;

#define __SEQLOCK_UNLOCKED(name) \
	{ .seqcount = SEQCNT_ZERO(name), .lock = __SPIN_LOCK_UNLOCKED(name) }
#define DEFINE_SEQLOCK(x)	seqlock_t x = __SEQLOCK_UNLOCKED(x)
#define seqlock_init(sl) \
	do { spin_lock_init(&(sl)->lock); seqcount_init(&(sl)->seqcount); } while (0)

static __always_inline unsigned int read_seqbegin(const seqlock_t *sl)
{
	return read_seqcount_begin(&sl->seqcount);
}

static __always_inline bool read_seqretry(const seqlock_t *sl, unsigned int start)
{
	return read_seqcount_retry(&sl->seqcount, start);
}

/* Writers, and read_seqlock_excl: a reader that keeps writers out. */
#define __SEQLOCK_VARIANT(variant)							\
static __always_inline void write_seqlock##variant(seqlock_t *sl)			\
	__acquires(&sl->lock.rlock) __no_lock_analysis					\
{ spin_lock##variant(&sl->lock); do_write_seqcount_begin(&sl->seqcount); }		\
static __always_inline void write_sequnlock##variant(seqlock_t *sl)			\
	__releases(&sl->lock.rlock) __no_lock_analysis					\
{ write_seqcount_end(&sl->seqcount); spin_unlock##variant(&sl->lock); }			\
static __always_inline void read_seqlock_excl##variant(seqlock_t *sl)			\
	__acquires(&sl->lock.rlock) __no_lock_analysis					\
{ spin_lock##variant(&sl->lock); }							\
static __always_inline void read_sequnlock_excl##variant(seqlock_t *sl)			\
	__releases(&sl->lock.rlock) __no_lock_analysis					\
{ spin_unlock##variant(&sl->lock); }
__SEQLOCK_VARIANT()
__SEQLOCK_VARIANT(_bh)
__SEQLOCK_VARIANT(_irq)

#define write_seqlock_irqsave(sl, flags)						\
	do {										\
		spin_lock_irqsave(&(sl)->lock, flags);					\
		do_write_seqcount_begin(&(sl)->seqcount);				\
	} while (0)
#define write_sequnlock_irqrestore(sl, flags)						\
	do {										\
		write_seqcount_end(&(sl)->seqcount);					\
		spin_unlock_irqrestore(&(sl)->lock, flags);				\
	} while (0)
#define read_seqlock_excl_irqsave(sl, flags)		spin_lock_irqsave(&(sl)->lock, flags)
#define read_sequnlock_excl_irqrestore(sl, flags)	spin_unlock_irqrestore(&(sl)->lock, flags)

#endif
