/* SPDX-License-Identifier: MIT */
/*
 * do_IRQ() and its siblings: from a vector to the code that serves it. Everything here runs on this
 * CPU's IRQ stack with interrupts off. A device vector goes to the flow handler of its irq_desc; a
 * system vector to the one function that owns it.
 *
 * Historic do_IRQ() found the vector in regs and returned a number; Linux has called it
 * common_interrupt(regs, vector) since 5.8 (X2). We keep the name people look for.
 */
#include <linux/hardirq.h>
#include <linux/init.h>
#include <linux/irq_work.h>
#include <linux/irqdesc.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/time.h>
#include <asm/apic.h>
#include <asm/entry.h>
#include <asm/hw_irq.h>
#include <asm/irq_regs.h>
#include <asm/ptrace.h>

/* What the innermost interrupt on this CPU interrupted; NULL outside interrupts. */
DEFINE_PER_CPU(struct pt_regs *, __irq_regs);

/* X10: nobody has this vector here. End it, say so, go on. */
static noinline void unknown_vector(unsigned int vector)
{
	struct irq_desc *desc = reevaluate_vector(vector);

	if (!vector_is_marker(desc)) {
		generic_handle_irq_desc(desc);
		return;
	}
	apic_eoi();
	if (desc != VECTOR_UNUSED)
		return;		/* a late one of a line just freed or moved: expected */
	inc_irq_stat(irq_unknown_count);
	pr_emerg_ratelimited("No irq handler for %d.%u\n", raw_smp_processor_id(), vector);
}

/*
 * do_IRQ - a device interrupted on @vector.
 * @regs: the interrupted context. Context: entry, IRQs off, on the IRQ stack.
 */
void do_IRQ(struct pt_regs *regs, unsigned int vector)
{
	struct pt_regs *old = set_irq_regs(regs);
	struct irq_desc *desc;

	irq_enter_rcu();
	desc = this_cpu_read(vector_irq[vector]);
	if (likely(!vector_is_marker(desc)))
		generic_handle_irq_desc(desc);
	else
		unknown_vector(vector);
	irq_exit_rcu();

	set_irq_regs(old);
}

/* ---- system vectors: acknowledge first, then the body (X9) ---- */

static void sysvec_local_timer(void)
{
	apic_eoi();
	irq_enter_rcu();
	inc_irq_stat(apic_timer_irqs);
	local_timer_interrupt();
	irq_exit_rcu();
}

/* The "simple" kind: no irq_exit, so pending softirqs stay pending (X8). */
static void sysvec_reschedule(void)
{
	apic_eoi();
	__irq_enter_raw();
	inc_irq_stat(irq_resched_count);
	scheduler_ipi();
	__irq_exit_raw();
}

static void sysvec_call_function(void)
{
	apic_eoi();
	irq_enter_rcu();
	inc_irq_stat(irq_call_count);
	generic_smp_call_function_interrupt();
	irq_exit_rcu();
}

static void sysvec_irq_work(void)
{
	apic_eoi();
	irq_enter_rcu();
	inc_irq_stat(irq_work_irqs);
	irq_work_run();
	irq_exit_rcu();
}

static void sysvec_error(void)
{
	irq_enter_rcu();
	apic_error_interrupt();
	irq_exit_rcu();
}

static void sysvec_spurious(unsigned int vector)
{
	irq_enter_rcu();
	inc_irq_stat(irq_spurious_count);
	apic_spurious_interrupt(vector);
	irq_exit_rcu();
}

static void do_system_vector(unsigned int vector)
{
	switch (vector) {
	case LOCAL_TIMER_VECTOR:
		return sysvec_local_timer();
	case RESCHEDULE_VECTOR:
		return sysvec_reschedule();
	case CALL_FUNCTION_VECTOR:
	case CALL_FUNCTION_SINGLE_VECTOR:
		return sysvec_call_function();
	case IRQ_WORK_VECTOR:
		return sysvec_irq_work();
	case ERROR_APIC_VECTOR:
		return sysvec_error();
	default:
		return sysvec_spurious(vector);
	}
}

/* entry.S calls this for every vector from 32 up. */
void do_interrupt(struct pt_regs *regs, unsigned int vector)
{
	struct pt_regs *old;

	if (likely(vector < FIRST_SYSTEM_VECTOR)) {
		do_IRQ(regs, vector);
		return;
	}
	old = set_irq_regs(regs);
	do_system_vector(vector);
	set_irq_regs(old);
}
