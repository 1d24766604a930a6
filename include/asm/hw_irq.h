/* SPDX-License-Identifier: MIT */
/*
 * vector_irq[]: each CPU's table from vector to irq_desc, the one lookup between the IDT and
 * a flow handler (X2). Written under vector_lock (drivers/irqchip/vector.c), read by
 * do_IRQ() on its own CPU with interrupts off.
 */
#ifndef _ASM_HW_IRQ_H
#define _ASM_HW_IRQ_H

#include <linux/types.h>
#include <linux/percpu.h>
#include <asm/irq_vectors.h>

struct irq_desc;

typedef struct irq_desc *vector_irq_t[NR_VECTORS];
DECLARE_PER_CPU(vector_irq_t, vector_irq);

/*
 * A vector without an owner leads to one of these, whose flow handler ends what comes in (X10):
 * UNUSED	nobody has it: reported.
 * SHUTDOWN	it was in use until free_irq() or a move: one late interrupt is quietly swallowed.
 * RETRIGGERED	an MSI caught half way through a move was sent again: the original is swallowed.
 */
extern struct irq_desc vector_unused, vector_shutdown, vector_retriggered;
#define VECTOR_UNUSED		(&vector_unused)
#define VECTOR_SHUTDOWN		(&vector_shutdown)
#define VECTOR_RETRIGGERED	(&vector_retriggered)

/* Is @desc one of the three? */
bool vector_is_vacant(const struct irq_desc *desc);

#endif /* _ASM_HW_IRQ_H */
