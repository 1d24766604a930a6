/* SPDX-License-Identifier: MIT */
/*
 * kobjects and their attributes: see linux/kobject.h.
 *
 * Invariant: a kobject's files are on its list, under sysfs_lock; removing one waits for a show() or
 * store() that runs, and none runs afterwards. The wait is without sysfs_lock: they may make and remove
 * files and kobjects themselves.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/leftovers.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/stdarg.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include "internal.h"

struct sysfs_file {
	struct list_head list;		/* its kobject's */
	struct list_head all;
	struct kobject *kobj;
	const struct attribute *attr;
	const struct attribute_group *group;	/* it came with, or NULL */
	struct proc_dir_entry *entry;
};

static DEFINE_MUTEX(sysfs_lock);
static LIST_HEAD(all_files);
static DECLARE_WAIT_QUEUE_HEAD(files_gone);	/* some kobject's last file that was going */
struct kobject *kernel_kobj;
EXPORT_SYMBOL_GPL(kernel_kobj);

/* ---- files ---- */

static ssize_t kobj_attr_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	struct kobj_attribute *ka = container_of(attr, struct kobj_attribute, attr);

	return ka->show ? ka->show(kobj, ka, buf) : -EIO;
}

static ssize_t kobj_attr_store(struct kobject *kobj, struct attribute *attr, const char *buf,
			       size_t count)
{
	struct kobj_attribute *ka = container_of(attr, struct kobj_attribute, attr);

	return ka->store ? ka->store(kobj, ka, buf, count) : -EIO;
}

const struct sysfs_ops kobj_sysfs_ops = { .show = kobj_attr_show, .store = kobj_attr_store };
EXPORT_SYMBOL_GPL(kobj_sysfs_ops);

static const struct sysfs_ops *ops_of(const struct kobject *kobj)
{
	return kobj->ktype && kobj->ktype->sysfs_ops ? kobj->ktype->sysfs_ops : &kobj_sysfs_ops;
}

/* Into the open file's buffer, once for each pass: reads behind the first take what is there. */
static int attr_show(struct seq_file *m, void *v)
{
	struct sysfs_file *f = m->private;
	const struct sysfs_ops *ops = ops_of(f->kobj);
	ssize_t n;

	memset(m->buf, 0, m->size);	/* a page: it always fits */
	n = ops->show ? ops->show(f->kobj, (struct attribute *)f->attr, m->buf) : -EIO;
	if (n < 0)
		return n;
	WARN_ONCE(n >= PAGE_SIZE, "sysfs: the show() of %s printed more than a page\n",
		  f->attr->name);
	m->count = min(n, (ssize_t)PAGE_SIZE - 1);
	return 0;
}

static int attr_open(struct inode *inode, struct file *file)
{
	return file->f_mode & FMODE_READ ? single_open(file, attr_show, inode->i_private) : 0;
}

/* store() gets a string, however much was written. */
static ssize_t attr_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct sysfs_file *f = file_inode(file)->i_private;
	const struct sysfs_ops *ops = ops_of(f->kobj);
	char *text;
	ssize_t n;

	count = min(count, PAGE_SIZE - 1);
	text = memdup_user_nul(buf, count);
	if (IS_ERR(text))
		return PTR_ERR(text);
	n = ops->store ? ops->store(f->kobj, (struct attribute *)f->attr, text, count) : -EIO;
	kfree(text);
	if (n > 0)
		*pos += n;
	return n;
}

/* By an attribute's mode: [may be written][may be read]. */
static const struct file_operations attr_fops[2][2] = {
	{ {}, { .open = attr_open, .read = seq_read, .release = seq_release } },
	{ { .write = attr_write },
	  { .open = attr_open, .read = seq_read, .write = attr_write, .release = seq_release } },
};

