/* SPDX-License-Identifier: MIT */
/* Which high-resolution timers an unloaded module has left running. */
#include <linux/cpumask.h>
#include <linux/leftovers.h>

#include "hrtimer_base.h"

static void look(struct leftovers *l, const struct hrtimer_queue *queue)
{
	const struct hrtimer *t = queue->running;

	if (t && (left_over(l, t) || left_over(l, t->function)))
		l->found(l, "hrtimer %ps is running: hrtimer_cancel() waits for it", t->function);
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
