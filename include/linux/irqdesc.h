/* SPDX-License-Identifier: MIT */
/*
 * struct irq_desc: everything the kernel knows about one interrupt line (I1).
 * Drivers do not need this; flow handlers, chips and do_IRQ() do.
 */
#ifndef _LINUX_IRQDESC_H
#define _LINUX_IRQDESC_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/interrupt.h>
#include <linux/irq.h>

/* irq_desc.istate, Linux's values (I2). PENDING is about this line, never about softirqs (I3). */
enum {
	IRQS_AUTODETECT		= 0x00000001,
	IRQS_SPURIOUS_DISABLED	= 0x00000002,	/* "nobody cared" switched it off */
	IRQS_POLL_INPROGRESS	= 0x00000008,
	IRQS_ONESHOT		= 0x00000020,	/* masked until its threads are done */
	IRQS_REPLAY		= 0x00000040,	/* resent, not yet arrived (I43) */
	IRQS_WAITING		= 0x00000080,
	IRQS_PENDING		= 0x00000200,	/* fired, handler not run for it yet */
	IRQS_SUSPENDED		= 0x00000800,
	IRQS_TIMINGS		= 0x00001000,
	IRQS_NMI		= 0x00002000,
};

struct irq_desc {
	/* Set up before the irq is requested, read by every interrupt. */
	irq_flow_handler_t handle_irq;
	struct irqaction *action;	/* in registration order; changed under lock */
	struct irq_data irq_data;

	/* Under lock. */
	raw_spinlock_t lock ____cacheline_aligned;
	unsigned int istate;		/* IRQS_* */
	unsigned int status_use_accessors;	/* IRQ_LEVEL ... settings */
	unsigned int depth __guarded_by(&lock);	/* nested disables; never requested = 1 (I4) */
	unsigned int irq_count;		/* since irqs_unhandled was 0 (I33) */
	unsigned int irqs_unhandled;
	unsigned long last_unhandled;	/* jiffies */
	int threads_handled_last;	/* judged at the next interrupt (I38) */
	unsigned long threads_oneshot;	/* one bit for each woken ONESHOT thread */
	struct cpumask pending_mask;	/* deferred affinity (V8) */

	/* Threads. */
	atomic_t threads_handled;
	atomic_t threads_active;
	atomic_t thread_runs;		/* that are over, for reports */
	wait_queue_head_t wait_for_threads;

	/* Request, free and their kin; taken before lock, may sleep. */
	struct mutex request_mutex;
	struct cpumask *percpu_enabled;	/* per-CPU devid irqs: where it is enabled */
	/* For reports: since its first action was requested, when it had come in came_before times. */
	unsigned int came_before;
	const void *disabled_at;	/* who first disabled it, and when (jiffies) */
	unsigned long disabled_since;
	const void *astray_at;		/* who last called irq_wake_thread() with a dev_id that none has */
	const void *freed_at;		/* who last freed an action since it was allocated; NULL: nobody */
	bool allocated;			/* under sparse_irq_lock */
	const char *name;		/* flow name in /proc/interrupts: "edge" */
	const struct cpumask *affinity_hint;
};

extern struct irq_desc irq_desc[NR_IRQS];
extern unsigned int nr_irqs;		/* one above the highest number handed out */

/* Interrupts by CPU and irq: the columns of /proc/interrupts (I8). */
typedef unsigned int irq_counts_t[NR_IRQS];
DECLARE_PER_CPU(irq_counts_t, irq_counts);

/** irq_to_desc - the descriptor of @irq, NULL if the number is not in use. Any context. */
struct irq_desc *irq_to_desc(unsigned int irq);

/** kstat_irqs_cpu - how often @irq was taken by @cpu. kstat_irqs - by all CPUs. */
unsigned int kstat_irqs_cpu(unsigned int irq, int cpu);
unsigned int kstat_irqs(unsigned int irq);

/** generic_handle_irq_desc - run the flow handler. Context: hardirq, irqs off. */
static inline void generic_handle_irq_desc(struct irq_desc *desc)
{
	desc->handle_irq(desc);
}

/**
 * generic_handle_irq - an interrupt came in on @irq: for demultiplexers and tests.
 * Context: hardirq, irqs off. Returns 0, -EINVAL (no such irq).
 * generic_handle_irq_safe - the same from any context: switches irqs off, and is a plain
 * call in the caller's context otherwise.
 */
int generic_handle_irq(unsigned int irq);
int generic_handle_irq_safe(unsigned int irq);

#define irq_desc_get_irq(desc)		((desc)->irq_data.irq)
#define irq_desc_has_action(desc)	((desc) && READ_ONCE((desc)->action))
/** irq_has_action - is anybody listening on @irq? Any context. */
bool irq_has_action(unsigned int irq);

#endif /* _LINUX_IRQDESC_H */
