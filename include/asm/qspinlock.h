/* SPDX-License-Identifier: MIT */
/*
 * The queued spinlock, Linux's default (L9-L11): four bytes, one locked instruction when nobody else
 * wants it, first come first served when somebody does. The slow part: kernel/locking/qspinlock.c.
 */
#ifndef _ASM_QSPINLOCK_H
#define _ASM_QSPINLOCK_H

#include <asm/spinlock_types.h>
#include <asm/barrier.h>

#define QSPIN_LOCKED		1U
#define QSPIN_LOCKED_MASK	0x000000ffU
#define QSPIN_PENDING		0x00000100U
#define QSPIN_PENDING_MASK	0x0000ff00U
#define QSPIN_TAIL_MASK		0xffff0000U
/* The tail: bits 16-17 nesting level, bits 18-31 CPU + 1. */
#define QSPIN_TAIL_CPU_SHIFT	2
#define QSPIN_NODES		4	/* a task, a softirq, an interrupt and an NMI may wait (L11) */

void qspin_lock_slow(qspin_t *l, u32 val);

static __always_inline void qspin_lock(qspin_t *l)
{
	u32 val = 0;

	if (unlikely(!__atomic_compare_exchange_n(&l->val, &val, QSPIN_LOCKED, false,
						  __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
		qspin_lock_slow(l, val);
}

static __always_inline bool qspin_trylock(qspin_t *l)
{
	u32 val = __atomic_load_n(&l->val, __ATOMIC_RELAXED);

	return !val && __atomic_compare_exchange_n(&l->val, &val, QSPIN_LOCKED, false,
						   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static __always_inline void qspin_unlock(qspin_t *l)
{
	__atomic_store_n(&l->locked, 0, __ATOMIC_RELEASE);
}

static __always_inline bool qspin_is_locked(const qspin_t *l)
{
	return __atomic_load_n(&l->val, __ATOMIC_RELAXED);
}

static __always_inline bool qspin_is_contended(const qspin_t *l)
{
	return __atomic_load_n(&l->val, __ATOMIC_RELAXED) & ~QSPIN_LOCKED_MASK;
}

#endif
