/* SPDX-License-Identifier: MIT */
/*
 * The ticket lock: fair in order of arrival, and all waiters look at the same word. It relies on
 * fetch-add making progress for every CPU and on 16-bit stores not touching their neighbour. 16 bits
 * are enough while fewer than 65,536 contexts can wait at once: 255 CPUs, four nesting levels each.
 */
#ifndef _ASM_TICKET_SPINLOCK_H
#define _ASM_TICKET_SPINLOCK_H

#include <asm/spinlock_types.h>
#include <asm/barrier.h>

static __always_inline void ticket_lock(ticket_t *l)
{
	u32 val = __atomic_fetch_add(&l->val, 1U << 16, __ATOMIC_ACQUIRE);
	u16 mine = val >> 16;

	if (likely((u16)val == mine))
		return;
	while (__atomic_load_n(&l->owner, __ATOMIC_ACQUIRE) != mine)
		cpu_relax();
}

static __always_inline bool ticket_trylock(ticket_t *l)
{
	u32 old = __atomic_load_n(&l->val, __ATOMIC_RELAXED);

	if ((old >> 16) != (old & 0xffff))
		return false;
	return __atomic_compare_exchange_n(&l->val, &old, old + (1U << 16), false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* Only the holder writes `owner`; who draws a ticket writes the whole word, so the read is atomic too. */
static __always_inline void ticket_unlock(ticket_t *l)
{
	u16 next = __atomic_load_n(&l->owner, __ATOMIC_RELAXED) + 1;

	__atomic_store_n(&l->owner, next, __ATOMIC_RELEASE);
}

static __always_inline bool ticket_is_locked(const ticket_t *l)
{
	u32 val = __atomic_load_n(&l->val, __ATOMIC_RELAXED);

	return (val >> 16) != (val & 0xffff);
}

static __always_inline bool ticket_is_contended(const ticket_t *l)
{
	u32 val = __atomic_load_n(&l->val, __ATOMIC_RELAXED);

	return (u16)((val >> 16) - (val & 0xffff)) > 1;
}

#endif
