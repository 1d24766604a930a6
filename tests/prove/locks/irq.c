/* SPDX-License-Identifier: MIT */
/*
 * Spinlocks and interrupts on the same CPU, by the kernel's own spin_lock() and spin_lock_irqsave().
 *
 * One lock is shared with the interrupt handler of each CPU and is taken with interrupts off; the other
 * one is the tasks' alone and is taken with interrupts on, so that a handler comes in anywhere: also
 * while its CPU waits in the queue of the outer lock, and then waits itself in the queue of the shared
 * one, with the next node of its CPU (L11). Unlocking restores what was before (L5).
 *
 * PLAIN: by spin_lock_irq() instead, which is enough where interrupts were on (L4).
 */
#include <linux/spinlock.h>

static spinlock_t outer SMC_SHARED, shared SMC_SHARED;
static int counter SMC_SHARED, tasks SMC_SHARED, handled SMC_SHARED;

static void handler(int me)
{
	SMC_ASSERT(irqs_disabled());
	spin_lock(&shared);
	smc_enter(1, 1);
	counter++;
	handled++;
	smc_leave(1, 1);
	spin_unlock(&shared);
	SMC_COVER("an interrupt");
}

static void task(int me)
{
	unsigned long flags = 0;

	spin_lock(&outer);
	smc_enter(0, 1);
	tasks++;
	smc_leave(0, 1);
	spin_unlock(&outer);

	if (PLAIN)
		spin_lock_irq(&shared);
	else
		spin_lock_irqsave(&shared, flags);
	SMC_ASSERT(irqs_disabled());
	smc_enter(1, 1);
	counter++;
	smc_leave(1, 1);
	if (PLAIN)
		spin_unlock_irq(&shared);
	else
		spin_unlock_irqrestore(&shared, flags);
	SMC_ASSERT(!irqs_disabled());
	SMC_ASSERT(!preempt_count());
}

void smc_setup(void)
{
	for (int i = 0; i < THREADS; i++) {
		smc_thread(task);
		if (i < IRQS)
			smc_irq(handler);
	}
}

void smc_final(void)
{
	SMC_ASSERT(tasks == THREADS && counter == THREADS + handled);
	if (handled == IRQS)
		SMC_COVER("all interrupts");
	SMC_ASSERT(!spin_is_locked(&outer) && !spin_is_locked(&shared));
}
