// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * A shared line: two devices pull one wire, and each driver has to find out whether it was its own.
 *
 * edu plays both devices: bit 0 of its status is the disk's, bit 1 the net's. Its INTx line is up
 * while any bit is set, as a wire is that two devices pull.
 */
#include "lab.h"
#include <linux/string.h>

struct card {
	const char *name;
	u32 mine;		/* its bit of the status */
	unsigned int calls, events, said_handled;
};

static struct lab_edu edu;
static struct card disk = { .name = "lab-disk", .mine = 1 };
static struct card net = { .name = "lab-net", .mine = 2 };

static const char *order[4];
static unsigned int called;

static void note_call(struct card *card)
{
	card->calls++;
	if (called < ARRAY_SIZE(order))
		order[called++] = card->name + 4;
}

/* One function for both cards, called for each of them. Context: hardirq. */
static irqreturn_t card_handler(int irq, void *dev_id)
{
	struct card *card = dev_id;
	u32 status = lab_edu_status(&edu);
	irqreturn_t ret = IRQ_NONE;

	note_call(card);
	/* LAB BEGIN: if card interrupts (its bit of status): acknowledge, one event more, IRQ_HANDLED */
	if (status & card->mine) {
		lab_edu_ack(&edu, card->mine);
		card->events++;
		ret = IRQ_HANDLED;
	}
	/* LAB END */
	card->said_handled += ret == IRQ_HANDLED;
	return ret;
}

static int plug(struct card *card)
{
	return request_irq(edu.irq, card_handler, IRQF_SHARED, card->name, card);
}

static void unplug(struct card *card)
{
	/* LAB BEGIN: undo plug() for this card, and for no other */
	free_irq(edu.irq, card);
	/* LAB END */
}

static void interrupt(const char *who, u32 bits)
{
	memset(order, 0, sizeof(order));
	called = 0;
	disk.calls = disk.events = disk.said_handled = 0;
	net.calls = net.events = net.said_handled = 0;
	lab_edu_raise(&edu, bits);
	lab_wait(!lab_edu_status(&edu));
	msleep(20);
	pr_info("%s: called %u and %u, handled %u and %u\n", who, disk.calls, net.calls,
		disk.said_handled, net.said_handled);
	pr_info("%s: events %u and %u\n", who, disk.events, net.events);
}

static int __init lab_init(void)
{
	int ret = lab_edu_open(&edu, PCI_IRQ_INTX);

	if (ret)
		return ret;
	ret = plug(&disk);
	if (ret)
		goto close;
	ret = plug(&net);
	if (ret)
		goto unplug;
	ret = request_irq(edu.irq, card_handler, 0, "lab-selfish", &disk);
	pr_info("without IRQF_SHARED: %s\n", ret == -EBUSY ? "EBUSY" : "accepted");
	ret = request_irq(edu.irq, card_handler, IRQF_SHARED, "lab-nameless", NULL);
	pr_info("without a dev_id: %s\n", ret == -EINVAL ? "EINVAL" : "accepted");
	interrupt("disk", disk.mine);
	interrupt("net", net.mine);
	interrupt("both", disk.mine | net.mine);
	pr_info("order: %s, %s\n", order[0], order[1]);
	unplug(&disk);
	interrupt("net alone", net.mine);
	return 0;

unplug:
	free_irq(edu.irq, &disk);
close:
	lab_edu_close(&edu);
	return ret;
}
module_init(lab_init);

static void __exit lab_exit(void)
{
	unplug(&net);
	lab_edu_close(&edu);
}
module_exit(lab_exit);

MODULE_DESCRIPTION("Lab 04: a shared line");
MODULE_LICENSE("Dual MIT/GPL");
