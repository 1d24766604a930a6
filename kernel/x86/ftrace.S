/* SPDX-License-Identifier: MIT */
/*
 * Where a patched function's first instruction calls to, before the function has a frame: its arguments
 * are still in registers, all of which it must find again. And where a function that function_graph
 * hooked returns to.
 */
#include <linux/linkage.h>

#define NR_SAVED	9

/* On the stack above the saved registers: the way back into the function, then its return address. */
.macro CALL_TRACER function
	.irp reg, ax, cx, dx, si, di, 8, 9, 10, 11
	pushq	%r\reg
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r\reg, 0
	.endr
	movq	NR_SAVED * 8(%rsp), %rdi
	subq	$5, %rdi		/* the call's length: the function's own address */
	leaq	(NR_SAVED + 1) * 8(%rsp), %rsi
	call	\function
	.irp reg, 11, 10, 9, 8, di, si, dx, cx, ax
	popq	%r\reg
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r\reg
	.endr
	ret
.endm

	.text
SYM_CODE_START(ftrace_caller)
	CALL_TRACER function_trace_call
SYM_CODE_END(ftrace_caller)

SYM_CODE_START(ftrace_graph_caller)
	CALL_TRACER function_graph_call
SYM_CODE_END(ftrace_graph_caller)

/* %rax and %rdx may be what the function returns; other registers that C may change, it has changed. */
SYM_CODE_START(return_to_handler)
	.cfi_undefined %rip		/* gdb: the thread's ret_stack knows */
	pushq	%rax
	pushq	%rdx
	call	function_graph_return
	movq	%rax, %rcx
	popq	%rdx
	popq	%rax
	jmp	*%rcx
SYM_CODE_END(return_to_handler)
