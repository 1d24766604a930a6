/* SPDX-License-Identifier: MIT */
/*
 * struct device: directory, attributes, references. See linux/device.h.
 *
 * Invariant: a device that was added has its directory until device_del(); who has a reference finds the
 * memory there, whether it is added or not. What a driver manages goes at the latest with the last one.
 */
#include <linux/bug.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>

static struct kobject devices_kobj, bus_kobj;	/* /sys/devices, /sys/bus */

/* --- attributes --- */

static ssize_t dev_attr_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	struct device_attribute *da = container_of(attr, struct device_attribute, attr);

	return da->show ? da->show(kobj_to_dev(kobj), da, buf) : -EIO;
}

static ssize_t dev_attr_store(struct kobject *kobj, struct attribute *attr, const char *buf,
			      size_t count)
{
	struct device_attribute *da = container_of(attr, struct device_attribute, attr);

	return da->store ? da->store(kobj_to_dev(kobj), da, buf, count) : -EIO;
}

static const struct sysfs_ops dev_sysfs_ops = { .show = dev_attr_show, .store = dev_attr_store };

int device_create_file(struct device *dev, const struct device_attribute *attr)
{
	return sysfs_create_file(&dev->kobj, &attr->attr);
}
EXPORT_SYMBOL_GPL(device_create_file);

void device_remove_file(struct device *dev, const struct device_attribute *attr)
{
	sysfs_remove_file(&dev->kobj, &attr->attr);
}
EXPORT_SYMBOL_GPL(device_remove_file);

bool device_remove_file_self(struct device *dev, const struct device_attribute *attr)
{
	return sysfs_remove_file_self(&dev->kobj, &attr->attr);
}
EXPORT_SYMBOL_GPL(device_remove_file_self);

int device_add_groups(struct device *dev, const struct attribute_group **groups)
{
	return sysfs_create_groups(&dev->kobj, groups);
}
EXPORT_SYMBOL_GPL(device_add_groups);

void device_remove_groups(struct device *dev, const struct attribute_group **groups)
{
	sysfs_remove_groups(&dev->kobj, groups);
}
EXPORT_SYMBOL_GPL(device_remove_groups);

static void group_release(struct device *dev, void *res)
{
	sysfs_remove_group(&dev->kobj, *(const struct attribute_group **)res);
}

int devm_device_add_group(struct device *dev, const struct attribute_group *group)
{
	const struct attribute_group **res = devres_alloc(group_release, sizeof(*res), GFP_KERNEL);
	int err = res ? sysfs_create_group(&dev->kobj, group) : -ENOMEM;

	if (err) {
		devres_free(res);
		return err;
	}
	*res = group;
	devres_add(dev, res);
	return 0;
}
EXPORT_SYMBOL_GPL(devm_device_add_group);

/* --- devices --- */

static void device_release(struct kobject *kobj)
{
	struct device *dev = kobj_to_dev(kobj);

	devres_release_all(dev);
	if (dev->release)
		dev->release(dev);
	else
		WARN(1, "Device '%s' does not have a release() function, it is broken and must be fixed\n",
		     dev_name(dev));
}

static const struct kobj_type device_ktype = {
	.release = device_release, .sysfs_ops = &dev_sysfs_ops
};

void device_initialize(struct device *dev)
{
	kobject_init(&dev->kobj, &device_ktype);
	mutex_init(&dev->mutex);
	lockdep_set_novalidate_class(&dev->mutex);
}
EXPORT_SYMBOL_GPL(device_initialize);

int dev_set_name(struct device *dev, const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = kobject_set_name_vargs(&dev->kobj, fmt, args);
	va_end(args);
	return err;
}
EXPORT_SYMBOL_GPL(dev_set_name);

int device_add(struct device *dev)
{
	struct kobject *where = class_kobj(dev->class);
	int err = dev->init_name ? dev_set_name(dev, "%s", dev->init_name) : 0;

	if (err)
		return err;
	if (!where)
		where = dev->bus ? dev->bus->devices : &devices_kobj;
	dev->init_name = NULL;
	err = kobject_add(&dev->kobj, where, NULL);
	if (err)
		return err;
	err = device_add_groups(dev, dev->groups);
	if (err)
		kobject_del(&dev->kobj);
	return err;
}
EXPORT_SYMBOL_GPL(device_add);

void device_del(struct device *dev)
{
	kobject_del(&dev->kobj);
}
EXPORT_SYMBOL_GPL(device_del);

int device_register(struct device *dev)
{
	device_initialize(dev);
	return device_add(dev);
}
EXPORT_SYMBOL_GPL(device_register);

void device_unregister(struct device *dev)
{
	device_del(dev);
	put_device(dev);
}
EXPORT_SYMBOL_GPL(device_unregister);

struct device *get_device(struct device *dev)
{
	if (dev)
		kobject_get(&dev->kobj);
	return dev;
}
EXPORT_SYMBOL_GPL(get_device);

void put_device(struct device *dev)
{
	if (dev)
		kobject_put(&dev->kobj);
}
EXPORT_SYMBOL_GPL(put_device);

/* --- buses --- */

int bus_register(struct bus_type *bus)
{
	struct kobject *top = kobject_create_and_add(bus->name, &bus_kobj);

	bus->devices = top ? kobject_create_and_add("devices", top) : NULL;
	return bus->devices ? 0 : -ENOMEM;
}

static int __init device_core_init(void)
{
	return kobject_adopt(&devices_kobj, "devices") ?: kobject_adopt(&bus_kobj, "bus");
}
core_initcall(device_core_init);
