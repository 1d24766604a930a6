/* SPDX-License-Identifier: MIT */
/*
 * The MSI and MSI-X capabilities of a device, and the choice between them and INTx.
 *
 * MSI has one address and one data register in configuration space, and a mask bit only in some
 * devices; more than one message would need vectors in a row on one CPU, so one is all we use
 * (Linux without interrupt remapping the same). MSI-X has a table in a memory BAR, each entry
 * with its own address, data and mask bit. [PCI] 6.8 "Message Signaled Interrupts"
 */
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/minmax.h>
#include <linux/msi.h>
#include <linux/pci.h>
#include <linux/slab.h>

/* --- for drivers/irqchip/msi.c --- */

static void __iomem *msix_entry(struct msi_desc *desc)
{
	return desc->dev->msix_base + desc->msi_index * PCI_MSIX_ENTRY_SIZE;
}

static void write_msi_registers(struct msi_desc *desc, const struct msi_msg *msg)
{
	struct pci_dev *dev = desc->dev;
	int cap = dev->msi_cap;

	pci_write_config_dword(dev, cap + PCI_MSI_ADDRESS_LO, msg->address_lo);
	if (desc->is_64)
		pci_write_config_dword(dev, cap + PCI_MSI_ADDRESS_HI, msg->address_hi);
	pci_write_config_word(dev, cap + (desc->is_64 ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32),
			      msg->data);
}

void pci_write_msi_msg(struct msi_desc *desc, const struct msi_msg *msg)
{
	if (desc->is_msix) {
		void __iomem *entry = msix_entry(desc);

		writel(msg->address_lo, entry + PCI_MSIX_ENTRY_LOWER_ADDR);
		writel(msg->address_hi, entry + PCI_MSIX_ENTRY_UPPER_ADDR);
		writel(msg->data, entry + PCI_MSIX_ENTRY_DATA);
		readl(entry + PCI_MSIX_ENTRY_DATA);	/* it has arrived */
	} else {
		write_msi_registers(desc, msg);
	}
	desc->msg = *msg;
}

void pci_msi_mask(struct msi_desc *desc, bool masked)
{
	struct pci_dev *dev = desc->dev;

	if (!desc->can_mask)
		return;
	if (desc->is_msix) {
		void __iomem *ctrl = msix_entry(desc) + PCI_MSIX_ENTRY_VECTOR_CTRL;

		writel(masked ? PCI_MSIX_ENTRY_CTRL_MASKBIT : 0, ctrl);
		readl(ctrl);
	} else {
		pci_write_config_dword(dev, dev->msi_cap + (desc->is_64 ? PCI_MSI_MASK_64 :
							    PCI_MSI_MASK_32), masked);
	}
}

void pci_msi_activate(struct msi_desc *desc, bool on)
{
	if (!desc->is_msix)
		pci_change_word(desc->dev, desc->dev->msi_cap + PCI_MSI_FLAGS,
				PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE,
				on ? PCI_MSI_FLAGS_ENABLE : 0);
}

/* --- MSI-X --- */

static unsigned int msix_table_size(struct pci_dev *dev)
{
	u16 flags;

	pci_read_config_word(dev, dev->msix_cap + PCI_MSIX_FLAGS, &flags);
	return (flags & PCI_MSIX_FLAGS_QSIZE) + 1;
}

static void set_msix_enable(struct pci_dev *dev, bool on)
{
	pci_change_word(dev, dev->msix_cap + PCI_MSIX_FLAGS,
			PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL,
			on ? PCI_MSIX_FLAGS_ENABLE : 0);
	dev->msix_enabled = on;
}

/* Map the table and mask every entry. 0 or -errno. May sleep. */
static int msix_map_table(struct pci_dev *dev)
{
	unsigned int i, n = msix_table_size(dev), bar;
	u32 table;

	pci_read_config_dword(dev, dev->msix_cap + PCI_MSIX_TABLE, &table);
	bar = table & PCI_MSIX_TABLE_BIR;
	table &= ~PCI_MSIX_TABLE_BIR;
	if (bar >= PCI_STD_NUM_BARS || !(dev->resource[bar].flags & IORESOURCE_MEM) ||
	    table + n * PCI_MSIX_ENTRY_SIZE > pci_resource_len(dev, bar)) {
		pci_err(dev, "the MSI-X table (region %u, offset %#x, %u entries) is not there\n",
			bar, table, n);
		return -EINVAL;
	}
	dev->msix_base = ioremap(pci_resource_start(dev, bar) + table, n * PCI_MSIX_ENTRY_SIZE);
	if (!dev->msix_base)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		writel(PCI_MSIX_ENTRY_CTRL_MASKBIT,
		       dev->msix_base + i * PCI_MSIX_ENTRY_SIZE + PCI_MSIX_ENTRY_VECTOR_CTRL);
	return 0;
}

