/* SPDX-License-Identifier: MIT */
/*
 * struct device: a name, a directory below /sys with attribute files, the driver's pointer, and what the
 * driver manages (device/devres.h); and the dev_info() family, which puts the driver's and the device's
 * name before the text.
 */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

#include <linux/err.h>
#include <linux/kdev_t.h>
#include <linux/kobject.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/types.h>
#include <linux/device/devres.h>
#include <linux/device/driver.h>

/* A kind of devices that drivers are found for. Each bus finds them itself: drivers/pci, drivers/base. */
struct bus_type {
	const char *name;
	struct kobject *devices;	/* /sys/bus/NAME/devices */
};

struct device {
	struct kobject kobj;
	struct mutex mutex;		/* device_lock() */
	struct device *parent;
	const char *init_name;		/* until it is added */
	const struct bus_type *bus;	/* or NULL */
	struct class *class;		/* of device_create()'s */
	struct device_driver *driver;	/* bound to it, or NULL */
	void *driver_data;
	void *platform_data;
	dev_t devt;			/* of one with a node in /dev */
	const struct attribute_group **groups;
	void (*release)(struct device *dev);	/* the last reference is gone */
	struct list_head devres_head;	/* zeroed: none */
	u64 *dma_mask;
	u64 coherent_dma_mask;
};

#define kobj_to_dev(k)	container_of(k, struct device, kobj)

/*
 * device_add() makes /sys/bus/BUS/devices/NAME (no bus: /sys/devices/NAME; flat, where Linux has a tree
 * and links) with @dev->groups: 0, -EEXIST, -ENOMEM, -EINVAL (no name). device_register() initializes
 * first; put_device() also what failed. device_unregister() is device_del() and put_device(). May sleep.
 */
void device_initialize(struct device *dev);
int device_add(struct device *dev);
void device_del(struct device *dev);
int device_register(struct device *dev);
void device_unregister(struct device *dev);
struct device *get_device(struct device *dev);
void put_device(struct device *dev);
int dev_set_name(struct device *dev, const char *fmt, ...) __printf(2, 3);
/* /sys/bus/NAME/devices. 0 or -errno. */
int bus_register(struct bus_type *bus);

/*
 * The bus holds it over probe() and remove(), and no other lock: what they do to other devices and drivers, register
 * them too, they may do; only not to their own. Nests in others', in an order that lockdep is not told. May sleep.
 */
#define device_lock(dev)	mutex_lock(&(dev)->mutex)
#define device_trylock(dev)	mutex_trylock(&(dev)->mutex)
#define device_unlock(dev)	mutex_unlock(&(dev)->mutex)
DEFINE_LOCK_GUARD_1_HOLDING(device, struct device, &l->mutex, device_lock(_T->lock),
			    device_unlock(_T->lock))

/* Attributes: files whose show() and store() get the device. */
struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *buf);
	ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t count);
};

#define DEVICE_ATTR(_name, _mode, _show, _store) \
	struct device_attribute dev_attr_##_name = __ATTR(_name, _mode, _show, _store)
#define DEVICE_ATTR_RO(_name)	struct device_attribute dev_attr_##_name = __ATTR_RO(_name)
#define DEVICE_ATTR_WO(_name)	struct device_attribute dev_attr_##_name = __ATTR_WO(_name)
#define DEVICE_ATTR_RW(_name)	struct device_attribute dev_attr_##_name = __ATTR_RW(_name)

/* 0, -EEXIST, -ENOMEM, -ENOENT (@dev is not added). What is not removed goes with the device. */
int device_create_file(struct device *dev, const struct device_attribute *attr);
void device_remove_file(struct device *dev, const struct device_attribute *attr);
bool device_remove_file_self(struct device *dev, const struct device_attribute *attr);
int device_add_groups(struct device *dev, const struct attribute_group **groups);
void device_remove_groups(struct device *dev, const struct attribute_group **groups);
int devm_device_add_group(struct device *dev, const struct attribute_group *group);

/*
 * Devices that exist to have a node: kernel/fs/class.c. device_create() makes /dev/NAME, which leads to the
 * character device of number @devt, and /sys/class/CLASS/NAME with the file dev, which says that number.
 * ERR_PTR(-EEXIST), ERR_PTR(-ENOMEM). May sleep, as all of these.
 */
struct class *class_create(const char *name);
struct kobject *class_kobj(struct class *class);	/* its directory's; NULL for NULL */
void class_destroy(struct class *class);
struct device *device_create(struct class *class, struct device *parent, dev_t devt, void *drvdata,
			     const char *fmt, ...) __printf(5, 6);
struct device *device_create_with_groups(struct class *class, struct device *parent, dev_t devt,
					 void *drvdata, const struct attribute_group **groups,
					 const char *fmt, ...) __printf(6, 7);
/* The device of that number; no such one: nothing happens. */
void device_destroy(struct class *class, dev_t devt);

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

static inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

static inline void *dev_get_platdata(const struct device *dev)
{
	return dev->platform_data;
}

static inline const char *dev_name(const struct device *dev)
{
	return dev->kobj.name ?: dev->init_name;
}

static inline const char *dev_driver_string(const struct device *dev)
{
	return dev->driver ? dev->driver->name : dev->bus ? dev->bus->name : "";
}

#define dev_printk(level, dev, fmt, ...) \
	printk(level "%s %s: " fmt, dev_driver_string(dev), dev_name(dev), ##__VA_ARGS__)
#define dev_err(dev, fmt, ...)		dev_printk(KERN_ERR, dev, fmt, ##__VA_ARGS__)
#define dev_warn(dev, fmt, ...)		dev_printk(KERN_WARNING, dev, fmt, ##__VA_ARGS__)
#define dev_info(dev, fmt, ...)		dev_printk(KERN_INFO, dev, fmt, ##__VA_ARGS__)

#ifdef DEBUG
#define dev_dbg(dev, fmt, ...)		dev_printk(KERN_DEBUG, dev, fmt, ##__VA_ARGS__)
#else
#define dev_dbg(dev, fmt, ...) \
	({ if (0) dev_printk(KERN_DEBUG, dev, fmt, ##__VA_ARGS__); })
#endif
#define dev_notice(dev, fmt, ...)	dev_printk(KERN_NOTICE, dev, fmt, ##__VA_ARGS__)
/* Say why a probe fails, and return @err. */
#define dev_err_probe(dev, err, fmt, ...) ({						\
	int __err = (err);								\
	dev_err(dev, "error %pe: " fmt, ERR_PTR(__err), ##__VA_ARGS__);			\
	__err; })

#endif /* _LINUX_DEVICE_H */
