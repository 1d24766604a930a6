/* SPDX-License-Identifier: MIT */
/*
 * kobjects and their attributes: see linux/kobject.h.
 *
 * Invariant: a kobject's files are on its list, under sysfs_lock; removing one waits for a show() or
 * store() that runs, and none runs afterwards.
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
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/stdarg.h>
#include <linux/uaccess.h>
#include "internal.h"

struct sysfs_file {
	struct list_head list;		/* its kobject's */
	struct list_head all;
	struct kobject *kobj;
	struct kobj_attribute *attr;
	const struct attribute_group *group;	/* it came with, or NULL */
	struct proc_dir_entry *entry;
};

static DEFINE_MUTEX(sysfs_lock);
static LIST_HEAD(all_files);
struct kobject *kernel_kobj;
EXPORT_SYMBOL_GPL(kernel_kobj);

/* ---- files ---- */

static ssize_t attr_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct sysfs_file *f = file_inode(file)->i_private;
	char *page __free(kfree) = kzalloc(PAGE_SIZE, GFP_KERNEL);
	ssize_t n;

	if (!page)
		return -ENOMEM;
	n = f->attr->show(f->kobj, f->attr, page);
	if (n < 0)
		return n;
	WARN_ONCE(n >= PAGE_SIZE, "sysfs: the show() of %s printed more than a page\n",
		  f->attr->attr.name);
	return simple_read_from_buffer(buf, count, pos, page, min(n, (ssize_t)PAGE_SIZE - 1));
}

/* store() gets a string, however much was written. */
static ssize_t attr_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct sysfs_file *f = file_inode(file)->i_private;
	char *text;
	ssize_t n;

	count = min(count, PAGE_SIZE - 1);
	text = memdup_user_nul(buf, count);
	if (IS_ERR(text))
		return PTR_ERR(text);
	n = f->attr->store(f->kobj, f->attr, text, count);
	kfree(text);
	if (n > 0)
		*pos += n;
	return n;
}

/* By what an attribute has: [store][show]. */
static const struct file_operations attr_fops[2][2] = {
	{ {}, { .read = attr_read } },
	{ { .write = attr_write }, { .read = attr_read, .write = attr_write } },
};

/* A file in @dir, which is @kobj's or a group's. 0 or -errno. sysfs_lock held. */
static int add_file(struct kobject *kobj, struct proc_dir_entry *dir, const struct attribute *attr,
		    umode_t mode, const struct attribute_group *group)
{
	struct kobj_attribute *ka = container_of((struct attribute *)attr, struct kobj_attribute,
						 attr);
	struct sysfs_file *f = kzalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	f->kobj = kobj;
	f->attr = ka;
	f->group = group;
	f->entry = fs_create(attr->name, dir, &(struct proc_dir_entry){
		.fops = &attr_fops[ka->store && mode & 0222][ka->show && mode & 0444], .data = f
	});
	if (IS_ERR(f->entry)) {
		int err = PTR_ERR(f->entry);

		kfree(f);
		return err;
	}
	list_add_tail(&f->list, &kobj->files);
	list_add_tail(&f->all, &all_files);
	return 0;
}

/* Those of @attr, or of @group; all if both are NULL. sysfs_lock held. */
static void remove_files(struct kobject *kobj, const struct attribute *attr,
			 const struct attribute_group *group)
{
	struct sysfs_file *f, *next;

	list_for_each_entry_safe(f, next, &kobj->files, list) {
		if ((attr && (&f->attr->attr != attr || f->group)) || (group && f->group != group))
			continue;
		list_del(&f->list);
		list_del(&f->all);
		proc_remove(f->entry);
		kfree(f);
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
	guard(mutex)(&sysfs_lock);
	remove_files(kobj, attr, NULL);
}
EXPORT_SYMBOL_GPL(sysfs_remove_file);

int sysfs_create_group(struct kobject *kobj, const struct attribute_group *group)
{
	struct proc_dir_entry *dir = kobj->dir;
	int i, err = 0;

	guard(mutex)(&sysfs_lock);
	if (group->name)
		dir = fs_create(group->name, dir, NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	for (i = 0; group->attrs[i] && !err; i++) {
		umode_t mode = group->is_visible ? group->is_visible(kobj, group->attrs[i], i) :
						   group->attrs[i]->mode;

		if (mode)
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
	guard(mutex)(&sysfs_lock);
	remove_files(kobj, NULL, group);
	if (group->name)
		proc_remove(fs_lookup(group->name, kobj->dir));
}
EXPORT_SYMBOL_GPL(sysfs_remove_group);

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

static struct kobject *kobject_new(const char *name, struct kobject *parent)
{
	struct kobject *k = kzalloc(sizeof(*k), GFP_KERNEL);

	if (!k)
		return NULL;
	kref_init(&k->kref);
	INIT_LIST_HEAD(&k->files);
	k->parent = parent;
	k->name = kstrdup(name, GFP_KERNEL);
	if (k->name)
		return k;
	kfree(k);
	return NULL;
}

struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
	struct kobject *k = kobject_new(name, parent);

	if (!k)
		return NULL;
	k->dir = fs_create(name, parent ? parent->dir : &sysfs_root, NULL);
	if (!IS_ERR(k->dir))
		return k;
	pr_warn("kobject_create_and_add(\"%s\"): %pe\n", name, k->dir);
	kfree(k->name);
	kfree(k);
	return NULL;
}
EXPORT_SYMBOL_GPL(kobject_create_and_add);

void kobject_del(struct kobject *kobj)
{
	if (!kobj)
		return;
	guard(mutex)(&sysfs_lock);
	remove_files(kobj, NULL, NULL);
	proc_remove(kobj->dir);
	kobj->dir = NULL;
}
EXPORT_SYMBOL(kobject_del);

static void kobject_release(struct kref *ref)
{
	struct kobject *kobj = container_of(ref, struct kobject, kref);

	kobject_del(kobj);
	kfree(kobj->name);
	kfree(kobj);
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

static int sysfs_init(void)
{
	kernel_kobj = kobject_new("kernel", NULL);
	if (kernel_kobj)
		kernel_kobj->dir = fs_mkdir_once("kernel", &sysfs_root);
	return kernel_kobj && kernel_kobj->dir ? 0 : -ENOMEM;
}
core_initcall(sysfs_init);

static void sysfs_leftovers(struct leftovers *l)
{
	struct sysfs_file *f;

	guard(mutex)(&sysfs_lock);
	list_for_each_entry(f, &all_files, all)
		if (left_over(l, f->attr))
			l->found(l, "the attribute %s/%s is registered: kobject_put() or sysfs_remove_file() it",
				 f->kobj->name, f->attr->attr.name);
}
LEFTOVERS(sysfs_leftovers);
