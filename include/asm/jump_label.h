/* SPDX-License-Identifier: MIT */
/*
 * A branch on a byte that is almost always 0. Asked in C, the compiler loads the byte first; here
 * it is one compare with memory and one branch that falls through. Linux patches the branch.
 */
#ifndef _ASM_JUMP_LABEL_H
#define _ASM_JUMP_LABEL_H

#include <linux/types.h>

/*
 * Is *@key set? Read anew each time, whole and without order. @key is the address of a variable, in
 * the instruction itself: as an operand in memory the compiler would keep it in a register, which
 * the function around has to save. Context: any.
 */
static __always_inline bool arch_byte_branch(const u8 *key)
{
	asm goto("cmpb $0, %c0(%%rip)\n\t"
		 "jne %l[set]" : : "i" (key) : "cc" : set);
	return false;
set:
	return true;
}

#endif
