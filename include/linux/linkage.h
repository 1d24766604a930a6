/* SPDX-License-Identifier: MIT */
/* Symbols shared between C and assembly. */
#ifndef _LINUX_LINKAGE_H
#define _LINUX_LINKAGE_H

#ifdef __ASSEMBLY__
#define SYM_CODE_START(name) \
	.globl name; .type name, @function; .balign 16; name: .cfi_startproc
#define SYM_CODE_END(name) \
	.cfi_endproc; .size name, . - name
#endif

#endif
