/* SPDX-License-Identifier: MIT */
/*
 * gcov.c - how often each piece of the kernel ran (BUILD=cov), as /sys/kernel/debug/gcov/counters.
 *
 * The compiler puts counters between the pieces (-fprofile-arcs) and, per file, a description of them that a
 * constructor hands to __gcov_init(). The pseudo file shows them as text; scripts/cov makes the .gcda files of
 * it that gcov and lcov read. Nothing here stops the counting: a report is a moment, not a cut.
 *
 * The layout of the descriptions is that of GCC 12's runtime interface. This file is not instrumented.
 */
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <asm/sections.h>

#if __GNUC__ != 12
#error "gcov.c knows the tables of GCC 12 only"
#endif

#define KINDS	8	/* of counters; -fprofile-arcs uses the first */
#define ARCS	0

struct gcov_counts {
	u32 nr;
	s64 *value;
};

struct gcov_function {
	const struct gcov_info *owner;	/* another file's, or NULL: the linker kept another copy */
	u32 ident, lineno_checksum, cfg_checksum;
	struct gcov_counts arcs;
};

struct gcov_info {
	u32 version;
	struct gcov_info *next;
	u32 stamp, checksum;
	const char *filename;
	void (*merge[KINDS])(s64 *value, u32 nr);
	u32 nr_functions;
	const struct gcov_function *const *function;
};

static struct gcov_info *files;

/* ---- what the compiler calls; the names are its ---- */

void __gcov_init(struct gcov_info *info);
void __gcov_init(struct gcov_info *info)
{
	info->next = files;
	files = info;
}

/* Named by the descriptions; what merges is on the host. */
void __gcov_merge_add(s64 *value, u32 nr);
void __gcov_merge_add(s64 *value, u32 nr)
{
}

void __gcov_exit(void);
void __gcov_exit(void)
{
}

/* ---- the pseudo file: a line for each file, and one for each of its functions ---- */

struct position {
	const struct gcov_info *info;
	u32 line;			/* 0: the file itself; then its functions from 1 */
};

/* Record @pos. One reader at a time: a position is remembered between start and stop only. */
static struct position here;

static void *counters_start(struct seq_file *m, loff_t *pos)
{
	loff_t skip = *pos;

	for (here.info = files; here.info; here.info = here.info->next) {
		if (skip <= here.info->nr_functions) {
			here.line = skip;
			return &here;
		}
		skip -= here.info->nr_functions + 1;
	}
	return NULL;
}

static void *counters_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	if (here.line++ < here.info->nr_functions)
		return &here;
	here.line = 0;
	here.info = here.info->next;
	return here.info ? &here : NULL;
}

static void counters_stop(struct seq_file *m, void *v)
{
}

/* Most counters are 0: a run of them is one word, "*" and how many. */
static void show_arcs(struct seq_file *m, const struct gcov_counts *c)
{
	for (u32 i = 0, zeros; i < c->nr; i += zeros) {
		for (zeros = 0; i + zeros < c->nr && !READ_ONCE(c->value[i + zeros]); zeros++)
			;
		if (zeros) {
			seq_printf(m, " *%u", zeros);
			continue;
		}
		seq_printf(m, " %lld", (long long)READ_ONCE(c->value[i]));
		zeros = 1;
	}
}

static int counters_show(struct seq_file *m, void *v)
{
	const struct gcov_function *f;

	if (!here.line) {
		seq_printf(m, "file %x %x %x %s\n", here.info->version, here.info->stamp,
			   here.info->checksum, here.info->filename);
		return 0;
	}
	f = here.info->function[here.line - 1];
	if (!f || f->owner != here.info)
		return 0;
	seq_printf(m, "fn %x %x %x", f->ident, f->lineno_checksum, f->cfg_checksum);
	show_arcs(m, &f->arcs);
	seq_putc(m, '\n');
	return 0;
}

static const struct seq_operations counters_ops = {
	.start = counters_start,
	.next = counters_next,
	.stop = counters_stop,
	.show = counters_show,
};

static int counters_open(struct inode *inode, struct file *file)
{
	return seq_open(file, &counters_ops);
}

static const struct file_operations counters_fops = {
	.open = counters_open,
	.read = seq_read,
	.release = seq_release,
};

static int __init gcov_init(void)
{
	for (ctor_fn_t *fn = __ctors_start; fn < __ctors_end; fn++)
		(*fn)();
	proc_create_fops("kernel/debug/gcov/counters", 0444, &sysfs_root, &counters_fops, NULL);
	return 0;
}
fs_initcall(gcov_init);
