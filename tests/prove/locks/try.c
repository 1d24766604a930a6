/* SPDX-License-Identifier: MIT */
/*
 * One thread tries, the others insist. A trylock that fails leaves no trace, one that succeeds is a
 * holder like any other; inside, the lock says that it is locked.
 */
#include <asm/spinlock.h>

static arch_spinlock_t lock SMC_SHARED;
static int counter SMC_SHARED, failed SMC_SHARED;

static void critical(void)
{
	smc_enter(0, 1);
	counter++;
	SMC_ASSERT(arch_spin_is_locked(&lock));
	if (arch_spin_is_contended(&lock))
		SMC_COVER("contended");
	smc_leave(0, 1);
	arch_spin_unlock(&lock);
}

static void insists(int me)
{
	arch_spin_lock(&lock);
	critical();
}

static void tries(int me)
{
	if (arch_spin_trylock(&lock)) {
		SMC_COVER("trylock takes it");
		critical();
	} else {
		SMC_COVER("trylock fails");
		failed = 1;
	}
}

void smc_setup(void)
{
	smc_thread(tries);
	for (int i = 1; i < THREADS; i++)
		smc_thread(insists);
}

void smc_final(void)
{
	SMC_ASSERT(counter + failed == THREADS);
	SMC_ASSERT(!arch_spin_is_locked(&lock));
}
