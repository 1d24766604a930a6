/* SPDX-License-Identifier: MIT */
/*
 * The page fault. Nothing here is mapped on demand, so each one is an error: the report says what was
 * touched and what lies there.
 */
#include <linux/bug.h>
#include <linux/kdebug.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/report.h>
#include <asm/entry.h>
#include <asm/msr.h>

/* Bits of a page fault's error code: [SDM 3A] 4.7 "Page-Fault Exceptions". */
#define PF_PROT		(1 << 0)
#define PF_WRITE	(1 << 1)
#define PF_RSVD		(1 << 3)
#define PF_INSTR	(1 << 4)

/* @addr is in the guard page under a stack. Context: the fault, or a double fault. */
void __noreturn stack_overflow(struct pt_regs *regs, unsigned long addr)
{
	pr_emerg("BUG: stack guard page was hit at %px (%s): stack overflow\n",
		 (void *)addr, vm_explain(addr));
	panic_regs(regs, "kernel stack overflow");
}

static const char *pf_access(unsigned long err)
{
	if (err & PF_INSTR)
		return "instruction fetch";
	return err & PF_WRITE ? "write access" : "read access";
}

/* The lines above an oops; the first words are Linux's, vm_explain() adds what the address is. */
static void explain_page_fault(unsigned long addr, unsigned long err)
{
	if (addr < PAGE_SIZE)
		pr_alert("BUG: kernel NULL pointer dereference, address: %016lx\n", addr);
	else
		pr_alert("BUG: unable to handle page fault for address: %016lx\n", addr);
	pr_alert("#PF: supervisor %s in kernel mode\n", pf_access(err));
	pr_alert("#PF: error_code(0x%04lx) - %s; the address is %s\n", err,
		 err & PF_RSVD ? "reserved bit violation" :
		 err & PF_PROT ? "permissions violation" : "not-present page", vm_explain(addr));
}

/* The guard pages of the stack in use, not those of another that somebody ran into from below. */
static bool is_overflow(const struct pt_regs *regs, unsigned long addr)
{
	return is_stack_guard(addr) && regs->sp - addr < 2 * THREAD_SIZE;
}

/* Context: whatever was interrupted, IRQs off. */
void exc_page_fault(struct pt_regs *regs)
{
	unsigned long addr = read_cr2(), cookie;

	if (is_overflow(regs, addr))
		stack_overflow(regs, addr);
	cookie = report_begin();
	explain_page_fault(addr, regs->orig_ax);
	die("Oops", regs, regs->orig_ax);
	report_end(cookie);
}
