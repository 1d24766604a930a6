/* SPDX-License-Identifier: MIT */
/* Symbols shared between C and assembly. */
#ifndef _LINUX_LINKAGE_H
#define _LINUX_LINKAGE_H

#ifdef __ASSEMBLY__
/*
 * For gdb alone: the kernel itself unwinds by other means. In assembly every change of the stack pointer
 * is followed by its .cfi_ directive, so that a backtrace is right at each instruction.
 */
.cfi_sections .debug_frame

#define SYM_CODE_START(name) \
	.globl name; .type name, @function; .balign 16; name: .cfi_startproc
#define SYM_CODE_END(name) \
	.cfi_endproc; .size name, . - name
#endif

#endif
