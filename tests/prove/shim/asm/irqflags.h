/* SPDX-License-Identifier: MIT */
/* The interrupt flag of a CPU that is a thread: the explorer's interrupts obey it. */
#ifndef _ASM_IRQFLAGS_H
#define _ASM_IRQFLAGS_H

#define arch_local_save_flags()		((unsigned long)shim_irqs_off())
#define arch_irqs_disabled_flags(flags)	((flags) != 0)
#define arch_local_irq_disable()	((void)shim_set_irqs_off(1))
#define arch_local_irq_enable()		((void)shim_set_irqs_off(0))
#define arch_local_irq_restore(flags)	((void)shim_set_irqs_off((flags) != 0))

static inline unsigned long arch_local_irq_save(void)
{
	unsigned long flags = arch_local_save_flags();

	arch_local_irq_disable();
	return flags;
}

#endif
