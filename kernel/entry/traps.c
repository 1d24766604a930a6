/* SPDX-License-Identifier: MIT */
/*
 * Exceptions but the page fault (kernel/x86/fault.c). None is expected, so each ends in an oops that
 * names the cause: what was touched, in which context, and the likely reason. Breakpoints of
 * text_poke() are the exception.
 */
#include <linux/hardirq.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kdebug.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/cpu.h>
#include <asm/entry.h>
#include <asm/msr.h>

/* [SDM 3A] 6.15 "Exception and Interrupt Reference"; the words are Linux's. */
static const char * const trap_names[32] = {
	"divide error", "debug", "nmi", "int3", "overflow", "bounds", "invalid opcode",
	"device not available", "double fault", "coprocessor segment overrun", "invalid TSS",
	"segment not present", "stack segment", "general protection fault", "page fault",
	"spurious interrupt", "x87 floating-point exception", "alignment check", "machine check",
	"SIMD exception", "virtualization exception", "control protection exception",
};

/* On its own stack: the usual cause is that the current one ran into its guard page. */
static void __noreturn exc_double_fault(struct pt_regs *regs)
{
	unsigned long addr = read_cr2();

	if (is_stack_guard(addr) || is_stack_guard(regs->sp - 8))
		stack_overflow(regs, is_stack_guard(addr) ? addr : regs->sp - 8);
	pr_emerg("PANIC: double fault, error_code: 0x%lx, CR2: %016lx\n", regs->orig_ax, addr);
	panic_regs(regs, "Machine halted: double fault");
}

/*
 * entry.S calls this for vectors 0 to 31. Context: whatever was interrupted, IRQs off; on the
 * interrupted stack but for the three with an IST.
 */
void do_exception(struct pt_regs *regs, unsigned int vector)
{
	switch (vector) {
	case X86_TRAP_NMI:
		return exc_nmi(regs);
	case X86_TRAP_PF:
		return exc_page_fault(regs);
	case X86_TRAP_DF:
		exc_double_fault(regs);
	case X86_TRAP_MC:
		return exc_machine_check(regs);
	case X86_TRAP_BP:
		if (text_poke_int3(regs))
			return;
		break;
	}
	die(trap_names[vector] ?: "reserved exception", regs, regs->orig_ax);
}
