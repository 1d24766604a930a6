/* SPDX-License-Identifier: MIT */
/*
 * Between the files of drivers/pci/.
 */
#ifndef _DRIVERS_PCI_H
#define _DRIVERS_PCI_H

#include <linux/pci.h>

/* All devices in bus order; written by the scan only. */
extern struct list_head pci_devices;

/** pci_raw_read - the 32-bit register that holds @where, of a function that may not exist. */
u32 pci_raw_read(u8 bus, u8 devfn, int where);

/** pci_change_word - clear bits of a 16-bit register, then set some. */
void pci_change_word(struct pci_dev *dev, int where, u16 clear, u16 set);

#endif /* _DRIVERS_PCI_H */
