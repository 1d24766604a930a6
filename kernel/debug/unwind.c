/* SPDX-License-Identifier: MIT */
/*
 * unwind.c - who called whom.
 *
 * Debug builds: %rbp heads a list of records {caller's %rbp, return address}. entry.S pushes such
 * a record for the interrupted code, so the list runs from a handler on the IRQ stack through the
 * interrupt to the thread. The walk stops at the first record that does not lie on a stack of this
 * CPU, or not above the one before.
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
#include <asm/page.h>
#include "unwind.h"

/* Deeper than any sane nesting; what a broken chain may cost. */
#define MAX_FRAMES	256
#define FRAME_POINTERS	IS_ENABLED(CONFIG_DEBUG)

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

/* Can @pos be read as a record of two words? Stores which stack it is on. */
static bool record_ok(struct unwind_state *u, const unsigned long *pos)
{
	unsigned long addr = (unsigned long)pos;
	const char *name = addr % 8 ? NULL : stack_of(u, addr);

	if (!name || addr + 16 > u->hi)
		return false;
	u->stack = name;
	return true;
}

/* The record after one of these holds the interrupted ip itself, no return address. */
static bool is_interrupt_entry(unsigned long ip)
{
	unsigned long size, offset;
	const char *name = kallsyms_lookup(ip, &size, &offset);

	return name && (!strcmp(name, "interrupt_entry") || !strcmp(name, "exception_entry"));
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
	if (!sp || !record_ok(u, sp) || !kernel_text_address(*sp))
		return false;
	ip = *sp;
	if (record_ok(u, u->pos) && u->pos[1] == ip)
		return false;
	u->ip = ip;
	u->exact = false;
	u->guess = true;
	return true;
}

static void next_record(struct unwind_state *u)
{
	const unsigned long *pos = u->pos;

	if (guess_frameless_caller(u))
		return;
	u->guess = false;
	u->exact = is_interrupt_entry(u->ip);
	u->done = true;
	if (!u->left-- || !record_ok(u, pos) || !kernel_text_address(pos[1]))
		return;
	u->done = false;
	u->ip = pos[1];
	u->pos = (const unsigned long *)pos[0];
	if (u->exact)		/* the record is the interrupt's, the code ran on the stack below */
		u->stack = stack_of(u, (unsigned long)u->pos) ?: u->stack;
	/* On one stack records only lead upwards; down means the chain is broken. */
	if (stack_of(u, (unsigned long)pos) && (unsigned long)u->pos >= u->lo && u->pos <= pos)
		u->pos = NULL;
}

/*
 * Scanning an interrupt stack also looks for the way back to the thread's: the last word that
 * points there is what entry.S keeps in a register that the C code saved near the top.
 */
static void next_guess(struct unwind_state *u)
{
	u->done = true;
	u->exact = false;
	u->guess = true;
	while (u->left) {
		unsigned long word;

		if (!record_ok(u, u->pos)) {
			u->pos = u->back;
			u->back = NULL;
			if (!u->pos)
				return;
			continue;
		}
		word = *u->pos++;
		if (strcmp(u->stack, "TASK") && word % 8 == 0 &&
		    !strcmp(stack_of(u, word) ?: "", "TASK"))
			u->back = (const unsigned long *)word;
		if (kernel_text_address(word)) {
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
