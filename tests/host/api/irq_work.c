/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/irq_work.h */
#include <linux/irq_work.h>

static void run(struct irq_work *w)
{
}

static DEFINE_IRQ_WORK(fixed, run);
static struct irq_work other = IRQ_WORK_INIT(run);

bool api_irq_work(struct irq_work *w)
{
	bool ret;

	init_irq_work(w, run);
	ret = irq_work_queue(w) | irq_work_queue_on(&fixed, 0) | irq_work_queue(&other);
	irq_work_sync(w);
	return ret | irq_work_is_pending(w) | irq_work_is_busy(w);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
