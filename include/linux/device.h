/* SPDX-License-Identifier: MIT */
/*
 * struct device: what every device has here, a name and its driver's pointer; and the
 * dev_info() family, which puts the driver's and the device's name before the text.
 */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

#include <linux/types.h>
#include <linux/printk.h>

struct device_driver {
	const char *name;
};

struct device {
	const char *init_name;
	const struct device_driver *driver;	/* bound driver or NULL */
	void *driver_data;
};

/** dev_name - the device's name, for PCI "0000:00:03.0". */
static inline const char *dev_name(const struct device *dev)
{
	return dev->init_name;
}

/** dev_driver_string - the bound driver's name, or "device". */
static inline const char *dev_driver_string(const struct device *dev)
{
	return dev->driver ? dev->driver->name : "device";
}

static inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

static inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

#define dev_printk(level, dev, fmt, ...) \
	printk(level "%s %s: " fmt, dev_driver_string(dev), dev_name(dev), ##__VA_ARGS__)
#define dev_err(dev, fmt, ...)		dev_printk(KERN_ERR, dev, fmt, ##__VA_ARGS__)
#define dev_warn(dev, fmt, ...)		dev_printk(KERN_WARNING, dev, fmt, ##__VA_ARGS__)
#define dev_info(dev, fmt, ...)		dev_printk(KERN_INFO, dev, fmt, ##__VA_ARGS__)

#endif /* _LINUX_DEVICE_H */
