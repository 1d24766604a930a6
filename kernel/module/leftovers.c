/* SPDX-License-Identifier: MIT */
/*
 * The question asked before a module's memory goes away: does anybody still point there? The answers come
 * from those who keep callbacks (LEFTOVERS()), for threads from here.
 */
#define pr_fmt(fmt) "module: " fmt

#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/leftovers.h>
#include <linux/sched.h>
#include "internal.h"

extern const leftovers_fn __start_leftovers[], __stop_leftovers[];

struct report {
	struct leftovers l;
	const char *module;
};

static void found(struct leftovers *l, const char *fmt, ...)
{
	struct report *r = container_of(l, struct report, l);
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	pr_err("%s has left behind: %pV\n", r->module, &vaf);
	va_end(args);
	l->nr++;
}

static void thread_leftovers(struct leftovers *l)
{
	struct task_struct *p;

	for_each_task(p)
		if (left_over(l, kthread_func(p)) && !(p->flags & PF_EXITING))
			l->found(l, "thread %s (pid %d) runs %ps: stop it with kthread_stop()", p->comm,
				 p->pid, kthread_func(p));
}
LEFTOVERS(thread_leftovers);

/* See internal.h. */
unsigned int report_leftovers(const struct module *mod)
{
	struct report r = { { (unsigned long)mod->base, mod->size, found, 0 }, mod->name };

	for (const leftovers_fn *fn = __start_leftovers; fn < __stop_leftovers; fn++)
		(*fn)(&r.l);
	return r.l.nr;
}
