/* SPDX-License-Identifier: MIT */
/* See context.h. */
#include <linux/cpumask.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/softirq.h>

#include "context.h"

void pin_to_cpu(unsigned int cpu)
{
	WARN_ON(set_cpus_allowed_ptr(current, cpumask_of(cpu)));
}

void unpin(void)
{
	WARN_ON(set_cpus_allowed_ptr(current, cpu_possible_mask));
}

struct call {
	struct irq_work work;
	void (*fn)(void *arg);
	void *arg;
	bool done;
};

static void call_work(struct irq_work *work)
{
	struct call *c = container_of(work, struct call, work);

	c->fn(c->arg);
	WRITE_ONCE(c->done, true);
}

void call_in_hardirq(void (*fn)(void *arg), void *arg)
{
	struct call c = { .work = IRQ_WORK_INIT(call_work), .fn = fn, .arg = arg };

	local_irq_disable();
	irq_work_queue(&c.work);
	local_irq_enable();
	while (!READ_ONCE(c.done))
		cpu_relax();
	irq_work_sync(&c.work);
}

void let_ksoftirqd_run(unsigned int nr)
{
	if (softirq_defer_to_ksoftirqd == DEFER_ALL)
		wait_until(!(local_softirq_pending() & BIT(nr)));
}

void await_jiffy(void)
{
	unsigned long now = jiffies;

	while (jiffies == now) {
		udelay(2);	/* pauses alone make no virtual time pass */
		cpu_relax();
	}
}

int set_knob(const char *name, int v)
{
	char cmd[96], out[96];

	snprintf(cmd, sizeof(cmd), "echo %d > /proc/sys/kernel/%s", v, name);
	return shell_capture(cmd, out, sizeof(out));
}
