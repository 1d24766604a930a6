/* SPDX-License-Identifier: MIT */
/*
 * Tying an irq number to a chip, a flow handler, a trigger type and settings: what controller
 * drivers do before anybody can request the line.
 */
#include <linux/export.h>
#include "internals.h"

/* Something came in where no controller was set up: all we can do is count it. */
static void ack_bad(struct irq_data *data)
{
	print_irq_desc(data->irq, irq_to_desc(data->irq));
	ack_bad_irq(data->irq);
}

struct irq_chip no_irq_chip = {
	.name = "none",
	.irq_ack = ack_bad,
};

static void nothing(struct irq_data *data)
{
}

/* An irq that software makes (generic_handle_irq) has no controller that wants anything. */
struct irq_chip dummy_irq_chip = {
	.name = "dummy",
	.irq_ack = nothing,
	.irq_mask = nothing,
	.irq_unmask = nothing,
};
EXPORT_SYMBOL_GPL(dummy_irq_chip);

int irq_set_chip(unsigned int irq, const struct irq_chip *chip)
{
	scoped_irqdesc(desc, irq) {
		desc->irq_data.chip = (struct irq_chip *)(chip ?: &no_irq_chip);
		return 0;
	}
	return -EINVAL;
}
EXPORT_SYMBOL(irq_set_chip);

int irq_set_chip_data(unsigned int irq, void *data)
{
	scoped_irqdesc(desc, irq) {
		desc->irq_data.chip_data = data;
		return 0;
	}
	return -EINVAL;
}
EXPORT_SYMBOL(irq_set_chip_data);

/* Settings that chips and the hot path read from irq_data.state. */
static const struct {
	unsigned int setting, state;
} irqd_copies[] = {
	{ IRQ_NO_BALANCING, IRQD_NO_BALANCING },
	{ IRQ_PER_CPU, IRQD_PER_CPU },
	{ IRQ_MOVE_PCNTXT, IRQD_MOVE_PCNTXT },
	{ IRQ_LEVEL, IRQD_LEVEL },
};

/* desc->lock held. */
void irq_change_settings(struct irq_desc *desc, unsigned int clr, unsigned int set)
{
	desc->status_use_accessors = (desc->status_use_accessors & ~clr) | set;
	for (unsigned int i = 0; i < ARRAY_SIZE(irqd_copies); i++) {
		irqd_clear(&desc->irq_data, irqd_copies[i].state);
		if (irq_setting(desc, irqd_copies[i].setting))
			irqd_set(&desc->irq_data, irqd_copies[i].state);
	}
}

void irq_modify_status(unsigned int irq, unsigned long clr, unsigned long set)
{
	scoped_irqdesc(desc, irq)
		irq_change_settings(desc, clr, set);
}
EXPORT_SYMBOL_GPL(irq_modify_status);

/* Ask the chip for trigger @flags and remember them. desc->lock held. 0 or the chip's error. */
int __irq_set_trigger(struct irq_desc *desc, unsigned long flags)
{
	struct irq_data *d = &desc->irq_data;
	struct irq_chip *chip = d->chip;
	bool mask = (chip->flags & IRQCHIP_SET_TYPE_MASKED) && !irqd_irq_masked(d);
	int ret;

	if (!chip->irq_set_type)
		return 0;	/* the hardware has one type; Linux too accepts any */
	if (mask)
		mask_irq(desc);
	flags &= IRQ_TYPE_SENSE_MASK;
	ret = chip->irq_set_type(d, flags);
	if (!ret) {
		irqd_set_trigger_type(d, flags);
		irq_change_settings(desc, IRQ_LEVEL, flags & IRQ_TYPE_LEVEL_MASK ? IRQ_LEVEL : 0);
	} else {
		pr_err("Setting trigger mode %lu for irq %u failed (%pS)\n", flags, d->irq,
		       chip->irq_set_type);
	}
	if (mask)
		unmask_irq(desc);
	return ret;
}

int irq_set_irq_type(unsigned int irq, unsigned int type)
{
	scoped_irqdesc(desc, irq)
		return __irq_set_trigger(desc, type);
	return -EINVAL;
}
EXPORT_SYMBOL(irq_set_irq_type);

void __irq_set_handler(unsigned int irq, irq_flow_handler_t handle, const char *name)
{
	scoped_irqdesc(desc, irq) {
		if (handle && WARN_ON(desc->irq_data.chip == &no_irq_chip))
			return;
		desc->handle_irq = handle ?: handle_bad_irq;
		desc->name = name;
	}
}
EXPORT_SYMBOL_GPL(__irq_set_handler);

void irq_set_chip_and_handler_name(unsigned int irq, const struct irq_chip *chip,
				   irq_flow_handler_t handle, const char *name)
{
	irq_set_chip(irq, chip);
	__irq_set_handler(irq, handle, name);
}
EXPORT_SYMBOL_GPL(irq_set_chip_and_handler_name);
