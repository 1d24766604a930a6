/* SPDX-License-Identifier: MIT */
/*
 * Misc devices: one character device, major 10, whose minors lead to whoever registered them.
 *
 * Invariant: who is on the list has his minor; who is not leaving can be opened. Removing the node waits for
 * callbacks of its files, misc_open() among them, and so is done without misc_lock.
 */
#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/leftovers.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>

static DEFINE_MUTEX(misc_lock);
static LIST_HEAD(misc_list);
static struct class *misc_class;

static struct miscdevice *misc_find(int minor)
{
	struct miscdevice *m;

	list_for_each_entry(m, &misc_list, list)
		if (m->minor == minor)
			return m;
	return NULL;
}

static int misc_open(struct inode *inode, struct file *file)
{
	struct miscdevice *m;

	scoped_guard(mutex, &misc_lock) {
		m = misc_find(iminor(inode));
		if (!m || m->leaving || !replace_fops(file, m->fops))
			return -ENXIO;
		file->private_data = m;
	}
	return file->f_op->open ? file->f_op->open(inode, file) : 0;
}

static const struct file_operations misc_fops = { .open = misc_open };

/* The minor that @misc wants, or one that is free; -EBUSY. misc_lock held. */
static int choose_minor(const struct miscdevice *misc)
{
	int minor;

	if (misc->minor != MISC_DYNAMIC_MINOR)
		return misc_find(misc->minor) ? -EBUSY : misc->minor;
	for (minor = MISC_DYNAMIC_MINOR - 1; minor >= 0; minor--)
		if (!misc_find(minor))
			return minor;
	return -EBUSY;
}

int misc_register(struct miscdevice *misc)
{
	int minor;

	guard(mutex)(&misc_lock);
	INIT_LIST_HEAD(&misc->list);
	misc->leaving = false;
	minor = choose_minor(misc);
	if (minor < 0)
		return minor;
	misc->this_device = device_create(misc_class, misc->parent, MKDEV(MISC_MAJOR, minor), misc,
					  "%s", misc->nodename ?: misc->name);
	if (IS_ERR(misc->this_device))
		return PTR_ERR(misc->this_device);
	misc->minor = minor;
	list_add(&misc->list, &misc_list);
	return 0;
}
EXPORT_SYMBOL(misc_register);

void misc_deregister(struct miscdevice *misc)
{
	scoped_guard(mutex, &misc_lock) {
		if (WARN_ON(misc_find(misc->minor) != misc || misc->leaving))
			return;
		misc->leaving = true;
	}
	device_destroy(misc_class, MKDEV(MISC_MAJOR, misc->minor));
	guard(mutex)(&misc_lock);
	list_del_init(&misc->list);
	misc->minor = MISC_DYNAMIC_MINOR;
}
EXPORT_SYMBOL(misc_deregister);

static int misc_show(struct seq_file *m, void *v)
{
	struct miscdevice *misc;

	guard(mutex)(&misc_lock);
	list_for_each_entry(misc, &misc_list, list)
		if (!misc->leaving)
			seq_printf(m, "%3d %s\n", misc->minor, misc->name);
	return 0;
}

static int misc_init(void)
{
	misc_class = class_create("misc");
	if (IS_ERR(misc_class))
		return PTR_ERR(misc_class);
	proc_create_single("misc", 0444, NULL, misc_show);
	return register_chrdev(MISC_MAJOR, "misc", &misc_fops);
}
subsys_initcall(misc_init);

static void misc_leftovers(struct leftovers *l)
{
	struct miscdevice *m;

	guard(mutex)(&misc_lock);
	list_for_each_entry(m, &misc_list, list)
		if (left_over(l, m) || left_over(l, m->fops))
			l->found(l, "misc device %d is registered: misc_deregister() it", m->minor);
}
LEFTOVERS(misc_leftovers);
