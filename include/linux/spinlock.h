/* SPDX-License-Identifier: MIT */
/*
 * Spinlocks. Every variant is the same three steps in the same order: close the context (IRQs, then
 * BH or preemption), spin, work; and backwards: free the word, reopen IRQs, consider preemption last
 * (L1-L3). All of them pass do_raw_spin_lock(), do_raw_spin_trylock() and do_raw_spin_unlock(): the
 * one place where checkers see a lock taken and given back: lockdep the order and context, the
 * debug_spin_* functions the word itself (L17).
 *
 *   lock taken by                          | the task takes it with  | the handler with
 *   task and task                          | spin_lock               |
 *   task and softirq, tasklet or timer     | spin_lock_bh            | spin_lock
 *   task or softirq, and hardirq           | spin_lock_irqsave       | spin_lock
 */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <linux/typecheck.h>
#include <linux/preempt.h>
#include <linux/irqflags.h>
#include <linux/bottom_half.h>
#include <linux/spinlock_types.h>
#include <linux/cleanup.h>
#include <asm/spinlock.h>

/* kernel/locking/spinlock_debug.c, debug builds only: magic, owner, and who has spun for too long. */
void debug_spin_lock(raw_spinlock_t *l, unsigned long ip);
bool debug_spin_trylock(raw_spinlock_t *l, unsigned long ip);
void debug_spin_unlock(raw_spinlock_t *l);
void debug_spin_handover(raw_spinlock_t *l);

/* @subclass, @nest: the order of several locks of one class that the caller vouches for (D11). */
static __always_inline void do_raw_spin_lock_nested(raw_spinlock_t *l, unsigned int subclass,
						    struct lockdep_map *nest)
	__acquires(l) __no_lock_analysis
{
	lock_acquire(&l->dep_map, subclass, 0, LOCK_WRITE, 1, nest, _THIS_IP_);
	if (DEBUG_LOCKS)
		debug_spin_lock(l, _THIS_IP_);
	else
		arch_spin_lock(&l->raw_lock);
	lock_acquired(&l->dep_map, _THIS_IP_);
}
#define do_raw_spin_lock(l)	do_raw_spin_lock_nested(l, 0, NULL)

static __always_inline bool do_raw_spin_trylock(raw_spinlock_t *l)
	__try_acquires(l) __no_lock_analysis
{
	if (!(DEBUG_LOCKS ? debug_spin_trylock(l, _THIS_IP_) : arch_spin_trylock(&l->raw_lock)))
		return false;
	lock_acquire(&l->dep_map, 0, 1, LOCK_WRITE, 1, NULL, _THIS_IP_);
	lock_acquired(&l->dep_map, _THIS_IP_);
	return true;
}

static __always_inline void do_raw_spin_unlock(raw_spinlock_t *l)
	__releases(l) __no_lock_analysis
{
	lock_release(&l->dep_map, _THIS_IP_);
	if (DEBUG_LOCKS)
		debug_spin_unlock(l);
	arch_spin_unlock(&l->raw_lock);
}

void __raw_spin_lock_init(raw_spinlock_t *l, const char *name, struct lock_class_key *key);
/* The place of the call is the lock's class (D1). */
#define __spin_lock_init(raw, name)					\
	do {								\
		static struct lock_class_key __key;			\
		__raw_spin_lock_init(raw, name, &__key);		\
	} while (0)
#define raw_spin_lock_init(l)	__spin_lock_init(l, #l)
#define spin_lock_init(l)	__spin_lock_init(&(l)->rlock, #l)

/*
 * One variant: @close what must not come in, @open it again. A trylock that fails opens again too:
 * the one with BH may run softirqs then (L1).
 */
#define __SPIN_VARIANT(variant, close, open)						\
static __always_inline void raw_spin_lock##variant(raw_spinlock_t *l)			\
	__acquires(l) __no_lock_analysis						\
{ close; do_raw_spin_lock(l); }								\
static __always_inline void raw_spin_unlock##variant(raw_spinlock_t *l)			\
	__releases(l) __no_lock_analysis						\
{ do_raw_spin_unlock(l); open; }							\
static __always_inline int raw_spin_trylock##variant(raw_spinlock_t *l)			\
	__try_acquires(l) __no_lock_analysis						\
{ close; if (do_raw_spin_trylock(l)) return 1; open; return 0; }

__SPIN_VARIANT(, preempt_disable(), preempt_enable())
/* Unlock turns interrupts ON, whatever they were before the lock was taken (L4). */
__SPIN_VARIANT(_irq, local_irq_disable(); preempt_disable(), local_irq_enable(); preempt_enable())
/* Pending softirqs run in unlock, after the lock is free (B5). */
__SPIN_VARIANT(_bh, __local_bh_disable_ip(_THIS_IP_, SOFTIRQ_LOCK_OFFSET),
	       __local_bh_enable_ip(_THIS_IP_, SOFTIRQ_LOCK_OFFSET))

static __always_inline unsigned long __raw_spin_lock_irqsave(raw_spinlock_t *l,
							     unsigned int subclass)
	__acquires(l) __no_lock_analysis
{
	unsigned long flags;

	local_irq_save(flags);
	preempt_disable();
	do_raw_spin_lock_nested(l, subclass, NULL);
	return flags;
}

