/* SPDX-License-Identifier: MIT */
/* panic.h - when the machine cannot go on. */
#ifndef _LINUX_PANIC_H
#define _LINUX_PANIC_H

#include <linux/types.h>
#include <linux/stdarg.h>
#include <linux/sprintf.h>

struct pt_regs;

/*
 * panic - stops the other CPUs, prints the reason, who and where, the call trace, held locks and
 * the last trace events, then leaves the machine with status 3. A panic inside a panic prints
 * one line and leaves; a third is silent. Context: any. Never returns.
 */
#define panic(fmt, ...)	panic_regs(NULL, fmt, ##__VA_ARGS__)
/* As panic(), with the registers of the interrupted context (double fault, NMI). */
__printf(2, 3) void panic_regs(const struct pt_regs *regs, const char *fmt, ...)
	__attribute__((noreturn, cold));

/* Set once an oops has been printed: locks may be broken, output must go on. */
extern int oops_in_progress;

/* Spinning code may give up when some CPU panics. */
bool panic_in_progress(void);
bool this_cpu_in_panic(void);

/*
 * Hooks, called by panic() in this order where set. They run with interrupts off on the
 * panicking CPU and must not wait for anything.
 */
extern void (*panic_stop_cpus)(void);		/* NMI the others; the x86 room's */
extern void (*panic_show_locks)(void);		/* held locks; lockdep's */
/* Prints further state at the end (watchdogs, "why"); newest first. */
struct panic_notifier {
	void (*fn)(void);
	struct panic_notifier *next;
};
void panic_notifier_register(struct panic_notifier *n);

#define TAINT_DIE	7	/* D: an oops happened */
#define TAINT_WARN	9	/* W: a WARN fired */
#define TAINT_SOFTLOCKUP 14	/* L: a CPU was stuck */
void add_taint(unsigned int flag);
bool test_taint(unsigned int flag);
/* "Not tainted", or "Tainted: G      D W". */
const char *print_tainted(void);

#endif
