/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * For labs that show what an interrupt does to the code it interrupts: the task is on the CPU that
 * the interrupt comes to, and watches from there without sleeping. Handlers, and the softirqs of
 * their exit, then run on top of the task and nowhere else, so that orders are exact. After lab.h.
 */
#ifndef _LAB_HERE_H
#define _LAB_HERE_H

#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/irq.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>

#define LAB_SPIN_MS	300	/* longer than anything takes; what never comes is then missed */

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

/*
 * A timer's interrupt over the code that waits for it, and over nothing else: when it finds another
 * task, or a softirq of somebody else's on top of this one, it comes again a millisecond later.
 */
struct lab_interrupt {
	struct hrtimer timer;
	void (*handler)(void);	/* context: hardirq */
	struct task_struct *task;
	int pc;			/* preempt_count() of the code that waits */
	bool waits, came;
};

static inline enum hrtimer_restart lab_interrupt_fn(struct hrtimer *timer)
{
	struct lab_interrupt *i = container_of(timer, struct lab_interrupt, timer);

	if (!READ_ONCE(i->waits) || current != i->task ||
	    preempt_count() - (int)HARDIRQ_OFFSET != i->pc) {
		hrtimer_forward_now(timer, ms_to_ktime(1));
		return HRTIMER_RESTART;
	}
	i->handler();
	WRITE_ONCE(i->came, true);
	return HRTIMER_NORESTART;
}

static inline void lab_interrupt_init(struct lab_interrupt *i, void (*handler)(void))
{
	hrtimer_init(&i->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	i->timer.function = lab_interrupt_fn;
	i->handler = handler;
}

/* Have the handler run on top of the caller. Context: any, after lab_stay(). */
static inline void lab_interrupt(struct lab_interrupt *i)
{
	i->task = current;
	i->pc = preempt_count();
	i->came = false;
	hrtimer_start(&i->timer, ms_to_ktime(1), HRTIMER_MODE_REL_PINNED_HARD);
	WRITE_ONCE(i->waits, true);
	lab_spin(READ_ONCE(i->came));
	WRITE_ONCE(i->waits, false);
	hrtimer_cancel(&i->timer);
}

#endif /* _LAB_HERE_H */
