// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * The first interrupt: a device has something to say, and a function of ours runs.
 *
 * The edu device interrupts when bits are written to its RAISE register. The task raises it three
 * times, each time with another bit, and sleeps until the handler has run.
 */
#include "lab.h"
#include <linux/preempt.h>

#define INTERRUPTS 3

static struct lab_edu edu;
static u32 seen[INTERRUPTS];
static unsigned int runs, handled;
static bool hard, off, in_a_task, right_irq;

/* What is true in every handler, whatever it does. */
static void look_around(int irq)
{
	hard = in_hardirq();
	off = irqs_disabled();
	in_a_task = in_task();
	right_irq = irq == edu.irq;
}

/* Context: hardirq. */
static irqreturn_t handler(int irq, void *dev_id)
{
	struct lab_edu *dev = dev_id;
	irqreturn_t ret = IRQ_NONE;
	u32 status = 0;

	look_around(irq);
	/* LAB BEGIN: read the status of dev, acknowledge what it says, say whose interrupt it was */
	status = lab_edu_status(dev);
	if (status) {
		lab_edu_ack(dev, status);
		ret = IRQ_HANDLED;
	}
	/* LAB END */
	if (runs < INTERRUPTS)
		seen[runs] = status;
	handled += ret == IRQ_HANDLED;
	WRITE_ONCE(runs, runs + 1);
	return ret;
}

static const char *yes(bool is)
{
	return is ? "yes" : "no";
}

static int __init lab_init(void)
{
	unsigned int i;
	int ret = lab_edu_open(&edu, PCI_IRQ_MSI);

	if (ret)
		return ret;
	ret = request_irq(edu.irq, handler, 0, "lab", &edu);
	if (ret) {
		lab_edu_close(&edu);
		return ret;
	}
	pr_info("requested: %u runs\n", runs);
	for (i = 0; i < INTERRUPTS; i++) {
		lab_edu_raise(&edu, BIT(i));
		lab_wait(READ_ONCE(runs) > i);
		pr_info("interrupt %u: status %#x\n", i + 1, seen[i]);
	}
	pr_info("runs %u, handled %u\n", runs, handled);
	pr_info("in the handler: hardirq %s, task %s, interrupts off %s\n", yes(hard),
		yes(in_a_task), yes(off));
	pr_info("its irq is the one we asked for: %s\n", yes(right_irq));
	return 0;
}
module_init(lab_init);

static void __exit lab_exit(void)
{
	free_irq(edu.irq, &edu);
	lab_edu_close(&edu);
}
module_exit(lab_exit);

MODULE_DESCRIPTION("Lab 01: the first interrupt");
MODULE_LICENSE("Dual MIT/GPL");
