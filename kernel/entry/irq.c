/* SPDX-License-Identifier: MIT */
/*
 * do_IRQ() and its siblings: from a vector to the code that serves it. Everything here runs on this
 * CPU's IRQ stack with interrupts off. A device vector goes to the flow handler of its irq_desc; a
 * system vector to the one function that owns it.
 *
 * Historic do_IRQ() found the vector in regs and returned a number; Linux has called it
 * common_interrupt(regs, vector) since 5.8 (X2). We keep the name people look for.
 */
#include <linux/irq_work.h>
#include <linux/irqdesc.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/time.h>
#include <asm/apic.h>
#include <asm/entry.h>
#include <asm/hw_irq.h>
#include <asm/jump_label.h>
#include <asm/ptrace.h>
#include <asm/tsc.h>
#include <trace/events/irq_vectors.h>

atomic_t device_irq_timers;
DEFINE_PER_CPU(u64, device_irq_tsc);

/* For the watchdog, once it has found a CPU busy (kernel/debug/irq_storm.c). */
static noinline void timed_irq(unsigned long vector)
{
	u64 start = rdtsc();

	generic_handle_irq_desc(this_cpu_read(vector_irq[vector]));
	__this_cpu_add(device_irq_tsc, rdtsc() - start);
}

/*
 * do_IRQ - a device interrupted on @vector. A vector that nobody owns leads to a descriptor too,
 * one that ends the interrupt and names it (X10).
 * @regs: the interrupted context. Context: entry, IRQs off, on the IRQ stack.
 */
void do_IRQ(struct pt_regs *regs, unsigned long vector)
{
	irq_enter();
	if (unlikely(arch_byte_branch((u8 *)&device_irq_timers)))
		timed_irq(vector);
	else
		generic_handle_irq_desc(this_cpu_read(vector_irq[vector]));
	irq_exit();
}

/* The "simple" kind: no irq_exit, so pending softirqs stay pending (X8). */
static void sysvec_reschedule(void)
{
	apic_eoi();
	__irq_enter_raw();
	inc_irq_stat(irq_resched_count);
	trace_reschedule_entry(RESCHEDULE_VECTOR);
	scheduler_ipi();
	trace_reschedule_exit(RESCHEDULE_VECTOR);
	__irq_exit_raw();
}

/*
 * do_system_vector - an IPI, the local timer or the APIC itself interrupted on @vector.
 * Acknowledged first, then the body (X9); the APIC's own two do it in their own way (X12, V10).
 * Context: as do_IRQ().
 */
void do_system_vector(struct pt_regs *regs, unsigned int vector)
{
	if (vector == RESCHEDULE_VECTOR)
		return sysvec_reschedule();
	irq_enter();
	switch (vector) {
	case LOCAL_TIMER_VECTOR:
		apic_eoi();
		inc_irq_stat(apic_timer_irqs);
		trace_local_timer_entry(vector);
		local_timer_interrupt();
		trace_local_timer_exit(vector);
		break;
	case CALL_FUNCTION_VECTOR:
		apic_eoi();
		inc_irq_stat(irq_call_count);
		trace_call_function_entry(vector);
		generic_smp_call_function_interrupt();
		trace_call_function_exit(vector);
		break;
	case CALL_FUNCTION_SINGLE_VECTOR:
		apic_eoi();
		inc_irq_stat(irq_call_count);
		trace_call_function_single_entry(vector);
		generic_smp_call_function_interrupt();
		trace_call_function_single_exit(vector);
		break;
	case IRQ_WORK_VECTOR:
		apic_eoi();
		inc_irq_stat(irq_work_irqs);
		trace_irq_work_entry(vector);
		irq_work_run();
		trace_irq_work_exit(vector);
		break;
	case ERROR_APIC_VECTOR:
		trace_error_apic_entry(vector);
		apic_error_interrupt();
		trace_error_apic_exit(vector);
		break;
	default:
		inc_irq_stat(irq_spurious_count);
		trace_spurious_apic_entry(vector);
		apic_spurious_interrupt(vector);
		trace_spurious_apic_exit(vector);
	}
	irq_exit();
}
