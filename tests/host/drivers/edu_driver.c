/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* QEMU's edu as a PCI driver by the book: the device computes a factorial and interrupts when it is done. */
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>

#define EDU_IDENT	0x00
#define EDU_LIVENESS	0x04
#define EDU_IRQ_STATUS	0x24
#define EDU_IRQ_RAISE	0x60
#define EDU_IRQ_ACK	0x64

struct edu {
	void __iomem *regs;
	struct completion done;
};

static irqreturn_t edu_irq(int irq, void *data)
{
	struct edu *edu = data;
	u32 status = ioread32(edu->regs + EDU_IRQ_STATUS);

	if (!status)
		return IRQ_NONE;
	iowrite32(status, edu->regs + EDU_IRQ_ACK);
	complete(&edu->done);
	return IRQ_HANDLED;
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct edu *edu = kzalloc(sizeof(*edu), GFP_KERNEL);
	int ret;

	if (!edu)
		return -ENOMEM;
	init_completion(&edu->done);
	ret = pci_enable_device(pdev);
	if (ret)
		goto no_device;
	ret = pci_request_regions(pdev, KBUILD_MODNAME);
	if (ret)
		goto no_regions;
	edu->regs = pci_iomap(pdev, 0, 0);
	ret = -ENOMEM;
	if (!edu->regs)
		goto no_map;
	pci_set_master(pdev);
	ret = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI | PCI_IRQ_INTX);
	if (ret < 0)
		goto no_vectors;
	ret = request_irq(pci_irq_vector(pdev, 0), edu_irq, IRQF_SHARED, KBUILD_MODNAME, edu);
	if (ret)
		goto no_irq;
	pci_set_drvdata(pdev, edu);
	iowrite32(0x1234, edu->regs + EDU_LIVENESS);
	iowrite32(1, edu->regs + EDU_IRQ_RAISE);
	ret = wait_for_completion_timeout(&edu->done, 2 * HZ) ? 1 : 0;
	pr_info("edu_driver: ident %02x, liveness %04x, interrupt %s\n",
		ioread32(edu->regs + EDU_IDENT) & 0xff,
		~ioread32(edu->regs + EDU_LIVENESS) & 0xffff,
		ret ? "came" : "is missing");
	return 0;
no_irq:
	pci_free_irq_vectors(pdev);
no_vectors:
	pci_clear_master(pdev);
	pci_iounmap(pdev, edu->regs);
no_map:
	pci_release_regions(pdev);
no_regions:
	pci_disable_device(pdev);
no_device:
	kfree(edu);
	return ret;
}

static void edu_remove(struct pci_dev *pdev)
{
	struct edu *edu = pci_get_drvdata(pdev);

	free_irq(pci_irq_vector(pdev, 0), edu);
	pci_free_irq_vectors(pdev);
	pci_clear_master(pdev);
	pci_iounmap(pdev, edu->regs);
	pci_release_regions(pdev);
	pci_disable_device(pdev);
	kfree(edu);
	pr_info("edu_driver: gone\n");
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ 0, }
};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = KBUILD_MODNAME,
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};
module_pci_driver(edu_driver);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("edu, by the book");
