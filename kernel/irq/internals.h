/* SPDX-License-Identifier: MIT */
/*
 * Between the files of kernel/irq/ only. Who may touch what: linux/irqdesc.h.
 * Lock order: sparse_irq_lock, desc->request_mutex, desc->lock, a chip's own lock.
 */
#ifndef _KERNEL_IRQ_INTERNALS_H
#define _KERNEL_IRQ_INTERNALS_H

#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/printk.h>
#include <linux/sched.h>

/* Bits of irqaction.thread_flags. */
enum {
	IRQTF_RUNTHREAD,	/* the hard handler asked for the thread (I30) */
	IRQTF_WARNED,		/* "no thread function" was said once */
	IRQTF_AFFINITY,		/* the thread is to follow the irq to its new CPU (I41) */
	IRQTF_READY,		/* the thread has started */
	IRQTF_FORCED,		/* its handler runs in the thread: threadirqs (I31) */
};

#define for_each_action_of_desc(desc, act) \
	for (act = (desc)->action; act; act = act->next)

/* For one statement: @desc is the descriptor of @irq, locked, irqs off; skipped if there is none. */
#define scoped_irqdesc(desc, irq)						\
	for (struct irq_desc *desc = irq_to_desc(irq); desc; desc = NULL)	\
		scoped_guard(raw_spinlock_irqsave, &desc->lock)

/* One of the IRQ_* settings of linux/irq.h. */
static inline bool irq_setting(const struct irq_desc *desc, unsigned int bit)
{
	return desc->status_use_accessors & bit;
}

#define irqd_set(d, mask)	((d)->state |= (mask))
#define irqd_clear(d, mask)	((d)->state &= ~(mask))
#define kstat_incr_irqs_this_cpu(desc)	__this_cpu_inc(irq_counts[(desc)->irq_data.irq])

/* desc->lock in flow handlers: irqs are off there, so preemption needs no second bolt. */
DEFINE_LOCK_GUARD_1(flow_lock, raw_spinlock_t, do_raw_spin_lock(_T->lock),
		    do_raw_spin_unlock(_T->lock))

/* chip.c. All: desc->lock held. */
void irq_startup(struct irq_desc *desc, bool resend) __must_hold(&desc->lock);
void irq_shutdown(struct irq_desc *desc) __must_hold(&desc->lock);
void irq_enable(struct irq_desc *desc) __must_hold(&desc->lock);
void irq_disable(struct irq_desc *desc) __must_hold(&desc->lock);
void irq_percpu_switch(struct irq_desc *desc, unsigned int cpu, bool on);
void mask_irq(struct irq_desc *desc) __must_hold(&desc->lock);
void unmask_irq(struct irq_desc *desc) __must_hold(&desc->lock);
void unmask_threaded_irq(struct irq_desc *desc) __must_hold(&desc->lock);

/* setup.c. desc->lock held. */
int __irq_set_trigger(struct irq_desc *desc, unsigned long flags) __must_hold(&desc->lock);
void irq_change_settings(struct irq_desc *desc, unsigned int clr, unsigned int set);

/* handle.c */
void handle_irq_event_percpu(struct irq_desc *desc);
void __irq_wake_thread(struct irq_desc *desc, struct irqaction *action);
irqreturn_t irq_default_primary_handler(int irq, void *dev_id);

/* manage.c */
void __disable_irq(struct irq_desc *desc) __must_hold(&desc->lock);
void __enable_irq(struct irq_desc *desc) __must_hold(&desc->lock);
void wake_threads_waitq(struct irq_desc *desc);
int irq_do_set_affinity(struct irq_data *d, const struct cpumask *mask);
void irq_setup_affinity(struct irq_desc *desc);
extern struct cpumask irq_default_affinity;

/* thread.c */
extern bool force_irqthreads;
int irq_setup_threads(struct irqaction *new);
void irq_stop_threads(struct irqaction *action);
void irq_thread_start(struct irqaction *action);

/* resend.c, spurious.c */
int check_irq_resend(struct irq_desc *desc, bool inject) __must_hold(&desc->lock);
void clear_irq_resend(struct irq_desc *desc);
/* Is @irq to be sent again by the tasklet? For reports. Context: any. */
bool irq_waits_for_resend(unsigned int irq);
void note_interrupt(struct irq_desc *desc, irqreturn_t action_ret);

/* irqdesc.c */
void print_irq_desc(unsigned int irq, struct irq_desc *desc);

/*
 * handle_irq_event - call all actions, desc->lock dropped meanwhile; INPROGRESS keeps others out
 * (I5). Context: hardirq, desc->lock held.
 */
static __always_inline void handle_irq_event(struct irq_desc *desc) __must_hold(&desc->lock)
{
	desc->istate &= ~IRQS_PENDING;
	irqd_set(&desc->irq_data, IRQD_IRQ_INPROGRESS);
	do_raw_spin_unlock(&desc->lock);
	handle_irq_event_percpu(desc);
	do_raw_spin_lock(&desc->lock);
	irqd_clear(&desc->irq_data, IRQD_IRQ_INPROGRESS);
}

#endif /* _KERNEL_IRQ_INTERNALS_H */
