/* SPDX-License-Identifier: MIT */
/*
 * Spinlocks. Every variant is the same three steps in the same order: close the context (IRQs, then
 * BH or preemption), spin, work; and backwards: free the word, reopen IRQs, consider preemption last
 * (L1-L3). All of them pass do_raw_spin_lock(), do_raw_spin_trylock() and do_raw_spin_unlock(): the
 * one place where checkers see a lock taken and given back.
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

static __always_inline void do_raw_spin_lock(raw_spinlock_t *l)
{
	lock_acquire(&l->dep_map, _THIS_IP_);
	arch_spin_lock(&l->raw_lock);
	lock_acquired(&l->dep_map, _THIS_IP_);
}

static __always_inline bool do_raw_spin_trylock(raw_spinlock_t *l)
{
	if (!arch_spin_trylock(&l->raw_lock))
		return false;
	lock_acquire(&l->dep_map, _THIS_IP_);
	lock_acquired(&l->dep_map, _THIS_IP_);
	return true;
}

static __always_inline void do_raw_spin_unlock(raw_spinlock_t *l)
{
	lock_release(&l->dep_map, _THIS_IP_);
	arch_spin_unlock(&l->raw_lock);
}

#define raw_spin_lock_init(l)						\
	do {								\
		static struct lock_class_key __key;			\
		*(l) = (raw_spinlock_t){ .raw_lock = __ARCH_SPIN_LOCK_UNLOCKED,	\
			.dep_map = { .key = &__key, .name = #l } };	\
	} while (0)
#define spin_lock_init(l)	raw_spin_lock_init(&(l)->rlock)

static __always_inline void raw_spin_lock(raw_spinlock_t *l)
{
	preempt_disable();
	do_raw_spin_lock(l);
}

static __always_inline void raw_spin_unlock(raw_spinlock_t *l)
{
	do_raw_spin_unlock(l);
	preempt_enable();
}

static __always_inline void raw_spin_lock_irq(raw_spinlock_t *l)
{
	local_irq_disable();
	preempt_disable();
	do_raw_spin_lock(l);
}

/* Turns interrupts ON, whatever they were before the lock was taken (L4). */
static __always_inline void raw_spin_unlock_irq(raw_spinlock_t *l)
{
	do_raw_spin_unlock(l);
	local_irq_enable();
	preempt_enable();
}

static __always_inline unsigned long __raw_spin_lock_irqsave(raw_spinlock_t *l)
{
	unsigned long flags;

	local_irq_save(flags);
	preempt_disable();
	do_raw_spin_lock(l);
	return flags;
}

static __always_inline void raw_spin_unlock_irqrestore(raw_spinlock_t *l, unsigned long flags)
{
	do_raw_spin_unlock(l);
	local_irq_restore(flags);
	preempt_enable();
}

static __always_inline void raw_spin_lock_bh(raw_spinlock_t *l)
{
	__local_bh_disable_ip(_THIS_IP_, SOFTIRQ_LOCK_OFFSET);
	do_raw_spin_lock(l);
}

/* Pending softirqs run in here, after the lock is free (B5). */
static __always_inline void raw_spin_unlock_bh(raw_spinlock_t *l)
{
	do_raw_spin_unlock(l);
	__local_bh_enable_ip(_THIS_IP_, SOFTIRQ_LOCK_OFFSET);
}

static __always_inline int raw_spin_trylock(raw_spinlock_t *l)
{
	preempt_disable();
	if (do_raw_spin_trylock(l))
		return 1;
	preempt_enable();
	return 0;
}

/* A failing trylock_bh enables BH again, and so may run softirqs (L1). */
static __always_inline int raw_spin_trylock_bh(raw_spinlock_t *l)
{
	__local_bh_disable_ip(_THIS_IP_, SOFTIRQ_LOCK_OFFSET);
	if (do_raw_spin_trylock(l))
		return 1;
	__local_bh_enable_ip(_THIS_IP_, SOFTIRQ_LOCK_OFFSET);
	return 0;
}

static __always_inline int raw_spin_trylock_irq(raw_spinlock_t *l)
{
	local_irq_disable();
	if (raw_spin_trylock(l))
		return 1;
	local_irq_enable();
	return 0;
}

#define raw_spin_lock_irqsave(l, flags) \
	do { typecheck(unsigned long, flags); flags = __raw_spin_lock_irqsave(l); } while (0)
#define raw_spin_trylock_irqsave(l, flags) ({			\
	local_irq_save(flags);					\
	raw_spin_trylock(l) ? 1 : ({ local_irq_restore(flags); 0; }); })
#define raw_spin_lock_nested(l, subclass)		raw_spin_lock(l)
#define raw_spin_lock_irqsave_nested(l, flags, sub)	raw_spin_lock_irqsave(l, flags)
#define raw_spin_is_locked(l)	arch_spin_is_locked(&(l)->raw_lock)

#define spin_lock(l)			raw_spin_lock(&(l)->rlock)
#define spin_unlock(l)			raw_spin_unlock(&(l)->rlock)
#define spin_lock_irq(l)		raw_spin_lock_irq(&(l)->rlock)
#define spin_unlock_irq(l)		raw_spin_unlock_irq(&(l)->rlock)
#define spin_lock_irqsave(l, flags)	raw_spin_lock_irqsave(&(l)->rlock, flags)
#define spin_unlock_irqrestore(l, flags)					\
	do {									\
		typecheck(unsigned long, flags);				\
		raw_spin_unlock_irqrestore(&(l)->rlock, flags);			\
	} while (0)
#define spin_lock_bh(l)			raw_spin_lock_bh(&(l)->rlock)
#define spin_unlock_bh(l)		raw_spin_unlock_bh(&(l)->rlock)
#define spin_trylock(l)			raw_spin_trylock(&(l)->rlock)
#define spin_trylock_bh(l)		raw_spin_trylock_bh(&(l)->rlock)
#define spin_trylock_irq(l)		raw_spin_trylock_irq(&(l)->rlock)
#define spin_trylock_irqsave(l, flags)	raw_spin_trylock_irqsave(&(l)->rlock, flags)
#define spin_lock_nested(l, sub)	spin_lock(l)
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
DEFINE_LOCK_GUARD_1(spinlock, spinlock_t, spin_lock(_T->lock), spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irq, spinlock_t, spin_lock_irq(_T->lock), spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_bh, spinlock_t, spin_lock_bh(_T->lock), spin_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irqsave, spinlock_t, spin_lock_irqsave(_T->lock, _T->flags),
		    spin_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)

#endif
