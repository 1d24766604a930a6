/* SPDX-License-Identifier: MIT */
/*
 * The step from one head of qspin's queue to the next, by itself: who is made head must know whatever
 * the head before it has done. In the whole lock the word orders the data as well, so neither sc nor
 * tso shows that this step does; but a new head that did not know its predecessor's taking of the word
 * could find the word free. Here the data are ordered by this step or not at all (a data race).
 */
#define qspin_lock_slow	qspin_lock_slow_here	/* the other one is linked too */
#include "kernel/locking/qspinlock.c"

static qspin_t lock SMC_SHARED;
static int taken SMC_SHARED;

static struct qnode *my_node(void)
{
	return this_cpu_ptr(&qnodes[0]);
}

static void head(int me)
{
	u16 tail = encode_tail(me, 0);

	__atomic_store_n(&lock.tail, tail, __ATOMIC_RELEASE);
	smp_cond_load_acquire(&lock.tail, VAL != tail);
	taken = 1;
	wait_as_head(&lock, my_node(), tail);
}

static void next(int me)
{
	u16 before = smp_cond_load_acquire(&lock.tail, VAL);

	__atomic_store_n(&lock.tail, encode_tail(me, 0), __ATOMIC_RELEASE);
	wait_in_queue(my_node(), before);
	SMC_ASSERT(taken == 1);
	SMC_ASSERT(qspin_is_locked(&lock));
	SMC_COVER("the next head");
}

void smc_setup(void)
{
	smc_thread(head);
	smc_thread(next);
}

void smc_final(void)
{
	SMC_ASSERT(lock.locked == QSPIN_LOCKED && !lock.pending);
}
