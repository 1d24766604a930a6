/* SPDX-License-Identifier: MIT */
/* Attributes of a kobject as files in its directory below /sys: kernel/fs/sysfs.c. All may sleep. */
#ifndef _LINUX_SYSFS_H
#define _LINUX_SYSFS_H

#include <linux/errno.h>
#include <linux/types.h>

struct kobject;

struct attribute {
	const char *name;
	umode_t mode;
};

/*
 * How the files of a kind of kobject are read and written; @buf is a page, or what was written. show() is
 * called by a read from offset 0; those that follow take from the same text.
 */
struct sysfs_ops {
	ssize_t (*show)(struct kobject *kobj, struct attribute *attr, char *buf);
	ssize_t (*store)(struct kobject *kobj, struct attribute *attr, const char *buf,
			 size_t count);
};

struct attribute_group {
	const char *name;		/* of a directory for them; NULL: in the kobject's */
	umode_t (*is_visible)(struct kobject *kobj, struct attribute *attr, int n);
	struct attribute **attrs;	/* NULL at the end */
};

#define __ATTR(_name, _mode, _show, _store) {					\
	.attr = { .name = #_name, .mode = (_mode) },				\
	.show = (_show), .store = (_store) }
#define __ATTR_RO(_name)	__ATTR(_name, 0444, _name##_show, NULL)
#define __ATTR_WO(_name)	__ATTR(_name, 0200, NULL, _name##_store)
#define __ATTR_RW(_name)	__ATTR(_name, 0644, _name##_show, _name##_store)
#define __ATTR_NULL		{ .attr = { .name = NULL } }
#define ATTRIBUTE_GROUPS(_name)							\
	static const struct attribute_group _name##_group = { .attrs = _name##_attrs }; \
	static const struct attribute_group *_name##_groups[] = { &_name##_group, NULL }

/* @attr is of the kind that @kobj's sysfs_ops know: a struct kobj_attribute. 0, -EEXIST, -ENOMEM. */
int sysfs_create_file(struct kobject *kobj, const struct attribute *attr);
void sysfs_remove_file(struct kobject *kobj, const struct attribute *attr);
/*
 * From a show() or store() of this very file, which the other removals would wait for. It may then remove
 * the kobject. False: somebody else removes the file, and then waits until the caller returns.
 */
bool sysfs_remove_file_self(struct kobject *kobj, const struct attribute *attr);
/* All or none. */
int sysfs_create_group(struct kobject *kobj, const struct attribute_group *group);
void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *group);
/* A list with NULL at its end; NULL itself is fine. All or none. */
int sysfs_create_groups(struct kobject *kobj, const struct attribute_group **groups);
void sysfs_remove_groups(struct kobject *kobj, const struct attribute_group **groups);

/* For a show(): prints to its page. Any context. */
int sysfs_emit(char *buf, const char *fmt, ...) __printf(2, 3);
int sysfs_emit_at(char *buf, int at, const char *fmt, ...) __printf(3, 4);

#endif
