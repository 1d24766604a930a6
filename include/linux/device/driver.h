/* SPDX-License-Identifier: MIT */
/* What the drivers of all buses have in common. */
#ifndef _LINUX_DEVICE_DRIVER_H
#define _LINUX_DEVICE_DRIVER_H

#include <linux/pm.h>

struct attribute_group;
struct module;

struct device_driver {
	const char *name;
	struct module *owner;
	const struct attribute_group **dev_groups;	/* of each device it has, while it has it */
	const struct dev_pm_ops *pm;			/* never called */
};

/* A module that is nothing but one driver. */
#define module_driver(drv, reg, unreg, ...)						\
	static int __init drv##_init(void) { return reg(&(drv), ##__VA_ARGS__); }	\
	module_init(drv##_init);							\
	static void __exit drv##_exit(void) { unreg(&(drv), ##__VA_ARGS__); }		\
	module_exit(drv##_exit)

#endif
