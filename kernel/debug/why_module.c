/* SPDX-License-Identifier: MIT */
/*
 * why_module.c - what else of a module is stuck. Who waits for a word from its own module gets none while the
 * irq, the callback or the thread that would say it does not get on.
 */
#include <linux/callbacks.h>
#include <linux/interrupt.h>
#include <linux/irqdesc.h>
#include <linux/kallsyms.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include "why.h"

bool of_module(const void *fn, const void *module)
{
	return kallsyms_module((unsigned long)fn) == module;
}

static void look_at_irqs(const char *module, struct why *w)
{
	for (unsigned int irq = 0; irq < nr_irqs; irq++)
		if (irq_has_handler(irq, of_module, module))
			why_irq(w, irq);
}

static void look_at_callbacks(const char *module, struct why *w)
{
	const struct callback *c = NULL;

	while ((c = callback_next(c)))
		if (of_module(READ_ONCE(c->fn), module))
			probe_callback(c, w);
}

static void look_at_threads(const char *module, struct why *w)
{
	struct task_struct *p;

	for_each_task(p)
		if (p != w->asked && p != current && of_module(kthread_func(p), module))
			why_thread(w, p);
}

void module_trouble(const void *what, struct why *w)
{
	const char *module = what ? kallsyms_module((unsigned long)what) : NULL;
	struct why then = why_then(w);

	/* an answer within such an answer says no more */
	if (!module || then.depth > 1 || !may_list_threads())
		return;
	look_at_irqs(module, &then);
	look_at_callbacks(module, &then);
	look_at_threads(module, &then);
	if (then.rank[0] == WHY_STOPS)
		why_say(w, WHY_REMARK, "of the same module: %s", then.text[0]);
}
