/* SPDX-License-Identifier: MIT */
/*
 * function.c - which functions call the tracer, and the tracer function: "who <-by whom".
 *
 * Invariant: the first five bytes of each function in __mcount_loc are a nop, or a call to the one tracer
 * at work if set_ftrace_filter wants the function. Nothing else says which: the text itself is asked.
 */
#include <linux/ftrace.h>
#include <linux/glob.h>
#include <linux/hardirq.h>
#include <linux/init.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "function.h"

#define INSN_SIZE	5

/* The compiler's list, in the order of the files in the image. */
extern u8 *const __start_mcount_loc[], *const __stop_mcount_loc[];
#define NR_SITES	((unsigned long)(__stop_mcount_loc - __start_mcount_loc))

static DEFINE_MUTEX(ftrace_mutex);
static void (*tracer_at_work)(void);
static unsigned long *filter;		/* a bit per site; NULL: all are wanted */

/* --- text --- */

/* [SDM 2B] "NOP": the recommended 5-byte form; [SDM 2A] "CALL": E8 and the distance from its end. */
static void make_insn(u8 insn[INSN_SIZE], const u8 *at, void (*target)(void))
{
	static const u8 nop[INSN_SIZE] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };
	s32 distance = (unsigned long)target - (unsigned long)at - INSN_SIZE;

	memcpy(insn, nop, INSN_SIZE);
	if (!target)
		return;
	insn[0] = 0xe8;
	memcpy(insn + 1, &distance, sizeof(distance));
}

/* Make the text what tracer_at_work and filter say. Context: ftrace_mutex. */
static int update_sites(void)
{
	static u8 insns[TEXT_POKE_MAX][INSN_SIZE];
	static struct text_poke_site sites[TEXT_POKE_MAX];
	unsigned int nr = 0;
	int err = 0;

	for (unsigned long i = 0; i < NR_SITES && !err; i++) {
		u8 *at = __start_mcount_loc[i];
		bool wanted = !filter || test_bit(i, filter);

		make_insn(insns[nr], at, wanted ? tracer_at_work : NULL);
		if (!memcmp(at, insns[nr], INSN_SIZE))
			continue;
		sites[nr] = (struct text_poke_site){ at, insns[nr], INSN_SIZE };
		if (++nr < TEXT_POKE_MAX)
			continue;
		err = text_poke_many(sites, nr);
		nr = 0;
	}
	return err ?: text_poke_many(sites, nr);
}

int ftrace_patch(void (*tracer)(void))
{
	guard(mutex)(&ftrace_mutex);
	tracer_at_work = tracer;
	return update_sites();
}

/* --- the tracer --- */

/* One mark for NMIs, one for all else: with IRQs off nothing else comes in between. */
struct busy_marks {
	bool here, in_nmi;
};
static DEFINE_PER_CPU(struct busy_marks, busy);

static bool *busy_mark(void)
{
	return in_nmi() ? &raw_cpu_ptr(&busy)->in_nmi : &raw_cpu_ptr(&busy)->here;
}

bool ftrace_enter(void)
{
	bool *mine = busy_mark();

	if (*mine)
		return false;
	WRITE_ONCE(*mine, true);
	barrier();
	return true;
}

void ftrace_leave(void)
{
	barrier();
	WRITE_ONCE(*busy_mark(), false);
}

static bool function_on;

/* kernel/x86/ftrace.S: function @ip begins and will return to *@retp. Context: any, NMI included. */
void function_trace_call(unsigned long ip, unsigned long *retp)
{
	unsigned long flags = arch_local_irq_save();

	if (READ_ONCE(function_on) && ftrace_enter()) {
		record_function(flags, ip, ftrace_graph_ret_addr(current, *retp, retp));
		ftrace_leave();
	}
	arch_local_irq_restore(flags);
}

static void function_stop(struct tracer *t)
{
	WRITE_ONCE(function_on, false);
	ftrace_patch(NULL);
}

static int function_start(struct tracer *t)
{
	int err;

	WRITE_ONCE(function_on, true);
	err = ftrace_patch(ftrace_caller);
	if (err)
		function_stop(t);
	return err;
}

static struct tracer function_tracer = {
	.name = "function", .start = function_start, .stop = function_stop,
};

/* --- available_filter_functions, set_ftrace_filter --- */

