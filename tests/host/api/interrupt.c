/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/interrupt.h: interrupts and tasklets */
#include <linux/interrupt.h>

struct device_state {
	struct tasklet_struct tasklet;
	int runs;
};

static irqreturn_t top(int irq, void *dev)
{
	struct device_state *s = dev;

	if (!s->runs)
		return IRQ_NONE;
	tasklet_schedule(&s->tasklet);
	return s->runs > 1 ? IRQ_WAKE_THREAD : IRQ_HANDLED;
}

static irqreturn_t thread(int irq, void *dev)
{
	return IRQ_RETVAL(dev != NULL);
}

static void bottom(struct tasklet_struct *t)
{
	struct device_state *s = from_tasklet(s, t, tasklet);

	s->runs++;
}

static void old(unsigned long data)
{
}

static DECLARE_TASKLET(one, bottom);
static DECLARE_TASKLET_DISABLED(two, bottom);
static DECLARE_TASKLET_OLD(three, old);

int api_interrupt(unsigned int irq, struct device_state *s, const struct cpumask *mask)
{
	int ret = request_irq(irq, top, IRQF_SHARED, "api", s);

	ret |= request_threaded_irq(irq, top, thread, IRQF_ONESHOT | IRQF_NO_AUTOEN, "api", s);
	ret |= request_irq(irq, top, IRQF_TRIGGER_RISING | IRQF_TRIGGER_FALLING, "api", s);
	ret |= request_irq(irq, top, IRQF_TRIGGER_HIGH | IRQF_TRIGGER_LOW, "api", s);
	disable_irq(irq);
	disable_irq_nosync(irq);
	enable_irq(irq);
	synchronize_irq(irq);
	synchronize_hardirq(irq);
	ret |= irq_set_affinity(irq, mask) | irq_set_affinity_hint(irq, mask) |
	       irq_set_affinity_and_hint(irq, mask) | irq_update_affinity_hint(irq, mask);
	irq_wake_thread(irq, s);
	free_irq(irq, s);

	tasklet_setup(&s->tasklet, bottom);
	tasklet_init(&three, old, 0);
	tasklet_schedule(&one);
	tasklet_hi_schedule(&two);
	tasklet_disable(&two);
	tasklet_disable_nosync(&two);
	tasklet_disable_in_atomic(&two);
	tasklet_enable(&two);
	tasklet_kill(&two);
	tasklet_unlock_wait(&two);
	return ret + atomic_read(&two.count) + (in_interrupt() ? 1 : 0);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
