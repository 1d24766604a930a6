// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Nobody cared: an interrupt that no driver serves comes again and again, until the kernel takes
 * the line away from everybody.
 *
 * Bit 0 of edu's status is our device's. Bit 8 is a neighbour's, who has no driver.
 */
#include "lab.h"

#define OURS	0x001
#define FOREIGN	0x100
#define GIVE_UP	250001	/* calls after which the lab itself ends the storm */

static struct lab_edu edu;
static unsigned int calls, events;

/* Context: hardirq. */
static irqreturn_t handler(int irq, void *dev_id)
{
	u32 status = lab_edu_status(&edu);
	irqreturn_t ret = IRQ_NONE;

	WRITE_ONCE(calls, calls + 1);
	if (calls >= GIVE_UP)
		lab_edu_ack(&edu, ~0U);
	/* LAB BEGIN: serve OURS (acknowledge it, events++), and be honest about the neighbour's */
	if (status & OURS) {
		lab_edu_ack(&edu, OURS);
		events++;
		ret = IRQ_HANDLED;
	}
	/* LAB END */
	return ret;
}

/* Raise bits, wait until it is quiet. How often was the handler called? */
static unsigned int interrupt(u32 bits)
{
	unsigned int before;

	calls = events = 0;
	lab_edu_raise(&edu, bits);
	do {
		before = READ_ONCE(calls);
		msleep(200);
	} while (READ_ONCE(calls) != before);
	return calls;
}

static int __init lab_init(void)
{
	unsigned int storm;
	int ret = lab_edu_open(&edu, PCI_IRQ_INTX);

	if (ret)
		return ret;
	ret = request_irq(edu.irq, handler, 0, "lab", &edu);
	if (ret)
		goto close;
	interrupt(OURS);
	pr_info("ours: calls %u, events %u\n", calls, events);

	storm = interrupt(FOREIGN);
	pr_info("the neighbour's: more than one call: %s\n", storm > 1 ? "yes" : "no");
	pr_info("it ended after 100000 calls: %s\n", storm && storm % 100000 == 0 ? "yes" : "no");
	interrupt(OURS);
	pr_info("ours, afterwards: calls %u\n", calls);

	free_irq(edu.irq, &edu);
	lab_edu_ack(&edu, ~0U);		/* somebody has told the neighbour to be quiet */
	ret = request_irq(edu.irq, handler, 0, "lab", &edu);
	if (ret)
		goto close;
	interrupt(OURS);
	pr_info("ours, asked for again: calls %u, events %u\n", calls, events);
	return 0;

close:
	lab_edu_close(&edu);
	return ret;
}
module_init(lab_init);

static void __exit lab_exit(void)
{
	free_irq(edu.irq, &edu);
	lab_edu_close(&edu);
}
module_exit(lab_exit);

MODULE_DESCRIPTION("Lab 05: nobody cared");
MODULE_LICENSE("Dual MIT/GPL");
