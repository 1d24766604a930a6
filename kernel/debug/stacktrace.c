/* SPDX-License-Identifier: MIT */
/* stacktrace.c - call traces into arrays; and into the log, with registers and code bytes in Linux's layout. */
#include <linux/export.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/smp.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/version.h>
#include <asm/msr.h>
#include <asm/ptrace.h>
#include "internal.h"
#include "unwind.h"

/* How much code around the ip; Linux's numbers, which its scripts/decodecode expects. */
#define CODE_BEFORE	42
#define CODE_BYTES	64

static unsigned int save(struct unwind_state *u, unsigned long *store, unsigned int size,
			 unsigned int skip)
{
	unsigned int n = 0;

	for (; !u->done && n < size; unwind_next(u)) {
		if (skip)
			skip--;
		else
			store[n++] = u->ip;
	}
	return n;
}

noinline unsigned int stack_trace_save(unsigned long *store, unsigned int size,
				       unsigned int skipnr)
{
	struct unwind_state u;

	unwind_start(&u, NULL, NULL);
	return save(&u, store, size, skipnr + 1);	/* + 1: this function's own */
}
EXPORT_SYMBOL(stack_trace_save);

unsigned int stack_trace_save_tsk(struct task_struct *task, unsigned long *store,
				  unsigned int size, unsigned int skipnr)
{
	struct unwind_state u;

	unwind_start(&u, task, NULL);
	return save(&u, store, size, skipnr);
}
EXPORT_SYMBOL(stack_trace_save_tsk);

/* The byte at the ip in <>. Nothing outside the kernel's text is read. */
static void show_code(unsigned long ip)
{
	char line[CODE_BYTES * 3 + 8];
	int len = 0;

	if (!kernel_text_address(ip)) {
		printk("Code: Unable to access opcode bytes at 0x%lx.\n", ip - CODE_BEFORE);
		return;
	}
	for (unsigned long p = ip - CODE_BEFORE; p < ip - CODE_BEFORE + CODE_BYTES; p++) {
		if (!kernel_text_address(p))
			continue;
		len += scnprintf(line + len, sizeof(line) - len, p == ip ? " <%02x>" : " %02x",
				 *(const u8 *)p);
	}
	printk("Code:%s\n", line);
}

static void show_ip(unsigned long cs, unsigned long ip)
{
	printk("RIP: %04lx:%pS\n", cs, (void *)ip);
}

static void show_registers(const struct pt_regs *regs)
{
	show_ip(regs->cs, regs->ip);
	show_code(regs->ip);
	printk("RSP: %04lx:%016lx EFLAGS: %08lx\n", regs->ss, regs->sp, regs->flags);
	printk("RAX: %016lx RBX: %016lx RCX: %016lx\n", regs->ax, regs->bx, regs->cx);
	printk("RDX: %016lx RSI: %016lx RDI: %016lx\n", regs->dx, regs->si, regs->di);
	printk("RBP: %016lx R08: %016lx R09: %016lx\n", regs->bp, regs->r8, regs->r9);
	printk("R10: %016lx R11: %016lx R12: %016lx\n", regs->r10, regs->r11, regs->r12);
	printk("R13: %016lx R14: %016lx R15: %016lx\n", regs->r13, regs->r14, regs->r15);
	printk("GS:  %016llx CR0: %016lx\n", rdmsrl_value(MSR_GS_BASE), read_cr0());
	printk("CR2: %016lx CR3: %016lx CR4: %016lx\n", read_cr2(), read_cr3(), read_cr4());
}

/* " <IRQ>" when the walk enters a stack, " </IRQ>" when it leaves it. */
static void print_stack_change(const char *level, const char *from, const char *to)
{
	if (from && to && !strcmp(from, to))
		return;
	if (from)
		printk("%s </%s>\n", level, from);
	if (to)
		printk("%s <%s>\n", level, to);
}

static void print_walk(struct unwind_state *u, const char *level)
{
	const char *stack = NULL;

	printk("%sCall Trace:\n", level);
	for (; !u->done; unwind_next(u)) {
		print_stack_change(level, stack, u->stack);
		stack = u->stack;
		printk(u->exact ? "%s %s%pS\n" : "%s %s%pB\n", level, u->guess ? "? " : "",
		       (void *)u->ip);
	}
	print_stack_change(level, stack, NULL);
}

/* See internal.h. */
noinline void show_context(const struct pt_regs *regs, unsigned long ip, const char *level)
{
	struct task_struct *p = current;
	struct unwind_state u;

	printk("%sCPU: %d UID: 0 PID: %d Comm: %.20s %s %s\n", level, raw_smp_processor_id(),
	       p ? p->pid : 0, p ? p->comm : "boot", print_tainted(), UTS_RELEASE);
	if (regs)
		show_registers(regs);
	else if (ip)
		show_ip(0x10, ip);
	unwind_start(&u, NULL, regs);
	if (!regs)
		unwind_next(&u);	/* leave out this function */
	print_walk(&u, level);
}

void show_regs(const struct pt_regs *regs)
{
	unsigned long cookie = report_begin();

	show_context(regs, 0, KERN_DEFAULT);
	report_end(cookie);
}

void dump_stack(void)
{
	unsigned long cookie = report_begin();

	show_context(NULL, 0, KERN_DEFAULT);
	report_end(cookie);
}
EXPORT_SYMBOL(dump_stack);
