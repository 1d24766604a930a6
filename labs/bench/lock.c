/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * Locks that nobody else wants: a hundred pairs in a row, the empty loop subtracted; of eleven such
 * batches the median, so that a tick in one of them does not show.
 */
#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>

#include "bench.h"

#define PAIRS	100
#define BATCHES	11

static DEFINE_SPINLOCK(lock);
static DEFINE_RAW_SPINLOCK(raw_lock);
static DEFINE_RWLOCK(rwlock);
static DEFINE_SEQLOCK(seqlock);
static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(rwsem);
static atomic_t counter;

static u64 empty;	/* what PAIRS passes of the loop cost without a body */

/* The median batch of PAIRS times @body, in instructions. */
#define BATCH(body) ({								\
	struct series __s = { 0 };						\
	int __b, __i;								\
										\
	for (__b = 0; __b < BATCHES; __b++) {					\
		u64 __t = now();						\
										\
		for (__i = 0; __i < PAIRS; __i++) {				\
			body;							\
			barrier();						\
		}								\
		add_sample(&__s, now() - __t);					\
	}									\
	median(&__s); })

static void print(const char *name, u64 ticks)
{
	report_hundredths(name, (ticks > empty ? ticks - empty : 0) * 100 / PAIRS, "instructions");
}

static __always_inline void try_and_unlock(void)
{
	if (spin_trylock(&lock))
		spin_unlock(&lock);
}

static __always_inline void try_to_read(void)
{
	if (read_trylock(&rwlock))
		read_unlock(&rwlock);
}

static __always_inline void try_to_write(void)
{
	if (write_trylock(&rwlock))
		write_unlock(&rwlock);
}

static noinline void spinlocks(void)
{
	unsigned long flags;

	print("lock.spin", BATCH(spin_lock(&lock); spin_unlock(&lock)));
	print("lock.spin_irqsave", BATCH(spin_lock_irqsave(&lock, flags);
					 spin_unlock_irqrestore(&lock, flags)));
	print("lock.spin_irq", BATCH(spin_lock_irq(&lock); spin_unlock_irq(&lock)));
	print("lock.spin_bh", BATCH(spin_lock_bh(&lock); spin_unlock_bh(&lock)));
	print("lock.spin_trylock", BATCH(try_and_unlock()));
	print("lock.raw_spin", BATCH(raw_spin_lock(&raw_lock); raw_spin_unlock(&raw_lock)));
	print("lock.raw_spin_irqsave", BATCH(raw_spin_lock_irqsave(&raw_lock, flags);
					     raw_spin_unlock_irqrestore(&raw_lock, flags)));
	print("lock.raw_spin_irq", BATCH(raw_spin_lock_irq(&raw_lock); raw_spin_unlock_irq(&raw_lock)));
	print("lock.raw_spin_bh", BATCH(raw_spin_lock_bh(&raw_lock); raw_spin_unlock_bh(&raw_lock)));
}

static noinline void rwlocks(void)
{
	unsigned long flags;

	print("lock.read", BATCH(read_lock(&rwlock); read_unlock(&rwlock)));
	print("lock.read_irqsave", BATCH(read_lock_irqsave(&rwlock, flags);
					 read_unlock_irqrestore(&rwlock, flags)));
	print("lock.read_irq", BATCH(read_lock_irq(&rwlock); read_unlock_irq(&rwlock)));
	print("lock.read_bh", BATCH(read_lock_bh(&rwlock); read_unlock_bh(&rwlock)));
	print("lock.read_trylock", BATCH(try_to_read()));
	print("lock.write", BATCH(write_lock(&rwlock); write_unlock(&rwlock)));
	print("lock.write_irqsave", BATCH(write_lock_irqsave(&rwlock, flags);
					  write_unlock_irqrestore(&rwlock, flags)));
	print("lock.write_irq", BATCH(write_lock_irq(&rwlock); write_unlock_irq(&rwlock)));
	print("lock.write_bh", BATCH(write_lock_bh(&rwlock); write_unlock_bh(&rwlock)));
	print("lock.write_trylock", BATCH(try_to_write()));
}

static noinline void others(void)
{
	unsigned long flags;
	unsigned int seq;

	print("lock.write_seqlock", BATCH(write_seqlock(&seqlock); write_sequnlock(&seqlock)));
	print("lock.write_seqlock_irqsave", BATCH(write_seqlock_irqsave(&seqlock, flags);
						  write_sequnlock_irqrestore(&seqlock, flags)));
	print("lock.write_seqlock_irq", BATCH(write_seqlock_irq(&seqlock); write_sequnlock_irq(&seqlock)));
	print("lock.write_seqlock_bh", BATCH(write_seqlock_bh(&seqlock); write_sequnlock_bh(&seqlock)));
	print("lock.read_seq", BATCH(seq = read_seqbegin(&seqlock); (void)read_seqretry(&seqlock, seq)));
	print("lock.mutex", BATCH(mutex_lock(&mutex); mutex_unlock(&mutex)));
	print("lock.rwsem_read", BATCH(down_read(&rwsem); up_read(&rwsem)));
	print("lock.rwsem_write", BATCH(down_write(&rwsem); up_write(&rwsem)));
	print("lock.rcu_read", BATCH(rcu_read_lock(); rcu_read_unlock()));
	print("lock.atomic_inc", BATCH(atomic_inc(&counter)));
}

static noinline void sections(void)
{
	unsigned long flags;

	print("section.preempt", BATCH(preempt_disable(); preempt_enable()));
	print("section.irqsave", BATCH(local_irq_save(flags); local_irq_restore(flags)));
	print("section.irq", BATCH(local_irq_disable(); local_irq_enable()));
	print("section.bh", BATCH(local_bh_disable(); local_bh_enable()));
}

void bench_lock(void)
{
	empty = BATCH(barrier());
	spinlocks();
	rwlocks();
	others();
	sections();
}
