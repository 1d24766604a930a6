/* SPDX-License-Identifier: MIT */
/* Looks at high-resolution timers for reports: when a function is due, what an unloaded module has left. */
#include <linux/cpumask.h>
#include <linux/hardirq.h>
#include <linux/leftovers.h>

#include "hrtimer_base.h"

static bool find_in(const struct hrtimer_queue *queue, const void *fn, ktime_t *expires)
{
	const struct hrtimer *t;

	for_each_queued_hrtimer(t, queue)
		if (t->function == fn) {
			*expires = t->expires;
			return true;
		}
	return false;
}

bool hrtimer_find(const void *fn, unsigned int *cpu, ktime_t *expires) __no_lock_analysis
{
	unsigned long flags;
	bool found = false;

	for_each_possible_cpu(*cpu) {
		struct hrtimer_base *base = per_cpu_ptr(&hrtimer_bases, *cpu);

		if (in_nmi() || !raw_spin_trylock_irqsave(&base->lock, flags))
			continue;
		found = find_in(&base->hard, fn, expires) || find_in(&base->soft, fn, expires);
		raw_spin_unlock_irqrestore(&base->lock, flags);
		if (found)
			break;
	}
	return found;
}

static void look(struct leftovers *l, const struct hrtimer_queue *queue)
{
	const struct hrtimer *t = queue->running;

	if (t && (left_over(l, t) || left_over(l, queue->running_function)))
		l->found(l, "hrtimer %ps is running: hrtimer_cancel() waits for it",
			 queue->running_function);
	for_each_queued_hrtimer(t, queue)
		if (left_over(l, t) || left_over(l, t->function))
			l->found(l, "hrtimer %ps is pending: hrtimer_cancel() it", t->function);
}

static void hrtimer_leftovers(struct leftovers *l)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct hrtimer_base *base = per_cpu_ptr(&hrtimer_bases, cpu);

		guard(raw_spinlock_irqsave)(&base->lock);
		look(l, &base->hard);
		look(l, &base->soft);
	}
}
LEFTOVERS(hrtimer_leftovers);
