/* SPDX-License-Identifier: MIT */
/* /sys/bus/pci/devices: what each function says of itself. */
#include <linux/pci.h>

#define ID_ATTR(name, format)								\
static ssize_t name##_show(struct device *dev, struct device_attribute *attr, char *buf) \
{											\
	return sysfs_emit(buf, format "\n", to_pci_dev(dev)->name);			\
}											\
static DEVICE_ATTR_RO(name)

ID_ATTR(vendor, "0x%04x");
ID_ATTR(device, "0x%04x");
ID_ATTR(subsystem_vendor, "0x%04x");
ID_ATTR(subsystem_device, "0x%04x");
ID_ATTR(class, "0x%06x");
ID_ATTR(revision, "0x%02x");
ID_ATTR(irq, "%u");

/* The six BARs. Linux: the ROM as well. */
static ssize_t resource_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	int n = 0;

	for (int bar = 0; bar < PCI_STD_NUM_BARS; bar++)
		n += sysfs_emit_at(buf, n, "0x%016llx 0x%016llx 0x%016llx\n",
				   (u64)pci_resource_start(pdev, bar),
				   (u64)pci_resource_end(pdev, bar),
				   (u64)pci_resource_flags(pdev, bar));
	return n;
}
static DEVICE_ATTR_RO(resource);

static struct attribute *pci_attrs[] = {
	&dev_attr_vendor.attr, &dev_attr_device.attr, &dev_attr_subsystem_vendor.attr,
	&dev_attr_subsystem_device.attr, &dev_attr_class.attr, &dev_attr_revision.attr,
	&dev_attr_irq.attr, &dev_attr_resource.attr, NULL
};
ATTRIBUTE_GROUPS(pci);

struct bus_type pci_bus_type = { .name = "pci" };

int pci_device_add(struct pci_dev *dev)
{
	dev->dev.bus = &pci_bus_type;
	dev->dev.groups = pci_groups;
	return device_register(&dev->dev);
}
