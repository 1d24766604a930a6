/* SPDX-License-Identifier: MIT */
/*
 * From the boot loader to start_kernel() on the boot CPU.
 *
 * Enters in 32-bit protected mode, paging off, EAX the loader's magic, EBX the physical address of
 * its information ([MB1] 3.2 "Machine state", [MB2] 3.3). Builds page tables in which the low 4 GiB
 * are at 0 and at PAGE_OFFSET and the first GiB is at KERNEL_VMA, turns on long mode and calls
 * start_kernel(magic, info) at its high address. Until then every symbol is used as PA(symbol).
 *
 * When C begins, what it may hit by mistake is absent: the lower half, and with it page 0, and the
 * page below the boot stack.
 */
#include <asm/page.h>
#include <linux/linkage.h>

#define PA(sym)	((sym) - KERNEL_VMA)

#define MB1_MAGIC	0x1badb002
#define MB1_FLAGS	0x00000003	/* modules on page boundaries, memory map wanted */
#define MB2_MAGIC	0xe85250d6
#define MB2_LEN		(mb2_end - mb2_start)

	.section .boot.header, "a"
	.balign 4
	.long	MB1_MAGIC, MB1_FLAGS, -(MB1_MAGIC + MB1_FLAGS)

	.balign 8
mb2_start:
	.long	MB2_MAGIC, 0, MB2_LEN, -(MB2_MAGIC + MB2_LEN)
	.short	6, 1			/* modules on page boundaries; optional */
	.long	8
	.short	0, 0			/* end */
	.long	8
mb2_end:

	.section .boot.text, "ax"
	.code32
	.globl	_start
_start:
	cli
	cld
	movl	$PA(boot_stack_end), %esp
	movl	%eax, %ebp		/* kept: magic */
	movl	%ebx, %esi		/* kept: information */

	/* Long mode at all? [SDM 2A] CPUID, leaf 0x80000001, EDX bit 29. */
	movl	$0x80000000, %eax
	cpuid
	cmpl	$0x80000001, %eax
	jb	no_long_mode
	movl	$0x80000001, %eax
	cpuid
	btl	$29, %edx
	jnc	no_long_mode

	/* 2048 pages of 2 MiB: the low 4 GiB. */
	movl	$PA(boot_pd), %edi
	movl	$0x83, %eax		/* present, writable, 2 MiB */
	xorl	%edx, %edx
	movl	$2048, %ecx
1:	movl	%eax, (%edi)
	movl	%edx, 4(%edi)
	addl	$PMD_SIZE, %eax
	addl	$8, %edi
	loop	1b

	/* Again in 4 KiB pages the 2 MiB that hold the boot stack's guard, which is left out. */
	movl	$PA(boot_stack_guard), %ebx
	movl	%ebx, %eax
	andl	$-PMD_SIZE, %eax
	addl	$3, %eax		/* present, writable */
	movl	$PA(boot_pt), %edi
	movl	$512, %ecx
1:	movl	%eax, (%edi)
	addl	$PAGE_SIZE, %eax
	addl	$8, %edi
	loop	1b
	movl	%ebx, %eax
	shrl	$PMD_SHIFT, %eax
	movl	$(PA(boot_pt) + 3), PA(boot_pd)(, %eax, 8)
	shrl	$PAGE_SHIFT, %ebx
	andl	$511, %ebx
	movl	$0, PA(boot_pt)(, %ebx, 8)

	/* Four directories at 0 and PAGE_OFFSET, the first again at KERNEL_VMA. */
	movl	$PA(boot_pdpt), %edi
	movl	$(PA(boot_pd) + 3), %eax
	movl	$4, %ecx
1:	movl	%eax, (%edi)
	addl	$PAGE_SIZE, %eax
	addl	$8, %edi
	loop	1b
	movl	$(PA(boot_pd) + 3), PA(boot_pdpt_high + 510 * 8)
	movl	$(PA(boot_pdpt) + 3), PA(boot_pml4)
	movl	$(PA(boot_pdpt) + 3), PA(boot_pml4 + 273 * 8)
	movl	$(PA(boot_pdpt_high) + 3), PA(boot_pml4 + 511 * 8)

	/* [SDM 3A] 10.8.5 "Initializing IA-32e Mode": PAE, CR3, EFER.LME, then paging. */
	movl	$PA(boot_pml4), %eax
	movl	%eax, %cr3
	movl	%cr4, %eax
	orl	$0x20, %eax
	movl	%eax, %cr4
	movl	$0xc0000080, %ecx
	rdmsr
	orl	$0x100, %eax
	wrmsr
	movl	%cr0, %eax
	orl	$0x80010001, %eax	/* PG, WP, PE */
	andl	$~0x0000000c, %eax	/* not EM, TS */
	movl	%eax, %cr0

	lgdt	PA(boot_gdt_ptr)
	ljmp	$0x10, $PA(boot64)

/* No kernel, no console driver: say it on COM1 and stop. */
no_long_mode:
	movl	$PA(no_long_mode_text), %esi
	movw	$0x3f8, %dx
1:	lodsb
	testb	%al, %al
	jz	2f
	outb	%al, %dx
	jmp	1b
2:	hlt
	jmp	2b
no_long_mode_text:
	.asciz	"bottomhalf: this CPU has no 64-bit mode\r\n"

	.code64
boot64:
	movq	$boot64_high, %rax
	jmp	*%rax
boot64_high:
	movl	$0x18, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	xorl	%eax, %eax
	movl	%eax, %fs
	movl	%eax, %gs
	lgdt	boot_gdt_ptr_high
	movq	$boot_stack_end, %rsp
	movq	$0, boot_pml4		/* nothing runs at its physical address any more */
	movq	%cr3, %rcx
	movq	%rcx, %cr3
	/* GS base 0: per-CPU accesses reach the template, which is what we want for now. */
	movl	$0xc0000101, %ecx
	xorl	%edx, %edx
	wrmsr
	movl	%ebp, %edi
	movl	%esi, %esi
	xorl	%ebp, %ebp		/* end of the frame chain */
	call	start_kernel
	ud2

	.section .rodata, "a"
	.balign 8
	.globl	boot_gdt
boot_gdt:
	.quad	0
	.quad	0x00cf9b000000ffff	/* 0x08: 32-bit code, for the trampoline */
	.quad	0x00af9b000000ffff	/* 0x10: 64-bit code */
	.quad	0x00cf93000000ffff	/* 0x18: data */
boot_gdt_end:
boot_gdt_ptr:
	.word	boot_gdt_end - boot_gdt - 1
	.long	PA(boot_gdt)
boot_gdt_ptr_high:
	.word	boot_gdt_end - boot_gdt - 1
	.quad	boot_gdt

	.section .bss..page_aligned, "aw", @nobits
	.balign	4096
boot_pml4:	.skip 4096
boot_pdpt:	.skip 4096
boot_pdpt_high:	.skip 4096
boot_pd:	.skip 4 * 4096
boot_pt:	.skip 4096
	.globl	boot_stack_guard, boot_stack, boot_stack_end
boot_stack_guard: .skip PAGE_SIZE
boot_stack:	.skip THREAD_SIZE
boot_stack_end:
