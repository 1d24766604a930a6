/* SPDX-License-Identifier: MIT */
/*
 * Open files: filp_open, kernel_read, kernel_write, iterate_dir over the registry's tree.
 *
 * Invariant: an open file pins its entry (and a numbered directory's object) until filp_close();
 * every call into the entry's operations stands between fs_begin() and fs_end(), so an entry that
 * was removed answers -EIO and its callbacks are never entered again. Only release still runs, for
 * operations that outlive their entry.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include "internal.h"

/* May the file be opened with these flags? 0 or -errno. */
static int check_access(const struct pseudo_file *pf, int flags)
{
	const struct file_operations *ops = pf->file.f_op;
	bool text = ops == &text_fops;
	bool wr = (flags & O_ACCMODE) != O_RDONLY, rd = (flags & O_ACCMODE) != O_WRONLY;

	if (!ops)
		return wr ? -EISDIR : 0;
	if (rd && !(text ? pf->show || pf->entry->seq_ops : !!ops->read))
		return -EACCES;
	if (wr && !(text ? !!pf->write : !!ops->write))
		return -EACCES;
	return 0;
}

/* Resolve @path into @pf and pin what it names. 0 or -errno. */
static int pin_path(struct pseudo_file *pf, const char *path)
{
	struct path_walk w;
	int ret;

	mutex_lock(&fs_mutex);
	ret = fs_walk(path, &w);
	if (!ret)
		w.entry->refs++;
	mutex_unlock(&fs_mutex);
	if (ret)
		return ret;
	pf->entry = w.entry;
	pf->object = w.object;
	pf->inode = w.entry->inode;
	pf->file.f_inode = &pf->inode;
	pf->file.f_op = w.entry->fops;
	pf->show = w.entry->show;
	pf->write = w.entry->write;
	if (w.object)
		pf->inode.i_private = w.object;
	if (w.nfile) {
		pf->inode.i_mode = S_IFREG | w.nfile->mode;
		pf->file.f_op = &text_fops;
		pf->show = w.nfile->show;
		pf->write = w.nfile->write;
	}
	return 0;
}

static void unpin(struct pseudo_file *pf)
{
	if (pf->object)
		pf->entry->numbered->put(pf->object);
	mutex_lock(&fs_mutex);
	fs_put(pf->entry);
	mutex_unlock(&fs_mutex);
	kfree(pf);
}

struct file *filp_open(const char *path, int flags, umode_t mode)
{
	struct pseudo_file *pf = kzalloc(sizeof(*pf), GFP_KERNEL);
	int ret;

	if (!pf)
		return ERR_PTR(-ENOMEM);
	ret = pin_path(pf, path);
	if (ret) {
		kfree(pf);
		return ERR_PTR(ret);
	}
	pf->file.f_flags = flags;
	ret = check_access(pf, flags);
	if (!ret && pf->file.f_op && pf->file.f_op->open) {
		ret = -ENOENT;
		if (fs_begin(pf->entry)) {
			ret = pf->file.f_op->open(&pf->inode, &pf->file);
			fs_end(pf->entry);
		}
	}
	if (!ret)
		return &pf->file;
	unpin(pf);
	return ERR_PTR(ret);
}

int filp_close(struct file *file, void *id)
{
	struct pseudo_file *pf = to_pseudo_file(file);
	int ret = 0;

	if (file->f_op && file->f_op->release)
		ret = file->f_op->release(&pf->inode, file);
	unpin(pf);
	return ret;
}

ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos)
{
	struct pseudo_file *pf = to_pseudo_file(file);
	ssize_t ret;

	might_sleep();
	if (!file->f_op)
		return -EISDIR;
	if ((file->f_flags & O_ACCMODE) == O_WRONLY)
		return -EBADF;
	if (!fs_begin(pf->entry))
		return -EIO;
	ret = file->f_op->read(file, buf, count, pos);
	fs_end(pf->entry);
	return ret;
}

