/* SPDX-License-Identifier: MIT */
/*
 * lkdtm.c - crashes on demand, with the names of Linux's dump test module:
 *
 *	echo EXCEPTION > /sys/kernel/debug/provoke-crash/DIRECT
 *
 * DIRECT crashes a thread of its own, so that the shell lives on where the kernel does; WRITER the one
 * that writes, which may be a job of the shell; IRQ_THREAD an interrupt's thread; the others a hardirq,
 * an NMI, and softirqs: a timer's, a tasklet's, and one in ksoftirqd. What each must print is in
 * tests/host/test_crash.py.
 */
#include <linux/bug.h>
#include <linux/console.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/nmi.h>
#include <linux/panic.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <asm/apic.h>
#include <asm/desc.h>

#include "lkdtm.h"

#define DIR "kernel/debug/provoke-crash/"

/* Where stores are forbidden, and where instructions are. */
static const unsigned long rodata = 0xaa55aa55;
static u8 data_area[64] = { 0xc3 };	/* ret */

static DEFINE_SPINLOCK(crash_lock);
static volatile int sink;

static void crash_panic(void)
{
	panic("dumptest");
}

static void crash_bug(void)
{
	BUG();
}

static void crash_warning(void)
{
	WARN_ON(1);
}

static void crash_warning_message(void)
{
	WARN(1, "Warning message trigger count: %d\n", 1);
}

static void crash_exception(void)
{
	*(volatile int *)NULL = 0;
}

static void crash_wild_pointer(void)
{
	static int *volatile pointer = (int *)0xdead000000001000;

	sink = *pointer;
}

/* Four pages each with the guard in front: an area without a rest, so the other's guard may follow. */
static void crash_vmalloc_overflow(void)
{
	volatile char *one = vmalloc(3 * PAGE_SIZE), *two = vmalloc(3 * PAGE_SIZE);

	if (one && two)
		min(one, two)[3 * PAGE_SIZE] = 0;
}

static void crash_divide(void)
{
	volatile int number = 100, zero = 0;

	sink = number / zero;
}

/* Nothing happens in builds that do not look. */
static void crash_unreachable(void)
{
	if (!sink)
		__builtin_unreachable();
}

static int (*volatile next_recursion)(int depth);

static int recurse(int depth)
{
	volatile char buf[512];

	buf[0] = depth;
	return next_recursion(depth + 1) + buf[0];
}

static void crash_exhaust_stack(void)
{
	next_recursion = recurse;
	sink = recurse(0);
}

static void crash_write_ro(void)
{
	*(volatile unsigned long *)&rodata = 0;
}

static void crash_write_text(void)
{
	*(volatile u8 *)crash_write_ro = 0xc3;
}

static void call(void *address)
{
	void (*volatile fn)(void) = address;

	fn();
}

static void crash_exec_null(void)
{
	call(NULL);
}

/* A vector that is raised and has never been opened (Q3). */
static void crash_softirq_null(void)
{
	open_softirq(IRQ_POLL_SOFTIRQ, NULL);
	local_bh_disable();
	raise_softirq(IRQ_POLL_SOFTIRQ);
	local_bh_enable();
}

static void crash_exec_data(void)
{
	call(data_area);
}

static void crash_with_lock_held(void)
{
	spin_lock(&crash_lock);
	panic("with a lock held");
}

/* Panics again while the first panic tells its story; with 2, once more inside that. */
static int nested_panics;

static void panic_again(void)
{
	if (nested_panics > 0) {
		nested_panics--;
		panic("inside a panic");
	}
}

static struct panic_notifier again = { .fn = panic_again };

static void crash_panic_nested(void)
{
	nested_panics = 1;
	panic_notifier_register(&again);
	panic("outer");
}

static void fault_in_panic(void)
{
	crash_exception();
}

static struct panic_notifier faulty = { .fn = fault_in_panic };

static void crash_panic_fault(void)
{
	panic_notifier_register(&faulty);
	panic("outer");
}

/* Faults with each line of a panic: in the first panic's, and in the one that tells of that fault. */
static void faulty_write(struct console *con, const char *s, unsigned int count)
{
	if (panic_in_progress())
		crash_exception();
}

static void crash_panic_console(void)
{
	static struct console con = { .name = "faulty", .write = faulty_write, .flags = CON_BOOT };

	register_console(&con);
	panic("outer");
}

static void crash_stack_end(void)
{
	*end_of_stack(current) = 0;
	schedule();
}

static void panic_here(void *info)
{
	panic("all at once, CPU %d", raw_smp_processor_id());
}

static void crash_panic_everywhere(void)
{
	on_each_cpu(panic_here, NULL, 0);
}

