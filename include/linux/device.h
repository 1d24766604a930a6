/* SPDX-License-Identifier: MIT */
/*
 * struct device: what every device has here, a name and its driver's pointer; and the
 * dev_info() family, which puts the driver's and the device's name before the text.
 */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

#include <linux/err.h>
#include <linux/types.h>
#include <linux/printk.h>
#include <linux/device/devres.h>

struct device {
	const char *init_name;		/* for PCI "0000:00:03.0" */
	const char *driver;		/* the bound driver's name, or NULL */
	void *driver_data;
	struct device *parent;
	dev_t devt;			/* of one with a node in /dev */
	struct list_head devres_head;	/* zeroed: none */
};

/*
 * Devices that exist to have a node: kernel/fs/class.c. device_create() makes /dev/NAME, which leads to the
 * character device of number @devt, and /sys/class/CLASS/NAME/dev, which says that number.
 * ERR_PTR(-EEXIST), ERR_PTR(-ENOMEM). May sleep, as all of these.
 */
struct class;
struct class *class_create(const char *name);
void class_destroy(struct class *class);
struct device *device_create(struct class *class, struct device *parent, dev_t devt, void *drvdata,
			     const char *fmt, ...) __printf(5, 6);
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

static inline const char *dev_name(const struct device *dev)
{
	return dev->init_name;
}

#define dev_printk(level, dev, fmt, ...) \
	printk(level "%s %s: " fmt, (dev)->driver ?: "device", (dev)->init_name, ##__VA_ARGS__)
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
