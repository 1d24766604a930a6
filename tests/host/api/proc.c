/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/proc_fs.h, linux/seq_file.h */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

static int show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d", 1);
	seq_puts(m, "two");
	seq_putc(m, '\n');
	seq_write(m, "x", 1);
	return m->private == v;
}

static void *start(struct seq_file *m, loff_t *pos)
{
	return *pos ? NULL : SEQ_START_TOKEN;
}

static void *next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return NULL;
}

static void stop(struct seq_file *m, void *v)
{
}

static const struct seq_operations seq_ops = {
	.start = start, .next = next, .stop = stop, .show = show,
};

static int open(struct inode *inode, struct file *file)
{
	return single_open(file, show, pde_data(inode));
}

static int open_seq(struct inode *inode, struct file *file)
{
	return seq_open(file, &seq_ops);
}

static ssize_t write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	return count;
}

static const struct proc_ops ops = {
	.proc_open = open, .proc_read = seq_read, .proc_lseek = seq_lseek, .proc_write = write,
	.proc_release = single_release,
};
static const struct proc_ops more = {
	.proc_open = open_seq, .proc_read = seq_read, .proc_lseek = seq_lseek,
	.proc_release = seq_release,
};

void api_proc(void *data)
{
	struct proc_dir_entry *dir = proc_mkdir("api", NULL);

	proc_create("one", 0644, dir, &ops);
	proc_create("six", 0644, dir, &more);
	proc_create_data("two", 0644, dir, &ops, data);
	proc_create_single("three", 0444, dir, show);
	proc_create_single_data("four", 0444, dir, show, data);
	proc_create_seq("five", 0444, dir, &seq_ops);
	remove_proc_entry("one", dir);
	remove_proc_subtree("api", NULL);
	proc_remove(dir);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
