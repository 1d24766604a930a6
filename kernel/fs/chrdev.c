/* SPDX-License-Identifier: MIT */
/*
 * Character devices: numbers, who owns which, and from a number to the driver's file_operations.
 *
 * Invariant: chrdev_lock guards both lists. Ranges of numbers never overlap. A cdev that is found is
 * pinned, with its owner, before the lock is dropped, so cdev_del() only ends further opens.
 */
#include <linux/cdev.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/leftovers.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "internal.h"

/* Linux gives out 234..254, then 384..511, from the top; others have fixed uses. */
#define DYNAMIC_FIRST	234
#define DYNAMIC_LAST	254
#define DYNAMIC2_FIRST	384
#define MAJOR_MAX	512
#define MINORS_OLD	256	/* what register_chrdev() takes */

struct chrdev_range {
	struct list_head list;		/* by number */
	dev_t from;
	unsigned int count;
	struct cdev *cdev;		/* of register_chrdev() */
	char name[64];
};

static DEFINE_MUTEX(chrdev_lock);
static LIST_HEAD(ranges);
static LIST_HEAD(cdevs);

/* ---- numbers ---- */

static bool overlap(dev_t a, unsigned int a_count, dev_t b, unsigned int b_count)
{
	return a < b + b_count && b < a + a_count;
}

static bool major_is_free(unsigned int major)
{
	struct chrdev_range *r;

	list_for_each_entry(r, &ranges, list)
		if (overlap(MKDEV(major, 0), 1U << MINORBITS, r->from, r->count))
			return false;
	return true;
}

/* A major that nobody has any number of, or -EBUSY. chrdev_lock held. */
static int find_free_major(void)
{
	int major;

	for (major = DYNAMIC_LAST; major >= DYNAMIC_FIRST; major--)
		if (major_is_free(major))
			return major;
	for (major = MAJOR_MAX - 1; major >= DYNAMIC2_FIRST; major--)
		if (major_is_free(major))
			return major;
	return -EBUSY;
}

/* Enter @new, whose numbers are set, in order. 0 or -EBUSY. chrdev_lock held. */
static int insert_range(struct chrdev_range *new)
{
	struct chrdev_range *r;
	struct list_head *at = &ranges;

	list_for_each_entry(r, &ranges, list) {
		if (overlap(new->from, new->count, r->from, r->count))
			return -EBUSY;
		if (r->from > new->from) {
			at = &r->list;
			break;
		}
	}
	list_add_tail(&new->list, at);
	return 0;
}

/* @major 0: any that is free. The range, or ERR_PTR(-EINVAL, -EBUSY, -ENOMEM). */
static struct chrdev_range *take_range(unsigned int major, unsigned int minor, unsigned int count,
				       const char *name)
{
	struct chrdev_range *r;
	int ret = major;

	if (major >= MAJOR_MAX || !count || count > (1U << MINORBITS) - minor) {
		pr_err("CHRDEV \"%s\" numbers requested (%u:%u and %u in all) are out of range\n",
		       name, major, minor, count);
		return ERR_PTR(-EINVAL);
	}
	r = kzalloc(sizeof(*r), GFP_KERNEL);
	if (!r)
		return ERR_PTR(-ENOMEM);
	strscpy(r->name, name);
	r->count = count;
	guard(mutex)(&chrdev_lock);
	if (!major)
		ret = find_free_major();
	if (ret >= 0) {
		r->from = MKDEV(ret, minor);
		ret = insert_range(r);
	}
	if (!ret)
		return r;
	kfree(r);
	return ERR_PTR(ret);
}

int alloc_chrdev_region(dev_t *dev, unsigned int first, unsigned int count, const char *name)
{
	struct chrdev_range *r = take_range(0, first, count, name);

	if (IS_ERR(r))
		return PTR_ERR(r);
	*dev = r->from;
	return 0;
}
EXPORT_SYMBOL(alloc_chrdev_region);

int register_chrdev_region(dev_t from, unsigned int count, const char *name)
{
	if (!MAJOR(from))
		return -EINVAL;		/* 0 would mean: any */
	return PTR_ERR_OR_ZERO(take_range(MAJOR(from), MINOR(from), count, name));
}
EXPORT_SYMBOL(register_chrdev_region);

/* Its cdev, if it has one of its own; NULL also if there is no such range, which is said. */
static struct cdev *drop_range(dev_t from, unsigned int count)
{
	struct chrdev_range *r;
	struct cdev *cdev;

	guard(mutex)(&chrdev_lock);
	list_for_each_entry(r, &ranges, list)
		if (r->from == from && r->count == count) {
			cdev = r->cdev;
			list_del(&r->list);
			kfree(r);
			return cdev;
		}
	pr_warn("chrdev: nobody has the %u numbers from %u:%u on that are given back\n", count,
		MAJOR(from), MINOR(from));
	return NULL;
}