/* A file in @dir, which is @kobj's or a group's. 0 or -errno. sysfs_lock held. */
static int add_file(struct kobject *kobj, struct proc_dir_entry *dir, const struct attribute *attr,
		    umode_t mode, const struct attribute_group *group)
{
	struct sysfs_file *f = kzalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	f->kobj = kobj;
	f->attr = attr;
	f->group = group;
	f->entry = dir ? fs_create(attr->name, dir, &(struct proc_dir_entry){
		.fops = &attr_fops[!!(mode & 0222)][!!(mode & 0444)], .data = f, .attribute = true
	}) : ERR_PTR(-ENOENT);
	if (IS_ERR(f->entry)) {
		int err = PTR_ERR(f->entry);

		kfree(f);
		return err;
	}
	list_add_tail(&f->list, &kobj->files);
	list_add_tail(&f->all, &all_files);
	return 0;
}

/* Is it the file of @attr in the kobject's own directory, or one of @group; any if both are NULL? */
static bool is_file(const struct sysfs_file *f, const struct attribute *attr,
		    const struct attribute_group *group)
{
	if (attr)
		return f->attr == attr && !(f->group && f->group->name);
	return !group || f->group == group;
}

/* Take one such file off the lists and out of the tree. NULL: there is none. May sleep. */
static struct sysfs_file *cut_file(struct kobject *kobj, const struct attribute *attr,
				   const struct attribute_group *group)
{
	struct sysfs_file *f;

	guard(mutex)(&sysfs_lock);
	list_for_each_entry(f, &kobj->files, list) {
		if (!is_file(f, attr, group))
			continue;
		list_del(&f->list);
		list_del(&f->all);
		kobj->going++;
		fs_cut(f->entry);	/* else who removes its directory meanwhile frees it, too */
		return f;
	}
	return NULL;
}

/* Nobody is in it any more. May sleep. */
static void free_file(struct sysfs_file *f)
{
	struct kobject *kobj = f->kobj;

	kfree(f);
	guard(mutex)(&sysfs_lock);
	if (!--kobj->going)
		wake_up_all(&files_gone);
}

/* All of them. Waits for those that run, so without a lock. May sleep. */
static void remove_files(struct kobject *kobj, const struct attribute *attr,
			 const struct attribute_group *group)
{
	struct sysfs_file *f;

	while ((f = cut_file(kobj, attr, group))) {
		proc_remove(f->entry);
		free_file(f);
	}
}

int sysfs_create_file(struct kobject *kobj, const struct attribute *attr)
{
	guard(mutex)(&sysfs_lock);
	return add_file(kobj, kobj->dir, attr, attr->mode, NULL);
}
EXPORT_SYMBOL_GPL(sysfs_create_file);

void sysfs_remove_file(struct kobject *kobj, const struct attribute *attr)
{
	remove_files(kobj, attr, NULL);
}
EXPORT_SYMBOL_GPL(sysfs_remove_file);

bool sysfs_remove_file_self(struct kobject *kobj, const struct attribute *attr)
{
	struct sysfs_file *f = cut_file(kobj, attr, NULL);

	if (!f)
		return false;		/* somebody else is at it, who waits for us */
	fs_remove_self(f->entry);
	free_file(f);
	return true;
}
EXPORT_SYMBOL_GPL(sysfs_remove_file_self);

int sysfs_create_group(struct kobject *kobj, const struct attribute_group *group)
{
	struct proc_dir_entry *dir = kobj->dir;
	int i, err = 0;

	if (!dir)
		return -ENOENT;
	if (group->name)
		dir = fs_create(group->name, dir, NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	for (i = 0; group->attrs[i] && !err; i++) {
		umode_t mode = group->is_visible ? group->is_visible(kobj, group->attrs[i], i) :
						   group->attrs[i]->mode;

		if (!mode)
			continue;
		guard(mutex)(&sysfs_lock);	/* not over is_visible(), which may take the driver's */
		err = add_file(kobj, dir, group->attrs[i], mode, group);
	}
	if (!err)
		return 0;
	remove_files(kobj, NULL, group);
	if (group->name)
		proc_remove(dir);
	return err;
}
EXPORT_SYMBOL_GPL(sysfs_create_group);

void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *group)
{
	remove_files(kobj, NULL, group);
	if (group->name && kobj->dir)
		proc_remove(fs_lookup(group->name, kobj->dir));
}
EXPORT_SYMBOL_GPL(sysfs_remove_group);