static const char *site_name(unsigned long i)
{
	unsigned long size, offset;

	return kallsyms_lookup((unsigned long)__start_mcount_loc[i], &size, &offset) ?: "?";
}

/* The next site from *@pos on; private: of those in the filter. */
static void *sites_from(struct seq_file *m, loff_t *pos)
{
	while (*pos < NR_SITES && m->private && !test_bit(*pos, filter))
		++*pos;
	return *pos < NR_SITES ? (void *)&__start_mcount_loc[*pos] : NULL;
}

static void *sites_start(struct seq_file *m, loff_t *pos) __acquires(&ftrace_mutex)
{
	mutex_lock(&ftrace_mutex);
	if (m->private && !filter)
		return *pos ? NULL : SEQ_START_TOKEN;
	return sites_from(m, pos);
}

static void *sites_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return v == SEQ_START_TOKEN ? NULL : sites_from(m, pos);
}

static void sites_stop(struct seq_file *m, void *v) __releases(&ftrace_mutex)
{
	mutex_unlock(&ftrace_mutex);
}

static int sites_show(struct seq_file *m, void *v)
{
	if (v == SEQ_START_TOKEN)
		seq_puts(m, "#### all functions enabled ####\n");
	else
		seq_printf(m, "%s\n", site_name((u8 *const *)v - __start_mcount_loc));
	return 0;
}

static const struct seq_operations sites_seq = { sites_start, sites_stop, sites_next, sites_show };

/* Opening "> set_ftrace_filter" begins with none in it. */
static int sites_open(struct inode *inode, struct file *file, bool filtered)
{
	int err = seq_open(file, &sites_seq);

	if (err)
		return err;
	((struct seq_file *)file->private_data)->private = (void *)filtered;
	if (!filtered || !(file->f_flags & O_TRUNC))
		return 0;
	guard(mutex)(&ftrace_mutex);
	kfree(filter);
	filter = NULL;
	return 0;
}

static int available_open(struct inode *inode, struct file *file)
{
	return sites_open(inode, file, false);
}

static int filter_open(struct inode *inode, struct file *file)
{
	return sites_open(inode, file, true);
}

/* Add what @pattern matches, or with ! take it away. Context: ftrace_mutex. */
static int filter_add(const char *pattern)
{
	bool off = *pattern == '!';
	int err = -EINVAL;

	if (!filter)
		filter = kcalloc(BITS_TO_LONGS(NR_SITES), sizeof(*filter), GFP_KERNEL);
	if (!filter)
		return -ENOMEM;
	for (unsigned long i = 0; i < NR_SITES; i++) {
		if (!glob_match(pattern + off, site_name(i)))
			continue;
		if (off)
			__clear_bit(i, filter);
		else
			__set_bit(i, filter);
		err = 0;
	}
	return err;
}

/* One that nothing is left in is none. */
static void drop_empty_filter(void)
{
	for (unsigned long i = 0; filter && i < NR_SITES; i++)
		if (test_bit(i, filter))
			return;
	kfree(filter);
	filter = NULL;
}

static ssize_t filter_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	char *text = kasprintf(GFP_KERNEL, "%.*s", (int)min(count, 4096UL), buf), *rest = text;
	const char *pattern;
	int err = text ? 0 : -ENOMEM;

	guard(mutex)(&ftrace_mutex);
	while (!err && (pattern = strsep(&rest, " \t\n,")) != NULL)
		if (*pattern)
			err = filter_add(pattern);
	drop_empty_filter();
	kfree(text);
	*pos += count;
	return err ?: count;
}

/* As in Linux the new filter is in force when the file is closed: none of its steps is. */
static int filter_release(struct inode *inode, struct file *file)
{
	scoped_guard(mutex, &ftrace_mutex)
		update_sites();
	return seq_release(inode, file);
}

static const struct file_operations available_fops = {
	.open = available_open,
	.read = seq_read,
	.release = seq_release,
};

static const struct file_operations filter_fops = {
	.open = filter_open,
	.read = seq_read,
	.write = filter_write,
	.release = filter_release,
};

static int __init function_init(void)
{
	proc_create_fops("kernel/tracing/available_filter_functions", 0444, &sysfs_root, &available_fops, NULL);
	proc_create_fops("kernel/tracing/set_ftrace_filter", 0644, &sysfs_root, &filter_fops, NULL);
	register_tracer(&function_tracer);
	return 0;
}
late_initcall(function_init);
