/* SPDX-License-Identifier: MIT */
/*
 * The MCS lock, in the form of IBM's K42: a queue whose waiters spin each on a word of their own
 * stack. Nobody else knows those words, and a holder may not leave one behind on a stack it goes
 * back from; so a holder hands its place in the queue to the lock itself, whose `next` is then the
 * first waiter, and unlock needs nothing but the lock.
 *
 * tail: NULL free; the lock itself: held, nobody waits; else the last waiter.
 * A waiter's own tail: the lock until it is its turn, NULL then.
 */
#ifndef _ASM_MCS_SPINLOCK_H
#define _ASM_MCS_SPINLOCK_H

#include <asm/spinlock_types.h>
#include <asm/barrier.h>

/* The one behind @node has put itself in the tail and is about to write itself here: wait for it. */
static __always_inline struct mcs_node *mcs_wait_next(struct mcs_node *node)
{
	return smp_cond_load_acquire(&node->next, VAL);
}

/* Swap the tail from @old to @new if nobody came; else leave it, somebody is behind us. */
static __always_inline bool mcs_swap_tail(mcs_t *l, struct mcs_node *old, struct mcs_node *new)
{
	return __atomic_compare_exchange_n(&l->tail, &old, new, false, __ATOMIC_ACQ_REL,
					   __ATOMIC_RELAXED);
}

static inline void mcs_lock_slow(mcs_t *l)
{
	struct mcs_node me = { .tail = l, .next = NULL };
	struct mcs_node *prev = __atomic_exchange_n(&l->tail, &me, __ATOMIC_ACQ_REL);

	if (prev) {
		__atomic_store_n(&prev->next, &me, __ATOMIC_RELEASE);
		while (__atomic_load_n(&me.tail, __ATOMIC_ACQUIRE))
			cpu_relax();
	}
	/* Ours. Put the lock into our place before our stack goes away. */
	__atomic_store_n(&l->next, NULL, __ATOMIC_RELAXED);
	if (!mcs_swap_tail(l, &me, l))
		__atomic_store_n(&l->next, mcs_wait_next(&me), __ATOMIC_RELAXED);
}

static __always_inline bool mcs_trylock(mcs_t *l)
{
	return !__atomic_load_n(&l->tail, __ATOMIC_RELAXED) && mcs_swap_tail(l, NULL, l);
}

static __always_inline void mcs_lock(mcs_t *l)
{
	if (unlikely(!mcs_swap_tail(l, NULL, l)))
		mcs_lock_slow(l);
}

static __always_inline void mcs_unlock(mcs_t *l)
{
	struct mcs_node *next = __atomic_load_n(&l->next, __ATOMIC_ACQUIRE);

	if (!next) {
		if (mcs_swap_tail(l, l, NULL))
			return;
		next = mcs_wait_next(l);
	}
	__atomic_store_n(&next->tail, NULL, __ATOMIC_RELEASE);
}

static __always_inline bool mcs_is_locked(const mcs_t *l)
{
	return __atomic_load_n(&l->tail, __ATOMIC_RELAXED);
}

static __always_inline bool mcs_is_contended(const mcs_t *l)
{
	struct mcs_node *tail = __atomic_load_n(&l->tail, __ATOMIC_RELAXED);

	return tail && tail != l;
}

#endif
