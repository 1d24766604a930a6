/* SPDX-License-Identifier: MIT */
/* files.c - /sys/kernel/tracing: the trace as text, and the ring's switches, with Linux's names. */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "trace.h"

#define TRACEFS "kernel/tracing/"

/* --- trace: one open is one reader, what it shows is what was there when it began --- */

static void *trace_start(struct seq_file *m, loff_t *pos) __acquires(&trace_mutex)
{
	struct trace_iter *it = m->private;

	mutex_lock(&trace_mutex);
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

static void trace_stop(struct seq_file *m, void *v) __releases(&trace_mutex)
{
	mutex_unlock(&trace_mutex);
}

static int trace_show(struct seq_file *m, void *v)
{
	struct trace_iter *it = m->private;

	if (v == SEQ_START_TOKEN) {
		trace_print_header(m, it);
		return 0;
	}
	if (!it->len)		/* else it did not fit when it was made */
		it->len = trace_print_entry(it->line, sizeof(it->line), it);
	seq_write(m, it->line, it->len);
	return 0;
}

static const struct seq_operations trace_seq = { trace_start, trace_stop, trace_next, trace_show };

static int trace_open(struct inode *inode, struct file *file)
{
	int (*show)(struct seq_file *, void *) = READ_ONCE(current_tracer)->show;
	struct trace_iter *it = show ? NULL : kzalloc(sizeof(*it), GFP_KERNEL);
	int err = show ? single_open(file, show, NULL) : it ? seq_open(file, &trace_seq) : -ENOMEM;

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

/* --- trace_pipe: what is read is gone; waits for more --- */

#define PIPE_POLL	(HZ / 50)	/* records are made where nobody may be woken: look so often */

struct trace_pipe {
	struct trace_iter it;
	char line[TRACE_LINE_MAX];	/* what did not fit into the last read */
	int len, from;
	bool read_any;
};

static int pipe_open(struct inode *inode, struct file *file)
{
	file->private_data = kzalloc(sizeof(struct trace_pipe), GFP_KERNEL);
	return file->private_data ? 0 : -ENOMEM;
}

static int pipe_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

/* The next piece of text; false: there is none now. Context: trace_mutex. */
static bool pipe_fill(struct trace_pipe *p)
{
	if (p->from < p->len)
		return true;
	if (!trace_iter_next(&p->it))
		return false;
	trace_iter_consume(&p->it);
	p->len = trace_print_entry(p->line, sizeof(p->line), &p->it);
	p->from = 0;
	return true;
}

static size_t pipe_copy(struct trace_pipe *p, char *buf, size_t count)
{
	size_t done = 0;

	guard(mutex)(&trace_mutex);
	trace_iter_refresh(&p->it);
	while (done < count && pipe_fill(p)) {
		size_t n = min(count - done, (size_t)(p->len - p->from));

		memcpy(buf + done, p->line + p->from, n);
		p->from += n;
		done += n;
	}
	return done;
}

/* Waits for the first text; the end is when tracing is off and all has been read. */
static ssize_t pipe_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct trace_pipe *p = file->private_data;
	size_t done;

	while (!(done = pipe_copy(p, buf, count))) {
		if (!tracing_is_on() && p->read_any)
			return 0;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		schedule_timeout_interruptible(PIPE_POLL);
		if (signal_pending(current))
			return -EINTR;
	}
	p->read_any = true;
	*pos += done;
	return done;
}

static const struct file_operations pipe_fops = {
	.open = pipe_open,
	.read = pipe_read,
	.release = pipe_release,
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

static int buffer_size_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%lu\n", trace_ring_bytes() >> 10);
	return 0;
}

static int buffer_size_write(void *data, char *buf, size_t len)
{
	unsigned long kb;
	int err = kstrtoul(buf, 10, &kb);

	if (!err && kb > LONG_MAX >> 10)
		err = -EINVAL;
	return err ?: trace_resize(kb << 10);
}

static int clock_show(struct seq_file *m, void *v)
{
	for (const struct trace_clock *c = trace_clocks; c->name; c++)
		seq_printf(m, c == trace_clock ? "[%s]%s" : "%s%s", c->name, c[1].name ? " " : "\n");
	return 0;
}

static int clock_write(void *data, char *buf, size_t len)
{
	return trace_set_clock(buf);
}

/* options/NAME; the data is the flag. */
static int option_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", READ_ONCE(*(bool *)m->private));
	return 0;
}

static int option_write(void *data, char *buf, size_t len)
{
	bool on;
	int err = kstrtobool(buf, &on);

	if (!err)
		WRITE_ONCE(*(bool *)data, on);
	return err;
}

/* per_cpu/cpuN/stats; the data is the CPU. */
static int stats_show(struct seq_file *m, void *v)
{
	const struct trace_ring *r = per_cpu_ptr(&rings, (long)m->private);
	u64 head = READ_ONCE(r->head), unread = head - READ_ONCE(r->base);
	u64 entries = min(unread, (u64)trace_ring_bytes() / sizeof(struct trace_entry));

	seq_printf(m, "entries: %llu\noverrun: %llu\ncommit overrun: 0\nbytes: %llu\n", entries,
		   unread - entries, entries * sizeof(struct trace_entry));
	seq_printf(m, "dropped events: %llu\nread events: %llu\n", READ_ONCE(r->dropped), head - unread);
	return 0;
}

static int __init trace_files_init(void)
{
	struct proc_dir_entry *root = &sysfs_root;
	char path[48];
	unsigned int cpu;

	proc_create_fops(TRACEFS "trace", 0644, root, &trace_fops, NULL);
	proc_create_fops(TRACEFS "trace_pipe", 0444, root, &pipe_fops, NULL);
	proc_create_rw(TRACEFS "tracing_on", 0644, root, tracing_on_show, tracing_on_write, NULL);
	proc_create_rw(TRACEFS "trace_marker", 0220, root, NULL, trace_marker_write, NULL);
	proc_create_rw(TRACEFS "trace_clock", 0644, root, clock_show, clock_write, NULL);
	proc_create_rw(TRACEFS "buffer_size_kb", 0644, root, buffer_size_show, buffer_size_write, NULL);
	proc_create_rw(TRACEFS "options/overwrite", 0644, root, option_show, option_write,
		       &trace_overwrite);
	proc_create_rw(TRACEFS "options/nanoseconds", 0644, root, option_show, option_write,
		       &trace_nanoseconds);
	for_each_possible_cpu(cpu) {
		scnprintf(path, sizeof(path), TRACEFS "per_cpu/cpu%u/stats", cpu);
		proc_create_single_data(path, 0444, root, stats_show, (void *)(long)cpu);
	}
	return 0;
}
fs_initcall(trace_files_init);
