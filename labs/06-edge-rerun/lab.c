// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * An edge that comes again while its handler runs: on the same CPU the interrupt controller
 * remembers it, on another CPU the kernel does. Neither can count: many edges are one more run.
 *
 * First edu, as MSI. Then an interrupt of our own making, whose chip only counts what it is asked
 * to do, and which the task lets come in on its CPU while the handler runs on another one.
 */
#include "lab.h"
#include "lab_here.h"
#include <linux/bitops.h>

static struct lab_edu edu;
static unsigned int runs, events;
static bool burst;

/* What one event takes. During the first one, three more are raised. */
static void event(void)
{
	events++;
	if (burst) {
		burst = false;
		lab_edu_raise(&edu, 2);
		lab_edu_raise(&edu, 4);
		lab_edu_raise(&edu, 8);
	}
}

/* Context: hardirq. */
static irqreturn_t edu_handler(int irq, void *dev_id)
{
	u32 status = lab_edu_status(&edu);

	runs++;
	/* LAB BEGIN: acknowledge, and see to it that event() is called once for each bit that was set */
	lab_edu_ack(&edu, status);
	for (; status; status &= status - 1)
		event();
	/* LAB END */
	return IRQ_HANDLED;
}

static int same_cpu(void)
{
	int ret = lab_edu_open(&edu, PCI_IRQ_MSI);

	if (ret)
		return ret;
	ret = request_irq(edu.irq, edu_handler, 0, "lab", &edu);
	if (!ret) {
		burst = true;
		lab_edu_raise(&edu, 1);
		lab_wait(READ_ONCE(runs) == 2);
		msleep(20);
		pr_info("four edges, three of them during the first run: runs %u\n", runs);
		pr_info("left in the device: %#x\n", lab_edu_status(&edu));
		pr_info("events %u\n", events);
		free_irq(edu.irq, &edu);
	}
	lab_edu_close(&edu);
	return ret;
}

static unsigned int acks, masks, unmasks;
static atomic_t inside = ATOMIC_INIT(0);
static int most;
static bool go_on;

static void count_ack(struct irq_data *d)
{
	acks++;
}

static void count_mask(struct irq_data *d)
{
	masks++;
}

static void count_unmask(struct irq_data *d)
{
	unmasks++;
}

static struct irq_chip chip = {
	.name = "lab",
	.irq_ack = count_ack,
	.irq_mask = count_mask,
	.irq_unmask = count_unmask,
};

/* Its first run lasts until it may go on. */
static irqreturn_t slow_handler(int irq, void *dev_id)
{
	most = max(most, atomic_inc_return(&inside));
	WRITE_ONCE(runs, runs + 1);
	lab_spin(READ_ONCE(go_on));
	atomic_dec(&inside);
	return IRQ_HANDLED;
}

/* An interrupt comes in on this CPU. Context: interrupts off. */
static void edge(void *irq)
{
	generic_handle_irq((unsigned long)irq);
}

static int two_cpus(void)
{
	unsigned long flags, irq;
	unsigned int other, i;
	int ret = irq_alloc_desc(-1);

	if (ret < 0)
		return ret;
	irq = ret;
	irq_set_chip_and_handler_name(irq, &chip, handle_edge_irq, "edge");
	ret = request_irq(irq, slow_handler, 0, "lab", &chip);
	if (ret)
		goto free;
	lab_stay();
	other = lab_other_cpu(raw_smp_processor_id());
	runs = acks = masks = unmasks = 0;
	smp_call_function_single(other, edge, (void *)irq, 0);
	lab_spin(READ_ONCE(runs) == 1);
	for (i = 0; i < 3; i++) {
		local_irq_save(flags);
		edge((void *)irq);
		local_irq_restore(flags);
	}
	WRITE_ONCE(go_on, true);
	lab_spin(READ_ONCE(runs) == 2);
	lab_leave();
	synchronize_irq(irq);
	pr_info("three edges on another CPU: runs %u, at once %d\n", runs, most);
	pr_info("the chip: ack %u, mask %u, unmask %u\n", acks, masks, unmasks);
	free_irq(irq, &chip);
free:
	irq_free_desc(irq);
	return ret;
}

static int __init lab_init(void)
{
	return same_cpu() ?: two_cpus();
}
module_init(lab_init);

static void __exit lab_exit(void)
{
}
module_exit(lab_exit);

MODULE_DESCRIPTION("Lab 06: an edge during its handler");
MODULE_LICENSE("Dual MIT/GPL");
