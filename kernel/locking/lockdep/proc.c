/* SPDX-License-Identifier: MIT */
/* /proc/lockdep, every class with what it leads to, and /proc/lockdep_stats, in Linux's format. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include "internal.h"

static void print_name(struct seq_file *m, const struct lock_class *c)
{
	seq_puts(m, c->name);
	if (c->subclass)
		seq_printf(m, "/%u", c->subclass);
}

/* The searches need the graph; with lockdep off it does not change any more. */
static unsigned int deps(struct lock_class *c, bool forward)
{
	bool locked;
	unsigned long flags = arch_local_irq_save();
	unsigned int n;

	locked = graph_lock();
	n = count_deps(class_index(c), forward);
	if (locked)
		graph_unlock();
	arch_local_irq_restore(flags);
	return n;
}

static int lockdep_show(struct seq_file *m, void *v)
{
	char usage[5];

	seq_puts(m, "all lock classes:\n");
	for (struct lock_class *c = class_of(1); c < class_of(nr_lock_classes); c++) {
		seq_printf(m, "%px FD:%5u BD:%5u %s: ", c->key, deps(c, true), deps(c, false),
			   class_usage(c, usage));
		print_name(m, c);
		seq_putc(m, '\n');
		for (unsigned int i = c->after; i; i = lock_deps[i].next_after) {
			if (lock_deps[i].distance != 1)
				continue;
			seq_printf(m, " -> [%px] ", class_of(lock_deps[i].to)->key);
			print_name(m, class_of(lock_deps[i].to));
			seq_putc(m, '\n');
		}
		seq_putc(m, '\n');
	}
	return 0;
}

static unsigned int classes_with(unsigned int usage)
{
	unsigned int n = 0;

	for (unsigned int i = 1; i < nr_lock_classes; i++)
		n += !!(class_of(i)->usage & usage);
	return n;
}

static int stats_show(struct seq_file *m, void *v)
{
	static const struct {
		const char *name;
		unsigned int usage;
	} rows[] = {
		{ "hardirq-safe locks:", BIT(USED_IN_HARDIRQ) },
		{ "hardirq-unsafe locks:", BIT(ENABLED_HARDIRQ) },
		{ "softirq-safe locks:", BIT(USED_IN_SOFTIRQ) },
		{ "softirq-unsafe locks:", BIT(ENABLED_SOFTIRQ) },
		{ "irq-read-safe locks:", BIT(USED_IN_HARDIRQ_READ) | BIT(USED_IN_SOFTIRQ_READ) },
		{ "irq-read-unsafe locks:", BIT(ENABLED_HARDIRQ_READ) | BIT(ENABLED_SOFTIRQ_READ) },
		{ "uncategorized locks:", 0 },
	};

	seq_printf(m, " lock-classes:                 %11u [max: %u]\n", nr_lock_classes - 1,
		   MAX_LOCK_CLASSES);
	seq_printf(m, " direct dependencies:          %11u [max: %u]\n", nr_lock_deps - 1, MAX_LOCK_DEPS);
	seq_printf(m, " dependency chains:            %11u [max: %u]\n", nr_lock_chains - 1,
		   MAX_LOCK_CHAINS);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		seq_printf(m, " %-29s %11u\n", rows[i].name, rows[i].usage ? classes_with(rows[i].usage) :
			   nr_lock_classes - 1 - classes_with(0xff));
	seq_printf(m, " debug_locks:                  %11d\n", debug_locks);
	return 0;
}

static int lockdep_proc_init(void)
{
	proc_create_single("lockdep", 0400, NULL, lockdep_show);
	proc_create_single("lockdep_stats", 0400, NULL, stats_show);
	return 0;
}
core_initcall(lockdep_proc_init);
