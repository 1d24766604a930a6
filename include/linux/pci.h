/* SPDX-License-Identifier: MIT */
/*
 * PCI devices and drivers: enumeration is done once at subsys_initcall time; a driver
 * registers a table of ids and is probed for each device that matches. No hot plug.
 */
#ifndef _LINUX_PCI_H
#define _LINUX_PCI_H

#include <linux/device.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/pci_ids.h>

struct msi_desc;

#define PCI_SLOT(devfn)		(((devfn) >> 3) & 0x1f)
#define PCI_FUNC(devfn)		((devfn) & 0x07)
#define PCI_DEVFN(slot, func)	((((slot) & 0x1f) << 3) | ((func) & 0x07))

/* Configuration space. [PCI] 6.1 "Configuration Space Organization" */
#define PCI_VENDOR_ID		0x00
#define PCI_DEVICE_ID		0x02
#define PCI_COMMAND		0x04
#define  PCI_COMMAND_IO			0x1
#define  PCI_COMMAND_MEMORY		0x2
#define  PCI_COMMAND_MASTER		0x4
#define  PCI_COMMAND_INTX_DISABLE	0x400
#define PCI_STATUS		0x06
#define  PCI_STATUS_INTERRUPT		0x8
#define  PCI_STATUS_CAP_LIST		0x10
#define PCI_CLASS_REVISION	0x08
#define PCI_REVISION_ID		0x08
#define PCI_HEADER_TYPE		0x0e
#define  PCI_HEADER_TYPE_MASK		0x7f
#define  PCI_HEADER_TYPE_NORMAL		0
#define  PCI_HEADER_TYPE_BRIDGE		1
#define  PCI_HEADER_TYPE_MFD		0x80
#define PCI_BASE_ADDRESS_0	0x10
#define  PCI_BASE_ADDRESS_SPACE_IO	0x01
#define  PCI_BASE_ADDRESS_MEM_TYPE_MASK	0x06
#define  PCI_BASE_ADDRESS_MEM_TYPE_64	0x04
#define PCI_SECONDARY_BUS	0x19
#define PCI_SUBSYSTEM_VENDOR_ID	0x2c
#define PCI_SUBSYSTEM_ID	0x2e
#define PCI_CAPABILITY_LIST	0x34
#define PCI_INTERRUPT_LINE	0x3c
#define PCI_INTERRUPT_PIN	0x3d

#define PCI_CAP_ID_MSI		0x05
#define PCI_CAP_ID_MSIX		0x11

#define PCI_MSI_FLAGS		0x02
#define  PCI_MSI_FLAGS_ENABLE		0x0001
#define  PCI_MSI_FLAGS_QSIZE		0x0070
#define  PCI_MSI_FLAGS_64BIT		0x0080
#define  PCI_MSI_FLAGS_MASKBIT		0x0100
#define PCI_MSI_ADDRESS_LO	0x04
#define PCI_MSI_ADDRESS_HI	0x08
#define PCI_MSI_DATA_32		0x08
#define PCI_MSI_MASK_32		0x0c
#define PCI_MSI_DATA_64		0x0c
#define PCI_MSI_MASK_64		0x10

#define PCI_MSIX_FLAGS		0x02
#define  PCI_MSIX_FLAGS_QSIZE		0x07ff
#define  PCI_MSIX_FLAGS_MASKALL		0x4000
#define  PCI_MSIX_FLAGS_ENABLE		0x8000
#define PCI_MSIX_TABLE		0x04
#define  PCI_MSIX_TABLE_BIR		0x07
#define PCI_MSIX_ENTRY_SIZE		16
#define  PCI_MSIX_ENTRY_LOWER_ADDR	0x0
#define  PCI_MSIX_ENTRY_UPPER_ADDR	0x4
#define  PCI_MSIX_ENTRY_DATA		0x8
#define  PCI_MSIX_ENTRY_VECTOR_CTRL	0xc
#define  PCI_MSIX_ENTRY_CTRL_MASKBIT	0x1

#define PCI_STD_NUM_BARS	6

/* One function of a device. */
struct pci_dev {
	struct list_head node;		/* all devices, in bus order */
	struct device dev;
	u8 bus;
	u8 devfn;
	u16 vendor;
	u16 device;
	u16 subsystem_vendor;
	u16 subsystem_device;
	u32 class;			/* base, sub, interface: 24 bits */
	u8 revision;
	u8 hdr_type;
	u8 pin;				/* INTx pin: 0 none, 1 = A */
	u8 msi_cap;			/* offset of the capability or 0 */
	u8 msix_cap;
	bool msi_enabled;
	bool msix_enabled;
	unsigned int irq;		/* INTx, or the first MSI */
	unsigned int intx_irq;		/* as routed by firmware */
	struct resource resource[PCI_STD_NUM_BARS];	/* flags 0: no such BAR */
	char name[16];			/* "0000:00:03.0" */
	void __iomem *msix_base;	/* the MSI-X table */
	struct msi_desc *msi;		/* array of nr_vectors while MSI(-X) is on */
	unsigned int nr_vectors;
	int enable_cnt;
	u8 claimed;			/* a bit for each BAR that was requested */
	struct pci_driver *yielded;	/* made room for another, see pci_driver.yields */
	struct pci_driver *driver;
};

