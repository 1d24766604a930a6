/* SPDX-License-Identifier: MIT */
/* Ready-made callbacks for file_operations: see linux/fs.h. */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/uaccess.h>

loff_t noop_llseek(struct file *file, loff_t offset, int whence)
{
	return file->f_pos;
}
EXPORT_SYMBOL(noop_llseek);

/* @size below 0: there is no end to count from, and no limit. */
static loff_t seek(struct file *file, loff_t offset, int whence, loff_t size)
{
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	else if (whence == SEEK_END && size >= 0)
		offset += size;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (offset < 0 || (size >= 0 && offset > size))
		return -EINVAL;
	return file->f_pos = offset;
}

loff_t default_llseek(struct file *file, loff_t offset, int whence)
{
	return seek(file, offset, whence, -1);
}
EXPORT_SYMBOL(default_llseek);

loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size)
{
	return seek(file, offset, whence, size);
}
EXPORT_SYMBOL(fixed_size_llseek);

int simple_open(struct inode *inode, struct file *file)
{
	if (inode->i_private)
		file->private_data = inode->i_private;
	return 0;
}
EXPORT_SYMBOL(simple_open);

int nonseekable_open(struct inode *inode, struct file *file)
{
	return 0;
}
EXPORT_SYMBOL(nonseekable_open);

int stream_open(struct inode *inode, struct file *file)
{
	return 0;
}
EXPORT_SYMBOL(stream_open);

ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *pos, const void *from,
				size_t available)
{
	size_t rest;

	if (*pos < 0)
		return -EINVAL;
	if (*pos >= available || !count)
		return 0;
	count = min(count, available - (size_t)*pos);
	rest = copy_to_user(to, from + *pos, count);
	if (rest == count)
		return -EFAULT;
	*pos += count - rest;
	return count - rest;
}
EXPORT_SYMBOL(simple_read_from_buffer);

ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *pos, const void __user *from,
			       size_t count)
{
	size_t rest;

	if (*pos < 0)
		return -EINVAL;
	if (*pos >= available || !count)
		return 0;
	count = min(count, available - (size_t)*pos);
	rest = copy_from_user(to + *pos, from, count);
	if (rest == count)
		return -EFAULT;
	*pos += count - rest;
	return count - rest;
}
EXPORT_SYMBOL(simple_write_to_buffer);

/* ---- a number with a getter and a setter ---- */

struct simple_attr {
	int (*get)(void *data, u64 *value);
	int (*set)(void *data, u64 value);
	const char *fmt;
	void *data;
	char text[32];
	size_t len;
};

int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *, u64 *),
		     int (*set)(void *, u64), const char *fmt)
{
	struct simple_attr *attr = kzalloc(sizeof(*attr), GFP_KERNEL);

	if (!attr)
		return -ENOMEM;
	attr->get = get;
	attr->set = set;
	attr->fmt = fmt;
	attr->data = inode->i_private;
	file->private_data = attr;
	return 0;
}
EXPORT_SYMBOL_GPL(simple_attr_open);

int simple_attr_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}
EXPORT_SYMBOL_GPL(simple_attr_release);

ssize_t simple_attr_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct simple_attr *attr = file->private_data;
	u64 value;
	int err;

	if (!attr->get)
		return -EACCES;
	if (!*pos) {			/* the number of this moment, then the rest of it */
		err = attr->get(attr->data, &value);
		if (err)
			return err;
		attr->len = scnprintf(attr->text, sizeof(attr->text), attr->fmt, value);
	}
	return simple_read_from_buffer(buf, count, pos, attr->text, attr->len);
}
EXPORT_SYMBOL_GPL(simple_attr_read);

ssize_t simple_attr_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct simple_attr *attr = file->private_data;
	char text[32] = "";
	size_t len = min(count, sizeof(text) - 1);
	long long value;
	int err;

	if (!attr->set)
		return -EACCES;
	if (copy_from_user(text, buf, len))
		return -EFAULT;
	err = *text == '-' ? kstrtoll(text, 0, &value) : kstrtoull(text, 0, (u64 *)&value);
	return err ?: attr->set(attr->data, value) ?: (ssize_t)count;
}
EXPORT_SYMBOL_GPL(simple_attr_write);
