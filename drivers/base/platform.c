/* SPDX-License-Identifier: MIT */
/*
 * Platform devices and their drivers: see linux/platform_device.h.
 *
 * Invariant: every device that was added and every registered driver is on its list, and a device whose
 * name a driver knows is bound to the first such driver, unless its probe failed.
 *
 * probe() and remove() run under the device's own lock, device_lock(), and no other: what they register is
 * bound at once. The lists are walked without a lock from place to place; what a walker stands on stays
 * (Linux: klist).
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
#include <linux/wait.h>

#define AUTO_IDS	256

static struct bus_type platform_bus_type = { .name = "platform" };
static DEFINE_MUTEX(platform_lock);	/* protects the lists, their places and auto_ids */
static LIST_HEAD(devices);
static LIST_HEAD(drivers);
static DECLARE_WAIT_QUEUE_HEAD(gone_on);	/* a walker, from a place that is to leave */
static DECLARE_BITMAP(auto_ids, AUTO_IDS);

/* What platform_device_alloc() makes; its memory goes with the last reference. */
struct allocated {
	struct platform_device pdev;
	int auto_id;			/* -1: it has none */
	char name[];
};

/* --- the lists. May sleep --- */

static void enter(struct list_head *list, struct platform_place *place)
{
	*place = (struct platform_place){};
	guard(mutex)(&platform_lock);
	list_add_tail(&place->list, list);
}

/* No walker stands on it when this returns. */
static void leave(struct platform_place *place)
{
	scoped_guard(mutex, &platform_lock)
		place->leaving = true;
	wait_event(gone_on, !READ_ONCE(place->walkers));
	guard(mutex)(&platform_lock);	/* and the last has left step() */
	list_del(&place->list);
}

/* From @at (NULL: the beginning) to the next place, where the caller stands then. NULL: there is none. */
static struct platform_place *step(struct list_head *list, struct platform_place *at)
{
	struct platform_place *to;

	guard(mutex)(&platform_lock);
	to = list_entry(at ? at->list.next : list->next, struct platform_place, list);
	while (&to->list != list && to->leaving)
		to = list_next_entry(to, list);
	if (at)
		WRITE_ONCE(at->walkers, at->walkers - 1);	/* leave() looks without the lock */
	if (at && !at->walkers && at->leaving)
		wake_up_all(&gone_on);
	if (&to->list == list)
		return NULL;
	WRITE_ONCE(to->walkers, to->walkers + 1);
	return to;
}

/* For a walk to the end: `while ((pdev = next_device(pdev)))`, without a break. */
static struct platform_device *next_device(struct platform_device *pdev)
{
	struct platform_place *p = step(&devices, pdev ? &pdev->place : NULL);

	return p ? container_of(p, struct platform_device, place) : NULL;
}

static struct platform_driver *next_driver(struct platform_driver *drv)
{
	struct platform_place *p = step(&drivers, drv ? &drv->place : NULL);

	return p ? container_of(p, struct platform_driver, place) : NULL;
}

/* --- binding --- */

/* *@id: the row of its table, or NULL. */
static bool matches(const struct platform_driver *drv, const struct platform_device *pdev,
		    const struct platform_device_id **id)
{
	*id = drv->id_table;
	if (!*id)
		return !strcmp(drv->driver.name, pdev->name);
	while ((*id)->name[0] && strcmp((*id)->name, pdev->name))
		++*id;
	return (*id)->name[0];
}

/* Its driver is through with @pdev, or never began. device_lock held, as in the next two. */
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

/* If they match and nobody has @pdev. Looked at before the lock: who registers another in a probe has one. */
static void attach(struct platform_driver *drv, struct platform_device *pdev)
{
	const struct platform_device_id *id;

	if (!matches(drv, pdev, &id))
		return;
	guard(device)(&pdev->dev);
	if (pdev->driver)
		return;
	if (id)
		pdev->id_entry = id;
	bind(drv, pdev);
}

int __platform_driver_register(struct platform_driver *drv, struct module *owner)
{
	struct platform_device *pdev = NULL;

	drv->driver.owner = owner;
	enter(&drivers, &drv->place);
	while ((pdev = next_device(pdev)))
		attach(drv, pdev);
	return 0;
}
EXPORT_SYMBOL_GPL(__platform_driver_register);

void platform_driver_unregister(struct platform_driver *drv)
{
	struct platform_device *pdev = NULL;

	leave(&drv->place);		/* nobody binds it from here on */
	while ((pdev = next_device(pdev))) {
		if (READ_ONCE(pdev->driver) != drv)
			continue;	/* nor waits for its lock: a probe may be what calls this */
		guard(device)(&pdev->dev);
		if (pdev->driver == drv)
			unbind(pdev);
	}
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

/* Of one that is the caller's: its numbers are never used again. */
static int take_auto_id(struct platform_device *pdev)
{
	unsigned long id;

	scoped_guard(mutex, &platform_lock) {
		id = find_first_zero_bit(auto_ids, AUTO_IDS);
		if (id == AUTO_IDS)
			return -ENOSPC;
		set_bit(id, auto_ids);
	}
	if (pdev->dev.release == allocated_release)
		container_of(pdev, struct allocated, pdev)->auto_id = id;
	return dev_set_name(&pdev->dev, "%s.%lu.auto", pdev->name, id);
}

int platform_device_add(struct platform_device *pdev)
{
	struct platform_driver *drv = NULL;
	int err;

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
	enter(&devices, &pdev->place);
	while ((drv = next_driver(drv)))
		attach(drv, pdev);
	return 0;
}
EXPORT_SYMBOL_GPL(platform_device_add);

void platform_device_del(struct platform_device *pdev)
{
	if (IS_ERR_OR_NULL(pdev))
		return;
	leave(&pdev->place);		/* nobody binds it from here on */
	scoped_guard(device, &pdev->dev)
		if (pdev->driver)
			unbind(pdev);
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
	struct platform_device *pdev = NULL;
	struct platform_driver *drv = NULL;

	while ((drv = next_driver(drv)))
		if (left_over(l, drv))
			l->found(l, "the driver %s is registered: platform_driver_unregister() it",
				 drv->driver.name);
	while ((pdev = next_device(pdev)))
		if (left_over(l, pdev))
			l->found(l, "the device %s is registered: platform_device_unregister() it",
				 dev_name(&pdev->dev));
}
LEFTOVERS(platform_leftovers);
