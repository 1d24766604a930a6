/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* edu over its INTx wire, with the two mistakes that one makes there: mode 1 never acknowledges, mode 2 is not let. */
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/pci.h>

static int mode, storms, affinity = 2;
module_param(mode, int, 0644);
module_param(affinity, int, 0644);	/* a mask of CPUs */
module_param(storms, int, 0644);	/* mode 1 acknowledges in the end: this interrupt, if it is not 0 */

static struct pci_dev *pdev;
static void __iomem *regs;

static irqreturn_t edu_wire(int irq, void *data)
{
	u32 status = readl(regs + 0x24);

	if (!status)
		return IRQ_NONE;
	if (READ_ONCE(mode) != 1 || (storms && !--storms))
		writel(status, regs + 0x64);
	return IRQ_HANDLED;
}

static int __init wire_init(void)
{
	int ret;

	pdev = pci_get_device(0x1234, 0x11e8, NULL);
	if (!pdev)
		return -ENODEV;
	ret = pci_enable_device(pdev);
	if (ret)
		return ret;
	regs = pci_iomap(pdev, 0, 0);
	ret = regs ? pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_INTX) : -ENOMEM;
	if (ret > 0)
		ret = request_irq(pci_irq_vector(pdev, 0), edu_wire, IRQF_SHARED, "edu_wire", &pdev);
	if (ret)
		return ret;
	irq_set_affinity(pci_irq_vector(pdev, 0), cpumask_of(affinity >> 1));
	pci_intx(pdev, mode != 2);
	writel(1, regs + 0x60);
	while (READ_ONCE(storms))	/* a thread that the storm keeps waiting, if it is on this CPU */
		cpu_relax();
	return 0;
}

static void __exit wire_exit(void)
{
	free_irq(pci_irq_vector(pdev, 0), &pdev);
	pci_free_irq_vectors(pdev);
	pci_iounmap(pdev, regs);
	pci_disable_device(pdev);
	pci_dev_put(pdev);
}

module_init(wire_init);
module_exit(wire_exit);
MODULE_LICENSE("GPL");
