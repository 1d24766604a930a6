/* SPDX-License-Identifier: MIT */
/*
 * PCI configuration space by mechanism #1: an address port and a data port.
 * [PCI] 3.2.2.3.2 "Software Generation of Configuration Transactions"
 */
#include <linux/export.h>
#include <linux/pci.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#define PCI_CONFIG_ADDRESS	0xcf8
#define PCI_CONFIG_DATA		0xcfc

/* Address and data are two accesses. Taken in hardirq too (MSI moves): irqs off. */
static DEFINE_RAW_SPINLOCK(pci_config_lock);

/* Select the 32-bit register. pci_config_lock held. */
static void pci_select(const struct pci_dev *dev, int where)
{
	outl(1U << 31 | (u32)dev->bus << 16 | (u32)dev->devfn << 8 | (where & 0xfc),
	     PCI_CONFIG_ADDRESS);
}

static bool bad_register(int where, int size)
{
	return where < 0 || where + size > 256 || where % size;
}

/* pci_config_lock held. */
static void read_selected(const struct pci_dev *dev, int where, int size, void *val)
{
	u32 data;

	pci_select(dev, where);
	data = inl(PCI_CONFIG_DATA) >> (where % 4 * 8);
	memcpy(val, &data, size);
}

int pci_read_config(const struct pci_dev *dev, int where, int size, void *val)
{
	if (bad_register(where, size))
		return -EINVAL;
	guard(raw_spinlock_irqsave)(&pci_config_lock);
	read_selected(dev, where, size, val);
	return 0;
}

int pci_peek_config(const struct pci_dev *dev, int where, int size, void *val)
{
	unsigned long flags;

	if (bad_register(where, size))
		return -EINVAL;
	if (!raw_spin_trylock_irqsave(&pci_config_lock, flags))
		return -EBUSY;
	read_selected(dev, where, size, val);
	raw_spin_unlock_irqrestore(&pci_config_lock, flags);
	return 0;
}

/* Narrow writes are narrow on the bus: the neighbours may be write-one-to-clear. */
int pci_write_config(const struct pci_dev *dev, int where, int size, u32 val)
{
	if (bad_register(where, size))
		return -EINVAL;
	guard(raw_spinlock_irqsave)(&pci_config_lock);
	pci_select(dev, where);
	if (size == 4)
		outl(val, PCI_CONFIG_DATA);
	else if (size == 2)
		outw(val, PCI_CONFIG_DATA + where % 4);
	else
		outb(val, PCI_CONFIG_DATA + where % 4);
	return 0;
}

void pci_change_word(struct pci_dev *dev, int where, u16 clear, u16 set)
{
	u16 val;

	pci_read_config_word(dev, where, &val);
	pci_write_config_word(dev, where, (val & ~clear) | set);
}
EXPORT_SYMBOL(pci_change_word);

u8 pci_find_capability(struct pci_dev *dev, int cap)
{
	int hops;
	u16 status;
	u8 pos, id;

	pci_read_config_word(dev, PCI_STATUS, &status);
	if (!(status & PCI_STATUS_CAP_LIST))
		return 0;
	pci_read_config_byte(dev, PCI_CAPABILITY_LIST, &pos);
	/* 48 capabilities fit; more means that the list is a circle. */
	for (hops = 0; hops < 48 && (pos &= ~3) >= 0x40; hops++) {
		pci_read_config_byte(dev, pos, &id);
		if (id == cap)
			return pos;
		pci_read_config_byte(dev, pos + 1, &pos);
	}
	return 0;
}
EXPORT_SYMBOL(pci_find_capability);
