/* SPDX-License-Identifier: MIT */
/*
 * PCI drivers and what they ask of a device: binding by id table, decoding, bus mastering,
 * regions, mappings.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/leftovers.h>
#include <linux/mutex.h>
#include <linux/pci.h>

static DEFINE_MUTEX(pci_driver_lock);

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

static void unbind(struct pci_dev *dev)
{
	dev->driver = NULL;
	dev->dev.driver = NULL;
	pci_set_drvdata(dev, NULL);
}

static void probe_one(struct pci_driver *drv, struct pci_dev *dev)
{
	const struct pci_device_id *id = match(drv, dev);
	int ret;

	if (!id || dev->driver)
		return;
	dev->driver = drv;
	dev->dev.driver = drv->name;
	ret = drv->probe(dev, id);
	if (ret) {
		if (ret != -ENODEV)
			pci_err(dev, "probe failed: %pe\n", ERR_PTR(ret));
		unbind(dev);
	}
}

int pci_register_driver(struct pci_driver *drv)
{
	struct pci_dev *dev = NULL;

	guard(mutex)(&pci_driver_lock);
	for_each_pci_dev(dev)
		probe_one(drv, dev);
	return 0;
}

void pci_unregister_driver(struct pci_driver *drv)
{
	struct pci_dev *dev = NULL;

	guard(mutex)(&pci_driver_lock);
	for_each_pci_dev(dev) {
		if (dev->driver != drv)
			continue;
		if (drv->remove)
			drv->remove(dev);
		unbind(dev);
	}
}
EXPORT_SYMBOL(pci_unregister_driver);

/* --- the command register --- */

int pci_enable_device(struct pci_dev *dev)
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
EXPORT_SYMBOL(pci_enable_device);

void pci_disable_device(struct pci_dev *dev)
{
	if (WARN(dev->enable_cnt <= 0, "%s: disabling an already disabled device\n", dev->name))
		return;
	if (--dev->enable_cnt == 0)
		pci_change_word(dev, PCI_COMMAND, PCI_COMMAND_MASTER, 0);
}
EXPORT_SYMBOL(pci_disable_device);

void pci_set_master(struct pci_dev *dev)
{
	pci_change_word(dev, PCI_COMMAND, 0, PCI_COMMAND_MASTER);
}
EXPORT_SYMBOL(pci_set_master);

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

	if (res->flags)
		__release_region(res->flags, res->start, resource_size(res));
}

int pci_request_regions(struct pci_dev *dev, const char *name)
{
	int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		struct resource *res = &dev->resource[bar];

		if (!res->flags ||
		    __request_region(res->flags, res->start, resource_size(res), name))
			continue;
		pci_err(dev, "region %d is taken\n", bar);
		while (--bar >= 0)
			release_bar(dev, bar);
		return -EBUSY;
	}
	return 0;
}
EXPORT_SYMBOL(pci_request_regions);

void pci_release_regions(struct pci_dev *dev)
{
	int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++)
		release_bar(dev, bar);
}
EXPORT_SYMBOL(pci_release_regions);

static void pci_leftovers(struct leftovers *l)
{
	struct pci_dev *dev = NULL;

	guard(mutex)(&pci_driver_lock);
	for_each_pci_dev(dev)
		if (left_over(l, dev->driver))
			l->found(l, "PCI device %s has its driver: pci_unregister_driver() it",
				 pci_name(dev));
}
LEFTOVERS(pci_leftovers);
