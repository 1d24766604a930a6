/* SPDX-License-Identifier: MIT */
/*
 * stacktrace.c - who called whom: into arrays; and into the log, with registers and code bytes in
 * Linux's layout.
 *
 * Debug builds: %rbp heads a list of records {caller's %rbp, return address}. Where an interrupt or
 * exception came in, entry.S put the address of its pt_regs into the list, with bit 0 set: the walk
 * goes on with the interrupted ip and %rbp, so it runs from a handler on the IRQ stack through the
 * interrupt to the thread. It stops at the first record that does not lie on a stack of this CPU, or
 * not above the one before.
 *
 * Release builds: every word of the stack that points into text is reported as a guess.
 *
 * Nothing here takes a lock or trusts what it reads: the stack may be what is broken. Context: any.
 */
#include <linux/export.h>
#include <linux/ftrace.h>
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
#include <asm/cpu.h>
#include <asm/irq_regs.h>
#include <asm/msr.h>
#include <asm/page.h>
#include <asm/ptrace.h>
#include "internal.h"

/* Deeper than any sane nesting; what a broken chain may cost. */
#define MAX_FRAMES	256
#define FRAME_POINTERS	IS_ENABLED(CONFIG_DEBUG)

/*
 * A walk, one return address at a time:
 *
 *	for (unwind_start(&u, task, regs); !u.done; unwind_next(&u))
 *		... u.ip, u.exact, u.guess, u.stack ...
 */
struct unwind_state {
	bool done;		/* the walk is over, the rest says nothing */
	unsigned long ip;
	bool exact;		/* ip was interrupted here; else it is a return address */
	bool guess;		/* found by scanning: it may be left over from an earlier call */
	const char *stack;	/* "TASK", "IRQ", "NMI", "#DF", "#MC" */

	/* the walker's own */
	const unsigned long *pos;	/* next frame record, or next word to scan */
	const unsigned long *sp;	/* of the interrupted code, until looked at */
	struct task_struct *task;
	unsigned long lo, hi;		/* bounds of the stack asked for last */
	unsigned int left;		/* bound on the length of a walk */
};

/* Name of the stack that @addr is on, its bounds in @u; NULL: on none that this walk may read. */
static const char *stack_of(struct unwind_state *u, unsigned long addr)
{
	u->lo = (unsigned long)boot_stack;
	u->hi = (unsigned long)boot_stack_end;
	if (addr >= u->lo && addr < u->hi)
		return "TASK";
	u->lo = u->task ? (unsigned long)u->task->stack : 0;
	u->hi = u->lo + THREAD_SIZE;
	if (u->lo && addr >= u->lo && addr < u->hi)
		return "TASK";
	return cpu_stack_of(raw_smp_processor_id(), addr, &u->lo, &u->hi);
}

/* Can @words be read at @pos? Stores which stack they are on. */
static bool words_ok(struct unwind_state *u, const void *pos, unsigned int words)
{
	unsigned long addr = (unsigned long)pos;
	const char *name = addr % 8 ? NULL : stack_of(u, addr);

	if (!name || addr + words * 8 > u->hi)
		return false;
	u->stack = name;
	return true;
}

static bool record_ok(struct unwind_state *u, const unsigned long *pos)
{
	return words_ok(u, pos, 2);
}

/*
 * May @ret be where the function of @ip returns to? Not if the instruction before it, a call with a 32-bit
 * displacement ([SDM 2A] CALL), calls another one.
 */
static bool may_return_to(unsigned long ip, unsigned long ret)
{
	unsigned long size, offset;

	if (!kernel_text_address(ret - 5) || *(const u8 *)(ret - 5) != 0xe8 ||
	    !kallsyms_lookup(ip, &size, &offset))
		return true;
	return ret + *(const s32 *)(ret - 4) == ip - offset;
}

/*
 * Code interrupted before it had made its own record: its return address is still on top of the
 * stack, or below its caller's %rbp, which it has just pushed. It may also be a stale word, so it is
 * a guess.
 */
static bool guess_frameless_caller(struct unwind_state *u)
{
	const unsigned long *sp = u->sp;
	unsigned long ip;

	u->sp = NULL;
	if (!sp || !record_ok(u, sp))
		return false;
	sp += *sp == (unsigned long)u->pos;
	if (!kernel_text_address(*sp) || !may_return_to(u->ip, *sp))
		return false;
	ip = ftrace_graph_ret_addr(u->task, *sp, sp);
	if (record_ok(u, u->pos) && u->pos[1] == *sp)
		return false;
	u->ip = ip;
	u->exact = false;
	u->guess = true;
	return true;
}

/* An entry from outside: go on with what it interrupted, on the stack that ran on. */
static bool next_is_entry(struct unwind_state *u)
{
	const struct pt_regs *regs = (const void *)u->pos - 1;

	if (!((unsigned long)u->pos & 1))
		return false;
	u->done = !u->left-- || !words_ok(u, regs,
					  sizeof(*regs) / 8) || !kernel_text_address(regs->ip);
	if (u->done)
		return true;
	u->exact = true;
	u->ip = regs->ip;
	u->sp = (const unsigned long *)regs->sp;
	u->pos = (const unsigned long *)regs->bp;
	u->stack = stack_of(u, regs->sp) ?: u->stack;
	return true;
}

