/* SPDX-License-Identifier: MIT */
/*
 * cpu_sample(): the asker leaves the address of its sample with the CPU and sends an NMI; the
 * handler takes it, fills it in and says so. Invariant: an address in `wanted` belongs to the CPU
 * from the moment it takes it until `done`; before that the asker may take it back. So neither an
 * answer that is late nor a second asker finds a stack that has been left.
 */
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/nmi.h>
#include <linux/panic.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/smp.h>
#include <linux/stacktrace.h>
#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/cpu_sample.h>
#include <asm/hardirq.h>
#include <asm/irq_regs.h>

/* Turns of a loop, no clock: some tenths of a second. An NMI that gets through takes no time. */
#define ANSWER_LOOPS	4000000UL

static DEFINE_PER_CPU(struct cpu_sample *, wanted);
/* NMIs sent to the CPU for this, and those it knows of: two may arrive as one. */
static DEFINE_PER_CPU(unsigned int, nmis_sent);
static DEFINE_PER_CPU(unsigned int, nmis_seen);
static DEFINE_PER_CPU(struct cpu_sample, at_stop);	/* the panic's */

/* [SDM 3A] 11.5.4 "APIC Timer": 0 is not armed, in both registers. */
static bool lapic_timer_armed(u32 lvt)
{
	if (lvt & APIC_LVT_TIMER_TSCDEADLINE)
		return rdmsrl_value(MSR_IA32_TSC_DEADLINE);
	return lapic_read(APIC_TMCCT);
}

static void sample_apic(struct cpu_sample *s)
{
	if (!apic_base && !x2apic_mode)
		return;		/* early in the boot */
	s->tpr = lapic_read(APIC_TASKPRI);
	s->spiv = lapic_read(APIC_SPIV);
	s->lvt_timer = lapic_read(APIC_LVTT);
	s->timer_armed = lapic_timer_armed(s->lvt_timer);
	s->lvt_lint0 = lapic_read(APIC_LVT0);
	for (unsigned int i = 0; i < ARRAY_SIZE(s->irr); i++) {
		s->irr[i] = lapic_read(APIC_IRR + i * 0x10);
		s->isr[i] = lapic_read(APIC_ISR + i * 0x10);
	}
}

/*
 * This CPU: the code that @regs interrupted, @levels of preempt_count() being the interrupt's own; without
 * regs the caller of cpu_sample().
 */
static noinline void take(struct cpu_sample *s, const struct pt_regs *regs, u32 levels)
{
	s->cpu = raw_smp_processor_id();
	s->when = sched_clock();
	s->flags = regs ? regs->flags : arch_local_save_flags();
	s->preempt_count = preempt_count() - levels;
	s->softirq_pending = local_softirq_pending();
	s->curr = current;
	s->locks = lockdep_look(current);
	s->disabled_tasklet = tasklet_queued_disabled();
	s->running_tasklet = tasklet_queued_running();
	s->nr_callers = regs ? stack_trace_save_regs(regs, s->callers, CPU_SAMPLE_CALLERS) :
			       stack_trace_save(s->callers, CPU_SAMPLE_CALLERS, 2);
	sample_apic(s);
}

static int sample_nmi(unsigned int type, struct pt_regs *regs)
{
	struct cpu_sample *s = this_cpu_xchg(wanted, NULL);
	unsigned int sent = this_cpu_read(nmis_sent);
	bool mine = sent != this_cpu_read(nmis_seen);

	this_cpu_write(nmis_seen, sent);
	if (!s)
		return mine ? NMI_HANDLED : 0;
	take(s, regs, NMI_OFFSET + HARDIRQ_OFFSET);
	smp_store_release(&s->done, true);
	return NMI_HANDLED;
}

static bool ask(unsigned int cpu, struct cpu_sample *s)
{
	struct cpu_sample **place = per_cpu_ptr(&wanted, cpu);
	unsigned long loops = ANSWER_LOOPS;

	while (cmpxchg(place, NULL, s)) {	/* somebody else is asking */
		if (!--loops)
			return false;
		cpu_relax();
	}
	__atomic_fetch_add(per_cpu_ptr(&nmis_sent, cpu), 1, __ATOMIC_SEQ_CST);
	apic_send_NMI(cpu);
	while (!smp_load_acquire(&s->done)) {
		/* Taken back, or it is being filled in at this moment. */
		if (loops && !--loops && cmpxchg(place, s, NULL) == s)
			return false;
		cpu_relax();
	}
	return true;
}

bool cpu_sample(unsigned int cpu, struct cpu_sample *s)
{
	*s = (struct cpu_sample){ .cpu = cpu };
	if (cpu == raw_smp_processor_id()) {
		/* A tick or an NMI that finds its own CPU stuck asks about what it interrupted. */
		if (in_nmi() && this_cpu_read(nmi_regs))
			take(s, this_cpu_read(nmi_regs), NMI_OFFSET + HARDIRQ_OFFSET);
		else if ((preempt_count() & HARDIRQ_MASK) == HARDIRQ_OFFSET && get_irq_regs())
			take(s, get_irq_regs(), HARDIRQ_OFFSET);
		else
			take(s, NULL, 0);
		return true;
	}
	if (panic_in_progress()) {
		*s = per_cpu(at_stop, cpu);
		return s->done;
	}
	return cpu_online(cpu) && ask(cpu, s);
}

/* Context: NMI, the CPU is about to stop for good. */
static void sample_at_stop(const struct pt_regs *regs)
{
	struct cpu_sample *s = this_cpu_ptr(&at_stop);

	take(s, regs, NMI_OFFSET + HARDIRQ_OFFSET);
	smp_store_release(&s->done, true);
}

static int __init cpu_sample_init(void)
{
	nmi_before_stop = sample_at_stop;
	return register_nmi_handler(NMI_LOCAL, sample_nmi, 0, "sample");
}
early_initcall(cpu_sample_init);
