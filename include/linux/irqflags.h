/* SPDX-License-Identifier: MIT */
/*
 * Interrupts on and off on this CPU. All of the kernel changes IF through these and the entry code,
 * nothing else; each transition passes one hook (trace_hardirqs_*), where checkers attach.
 */
#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H

#include <linux/types.h>
#include <linux/lockdep.h>
#include <linux/typecheck.h>
#include <asm/irqflags.h>

#define local_irq_disable()	do { arch_local_irq_disable(); trace_hardirqs_off(); } while (0)
#define local_irq_enable()	do { trace_hardirqs_on(); arch_local_irq_enable(); } while (0)
#define local_irq_save(flags)							\
	do {									\
		typecheck(unsigned long, flags);				\
		flags = arch_local_irq_save();					\
		if (!arch_irqs_disabled_flags(flags))				\
			trace_hardirqs_off();					\
	} while (0)
#define local_irq_restore(flags)						\
	do {									\
		typecheck(unsigned long, flags);				\
		if (!arch_irqs_disabled_flags(flags))				\
			trace_hardirqs_on();					\
		arch_local_irq_restore(flags);					\
	} while (0)
#define local_save_flags(flags)		\
	do { typecheck(unsigned long, flags); flags = arch_local_save_flags(); } while (0)
#define irqs_disabled()			arch_irqs_disabled_flags(arch_local_save_flags())
#define irqs_disabled_flags(flags)	arch_irqs_disabled_flags(flags)
/* Enable interrupts and halt with nothing in between; returns with interrupts on. */
#define safe_halt()			do { trace_hardirqs_on(); arch_safe_halt(); } while (0)

#include <linux/cleanup.h>
DEFINE_LOCK_GUARD_0(irq, local_irq_disable(), local_irq_enable())
DEFINE_LOCK_GUARD_0(irqsave, local_irq_save(_T->flags), local_irq_restore(_T->flags),
		    unsigned long flags)

#endif
