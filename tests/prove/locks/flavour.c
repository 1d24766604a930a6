/* SPDX-License-Identifier: MIT */
/*
 * A spinlock of the flavour CONFIG_SPINLOCK: THREADS threads take it ROUNDS times each. Mutual
 * exclusion, no lost update, first come first served (FAIR), and the lock is free at the end.
 */
#include <asm/spinlock.h>

static arch_spinlock_t lock SMC_SHARED;
static int counter SMC_SHARED;

static void taker(int me)
{
	for (int i = 0; i < ROUNDS; i++) {
		int seen;

		smc_queue();
		arch_spin_lock(&lock);
		if (FAIR)
			smc_served();
		smc_enter(0, 1);
		seen = counter;
		smc_point();
		counter = seen + 1;
		smc_leave(0, 1);
		arch_spin_unlock(&lock);
	}
}

void smc_setup(void)
{
	for (int i = 0; i < THREADS; i++)
		smc_thread(taker);
}

void smc_final(void)
{
	SMC_ASSERT(counter == THREADS * ROUNDS);
	SMC_ASSERT(!arch_spin_is_locked(&lock));
	SMC_ASSERT(!arch_spin_is_contended(&lock));
	SMC_COVER("all rounds");
}
