/* SPDX-License-Identifier: MIT */
/*
 * PCI drivers and what they ask of a device: binding by id table, decoding, bus mastering,
 * regions, mappings.
 *
 * probe() and remove() run under the device's own lock, device_lock(), and no other: what they register is
 * bound at once. Devices are never taken away: their list needs no lock.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/leftovers.h>
#include <linux/module.h>
#include <linux/pci.h>

/* --- binding --- */

static bool id_matches(const struct pci_device_id *id, const struct pci_dev *dev)
{
	return (id->vendor == PCI_ANY_ID || id->vendor == dev->vendor) &&
	       (id->device == PCI_ANY_ID || id->device == dev->device) &&
	       (id->subvendor == PCI_ANY_ID || id->subvendor == dev->subsystem_vendor) &&
	       (id->subdevice == PCI_ANY_ID || id->subdevice == dev->subsystem_device) &&
	       !((id->class ^ dev->class) & id->class_mask);
}

static const struct pci_device_id *match(const struct pci_driver *drv, const struct pci_dev *dev)
{
	const struct pci_device_id *id;

	for (id = drv->id_table; id->vendor || id->subvendor || id->class_mask; id++)
		if (id_matches(id, dev))
			return id;
	return NULL;
}

/* Its driver is through with @dev, or never began; device_lock held, as in the next three. */
static void let_go(struct pci_dev *dev)
{
	devres_release_all(&dev->dev);
	dev->driver = NULL;
	dev->dev.driver = NULL;
	pci_set_drvdata(dev, NULL);
}

static void unbind(struct pci_dev *dev)
{
	device_remove_groups(&dev->dev, dev->driver->driver.dev_groups);
	if (dev->driver->remove)
		dev->driver->remove(dev);
	let_go(dev);
}

static void probe_one(struct pci_driver *drv, struct pci_dev *dev, const struct pci_device_id *id)
{
	int ret;

	dev->driver = drv;
	dev->dev.driver = &drv->driver;
	ret = drv->probe(dev, id);
	if (!ret) {
		ret = device_add_groups(&dev->dev, drv->driver.dev_groups);
		if (!ret)
			return;
		if (drv->remove)
			drv->remove(dev);
	}
	if (ret != -ENODEV)
		pci_err(dev, "probe failed: %pe\n", ERR_PTR(ret));
	let_go(dev);
}

/* --- drivers that make room: see pci_driver.yields --- */

/* @dev's driver, which yields, leaves it to @who. device_lock held. */
static void make_room(struct pci_dev *dev, const char *who)
{
	struct pci_driver *drv = dev->driver;

	pci_info(dev, "gives way to %s\n", who);
	unbind(dev);
	dev->yielded = drv;
}

/* Nobody has @dev any more: whoever made room has it again. device_lock held. */
static void take_back(struct pci_dev *dev)
{
	struct pci_driver *drv = dev->yielded;

	if (!drv || dev->driver || dev->enable_cnt || dev->claimed || dev->msi)
		return;
	dev->yielded = NULL;
	probe_one(drv, dev, match(drv, dev));
}

void pci_take(struct pci_dev *dev, struct module *mod)
{
	struct pci_driver *drv = READ_ONCE(dev->driver);

	/* A driver's own probe, which has the lock, finds itself here. */
	if (!mod || !drv || !drv->yields)
		return;
	guard(device)(&dev->dev);
	if (dev->driver && dev->driver->yields)
		make_room(dev, module_name(mod));
}
EXPORT_SYMBOL(pci_take);

/* A caller has given something of @dev back; a driver has the lock, and is not through. */
void pci_given_back(struct pci_dev *dev)
{
	if (!READ_ONCE(dev->yielded) || READ_ONCE(dev->driver))
		return;
	guard(device)(&dev->dev);
	take_back(dev);
}

int pci_register_driver(struct pci_driver *drv)
{
	struct pci_dev *dev = NULL;

	drv->driver.name = drv->name;
	for_each_pci_dev(dev) {
		const struct pci_device_id *id = match(drv, dev);

		if (!id)
			continue;	/* without its lock: a probe may be what calls this */
		guard(device)(&dev->dev);
		if (dev->driver && dev->driver->yields && !drv->yields)
			make_room(dev, drv->name);
		if (dev->driver)
			continue;
		probe_one(drv, dev, id);
		take_back(dev);
	}
	return 0;
}
EXPORT_SYMBOL(pci_register_driver);

