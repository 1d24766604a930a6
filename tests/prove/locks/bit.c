/* SPDX-License-Identifier: MIT */
/* A spinlock in one bit of a word that has other uses: one of those, too, is set meanwhile. */
#include <linux/bit_spinlock.h>

static unsigned long word SMC_SHARED;
static int counter SMC_SHARED;

static void taker(int me)
{
	for (int i = 0; i < ROUNDS; i++) {
		bit_spin_lock(3, &word);
		smc_enter(0, 1);
		counter++;
		smc_point();
		smc_leave(0, 1);
		bit_spin_unlock(3, &word);
	}
}

static void other(int me)
{
	set_bit(4 + me, &word);
	if (bit_spin_trylock(3, &word)) {
		SMC_COVER("trylock takes it");
		smc_enter(0, 1);
		smc_leave(0, 1);
		bit_spin_unlock(3, &word);
	}
}

void smc_setup(void)
{
	for (int i = 1; i < THREADS; i++)
		smc_thread(taker);
	smc_thread(other);
}

void smc_final(void)
{
	SMC_ASSERT(counter == (THREADS - 1) * ROUNDS);
	SMC_ASSERT(word == BIT(4 + THREADS - 1));
}
