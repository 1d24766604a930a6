/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/kobject.h, linux/sysfs.h */
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>

static int value;

static ssize_t value_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", value);
}

static ssize_t value_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
			   size_t count)
{
	return kstrtoint(buf, 0, &value) ?: count;
}

static struct kobj_attribute one = __ATTR(value, 0644, value_show, value_store);
static struct kobj_attribute two = __ATTR_RO(value);
static struct kobj_attribute value_attribute = __ATTR_RW(value);
static struct attribute *attrs[] = { &one.attr, &two.attr, NULL };
static struct attribute_group group = { .name = "more", .attrs = attrs };

int api_sysfs(void)
{
	struct kobject *k = kobject_create_and_add("api", kernel_kobj);
	int ret = sysfs_create_file(k, &value_attribute.attr) | sysfs_create_group(k, &group);

	sysfs_remove_group(k, &group);
	sysfs_remove_file(k, &value_attribute.attr);
	kobject_put(k);
	return ret + (kobject_name(k) == NULL);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
