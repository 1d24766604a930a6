/* SPDX-License-Identifier: MIT */
/*
 * Finding the PCI devices: bus 0, and behind every bridge the bus that the firmware numbered.
 * What the firmware assigned (addresses, INTx lines) is taken over, not assigned again.
 */
#define pr_fmt(fmt) "pci: " fmt

#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/shell.h>
#include <asm/io_apic.h>
#include <asm/irq_vectors.h>

/* All devices in bus order; written by the scan only. */
static LIST_HEAD(pci_devices);

/* A register of a function that may not exist: then all ones. */
static u32 read_maybe(u8 bus, u8 devfn, int where)
{
	const struct pci_dev dev = { .bus = bus, .devfn = devfn };
	u32 val;

	pci_read_config_dword(&dev, where, &val);
	return val;
}

static u64 read_bar64(struct pci_dev *dev, int where, bool is_64)
{
	u32 lo, hi = 0;

	pci_read_config_dword(dev, where, &lo);
	if (is_64)
		pci_read_config_dword(dev, where + 4, &hi);
	return lo | (u64)hi << 32;
}

/* Write all ones, read back which bits stick, restore. Decoding is off meanwhile. */
static u64 size_bar(struct pci_dev *dev, int where, bool is_64)
{
	u64 old = read_bar64(dev, where, is_64), ones;

	pci_write_config_dword(dev, where, ~0U);
	if (is_64)
		pci_write_config_dword(dev, where + 4, ~0U);
	ones = read_bar64(dev, where, is_64);
	pci_write_config_dword(dev, where, old);
	if (is_64)
		pci_write_config_dword(dev, where + 4, old >> 32);
	return ones;
}