void unregister_chrdev_region(dev_t from, unsigned int count)
{
	drop_range(from, count);
}
EXPORT_SYMBOL(unregister_chrdev_region);

int register_chrdev(unsigned int major, const char *name, const struct file_operations *fops)
{
	struct chrdev_range *r = take_range(major, 0, MINORS_OLD, name);

	if (IS_ERR(r))
		return PTR_ERR(r);
	r->cdev = cdev_alloc();
	if (!r->cdev) {
		drop_range(r->from, r->count);
		return -ENOMEM;
	}
	r->cdev->owner = fops->owner;
	r->cdev->ops = fops;
	cdev_add(r->cdev, r->from, r->count);
	return major ? 0 : MAJOR(r->from);
}
EXPORT_SYMBOL(register_chrdev);

void unregister_chrdev(unsigned int major, const char *name)
{
	struct cdev *cdev = drop_range(MKDEV(major, 0), MINORS_OLD);

	if (cdev)
		cdev_del(cdev);
}
EXPORT_SYMBOL(unregister_chrdev);

static int devices_show(struct seq_file *m, void *v)
{
	struct chrdev_range *r;

	guard(mutex)(&chrdev_lock);
	seq_puts(m, "Character devices:\n");
	list_for_each_entry(r, &ranges, list)
		seq_printf(m, "%3u %s\n", MAJOR(r->from), r->name);
	return 0;
}

/* ---- devices ---- */

void cdev_init(struct cdev *cdev, const struct file_operations *fops)
{
	memset(cdev, 0, sizeof(*cdev));
	INIT_LIST_HEAD(&cdev->list);
	kref_init(&cdev->ref);
	cdev->ops = fops;
}
EXPORT_SYMBOL(cdev_init);

struct cdev *cdev_alloc(void)
{
	struct cdev *cdev = kmalloc(sizeof(*cdev), GFP_KERNEL);

	if (cdev) {
		cdev_init(cdev, NULL);
		cdev->dynamic = true;
	}
	return cdev;
}
EXPORT_SYMBOL(cdev_alloc);

int cdev_add(struct cdev *cdev, dev_t dev, unsigned int count)
{
	cdev->dev = dev;
	cdev->count = count;
	guard(mutex)(&chrdev_lock);
	list_add(&cdev->list, &cdevs);
	return 0;
}
EXPORT_SYMBOL(cdev_add);

static void cdev_release(struct kref *ref)
{
	struct cdev *cdev = container_of(ref, struct cdev, ref);

	if (cdev->dynamic)
		kfree(cdev);
}

void cdev_put(struct cdev *cdev)
{
	struct module *owner = cdev->owner;

	kref_put(&cdev->ref, cdev_release);
	module_put(owner);
}

void cdev_del(struct cdev *cdev)
{
	scoped_guard(mutex, &chrdev_lock)
		list_del_init(&cdev->list);
	kref_put(&cdev->ref, cdev_release);
}
EXPORT_SYMBOL(cdev_del);

/* Who serves @dev, pinned for cdev_put(); NULL: nobody, or he is going. */
static struct cdev *cdev_get(dev_t dev)
{
	struct cdev *cdev;

	guard(mutex)(&chrdev_lock);
	list_for_each_entry(cdev, &cdevs, list) {
		if (dev - cdev->dev >= cdev->count)
			continue;
		if (!try_module_get(cdev->owner))
			return NULL;
		kref_get(&cdev->ref);
		return cdev;
	}
	return NULL;
}

bool replace_fops(struct file *file, const struct file_operations *fops)
{
	if (!fops || !try_module_get(fops->owner))
		return false;
	module_put(file->f_op->owner);
	file->f_op = fops;
	return true;
}
EXPORT_SYMBOL(replace_fops);

/* The open of each device node: from here on the file is the driver's. */
static int chrdev_open(struct inode *inode, struct file *file)
{
	inode->i_cdev = cdev_get(inode->i_rdev);	/* filp_close() puts it */
	if (!inode->i_cdev || !replace_fops(file, inode->i_cdev->ops))
		return -ENXIO;
	return file->f_op->open ? file->f_op->open(inode, file) : 0;
}

const struct file_operations chrdev_fops = { .open = chrdev_open };

static int chrdev_init(void)
{
	proc_create_single("devices", 0444, NULL, devices_show);
	return 0;
}
core_initcall(chrdev_init);

static void chrdev_leftovers(struct leftovers *l)
{
	struct cdev *cdev;

	guard(mutex)(&chrdev_lock);
	list_for_each_entry(cdev, &cdevs, list)
		if (left_over(l, cdev) || left_over(l, cdev->ops))
			l->found(l, "character device %u:%u is registered: cdev_del() or unregister_chrdev() it",
				 MAJOR(cdev->dev), MINOR(cdev->dev));
}
LEFTOVERS(chrdev_leftovers);
