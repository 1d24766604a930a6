/* SPDX-License-Identifier: MIT */
/*
 * QEMU's edu device (`-device edu`, PCI 1234:11e8). The driver serves its interrupt by the book:
 * read the status, acknowledge exactly those bits. Whoever wants the interrupt for himself takes it
 * with edu_release() and gives it back with edu_claim().
 */
#define KBUILD_MODNAME "edu"

#include <linux/delay.h>
#include <linux/edu.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/pci.h>

#define EDU_ID		0x00	/* 0xRRrr00ed: revision and the device's name */

static bool msi = true;
module_param(msi, bool, 0444);

/* The first device found; written by probe and remove, and by claim and release under lock. */
static struct {
	struct pci_dev *pdev;
	void __iomem *base;
	struct mutex lock;
	bool claimed;
	unsigned long count;
} edu = { .lock = __MUTEX_INITIALIZER(edu.lock) };

void __iomem *edu_base(void)
{
	return edu.base;
}

int edu_irq(void)
{
	return edu.pdev ? pci_irq_vector(edu.pdev, 0) : -ENODEV;
}

bool edu_uses_msi(void)
{
	return edu.pdev && edu.pdev->msi_enabled;
}

unsigned long edu_count(void)
{
	return READ_ONCE(edu.count);
}

static irqreturn_t edu_handler(int irq, void *dev)
{
	u32 status = edu_status();

	if (!status)
		return IRQ_NONE;	/* another device on this line */
	edu_ack(status);
	WRITE_ONCE(edu.count, edu.count + 1);
	return IRQ_HANDLED;
}

/* Does the interrupt arrive at all? Where INTx goes is only the firmware's word. May sleep. */
static void edu_check_delivery(void)
{
	unsigned long before = edu_count();
	int ms;

	edu_raise(1);
	for (ms = 0; ms < 100 && edu_count() == before; ms++)
		msleep(1);
	if (edu_count() != before)
		return;
	edu_ack(1);
	pci_err(edu.pdev, "raised its interrupt, and nothing came in on irq %d%s\n", edu_irq(),
		edu_uses_msi() ? "" : ": Interrupt Line names the wrong input");
}

int edu_claim(bool use_msi)
{
	int ret;

	if (!edu.pdev)
		return -ENODEV;
	guard(mutex)(&edu.lock);
	if (edu.claimed)
		return -EBUSY;
	pci_free_irq_vectors(edu.pdev);
	ret = pci_alloc_irq_vectors(edu.pdev, 1, 1,
				    use_msi ? PCI_IRQ_MSI | PCI_IRQ_INTX : PCI_IRQ_INTX);
	if (ret < 0)
		return ret;
	edu_ack(edu_status());
	ret = request_irq(edu_irq(), edu_handler, edu_uses_msi() ? 0 : IRQF_SHARED, "edu", &edu);
	edu.claimed = !ret;
	return ret;
}
EXPORT_SYMBOL_GPL(edu_claim);

int edu_release(void)
{
	if (!edu.pdev)
		return -ENODEV;
	guard(mutex)(&edu.lock);
	if (!edu.claimed)
		return -EBUSY;
	edu_ack(~0U);
	free_irq(edu_irq(), &edu);
	edu.claimed = false;
	return 0;
}
EXPORT_SYMBOL_GPL(edu_release);

static int edu_map(struct pci_dev *pdev)
{
	int ret = pci_enable_device(pdev);

	if (ret)
		return ret;
	ret = pci_request_regions(pdev, "edu");
	if (!ret) {
		edu.base = pci_iomap(pdev, 0, 0);
		if (edu.base)
			return 0;
		ret = -ENOMEM;
		pci_release_regions(pdev);
	}
	pci_disable_device(pdev);
	return ret;
}

static void edu_unmap(struct pci_dev *pdev)
{
	pci_iounmap(pdev, edu.base);
	edu.base = NULL;
	pci_release_regions(pdev);
	pci_disable_device(pdev);
}

static void edu_remove(struct pci_dev *pdev)
{
	if (pdev != edu.pdev)
		return;
	edu_release();
	pci_free_irq_vectors(pdev);
	edu.pdev = NULL;
	edu_unmap(pdev);
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int ret;

	if (edu.pdev)
		return -EBUSY;	/* one is all we serve */
	ret = edu_map(pdev);
	if (ret)
		return ret;
	pci_set_master(pdev);	/* an MSI is a write by the device */
	edu.pdev = pdev;
	ret = edu_claim(msi);
	if (ret) {
		edu_remove(pdev);
		return ret;
	}
	pci_info(pdev, "id %08x, irq %d (%s)\n", readl(edu.base + EDU_ID), edu_irq(),
		 edu_uses_msi() ? "MSI" : "INTx");
	edu_check_delivery();
	return 0;
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_QEMU, PCI_DEVICE_ID_QEMU_EDU) },
	{ 0 },
};

static struct pci_driver edu_driver = {
	.name = "edu",
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
	.yields = true,		/* a module that brings a driver for it is the one that counts */
};

static int __init edu_init(void)
{
	int ret = pci_register_driver(&edu_driver);

	if (!edu.pdev)
		pr_info("edu: not present\n");
	return ret;
}
device_initcall(edu_init);
