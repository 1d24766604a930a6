/* SPDX-License-Identifier: MIT */
/*
 * bug.c - WARN, BUG and the end of a thread that did something impossible, in Linux's words.
 *
 * A WARN goes on. A BUG or a fault in thread context kills the thread; anywhere else, or in the
 * idle thread or pid 1, it is a panic: nobody is left who could go on.
 */
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kdebug.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <asm/ptrace.h>
#include "internal.h"

#define CUT_HERE	"------------[ cut here ]------------\n"
#define END_TRACE	"---[ end trace 0000000000000000 ]---\n"

int oops_in_progress;

static bool panic_on_oops;
static bool panic_on_warn;
SYSCTL_BOOL("kernel/panic_on_oops", &panic_on_oops);
SYSCTL_BOOL("kernel/panic_on_warn", &panic_on_warn);
early_param_bool("panic_on_warn", panic_on_warn);

/* All bytes are flags of sites that have spoken. */
extern char __start_once[], __end_once[];

void clear_warn_once(void)
{
	memset(__start_once, 0, __end_once - __start_once);
}

static unsigned long taints;

void add_taint(unsigned int flag)
{
	__atomic_fetch_or(&taints, 1UL << flag, __ATOMIC_RELAXED);
}

bool test_taint(unsigned int flag)
{
	return READ_ONCE(taints) & (1UL << flag);
}

/* Linux gives each flag its column; bit 0 is G, no foreign code. Two CPUs write the same. */
const char *print_tainted(void)
{
	static const char letters[] = { [TAINT_DIE] = 'D', [TAINT_WARN] = 'W',
					[TAINT_SOFTLOCKUP] = 'L' };
	static char text[] = "Tainted: G              ";
	char *flag = text + strlen("Tainted: ");
	unsigned long bits = READ_ONCE(taints);

	for (unsigned int i = 1; i < sizeof(letters); i++)
		flag[i] = bits & BIT(i) ? letters[i] : bits >> i ? ' ' : '\0';
	return bits ? text : "Not tainted";
}

void __warn_printf(const char *file, int line, const char *fmt, ...)
{
	unsigned long cookie = report_begin();
	va_list ap;

	pr_warn(CUT_HERE);
	if (fmt) {
		va_start(ap, fmt);
		vprintk(fmt, ap);
		va_end(ap);
	}
	pr_warn("WARNING: CPU: %d PID: %d at %s:%d %pS\n", raw_smp_processor_id(),
		current ? current->pid : 0, file, line, __builtin_return_address(0));
	show_context(NULL, 0, KERN_WARNING);
	pr_warn(END_TRACE);
	report_end(cookie);
	add_taint(TAINT_WARN);
	if (panic_on_warn)
		panic("kernel: panic_on_warn set ...");
}
EXPORT_SYMBOL(__warn_printf);

/*
 * A fault while this CPU prints an oops: one more try, then panic, whose own nesting ends it.
 * Context: interrupts off.
 */
static void oops_enter(void)
{
	static int dying_cpu = -1;
	static int depth;

	if (dying_cpu != raw_smp_processor_id()) {
		dying_cpu = raw_smp_processor_id();
		depth = 0;
	} else if (++depth > 1) {
		panic("a fault while printing an oops");
	}
	oops_in_progress++;
	console_unlock_own();
}

static void oops_header(const char *str, long err)
{
	static int die_counter;

	pr_emerg("Oops: %s: %04lx [#%d] PREEMPT SMP\n", str, err & 0xffff, ++die_counter);
}

/* The report is complete: end the offender. @irqs_on: interrupts were on where it went wrong. */
static void __noreturn oops_exit(bool irqs_on)
{
	pr_emerg(END_TRACE);
	add_taint(TAINT_DIE);
	report_finish();
	oops_in_progress--;
	if (in_interrupt())
		panic("Fatal exception in interrupt");
	if (panic_on_oops)
		panic("Fatal exception");
	if (!current || !current->pid)	/* boot and idle threads */
		panic("Attempted to kill the idle task!");
	if (irqs_on)
		local_irq_enable();
	make_task_dead(11);	/* SIGSEGV, as Linux */
}

void die(const char *str, struct pt_regs *regs, long err)
{
	if (this_cpu_in_panic())
		panic("%s at %pS", str, (void *)regs->ip);
	report_begin();		/* ended by report_finish() */
	oops_enter();
	oops_header(str, err);
	show_context(regs, 0, KERN_DEFAULT);
	oops_exit(!regs_irqs_disabled(regs));
}

void __bug(const char *file, int line)
{
	bool irqs_on = !irqs_disabled();

	report_begin();
	oops_enter();
	pr_crit(CUT_HERE);
	pr_crit("kernel BUG at %s:%d!\n", file, line);
	oops_header("invalid opcode", 0);
	show_context(NULL, _RET_IP_, KERN_DEFAULT);
	oops_exit(irqs_on);
}
EXPORT_SYMBOL(__bug);

static int __init oops_setup(char *arg)
{
	if (strcmp(arg, "panic"))
		return -EINVAL;
	panic_on_oops = true;
	return 0;
}
early_param("oops", oops_setup);
