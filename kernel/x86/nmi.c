/* SPDX-License-Identifier: MIT */
/*
 * NMIs: the one interrupt that reaches a CPU whose interrupts are off. Panic stops the other CPUs
 * with it, and a CPU that hangs is asked for its backtrace. An NMI for nobody is reported.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
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

/* How long to wait for a CPU's answer, in turns of a loop: no clock can be trusted in a panic. */
#define NMI_WAIT_LOOPS	20000000UL

static struct cpumask stop_mask, backtrace_mask;

/* Context: NMI. Does not come back. */
static void stop_this_cpu(int cpu)
{
	set_cpu_online(cpu, false);
	cpumask_clear_cpu(cpu, &stop_mask);
	for (;;)
		arch_halt();
}

static void nmi_backtrace(int cpu, struct pt_regs *regs)
{
	unsigned long cookie = report_begin();

	pr_warn("NMI backtrace for cpu %d\n", cpu);
	show_regs_of(regs);
	report_end(cookie);
	cpumask_clear_cpu(cpu, &backtrace_mask);
}

/* Asked in order; a slot is free when its function is NULL. */
static struct nmi_handler {
	nmi_handler_t fn;
	const char *name;
} nmi_handlers[4];
static DEFINE_MUTEX(nmi_handlers_mutex);

static struct nmi_handler *find_nmi_handler(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(nmi_handlers); i++)
		if (nmi_handlers[i].fn && !strcmp(nmi_handlers[i].name, name))
			return &nmi_handlers[i];
	return NULL;
}

int register_nmi_handler(unsigned int type, nmi_handler_t fn, unsigned long flags, const char *name)
{
	guard(mutex)(&nmi_handlers_mutex);
	if (find_nmi_handler(name))
		return -EEXIST;
	for (unsigned int i = 0; i < ARRAY_SIZE(nmi_handlers); i++) {
		if (nmi_handlers[i].fn)
			continue;
		nmi_handlers[i].name = name;
		smp_store_release(&nmi_handlers[i].fn, fn);
		return 0;
	}
	return -ENOSPC;
}

static void nothing(void *unused)
{
}

void unregister_nmi_handler(unsigned int type, const char *name)
{
	struct nmi_handler *h;

	guard(mutex)(&nmi_handlers_mutex);
	h = find_nmi_handler(name);
	if (WARN(!h, "no NMI handler named %s\n", name))
		return;
	WRITE_ONCE(h->fn, NULL);
	on_each_cpu(nothing, NULL, 1);	/* an NMI cannot be interrupted by this IPI */
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

	nmi_enter();
	inc_irq_stat(nmis);
	if (cpumask_test_cpu(cpu, &stop_mask))
		stop_this_cpu(cpu);
	if (cpumask_test_cpu(cpu, &backtrace_mask))
		nmi_backtrace(cpu, regs);
	else if (!ask_nmi_handlers(regs))
		unknown_nmi(cpu);
	nmi_exit();
}

/* Ask every CPU in @mask by NMI and wait, bounded, until all have answered. */
static bool nmi_ask(struct cpumask *mask)
{
	unsigned int cpu;

	for_each_cpu(cpu, mask)
		apic_send_NMI(cpu);
	for (unsigned long i = 0; i < NMI_WAIT_LOOPS; i++) {
		if (cpumask_empty(mask))
			return true;
		cpu_relax();
	}
	return false;
}

void smp_send_stop(void)
{
	struct cpumask others;
	unsigned int cpu;

	cpumask_copy(&others, cpu_online_mask);
	cpumask_clear_cpu(raw_smp_processor_id(), &others);
	cpumask_copy(&stop_mask, &others);
	smp_mb();
	if (cpumask_empty(&others) || nmi_ask(&stop_mask))
		return;
	for_each_cpu(cpu, &stop_mask)
		pr_emerg("CPU %u does not answer the stop NMI\n", cpu);
}

bool trigger_single_cpu_backtrace(int cpu)
{
	if (cpu == raw_smp_processor_id()) {
		dump_stack();
		return true;
	}
	cpumask_set_cpu(cpu, &backtrace_mask);
	smp_mb();
	apic_send_NMI(cpu);
	for (unsigned long i = 0; i < NMI_WAIT_LOOPS; i++) {
		if (!cpumask_test_cpu(cpu, &backtrace_mask))
			return true;
		cpu_relax();
	}
	pr_emerg("CPU %d does not answer the backtrace NMI\n", cpu);
	cpumask_clear_cpu(cpu, &backtrace_mask);
	return false;
}

void trigger_all_cpu_backtrace(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		trigger_single_cpu_backtrace(cpu);
}

static int nmi_init(void)
{
	panic_stop_cpus = smp_send_stop;
	return 0;
}
early_initcall(nmi_init);
