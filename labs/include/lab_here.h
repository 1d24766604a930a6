/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * For labs that show what an interrupt does to the code it interrupts: the task is on the CPU that
 * the interrupt comes to, and watches from there without sleeping. Handlers, and the softirqs of
 * their exit, then run on top of the task and nowhere else, so that orders are exact. After lab.h.
 */
#ifndef _LAB_HERE_H
#define _LAB_HERE_H

#include <linux/cpumask.h>
#include <linux/irq.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/smp.h>

#define LAB_SPIN_MS	300	/* longer than anything takes; what never comes is then missed */

#define lab_yes(cond)	((cond) ? "yes" : "no")

/* Wait without sleeping until cond is true. False if it never was. Any context, interrupts off too. */
#define lab_spin(cond)							\
({									\
	ktime_t lab_end_ = ktime_add_ms(ktime_get(), LAB_SPIN_MS);	\
									\
	while (!(cond) && ktime_before(ktime_get(), lab_end_))		\
		cpu_relax();						\
	(cond);								\
})

/* Another CPU that is online; there must be one. */
static inline unsigned int lab_other_cpu(unsigned int than)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);

	return cpu != than ? cpu : cpumask_next(cpu, cpu_online_mask);
}

/* Stay on this CPU until lab_leave(). May sleep. */
static inline int lab_stay(void)
{
	return set_cpus_allowed_ptr(current, cpumask_of(raw_smp_processor_id()));
}

/* Go to the CPU that gets irq, and stay until lab_leave(). Request it first. May sleep. */
static inline int lab_follow(int irq)
{
	struct irq_data *data = irq_get_irq_data(irq);
	unsigned int cpu = cpumask_first(irq_data_get_effective_affinity_mask(data));

	return set_cpus_allowed_ptr(current, cpumask_of(cpu));
}

/* The same, but a CPU that does not get it. */
static inline int lab_avoid(int irq)
{
	struct irq_data *data = irq_get_irq_data(irq);
	unsigned int cpu = cpumask_first(irq_data_get_effective_affinity_mask(data));

	return set_cpus_allowed_ptr(current, cpumask_of(lab_other_cpu(cpu)));
}

static inline void lab_leave(void)
{
	set_cpus_allowed_ptr(current, cpu_possible_mask);
}

#endif /* _LAB_HERE_H */
