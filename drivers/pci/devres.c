/* SPDX-License-Identifier: MIT */
/*
 * PCI's managed functions. As in Linux 6.12 a device that pcim_enable_device() enabled gives back its
 * vectors and the regions it requested as well, whichever function asked for them.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/pci.h>

struct pcim {
	void __iomem *table[PCI_STD_NUM_BARS];
};

static void unmap_bar(struct pcim *this, int bar)
{
	if (this->table[bar])
		pci_iounmap(NULL, this->table[bar]);
	this->table[bar] = NULL;
}

static void pcim_release(struct device *d, void *res)
{
	struct pci_dev *dev = to_pci_dev(d);

	for (int bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		unmap_bar(res, bar);
		if (dev->claimed & BIT(bar))
			pci_release_region(dev, bar);
	}
	pci_free_irq_vectors(dev);
	pci_disable_device(dev);
}

static struct pcim *pcim_find(struct pci_dev *dev)
{
	return devres_find(&dev->dev, pcim_release, NULL, NULL);
}

int __pcim_enable_device(struct pci_dev *dev)
{
	struct pcim *this = pcim_find(dev);
	int err;

	if (this)
		return 0;
	this = devres_alloc(pcim_release, sizeof(*this), GFP_KERNEL);
	if (!this)
		return -ENOMEM;
	err = pci_enable_device(dev);
	if (err) {
		devres_free(this);
		return err;
	}
	devres_add(&dev->dev, this);
	return 0;
}
EXPORT_SYMBOL(__pcim_enable_device);

void __iomem *pcim_iomap(struct pci_dev *dev, int bar, unsigned long maxlen)
{
	struct pcim *this = pcim_find(dev);
	void __iomem *addr;

	if (WARN(!this, "%s: pcim_iomap() before pcim_enable_device()\n", pci_name(dev)))
		return NULL;
	if (bar < 0 || bar >= PCI_STD_NUM_BARS || this->table[bar])
		return NULL;
	addr = pci_iomap(dev, bar, maxlen);
	this->table[bar] = addr;
	return addr;
}
EXPORT_SYMBOL(pcim_iomap);

void pcim_iounmap(struct pci_dev *dev, void __iomem *addr)
{
	struct pcim *this = pcim_find(dev);

	for (int bar = 0; this && bar < PCI_STD_NUM_BARS; bar++)
		if (addr && this->table[bar] == addr)
			unmap_bar(this, bar);
}
EXPORT_SYMBOL(pcim_iounmap);

void __iomem * const *pcim_iomap_table(struct pci_dev *dev)
{
	struct pcim *this = pcim_find(dev);

	return this ? this->table : NULL;
}
EXPORT_SYMBOL(pcim_iomap_table);

int pcim_iomap_regions(struct pci_dev *dev, int mask, const char *name)
{
	int bar, err = 0;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		if (!(mask & BIT(bar)))
			continue;
		err = pci_resource_len(dev, bar) ? pci_request_region(dev, bar, name) : -EINVAL;
		if (err)
			break;
		if (!pcim_iomap(dev, bar, 0)) {
			pci_release_region(dev, bar);
			err = -ENOMEM;
			break;
		}
	}
	while (err && --bar >= 0) {
		if (!(mask & BIT(bar)))
			continue;
		unmap_bar(pcim_find(dev), bar);
		pci_release_region(dev, bar);
	}
	return err;
}
EXPORT_SYMBOL(pcim_iomap_regions);

int __pcim_request_all_regions(struct pci_dev *dev, const char *name)
{
	if (WARN(!pcim_find(dev), "%s: pcim_request_all_regions() before pcim_enable_device()\n",
		 pci_name(dev)))
		return -EINVAL;
	return pci_request_regions(dev, name);
}
EXPORT_SYMBOL(__pcim_request_all_regions);
