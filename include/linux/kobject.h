/* SPDX-License-Identifier: MIT */
/*
 * kobjects: a counted thing with a directory below /sys. Only what modules make for their attributes:
 * kobject_create_and_add(), whose memory goes with the last reference. kernel/fs/sysfs.c
 */
#ifndef _LINUX_KOBJECT_H
#define _LINUX_KOBJECT_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/sysfs.h>

struct proc_dir_entry;

struct kobject {
	const char *name;
	struct kobject *parent;
	struct kref kref;
	struct proc_dir_entry *dir;
	struct list_head files;		/* under sysfs_lock */
};

struct kobj_attribute {
	struct attribute attr;
	ssize_t (*show)(struct kobject *kobj, struct kobj_attribute *attr, char *buf);
	ssize_t (*store)(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
			 size_t count);
};

extern struct kobject *kernel_kobj;	/* /sys/kernel */

/* /sys/.../NAME below @parent, NULL: /sys. NULL: no memory, or the name is taken (printed). May sleep. */
struct kobject *kobject_create_and_add(const char *name, struct kobject *parent);
struct kobject *kobject_get(struct kobject *kobj);
/* The last one removes the directory with its files. NULL is fine. May sleep. */
void kobject_put(struct kobject *kobj);
void kobject_del(struct kobject *kobj);

static inline const char *kobject_name(const struct kobject *kobj)
{
	return kobj->name;
}

#endif
