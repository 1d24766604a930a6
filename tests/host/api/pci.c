/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/pci.h, linux/dma-mapping.h */
#include <linux/pci.h>
#include <linux/dma-mapping.h>
#include <linux/module.h>

static int probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	void __iomem *regs;
	u8 byte;
	u16 word;
	u32 dword;
	int ret = pci_enable_device(dev) | pci_request_regions(dev, "api");

	pci_set_master(dev);
	regs = pci_iomap(dev, 0, pci_resource_len(dev, 0));
	iowrite32(ioread32(regs), regs + 4);
	pci_read_config_byte(dev, PCI_REVISION_ID, &byte);
	pci_read_config_word(dev, PCI_COMMAND, &word);
	pci_read_config_dword(dev, PCI_BASE_ADDRESS_0, &dword);
	pci_write_config_byte(dev, PCI_INTERRUPT_LINE, byte);
	pci_write_config_word(dev, PCI_COMMAND, word);
	pci_write_config_dword(dev, PCI_BASE_ADDRESS_0, dword);
	ret |= pci_alloc_irq_vectors(dev, 1, 1, PCI_IRQ_MSI | PCI_IRQ_INTX);
	ret |= pci_alloc_irq_vectors(dev, 1, 4, PCI_IRQ_MSIX | PCI_IRQ_ALL_TYPES);
	ret |= pci_irq_vector(dev, 0) | pci_enable_msi(dev) | dev->irq | dev->vendor | dev->device;
	ret |= pci_resource_start(dev, 0) | pci_resource_end(dev, 0) | pci_resource_flags(dev, 0);
	ret |= pci_request_region(dev, 0, "api") | pci_is_enabled(dev) | pci_dev_msi_enabled(dev);
	ret |= pci_find_capability(dev, PCI_CAP_ID_MSI) |
	       dma_set_mask(&dev->dev, DMA_BIT_MASK(28)) |
	       dma_set_mask_and_coherent(&dev->dev, DMA_BIT_MASK(32));
	pci_release_region(dev, 0);
	pci_set_drvdata(dev, regs);
	dev_info(&dev->dev, "%s %d\n", pci_name(dev), ret);
	dev_warn(&dev->dev, "x\n");
	dev_err(&dev->dev, "x\n");
	dev_dbg(&dev->dev, "x\n");
	pci_info(dev, "x\n");
	return dev_err_probe(&dev->dev, -ENODEV, "x\n");
}

static void remove(struct pci_dev *dev)
{
	pci_disable_msi(dev);
	pci_free_irq_vectors(dev);
	pci_iounmap(dev, pci_get_drvdata(dev));
	pci_release_regions(dev);
	pci_clear_master(dev);
	pci_disable_device(dev);
}

static const struct pci_device_id ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ PCI_DEVICE_SUB(0x1234, 0x11e8, PCI_ANY_ID, PCI_ANY_ID) },
	{ PCI_VDEVICE(INTEL, 0x100e), .driver_data = 1 },
	{ PCI_DEVICE_CLASS(0x020000, 0xffff00) },
	{ 0 }
};
MODULE_DEVICE_TABLE(pci, ids);

static struct pci_driver api_driver = {
	.name = "api", .id_table = ids, .probe = probe, .remove = remove,
};
module_pci_driver(api_driver);

int api_pci(void)
{
	struct pci_dev *dev = pci_get_device(0x1234, 0x11e8, NULL);

	while ((dev = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, dev)))
		;
	dev = pci_get_domain_bus_and_slot(0, 0, PCI_DEVFN(3, 0));
	pci_dev_put(dev);
	pci_unregister_driver(&api_driver);
	return pci_register_driver(&api_driver);
}
MODULE_LICENSE("GPL");
