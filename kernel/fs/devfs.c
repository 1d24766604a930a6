/* SPDX-License-Identifier: MIT */
/* /dev/null and /dev/zero: the two devices that every script leans on. */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/proc_fs.h>
#include <linux/string.h>

static ssize_t null_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	return 0;
}

static ssize_t zero_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	memset(buf, 0, count);
	return count;
}

static ssize_t null_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	return count;
}

static const struct file_operations null_fops = { .read = null_read, .write = null_write };
static const struct file_operations zero_fops = { .read = zero_read, .write = null_write };

static int devfs_init(void)
{
	proc_create_fops("null", 0666, &devfs_root, &null_fops, NULL);
	proc_create_fops("zero", 0666, &devfs_root, &zero_fops, NULL);
	return 0;
}
core_initcall(devfs_init);