/* Without an IDT: a fault, the fault of its delivery, a double fault; the machine resets. */
static void crash_reset(void)
{
	local_irq_disable();
	load_idt(NULL, 1);
	crash_exception();
}

static bool hangs;

static void hang_here(void *info)
{
	WRITE_ONCE(hangs, true);
	for (;;)
		cpu_relax();
}

/* With another CPU, 0 or 1, that hangs in an interrupt handler. */
static void crash_panic_hung(void)
{
	int other;

	preempt_disable();
	other = !smp_processor_id();
	smp_call_function_single(other, hang_here, NULL, 0);
	while (!READ_ONCE(hangs))
		cpu_relax();
	panic("dumptest, CPU %d hangs", other);
}

static void warn_here(void *info)
{
	WARN(1, "from CPU %d\n", raw_smp_processor_id());
}

static void crash_warn_everywhere(void)
{
	on_each_cpu(warn_here, NULL, 1);
}

/* --- for the watchdogs: none of these comes back --- */

static void crash_softlockup(void)
{
	preempt_disable();
	for (;;)
		cpu_relax();
}

static void crash_hardlockup(void)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

static void crash_hung_task(void)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule();
}

static int never_runs(void *unused)
{
	return 0;
}

/* A thread that is switched to without a stack: the first push faults, and so does that fault. */
static void crash_double_fault(void)
{
	struct task_struct *t = kthread_create(never_runs, NULL, "lkdtm");

	if (IS_ERR(t))
		return;
	wait_task_inactive(t, TASK_UNINTERRUPTIBLE);
	t->thread.sp = 0xdead000000001000;
	wake_up_process(t);
	msleep(1000);
}

static const struct crash_type {
	const char *name;
	void (*fn)(void);
} types[] = {
	{ "PANIC", crash_panic },
	{ "BUG", crash_bug },
	{ "WARNING", crash_warning },
	{ "WARNING_MESSAGE", crash_warning_message },
	{ "EXCEPTION", crash_exception },
	{ "WILD_POINTER", crash_wild_pointer },
	{ "VMALLOC_LINEAR_OVERFLOW", crash_vmalloc_overflow },
	{ "DIVIDE", crash_divide },
	{ "UNREACHABLE", crash_unreachable },
	{ "EXHAUST_STACK", crash_exhaust_stack },
	{ "DOUBLE_FAULT", crash_double_fault },
	{ "WRITE_RO", crash_write_ro },
	{ "WRITE_KERN", crash_write_text },
	{ "EXEC_NULL", crash_exec_null },
	{ "EXEC_DATA", crash_exec_data },
	{ "SOFTIRQ_NULL", crash_softirq_null },
	{ "LOCK_HELD", crash_with_lock_held },
	{ "PANIC_NESTED", crash_panic_nested },
	{ "PANIC_FAULT", crash_panic_fault },
	{ "PANIC_CONSOLE", crash_panic_console },
	{ "STACK_END", crash_stack_end },
	{ "RESET", crash_reset },
	{ "PANIC_HUNG", crash_panic_hung },
	{ "PANIC_EVERYWHERE", crash_panic_everywhere },
	{ "WARN_EVERYWHERE", crash_warn_everywhere },
	{ "SOFTLOCKUP", crash_softlockup },
	{ "HARDLOCKUP", crash_hardlockup },
	{ "HUNG_TASK", crash_hung_task },
	{ "LOCKDEP", crash_lockdep },
	{ "LOCKDEP_UART", crash_lockdep_uart },
	{ "LOCKDEP_VC", crash_lockdep_vc },
	{ "LOCKDEP_RQ", crash_lockdep_rq },
	{ "LOCKDEP_PANIC", crash_lockdep_panic },
	{ "LOCKDEP_EVERYWHERE", crash_lockdep_everywhere },
	{ "LOCKDEP_KEYS", crash_lockdep_keys },
	{ "LOCKDEP_ENTRIES", crash_lockdep_entries },
	{ "LOCKDEP_CHAINS", crash_lockdep_chains },
	{ "LOCKDEP_CHAIN_HLOCKS", crash_lockdep_chain_hlocks },
	{ "LOCKDEP_TRACES", crash_lockdep_traces },
};

/* --- contexts --- */

static const struct crash_type *chosen;

static int crash_thread(void *unused)
{
	chosen->fn();
	return 0;
}

/* The thread either returns or is killed; wait for its end, a second at most. */
static int crash_direct(void)
{
	struct task_struct *t = kthread_create(crash_thread, NULL, "lkdtm");

	if (IS_ERR(t))
		return PTR_ERR(t);
	get_task_struct(t);
	wake_up_process(t);
	for (int i = 0; i < 1000 && READ_ONCE(t->__state) != TASK_DEAD; i++)
		msleep(1);
	put_task_struct(t);
	return 0;
}

