/* SPDX-License-Identifier: MIT */
/*
 * struct device: what every device has here, a name and its driver's pointer; and the
 * dev_info() family, which puts the driver's and the device's name before the text.
 */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

#include <linux/types.h>
#include <linux/printk.h>

struct device {
	const char *init_name;		/* for PCI "0000:00:03.0" */
	const char *driver;		/* the bound driver's name, or NULL */
	void *driver_data;
};

#define dev_printk(level, dev, fmt, ...) \
	printk(level "%s %s: " fmt, (dev)->driver ?: "device", (dev)->init_name, ##__VA_ARGS__)
#define dev_err(dev, fmt, ...)		dev_printk(KERN_ERR, dev, fmt, ##__VA_ARGS__)
#define dev_warn(dev, fmt, ...)		dev_printk(KERN_WARNING, dev, fmt, ##__VA_ARGS__)
#define dev_info(dev, fmt, ...)		dev_printk(KERN_INFO, dev, fmt, ##__VA_ARGS__)

#endif /* _LINUX_DEVICE_H */
