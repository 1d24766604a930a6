/* SPDX-License-Identifier: MIT */
/* stacktrace.c - call traces into arrays, buffers and the log. */
#include <linux/export.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/smp.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/version.h>
#include <linux/panic.h>
#include "unwind.h"

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

void stack_trace_print(const unsigned long *entries, unsigned int nr, int spaces)
{
	for (unsigned int i = 0; i < nr; i++)
		printk("%*c%pB\n", spaces + 1, ' ', (void *)entries[i]);
}
EXPORT_SYMBOL(stack_trace_print);

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

noinline void show_trace(struct pt_regs *regs, const char *level)
{
	struct unwind_state u;

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
EXPORT_SYMBOL(show_stack);

void dump_stack_print_info(const char *level)
{
	struct task_struct *p = current;

	printk("%sCPU: %d UID: 0 PID: %d Comm: %.20s %s %s\n", level, raw_smp_processor_id(),
	       p ? p->pid : 0, p ? p->comm : "boot", print_tainted(), UTS_RELEASE);
}

void dump_stack_lvl(const char *level)
{
	unsigned long cookie = report_begin();

	dump_stack_print_info(level);
	show_trace(NULL, level);
	report_end(cookie);
}
EXPORT_SYMBOL(dump_stack_lvl);

void dump_stack(void)
{
	dump_stack_lvl(KERN_DEFAULT);
}
EXPORT_SYMBOL(dump_stack);
