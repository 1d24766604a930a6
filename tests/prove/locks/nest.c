/* SPDX-License-Identifier: MIT */
/*
 * A CPU that waits twice: its task in the queue of one lock, its interrupt handler on top in the queue
 * of another, each with a node of its own (L11). To have both queues with few threads the locks begin
 * with a holder and a pending waiter; one thread stands for all four, in any order.
 */
#include <linux/spinlock.h>

static qspin_t outer SMC_SHARED = { .val = QSPIN_LOCKED | QSPIN_PENDING };
static qspin_t inner SMC_SHARED = { .val = QSPIN_LOCKED | QSPIN_PENDING };
static int waits SMC_SHARED, tasks SMC_SHARED, handled SMC_SHARED;

/* The holder leaves, the pending waiter comes and leaves. */
static void let_go(qspin_t *l)
{
	qspin_unlock(l);
	__atomic_store_n(&l->locked_pending, QSPIN_LOCKED, __ATOMIC_RELAXED);
	qspin_unlock(l);
}

static void others(int me)
{
	let_go(&outer);
	let_go(&inner);
}

static void handler(int me)
{
	if (__atomic_load_n(&waits, __ATOMIC_RELAXED) && qspin_is_contended(&inner))
		SMC_COVER("waits on top of a wait");
	qspin_lock(&inner);
	handled++;
	qspin_unlock(&inner);
}

static void task(int me)
{
	__atomic_fetch_add(&waits, 1, __ATOMIC_RELAXED);
	qspin_lock(&outer);
	smc_enter(0, 1);
	tasks++;
	smc_leave(0, 1);
	qspin_unlock(&outer);
}

static void interrupted_task(int me)
{
	task(me);
}

void smc_setup(void)
{
	smc_thread(others);
	smc_thread(task);
	smc_thread(interrupted_task);
	smc_irq(handler);
}

void smc_final(void)
{
	SMC_ASSERT(tasks == 2 && handled <= 1);
	SMC_ASSERT(!qspin_is_locked(&outer) && !qspin_is_locked(&inner));
}
