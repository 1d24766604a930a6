/* SPDX-License-Identifier: MIT */
/*
 * Where an application processor wakes up: real mode, CS:IP = 0800:0000, after the SIPI
 * ([SDM 3A] 9.4.4 "MP Initialization Example"). smpboot copies this page to TRAMPOLINE_PA and fills
 * in the words at its end; the code uses no other memory until it jumps to the kernel. It notes how
 * far it came in ap_stage, so that a CPU that never arrives can be reported with its last stage; a
 * test has it stop at the stage ap_stop.
 */
#include <asm/page.h>
#include <linux/linkage.h>

#define T(sym)	(TRAMPOLINE_PA + (sym) - ap_trampoline)

.macro STAGE n
	movl	$\n, T(ap_stage)
1:	cmpl	$\n, T(ap_stop)
	je	1b
.endm

	.section .rodata, "a"
	.balign	16
	.globl	ap_trampoline, ap_trampoline_end
	.code16
ap_trampoline:
	cli
	cld
	xorw	%ax, %ax
	movw	%ax, %ds
	STAGE	1
	lgdtl	T(ap_gdt_ptr)
	movl	%cr0, %eax
	orl	$1, %eax
	movl	%eax, %cr0
	ljmpl	$0x08, $T(ap_32)

	.code32
ap_32:
	movl	$0x18, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	STAGE	2
	movl	%cr4, %eax
	orl	$0x20, %eax		/* PAE */
	movl	%eax, %cr4
	movl	T(ap_cr3), %eax
	movl	%eax, %cr3
	movl	$0xc0000080, %ecx
	rdmsr
	orl	$0x900, %eax		/* LME and NXE: the tables use NX */
	wrmsr
	movl	%cr0, %eax
	orl	$0x80010001, %eax	/* PG, WP, PE */
	andl	$~0x6000000c, %eax	/* not CD, NW (set by INIT), EM, TS */
	movl	%eax, %cr0
	ljmp	$0x10, $T(ap_64)

	.code64
ap_64:
	STAGE	3
	movq	T(ap_stack), %rsp
	movl	$0xc0000101, %ecx	/* GS base: this CPU's per-CPU area */
	movl	T(ap_gs), %eax
	movl	T(ap_gs) + 4, %edx
	wrmsr
	xorl	%ebp, %ebp
	movq	T(ap_entry), %rax
	jmp	*%rax

	.balign	8
ap_gdt:
	.quad	0
	.quad	0x00cf9b000000ffff
	.quad	0x00af9b000000ffff
	.quad	0x00cf93000000ffff
ap_gdt_ptr:
	.word	31
	.long	T(ap_gdt)
	.balign	8
	.globl	ap_cr3, ap_stack, ap_gs, ap_entry, ap_stage, ap_stop
ap_cr3:		.quad 0
ap_stack:	.quad 0
ap_gs:		.quad 0
ap_entry:	.quad 0
ap_stage:	.quad 0
ap_stop:	.quad 0
ap_trampoline_end:
