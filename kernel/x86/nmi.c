/* SPDX-License-Identifier: MIT */
/*
 * NMIs: the one interrupt that reaches a CPU whose interrupts are off. Panic stops the other CPUs
 * with it, and a CPU that hangs is asked for its backtrace. An NMI for nobody is reported.
 */
#include <linux/cpumask.h>
#include <linux/hardirq.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/nmi.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/mutex.h>
#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/entry.h>
#include <asm/io.h>
#include <asm/irq_regs.h>

/* How long to wait for a CPU's answer, in turns of a loop: no clock can be trusted in a panic. */
#define NMI_WAIT_LOOPS	20000000UL

DEFINE_PER_CPU(struct pt_regs *, nmi_regs);
static struct cpumask stop_mask, backtrace_mask;
void (*nmi_before_stop)(const struct pt_regs *regs);

/* Context: NMI. Does not come back. */
static void stop_this_cpu(int cpu, const struct pt_regs *regs)
{
	if (nmi_before_stop)
		nmi_before_stop(regs);
	set_cpu_online(cpu, false);
	cpumask_clear_cpu(cpu, &stop_mask);
	for (;;)
		arch_halt();
}

static void nmi_backtrace(int cpu, struct pt_regs *regs)
{
	guard(report)();
	pr_warn("NMI backtrace for cpu %d\n", cpu);
	show_regs(regs);
	cpumask_clear_cpu(cpu, &backtrace_mask);
}

/* Asked in order; a slot is free when its function is NULL. */
static struct nmi_handler {
	nmi_handler_t fn;
	const char *name;
} nmi_handlers[4];
static DEFINE_MUTEX(nmi_handlers_mutex);

/* The handler called @name; NULL: a free slot. */
static struct nmi_handler *find_nmi_handler(const char *name)
{
	for (struct nmi_handler *h = nmi_handlers; h < nmi_handlers + ARRAY_SIZE(nmi_handlers); h++)
		if (name ? h->fn && !strcmp(h->name, name) : !h->fn)
			return h;
	return NULL;
}

int register_nmi_handler(unsigned int type, nmi_handler_t fn, unsigned long flags, const char *name)
{
	struct nmi_handler *h;

	guard(mutex)(&nmi_handlers_mutex);
	if (find_nmi_handler(name))
		return -EEXIST;
	h = find_nmi_handler(NULL);
	if (!h)
		return -ENOSPC;
	h->name = name;
	smp_store_release(&h->fn, fn);
	return 0;
}

void unregister_nmi_handler(unsigned int type, const char *name)
{
	struct nmi_handler *h;

	guard(mutex)(&nmi_handlers_mutex);
	h = find_nmi_handler(name);
	if (WARN(!h, "no NMI handler named %s\n", name))
		return;
	WRITE_ONCE(h->fn, NULL);
	kick_all_cpus_sync();	/* an NMI cannot be interrupted by this IPI */
}

static bool ask_nmi_handlers(struct pt_regs *regs)
{
	bool handled = false;

	for (unsigned int i = 0; i < ARRAY_SIZE(nmi_handlers); i++) {
		nmi_handler_t fn = smp_load_acquire(&nmi_handlers[i].fn);

		if (fn && fn(NMI_LOCAL, regs) == NMI_HANDLED)
			handled = true;
	}
	return handled;
}

/* [PC] port 0x61: bit 7 memory parity, bit 6 I/O channel check. */
static void unknown_nmi(int cpu)
{
	pr_emerg_ratelimited("Uhhuh. NMI received for unknown reason %02x on CPU %d:"
			     " injected from outside, a chipset error, or a stray IPI in NMI mode.\n",
			     inb(0x61), cpu);
}

/* Vector 2, on its own stack. */
void exc_nmi(struct pt_regs *regs)
{
	int cpu = raw_smp_processor_id();
	bool handled;

	nmi_enter();
	this_cpu_write(nmi_regs, regs);
	inc_irq_stat(nmis);
	if (cpumask_test_cpu(cpu, &stop_mask))
		stop_this_cpu(cpu, regs);
	/* Two NMIs may have become one: everybody is asked, whoever claimed it. */
	handled = ask_nmi_handlers(regs);
	if (cpumask_test_cpu(cpu, &backtrace_mask))
		nmi_backtrace(cpu, regs);
	else if (!handled)
		unknown_nmi(cpu);
	this_cpu_write(nmi_regs, NULL);
	nmi_exit();
}

/*
 * Ask every CPU in @whom by NMI for what @mask stands for, and wait, bounded, until each has taken
 * itself off @mask. False after a line for each that has not.
 */
static bool nmi_ask(const struct cpumask *whom, struct cpumask *mask, const char *what)
{
	unsigned int cpu;

	for_each_cpu(cpu, whom) {
		cpumask_set_cpu(cpu, mask);	/* a full barrier: it is there before the NMI */
		apic_send_NMI(cpu);
	}
	for (unsigned long i = 0; i < NMI_WAIT_LOOPS; i++) {
		if (!cpumask_intersects(whom, mask))
			return true;
		cpu_relax();
	}
	for_each_cpu(cpu, whom)
		if (cpumask_test_cpu(cpu, mask))
			pr_emerg("CPU %u does not answer the %s NMI\n", cpu, what);
	return false;
}

/* Stop all other CPUs, for panic. Returns when they stopped or a bounded wait is over. */
static void smp_send_stop(void)
{
	struct cpumask others;

	cpumask_copy(&others, cpu_online_mask);
	cpumask_clear_cpu(raw_smp_processor_id(), &others);
	nmi_ask(&others, &stop_mask, "stop");
}

bool trigger_single_cpu_backtrace(int cpu)
{
	bool answered = true;

	if (cpu == raw_smp_processor_id())
		dump_stack();
	else
		answered = nmi_ask(cpumask_of(cpu), &backtrace_mask, "backtrace");
	cpumask_clear_cpu(cpu, &backtrace_mask);
	return answered;
}

static int nmi_init(void)
{
	panic_stop_cpus = smp_send_stop;
	return 0;
}
early_initcall(nmi_init);