int sysfs_create_groups(struct kobject *kobj, const struct attribute_group **groups)
{
	int i, err = 0;

	for (i = 0; groups && groups[i] && !err; i++)
		err = sysfs_create_group(kobj, groups[i]);
	for (i -= 2; err && i >= 0; i--)	/* those before the one that failed */
		sysfs_remove_group(kobj, groups[i]);
	return err;
}
EXPORT_SYMBOL_GPL(sysfs_create_groups);

void sysfs_remove_groups(struct kobject *kobj, const struct attribute_group **groups)
{
	for (int i = 0; groups && groups[i]; i++)
		sysfs_remove_group(kobj, groups[i]);
}
EXPORT_SYMBOL_GPL(sysfs_remove_groups);

static int emit(char *buf, int at, const char *fmt, va_list args)
{
	if (WARN(at < 0 || at >= PAGE_SIZE, "sysfs_emit: nothing fits at %d\n", at))
		return 0;
	return vscnprintf(buf + at, PAGE_SIZE - at, fmt, args);
}

int sysfs_emit(char *buf, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = emit(buf, 0, fmt, args);
	va_end(args);
	return n;
}
EXPORT_SYMBOL_GPL(sysfs_emit);

int sysfs_emit_at(char *buf, int at, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = emit(buf, at, fmt, args);
	va_end(args);
	return n;
}
EXPORT_SYMBOL_GPL(sysfs_emit_at);

/* ---- kobjects ---- */

void kobject_init(struct kobject *kobj, const struct kobj_type *ktype)
{
	kref_init(&kobj->kref);
	INIT_LIST_HEAD(&kobj->files);
	kobj->ktype = ktype;
}
EXPORT_SYMBOL(kobject_init);

int kobject_set_name_vargs(struct kobject *kobj, const char *fmt, va_list args)
{
	char *name = kvasprintf(GFP_KERNEL, fmt, args);

	if (!name)
		return -ENOMEM;
	kfree(kobj->name);
	kobj->name = name;
	return 0;
}

int kobject_set_name(struct kobject *kobj, const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = kobject_set_name_vargs(kobj, fmt, args);
	va_end(args);
	return err;
}
EXPORT_SYMBOL(kobject_set_name);

/* sysfs_lock held. */
static int make_dir(struct kobject *kobj)
{
	struct kobject *parent = kobj->parent;
	struct proc_dir_entry *dir;

	if (parent && !parent->dir)
		return -ENOENT;
	dir = fs_create(kobj->name, parent ? parent->dir : &sysfs_root, NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	kobj->dir = dir;
	if (parent)
		parent->children++;
	return 0;
}

static int add(struct kobject *kobj, struct kobject *parent, const char *fmt, va_list args)
{
	int err = fmt ? kobject_set_name_vargs(kobj, fmt, args) : 0;

	if (!err && (!kobj->name || !*kobj->name))
		err = -EINVAL;
	if (err)
		return err;
	if (!parent && kobj->kset)
		parent = &kobj->kset->kobj;
	kobj->parent = kobject_get(parent);
	scoped_guard(mutex, &sysfs_lock)
		err = make_dir(kobj);
	if (!err && kobj->ktype)
		err = sysfs_create_groups(kobj, kobj->ktype->default_groups);
	if (!err)
		return 0;
	pr_warn("kobject_add(\"%s\"): %pe\n", kobj->name, ERR_PTR(err));
	kobject_del(kobj);
	return err;
}

int kobject_add(struct kobject *kobj, struct kobject *parent, const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = add(kobj, parent, fmt, args);
	va_end(args);
	return err;
}
EXPORT_SYMBOL(kobject_add);

int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype,
			 struct kobject *parent, const char *fmt, ...)
{
	va_list args;
	int err;

	kobject_init(kobj, ktype);
	va_start(args, fmt);
	err = add(kobj, parent, fmt, args);
	va_end(args);
	return err;
}
EXPORT_SYMBOL_GPL(kobject_init_and_add);

static void free_kobject(struct kobject *kobj)
{
	kfree(kobj);
}

