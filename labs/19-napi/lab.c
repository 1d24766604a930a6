// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * 19 napi: a network card made of a counter and the edu device. Frames raise the counter; an
 * interrupt comes unless the card is masked. The driver's part is Linux's: the handler masks and
 * schedules, the poll takes frames within its budget, and who is done unmasks.
 */
#include "lab.h"
#include <linux/atomic.h>
#include <linux/netdevice.h>
#include <linux/string.h>

/* --- The card --- */

static struct lab_edu edu;
static atomic_t ring = ATOMIC_INIT(0);	/* frames received and not taken */
static bool masked;

/* Context: any. */
static void card_receives(int frames)
{
	atomic_add(frames, &ring);
	if (!READ_ONCE(masked))
		lab_edu_raise(&edu, 1);
}

static bool take_frame(void)
{
	return atomic_dec_if_positive(&ring) >= 0;
}

/* --- What is counted --- */

static unsigned int interrupts, taken, unmasked_while_scheduled;
static char polls[64];			/* frames that each poll took */
static const char *context;
static bool late_frame;			/* one more comes when the ring was found empty */

/* --- The driver --- */

static struct net_device *dev;
static struct napi_struct napi;

/* Frames that have come meanwhile interrupt now, or they would wait for the next. */
static void unmask(void)
{
	if (napi_is_scheduled(&napi))
		unmasked_while_scheduled++;
	WRITE_ONCE(masked, false);
	if (atomic_read(&ring))
		lab_edu_raise(&edu, 1);
}

static irqreturn_t top(int irq, void *unused)
{
	lab_edu_ack(&edu, lab_edu_status(&edu));
	if (napi_schedule_prep(&napi)) {
		WRITE_ONCE(masked, true);
		__napi_schedule(&napi);
	}
	WRITE_ONCE(interrupts, interrupts + 1);
	return IRQ_HANDLED;
}

/* A frame, and an interrupt that was on its way before the mask. Context: softirq. */
static void one_more(void)
{
	unsigned int before = READ_ONCE(interrupts);

	late_frame = false;
	atomic_inc(&ring);
	lab_edu_raise(&edu, 1);
	while (READ_ONCE(interrupts) == before)
		cpu_relax();
}

/* Context: softirq. */
static int poll(struct napi_struct *n, int budget)
{
	int done = 0;

	context = in_serving_softirq() && !in_hardirq() ? "softirq" : "something else";
	/* LAB BEGIN: count frames you take in `done`: no more than @budget */
	while (done < budget && take_frame())
		done++;
	/* LAB END */
	if (late_frame)
		one_more();
	taken += done;
	snprintf(polls + strlen(polls), sizeof(polls) - strlen(polls), " %d", done);
	/* LAB BEGIN: if this was all, say so; unmask() if that is true */
	if (done < budget && napi_complete_done(n, done))
		unmask();
	/* LAB END */
	return done;
}

/* --- The experiment --- */

/* False: they were not all taken. May sleep. */
static bool receive(const char *what, int frames, bool one_comes_late)
{
	bool ok;

	interrupts = taken = unmasked_while_scheduled = 0;
	polls[0] = '\0';
	late_frame = one_comes_late;
	card_receives(frames);
	ok = lab_wait(READ_ONCE(taken) >= frames + one_comes_late && !napi_is_scheduled(&napi));
	pr_info("%s: frames %u\n", what, taken);
	pr_info("%s: unmasked while it was scheduled: %u\n", what, unmasked_while_scheduled);
	pr_info("%s: interrupts %u\n", what, interrupts);
	pr_info("%s: polls%s\n", what, polls);
	return ok;
}

static int __init lab_init(void)
{
	int ret;

	dev = alloc_netdev_dummy(0);
	if (!dev)
		return -ENOMEM;
	netif_napi_add(dev, &napi, poll);
	napi_enable(&napi);
	ret = lab_edu_open(&edu, PCI_IRQ_MSI);
	if (ret)
		goto no_edu;
	ret = request_irq(edu.irq, top, 0, "lab", &edu);
	if (ret)
		goto no_irq;
	if (receive("5", 5, false) && receive("200", 200, false) && receive("128", 128, false) &&
	    receive("5 and a late one", 5, true))
		pr_info("polled in a %s\n", context);
	return 0;

no_irq:
	lab_edu_close(&edu);
no_edu:
	napi_disable(&napi);
	netif_napi_del(&napi);
	free_netdev(dev);
	return ret;
}

static void __exit lab_exit(void)
{
	free_irq(edu.irq, &edu);
	if (napi_is_scheduled(&napi)) {	/* a wrong answer left it so: napi_disable() would wait */
		local_bh_disable();
		napi_complete_done(&napi, 0);
		local_bh_enable();
	}
	napi_disable(&napi);
	netif_napi_del(&napi);
	free_netdev(dev);
	lab_edu_close(&edu);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("Lab 19: NAPI");
MODULE_LICENSE("Dual MIT/GPL");
