/* SPDX-License-Identifier: MIT */
/*
 * One CPU waits in the queue ROUNDS times, more often than it has nodes: each time the tail in the word
 * must be that of its first node, as when it came first (L11). Each round begins with a holder and a
 * pending waiter, both played by one thread.
 */
#include <asm/qspinlock.h>

static qspin_t lock SMC_SHARED;
static int turn SMC_SHARED, taken SMC_SHARED, waiter SMC_SHARED;

/* The holder leaves, the pending waiter comes and leaves. */
static void let_go(void)
{
	qspin_unlock(&lock);
	__atomic_store_n(&lock.locked_pending, QSPIN_LOCKED, __ATOMIC_RELAXED);
	qspin_unlock(&lock);
}

static void others(int me)
{
	for (int i = 1; i <= ROUNDS; i++) {
		u32 tail;

		__atomic_store_n(&lock.val, QSPIN_LOCKED | QSPIN_PENDING, __ATOMIC_RELAXED);
		__atomic_store_n(&turn, i, __ATOMIC_RELEASE);
		tail = smp_cond_load_acquire(&lock.val, VAL & QSPIN_TAIL_MASK) >> 16;
		SMC_ASSERT(tail == (waiter + 1) << QSPIN_TAIL_CPU_SHIFT);
		let_go();
		smp_cond_load_acquire(&lock.val, !VAL);
	}
}

static void waits(int me)
{
	waiter = me;
	for (int i = 1; i <= ROUNDS; i++) {
		smp_cond_load_acquire(&turn, VAL == i);
		qspin_lock(&lock);
		taken++;
		qspin_unlock(&lock);
	}
}

void smc_setup(void)
{
	smc_thread(others);
	smc_thread(waits);
}

void smc_final(void)
{
	SMC_ASSERT(taken == ROUNDS);
	SMC_ASSERT(!qspin_is_locked(&lock));
	SMC_COVER("more waits than nodes");
}
