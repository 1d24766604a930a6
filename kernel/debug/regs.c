/* SPDX-License-Identifier: MIT */
/* regs.c - registers and code bytes in the layout of Linux's oops. */
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/report.h>
#include <linux/sched/debug.h>
#include <linux/smp.h>
#include <asm/msr.h>
#include <asm/ptrace.h>
#include "internal.h"

/* How much code around the ip; Linux's numbers, which its scripts/decodecode expects. */
#define CODE_BEFORE	42
#define CODE_BYTES	64

/* The byte at the ip in <>. Nothing outside the kernel's text is read. */
static void show_code(unsigned long ip, const char *level)
{
	char line[CODE_BYTES * 3 + 8];
	int len = 0;

	if (!__kernel_text_address(ip)) {
		printk("%sCode: Unable to access opcode bytes at 0x%lx.\n", level, ip - CODE_BEFORE);
		return;
	}
	for (unsigned long p = ip - CODE_BEFORE; p < ip - CODE_BEFORE + CODE_BYTES; p++) {
		if (!__kernel_text_address(p))
			continue;
		len += scnprintf(line + len, sizeof(line) - len, p == ip ? " <%02x>" : " %02x",
				 *(const u8 *)p);
	}
	printk("%sCode:%s\n", level, line);
}

void show_ip(unsigned long cs, unsigned long ip, const char *level)
{
	if (__kernel_text_address(ip))
		printk("%sRIP: %04lx:%pS\n", level, cs, (void *)ip);
	else
		printk("%sRIP: %04lx:0x%lx\n", level, cs, ip);
}

void __show_regs(struct pt_regs *regs, const char *level)
{
	show_ip(regs->cs, regs->ip, level);
	show_code(regs->ip, level);
	printk("%sRSP: %04lx:%016lx EFLAGS: %08lx\n", level, regs->ss, regs->sp, regs->flags);
	printk("%sRAX: %016lx RBX: %016lx RCX: %016lx\n", level, regs->ax, regs->bx, regs->cx);
	printk("%sRDX: %016lx RSI: %016lx RDI: %016lx\n", level, regs->dx, regs->si, regs->di);
	printk("%sRBP: %016lx R08: %016lx R09: %016lx\n", level, regs->bp, regs->r8, regs->r9);
	printk("%sR10: %016lx R11: %016lx R12: %016lx\n", level, regs->r10, regs->r11, regs->r12);
	printk("%sR13: %016lx R14: %016lx R15: %016lx\n", level, regs->r13, regs->r14, regs->r15);
	printk("%sGS:  %016llx CR0: %016lx\n", level, rdmsrl_value(MSR_GS_BASE), read_cr0());
	printk("%sCR2: %016lx CR3: %016lx CR4: %016lx\n", level, read_cr2(), read_cr3(), read_cr4());
}

void show_regs_of(struct pt_regs *regs)
{
	dump_stack_print_info(KERN_DEFAULT);
	if (regs)
		__show_regs(regs, KERN_DEFAULT);
	show_trace(regs, KERN_DEFAULT);
}

void show_regs(struct pt_regs *regs)
{
	unsigned long cookie = report_begin();

	show_regs_of(regs);
	report_end(cookie);
}