static __always_inline void __raw_spin_unlock_irqrestore(raw_spinlock_t *l, unsigned long flags)
	__releases(l) __no_lock_analysis
{
	do_raw_spin_unlock(l);
	local_irq_restore(flags);
	preempt_enable();
}
#define raw_spin_unlock_irqrestore(l, flags)			\
	do {							\
		typecheck(unsigned long, flags);		\
		__raw_spin_unlock_irqrestore(l, flags);		\
	} while (0)

#define raw_spin_lock_irqsave_nested(l, flags, subclass)			\
	do {									\
		typecheck(unsigned long, flags);				\
		flags = __raw_spin_lock_irqsave(l, subclass);			\
	} while (0)
#define raw_spin_lock_irqsave(l, flags)		raw_spin_lock_irqsave_nested(l, flags, 0)
static __always_inline int __raw_spin_trylock_irqsave(raw_spinlock_t *l, unsigned long *flags)
	__try_acquires(l) __no_lock_analysis
{
	local_irq_save(*flags);
	if (raw_spin_trylock(l))
		return 1;
	local_irq_restore(*flags);
	return 0;
}
#define raw_spin_trylock_irqsave(l, flags)	__raw_spin_trylock_irqsave(l, &(flags))
static __always_inline void __raw_spin_lock_nested(raw_spinlock_t *l, unsigned int subclass,
						   struct lockdep_map *nest)
	__acquires(l) __no_lock_analysis
{
	preempt_disable();
	do_raw_spin_lock_nested(l, subclass, nest);
}
#define raw_spin_lock_nested(l, subclass)	__raw_spin_lock_nested(l, subclass, NULL)
#define raw_spin_lock_nest_lock(l, nest)	__raw_spin_lock_nested(l, 0, &(nest)->dep_map)
#define raw_spin_is_locked(l)	arch_spin_is_locked(&(l)->raw_lock)

#define spin_lock(l)			raw_spin_lock(&(l)->rlock)
#define spin_unlock(l)			raw_spin_unlock(&(l)->rlock)
#define spin_lock_irq(l)		raw_spin_lock_irq(&(l)->rlock)
#define spin_unlock_irq(l)		raw_spin_unlock_irq(&(l)->rlock)
#define spin_lock_irqsave(l, flags)	raw_spin_lock_irqsave(&(l)->rlock, flags)
#define spin_unlock_irqrestore(l, flags)	raw_spin_unlock_irqrestore(&(l)->rlock, flags)
#define spin_lock_bh(l)			raw_spin_lock_bh(&(l)->rlock)
#define spin_unlock_bh(l)		raw_spin_unlock_bh(&(l)->rlock)
#define spin_trylock(l)			raw_spin_trylock(&(l)->rlock)
#define spin_trylock_bh(l)		raw_spin_trylock_bh(&(l)->rlock)
#define spin_trylock_irq(l)		raw_spin_trylock_irq(&(l)->rlock)
#define spin_trylock_irqsave(l, flags)	raw_spin_trylock_irqsave(&(l)->rlock, flags)
#define spin_lock_nested(l, sub)	raw_spin_lock_nested(&(l)->rlock, sub)
#define spin_lock_nest_lock(l, nest)	raw_spin_lock_nest_lock(&(l)->rlock, nest)
#define spin_lock_irqsave_nested(l, flags, sub) \
	raw_spin_lock_irqsave_nested(&(l)->rlock, flags, sub)
#define spin_is_locked(l)		raw_spin_is_locked(&(l)->rlock)
#define spin_is_contended(l)		arch_spin_is_contended(&(l)->rlock.raw_lock)
#define assert_spin_locked(l)		BUG_ON(!spin_is_locked(l))
#define assert_raw_spin_locked(l)	BUG_ON(!raw_spin_is_locked(l))

DEFINE_LOCK_GUARD_1(raw_spinlock, raw_spinlock_t, raw_spin_lock(_T->lock),
		    raw_spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irq, raw_spinlock_t, raw_spin_lock_irq(_T->lock),
		    raw_spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irqsave, raw_spinlock_t,
		    raw_spin_lock_irqsave(_T->lock, _T->flags),
		    raw_spin_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_LOCK_GUARD_1_HOLDING(spinlock, spinlock_t, &l->rlock, spin_lock(_T->lock),
			    spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1_HOLDING(spinlock_irq, spinlock_t, &l->rlock, spin_lock_irq(_T->lock),
			    spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1_HOLDING(spinlock_bh, spinlock_t, &l->rlock, spin_lock_bh(_T->lock),
			    spin_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1_HOLDING(spinlock_irqsave, spinlock_t, &l->rlock,
			    spin_lock_irqsave(_T->lock, _T->flags),
			    spin_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_LOCK_GUARD_1_COND(raw_spinlock, _try, raw_spin_trylock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(raw_spinlock_irq, _try, raw_spin_trylock_irq(_T->lock))
DEFINE_LOCK_GUARD_1_COND(raw_spinlock_irqsave, _try,
			 raw_spin_trylock_irqsave(_T->lock, _T->flags))
DEFINE_LOCK_GUARD_1_COND(spinlock, _try, spin_trylock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock_irq, _try, spin_trylock_irq(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock_bh, _try, spin_trylock_bh(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock_irqsave, _try, spin_trylock_irqsave(_T->lock, _T->flags))

/* As in Linux: who has spinlocks has these. */
#include <linux/rwlock.h>

#endif
