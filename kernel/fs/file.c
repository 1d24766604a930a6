/* SPDX-License-Identifier: MIT */
/*
 * Open files: filp_open, kernel_read, kernel_write over the registry's tree.
 *
 * Invariant: an open file pins its entry (and a numbered directory's object) until filp_close();
 * every call into the entry's operations stands between fs_begin() and fs_end(), so an entry that
 * was removed answers -EIO (a kobject's attribute: -ENODEV) and its callbacks are never entered again.
 * Only release still runs, for operations that outlive their entry, because their owner is pinned; those
 * of proc_create() have no owner, and removal calls their release.
 */
#include <linux/cdev.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/poll.h>
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

/* What the open file of an entry that was removed answers. */
static int gone(const struct proc_dir_entry *entry)
{
	return entry->attribute ? -ENODEV : -EIO;
}

/* May the file be opened as its flags say? 0 or -errno. */
static int check_access(const struct file *file, const struct proc_dir_entry *entry)
{
	const struct file_operations *ops = file->f_op;
	bool may_read, may_write;

	if (!ops)
		return -EISDIR;
	if (entry->rdev)
		return 0;		/* its driver has the say */
	if (ops == &proc_text_fops) {
		may_read = entry->show;
		may_write = entry->write;
	} else if (entry->proc_ops) {
		may_read = entry->proc_ops->proc_read;
		may_write = entry->proc_ops->proc_write;
	} else {
		may_read = ops->read;
		may_write = ops->write;
	}
	return (for_reading(file) && !may_read) || (for_writing(file) && !may_write) ? -EACCES : 0;
}

/*
 * Resolve @path and pin what it names. 0 or -errno; fs_end() is to follow: until then whoever removes the
 * entry waits, so that what its pointers lead to is there. May sleep.
 */
static int pin_path(struct path_walk *at, const char *path)
{
	int ret;

	guard(mutex)(&fs_mutex);
	ret = fs_walk(path, at);
	if (ret)
		return ret;
	at->entry->refs++;
	at->entry->in_use++;
	return 0;
}

/* Whom its functions belong to; NULL: the kernel. Asked while they cannot go. */
static struct module *fops_owner(const struct file *file)
{
	return file->f_op ? file->f_op->owner : NULL;
}

/*
 * Of no use any more: open failed, or release is through. The owner of its functions goes last: it may be
 * what keeps the cdev, which has an owner of its own or none.
 */
static void free_file(struct pseudo_file *pf, struct module *owner)
{
	if (pf->inode.i_cdev)
		cdev_put(pf->inode.i_cdev);
	scoped_guard(mutex, &fs_mutex) {
		fs_unpin(&pf->at);
		fs_put(pf->at.entry);
	}
	module_put(owner);
	kfree(pf);
}

static int call_open(struct pseudo_file *pf)
{
	struct proc_dir_entry *entry = pf->at.entry;
	int ret = 0;

	if (pf->file.f_op->open)
		ret = pf->file.f_op->open(&pf->inode, &pf->file);
	if (!ret && entry->proc_ops) {
		guard(mutex)(&fs_mutex);
		list_add_tail(&pf->opener, &entry->openers);
	}
	return ret;
}

struct file *filp_open(const char *path, int flags, umode_t mode)
{
	struct pseudo_file *pf = kzalloc(sizeof(*pf), GFP_KERNEL);
	int ret = pf ? pin_path(&pf->at, path) : -ENOMEM;
	const struct file_operations *fops;
	struct module *owner;

	if (ret) {
		kfree(pf);
		return ERR_PTR(ret);
	}
	INIT_LIST_HEAD(&pf->opener);
	fops = pf->at.entry->fops;
	pf->inode.i_private = pf->at.object ?: pf->at.entry->data;
	pf->inode.i_rdev = pf->at.entry->rdev;
	pf->file.f_inode = &pf->inode;
	pf->file.f_flags = flags;
	pf->file.f_mode = (for_reading(&pf->file) ? FMODE_READ : 0) |
			  (for_writing(&pf->file) ? FMODE_WRITE : 0);
	if (fops && !try_module_get(fops->owner))
		ret = -ENXIO;
	else
		pf->file.f_op = fops;
	ret = ret ?: check_access(&pf->file, pf->at.entry) ?: call_open(pf);
	owner = fops_owner(&pf->file);
	fs_end(pf->at.entry);
	if (!ret)
		return &pf->file;
	free_file(pf, owner);
	return ERR_PTR(ret);
}
EXPORT_SYMBOL(filp_open);

/* May release be called: nobody removed the entry, which would have done it? Then fs_end() follows. */
static bool claim_release(struct pseudo_file *pf)
{
	guard(mutex)(&fs_mutex);
	if (pf->at.entry->proc_ops && list_empty(&pf->opener))
		return false;
	list_del_init(&pf->opener);
	pf->at.entry->in_use++;
	return true;
}

int filp_close(struct file *file, void *id)
{
	struct pseudo_file *pf = to_pseudo_file(file);
	struct module *owner = fops_owner(file);
	int ret = 0;

	if (claim_release(pf)) {
		if (file->f_op->release)
			ret = file->f_op->release(&pf->inode, file);
		fs_end(pf->at.entry);
	}
	free_file(pf, owner);
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
	if (!file->f_op->read)
		return -EINVAL;
	if (!fs_begin(entry))
		return gone(entry);
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
	if (!file->f_op->write)
		return -EINVAL;
	if (!count)
		return 0;
	if (!fs_begin(entry))
		return gone(entry);
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
		return gone(entry);
	ret = file->f_op->fsync(file, 0, LLONG_MAX, datasync);
	fs_end(entry);
	return ret;
}
EXPORT_SYMBOL(vfs_fsync);

loff_t vfs_llseek(struct file *file, loff_t offset, int whence)
{
	struct proc_dir_entry *entry = to_pseudo_file(file)->at.entry;
	loff_t ret;

	might_sleep();
	if (!file->f_op->llseek)
		return -ESPIPE;
	if (!fs_begin(entry))
		return gone(entry);
	ret = file->f_op->llseek(file, offset, whence);
	fs_end(entry);
	return ret;
}
EXPORT_SYMBOL(vfs_llseek);

long vfs_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct proc_dir_entry *entry = to_pseudo_file(file)->at.entry;
	long ret;

	might_sleep();
	if (!file->f_op->unlocked_ioctl)
		return -ENOTTY;
	if (!fs_begin(entry))
		return gone(entry);
	ret = file->f_op->unlocked_ioctl(file, cmd, arg);
	fs_end(entry);
	return ret == -ENOIOCTLCMD ? -ENOTTY : ret;
}

__poll_t vfs_poll(struct file *file, struct poll_table_struct *p)
{
	struct proc_dir_entry *entry = to_pseudo_file(file)->at.entry;
	__poll_t ret;

	might_sleep();
	if (!file->f_op->poll)
		return DEFAULT_POLLMASK;
	if (!fs_begin(entry))
		return EPOLLERR;
	ret = file->f_op->poll(file, p);
	fs_end(entry);
	return ret;
}

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
