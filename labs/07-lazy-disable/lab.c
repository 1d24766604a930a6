// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * disable_irq() is lazy: it tells the kernel, not the hardware. What comes all the same is
 * remembered, once, and made up for by enable_irq(). For a level there is nothing to remember.
 */
#include "lab.h"
#include "lab_here.h"

static struct lab_edu edu;
static unsigned int runs, inside;	/* all, and those during the quiet section */
static unsigned int sections;
static bool slow, busy, was_busy;

/* Context: hardirq. */
static irqreturn_t handler(int irq, void *dev_id)
{
	WRITE_ONCE(busy, true);
	WRITE_ONCE(runs, runs + 1);
	lab_edu_ack(&edu, lab_edu_status(&edu));
	if (slow)
		mdelay(5);
	WRITE_ONCE(busy, false);
	return IRQ_HANDLED;
}

/* The device interrupts three times; if take_back, the device's reason is gone afterwards. */
static void burst(bool take_back)
{
	unsigned int before = READ_ONCE(runs), i;

	sections++;
	was_busy = READ_ONCE(busy);
	slow = false;
	for (i = 0; i < 3; i++) {
		lab_edu_raise(&edu, 1);
		mdelay(3);
	}
	if (take_back)
		lab_edu_ack(&edu, 1);
	inside = READ_ONCE(runs) - before;
	WRITE_ONCE(runs, 0);
}

/* While burst() runs, the handler must not: not on any CPU. Context: may sleep. */
static void quiet(bool take_back)
{
	sections = 0;
	/* LAB BEGIN: keep the handler of edu.irq away from burst(take_back), and let it in again */
	disable_irq(edu.irq);
	burst(take_back);
	enable_irq(edu.irq);
	/* LAB END */
}

/* The section begins just when the handler has begun, on another CPU than the task's. */
static void show_elsewhere(const char *name)
{
	lab_avoid(edu.irq);
	slow = true;
	lab_edu_raise(&edu, 1);
	lab_spin(READ_ONCE(busy));
	quiet(false);
	msleep(20);
	pr_info("%s, sections %u\n", name, sections);
	pr_info("%s, handler on another CPU: runs inside %u\n", name, inside);
	pr_info("%s, the section began over a running handler: %s\n", name, lab_yes(was_busy));
}

static void show(const char *name, const char *what, bool take_back)
{
	lab_follow(edu.irq);
	quiet(take_back);
	msleep(20);
	pr_info("%s, %s: runs afterwards %u\n", name, what, runs);
}

static int serve(const char *name, unsigned int how)
{
	int ret = lab_edu_open(&edu, how);

	if (ret)
		return ret;
	ret = request_irq(edu.irq, handler, 0, "lab", &edu);
	if (ret)
		goto close;
	show_elsewhere(name);
	show(name, "three interrupts", false);
	show(name, "three interrupts taken back", true);

	runs = 0;
	disable_irq(edu.irq);
	disable_irq(edu.irq);
	lab_edu_raise(&edu, 1);
	enable_irq(edu.irq);
	msleep(20);
	pr_info("%s, disabled twice, enabled once: runs %u\n", name, runs);
	enable_irq(edu.irq);
	msleep(20);
	pr_info("%s, enabled twice: runs %u\n", name, runs);
	lab_leave();
	free_irq(edu.irq, &edu);
close:
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

MODULE_DESCRIPTION("Lab 07: disable_irq is lazy");
MODULE_LICENSE("Dual MIT/GPL");
