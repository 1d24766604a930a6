/* SPDX-License-Identifier: MIT */
/*
 * Classes, and the devices that are made to have a node: see linux/device.h.
 *
 * Invariant: a class's devices are on its list, under class_lock, each with its node in /dev and its
 * directory below /sys/class. The lock is not held while these come and go: removal waits for the files'
 * callbacks, which may make and remove devices themselves.
 */
#include <linux/device.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/stdarg.h>
#include "internal.h"

struct class {
	struct list_head devices;
	struct kobject *kobj;		/* /sys/class/NAME */
};

struct node {
	struct list_head list;
	struct device dev;
	struct proc_dir_entry *node;	/* /dev/NAME */
};

static struct kobject class_top;	/* /sys/class */
static DEFINE_MUTEX(class_lock);

struct kobject *class_kobj(struct class *class)
{
	return class ? class->kobj : NULL;
}

struct class *class_create(const char *name)
{
	struct class *class = kzalloc(sizeof(*class), GFP_KERNEL);
	int err;

	if (!class)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&class->devices);
	class->kobj = kobject_create_and_add(name, &class_top);
	if (class->kobj)
		return class;
	err = fs_lookup(name, class_top.dir) ? -EEXIST : -ENOMEM;
	kfree(class);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(class_create);

/* Its first device, or that of @devt, taken off the list; NULL: there is none. May sleep. */
static struct node *cut_node(struct class *class, const dev_t *devt)
{
	struct node *n;

	guard(mutex)(&class_lock);
	list_for_each_entry(n, &class->devices, list)
		if (!devt || n->dev.devt == *devt) {
			list_del(&n->list);
			return n;
		}
	return NULL;
}

/* Waits for the callbacks of its files, so without a lock. May sleep. */
static void remove_node(struct node *n)
{
	proc_remove(n->node);
	device_unregister(&n->dev);
}

void class_destroy(struct class *class)
{
	struct node *n;

	if (IS_ERR_OR_NULL(class))
		return;
	while ((n = cut_node(class, NULL)))
		remove_node(n);
	kobject_put(class->kobj);
	kfree(class);
}
EXPORT_SYMBOL_GPL(class_destroy);

static ssize_t dev_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u:%u\n", MAJOR(dev->devt), MINOR(dev->devt));
}
static DEVICE_ATTR_RO(dev);

static void node_release(struct device *dev)
{
	kfree(container_of(dev, struct node, dev));
}

/* The files of @n. 0 or -errno. May sleep. */
static int add_files(struct node *n)
{
	int err = device_add(&n->dev);

	if (err || !n->dev.devt)
		return err;		/* a device without a number has no node */
	err = device_create_file(&n->dev, &dev_attr_dev);
	if (err)
		return err;
	n->node = fs_create(dev_name(&n->dev), &devfs_root, &(struct proc_dir_entry){
		.fops = &chrdev_fops, .rdev = n->dev.devt
	});
	return PTR_ERR_OR_ZERO(n->node);
}

static struct device *create(struct class *class, struct device *parent, dev_t devt, void *drvdata,
			     const struct attribute_group **groups, const char *fmt, va_list args)
{
	struct node *n = kzalloc(sizeof(*n), GFP_KERNEL);
	int err;

	if (!n)
		return ERR_PTR(-ENOMEM);
	device_initialize(&n->dev);
	n->dev.parent = parent;
	n->dev.class = class;
	n->dev.devt = devt;
	n->dev.driver_data = drvdata;
	n->dev.groups = groups;
	n->dev.release = node_release;
	err = kobject_set_name_vargs(&n->dev.kobj, fmt, args);
	if (!err)
		err = add_files(n);
	if (err) {
		put_device(&n->dev);
		return ERR_PTR(err);
	}
	guard(mutex)(&class_lock);
	list_add_tail(&n->list, &class->devices);
	return &n->dev;
}

struct device *device_create(struct class *class, struct device *parent, dev_t devt, void *drvdata,
			     const char *fmt, ...)
{
	struct device *dev;
	va_list args;

	va_start(args, fmt);
	dev = create(class, parent, devt, drvdata, NULL, fmt, args);
	va_end(args);
	return dev;
}
EXPORT_SYMBOL_GPL(device_create);

struct device *device_create_with_groups(struct class *class, struct device *parent, dev_t devt,
					 void *drvdata, const struct attribute_group **groups,
					 const char *fmt, ...)
{
	struct device *dev;
	va_list args;

	va_start(args, fmt);
	dev = create(class, parent, devt, drvdata, groups, fmt, args);
	va_end(args);
	return dev;
}
EXPORT_SYMBOL_GPL(device_create_with_groups);

void device_destroy(struct class *class, dev_t devt)
{
	struct node *n = cut_node(class, &devt);

	if (n)
		remove_node(n);
}
EXPORT_SYMBOL_GPL(device_destroy);

static int __init class_init(void)
{
	return kobject_adopt(&class_top, "class");
}
core_initcall(class_init);
