/* SPDX-License-Identifier: MIT */
/* files.c - /sys/kernel/tracing: the trace as text, and its switches, with Linux's names. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "trace.h"

#define TRACEFS "kernel/tracing/"

/* --- trace: one open is one reader, what it shows is what was there when it began --- */

static void *trace_start(struct seq_file *m, loff_t *pos)
{
	struct trace_iter *it = m->private;

	if (*pos)
		return it->cpu < 0 ? NULL : it;		/* the one that did not fit, if any */
	trace_iter_start(it);
	return SEQ_START_TOKEN;
}

static void *trace_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return trace_iter_next(m->private) ? m->private : NULL;
}

static void trace_stop(struct seq_file *m, void *v)
{
}

static int trace_show(struct seq_file *m, void *v)
{
	struct trace_iter *it = m->private;
	char line[TRACE_LINE_MAX];

	if (v == SEQ_START_TOKEN) {
		trace_print_header(m, it);
		return 0;
	}
	if (it->lost)
		seq_printf(m, "CPU:%d [LOST %llu EVENTS]\n", it->cpu, it->lost);
	trace_print_entry(line, sizeof(line), it);
	seq_puts(m, line);
	return 0;
}

static const struct seq_operations trace_seq = { trace_start, trace_stop, trace_next, trace_show };

static int trace_open(struct inode *inode, struct file *file)
{
	struct trace_iter *it = kzalloc(sizeof(*it), GFP_KERNEL);
	int err = it ? seq_open(file, &trace_seq) : -ENOMEM;

	if (err) {
		kfree(it);
		return err;
	}
	((struct seq_file *)file->private_data)->private = it;
	if (file->f_flags & O_TRUNC)	/* echo > trace forgets everything */
		tracing_reset();
	return 0;
}

static int trace_release(struct inode *inode, struct file *file)
{
	kfree(((struct seq_file *)file->private_data)->private);
	return seq_release(inode, file);
}

static ssize_t trace_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	*pos += count;
	return count;		/* opening it did all there is to do */
}

static const struct file_operations trace_fops = {
	.open = trace_open,
	.read = seq_read,
	.write = trace_write,
	.release = trace_release,
};

/* --- switches --- */

static int tracing_on_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", tracing_is_on());
	return 0;
}

static int tracing_on_write(void *data, char *buf, size_t len)
{
	bool on;
	int err = kstrtobool(buf, &on);

	if (!err)
		tracing_set(on);
	return err;
}

static int trace_marker_write(void *data, char *buf, size_t len)
{
	trace_marker(buf);
	return 0;
}

static int tracer_show(struct seq_file *m, void *v)
{
	seq_puts(m, "nop\n");
	return 0;
}

static int buffer_size_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%lu\n", trace_buf_size >> 10);
	return 0;
}

/* All events that can be switched; the data says: only those that are on. */
static int events_show(struct seq_file *m, void *v)
{
	const struct trace_event *ev;

	for_each_trace_event(ev)
		if (!trace_is_print(ev) && (!m->private || READ_ONCE(*ev->key)))
			seq_printf(m, "%s:%s\n", ev->system, ev->name);
	return 0;
}

/* Patterns separated by blanks; !pattern switches off; nothing at all switches everything off. */
static int set_event_write(void *data, char *buf, size_t len)
{
	char *pattern;
	int err = *skip_spaces(buf) ? 0 : trace_set_event("*", false);

	while (!err && (pattern = strsep(&buf, " \t,")) != NULL) {
		bool off = *pattern == '!';

		if (*pattern)
			err = trace_set_event(pattern + off, !off);
	}
	return err;
}

/* events/enable, events/SYSTEM/enable and events/SYSTEM/EVENT/enable; the data is the pattern. */
static int enable_show(struct seq_file *m, void *v)
{
	const struct trace_event *ev;
	unsigned int on = 0, off = 0;

	for_each_trace_event(ev) {
		if (!trace_event_matches(ev, m->private))
			continue;
		if (READ_ONCE(*ev->key))
			on++;
		else if (!trace_is_print(ev))
			off++;
	}
	seq_printf(m, "%c\n", on && off ? 'X' : on ? '1' : '0');
	return 0;
}

static int enable_write(void *data, char *buf, size_t len)
{
	bool on;
	int err = kstrtobool(buf, &on);

	return err ?: trace_set_event(data, on);
}

static void __init create_enable_file(const char *dir, const char *pattern)
{
	char path[96];

	scnprintf(path, sizeof(path), TRACEFS "%s/enable", dir);
	proc_create_rw(path, 0644, &sysfs_root, enable_show, enable_write, (void *)pattern);
}

static void __init create_event_files(const struct trace_event *ev, const char **last_system)
{
	char *name = kasprintf(GFP_KERNEL, "%s:%s", ev->system, ev->name), dir[64];

	scnprintf(dir, sizeof(dir), "events/%s", ev->system);
	if (strcmp(*last_system, ev->system))
		create_enable_file(dir, ev->system);
	*last_system = ev->system;
	scnprintf(dir, sizeof(dir), "events/%s/%s", ev->system, ev->name);
	if (name)
		create_enable_file(dir, name);
}

static int __init trace_files_init(void)
{
	const struct trace_event *ev;
	const char *last_system = "";
	struct proc_dir_entry *root = &sysfs_root;

	proc_create_fops(TRACEFS "trace", 0644, root, &trace_fops, NULL);
	proc_create_rw(TRACEFS "tracing_on", 0644, root, tracing_on_show, tracing_on_write, NULL);
	proc_create_rw(TRACEFS "trace_marker", 0220, root, NULL, trace_marker_write, NULL);
	proc_create_rw(TRACEFS "set_event", 0644, root, events_show, set_event_write, (void *)true);
	proc_create_single(TRACEFS "available_events", 0444, root, events_show);
	proc_create_single(TRACEFS "current_tracer", 0444, root, tracer_show);
	proc_create_single(TRACEFS "buffer_size_kb", 0444, root, buffer_size_show);
	create_enable_file("events", "*");
	for_each_trace_event(ev)
		if (!trace_is_print(ev))
			create_event_files(ev, &last_system);
	return 0;
}
fs_initcall(trace_files_init);
