/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/device.h, linux/platform_device.h and what they bring: attributes, managed resources, drivers */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/platform_device.h>

struct part {
	int level;
	void __iomem *regs;
	u32 *ring;
	dma_addr_t handle;
};

static ssize_t level_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct part *part = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", part->level);
}

static ssize_t level_store(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t count)
{
	struct part *part = dev_get_drvdata(dev);

	return kstrtoint(buf, 0, &part->level) ?: count;
}
static DEVICE_ATTR_RW(level);

static ssize_t once_store(struct device *dev, struct device_attribute *attr, const char *buf,
			  size_t count)
{
	return device_remove_file_self(dev, attr) ? count : -ENODEV;
}
static DEVICE_ATTR_WO(once);
static DEVICE_ATTR(seen, 0444, level_show, NULL);
static struct attribute *part_attrs[] = { &dev_attr_level.attr, &dev_attr_once.attr, NULL };
ATTRIBUTE_GROUPS(part);

static irqreturn_t part_irq(int irq, void *data)
{
	return IRQ_NONE;
}

static void part_action(void *data)
{
}

static int part_setup(struct device *dev, int irq)
{
	struct part *part = devm_kzalloc(dev, sizeof(*part), GFP_KERNEL);
	char *name = devm_kasprintf(dev, GFP_KERNEL, "%s-%d", dev_name(dev), irq);
	int err;

	if (!part || !name || !devm_kcalloc(dev, 4, 4, GFP_KERNEL))
		return -ENOMEM;
	name = devm_kstrdup(dev, name, GFP_KERNEL);
	dev_set_drvdata(dev, part);
	part->ring = dmam_alloc_coherent(dev, 4096, &part->handle, GFP_KERNEL);
	if (!part->ring)
		return -ENOMEM;
	err = devm_request_irq(dev, irq, part_irq, IRQF_SHARED, name, part);
	if (err)
		return dev_err_probe(dev, err, "no irq %d\n", irq);
	err = devm_request_threaded_irq(dev, irq, NULL, part_irq, IRQF_ONESHOT, name, dev);
	devm_free_irq(dev, irq, part);
	return devm_add_action_or_reset(dev, part_action, part) ?:
	       device_create_file(dev, &dev_attr_seen);
}

static int part_probe(struct platform_device *pdev)
{
	struct resource *res = platform_get_resource(pdev, IORESOURCE_MEM, 0);
	struct part *part;
	int err = part_setup(&pdev->dev, platform_get_irq(pdev, 0));

	if (err)
		return err;
	part = platform_get_drvdata(pdev);
	if (!res)
		return -ENXIO;
	if (!devm_request_mem_region(&pdev->dev, res->start, resource_size(res), pdev->name))
		return -EBUSY;
	part->regs = devm_ioremap(&pdev->dev, res->start, resource_size(res));
	platform_set_drvdata(pdev, part);
	return part->regs ? 0 : -ENOMEM;
}

static void part_remove(struct platform_device *pdev)
{
	device_remove_file(&pdev->dev, &dev_attr_seen);
	dev_info(&pdev->dev, "removed\n");
}

static struct platform_driver part_driver = {
	.probe = part_probe,
	.remove = part_remove,
	.driver = { .name = "part", .dev_groups = part_groups },
};

static int part_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int err = pcim_enable_device(pdev);

	if (err)
		return err;
	err = pcim_iomap_regions(pdev, BIT(0), "part");
	if (err)
		return err;
	writel(0, pcim_iomap_table(pdev)[0]);
	return part_setup(&pdev->dev, pdev->irq);
}

static const struct pci_device_id part_ids[] = { { PCI_DEVICE(0x1234, 0xffff) }, { } };
MODULE_DEVICE_TABLE(pci, part_ids);
static struct pci_driver part_pci_driver = {
	.name = "part", .id_table = part_ids, .probe = part_pci_probe, .driver.dev_groups = part_groups,
};

static struct platform_device *part;

static int __init part_init(void)
{
	int err = platform_driver_register(&part_driver);

	if (err)
		return err;
	part = platform_device_register_simple("part", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(part)) {
		platform_driver_unregister(&part_driver);
		return PTR_ERR(part);
	}
	return pci_register_driver(&part_pci_driver);
}

static void __exit part_exit(void)
{
	pci_unregister_driver(&part_pci_driver);
	platform_device_unregister(part);
	platform_driver_unregister(&part_driver);
}

module_init(part_init);
module_exit(part_exit);
MODULE_LICENSE("GPL");
