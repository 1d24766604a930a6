/* SPDX-License-Identifier: MIT */
/*
 * proc.c - /proc/sys/kernel/printk: console, default, minimum and boot log level;
 * /sys/kernel/debug/clear_warn_once.
 */
#include <linux/bug.h>
#include <linux/console.h>
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#define LEVEL_MAX 15		/* Linux's ignore_loglevel and its console_verbose() */

static int printk_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\t%d\t%d\t%d\n", console_printk[0], console_printk[1], console_printk[2],
		   console_printk[3]);
	return 0;
}

/* One to four numbers; those not given stay. All are checked before any is stored. */
static int printk_write(void *data, char *buf, size_t len)
{
	int level[4], n = 0;
	char *word;

	while ((word = strsep(&buf, " \t")) != NULL) {
		if (!*word)
			continue;
		if (n == 4 || kstrtoint(word, 0, &level[n]) || level[n] < 0 || level[n] > LEVEL_MAX)
			return -EINVAL;
		n++;
	}
	for (int i = 0; i < n; i++)
		WRITE_ONCE(console_printk[i], level[i]);
	return n ? 0 : -EINVAL;
}

static int clear_once(void *data, u64 value)
{
	clear_warn_once();
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(clear_once_fops, NULL, clear_once, "%llu\n");

static int __init printk_sysctl_init(void)
{
	proc_create_rw("sys/kernel/printk", 0644, NULL, printk_show, printk_write, NULL);
	debugfs_create_file("clear_warn_once", 0200, NULL, NULL, &clear_once_fops);
	return 0;
}
fs_initcall(printk_sysctl_init);
