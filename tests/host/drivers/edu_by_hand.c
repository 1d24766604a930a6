/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* edu without a driver: found, enabled, used and given back, as small experiments do it. */
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/pci.h>

static struct pci_dev *pdev;
static void __iomem *regs;
static atomic_t hits = ATOMIC_INIT(0);

static irqreturn_t hit(int irq, void *data)
{
	u32 status = readl(regs + 0x24);

	if (!status)
		return IRQ_NONE;
	writel(status, regs + 0x64);
	atomic_inc(&hits);
	return IRQ_HANDLED;
}

static int __init hand_init(void)
{
	int i, ret;

	pdev = pci_get_device(0x1234, 0x11e8, NULL);
	if (!pdev)
		return -ENODEV;
	ret = pci_enable_device(pdev);
	if (ret)
		return ret;
	pci_set_master(pdev);
	regs = pci_iomap(pdev, 0, 0);
	ret = regs ? pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSI | PCI_IRQ_INTX) : -ENOMEM;
	if (ret > 0)
		ret = request_irq(pci_irq_vector(pdev, 0), hit, IRQF_SHARED, "edu_by_hand", &pdev);
	if (ret)
		return ret;
	for (i = 0; i < 5; i++) {
		writel(1, regs + 0x60);
		msleep(10);
	}
	pr_info("edu_by_hand: %d of 5\n", atomic_read(&hits));
	return 0;
}

static void __exit hand_exit(void)
{
	free_irq(pci_irq_vector(pdev, 0), &pdev);
	pci_free_irq_vectors(pdev);
	pci_iounmap(pdev, regs);
	pci_disable_device(pdev);
	pci_dev_put(pdev);
}

module_init(hand_init);
module_exit(hand_exit);
MODULE_LICENSE("GPL");
