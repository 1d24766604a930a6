/* SPDX-License-Identifier: MIT */
/* Devices that need one minor number and nothing else: they share major 10. kernel/fs/misc.c */
#ifndef _LINUX_MISCDEVICE_H
#define _LINUX_MISCDEVICE_H

#include <linux/device.h>
#include <linux/fs.h>
#include <linux/list.h>

#define MISC_MAJOR		10
#define MISC_DYNAMIC_MINOR	255

struct miscdevice {
	int minor;			/* MISC_DYNAMIC_MINOR: misc_register() finds one */
	const char *name;		/* in /dev and /proc/misc */
	const struct file_operations *fops;
	struct list_head list;
	struct device *parent;
	struct device *this_device;
	const char *nodename;		/* in /dev, when it is another */
	umode_t mode;
	bool leaving;			/* misc_deregister() is at it; its minor is not free yet */
};

/*
 * misc_register - /dev/NAME leads to @misc->fops, whose open finds @misc in file->private_data. 0, -EBUSY
 * (the minor is taken, or none is free), -EEXIST (the name is), -ENOMEM. May sleep.
 */
int misc_register(struct miscdevice *misc);
void misc_deregister(struct miscdevice *misc);

#define module_misc_device(misc)						\
	static int __init misc##_init(void) { return misc_register(&misc); }	\
	module_init(misc##_init);						\
	static void __exit misc##_exit(void) { misc_deregister(&misc); }	\
	module_exit(misc##_exit)

#endif
