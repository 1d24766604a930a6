/* SPDX-License-Identifier: MIT */
/*
 * Platform devices: those that no bus finds, made by a module that knows of them; a driver is found by
 * name. drivers/base/platform.c. All may sleep.
 */
#ifndef _LINUX_PLATFORM_DEVICE_H
#define _LINUX_PLATFORM_DEVICE_H

#include <linux/device.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/mod_devicetable.h>

#define PLATFORM_DEVID_NONE	(-1)
#define PLATFORM_DEVID_AUTO	(-2)

struct platform_driver;

/* A place on a list of the bus; who walks it stands on one after the other. */
struct platform_place {
	struct list_head list;
	unsigned int walkers;		/* who stands here */
	bool leaving;			/* nobody comes any more; off the list when they have gone on */
};

struct platform_device {
	const char *name;
	int id;				/* the device is NAME.ID; PLATFORM_DEVID_NONE: NAME */
	struct device dev;
	u32 num_resources;
	struct resource *resource;
	const struct platform_device_id *id_entry;	/* by which the driver was found, or NULL */
	struct platform_driver *driver;
	struct platform_place place;
};

#define to_platform_device(x)	container_of(x, struct platform_device, dev)

struct platform_driver {
	int (*probe)(struct platform_device *pdev);
	void (*remove)(struct platform_device *pdev);
	void (*shutdown)(struct platform_device *pdev);	/* never called: nothing is shut down in order */
	struct device_driver driver;
	const struct platform_device_id *id_table;	/* an empty name ends it; NULL: by driver.name */
	struct platform_place place;
};

/*
 * platform_device_register() takes the caller's, whose dev.release frees what is around it;
 * _simple() makes one with copies of the resources. alloc, add_resources, add_data, add are the single
 * steps; platform_device_put() what was not added. 0 or ERR_PTR: -EEXIST, -ENOMEM. unregister() unbinds.
 */
int platform_device_register(struct platform_device *pdev);
void platform_device_unregister(struct platform_device *pdev);
struct platform_device *platform_device_register_simple(const char *name, int id,
							const struct resource *res,
							unsigned int num);
struct platform_device *platform_device_register_data(struct device *parent, const char *name,
						      int id, const void *data, size_t size);
struct platform_device *platform_device_alloc(const char *name, int id);
int platform_device_add_resources(struct platform_device *pdev, const struct resource *res,
				  unsigned int num);
int platform_device_add_data(struct platform_device *pdev, const void *data, size_t size);
int platform_device_add(struct platform_device *pdev);
void platform_device_del(struct platform_device *pdev);
void platform_device_put(struct platform_device *pdev);

/* Probes every unbound device of its name. 0, also if a probe fails, which is logged. */
int __platform_driver_register(struct platform_driver *drv, struct module *owner);
#define platform_driver_register(drv)	__platform_driver_register(drv, THIS_MODULE)
void platform_driver_unregister(struct platform_driver *drv);
#define module_platform_driver(drv) \
	module_driver(drv, platform_driver_register, platform_driver_unregister)

/* The @num-th resource of @type, NULL. _irq: its number, or -ENXIO (logged; _optional: not). */
struct resource *platform_get_resource(struct platform_device *pdev, unsigned int type,
				       unsigned int num);
int platform_get_irq(struct platform_device *pdev, unsigned int num);
int platform_get_irq_optional(struct platform_device *pdev, unsigned int num);

static inline void *platform_get_drvdata(const struct platform_device *pdev)
{
	return dev_get_drvdata(&pdev->dev);
}

static inline void platform_set_drvdata(struct platform_device *pdev, void *data)
{
	dev_set_drvdata(&pdev->dev, data);
}

#endif
