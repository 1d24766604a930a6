/* SPDX-License-Identifier: MIT */
/*
 * irq_poll: see linux/irq_poll.h.
 *
 * Invariants: SCHED is ownership. Who sets it puts the irq_poll on his CPU's list, and it stays
 * there, polled by that CPU alone, until SCHED is cleared; so one irq_poll is never polled on two
 * CPUs at once. A CPU's list is touched by that CPU only, with irqs off, until it goes.
 */
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq_poll.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/sysctl.h>

/* Events per IRQ_POLL run, over all its polls: then the other softirqs' turn. Linux's figure. */
static unsigned int irq_poll_budget = 256;
SYSCTL_UINT("kernel/irq_poll_budget", &irq_poll_budget, 1, 1000000);

static DEFINE_PER_CPU(struct list_head, irq_poll_list);
static DEFINE_PER_CPU(struct irq_poll_look, last_poll);

void irq_poll_sched(struct irq_poll *iop)
{
	if (test_bit(IRQ_POLL_F_DISABLE, &iop->state) ||
	    test_and_set_bit(IRQ_POLL_F_SCHED, &iop->state))
		return;
	guard(irqsave)();
	list_add_tail(&iop->list, this_cpu_ptr(&irq_poll_list));
	raise_softirq_irqoff(IRQ_POLL_SOFTIRQ);
}
EXPORT_SYMBOL(irq_poll_sched);

/* Irqs off. The list is left before SCHED is: the next owner may be another CPU. */
static void __irq_poll_complete(struct irq_poll *iop)
{
	iop->full_polls = 0;
	list_del(&iop->list);
	clear_bit_unlock(IRQ_POLL_F_SCHED, &iop->state);
}

void irq_poll_complete(struct irq_poll *iop)
{
	guard(irqsave)();
	__irq_poll_complete(iop);
}
EXPORT_SYMBOL(irq_poll_complete);

/* @iop is ours still. Context: softirq, irqs off. */
static void note_full_poll(struct irq_poll *iop, int weight)
{
	*this_cpu_ptr(&last_poll) = (struct irq_poll_look){
		.poll = iop->poll, .weight = weight, .full_polls = ++iop->full_polls,
	};
}

bool irq_poll_look(unsigned int cpu, struct irq_poll_look *look)
{
	*look = data_race(per_cpu(last_poll, cpu));
	return look->full_polls >= IRQ_POLL_MANY_FULL_POLLS;
}

/* One poll. Returns the events done. Context: softirq, irqs off; on while it polls. */
static int poll_one(struct irq_poll *iop, struct list_head *list)
{
	int work, weight = iop->weight;

	local_irq_enable();
	work = iop->poll(iop, weight);
	local_irq_disable();
	if (work >= weight)
		note_full_poll(iop, weight);
	else
		this_cpu_ptr(&last_poll)->full_polls = 0;
	/* It used its weight, so it has not completed and is still ours: to the end of the line. */
	if (work >= weight && test_bit(IRQ_POLL_F_DISABLE, &iop->state))
		__irq_poll_complete(iop);
	else if (work >= weight)
		list_move_tail(&iop->list, list);
	return work;
}

/*
 * IRQ_POLL_SOFTIRQ: poll until the list is empty, the budget is used or a jiffy has passed. Budget and
 * time are looked at between polls, so the last one may overdraw. Context: softirq, irqs on.
 */
static void irq_poll_action(void)
{
	struct list_head *list = this_cpu_ptr(&irq_poll_list);
	int budget = READ_ONCE(irq_poll_budget);
	unsigned long start;

	guard(irq)();
	start = jiffies;	/* here, so that our tick cannot end a run before its first poll */
	while (!list_empty(list)) {
		if (budget <= 0 || time_after(jiffies, start)) {
			__raise_softirq_irqoff(IRQ_POLL_SOFTIRQ);
			break;
		}
		budget -= poll_one(list_first_entry(list, struct irq_poll, list), list);
	}
}

/* SCHED becomes the caller's. A poll that goes on for ever is ended at its weight (DISABLE). */
void irq_poll_disable(struct irq_poll *iop)
{
	might_sleep();
	set_bit(IRQ_POLL_F_DISABLE, &iop->state);
	while (test_and_set_bit(IRQ_POLL_F_SCHED, &iop->state))
		msleep(1);
	clear_bit(IRQ_POLL_F_DISABLE, &iop->state);
}
EXPORT_SYMBOL(irq_poll_disable);

void irq_poll_enable(struct irq_poll *iop)
{
	BUG_ON(!test_bit(IRQ_POLL_F_SCHED, &iop->state));
	clear_bit_unlock(IRQ_POLL_F_SCHED, &iop->state);
}
EXPORT_SYMBOL(irq_poll_enable);

void irq_poll_init(struct irq_poll *iop, int weight, irq_poll_fn *poll)
{
	*iop = (struct irq_poll){ .weight = weight, .poll = poll };
	INIT_LIST_HEAD(&iop->list);
}
EXPORT_SYMBOL(irq_poll_init);

/* H3: the dead CPU's polls are ours. */
static int irq_poll_cpu_dead(unsigned int cpu)
{
	guard(irqsave)();
	list_splice_tail_init(per_cpu_ptr(&irq_poll_list, cpu), this_cpu_ptr(&irq_poll_list));
	raise_softirq_irqoff(IRQ_POLL_SOFTIRQ);
	return 0;
}

static int irq_poll_setup(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		INIT_LIST_HEAD(&per_cpu(irq_poll_list, cpu));
	open_softirq(IRQ_POLL_SOFTIRQ, irq_poll_action);
	return cpuhp_setup_state_nocalls(CPUHP_IRQ_POLL_DEAD, "irq_poll:dead", NULL,
					 irq_poll_cpu_dead);
}
core_initcall(irq_poll_setup);
