/* SPDX-License-Identifier: MIT */
/* /proc/lockdep, every class with what it leads to, and /proc/lockdep_stats, in Linux's format. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include "internal.h"

void put_class_name(struct seq_file *m, const struct lock_class *c)
{
	seq_puts(m, c->name);
	if (c->subclass)
		seq_printf(m, "/%u", c->subclass);
	seq_putc(m, '\n');
}

static unsigned int deps(struct lock_class *c, bool forward)
{
	unsigned long flags = arch_local_irq_save();
	unsigned int n;

	tas_lock(&graph_word);
	n = count_deps(class_index(c), forward);
	graph_unlock();
	arch_local_irq_restore(flags);
	return n;
}

static int lockdep_show(struct seq_file *m, void *v)
{
	struct lock_class *c;
	char usage[5];

	seq_puts(m, "all lock classes:\n");
	for_each_class(c) {
		seq_printf(m, "%px FD:%5u BD:%5u %s: ", c->key, deps(c, true), deps(c, false),
			   class_usage(c, usage));
		put_class_name(m, c);
		for (unsigned int i = c->after; i; i = lock_deps[i].next_after) {
			if (lock_deps[i].distance != 1)
				continue;
			seq_printf(m, " -> [%px] ", class_of(lock_deps[i].to)->key);
			put_class_name(m, class_of(lock_deps[i].to));
		}
		seq_putc(m, '\n');
	}
	return 0;
}

static unsigned int classes_with(unsigned int usage)
{
	struct lock_class *c;
	unsigned int n = 0;

	for_each_class(c)
		n += !!(c->usage & usage);
	return n;
}

static int stats_show(struct seq_file *m, void *v)
{
	unsigned int classes = 0, indirect = 0;
	struct lock_class *c;

	for_each_class(c) {
		classes++;
		indirect += deps(c, true);
	}

	const struct {
		const char *name;
		unsigned int n, max;
	} rows[] = {
		{ "lock-classes:", classes, MAX_LOCK_CLASSES },
		{ "direct dependencies:", nr_lock_deps - 1, MAX_LOCK_DEPS },
		{ "indirect dependencies:", indirect },
		{ "dependency chains:", nr_lock_chains - 1, MAX_LOCK_CHAINS },
		{ "in-hardirq chains:", chains_in[2] + chains_in[3] },
		{ "in-softirq chains:", chains_in[1] },
		{ "in-process chains:", chains_in[0] },
		{ "stack-trace entries:", nr_trace_words, MAX_TRACE_WORDS },
		{ "hardirq-safe locks:", classes_with(BIT(USED_IN_HARDIRQ)) },
		{ "hardirq-unsafe locks:", classes_with(BIT(ENABLED_HARDIRQ)) },
		{ "softirq-safe locks:", classes_with(BIT(USED_IN_SOFTIRQ)) },
		{ "softirq-unsafe locks:", classes_with(BIT(ENABLED_SOFTIRQ)) },
		{ "irq-read-safe locks:",
		  classes_with(BIT(USED_IN_HARDIRQ_READ) | BIT(USED_IN_SOFTIRQ_READ)) },
		{ "irq-read-unsafe locks:",
		  classes_with(BIT(ENABLED_HARDIRQ_READ) | BIT(ENABLED_SOFTIRQ_READ)) },
		{ "uncategorized locks:", classes - classes_with(0xff) },
		{ "debug_locks:", debug_locks },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		seq_printf(m, " %-29s %11u", rows[i].name, rows[i].n);
		if (rows[i].max)
			seq_printf(m, " [max: %u]", rows[i].max);
		seq_putc(m, '\n');
	}
	return 0;
}

static int lockdep_proc_init(void)
{
	proc_create_single("lockdep", 0400, NULL, lockdep_show);
	proc_create_single("lockdep_stats", 0400, NULL, stats_show);
	return 0;
}
core_initcall(lockdep_proc_init);
