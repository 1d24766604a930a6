/* SPDX-License-Identifier: MIT */
/* event_files.c - /sys/kernel/tracing/events, set_event and available_events. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "trace.h"

#define TRACEFS "kernel/tracing/"

/* All events that can be switched; the data says: only those that are on. */
static int events_show(struct seq_file *m, void *v)
{
	const struct trace_event *ev;

	for_each_trace_event(ev)
		if (!trace_is_internal(ev) && (!m->private || trace_event_on(ev)))
			seq_printf(m, "%s:%s\n", ev->system, ev->name);
	return 0;
}

/* --- set_event: "> set_event" begins with none, ">> set_event" adds; !pattern takes away --- */

static int set_event_open(struct inode *inode, struct file *file)
{
	if (file->f_flags & O_TRUNC)
		trace_set_event("*", false);
	return single_open(file, events_show, (void *)true);
}

static ssize_t set_event_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	char *text = kasprintf(GFP_KERNEL, "%.*s", (int)min(count, 4096UL), buf), *rest = text;
	const char *pattern;
	int err = text ? 0 : -ENOMEM;

	while (!err && (pattern = strsep(&rest, " \t\n,")) != NULL) {
		bool off = *pattern == '!';

		if (*pattern)
			err = trace_set_event(pattern + off, !off);
	}
	kfree(text);
	*pos += count;
	return err ?: count;
}

static const struct file_operations set_event_fops = {
	.open = set_event_open,
	.read = seq_read,
	.write = set_event_write,
	.release = single_release,
};

/* --- events/enable, events/SYSTEM/enable and events/SYSTEM/EVENT/enable; the data is the pattern --- */

static int enable_show(struct seq_file *m, void *v)
{
	const struct trace_event *ev;
	unsigned int on = 0, off = 0;

	for_each_trace_event(ev) {
		if (trace_is_internal(ev) || !trace_event_matches(ev, m->private))
			continue;
		if (trace_event_on(ev))
			on++;
		else
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

/* --- events/SYSTEM/EVENT/id, filter, format; the data is the event --- */

static int id_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%u\n", trace_event_id((const struct trace_event *)m->private));
	return 0;
}

static int event_filter_show(struct seq_file *m, void *v)
{
	filter_show(m, m->private);
	return 0;
}

static int event_filter_write(void *data, char *buf, size_t len)
{
	return filter_set(data, buf);
}

static void show_field(struct seq_file *m, const char *type, const char *name, unsigned int offset,
		       unsigned int size, bool is_signed)
{
	seq_printf(m, "\tfield:%s %s;\toffset:%u;\tsize:%u;\tsigned:%u;\n", type, name, offset, size,
		   is_signed);
}

/*
 * The layout that a trace.dat file of ours has: as Linux's records, where a string of any length is 4
 * bytes that say where it is and how long.
 */
static int format_show(struct seq_file *m, void *v)
{
	const struct trace_event *ev = m->private;
	unsigned int nr, offset = 8;
	const struct trace_field *f = ev->fields(&nr);

	seq_printf(m, "name: %s\nID: %u\nformat:\n", ev->name, trace_event_id(ev));
	show_field(m, "unsigned short", "common_type", 0, 2, false);
	show_field(m, "unsigned char", "common_flags", 2, 1, false);
	show_field(m, "unsigned char", "common_preempt_count", 3, 1, false);
	show_field(m, "int", "common_pid", 4, 4, true);
	seq_putc(m, '\n');
	for (; nr--; f++) {
		bool dynamic = !strncmp(f->type, "__data_loc", 10);
		unsigned int size = dynamic ? 4 : f->size;
		unsigned int align = f->is_string && !dynamic ? 1 : size;

		offset = ALIGN(offset, align);
		show_field(m, f->type, f->name, offset, size, f->is_signed);
		offset += size;
	}
	seq_printf(m, "\nprint fmt: %s\n", ev->print_fmt);
	return 0;
}

/* --- making them --- */

/* events/@dir/@name. */
static void __init event_file(const char *dir, const char *name, proc_show_t show,
			      proc_write_t write, const void *data)
{
	char path[96];

	scnprintf(path, sizeof(path), TRACEFS "events/%s%s", dir, name);
	proc_create_rw(path, 0644, &sysfs_root, show, write, (void *)data);
}

static void __init create_event_files(const struct trace_event *ev)
{
	char *name = kasprintf(GFP_KERNEL, "%s:%s", ev->system, ev->name), dir[64];

	scnprintf(dir, sizeof(dir), "%s/%s/", ev->system, ev->name);
	if (name)
		event_file(dir, "enable", enable_show, enable_write, name);
	event_file(dir, "filter", event_filter_show, event_filter_write, ev);
	event_file(dir, "format", format_show, NULL, ev);
	event_file(dir, "id", id_show, NULL, ev);
}

static int __init event_files_init(void)
{
	const struct trace_event *ev;
	const char *last_system = "";
	char dir[32];

	proc_create_single(TRACEFS "available_events", 0444, &sysfs_root, events_show);
	proc_create_fops(TRACEFS "set_event", 0644, &sysfs_root, &set_event_fops, NULL);
	event_file("", "enable", enable_show, enable_write, "*");
	for_each_trace_event(ev) {
		if (trace_is_internal(ev))
			continue;
		if (strcmp(last_system, ev->system)) {
			scnprintf(dir, sizeof(dir), "%s/", ev->system);
			event_file(dir, "enable", enable_show, enable_write, ev->system);
		}
		last_system = ev->system;
		create_event_files(ev);
	}
	return 0;
}
fs_initcall(event_files_init);
