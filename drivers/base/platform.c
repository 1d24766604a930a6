/* SPDX-License-Identifier: MIT */
/*
 * Platform devices and their drivers: see linux/platform_device.h.
 *
 * Invariant: every device that was added and every registered driver is on its list, and a device whose
 * name a driver knows is bound to the first such driver, unless its probe failed. platform_lock holds it.
 */
#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/leftovers.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

#define AUTO_IDS	256

static struct bus_type platform_bus_type = { .name = "platform" };
static DEFINE_MUTEX(platform_lock);
static LIST_HEAD(devices);
static LIST_HEAD(drivers);
static DECLARE_BITMAP(auto_ids, AUTO_IDS);

/* What platform_device_alloc() makes; its memory goes with the last reference. */
struct allocated {
	struct platform_device pdev;
	int auto_id;			/* -1: it has none */
	char name[];
};

/* --- binding; platform_lock held --- */

static bool matches(const struct platform_driver *drv, struct platform_device *pdev)
{
	const struct platform_device_id *id = drv->id_table;

	if (!id)
		return !strcmp(drv->driver.name, pdev->name);
	for (; id->name[0]; id++)
		if (!strcmp(id->name, pdev->name)) {
			pdev->id_entry = id;
			return true;
		}
	return false;
}

/* Its driver is through with @pdev, or never began. */
static void let_go(struct platform_device *pdev)
{
	devres_release_all(&pdev->dev);
	pdev->driver = NULL;
	pdev->dev.driver = NULL;
	pdev->dev.driver_data = NULL;
}

static void unbind(struct platform_device *pdev)
{
	device_remove_groups(&pdev->dev, pdev->driver->driver.dev_groups);
	if (pdev->driver->remove)
		pdev->driver->remove(pdev);
	let_go(pdev);
}

static void bind(struct platform_driver *drv, struct platform_device *pdev)
{
	int err;

	pdev->driver = drv;
	pdev->dev.driver = &drv->driver;
	err = drv->probe ? drv->probe(pdev) : 0;
	if (!err) {
		err = device_add_groups(&pdev->dev, drv->driver.dev_groups);
		if (!err)
			return;
		if (drv->remove)
			drv->remove(pdev);
	}
	if (err != -ENODEV && err != -ENXIO)
		dev_err(&pdev->dev, "probe failed: %pe\n", ERR_PTR(err));
	let_go(pdev);
}

int __platform_driver_register(struct platform_driver *drv, struct module *owner)
{
	struct platform_device *pdev;

	drv->driver.owner = owner;
	guard(mutex)(&platform_lock);
	list_add_tail(&drv->list, &drivers);
	list_for_each_entry(pdev, &devices, list)
		if (!pdev->driver && matches(drv, pdev))
			bind(drv, pdev);
	return 0;
}
EXPORT_SYMBOL_GPL(__platform_driver_register);

void platform_driver_unregister(struct platform_driver *drv)
{
	struct platform_device *pdev;

	guard(mutex)(&platform_lock);
	list_for_each_entry(pdev, &devices, list)
		if (pdev->driver == drv)
			unbind(pdev);
	list_del(&drv->list);
}
EXPORT_SYMBOL_GPL(platform_driver_unregister);

/* --- devices --- */

static void allocated_release(struct device *dev)
{
	struct allocated *a = container_of(dev, struct allocated, pdev.dev);

	if (a->auto_id >= 0)
		clear_bit(a->auto_id, auto_ids);
	kfree(a->pdev.resource);
	kfree(a->pdev.dev.platform_data);
	kfree(a);
}

struct platform_device *platform_device_alloc(const char *name, int id)
{
	struct allocated *a = kzalloc(sizeof(*a) + strlen(name) + 1, GFP_KERNEL);

	if (!a)
		return NULL;
	strcpy(a->name, name);
	a->auto_id = -1;
	a->pdev.name = a->name;
	a->pdev.id = id;
	a->pdev.dev.release = allocated_release;
	device_initialize(&a->pdev.dev);
	return &a->pdev;
}
EXPORT_SYMBOL_GPL(platform_device_alloc);

int platform_device_add_resources(struct platform_device *pdev, const struct resource *res,
				  unsigned int num)
{
	struct resource *copy = num ? kmemdup(res, num * sizeof(*res), GFP_KERNEL) : NULL;

	if (num && !copy)
		return -ENOMEM;
	kfree(pdev->resource);
	pdev->resource = copy;
	pdev->num_resources = num;
	return 0;
}
EXPORT_SYMBOL_GPL(platform_device_add_resources);

int platform_device_add_data(struct platform_device *pdev, const void *data, size_t size)
{
	void *copy = data ? kmemdup(data, size, GFP_KERNEL) : NULL;

	if (data && !copy)
		return -ENOMEM;
	kfree(pdev->dev.platform_data);
	pdev->dev.platform_data = copy;
	return 0;
}
EXPORT_SYMBOL_GPL(platform_device_add_data);

