/* SPDX-License-Identifier: MIT */
/*
 * /proc files as Linux's modules make them: proc_create() with proc_ops, proc_create_seq(). Between
 * the registry and a proc_ops stands this file: the registry calls it by file_operations of the
 * kernel's own, which stay when the module has gone.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/poll.h>
#include <linux/proc_fs.h>
#include "internal.h"

static const struct proc_ops *ops_of(struct file *file)
{
	return to_pseudo_file(file)->at.entry->proc_ops;
}

static int ops_open(struct inode *inode, struct file *file)
{
	return ops_of(file)->proc_open ? ops_of(file)->proc_open(inode, file) : 0;
}

static int ops_release(struct inode *inode, struct file *file)
{
	return ops_of(file)->proc_release ? ops_of(file)->proc_release(inode, file) : 0;
}

static ssize_t ops_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	return ops_of(file)->proc_read(file, buf, count, pos);
}

static ssize_t ops_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	return ops_of(file)->proc_write(file, buf, count, pos);
}

static loff_t ops_llseek(struct file *file, loff_t offset, int whence)
{
	return ops_of(file)->proc_lseek ? ops_of(file)->proc_lseek(file, offset, whence) : -ESPIPE;
}

static long ops_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return ops_of(file)->proc_ioctl ? ops_of(file)->proc_ioctl(file, cmd, arg) : -ENOTTY;
}

static __poll_t ops_poll(struct file *file, struct poll_table_struct *wait)
{
	return ops_of(file)->proc_poll ? ops_of(file)->proc_poll(file, wait) : DEFAULT_POLLMASK;
}

const struct file_operations proc_ops_fops = {
	.open = ops_open, .release = ops_release, .read = ops_read, .write = ops_write,
	.llseek = ops_llseek, .unlocked_ioctl = ops_ioctl, .poll = ops_poll,
};

static int records_open(struct inode *inode, struct file *file)
{
	return seq_open(file, to_pseudo_file(file)->at.entry->seq);
}

static const struct file_operations records_fops = {
	.open = records_open, .read = seq_read, .llseek = seq_lseek, .release = seq_release,
};

struct proc_dir_entry *proc_create_data(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct proc_ops *ops, void *data)
{
	struct proc_dir_entry like = { .fops = &proc_ops_fops, .proc_ops = ops, .data = data };

	return proc_register_like(name, parent, &like);
}
EXPORT_SYMBOL(proc_create_data);

struct proc_dir_entry *proc_create(const char *name, umode_t mode, struct proc_dir_entry *parent,
				   const struct proc_ops *ops)
{
	return proc_create_data(name, mode, parent, ops, NULL);
}
EXPORT_SYMBOL(proc_create);

struct proc_dir_entry *proc_create_seq_data(const char *name, umode_t mode,
					    struct proc_dir_entry *parent,
					    const struct seq_operations *ops, void *data)
{
	struct proc_dir_entry like = { .fops = &records_fops, .seq = ops, .data = data };

	return proc_register_like(name, parent, &like);
}
EXPORT_SYMBOL(proc_create_seq_data);
