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

/* Nobody has the vector: an interrupt there is reported (X10). */
#define VECTOR_UNUSED		NULL
/* Was in use until free_irq() or a move; one late interrupt is quietly swallowed (X10). */
#define VECTOR_SHUTDOWN		((struct irq_desc *)-1L)
/* An MSI caught half way through a move was sent again; swallow the original quietly. */
#define VECTOR_RETRIGGERED	((struct irq_desc *)-2L)

/* True for the three markers above, which are not descriptors. */
static inline bool vector_is_marker(const struct irq_desc *desc)
{
	return (unsigned long)desc + 2 <= 2;
}

/**
 * reevaluate_vector - do_IRQ() found no descriptor: look again under vector_lock, because the
 * vector may just have been handed out by another CPU. Returns a descriptor or VECTOR_UNUSED or
 * another marker, which is VECTOR_UNUSED from now on. Context: hardirq, irqs off.
 */
struct irq_desc *reevaluate_vector(unsigned int vector);

#endif /* _ASM_HW_IRQ_H */
