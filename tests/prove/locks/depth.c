/* SPDX-License-Identifier: MIT */
/*
 * qspin on a CPU of which DEPTH contexts wait already, one on top of the other: with three the next
 * has the last node; with four it has none, spins on the word, and must not touch what is behind the
 * nodes (L11). Another CPU queues for the same lock, which begins with a holder and a pending waiter.
 */
#include "kernel/locking/qspinlock.c"

enum { DEEP = 1, OTHER };	/* CPUs: in the order of their threads */

static qspin_t lock SMC_SHARED = { .val = QSPIN_LOCKED | QSPIN_PENDING };
static int taken SMC_SHARED;

/* The holder leaves, the pending waiter comes and leaves. */
static void let_go(int me)
{
	u16 tail = __atomic_load_n(&lock.val, __ATOMIC_RELAXED) >> 16;

	SMC_ASSERT(!tail || tail == encode_tail(OTHER, 0) ||
		   (tail == encode_tail(DEEP, DEPTH) && DEPTH < QSPIN_NODES));
	if (tail == encode_tail(DEEP, QSPIN_NODES - 1))
		SMC_COVER("waits in the last node");
	if (smc_peek(&per_cpu(qnodes, DEEP)[0].depth) > QSPIN_NODES)
		SMC_COVER("waits without a node");
	qspin_unlock(&lock);
	__atomic_store_n(&lock.locked_pending, QSPIN_LOCKED, __ATOMIC_RELAXED);
	qspin_unlock(&lock);
}

static void take(int me)
{
	qspin_lock(&lock);
	smc_enter(0, 1);
	taken++;
	smc_leave(0, 1);
	qspin_unlock(&lock);
}

void smc_setup(void)
{
	smc_thread(let_go);
	smc_thread(take);
	smc_thread(take);
	per_cpu(qnodes, DEEP)[0].depth = DEPTH;
}

void smc_final(void)
{
	SMC_ASSERT(taken == 2 && !lock.val);
	SMC_ASSERT(per_cpu(qnodes, DEEP)[0].depth == DEPTH);
}
