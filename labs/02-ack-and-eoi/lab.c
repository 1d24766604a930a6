// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Two acknowledgements: the driver's to the device, the kernel's (EOI) to the interrupt controller.
 * When does each have to happen, and what goes wrong otherwise?
 *
 * The same handler serves edu twice: as MSI, where an interrupt is an event, and as INTx, where it
 * is a state of a line. While the handler works, the device goes on living: work() may raise again.
 */
#include "lab.h"

#define GIVE_UP 1000	/* runs after which a storm is ended */

static struct lab_edu edu;
static unsigned int runs, events;
static unsigned int withhold;		/* runs that leave the status alone */
static bool again, glitch;

/* What the interrupt is about. While it is done, the device has news (again) or changes its mind. */
static void work(u32 bits)
{
	events += bits != 0;
	if (again)
		lab_edu_raise(&edu, bits);
	again = false;
	if (glitch) {
		lab_edu_raise(&edu, 2);
		lab_edu_ack(&edu, 2);
	}
	glitch = false;
}

/* Context: hardirq. */
static irqreturn_t handler(int irq, void *dev_id)
{
	u32 status = lab_edu_status(&edu);

	WRITE_ONCE(runs, runs + 1);
	if (runs > GIVE_UP) {
		lab_edu_ack(&edu, ~0U);
		return IRQ_HANDLED;
	}
	if (withhold) {
		withhold--;
		return IRQ_HANDLED;
	}
	/* LAB BEGIN: acknowledge to the device (lab_edu_ack) what status says, and do the work(status) */
	lab_edu_ack(&edu, status);
	work(status);
	/* LAB END */
	return status ? IRQ_HANDLED : IRQ_NONE;
}

/* One interrupt and what follows from it: how many runs? */
static unsigned int interrupt(void)
{
	unsigned int before;

	runs = events = 0;
	lab_edu_raise(&edu, 1);
	do {
		before = READ_ONCE(runs);
		msleep(20);
	} while (READ_ONCE(runs) != before || !before);
	return runs;
}

static int serve(const char *name, unsigned int how)
{
	int ret = lab_edu_open(&edu, how);

	if (ret)
		return ret;
	ret = request_irq(edu.irq, handler, 0, "lab", &edu);
	if (ret)
		goto close;
	interrupt();
	pr_info("%s: one event: runs %u, events %u\n", name, runs, events);
	again = true;
	interrupt();
	pr_info("%s: another during the work: events %u\n", name, events);
	glitch = true;
	interrupt();
	pr_info("%s: raised and taken back during the work: runs %u\n", name, runs);
	withhold = 4;
	interrupt();
	pr_info("%s: not acknowledged four times: runs %u\n", name, runs);
	free_irq(edu.irq, &edu);
close:
	withhold = 0;
	lab_edu_close(&edu);
	return ret;
}

static int __init lab_init(void)
{
	return serve("msi", PCI_IRQ_MSI) ?: serve("intx", PCI_IRQ_INTX);
}
module_init(lab_init);

static void __exit lab_exit(void)
{
}
module_exit(lab_exit);

MODULE_DESCRIPTION("Lab 02: acknowledgement and EOI");
MODULE_LICENSE("Dual MIT/GPL");