#define to_pci_dev(d)	container_of(d, struct pci_dev, dev)

struct pci_driver {
	const char *name;
	struct device_driver driver;
	const struct pci_device_id *id_table;
	int (*probe)(struct pci_dev *dev, const struct pci_device_id *id);
	void (*remove)(struct pci_dev *dev);
	/*
	 * Ours: this one is built in for want of a better one. It is unbound when another driver is
	 * registered for its device, or a module without a driver enables it, and bound again when that
	 * is over: its driver gone, or all of it given back.
	 */
	bool yields;
};

#define PCI_DEVICE(vend, dev) \
	.vendor = (vend), .device = (dev), .subvendor = PCI_ANY_ID, .subdevice = PCI_ANY_ID
#define PCI_DEVICE_CLASS(dev_class, dev_class_mask) \
	.class = (dev_class), .class_mask = (dev_class_mask), .vendor = PCI_ANY_ID, \
	.device = PCI_ANY_ID, .subvendor = PCI_ANY_ID, .subdevice = PCI_ANY_ID

#define PCI_DEVICE_SUB(vend, dev, subvend, subdev) \
	.vendor = (vend), .device = (dev), .subvendor = (subvend), .subdevice = (subdev)
#define PCI_VDEVICE(vend, dev) \
	.vendor = PCI_VENDOR_ID_##vend, .device = (dev), \
	.subvendor = PCI_ANY_ID, .subdevice = PCI_ANY_ID, 0, 0

/* drivers/pci/sysfs.c: a device's directory below /sys/bus/pci/devices. 0 or -errno. */
extern struct bus_type pci_bus_type;
int pci_device_add(struct pci_dev *dev);

/**
 * pci_register_driver - probe @drv for every unbound device in its id_table. May sleep.
 * Returns 0; a probe's failure is logged, and does not fail the registration.
 */
