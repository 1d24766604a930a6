/* SPDX-License-Identifier: MIT */
/* What entry.S leaves on the stack; the order is that of the pushes, lowest address first. */
#ifndef _ASM_PTRACE_H
#define _ASM_PTRACE_H

#include <linux/types.h>

struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx;
	unsigned long r11, r10, r9, r8, ax, cx, dx, si, di;
	unsigned long orig_ax;	/* error code of an exception, vector of an interrupt */
	unsigned long ip, cs, flags, sp, ss;
};

#define regs_irqs_disabled(regs)	(!((regs)->flags & 0x200))

#endif
