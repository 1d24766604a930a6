/* SPDX-License-Identifier: MIT */
/* A character device: which device numbers it serves, and how. kernel/fs/chrdev.c */
#ifndef _LINUX_CDEV_H
#define _LINUX_CDEV_H

#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/list.h>

struct cdev {
	struct module *owner;		/* pinned, as ops->owner is, while a file is open */
	const struct file_operations *ops;
	struct list_head list;		/* all that were added; under chrdev_lock */
	dev_t dev;
	unsigned int count;
	struct kref ref;		/* its maker's, and open files' */
	bool dynamic;			/* from cdev_alloc(): freed with the last of them */
};

/* cdev_init - one inside a structure of the caller's. cdev_alloc - one by itself; then set ->ops. */
void cdev_init(struct cdev *cdev, const struct file_operations *fops);
struct cdev *cdev_alloc(void);
/* It serves @count numbers from @dev on, at once. 0. May sleep. */
int cdev_add(struct cdev *cdev, dev_t dev, unsigned int count);
/* No file is opened by it any more; files that are open stay. May sleep. */
void cdev_del(struct cdev *cdev);
void cdev_put(struct cdev *cdev);

#endif
