/* SPDX-License-Identifier: MIT */
#ifndef _ASM_PROCESSOR_H
#define _ASM_PROCESSOR_H

#include <asm/barrier.h>
#include <asm/irqflags.h>
#include <asm/msr.h>
#include <asm/ptrace.h>

/* What a switched-out thread leaves behind: its stack pointer; all else is on that stack. */
struct thread_struct {
	unsigned long sp;
};

#endif