static const struct kobj_type dynamic_ktype = { .release = free_kobject };

struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
	struct kobject *k = kzalloc(sizeof(*k), GFP_KERNEL);

	if (!k || !kobject_init_and_add(k, &dynamic_ktype, parent, "%s", name))
		return k;
	kobject_put(k);
	return NULL;
}
EXPORT_SYMBOL_GPL(kobject_create_and_add);

/* Take it out of /sys. Returns the parent with our reference on it, NULL: none, or still in. */
static struct kobject *take_out(struct kobject *kobj)
{
	struct kobject *parent = kobj->parent;
	struct proc_dir_entry *dir;

	scoped_guard(mutex, &sysfs_lock) {
		if (WARN(kobj->children, "kobject_del(\"%s\"): %u kobjects are still in it\n",
			 kobj->name, kobj->children))
			return NULL;
		dir = kobj->dir;
		kobj->dir = NULL;	/* nothing is put in any more */
	}
	remove_files(kobj, NULL, NULL);
	wait_event(files_gone, !READ_ONCE(kobj->going));	/* sysfs_remove_file()'s elsewhere */
	proc_remove(dir);
	guard(mutex)(&sysfs_lock);
	if (dir && parent)
		parent->children--;
	kobj->parent = NULL;
	return parent;
}

void kobject_del(struct kobject *kobj)
{
	if (kobj)
		kobject_put(take_out(kobj));
}
EXPORT_SYMBOL(kobject_del);

/* The parent stays until the child is released. */
static void kobject_release(struct kref *ref)
{
	struct kobject *kobj = container_of(ref, struct kobject, kref);
	struct kobject *parent = take_out(kobj);
	const char *name = kobj->name;

	if (kobj->ktype && kobj->ktype->release)
		kobj->ktype->release(kobj);
	else
		WARN(1, "kobject \"%s\" has no release(): its memory stays\n", name);
	kfree(name);
	kobject_put(parent);
}

struct kobject *kobject_get(struct kobject *kobj)
{
	if (kobj)
		kref_get(&kobj->kref);
	return kobj;
}
EXPORT_SYMBOL(kobject_get);

void kobject_put(struct kobject *kobj)
{
	if (kobj)
		kref_put(&kobj->kref, kobject_release);
}
EXPORT_SYMBOL(kobject_put);

static void free_kset(struct kobject *kobj)
{
	kfree(container_of(kobj, struct kset, kobj));
}

static const struct kobj_type kset_ktype = { .release = free_kset };

struct kset *kset_create_and_add(const char *name, const void *uevent_ops, struct kobject *parent)
{
	struct kset *kset = kzalloc(sizeof(*kset), GFP_KERNEL);

	if (!kset || !kobject_init_and_add(&kset->kobj, &kset_ktype, parent, "%s", name))
		return kset;
	kobject_put(&kset->kobj);
	return NULL;
}
EXPORT_SYMBOL_GPL(kset_create_and_add);

void kset_unregister(struct kset *kset)
{
	if (!kset)
		return;
	kobject_del(&kset->kobj);
	kobject_put(&kset->kobj);
}
EXPORT_SYMBOL(kset_unregister);

int kobject_adopt(struct kobject *kobj, const char *name)
{
	kobject_init(kobj, NULL);
	kobj->name = name;
	kobj->dir = fs_mkdir_once(name, &sysfs_root);
	return kobj->dir ? 0 : -ENOMEM;
}

static int sysfs_init(void)
{
	static struct kobject kernel;

	kernel_kobj = &kernel;
	return kobject_adopt(&kernel, "kernel");
}
core_initcall(sysfs_init);

static void sysfs_leftovers(struct leftovers *l)
{
	struct sysfs_file *f;

	guard(mutex)(&sysfs_lock);
	list_for_each_entry(f, &all_files, all)
		if (left_over(l, f->attr))
			l->found(l, "the attribute %s/%s is registered: kobject_put() or sysfs_remove_file() it",
				 f->kobj->name, f->attr->name);
}
LEFTOVERS(sysfs_leftovers);
