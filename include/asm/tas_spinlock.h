/* SPDX-License-Identifier: MIT */
/*
 * Test and set: whoever sees the word free first has it. No order, so a CPU may starve; what Linux
 * falls back to when it sees a hypervisor, whose CPUs can stop while they are next in a queue (L10).
 */
#ifndef _ASM_TAS_SPINLOCK_H
#define _ASM_TAS_SPINLOCK_H

#include <asm/spinlock_types.h>
#include <asm/barrier.h>

static __always_inline bool tas_is_locked(const tas_t *l)
{
	return __atomic_load_n(&l->val, __ATOMIC_RELAXED);
}

static __always_inline bool tas_trylock(tas_t *l)
{
	return !__atomic_exchange_n(&l->val, 1, __ATOMIC_ACQUIRE);
}

static __always_inline void tas_lock(tas_t *l)
{
	while (unlikely(!tas_trylock(l)))
		while (tas_is_locked(l))	/* reading leaves the line with its owner */
			cpu_relax();
}

static __always_inline void tas_unlock(tas_t *l)
{
	__atomic_store_n(&l->val, 0, __ATOMIC_RELEASE);
}

/* Waiters leave no trace. */
static __always_inline bool tas_is_contended(const tas_t *l)
{
	return false;
}

#endif