int pci_register_driver(struct pci_driver *drv);
void pci_unregister_driver(struct pci_driver *drv);
/* A module that is nothing but @drv. */
#define module_pci_driver(drv)								\
	static int __init drv##_init(void) { return pci_register_driver(&drv); }	\
	module_init(drv##_init);							\
	static void __exit drv##_exit(void) { pci_unregister_driver(&drv); }		\
	module_exit(drv##_exit)

/* What a module without a driver of its own does first with a device: see pci_driver.yields. */
void pci_take(struct pci_dev *dev, struct module *mod);
/* What it does last, whichever of the calls below that is. */
void pci_given_back(struct pci_dev *dev);
#define __pci_taking(dev, call) \
	({ struct pci_dev *__dev = (dev); pci_take(__dev, THIS_MODULE); call; })

/** pci_get_device - the next device of that kind after @from (NULL: the first). */
struct pci_dev *pci_get_device(unsigned int vendor, unsigned int device, struct pci_dev *from);
/** pci_get_domain_bus_and_slot - the device at that place, NULL. There is one domain, 0. */
struct pci_dev *pci_get_domain_bus_and_slot(int domain, unsigned int bus, unsigned int devfn);
/* Devices are never removed, so there is no reference to drop. */
#define pci_dev_put(dev)	((void)(dev))
#define for_each_pci_dev(d) while ((d = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, d)) != NULL)

/*
 * Configuration space access: 0 or -EINVAL for a bad or misaligned register. Any context. Called by
 * Linux's names, which check that @val points to what they read.
 */
int pci_read_config(const struct pci_dev *dev, int where, int size, void *val);
int pci_write_config(const struct pci_dev *dev, int where, int size, u32 val);
/* For reports: -EBUSY where reading would have to wait. Any context, NMI included. */
int pci_peek_config(const struct pci_dev *dev, int where, int size, void *val);
#define pci_read_config_byte(dev, where, val)	pci_read_config(dev, where, 1, (u8 *){ val })
#define pci_read_config_word(dev, where, val)	pci_read_config(dev, where, 2, (u16 *){ val })
#define pci_read_config_dword(dev, where, val)	pci_read_config(dev, where, 4, (u32 *){ val })
#define pci_write_config_byte(dev, where, val)	pci_write_config(dev, where, 1, val)
#define pci_write_config_word(dev, where, val)	pci_write_config(dev, where, 2, val)
#define pci_write_config_dword(dev, where, val)	pci_write_config(dev, where, 4, val)

/** pci_change_word - clear bits of a 16-bit register, then set some. */
void pci_change_word(struct pci_dev *dev, int where, u16 clear, u16 set);

/** pci_find_capability - offset of the capability in configuration space, 0 if absent. */
u8 pci_find_capability(struct pci_dev *dev, int cap);

/** pci_enable_device - switch on I/O and memory decoding. 0 or -errno. Counted. */
int __pci_enable_device(struct pci_dev *dev);
#define pci_enable_device(dev)	__pci_taking(dev, __pci_enable_device(__dev))
#define pci_is_enabled(dev)	((dev)->enable_cnt > 0)
void pci_disable_device(struct pci_dev *dev);
/** pci_set_master - let the device do DMA and send MSIs. */
void pci_set_master(struct pci_dev *dev);
void pci_clear_master(struct pci_dev *dev);
/** pci_intx - allow or forbid the device's INTx (command bit 10). */
void pci_intx(struct pci_dev *dev, int enable);

#define pci_resource_start(dev, bar)	((dev)->resource[bar].start)
#define pci_resource_end(dev, bar)	((dev)->resource[bar].end)
#define pci_resource_flags(dev, bar)	((dev)->resource[bar].flags)
#define pci_resource_len(dev, bar) \
	(pci_resource_end(dev, bar) ? \
	 pci_resource_end(dev, bar) - pci_resource_start(dev, bar) + 1 : 0)

/** pci_iomap - map a memory BAR uncached. @maxlen 0: all of it. NULL on failure. May sleep. */
void __iomem *pci_iomap(struct pci_dev *dev, int bar, unsigned long maxlen);
#define pci_iounmap(dev, addr)		iounmap(addr)

/** pci_request_regions - claim all BARs for @name, pci_request_region - one. 0 or -EBUSY. */
int __pci_request_regions(struct pci_dev *dev, const char *name);
int __pci_request_region(struct pci_dev *dev, int bar, const char *name);
#define pci_request_regions(dev, name)	__pci_taking(dev, __pci_request_regions(__dev, name))
#define pci_request_region(dev, bar, name) \
	__pci_taking(dev, __pci_request_region(__dev, bar, name))
void pci_release_regions(struct pci_dev *dev);
void pci_release_region(struct pci_dev *dev, int bar);

/*
 * Managed (linux/device/devres.h): decoding, mappings, and whatever regions and vectors the device has
 * go when its driver does. _iomap_regions requests and maps the BARs of @mask, _table says where.
 */
int __pcim_enable_device(struct pci_dev *dev);
#define pcim_enable_device(dev)	__pci_taking(dev, __pcim_enable_device(__dev))
int __pcim_request_all_regions(struct pci_dev *dev, const char *name);
#define pcim_request_all_regions(dev, name) \
	__pci_taking(dev, __pcim_request_all_regions(__dev, name))
void __iomem *pcim_iomap(struct pci_dev *dev, int bar, unsigned long maxlen);
void pcim_iounmap(struct pci_dev *dev, void __iomem *addr);
int pcim_iomap_regions(struct pci_dev *dev, int mask, const char *name);
void __iomem * const *pcim_iomap_table(struct pci_dev *dev);

#define PCI_IRQ_INTX		(1 << 0)
#define PCI_IRQ_MSI		(1 << 1)
#define PCI_IRQ_MSIX		(1 << 2)
#define PCI_IRQ_ALL_TYPES	(PCI_IRQ_INTX | PCI_IRQ_MSI | PCI_IRQ_MSIX)

/**
 * pci_alloc_irq_vectors - get between @min_vecs and @max_vecs interrupts, trying MSI-X, MSI,
 * INTx in this order as @flags allow. Returns how many, -EINVAL, -ENOSPC, -ENOMEM. May sleep.
 */
int __pci_alloc_irq_vectors(struct pci_dev *dev, unsigned int min_vecs, unsigned int max_vecs,
			    unsigned int flags);
#define pci_alloc_irq_vectors(dev, min_vecs, max_vecs, flags) \
	__pci_taking(dev, __pci_alloc_irq_vectors(__dev, min_vecs, max_vecs, flags))
void pci_free_irq_vectors(struct pci_dev *dev);
/* The older way to one MSI: dev->irq is it. 0 or -errno. */
#define pci_enable_msi(dev) ({								\
	int __got = pci_alloc_irq_vectors(dev, 1, 1, PCI_IRQ_MSI);			\
	__got < 0 ? __got : 0; })
#define pci_disable_msi(dev)	pci_free_irq_vectors(dev)
#define pci_dev_msi_enabled(dev) ((dev)->msi_enabled || (dev)->msix_enabled)
/** pci_irq_vector - the irq number of interrupt @nr of the device, -EINVAL. */
int pci_irq_vector(struct pci_dev *dev, unsigned int nr);

#define pci_name(pdev)			((pdev)->name)
#define pci_get_drvdata(pdev)		((pdev)->dev.driver_data)
#define pci_set_drvdata(pdev, data)	((pdev)->dev.driver_data = (data))
#define pci_err(pdev, fmt, ...)		dev_err(&(pdev)->dev, fmt, ##__VA_ARGS__)
#define pci_warn(pdev, fmt, ...)	dev_warn(&(pdev)->dev, fmt, ##__VA_ARGS__)
#define pci_dbg(pdev, fmt, ...)		dev_dbg(&(pdev)->dev, fmt, ##__VA_ARGS__)
#define pci_info(pdev, fmt, ...)	dev_info(&(pdev)->dev, fmt, ##__VA_ARGS__)

#endif /* _LINUX_PCI_H */
