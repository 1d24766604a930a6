/* SPDX-License-Identifier: MIT */
/*
 * Tying an irq number to a chip, a flow handler, a trigger type and settings: what controller
 * drivers do before anybody can request the line.
 */
#include "internals.h"

static void noop(struct irq_data *data)
{
}

static unsigned int noop_ret(struct irq_data *data)
{
	return 0;
}

/* Something came in where no controller was set up: all we can do is count it. */
static void ack_bad(struct irq_data *data)
{
	print_irq_desc(data->irq, irq_to_desc(data->irq));
	ack_bad_irq(data->irq);
}

struct irq_chip no_irq_chip = {
	.name = "none",
	.irq_startup = noop_ret,
	.irq_shutdown = noop,
	.irq_enable = noop,
	.irq_disable = noop,
	.irq_ack = ack_bad,
};

struct irq_chip dummy_irq_chip = {
	.name = "dummy",
	.irq_startup = noop_ret,
	.irq_shutdown = noop,
	.irq_enable = noop,
	.irq_disable = noop,
	.irq_ack = noop,
	.irq_mask = noop,
	.irq_unmask = noop,
};

int irq_set_chip(unsigned int irq, const struct irq_chip *chip)
{
	struct irq_desc *desc = irq_to_desc(irq);

	if (!desc)
		return -EINVAL;
	guard(raw_spinlock_irqsave)(&desc->lock);
	desc->irq_data.chip = (struct irq_chip *)(chip ?: &no_irq_chip);
	return 0;
}

int irq_set_chip_data(unsigned int irq, void *data)
{
	struct irq_desc *desc = irq_to_desc(irq);

	if (!desc)
		return -EINVAL;
	guard(raw_spinlock_irqsave)(&desc->lock);
	desc->irq_data.chip_data = data;
	return 0;
}

int irq_set_handler_data(unsigned int irq, void *data)
{
	struct irq_desc *desc = irq_to_desc(irq);

	if (!desc)
		return -EINVAL;
	guard(raw_spinlock_irqsave)(&desc->lock);
	desc->irq_data.handler_data = data;
	return 0;
}

/* Ask the chip for trigger @flags and remember them. desc->lock held. 0 or the chip's error. */
int __irq_set_trigger(struct irq_desc *desc, unsigned long flags)
{
	struct irq_data *d = &desc->irq_data;
	struct irq_chip *chip = d->chip;
	bool masked = false;
	int ret;

	if (!chip->irq_set_type)
		return 0;	/* the hardware has one type; Linux too accepts any */
	if ((chip->flags & IRQCHIP_SET_TYPE_MASKED) && !irqd_irq_masked(d)) {
		mask_irq(desc);
		masked = true;
	}
	flags &= IRQ_TYPE_SENSE_MASK;
	ret = chip->irq_set_type(d, flags);
	if (ret >= 0) {
		irqd_set_trigger_type(d, flags);
		irqd_clear(d, IRQD_LEVEL);
		desc->status_use_accessors &= ~IRQ_LEVEL;
		if (flags & IRQ_TYPE_LEVEL_MASK) {
			irqd_set(d, IRQD_LEVEL);
			desc->status_use_accessors |= IRQ_LEVEL;
		}
		ret = 0;
	} else {
		pr_err("Setting trigger mode %lu for irq %u failed (%pS)\n", flags, d->irq,
		       chip->irq_set_type);
	}
	if (masked)
		unmask_irq(desc);
	return ret;
}

int irq_set_irq_type(unsigned int irq, unsigned int type)
{
	struct irq_desc *desc = irq_to_desc(irq);

	if (!desc)
		return -EINVAL;
	guard(raw_spinlock_irqsave)(&desc->lock);
	return __irq_set_trigger(desc, type);
}

/* A demultiplexer: nobody may request it, and it works from now on. */
static void make_chained(struct irq_desc *desc)
{
	desc->status_use_accessors |= IRQ_NOPROBE | IRQ_NOREQUEST | IRQ_NOTHREAD;
	if (desc->irq_data.chip->irq_request_resources &&
	    desc->irq_data.chip->irq_request_resources(&desc->irq_data))
		pr_err("chained irq %u: %s has no resources for it\n", desc->irq_data.irq,
		       desc->irq_data.chip->name);
	irqd_set(&desc->irq_data, IRQD_ACTIVATED);
	irq_startup(desc, true);
}

void __irq_set_handler(unsigned int irq, irq_flow_handler_t handle, int is_chained,
		       const char *name)
{
	struct irq_desc *desc = irq_to_desc(irq);

	if (!desc)
		return;
	guard(raw_spinlock_irqsave)(&desc->lock);
	if (!handle)
		handle = handle_bad_irq;
	else if (WARN_ON(desc->irq_data.chip == &no_irq_chip))
		return;
	desc->handle_irq = handle;
	desc->name = name;
	if (is_chained && handle != handle_bad_irq)
		make_chained(desc);
}

void irq_set_chip_and_handler_name(unsigned int irq, const struct irq_chip *chip,
				   irq_flow_handler_t handle, const char *name)
{
	irq_set_chip(irq, chip);
	__irq_set_handler(irq, handle, 0, name);
}

/* Copies of settings that the hot path reads from irq_data.state. */
static const struct {
	unsigned int setting, state;
} irqd_copies[] = {
	{ IRQ_NO_BALANCING, IRQD_NO_BALANCING },
	{ IRQ_PER_CPU, IRQD_PER_CPU },
	{ IRQ_MOVE_PCNTXT, IRQD_MOVE_PCNTXT },
	{ IRQ_LEVEL, IRQD_LEVEL },
};

void irq_modify_status(unsigned int irq, unsigned long clr, unsigned long set)
{
	struct irq_desc *desc = irq_to_desc(irq);
	unsigned int i;

	if (!desc)
		return;
	guard(raw_spinlock_irqsave)(&desc->lock);
	desc->status_use_accessors &= ~clr;
	desc->status_use_accessors |= set;
	for (i = 0; i < ARRAY_SIZE(irqd_copies); i++) {
		irqd_clear(&desc->irq_data, irqd_copies[i].state);
		if (irq_setting(desc, irqd_copies[i].setting))
			irqd_set(&desc->irq_data, irqd_copies[i].state);
	}
}
