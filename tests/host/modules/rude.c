// SPDX-License-Identifier: MIT OR GPL-2.0
/* Does one thing wrong: how=oops|loop|timer|irq|irq_work|text|const|leak|fail|positive; with how=lock it locks. */
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>

static char *how = "not";
module_param(how, charp, 0444);

static const int constant = 1;
static DEFINE_SPINLOCK(lock);

static noinline void wild(void)
{
	*(volatile int *)16 = 1;
	barrier();
}

static void rude_timer(struct timer_list *t)
{
	wild();
	barrier();
}
static DEFINE_TIMER(timer, rude_timer);

static void rude_irq_work(struct irq_work *w)
{
	wild();
	barrier();
}
static struct irq_work irq_work;

static irqreturn_t rude_handler(int irq, void *dev)
{
	wild();
	barrier();
	return IRQ_NONE;
}

static int __init rude_init(void)
{
	if (!strcmp(how, "oops"))
		wild();
	while (!strcmp(how, "loop"))
		cpu_relax();
	if (!strcmp(how, "timer"))
		mod_timer(&timer, jiffies + 1);
	if (!strcmp(how, "irq"))	/* the NIC's line */
		return request_irq(11, rude_handler, IRQF_SHARED, "rude", &lock);
	if (!strcmp(how, "irq_work")) {
		init_irq_work(&irq_work, rude_irq_work);
		irq_work_queue(&irq_work);
	}
	if (!strcmp(how, "text"))
		*(volatile char *)wild = 0;
	if (!strcmp(how, "const"))
		*(volatile int *)&constant = 2;
	if (!strcmp(how, "leak")) {
		spin_lock(&lock);
		return 0;
	}
	if (!strcmp(how, "lock")) {
		spin_lock(&lock);
		spin_unlock(&lock);
	}
	if (!strcmp(how, "fail"))
		return -ENODEV;
	if (!strcmp(how, "positive"))
		return 7;
	msleep(20);
	return 0;
}

static void __exit rude_exit(void)
{
}

module_init(rude_init);
module_exit(rude_exit);
MODULE_LICENSE("GPL");
