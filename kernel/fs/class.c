/* SPDX-License-Identifier: MIT */
/*
 * Classes, and the devices that are made to have a node: see linux/device.h.
 *
 * Invariant: a class's devices are on its list, each with its node in /dev and its directory below
 * /sys/class, all of which come and go together under class_lock.
 */
#include <linux/device.h>
#include <linux/export.h>
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
	struct proc_dir_entry *dir;	/* /sys/class/NAME */
};

struct node {
	struct list_head list;
	struct device dev;
	struct proc_dir_entry *node, *dir;
	char number[16];		/* "234:0" */
};

static DEFINE_MUTEX(class_lock);

struct class *class_create(const char *name)
{
	struct class *class = kzalloc(sizeof(*class), GFP_KERNEL);
	struct proc_dir_entry *top;

	if (!class)
		return ERR_PTR(-ENOMEM);
	guard(mutex)(&class_lock);
	INIT_LIST_HEAD(&class->devices);
	top = fs_mkdir_once("class", &sysfs_root);
	class->dir = top ? fs_create(name, top, NULL) : ERR_PTR(-ENOMEM);
	if (IS_ERR(class->dir)) {
		long err = PTR_ERR(class->dir);

		kfree(class);
		return ERR_PTR(err);
	}
	return class;
}
EXPORT_SYMBOL_GPL(class_create);

static void remove_node(struct node *n)
{
	list_del(&n->list);
	devres_release_all(&n->dev);
	proc_remove(n->node);
	proc_remove(n->dir);
	kfree(n->dev.init_name);
	kfree(n);
}

void class_destroy(struct class *class)
{
	if (IS_ERR_OR_NULL(class))
		return;
	guard(mutex)(&class_lock);
	while (!list_empty(&class->devices))
		remove_node(list_first_entry(&class->devices, struct node, list));
	proc_remove(class->dir);
	kfree(class);
}
EXPORT_SYMBOL_GPL(class_destroy);

static int number_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", (char *)m->private);
	return 0;
}

/* The files of @n. 0 or -errno. class_lock held. */
static int add_files(struct class *class, struct node *n)
{
	const char *name = dev_name(&n->dev);

	n->dir = fs_create(name, class->dir, NULL);
	if (IS_ERR(n->dir))
		return PTR_ERR(n->dir);
	if (!n->dev.devt)
		return 0;		/* a device without a number has no node */
	snprintf(n->number, sizeof(n->number), "%u:%u", MAJOR(n->dev.devt), MINOR(n->dev.devt));
	proc_create_single_data("dev", 0444, n->dir, number_show, n->number);
	n->node = fs_create(name, &devfs_root, &(struct proc_dir_entry){
		.fops = &chrdev_fops, .rdev = n->dev.devt
	});
	if (!IS_ERR(n->node))
		return 0;
	proc_remove(n->dir);
	return PTR_ERR(n->node);
}

struct device *device_create(struct class *class, struct device *parent, dev_t devt, void *drvdata,
			     const char *fmt, ...)
{
	struct node *n = kzalloc(sizeof(*n), GFP_KERNEL);
	va_list args;
	int ret;

	if (!n)
		return ERR_PTR(-ENOMEM);
	va_start(args, fmt);
	n->dev.init_name = kvasprintf(GFP_KERNEL, fmt, args);
	va_end(args);
	n->dev.parent = parent;
	n->dev.devt = devt;
	n->dev.driver_data = drvdata;
	guard(mutex)(&class_lock);
	ret = n->dev.init_name ? add_files(class, n) : -ENOMEM;
	if (!ret) {
		list_add_tail(&n->list, &class->devices);
		return &n->dev;
	}
	kfree(n->dev.init_name);
	kfree(n);
	return ERR_PTR(ret);
}
EXPORT_SYMBOL_GPL(device_create);

void device_destroy(struct class *class, dev_t devt)
{
	struct node *n;

	guard(mutex)(&class_lock);
	list_for_each_entry(n, &class->devices, list)
		if (n->dev.devt == devt) {
			remove_node(n);
			return;
		}
}
EXPORT_SYMBOL_GPL(device_destroy);
