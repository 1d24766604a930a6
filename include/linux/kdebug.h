/* SPDX-License-Identifier: MIT */
/* kdebug.h - the end of a thread that did something impossible. */
#ifndef _LINUX_KDEBUG_H
#define _LINUX_KDEBUG_H

struct pt_regs;

/*
 * die - prints Linux's oops ("Oops: general protection fault: 0000 [#1] ...", registers, code
 * bytes, call trace) as one report, then ends the offender: a thread in task context is killed
 * through make_task_dead(); in interrupt context, in an idle thread or pid 1, or with
 * panic_on_oops set, the machine panics. @str names the trap, @err is its error code.
 * The caller prints its own cause line ("BUG: kernel NULL pointer dereference, ...") first,
 * after a report_begin() that die() ends.
 * Context: exception, any. Does not return.
 */
void die(const char *str, struct pt_regs *regs, long err) __attribute__((noreturn));

#endif