void pci_unregister_driver(struct pci_driver *drv)
{
	struct pci_dev *dev = NULL;

	for_each_pci_dev(dev) {
		if (!match(drv, dev))
			continue;
		guard(device)(&dev->dev);
		if (dev->yielded == drv)
			dev->yielded = NULL;
		if (dev->driver != drv)
			continue;
		unbind(dev);
		take_back(dev);
	}
}
EXPORT_SYMBOL(pci_unregister_driver);

/* --- the command register --- */

int __pci_enable_device(struct pci_dev *dev)
{
	u16 want = 0;
	int bar;

	if (dev->enable_cnt++)
		return 0;
	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		if (dev->resource[bar].flags & IORESOURCE_IO)
			want |= PCI_COMMAND_IO;
		if (dev->resource[bar].flags & IORESOURCE_MEM)
			want |= PCI_COMMAND_MEMORY;
	}
	pci_change_word(dev, PCI_COMMAND, 0, want);
	return 0;
}
EXPORT_SYMBOL(__pci_enable_device);

void pci_disable_device(struct pci_dev *dev)
{
	if (WARN(dev->enable_cnt <= 0, "%s: disabling an already disabled device\n", dev->name))
		return;
	if (--dev->enable_cnt == 0)
		pci_change_word(dev, PCI_COMMAND, PCI_COMMAND_MASTER, 0);
	pci_given_back(dev);
}
EXPORT_SYMBOL(pci_disable_device);

void pci_set_master(struct pci_dev *dev)
{
	pci_change_word(dev, PCI_COMMAND, 0, PCI_COMMAND_MASTER);
}
EXPORT_SYMBOL(pci_set_master);

void pci_clear_master(struct pci_dev *dev)
{
	pci_change_word(dev, PCI_COMMAND, PCI_COMMAND_MASTER, 0);
}
EXPORT_SYMBOL(pci_clear_master);

void pci_intx(struct pci_dev *dev, int enable)
{
	pci_change_word(dev, PCI_COMMAND, PCI_COMMAND_INTX_DISABLE,
			enable ? 0 : PCI_COMMAND_INTX_DISABLE);
}
EXPORT_SYMBOL_GPL(pci_intx);

/* --- regions --- */

void __iomem *pci_iomap(struct pci_dev *dev, int bar, unsigned long maxlen)
{
	unsigned long len;

	if (bar < 0 || bar >= PCI_STD_NUM_BARS ||
	    !(dev->resource[bar].flags & IORESOURCE_MEM)) {
		pci_err(dev, "region %d is no memory\n", bar);
		return NULL;
	}
	len = pci_resource_len(dev, bar);
	return ioremap(pci_resource_start(dev, bar), maxlen && maxlen < len ? maxlen : len);
}
EXPORT_SYMBOL(pci_iomap);

static void release_bar(struct pci_dev *dev, int bar)
{
	struct resource *res = &dev->resource[bar];

	if (!res->flags)
		return;
	__release_region(res->flags, res->start, resource_size(res));
	dev->claimed &= ~BIT(bar);
}

int __pci_request_region(struct pci_dev *dev, int bar, const char *name)
{
	struct resource *res = &dev->resource[bar];

	if (bar < 0 || bar >= PCI_STD_NUM_BARS)
		return -EINVAL;
	if (!res->flags)
		return 0;
	if (!__request_region(res->flags, res->start, resource_size(res), name)) {
		pci_err(dev, "region %d is taken\n", bar);
		return -EBUSY;
	}
	dev->claimed |= BIT(bar);
	return 0;
}
EXPORT_SYMBOL(__pci_request_region);

void pci_release_region(struct pci_dev *dev, int bar)
{
	release_bar(dev, bar);
	pci_given_back(dev);
}
EXPORT_SYMBOL(pci_release_region);

int __pci_request_regions(struct pci_dev *dev, const char *name)
{
	int bar, ret;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		ret = __pci_request_region(dev, bar, name);
		if (!ret)
			continue;
		while (--bar >= 0)
			release_bar(dev, bar);
		return ret;
	}
	return 0;
}
EXPORT_SYMBOL(__pci_request_regions);

void pci_release_regions(struct pci_dev *dev)
{
	int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++)
		release_bar(dev, bar);
	pci_given_back(dev);
}
EXPORT_SYMBOL(pci_release_regions);

static void pci_leftovers(struct leftovers *l)
{
	struct pci_dev *dev = NULL;

	for_each_pci_dev(dev)
		if (left_over(l, READ_ONCE(dev->driver)))
			l->found(l, "PCI device %s has its driver: pci_unregister_driver() it",
				 pci_name(dev));
}
LEFTOVERS(pci_leftovers);
