/* SPDX-License-Identifier: MIT */
/* tracer.c - which tracer is at work: current_tracer, and ftrace= on the command line. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include "trace.h"

/* Events only. */
static struct tracer nop = { .name = "nop" };
static struct tracer *tracers = &nop;
struct tracer *current_tracer = &nop;
static DEFINE_MUTEX(tracer_mutex);

static char boot_tracer[24];

static int __init ftrace_setup(char *arg)
{
	return strscpy(boot_tracer, arg) < 0 ? -E2BIG : 0;
}
early_param("ftrace", ftrace_setup);

/* Context: tracer_mutex held. */
static struct tracer *find_tracer(const char *name)
{
	struct tracer *t = tracers;

	while (t && strcmp(t->name, name))
		t = t->next;
	return t;
}

/* What was recorded for the old tracer says nothing under the new one, so it is forgotten. */
static int set_tracer(const char *name)
{
	struct tracer *t;
	int err;

	guard(mutex)(&tracer_mutex);
	t = find_tracer(name);
	if (!t)
		return -EINVAL;
	if (t == current_tracer)
		return 0;
	err = trace_alloc_rings();
	if (err)
		return err;
	if (current_tracer->stop)
		current_tracer->stop(current_tracer);
	scoped_guard(mutex, &trace_mutex)
		WRITE_ONCE(current_tracer, &nop);
	tracing_reset();
	err = t->start ? t->start(t) : 0;
	if (!err)
		scoped_guard(mutex, &trace_mutex)
			WRITE_ONCE(current_tracer, t);
	return err;
}

void register_tracer(struct tracer *t)
{
	int err = 0;

	scoped_guard(mutex, &tracer_mutex) {
		t->next = tracers;
		tracers = t;
	}
	if (!strcmp(t->name, boot_tracer))
		err = set_tracer(boot_tracer);
	if (err)
		pr_warn("ftrace=%s: cannot start: %pe\n", boot_tracer, ERR_PTR(err));
}

static int tracer_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", current_tracer->name);
	return 0;
}

static int tracer_write(void *data, char *buf, size_t len)
{
	return set_tracer(buf);
}

static int available_show(struct seq_file *m, void *v)
{
	guard(mutex)(&tracer_mutex);
	for (struct tracer *t = tracers; t; t = t->next)
		seq_printf(m, "%s%s", t->name, t->next ? " " : "\n");
	return 0;
}

static int __init tracer_files_init(void)
{
	proc_create_rw("kernel/tracing/current_tracer", 0644, &sysfs_root, tracer_show, tracer_write, NULL);
	proc_create_single("kernel/tracing/available_tracers", 0444, &sysfs_root, available_show);
	return 0;
}
fs_initcall(tracer_files_init);

/* All tracers have registered: was what the command line named among them? */
static int __init boot_tracer_check(void)
{
	guard(mutex)(&tracer_mutex);
	if (boot_tracer[0] && !find_tracer(boot_tracer))
		pr_warn("ftrace bootup tracer '%s' not registered.\n", boot_tracer);
	return 0;
}
late_initcall_sync(boot_tracer_check);
