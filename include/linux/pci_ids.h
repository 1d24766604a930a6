/* SPDX-License-Identifier: MIT */
/*
 * PCI class, vendor and device numbers used here, with Linux's names.
 */
#ifndef _LINUX_PCI_IDS_H
#define _LINUX_PCI_IDS_H

#define PCI_CLASS_STORAGE_EXPRESS	0x010802
#define PCI_CLASS_BRIDGE_HOST		0x0600
#define PCI_CLASS_BRIDGE_ISA		0x0601

#define PCI_VENDOR_ID_QEMU		0x1234
#define PCI_DEVICE_ID_QEMU_EDU		0x11e8

#define PCI_VENDOR_ID_INTEL		0x8086
#define PCI_DEVICE_ID_INTEL_82540EM	0x100e
#define PCI_DEVICE_ID_INTEL_82574L	0x10d3

#endif /* _LINUX_PCI_IDS_H */
