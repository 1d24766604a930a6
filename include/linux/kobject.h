/* SPDX-License-Identifier: MIT */
/*
 * kobjects: a counted thing with a directory below /sys. Those of kobject_create_and_add() are their own
 * memory, which goes with the last reference; others are part of something, and their type says how that
 * goes. A kobject holds a reference on its parent. kernel/fs/sysfs.c
 */
#ifndef _LINUX_KOBJECT_H
#define _LINUX_KOBJECT_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/stdarg.h>
#include <linux/sysfs.h>

struct proc_dir_entry;

struct kobj_type {
	void (*release)(struct kobject *kobj);	/* the last reference is gone */
	const struct sysfs_ops *sysfs_ops;	/* NULL: attributes are kobj_attributes */
	const struct attribute_group **default_groups;
};

struct kobject {
	const char *name;
	struct kobject *parent;
	struct kset *kset;
	const struct kobj_type *ktype;
	struct kref kref;
	struct proc_dir_entry *dir;
	struct list_head files;		/* under sysfs_lock */
	unsigned int children;		/* kobjects in our directory, under sysfs_lock */
	unsigned int going;		/* files off the list whose callbacks are waited for; likewise */
};

/* Where kobjects without a parent go. */
struct kset {
	struct kobject kobj;
};

struct kobj_attribute {
	struct attribute attr;
	ssize_t (*show)(struct kobject *kobj, struct kobj_attribute *attr, char *buf);
	ssize_t (*store)(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
			 size_t count);
};

extern const struct sysfs_ops kobj_sysfs_ops;
extern struct kobject *kernel_kobj;	/* /sys/kernel */

/* Zeroed memory becomes a kobject with one reference. Any context. */
void kobject_init(struct kobject *kobj, const struct kobj_type *ktype);
/* 0 or -ENOMEM. Before kobject_add(). May sleep. */
int kobject_set_name(struct kobject *kobj, const char *fmt, ...) __printf(2, 3);
int kobject_set_name_vargs(struct kobject *kobj, const char *fmt, va_list args) __printf(2, 0);
/*
 * Its directory with the type's default groups, below @parent, its kset or /sys. 0, -EEXIST, -ENOMEM,
 * -EINVAL (no name); kobject_put() it also then. May sleep.
 */
int kobject_add(struct kobject *kobj, struct kobject *parent, const char *fmt, ...) __printf(3, 4);
int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype,
			 struct kobject *parent, const char *fmt, ...) __printf(4, 5);
/* /sys/.../NAME below @parent, NULL: /sys. NULL: no memory, or the name is taken (printed). May sleep. */
struct kobject *kobject_create_and_add(const char *name, struct kobject *parent);
/* Directly below /sys, where others may have made the directory: it stays for ever. 0 or -ENOMEM. */
int kobject_adopt(struct kobject *kobj, const char *name);
/* Nobody is told of events here, so there are none to filter: @uevent_ops must be NULL. */
struct kset *kset_create_and_add(const char *name, const void *uevent_ops, struct kobject *parent);
void kset_unregister(struct kset *kset);
struct kobject *kobject_get(struct kobject *kobj);
/* The last one removes the directory with its files. NULL is fine. May sleep. */
void kobject_put(struct kobject *kobj);
/* The directory and its files go now. Kobjects in it must have gone before (reported). May sleep. */
void kobject_del(struct kobject *kobj);

/* User space is not told: there is none. */
enum kobject_action { KOBJ_ADD, KOBJ_REMOVE, KOBJ_CHANGE };
static inline int kobject_uevent(struct kobject *kobj, enum kobject_action action)
{
	return 0;
}

static inline const char *kobject_name(const struct kobject *kobj)
{
	return kobj->name;
}

#endif