/* Once: who frees MSI's vectors, after MSI-X has failed, finds no table. May sleep. */
static void msix_unmap_table(struct pci_dev *dev)
{
	iounmap(dev->msix_base);
	dev->msix_base = NULL;
}

/* --- one array of descriptors for either --- */

static void free_msi_descs(struct pci_dev *dev)
{
	unsigned int i;

	for (i = 0; i < dev->nr_vectors; i++)
		msi_teardown_irq(&dev->msi[i]);
	kfree(dev->msi);
	dev->msi = NULL;
	dev->nr_vectors = 0;
	dev->irq = dev->intx_irq;
}

/* @n descriptors like @proto. All or nothing: 0 or -errno. */
static int alloc_msi_descs(struct pci_dev *dev, const struct msi_desc *proto, unsigned int n)
{
	int ret;

	dev->msi = kcalloc(n, sizeof(*dev->msi), GFP_KERNEL);
	if (!dev->msi)
		return -ENOMEM;
	for (dev->nr_vectors = 0; dev->nr_vectors < n; dev->nr_vectors++) {
		struct msi_desc *desc = &dev->msi[dev->nr_vectors];

		*desc = *proto;
		desc->dev = dev;
		desc->msi_index = dev->nr_vectors;
		ret = msi_setup_irq(desc);
		if (ret) {
			free_msi_descs(dev);
			return ret;
		}
	}
	dev->irq = dev->msi[0].irq;
	return 0;
}

static int try_msix(struct pci_dev *dev, unsigned int min_vecs, unsigned int max_vecs)
{
	const struct msi_desc proto = { .is_msix = true, .can_mask = true };
	unsigned int n = dev->msix_cap ? min(msix_table_size(dev), max_vecs) : 0;
	int ret;

	if (n < min_vecs)
		return -ENOSPC;
	ret = msix_map_table(dev);
	if (ret)
		return ret;
	ret = alloc_msi_descs(dev, &proto, n);
	if (ret) {
		msix_unmap_table(dev);
		return ret;
	}
	pci_intx(dev, false);
	set_msix_enable(dev, true);
	return n;
}

static int try_msi(struct pci_dev *dev, unsigned int min_vecs)
{
	struct msi_desc proto = {};
	u16 flags;
	int ret;

	if (!dev->msi_cap || min_vecs > 1)
		return -ENOSPC;
	pci_read_config_word(dev, dev->msi_cap + PCI_MSI_FLAGS, &flags);
	proto.is_64 = flags & PCI_MSI_FLAGS_64BIT;
	proto.can_mask = flags & PCI_MSI_FLAGS_MASKBIT;
	ret = alloc_msi_descs(dev, &proto, 1);
	if (ret)
		return ret;
	/* It is switched on when the irq is requested; INTx is off from now on. */
	pci_intx(dev, false);
	dev->msi_enabled = true;
	return 1;
}

static int try_intx(struct pci_dev *dev, unsigned int min_vecs)
{
	if (min_vecs > 1 || dev->intx_irq == IRQ_NOTCONNECTED)
		return -ENOSPC;
	pci_intx(dev, true);
	return 1;
}

int __pci_alloc_irq_vectors(struct pci_dev *dev, unsigned int min_vecs, unsigned int max_vecs,
			    unsigned int flags)
{
	int ret = -ENOSPC;

	if (!min_vecs || max_vecs < min_vecs || dev->msi)
		return -EINVAL;
	if (flags & PCI_IRQ_MSIX)
		ret = try_msix(dev, min_vecs, max_vecs);
	if (ret < 0 && (flags & PCI_IRQ_MSI))
		ret = try_msi(dev, min_vecs);
	if (ret < 0 && (flags & PCI_IRQ_INTX))
		ret = try_intx(dev, min_vecs);
	return ret;
}
EXPORT_SYMBOL(__pci_alloc_irq_vectors);

void pci_free_irq_vectors(struct pci_dev *dev)
{
	if (!dev->msi)
		return;
	if (dev->msix_enabled)
		set_msix_enable(dev, false);
	dev->msi_enabled = false;
	free_msi_descs(dev);
	msix_unmap_table(dev);
	pci_intx(dev, true);
	pci_given_back(dev);
}
EXPORT_SYMBOL(pci_free_irq_vectors);

int pci_irq_vector(struct pci_dev *dev, unsigned int nr)
{
	if (dev->msi)
		return nr < dev->nr_vectors ? (int)dev->msi[nr].irq : -EINVAL;
	return nr || dev->intx_irq == IRQ_NOTCONNECTED ? -EINVAL : (int)dev->intx_irq;
}
EXPORT_SYMBOL(pci_irq_vector);