static int crash_writer(void)
{
	chosen->fn();
	return 0;
}

static void crash_tasklet_fn(struct tasklet_struct *t)
{
	chosen->fn();
}
static DECLARE_TASKLET(crash_tasklet, crash_tasklet_fn);

static int crash_softirq(void)
{
	local_bh_disable();
	tasklet_schedule(&crash_tasklet);
	local_bh_enable();
	return 0;
}

static void crash_irq_fn(struct irq_work *work)
{
	chosen->fn();
}
static DEFINE_IRQ_WORK(crash_irq, crash_irq_fn);

static int crash_hardirq(void)
{
	irq_work_queue(&crash_irq);
	msleep(1);
	return 0;
}

static void crash_timer_fn(struct timer_list *t)
{
	chosen->fn();
}
static DEFINE_TIMER(crash_timer, crash_timer_fn);

static int crash_in_timer(void)
{
	mod_timer(&crash_timer, jiffies + 1);
	msleep(10);
	return 0;
}

/* Comes back until the softirqs have been handed to the thread. */
static void crash_later_fn(struct tasklet_struct *t)
{
	if (current == this_cpu_ksoftirqd())
		chosen->fn();
	else
		tasklet_schedule(t);
}
static DECLARE_TASKLET(crash_later, crash_later_fn);

static int crash_ksoftirqd(void)
{
	tasklet_schedule(&crash_later);
	msleep(10);
	return 0;
}

static irqreturn_t crash_irq_thread_fn(int irq, void *dev)
{
	chosen->fn();
	return IRQ_HANDLED;
}

#define CRASH_IRQ	5	/* ISA's, of no device here */

static int crash_irq_thread(void)
{
	int err = request_threaded_irq(CRASH_IRQ, NULL, crash_irq_thread_fn, IRQF_ONESHOT, "lkdtm",
				       &crash_later);

	if (!err)
		irq_wake_thread(CRASH_IRQ, &crash_later);
	msleep(10);
	return err;
}

static int crash_nmi_fn(unsigned int type, struct pt_regs *regs)
{
	chosen->fn();
	return NMI_HANDLED;
}

static int crash_nmi(void)
{
	int err = register_nmi_handler(NMI_LOCAL, crash_nmi_fn, 0, "lkdtm");

	if (!err)
		apic_send_NMI(raw_smp_processor_id());
	msleep(10);
	return err;
}

static int types_show(struct seq_file *m, void *v)
{
	for (int i = 0; i < ARRAY_SIZE(types); i++)
		seq_printf(m, "%s\n", types[i].name);
	return 0;
}

static const struct crash_type *find_type(const char *name)
{
	for (int i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i].name, name))
			return &types[i];
	return NULL;
}

static int crash_write(void *context, char *buf, size_t len)
{
	const struct crash_type *type = find_type(buf);
	int (*in_context)(void) = context;

	if (!type)
		return -EINVAL;
	pr_info("lkdtm: Performing direct entry %s\n", buf);
	chosen = type;
	return in_context();
}

static int crash_here(const char *name)
{
	const struct crash_type *type = find_type(name);

	if (!type)
		return -EINVAL;
	type->fn();
	return 0;
}

/* lkdtm_early=TYPE: while early options are parsed; no memory, no per-CPU areas, no threads. */
static int __init lkdtm_early(char *arg)
{
	return crash_here(arg);
}
early_param("lkdtm_early", lkdtm_early);

/* lkdtm_boot=TYPE: with the other options; the boot stack in the final page tables, no threads. */
static int __init lkdtm_boot(char *arg)
{
	return crash_here(arg);
}
__setup("lkdtm_boot=", lkdtm_boot);

static int __init lkdtm_init(void)
{
	static const struct {
		const char *name;
		int (*fn)(void);
	} contexts[] = {
		{ DIR "DIRECT", crash_direct },
		{ DIR "WRITER", crash_writer },
		{ DIR "INT_TASKLET_ENTRY", crash_softirq },
		{ DIR "INT_HARDIRQ_ENTRY", crash_hardirq },
		{ DIR "INT_TIMER_ENTRY", crash_in_timer },
		{ DIR "KSOFTIRQD", crash_ksoftirqd },
		{ DIR "IRQ_THREAD", crash_irq_thread },
		{ DIR "NMI", crash_nmi },
	};

	for (int i = 0; i < ARRAY_SIZE(contexts); i++)
		proc_create_rw(contexts[i].name, 0644, &sysfs_root, types_show, crash_write,
			       contexts[i].fn);
	return 0;
}
late_initcall(lkdtm_init);
