/* SPDX-License-Identifier: MIT */
/*
 * Message signalled interrupts: a device raises one by writing msi_msg.data to the address.
 * [SDM 3A] 11.11 "Message Signalled Interrupts", [PCI] 6.8 "Message Signaled Interrupts"
 */
#ifndef _LINUX_MSI_H
#define _LINUX_MSI_H

#include <linux/types.h>

struct pci_dev;
struct irq_data;

struct msi_msg {
	u32 address_lo;
	u32 address_hi;
	u32 data;
};

/* One interrupt of a device's MSI or MSI-X capability. */
struct msi_desc {
	struct pci_dev *dev;
	unsigned int irq;
	u16 msi_index;		/* which message of the device */
	bool is_msix;
	bool is_64;		/* MSI: 64-bit address */
	bool can_mask;
	struct msi_msg msg;	/* last written */
};

/**
 * msi_setup_irq - allocate an irq number for @desc (dev, msi_index and the capability's
 * properties filled in) and give it the MSI chip. 0 or -errno. May sleep.
 * msi_teardown_irq - the opposite; the irq must be free.
 */
int msi_setup_irq(struct msi_desc *desc);
void msi_teardown_irq(struct msi_desc *desc);

/*
 * drivers/pci/msi.c, called by the MSI chip. Context: any, irqs off.
 * pci_msi_activate - let an MSI without mask bit be sent at all, or not.
 */
void pci_write_msi_msg(struct msi_desc *desc, const struct msi_msg *msg);
void pci_msi_mask(struct msi_desc *desc, bool masked);
void pci_msi_activate(struct msi_desc *desc, bool on);

#endif /* _LINUX_MSI_H */
