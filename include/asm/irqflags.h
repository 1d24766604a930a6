/* SPDX-License-Identifier: MIT */
/* The only place, with the entry code, where IF changes. */
#ifndef _ASM_IRQFLAGS_H
#define _ASM_IRQFLAGS_H

#include <linux/compiler.h>

#define X86_EFLAGS_IF	0x200UL		/* [SDM 1] 3.4.3.3 "System Flags and IOPL Field" */

static __always_inline unsigned long arch_local_save_flags(void)
{
	unsigned long flags;

	__asm__ __volatile__("pushfq; popq %0" : "=rm"(flags) : : "memory");
	return flags;
}

static __always_inline void arch_local_irq_disable(void)
{
	__asm__ __volatile__("cli" : : : "memory");
}

/*
 * sti holds interrupts off for one more instruction; the nop is that instruction. What has waited
 * comes in here, not after the caller's next step: spin_unlock_irqrestore() relies on it (L3).
 */
static __always_inline void arch_local_irq_enable(void)
{
	__asm__ __volatile__("sti; nop" : : : "memory");
}

/*
 * sti holds interrupts off for one more instruction ([SDM 2B] STI), so none can come between the
 * two: a wake-up that arrives late still ends the hlt.
 */
static __always_inline void arch_safe_halt(void)
{
	__asm__ __volatile__("sti; hlt" : : : "memory");
}

static __always_inline void arch_halt(void)
{
	__asm__ __volatile__("hlt" : : : "memory");
}

static __always_inline bool arch_irqs_disabled_flags(unsigned long flags)
{
	return !(flags & X86_EFLAGS_IF);
}

static __always_inline unsigned long arch_local_irq_save(void)
{
	unsigned long flags = arch_local_save_flags();

	arch_local_irq_disable();
	return flags;
}

/* Restores IF literally; the other flags are the compiler's (L5). */
static __always_inline void arch_local_irq_restore(unsigned long flags)
{
	if (!arch_irqs_disabled_flags(flags))
		arch_local_irq_enable();
	else
		arch_local_irq_disable();
}

#endif