/* Read BAR @bar into its resource. Returns how many BARs it takes up: 1 or 2. */
static int read_bar(struct pci_dev *dev, int bar)
{
	struct resource *res = &dev->resource[bar];
	int where = PCI_BASE_ADDRESS_0 + 4 * bar;
	u64 val = read_bar64(dev, where, false), mask, ones;
	bool io = val & PCI_BASE_ADDRESS_SPACE_IO;
	bool is_64 = !io && bar < PCI_STD_NUM_BARS - 1 &&
		     (val & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64;

	val = read_bar64(dev, where, is_64);
	mask = io ? ~3ULL : ~15ULL;
	ones = size_bar(dev, where, is_64) & mask;
	if (!ones || !(val & mask))
		return is_64 ? 2 : 1;	/* none, or without an address: unusable */
	res->start = val & mask;
	res->end = res->start + (ones & -ones) - 1;	/* the lowest bit that sticks is the size */
	res->flags = io ? IORESOURCE_IO : IORESOURCE_MEM;
	res->name = dev->name;
	return is_64 ? 2 : 1;
}

static void read_bars(struct pci_dev *dev)
{
	int bar, nr = dev->hdr_type == PCI_HEADER_TYPE_NORMAL ? PCI_STD_NUM_BARS :
		      dev->hdr_type == PCI_HEADER_TYPE_BRIDGE ? 2 : 0;
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
	for (bar = 0; bar < nr;)
		bar += read_bar(dev, bar);
	pci_write_config_word(dev, PCI_COMMAND, cmd);
}

/*
 * INTx without an AML interpreter: the firmware leaves in Interrupt Line which input of the
 * interrupt controller the pin is wired to; with IO-APICs that number is a GSI.
 */
static void read_intx(struct pci_dev *dev)
{
	u8 line;
	int irq;

	pci_read_config_byte(dev, PCI_INTERRUPT_PIN, &dev->pin);
	pci_read_config_byte(dev, PCI_INTERRUPT_LINE, &line);
	irq = !dev->pin || line == 0 || line == 0xff ? -EINVAL :
	      nr_ioapics ? ioapic_gsi_to_irq(line) : line < NR_IRQS_LEGACY ? line : -EINVAL;
	dev->intx_irq = irq > 0 ? irq : IRQ_NOTCONNECTED;
	dev->irq = dev->intx_irq;
}

static void read_ids(struct pci_dev *dev)
{
	u32 class_rev;

	pci_read_config_word(dev, PCI_VENDOR_ID, &dev->vendor);
	pci_read_config_word(dev, PCI_DEVICE_ID, &dev->device);
	pci_read_config_dword(dev, PCI_CLASS_REVISION, &class_rev);
	dev->class = class_rev >> 8;
	dev->revision = class_rev & 0xff;
	pci_read_config_byte(dev, PCI_HEADER_TYPE, &dev->hdr_type);
	dev->hdr_type &= PCI_HEADER_TYPE_MASK;
	if (dev->hdr_type == PCI_HEADER_TYPE_NORMAL) {
		pci_read_config_word(dev, PCI_SUBSYSTEM_VENDOR_ID, &dev->subsystem_vendor);
		pci_read_config_word(dev, PCI_SUBSYSTEM_ID, &dev->subsystem_device);
	}
}

static struct pci_dev *add_function(u8 bus, u8 devfn)
{
	struct pci_dev *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (!dev) {
		pr_err("no memory for %02x:%02x.%d, it is not used\n", bus, PCI_SLOT(devfn),
		       PCI_FUNC(devfn));
		return NULL;
	}
	dev->bus = bus;
	dev->devfn = devfn;
	snprintf(dev->name, sizeof(dev->name), "0000:%02x:%02x.%d", bus, PCI_SLOT(devfn),
		 PCI_FUNC(devfn));
	dev->dev.init_name = dev->name;
	read_ids(dev);
	read_bars(dev);
	read_intx(dev);
	dev->msi_cap = pci_find_capability(dev, PCI_CAP_ID_MSI);
	dev->msix_cap = pci_find_capability(dev, PCI_CAP_ID_MSIX);
	list_add_tail(&dev->node, &pci_devices);
	if (pci_device_add(dev))
		pr_err("%s has no directory in /sys: no memory\n", dev->name);
	return dev;
}

static void scan_bus(u8 bus);

static void scan_function(u8 bus, u8 devfn)
{
	struct pci_dev *dev;
	u8 secondary;

	if ((u16)read_maybe(bus, devfn, PCI_VENDOR_ID) == 0xffff)
		return;
	dev = add_function(bus, devfn);
	if (!dev || dev->hdr_type != PCI_HEADER_TYPE_BRIDGE)
		return;
	pci_read_config_byte(dev, PCI_SECONDARY_BUS, &secondary);
	if (secondary > bus)	/* deeper buses have higher numbers: no circles */
		scan_bus(secondary);
}

static void scan_bus(u8 bus)
{
	unsigned int slot, func, functions;

	for (slot = 0; slot < 32; slot++) {
		u8 type = read_maybe(bus, PCI_DEVFN(slot, 0), PCI_HEADER_TYPE & ~3) >> 16;

		functions = type != 0xff && (type & PCI_HEADER_TYPE_MFD) ? 8 : 1;
		for (func = 0; func < functions; func++)
			scan_function(bus, PCI_DEVFN(slot, func));
	}
}

static int __init pci_scan(void)
{
	struct pci_dev *dev;
	unsigned int n = 0;

	if (bus_register(&pci_bus_type))
		pr_err("no /sys/bus/pci: no memory\n");
	scan_bus(0);
	list_for_each_entry(dev, &pci_devices, node)
		n++;
	pr_info("%u functions\n", n);
	return 0;
}
subsys_initcall(pci_scan);

struct pci_dev *pci_get_device(unsigned int vendor, unsigned int device, struct pci_dev *from)
{
	bool behind = !from;
	struct pci_dev *dev;

	list_for_each_entry(dev, &pci_devices, node) {
		if (behind && (vendor == PCI_ANY_ID || vendor == dev->vendor) &&
		    (device == PCI_ANY_ID || device == dev->device))
			return dev;
		behind |= dev == from;
	}
	return NULL;
}
EXPORT_SYMBOL(pci_get_device);

struct pci_dev *pci_get_domain_bus_and_slot(int domain, unsigned int bus, unsigned int devfn)
{
	struct pci_dev *dev;

	list_for_each_entry(dev, &pci_devices, node)
		if (!domain && dev->bus == bus && dev->devfn == devfn)
			return dev;
	return NULL;
}
EXPORT_SYMBOL(pci_get_domain_bus_and_slot);

static void show_device(struct shell_io *io, struct pci_dev *dev)
{
	int bar;

	sh_printf(io, "%s %04x: %04x:%04x (rev %02x)", dev->name + 5, dev->class >> 8, dev->vendor,
		  dev->device, dev->revision);
	if (dev->pin)
		sh_printf(io, " INT%c", 'A' + dev->pin - 1);
	if (dev->irq != IRQ_NOTCONNECTED)
		sh_printf(io, " irq %u", dev->irq);
	if (dev->msi_cap)
		sh_printf(io, " MSI%s", dev->msi_enabled ? "+" : "-");
	if (dev->msix_cap)
		sh_printf(io, " MSI-X%s", dev->msix_enabled ? "+" : "-");
	sh_printf(io, "%s%s\n", dev->driver ? " driver " : "", dev->driver ? dev->driver->name : "");
	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++)
		if (dev->resource[bar].flags)
			sh_printf(io, "\tregion %d: %s at %#llx [size %#llx]\n", bar,
				  dev->resource[bar].flags & IORESOURCE_IO ? "I/O ports" : "memory",
				  (u64)pci_resource_start(dev, bar),
				  (u64)pci_resource_len(dev, bar));
}

COMMAND(lspci, "lspci", "list PCI devices, their regions, interrupts and drivers")
{
	struct pci_dev *dev;

	if (argc > 1)
		return sh_usage(io);
	list_for_each_entry(dev, &pci_devices, node)
		show_device(io, dev);
	return 0;
}
