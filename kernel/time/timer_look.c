/* SPDX-License-Identifier: MIT */
/* Looks at the timer wheels for reports: which timer runs where, which is far away, what a module has left. */
#include <linux/cpumask.h>
#include <linux/hardirq.h>
#include <linux/kthread_worker.h>
#include <linux/leftovers.h>
#include <linux/workqueue.h>
#include "timer_base.h"

/* The function that the user knows: of a delayed work that one's. */
static const void *users_function(const struct timer_list *t)
{
	if (t->function == delayed_work_timer_fn)
		return container_of(t, struct delayed_work, timer)->work.func;
	if (t->function == kthread_delayed_work_timer_fn)
		return container_of(t, struct kthread_delayed_work, timer)->work.func;
	return t->function;
}

/* Context: base->lock held. */
static void look_at_base(const struct timer_base *base, unsigned int cpu,
			 bool (*mine)(const void *fn, const void *arg), const void *arg,
			 struct timer_look *look)
{
	const struct timer_list *t;
	unsigned int i;

	for_each_pending_timer(t, base, i) {
		const void *fn = users_function(t);

		if (!mine(fn, arg) ||
		    (look->function && time_before(t->expires, look->expires)))
			continue;
		look->function = fn;
		look->expires = t->expires;
		look->cpu = cpu;
		look->delayed_work = fn != t->function;
		look->deferrable = t->flags & TIMER_DEFERRABLE;
	}
}

bool timer_look(bool (*mine)(const void *fn, const void *arg), const void *arg,
		struct timer_look *look) __no_lock_analysis
{
	unsigned int cpu, b;
	unsigned long flags;

	*look = (struct timer_look){ };
	for_each_possible_cpu(cpu)
		for (b = 0; b < NR_BASES; b++) {
			struct timer_base *base = &per_cpu(timer_bases, cpu)[b];

			if (in_nmi() || !raw_spin_trylock_irqsave(&base->lock, flags))
				return false;
			look_at_base(base, cpu, mine, arg, look);
			raw_spin_unlock_irqrestore(&base->lock, flags);
		}
	return look->function;
}

/* The timer may lie in memory of its own: it is the module's if its function is, or that of its delayed work. */
static void look_for_leftovers(struct leftovers *l, const struct timer_base *base)
{
	const struct timer_list *t;
	unsigned int i;

	if (base->running_timer &&
	    (left_over(l, base->running_timer) || left_over(l, base->running_function)))
		l->found(l, "timer %ps is running: timer_delete_sync() waits for it",
			 base->running_function);
	for_each_pending_timer(t, base, i) {
		const void *fn = users_function(t);

		if (fn != t->function && (left_over(l, t) || left_over(l, fn)))
			l->found(l, "timer %ps is pending, of the delayed work %ps: cancel_delayed_work_sync() it",
				 t->function, fn);
		else if (left_over(l, t) || left_over(l, fn))
			l->found(l, "timer %ps is pending: timer_delete_sync() it", fn);
	}
}

/* A timer of a module that is being unloaded: pending, or running now. */
static void timer_leftovers(struct leftovers *l)
{
	unsigned int cpu, b;

	for_each_possible_cpu(cpu)
		for (b = 0; b < NR_BASES; b++) {
			struct timer_base *base = &per_cpu(timer_bases, cpu)[b];

			guard(raw_spinlock_irqsave)(&base->lock);
			look_for_leftovers(l, base);
		}
}
LEFTOVERS(timer_leftovers);