static void next_record(struct unwind_state *u)
{
	const unsigned long *pos;

	if (guess_frameless_caller(u))
		return;
	u->guess = false;
	u->exact = false;
	if (next_is_entry(u))
		return;
	pos = u->pos;
	u->done = true;
	if (!u->left-- || !record_ok(u, pos) || !kernel_text_address(pos[1]))
		return;
	u->done = false;
	u->ip = ftrace_graph_ret_addr(u->task, pos[1], &pos[1]);
	u->pos = (const unsigned long *)pos[0];
	/* On one stack records only lead upwards; down means the chain is broken. */
	if (stack_of(u, (unsigned long)pos) && (unsigned long)u->pos >= u->lo && u->pos <= pos)
		u->pos = NULL;
}

/*
 * Who brought this CPU onto its IRQ stack: the pt_regs of an interrupt, on the stack it interrupted;
 * or the stack of who called do_softirq_own_stack(), which keeps that in the second word from the
 * top. An interrupt that found the stack in use keeps what was there below its pt_regs.
 */
static const unsigned long *below_irq_stack(struct unwind_state *u)
{
	unsigned long user = this_cpu_read(irq_stack_user);

	while (user % 8 == 0 && !strcmp(stack_of(u, user - 8) ?: "", "IRQ"))
		user = ((const unsigned long *)user)[-1];
	if (user == IRQ_STACK_SOFTIRQ)
		user = ((const unsigned long *)this_cpu_read(hardirq_stack_ptr))[-2];
	return (const unsigned long *)user;
}

/*
 * Where the scan goes on when it has come to the top of a stack; NULL: nowhere. On the stacks of
 * the IST the CPU has put the interrupted stack's pointer into the second word ([SDM 3A] 6.14.2).
 */
static const unsigned long *next_stack(struct unwind_state *u)
{
	if (!strcmp(u->stack, "TASK"))
		return NULL;
	if (!strcmp(u->stack, "IRQ"))
		return below_irq_stack(u);
	return (const unsigned long *)u->pos[-2];
}

static void next_guess(struct unwind_state *u)
{
	u->done = true;
	u->exact = false;
	u->guess = true;
	while (u->left) {
		unsigned long word;

		if (!words_ok(u, u->pos, 1)) {
			u->left--;	/* broken stacks may lead in a circle */
			u->pos = next_stack(u);
			if (!words_ok(u, u->pos, 1))
				return;
		}
		word = *u->pos++;
		if (kernel_text_address(word)) {
			u->left--;
			u->ip = ftrace_graph_ret_addr(u->task, word, u->pos - 1);
			u->done = false;
			return;
		}
	}
}

static void unwind_next(struct unwind_state *u)
{
	if (FRAME_POINTERS)
		next_record(u);
	else
		next_guess(u);
}

/* What __switch_to_asm() left on a sleeping thread's stack, lowest address first. */
struct switch_frame {
	unsigned long r15, r14, r13, r12, bx, bp, ret;
};

/*
 * Starts at @regs if given, else where sleeping @task was switched out, else at the caller.
 * @task NULL or current: this CPU's stacks.
 */
static noinline void unwind_start(struct unwind_state *u, struct task_struct *task,
				  const struct pt_regs *regs)
{
	*u = (struct unwind_state){ .task = task ?: current, .left = MAX_FRAMES, .stack = "TASK" };
	if (regs) {
		u->ip = regs->ip;
		u->exact = true;
		u->sp = (const unsigned long *)regs->sp;
		/* sp is on no stack when it overflowed */
		u->stack = stack_of(u, regs->sp) ?: stack_of(u, regs->bp) ?: "TASK";
		u->pos = (const unsigned long *)(FRAME_POINTERS ? regs->bp : regs->sp);
		if (!FRAME_POINTERS && !record_ok(u, u->pos))	/* overflowed: begin above the guard */
			u->pos = (const unsigned long *)PAGE_ALIGN(regs->sp);
	} else if (u->task != current) {
		const struct switch_frame *f = (const void *)u->task->thread.sp;

		u->done = !record_ok(u, (const unsigned long *)f);
		if (u->done)
			return;
		u->ip = f->ret;
		u->pos = FRAME_POINTERS ? (const unsigned long *)f->bp
					: (const unsigned long *)(f + 1);
	} else {
		u->pos = __builtin_frame_address(0);
		unwind_next(u);
	}
}

noinline unsigned int stack_trace_save_tsk(struct task_struct *task, unsigned long *store,
					   unsigned int size, unsigned int skipnr)
{
	struct unwind_state u;
	unsigned int n = 0;

	skipnr += !task || task == current;	/* this function's own */
	for (unwind_start(&u, task, NULL); !u.done && n < size; unwind_next(&u)) {
		if (skipnr)
			skipnr--;
		else
			store[n++] = u.ip;
	}
	return n;
}
EXPORT_SYMBOL_GPL(stack_trace_save_tsk);

unsigned int stack_trace_save_regs(const struct pt_regs *regs, unsigned long *store,
				   unsigned int size)
{
	struct unwind_state u;
	unsigned int n = 0;

	for (unwind_start(&u, NULL, regs); !u.done && n < size; unwind_next(&u))
		store[n++] = u.ip;
	return n;
}

/* --- into the log --- */

/* How much code around the ip; Linux's numbers, which its scripts/decodecode expects. */
#define CODE_BEFORE	42
#define CODE_BYTES	64

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

void show_stack(struct task_struct *task, unsigned long *sp, const char *level)
{
	struct unwind_state u;

	unwind_start(&u, task, NULL);
	print_walk(&u, level);
}

void show_regs(const struct pt_regs *regs)
{
	unsigned long cookie = report_continue();

	show_context(regs, 0, KERN_DEFAULT);
	report_end(cookie);
}

void dump_stack(void)
{
	unsigned long cookie = report_continue();

	show_context(NULL, 0, KERN_DEFAULT);
	report_end(cookie);
}
EXPORT_SYMBOL(dump_stack);
