/* SPDX-License-Identifier: MIT */
/*
 * irq_work: call me back in hardirq context as soon as possible. Queuing takes no lock, so it works
 * from every context, NMI included; the carrier is a self-IPI.
 */
#ifndef _LINUX_IRQ_WORK_H
#define _LINUX_IRQ_WORK_H

#include <linux/atomic.h>
#include <linux/llist.h>

#define IRQ_WORK_PENDING	0x01	/* queued, not yet started */
#define IRQ_WORK_BUSY		0x02	/* queued or running */
#define IRQ_WORK_LAZY		0x04	/* can wait for the next tick */
#define IRQ_WORK_CLAIMED	(IRQ_WORK_PENDING | IRQ_WORK_BUSY)

struct irq_work {
	struct llist_node llist;
	atomic_t flags;
	void (*func)(struct irq_work *work);
};

#define __IRQ_WORK_INIT(_func, _flags)	{ .flags = ATOMIC_INIT(_flags), .func = (_func) }
#define IRQ_WORK_INIT(_func)		__IRQ_WORK_INIT(_func, 0)
#define IRQ_WORK_INIT_LAZY(_func)	__IRQ_WORK_INIT(_func, IRQ_WORK_LAZY)
#define DEFINE_IRQ_WORK(name, _f)	struct irq_work name = IRQ_WORK_INIT(_f)

static inline void init_irq_work(struct irq_work *work, void (*func)(struct irq_work *))
{
	*work = (struct irq_work)IRQ_WORK_INIT(func);
}

static inline bool irq_work_is_pending(struct irq_work *work)
{
	return atomic_read(&work->flags) & IRQ_WORK_PENDING;
}

static inline bool irq_work_is_busy(struct irq_work *work)
{
	return atomic_read(&work->flags) & IRQ_WORK_BUSY;
}

/* False if it was already pending: that run serves both. From func itself it queues one more run. */
bool irq_work_queue(struct irq_work *work);
bool irq_work_queue_on(struct irq_work *work, int cpu);		/* not from NMI */
/* Wait until it is neither queued nor running. IRQs on. */
void irq_work_sync(struct irq_work *work);

void irq_work_run(void);	/* Context: IRQ_WORK_VECTOR, hardirq. */
void irq_work_tick(void);	/* Context: tick, hardirq. Runs the lazy ones. */
/* For reports: the first CPU that has some queued that could run at once; -1: none. Context: any. */
int irq_work_unserved(void);
bool irq_work_needs_cpu(void);	/* this CPU's tick must not stop: lazy work waits for it */

#endif
