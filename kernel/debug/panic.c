/* SPDX-License-Identifier: MIT */
/*
 * panic.c - the last words of a machine that cannot go on.
 *
 * Three levels: the first panic tells everything; a panic inside it (a fault in the report, a
 * WARN with panic_on_warn) prints one line and leaves; a third leaves without a word. So a panic
 * always ends, whatever is broken.
 */
#include <linux/atomic.h>
#include <linux/console.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/smp.h>
#include <linux/sysctl.h>
#include <asm/cpu.h>
#include <asm/irqflags.h>
#include "internal.h"

#define NO_CPU (-1)

static int panic_cpu = NO_CPU;
static int panic_timeout;	/* seconds to wait before leaving; 0: leave at once */
void (*panic_stop_cpus)(void);
void (*panic_show_locks)(void);
static struct panic_notifier *notifiers;

SYSCTL_INT("kernel/panic", &panic_timeout, -1, 3600);

static int depth;		/* panic_cpu only */
static char reason[256];

bool panic_in_progress(void)
{
	return READ_ONCE(panic_cpu) != NO_CPU;
}

bool this_cpu_in_panic(void)
{
	return READ_ONCE(panic_cpu) == raw_smp_processor_id();
}

void panic_notifier_register(struct panic_notifier *n)
{
	n->next = READ_ONCE(notifiers);
	while (!try_cmpxchg(&notifiers, &n->next, n))
		cpu_relax();
}

static void __noreturn leave(void)
{
	u64 start = sched_clock();

	if (panic_timeout > 0 && start) {	/* 0: there is no clock to wait by */
		pr_emerg("Rebooting in %d seconds..\n", panic_timeout);
		while (sched_clock() - start < panic_timeout * 1000000000ULL)
			cpu_relax();
	}
	machine_exit(3);
}

/* Nobody else writes any more: everything that waits for somebody comes out now. */
static void take_over_output(void)
{
	console_loglevel = max(console_loglevel, 8);
	console_panic_takeover();
	printk_flush_unfinished();
	report_panic_takeover();
	console_init();
	console_flush();
}

static void tell_everything(const struct pt_regs *regs)
{
	pr_emerg("Kernel panic - not syncing: %s\n", reason);
	if (regs || !test_taint(TAINT_DIE))	/* else the oops has shown the way here */
		show_context(regs, 0, KERN_EMERG);
	if (panic_show_locks)
		panic_show_locks();
	for (struct panic_notifier *n = notifiers; n; n = n->next)
		n->fn();
	pr_emerg("---[ end Kernel panic - not syncing: %s ]---\n", reason);
}

static void __noreturn panic_nested(const char *fmt, va_list ap)
{
	char text[128];

	if (depth == 2) {
		console_panic_takeover();
		report_panic_takeover();
		vscnprintf(text, sizeof(text), fmt, ap);
		pr_emerg("Kernel panic - not syncing: %s (inside the panic: %s)\n", text, reason);
		machine_exit(3);
	}
	WRITE_ONCE(printk_silent, true);
	if (depth == 3)
		machine_exit(3);
	for (;;)
		arch_halt();
}

void panic_regs(const struct pt_regs *regs, const char *fmt, ...)
{
	int cpu = raw_smp_processor_id(), old = NO_CPU;
	va_list ap;

	local_irq_disable();
	preempt_disable();
	if (!try_cmpxchg(&panic_cpu, &old, cpu) && old != cpu)
		for (;;)	/* another CPU panics already and is about to stop this one */
			cpu_relax();
	va_start(ap, fmt);
	if (++depth > 1)
		panic_nested(fmt, ap);
	vscnprintf(reason, sizeof(reason), fmt, ap);
	if (panic_stop_cpus)
		panic_stop_cpus();
	take_over_output();
	tell_everything(regs);
	leave();
}
EXPORT_SYMBOL(panic_regs);

static int __init panic_setup(char *arg)
{
	return kstrtoint(arg, 0, &panic_timeout);
}
early_param("panic", panic_setup);
