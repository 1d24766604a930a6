/* SPDX-License-Identifier: MIT */
/*
 * unwind.c - who called whom.
 *
 * Debug builds: %rbp heads a list of records {caller's %rbp, return address}. Where an interrupt or
 * exception came in, entry.S put the address of its pt_regs into the list, with bit 0 set: the walk
 * goes on with the interrupted ip and %rbp, so it runs from a handler on the IRQ stack through the
 * interrupt to the thread. It stops at the first record that does not lie on a stack of this CPU, or
 * not above the one before.
 *
 * Release builds: every word of the stack that points into text is reported as a guess.
 *
 * Nothing here takes a lock or trusts what it reads: the stack may be what is broken.
 */
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/cpu.h>
#include <asm/irq_regs.h>
#include <asm/page.h>
#include "unwind.h"

/* Deeper than any sane nesting; what a broken chain may cost. */
#define MAX_FRAMES	256
#define FRAME_POINTERS	IS_ENABLED(CONFIG_DEBUG)

/* Name and bounds of the stack that @addr is on; NULL: on none that this walk may read. */
static const char *stack_of(struct task_struct *task, unsigned long addr, unsigned long *lo,
			    unsigned long *hi)
{
	if (addr >= (unsigned long)boot_stack && addr < (unsigned long)boot_stack_end) {
		*lo = (unsigned long)boot_stack;
		*hi = (unsigned long)boot_stack_end;
		return "TASK";
	}
	if (task && task->stack) {
		*lo = (unsigned long)task->stack;
		*hi = *lo + THREAD_SIZE;
		if (addr >= *lo && addr < *hi)
			return "TASK";
	}
	return cpu_stack_of(raw_smp_processor_id(), addr, lo, hi);
}

/* Can @words be read at @pos? Stores which stack they are on. */
static bool words_ok(struct unwind_state *u, const unsigned long *pos, unsigned int words)
{
	unsigned long addr = (unsigned long)pos, lo, hi;
	const char *name = addr % 8 ? NULL : stack_of(u->task, addr, &lo, &hi);

	if (!name || addr + words * 8 > hi)
		return false;
	u->stack = name;
	return true;
}

static bool record_ok(struct unwind_state *u, const unsigned long *pos)
{
	return words_ok(u, pos, 2);
}

/*
 * Code interrupted before it had pushed its own record: its return address is still on top of the
 * stack. It may also be a stale word, so it is a guess.
 */
static bool guess_frameless_caller(struct unwind_state *u)
{
	const unsigned long *sp = u->sp;
	unsigned long ip;

	u->sp = NULL;
	if (!sp || !record_ok(u, sp) || !__kernel_text_address(*sp))
		return false;
	ip = *sp;
	if (record_ok(u, u->pos) && u->pos[1] == ip)
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
	unsigned long lo, hi;

	if (!((unsigned long)u->pos & 1))
		return false;
	u->done = !u->left-- || !words_ok(u, (const void *)regs, sizeof(*regs) / 8) || !__kernel_text_address(regs->ip);
	if (u->done)
		return true;
	u->exact = true;
	u->ip = regs->ip;
	u->sp = (const unsigned long *)regs->sp;
	u->pos = (const unsigned long *)regs->bp;
	u->stack = stack_of(u->task, regs->sp, &lo, &hi) ?: u->stack;
	return true;
}

static void next_record(struct unwind_state *u)
{
	const unsigned long *pos;
	unsigned long lo, hi;

	if (guess_frameless_caller(u))
		return;
	u->guess = false;
	u->exact = false;
	if (next_is_entry(u))
		return;
	pos = u->pos;
	u->done = true;
	if (!u->left-- || !record_ok(u, pos) || !__kernel_text_address(pos[1]))
		return;
	u->done = false;
	u->ip = pos[1];
	u->pos = (const unsigned long *)pos[0];
	/* On one stack records only lead upwards; down means the chain is broken. */
	if (stack_of(u->task, (unsigned long)pos, &lo, &hi) && (unsigned long)u->pos >= lo &&
	    (unsigned long)u->pos <= (unsigned long)pos)
		u->pos = NULL;
}

/* Where the interrupt on this CPU's IRQ stack came in, if that is on a thread's stack; else NULL. */
static const unsigned long *interrupted_thread(void)
{
	const unsigned long *regs = (const unsigned long *)get_irq_regs();
	unsigned long lo, hi;

	return regs && !strcmp(stack_of(current, (unsigned long)regs, &lo, &hi) ?: "", "TASK") ?
	       regs : NULL;
}

/*
 * Scanning an interrupt stack also looks for the way back to the thread's: the last word that points
 * there, which entry.S pushed when it came from there or met another interrupt; else its pt_regs.
 */
static void next_guess(struct unwind_state *u)
{
	unsigned long lo, hi;

	u->done = true;
	u->exact = false;
	u->guess = true;
	while (u->left) {
		unsigned long word;

		if (!words_ok(u, u->pos, 1)) {
			u->pos = strcmp(u->stack, "IRQ") ? u->back : u->back ?: interrupted_thread();
			u->back = NULL;
			if (!u->pos)
				return;
			continue;
		}
		word = *u->pos++;
		if (strcmp(u->stack, "TASK") && word % 8 == 0 &&
		    !strcmp(stack_of(u->task, word, &lo, &hi) ?: "", "TASK"))
			u->back = (const unsigned long *)word;
		if (__kernel_text_address(word)) {
			u->left--;
			u->ip = word;
			u->done = false;
			return;
		}
	}
}

void unwind_next(struct unwind_state *u)
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

noinline void unwind_start(struct unwind_state *u, struct task_struct *task,
			   const struct pt_regs *regs)
{
	*u = (struct unwind_state){ .task = task ?: current, .left = MAX_FRAMES, .stack = "TASK" };
	if (regs) {
		unsigned long lo, hi;

		u->ip = regs->ip;
		u->exact = true;
		u->sp = (const unsigned long *)regs->sp;
		/* sp is on no stack when it overflowed */
		u->stack = stack_of(u->task, regs->sp, &lo, &hi) ?:
			   stack_of(u->task, regs->bp, &lo, &hi) ?: "TASK";
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
