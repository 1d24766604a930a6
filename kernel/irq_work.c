/* SPDX-License-Identifier: MIT */
/*
 * irq_work. Two bits do it: PENDING is taken by who queues and given back just before the function is
 * called, so queuing from then on means one more run; BUSY stays until the function has returned.
 */
#include <linux/callbacks.h>
#include <linux/export.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/tick.h>
#include <asm/apic.h>

static DEFINE_PER_CPU(struct llist_head, raised_list);
static DEFINE_PER_CPU(struct llist_head, lazy_list);

static void note_irq_work(struct irq_work *work, void (*func)(struct irq_work *work),
			  enum callback_event event, unsigned long ip)
{
	if (!in_nmi())
		note_callback(CALLBACK_IRQ_WORK, func, work, event, ip);
}

/* True if @work is ours to queue. */
static bool irq_work_claim(struct irq_work *work, unsigned long ip)
{
	if (atomic_fetch_or(IRQ_WORK_CLAIMED, &work->flags) & IRQ_WORK_PENDING)
		return false;
	note_irq_work(work, work->func, CALLBACK_QUEUED, ip);
	return true;
}

bool irq_work_queue(struct irq_work *work)
{
	if (!irq_work_claim(work, _RET_IP_))
		return false;
	guard(preempt)();
	if ((atomic_read(&work->flags) & IRQ_WORK_LAZY) && !tick_nohz_tick_stopped())
		llist_add(&work->llist, this_cpu_ptr(&lazy_list));
	else if (llist_add(&work->llist, this_cpu_ptr(&raised_list)))
		apic_send_IPI_self(IRQ_WORK_VECTOR);
	return true;
}
EXPORT_SYMBOL_GPL(irq_work_queue);

bool irq_work_queue_on(struct irq_work *work, int cpu)
{
	WARN_ON_ONCE(!cpu_online(cpu) || in_nmi());
	if (!irq_work_claim(work, _RET_IP_))
		return false;
	if (llist_add(&work->llist, per_cpu_ptr(&raised_list, cpu)))
		apic_send_IPI(cpu, IRQ_WORK_VECTOR);
	return true;
}
EXPORT_SYMBOL_GPL(irq_work_queue_on);

static void run_one(struct irq_work *work)
{
	int claimed = atomic_fetch_andnot(IRQ_WORK_PENDING, &work->flags) & ~IRQ_WORK_PENDING;

	void (*func)(struct irq_work *work) = work->func;

	note_irq_work(work, func, CALLBACK_CALLED, 0);
	func(work);
	note_irq_work(work, func, CALLBACK_RETURNED, 0);
	/* no more busy, unless it has been queued again meanwhile */
	atomic_cmpxchg(&work->flags, claimed, claimed & ~IRQ_WORK_BUSY);
}

static void run_list(struct llist_head *list)
{
	struct irq_work *work, *next;

	lockdep_assert_irqs_disabled();
	if (llist_empty(list))
		return;
	llist_for_each_entry_safe(work, next, llist_reverse_order(llist_del_all(list)), llist)
		run_one(work);
}

void irq_work_run(void)
{
	run_list(this_cpu_ptr(&raised_list));
	run_list(this_cpu_ptr(&lazy_list));
}

void irq_work_tick(void)
{
	run_list(this_cpu_ptr(&lazy_list));
}

int irq_work_unserved(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		if (!llist_empty(per_cpu_ptr(&raised_list, cpu)))
			return cpu;
	return -1;
}

bool irq_work_needs_cpu(void)
{
	return !llist_empty(this_cpu_ptr(&lazy_list)) || !llist_empty(this_cpu_ptr(&raised_list));
}

void irq_work_sync(struct irq_work *work)
{
	lockdep_assert_irqs_enabled();
	while (irq_work_is_busy(work))
		cpu_relax();
}
EXPORT_SYMBOL_GPL(irq_work_sync);