ssize_t kernel_write(struct file *file, const void *buf, size_t count, loff_t *pos)
{
	struct pseudo_file *pf = to_pseudo_file(file);
	ssize_t ret;

	might_sleep();
	if (!file->f_op || (file->f_flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	if (!count)
		return 0;
	if (!fs_begin(pf->entry))
		return -EIO;
	ret = file->f_op->write(file, buf, count, pos);
	fs_end(pf->entry);
	return ret;
}

/* The text files' operations: seq_file to read, one value to write. */
static int text_open(struct inode *inode, struct file *file)
{
	struct pseudo_file *pf = to_pseudo_file(file);
	int ret;

	if ((file->f_flags & O_ACCMODE) == O_WRONLY)
		return 0;
	if (pf->show)
		return single_open(file, pf->show, inode->i_private);
	ret = seq_open(file, pf->entry->seq_ops);
	if (!ret)
		((struct seq_file *)file->private_data)->private = inode->i_private;
	return ret;
}

static int text_release(struct inode *inode, struct file *file)
{
	if (!file->private_data)
		return 0;
	return to_pseudo_file(file)->show ? single_release(inode, file) : seq_release(inode, file);
}

static ssize_t text_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct pseudo_file *pf = to_pseudo_file(file);
	size_t len = count;
	char *text;
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
	ret = pf->write(pf->inode.i_private, text, len);
	kfree(text);
	if (ret < 0)
		return ret;
	*pos += count;
	return count;
}

const struct file_operations text_fops = {
	.open = text_open,
	.read = seq_read,
	.write = text_write,
	.llseek = seq_lseek,
	.release = text_release,
};

/* A listing, copied out of the tree under the mutex so that the actor runs without it. */
struct name_list {
	char *buf;		/* per entry: type byte, name, NUL */
	size_t len, size;
};

/* The names in @dir. 0 or -ENOMEM. May sleep. */
static int collect_names(struct proc_dir_entry *dir, struct name_list *nl)
{
	struct proc_dir_entry *e;

	mutex_lock(&fs_mutex);
	list_for_each_entry(e, &dir->children, sibling)
		nl->size += strlen(e->name) + 2;
	nl->buf = kmalloc(nl->size + 1, GFP_KERNEL);
	list_for_each_entry(e, &dir->children, sibling) {
		if (!nl->buf)
			break;
		nl->buf[nl->len++] = (e->inode.i_mode & S_IFMT) >> 12;	/* DT_* by design */
		strcpy(nl->buf + nl->len, e->name);
		nl->len += strlen(e->name) + 1;
	}
	mutex_unlock(&fs_mutex);
	return nl->buf ? 0 : -ENOMEM;
}

static bool emit(struct dir_context *ctx, const char *name, unsigned int type)
{
	return ctx->actor(ctx, name, strlen(name), ctx->pos++, 0, type);
}

/* What is in the directory of one number. */
static void iterate_object(const struct proc_numbered_file *f, struct dir_context *ctx)
{
	for (; f->name; f++)
		if (!emit(ctx, f->name, DT_REG))
			return;
}

/* The numbers below a directory, ascending. */
static void iterate_numbers(const struct proc_numbered *num, struct dir_context *ctx)
{
	char name[12];
	int id;

	for (id = num->next(0); id >= 0; id = num->next(id + 1)) {
		snprintf(name, sizeof(name), "%d", id);
		if (!emit(ctx, name, DT_DIR))
			return;
	}
}

int iterate_dir(struct file *file, struct dir_context *ctx)
{
	struct pseudo_file *pf = to_pseudo_file(file);
	struct name_list nl = {};
	bool more = true;
	char *p;
	int ret;

	if (file->f_op)
		return -ENOTDIR;
	if (pf->object) {
		iterate_object(pf->entry->numbered->files, ctx);
		return 0;
	}
	ret = collect_names(pf->entry, &nl);
	if (ret)
		return ret;
	for (p = nl.buf; more && p < nl.buf + nl.len; p += strlen(p + 1) + 2)
		more = emit(ctx, p + 1, *p);
	kfree(nl.buf);
	if (more && pf->entry->numbered)
		iterate_numbers(pf->entry->numbered, ctx);
	return 0;
}

loff_t no_llseek(struct file *file, loff_t offset, int whence)
{
	return -ESPIPE;
}

ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *pos, const void *from,
				size_t available)
{
	if (*pos < 0)
		return -EINVAL;
	if (*pos >= available)
		return 0;
	count = min(count, available - (size_t)*pos);
	memcpy(to, from + *pos, count);
	*pos += count;
	return count;
}
