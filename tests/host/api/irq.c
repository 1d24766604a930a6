/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/irq.h, linux/irqdesc.h: a chip of one's own */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>

static void nothing(struct irq_data *d)
{
	(void)irqd_to_hwirq(d);
}

static struct irq_chip chip = {
	.name = "api", .irq_ack = nothing, .irq_mask = nothing, .irq_unmask = nothing, .irq_eoi = nothing,
};

int api_irq(void)
{
	int irq = irq_alloc_desc(0), n = irq_alloc_descs(-1, 0, 1, 0);

	irq_set_chip_and_handler(irq, &chip, handle_simple_irq);
	irq_set_chip_and_handler_name(irq, &chip, handle_edge_irq, "edge");
	irq_set_handler(irq, handle_level_irq);
	irq_set_handler(irq, handle_fasteoi_irq);
	irq_set_chip(irq, &dummy_irq_chip);
	irq_set_chip_data(irq, &chip);
	irq_set_status_flags(irq, IRQ_NOAUTOEN);
	irq_clear_status_flags(irq, IRQ_NOREQUEST);
	n += irq_set_irq_type(irq, IRQ_TYPE_EDGE_RISING) + generic_handle_irq(irq) +
	     generic_handle_irq_safe(irq);
	n += irq_get_irq_data(irq)->hwirq + irq_has_action(irq) + (irq_get_chip_data(irq) == &chip);
	n += irq_data_get_irq_chip_data(irq_get_irq_data(irq)) == &chip;
	irq_free_desc(irq);
	irq_free_descs(n, 1);
	return n;
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
