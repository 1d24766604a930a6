/* SPDX-License-Identifier: MIT */
/*
 * Open files: filp_open, kernel_read, kernel_write over the registry's tree.
 *
 * Invariant: an open file pins its entry (and a numbered directory's object) until filp_close();
 * every call into the entry's operations stands between fs_begin() and fs_end(), so an entry that
 * was removed answers -EIO and its callbacks are never entered again. Only release still runs, for
 * operations that outlive their entry.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "internal.h"

static bool for_reading(const struct file *file)
{
	return (file->f_flags & O_ACCMODE) != O_WRONLY;
}

static bool for_writing(const struct file *file)
{
	return (file->f_flags & O_ACCMODE) != O_RDONLY;
}

/* May the file be opened as its flags say? 0 or -errno. */
static int check_access(const struct file *file, const struct proc_dir_entry *entry)
{
	const struct file_operations *ops = file->f_op;
	bool text = ops == &proc_text_fops;

	if (!ops)
		return -EISDIR;
	if (for_reading(file) && !(text ? !!entry->show : !!ops->read))
		return -EACCES;
	if (for_writing(file) && !(text ? !!entry->write : !!ops->write))
		return -EACCES;
	return 0;
}

/* Resolve @path and pin what it names. 0 or -errno. */
static int pin_path(struct path_walk *at, const char *path)
{
	int ret;

	guard(mutex)(&fs_mutex);
	ret = fs_walk(path, at);
	if (!ret)
		at->entry->refs++;
	return ret;
}

static void free_file(struct pseudo_file *pf)
{
	scoped_guard(mutex, &fs_mutex) {
		fs_unpin(&pf->at);
		fs_put(pf->at.entry);
	}
	kfree(pf);
}

static int call_open(struct pseudo_file *pf)
{
	int ret;

	if (!pf->file.f_op->open)
		return 0;
	if (!fs_begin(pf->at.entry))
		return -ENOENT;
	ret = pf->file.f_op->open(&pf->inode, &pf->file);
	fs_end(pf->at.entry);
	return ret;
}

struct file *filp_open(const char *path, int flags, umode_t mode)
{
	struct pseudo_file *pf = kzalloc(sizeof(*pf), GFP_KERNEL);
	int ret = pf ? pin_path(&pf->at, path) : -ENOMEM;

	if (ret) {
		kfree(pf);
		return ERR_PTR(ret);
	}
	pf->inode.i_private = pf->at.object ?: pf->at.entry->data;
	pf->file.f_inode = &pf->inode;
	pf->file.f_op = pf->at.entry->fops;
	pf->file.f_flags = flags;
	ret = check_access(&pf->file, pf->at.entry) ?: call_open(pf);
	if (!ret)
		return &pf->file;
	free_file(pf);
	return ERR_PTR(ret);
}
EXPORT_SYMBOL(filp_open);

int filp_close(struct file *file, void *id)
{
	struct pseudo_file *pf = to_pseudo_file(file);
	int ret = file->f_op->release ? file->f_op->release(&pf->inode, file) : 0;

	free_file(pf);
	return ret;
}
EXPORT_SYMBOL(filp_close);

ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos)
{
	struct proc_dir_entry *entry = to_pseudo_file(file)->at.entry;
	ssize_t ret;

	might_sleep();
	if (!for_reading(file))
		return -EBADF;
	if (!fs_begin(entry))
		return -EIO;
	ret = file->f_op->read(file, buf, count, pos);
	fs_end(entry);
	return ret;
}
EXPORT_SYMBOL(kernel_read);

ssize_t kernel_write(struct file *file, const void *buf, size_t count, loff_t *pos)
{
	struct proc_dir_entry *entry = to_pseudo_file(file)->at.entry;
	ssize_t ret;

	might_sleep();
	if (!for_writing(file))
		return -EBADF;
	if (!count)
		return 0;
	if (!fs_begin(entry))
		return -EIO;
	ret = file->f_op->write(file, buf, count, pos);
	fs_end(entry);
	return ret;
}
EXPORT_SYMBOL(kernel_write);

int vfs_fsync(struct file *file, int datasync)
{
	struct proc_dir_entry *entry = to_pseudo_file(file)->at.entry;
	int ret;

	might_sleep();
	if (!file->f_op->fsync)
		return -EINVAL;
	if (!fs_begin(entry))
		return -EIO;
	ret = file->f_op->fsync(file, 0, LLONG_MAX, datasync);
	fs_end(entry);
	return ret;
}
EXPORT_SYMBOL(vfs_fsync);

/* The text files' operations: seq_file to read, one value to write. */
static int text_open(struct inode *inode, struct file *file)
{
	if (!for_reading(file))
		return 0;
	return single_open(file, to_pseudo_file(file)->at.entry->show, inode->i_private);
}

static ssize_t text_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	char *text __free(kfree) = NULL;
	size_t len = count;
	int ret;

	if (count >= PAGE_SIZE)
		return -EINVAL;
	text = kmalloc(count + 1, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	memcpy(text, buf, count);
	if (len && text[len - 1] == '\n')
		len--;
	text[len] = '\0';
	ret = to_pseudo_file(file)->at.entry->write(file_inode(file)->i_private, text, len);
	if (ret < 0)
		return ret;
	*pos += count;
	return count;
}

const struct file_operations proc_text_fops = {
	.open = text_open,
	.read = seq_read,
	.write = text_write,
	.release = seq_release,
};
EXPORT_SYMBOL(proc_text_fops);
