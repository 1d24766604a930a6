/* SPDX-License-Identifier: MIT */
/*
 * /proc/sys: every knob that a file declared with SYSCTL_*() (linux/sysctl.h) as a pseudo file.
 * A write is all or nothing: it is parsed and range-checked whole before the variable changes.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <linux/sysctl.h>

/* The linker's collection of all knobs. */
extern const struct sysctl_knob __start_sysctl_table[], __stop_sysctl_table[];

static int knob_show(struct seq_file *m, void *v)
{
	const struct sysctl_knob *k = m->private;

	if (k->type == SYSCTL_TYPE_STRING)
		seq_printf(m, "%s\n", (char *)k->var);
	else if (k->type == SYSCTL_TYPE_BOOL)
		seq_printf(m, "%d\n", READ_ONCE(*(bool *)k->var));
	else
		seq_printf(m, k->type == SYSCTL_TYPE_INT ? "%d\n" : "%u\n",
			   READ_ONCE(*(int *)k->var));
	return 0;
}

/* Printable text that fits, into a char array. */
static int store_string(const struct sysctl_knob *k, const char *buf, size_t len)
{
	size_t i;

	if (len >= k->max)
		return -EINVAL;
	for (i = 0; i < len; i++)
		if (!isprint(buf[i]))
			return -EINVAL;
	memcpy(k->var, buf, len + 1);
	return 0;
}

static int store(const struct sysctl_knob *k, char *buf, size_t len)
{
	long long val;

	if (k->type == SYSCTL_TYPE_STRING)
		return store_string(k, buf, len);
	if (kstrtoll(strim(buf), 0, &val) || val < k->min || val > k->max)
		return -EINVAL;
	if (k->type == SYSCTL_TYPE_BOOL)
		WRITE_ONCE(*(bool *)k->var, val);
	else
		WRITE_ONCE(*(unsigned int *)k->var, (unsigned int)val);
	return 0;
}

static int knob_write(void *data, char *buf, size_t len)
{
	const struct sysctl_knob *k = data;
	int err = store(k, buf, len);

	if (!err && k->changed)
		k->changed();
	return err;
}

static int sysctl_init(void)
{
	struct proc_dir_entry *sys = proc_mkdir("sys", NULL);
	const struct sysctl_knob *k;

	for (k = __start_sysctl_table; sys && k < __stop_sysctl_table; k++)
		proc_create_rw(k->name, k->mode, sys, knob_show,
			       k->mode & 0222 ? knob_write : NULL, (void *)k);
	return sys ? 0 : -ENOMEM;
}
core_initcall(sysctl_init);
