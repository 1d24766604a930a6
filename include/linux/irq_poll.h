/* SPDX-License-Identifier: MIT */
/*
 * irq_poll: interrupt, then poll with a budget in IRQ_POLL_SOFTIRQ: what NAPI is for packets, for any
 * other device. The handler calls irq_poll_sched(); the poll function takes up to @budget events and
 * returns how many. Fewer than that: it has called irq_poll_complete() and switched its interrupts
 * on again. All of it: it must leave the irq_poll alone, and is called again after the others.
 * Linux counterpart: the same names; kernel/lib/irq_poll.c.
 */
#ifndef _LINUX_IRQ_POLL_H
#define _LINUX_IRQ_POLL_H

#include <linux/types.h>

struct irq_poll;
typedef int (irq_poll_fn)(struct irq_poll *iop, int budget);

struct irq_poll {
	struct list_head list;		/* of the CPU that polls it, while SCHED */
	unsigned long state;
	int weight;
	unsigned int full_polls;	/* in a row; a report's, not Linux's */
	irq_poll_fn *poll;
};

enum {
	IRQ_POLL_F_SCHED	= 0,	/* owned: by the list it is on, or by who disabled it */
	IRQ_POLL_F_DISABLE	= 1,	/* somebody waits to own it */
};

/* Prepare @iop, enabled, with @weight events a poll. */
void irq_poll_init(struct irq_poll *iop, int weight, irq_poll_fn *poll);
/* Have it polled on this CPU, unless it is going to be already, or is disabled. Context: any. */
void irq_poll_sched(struct irq_poll *iop);
/* From the poll function, when there is nothing left. */
void irq_poll_complete(struct irq_poll *iop);
/* No poll runs when this returns, nor will until irq_poll_enable(). Does not nest. May sleep. */
void irq_poll_disable(struct irq_poll *iop);
void irq_poll_enable(struct irq_poll *iop);

/* For reports: what @cpu polled last, if it has used its whole weight so often in a row. Context: any. */
#define IRQ_POLL_MANY_FULL_POLLS	1000
struct irq_poll_look {
	irq_poll_fn *poll;
	int weight;
	unsigned int full_polls;
};
bool irq_poll_look(unsigned int cpu, struct irq_poll_look *look);

#endif
