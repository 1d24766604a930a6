/* SPDX-License-Identifier: MIT */
/*
 * An interrupt line without hardware: a chip that writes down each call as a letter, a handler that
 * looks around, and ways to fire it. For the interrupt suites.
 */
#ifndef _TESTS_IRQ_FAKE_H
#define _TESTS_IRQ_FAKE_H

#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>

struct fake_irq {
	unsigned int irq;
	struct irq_desc *desc;
	struct irq_chip chip;		/* a copy: a case adds and removes callbacks */

	/*
	 * Chip calls in order: a ack, m mask, K mask_ack, u unmask, e eoi, r retrigger, s startup,
	 * x shutdown, d disable, n enable; h is a handler.
	 */
	char log[48];
	unsigned int len;
	bool masked;			/* what the chip was told last */

	/* What the handler saw, and what it does. */
	unsigned int calls, concurrent_max;
	atomic_t concurrent;
	unsigned int pc;		/* preempt_count() in the last call */
	bool irqs_off, lock_free, inprogress, pending;
	int cpu;
	irqreturn_t ret;		/* what it returns, IRQ_HANDLED unless changed */
	void (*action)(struct fake_irq *f);	/* called in it, if set */
	bool requested;
};

/* A line with flow handler @flow and a chip of ack, mask, unmask, eoi; freed after the case. */
struct fake_irq *fake_irq_create(struct kunit *test, irq_flow_handler_t flow);
/* A line in the vector domain: edge flow, a real vector, fired by IPI. */
struct fake_irq *fake_irq_create_vector(struct kunit *test);

irqreturn_t fake_handler(int irq, void *fake);
/* request_irq() with fake_handler; fails the case if it is refused. */
void fake_request(struct kunit *test, struct fake_irq *f, unsigned long flags);
void fake_free(struct fake_irq *f);

/* The interrupt comes in: here with IRQs off; in a hardirq of @cpu, returning when it is through. */
void fake_fire(struct fake_irq *f);
void fake_fire_on(struct fake_irq *f, int cpu);
/* For fake_irq_create_vector(): the vector is sent to its CPU. Returns when it was taken. */
void fake_send(struct fake_irq *f);
void fake_log_clear(struct fake_irq *f);

/* Spin until @cond holds, for up to two seconds: another CPU of an emulator may not run for long. */
#define spin_until(cond) ({						\
	int __n = 200000;						\
	while (!(cond) && --__n) {					\
		udelay(10);						\
		cpu_relax();	/* where CPUs take turns */		\
	}								\
	(cond); })

/* The kernel log from log_mark() on. */
void log_mark(void);
bool log_has(const char *text);

/* An online CPU other than 0; skips the case if there is none. */
int second_cpu(struct kunit *test);
/* fn(arg) in a thread on @cpu; returns at once. on_cpu_wait() waits for the end of it. */
void on_cpu_start(struct kunit *test, int cpu, void (*fn)(void *arg), void *arg);
void on_cpu_wait(void);

#endif