/* Of one that is the caller's: its numbers are never used again. platform_lock held. */
static int take_auto_id(struct platform_device *pdev)
{
	unsigned long id = find_first_zero_bit(auto_ids, AUTO_IDS);

	if (id == AUTO_IDS)
		return -ENOSPC;
	set_bit(id, auto_ids);
	if (pdev->dev.release == allocated_release)
		container_of(pdev, struct allocated, pdev)->auto_id = id;
	return dev_set_name(&pdev->dev, "%s.%lu.auto", pdev->name, id);
}

int platform_device_add(struct platform_device *pdev)
{
	struct platform_driver *drv;
	int err;

	guard(mutex)(&platform_lock);
	if (pdev->id == PLATFORM_DEVID_AUTO)
		err = take_auto_id(pdev);
	else if (pdev->id == PLATFORM_DEVID_NONE)
		err = dev_set_name(&pdev->dev, "%s", pdev->name);
	else
		err = dev_set_name(&pdev->dev, "%s.%d", pdev->name, pdev->id);
	pdev->dev.bus = &platform_bus_type;
	err = err ?: device_add(&pdev->dev);
	if (err)
		return err;
	list_add_tail(&pdev->list, &devices);
	list_for_each_entry(drv, &drivers, list)
		if (!pdev->driver && matches(drv, pdev))
			bind(drv, pdev);
	return 0;
}
EXPORT_SYMBOL_GPL(platform_device_add);

void platform_device_del(struct platform_device *pdev)
{
	if (IS_ERR_OR_NULL(pdev))
		return;
	guard(mutex)(&platform_lock);
	if (pdev->driver)
		unbind(pdev);
	list_del(&pdev->list);
	device_del(&pdev->dev);
}
EXPORT_SYMBOL_GPL(platform_device_del);

void platform_device_put(struct platform_device *pdev)
{
	if (!IS_ERR_OR_NULL(pdev))
		put_device(&pdev->dev);
}
EXPORT_SYMBOL_GPL(platform_device_put);

int platform_device_register(struct platform_device *pdev)
{
	device_initialize(&pdev->dev);
	return platform_device_add(pdev);
}
EXPORT_SYMBOL_GPL(platform_device_register);

void platform_device_unregister(struct platform_device *pdev)
{
	platform_device_del(pdev);
	platform_device_put(pdev);
}
EXPORT_SYMBOL_GPL(platform_device_unregister);

static struct platform_device *register_full(struct device *parent, const char *name, int id,
					     const struct resource *res, unsigned int num,
					     const void *data, size_t size)
{
	struct platform_device *pdev = platform_device_alloc(name, id);
	int err;

	if (!pdev)
		return ERR_PTR(-ENOMEM);
	pdev->dev.parent = parent;
	err = platform_device_add_resources(pdev, res, num) ?:
	      platform_device_add_data(pdev, data, size) ?: platform_device_add(pdev);
	if (!err)
		return pdev;
	platform_device_put(pdev);
	return ERR_PTR(err);
}

struct platform_device *platform_device_register_simple(const char *name, int id,
							const struct resource *res,
							unsigned int num)
{
	return register_full(NULL, name, id, res, num, NULL, 0);
}
EXPORT_SYMBOL_GPL(platform_device_register_simple);

struct platform_device *platform_device_register_data(struct device *parent, const char *name,
						      int id, const void *data, size_t size)
{
	return register_full(parent, name, id, NULL, 0, data, size);
}
EXPORT_SYMBOL_GPL(platform_device_register_data);

/* --- resources --- */

struct resource *platform_get_resource(struct platform_device *pdev, unsigned int type,
				       unsigned int num)
{
	for (u32 i = 0; i < pdev->num_resources; i++)
		if (resource_type(&pdev->resource[i]) == type && num-- == 0)
			return &pdev->resource[i];
	return NULL;
}
EXPORT_SYMBOL_GPL(platform_get_resource);

int platform_get_irq_optional(struct platform_device *pdev, unsigned int num)
{
	struct resource *res = platform_get_resource(pdev, IORESOURCE_IRQ, num);

	return res ? (int)res->start : -ENXIO;
}
EXPORT_SYMBOL_GPL(platform_get_irq_optional);

int platform_get_irq(struct platform_device *pdev, unsigned int num)
{
	int irq = platform_get_irq_optional(pdev, num);

	return irq < 0 ? dev_err_probe(&pdev->dev, irq, "IRQ index %u not found\n", num) : irq;
}
EXPORT_SYMBOL_GPL(platform_get_irq);

static int __init platform_init(void)
{
	return bus_register(&platform_bus_type);
}
subsys_initcall(platform_init);

static void platform_leftovers(struct leftovers *l)
{
	struct platform_device *pdev;
	struct platform_driver *drv;

	guard(mutex)(&platform_lock);
	list_for_each_entry(drv, &drivers, list)
		if (left_over(l, drv))
			l->found(l, "the driver %s is registered: platform_driver_unregister() it",
				 drv->driver.name);
	list_for_each_entry(pdev, &devices, list)
		if (left_over(l, pdev))
			l->found(l, "the device %s is registered: platform_device_unregister() it",
				 dev_name(&pdev->dev));
}
LEFTOVERS(platform_leftovers);
