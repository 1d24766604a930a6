/* SPDX-License-Identifier: MIT */
/*
 * PCI: configuration space, regions, capabilities, interrupt vectors, drivers.
 */
#include <kunit/test.h>
#include <linux/edu.h>
#include <linux/errno.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kernel.h>
#include <linux/mmdebug.h>
#include <linux/msi.h>
#include <linux/pci.h>
#include <linux/shell.h>
#include <linux/string.h>
#include <asm/apic.h>

static struct pci_dev *edu_dev(struct kunit *test)
{
	struct pci_dev *dev = pci_get_device(PCI_VENDOR_ID_QEMU, PCI_DEVICE_ID_QEMU_EDU, NULL);

	if (!dev || !dev->driver)
		kunit_skip(test, "no edu device");
	return dev;
}

static void host_bridge_is_found(struct kunit *test)
{
	struct pci_dev *dev = NULL;
	unsigned int n = 0, bridges = 0;
	u16 vendor;

	for_each_pci_dev(dev) {
		n++;
		bridges += dev->class >> 8 == PCI_CLASS_BRIDGE_HOST;
		KUNIT_EXPECT_EQ(test, pci_read_config_word(dev, PCI_VENDOR_ID, &vendor), 0);
		KUNIT_EXPECT_EQ(test, vendor, dev->vendor);
		KUNIT_EXPECT_NE(test, vendor, 0xffff);
	}
	KUNIT_EXPECT_GE(test, n, 1);
	KUNIT_EXPECT_GE(test, bridges, 1);
	KUNIT_EXPECT_NULL(test, pci_get_device(0xdead, 0xbeef, NULL));
}

static void bad_registers_are_refused(struct kunit *test)
{
	struct pci_dev *dev = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, NULL);
	u32 dword;
	u16 word;
	u8 byte;

	KUNIT_ASSERT_NOT_NULL(test, dev);
	KUNIT_EXPECT_EQ(test, pci_read_config_dword(dev, 2, &dword), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_read_config_dword(dev, 256, &dword), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_read_config_word(dev, 255, &word), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_read_config_byte(dev, -1, &byte), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_write_config_word(dev, 1, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_write_config_dword(dev, 254, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_write_config_byte(dev, 256, 0), -EINVAL);
}

static void narrow_reads_agree_with_wide_ones(struct kunit *test)
{
	struct pci_dev *dev = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, NULL);
	u32 dword;
	u16 word;
	u8 byte;

	KUNIT_ASSERT_NOT_NULL(test, dev);
	for (int where = 0; where < 16; where++) {
		pci_read_config_dword(dev, where & ~3, &dword);
		pci_read_config_byte(dev, where, &byte);
		KUNIT_EXPECT_EQ(test, byte, (u8)(dword >> where % 4 * 8));
		if (where % 2)
			continue;
		pci_read_config_word(dev, where, &word);
		KUNIT_EXPECT_EQ(test, word, (u16)(dword >> where % 4 * 8));
	}
}

/* 1 MiB of memory, says QEMU's document; and sizing it has left the address as it was. */
static void edu_region(struct kunit *test)
{
	struct pci_dev *dev = edu_dev(test);
	u32 bar;

	KUNIT_EXPECT_EQ(test, pci_resource_len(dev, 0), 1 << 20);
	KUNIT_EXPECT_EQ(test, pci_resource_flags(dev, 0) & IORESOURCE_MEM, IORESOURCE_MEM);
	KUNIT_EXPECT_EQ(test, pci_resource_len(dev, 1), 0);
	pci_read_config_dword(dev, PCI_BASE_ADDRESS_0, &bar);
	KUNIT_EXPECT_EQ(test, bar & ~15u, pci_resource_start(dev, 0));
	KUNIT_EXPECT_NULL(test, pci_iomap(dev, 1, 0));
	KUNIT_EXPECT_NULL(test, pci_iomap(dev, -1, 0));
	KUNIT_EXPECT_NULL(test, pci_iomap(dev, 6, 0));
	KUNIT_EXPECT_EQ(test, readl(edu_base()) & 0xff, 0xed);
	KUNIT_EXPECT_EQ(test, pci_request_regions(dev, "again"), -EBUSY);
}

static void edu_capability(struct kunit *test)
{
	struct pci_dev *dev = edu_dev(test);

	KUNIT_EXPECT_EQ(test, pci_find_capability(dev, PCI_CAP_ID_MSI), dev->msi_cap);
	KUNIT_EXPECT_EQ(test, dev->msi_cap, 0x40);
	KUNIT_EXPECT_EQ(test, pci_find_capability(dev, PCI_CAP_ID_MSIX), 0);
	KUNIT_EXPECT_EQ(test, pci_find_capability(dev, 0x7f), 0);
}

static void command_register(struct kunit *test)
{
	struct pci_dev *dev = edu_dev(test);
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	KUNIT_EXPECT_TRUE(test, cmd & PCI_COMMAND_MEMORY);
	KUNIT_EXPECT_TRUE(test, cmd & PCI_COMMAND_MASTER);
	KUNIT_EXPECT_EQ(test, !(cmd & PCI_COMMAND_INTX_DISABLE), !edu_uses_msi());
	KUNIT_EXPECT_EQ(test, pci_enable_device(dev), 0);	/* counted: the second on top */
	pci_disable_device(dev);
	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	KUNIT_EXPECT_TRUE(test, cmd & PCI_COMMAND_MASTER);
}

static void edu_give_back(void *dev)
{
	pci_free_irq_vectors(dev);
	edu_claim(true);
}

/* What the device holds in its MSI registers is what the vector domain says. */
static void msi_registers(struct kunit *test)
{
	struct pci_dev *dev = edu_dev(test);
	struct irq_cfg *cfg;
	u16 flags, data;
	u32 addr;

	if (!edu_uses_msi())
		kunit_skip(test, "edu runs by INTx");
	cfg = irqd_cfg(irq_get_irq_data(edu_irq()));
	KUNIT_ASSERT_NOT_NULL(test, cfg);
	pci_read_config_word(dev, dev->msi_cap + PCI_MSI_FLAGS, &flags);
	pci_read_config_dword(dev, dev->msi_cap + PCI_MSI_ADDRESS_LO, &addr);
	pci_read_config_word(dev, dev->msi_cap + PCI_MSI_DATA_64, &data);
	KUNIT_EXPECT_TRUE(test, flags & PCI_MSI_FLAGS_ENABLE);
	KUNIT_EXPECT_EQ(test, addr, 0xfee00000 | cpu_apicid[cfg->cpu] << 12);
	KUNIT_EXPECT_EQ(test, data, cfg->vector);
}

static void vectors_by_kind(struct kunit *test)
{
	struct pci_dev *dev = edu_dev(test);
	unsigned int irq;
	u16 cmd;

	KUNIT_ASSERT_EQ(test, edu_release(), 0);
	pci_free_irq_vectors(dev);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, edu_give_back, dev), 0);

	KUNIT_EXPECT_EQ(test, pci_alloc_irq_vectors(dev, 0, 1, PCI_IRQ_ALL_TYPES), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_alloc_irq_vectors(dev, 2, 1, PCI_IRQ_ALL_TYPES), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_alloc_irq_vectors(dev, 2, 4, PCI_IRQ_ALL_TYPES), -ENOSPC);
	KUNIT_EXPECT_EQ(test, pci_alloc_irq_vectors(dev, 1, 1, PCI_IRQ_MSIX), -ENOSPC);
	KUNIT_EXPECT_EQ(test, pci_alloc_irq_vectors(dev, 1, 1, 0), -ENOSPC);

	KUNIT_ASSERT_EQ(test, pci_alloc_irq_vectors(dev, 1, 4, PCI_IRQ_ALL_TYPES), 1);
	irq = pci_irq_vector(dev, 0);
	KUNIT_EXPECT_EQ(test, dev->irq, irq);
	KUNIT_EXPECT_TRUE(test, dev->msi_enabled);
	KUNIT_EXPECT_EQ(test, pci_irq_vector(dev, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, pci_alloc_irq_vectors(dev, 1, 1, PCI_IRQ_MSI), -EINVAL);
	pci_free_irq_vectors(dev);
	KUNIT_EXPECT_NULL(test, irq_to_desc(irq));
	KUNIT_EXPECT_EQ(test, dev->irq, dev->intx_irq);

	if (dev->intx_irq == IRQ_NOTCONNECTED)
		return;
	KUNIT_EXPECT_EQ(test, pci_alloc_irq_vectors(dev, 1, 1, PCI_IRQ_INTX), 1);
	KUNIT_EXPECT_EQ(test, pci_irq_vector(dev, 0), dev->intx_irq);
	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	KUNIT_EXPECT_FALSE(test, cmd & PCI_COMMAND_INTX_DISABLE);
}

/* --- MSI-X, with any device that has it and no driver --- */

static irqreturn_t nobody(int irq, void *dev)
{
	return IRQ_NONE;
}

static u32 table_entry(struct pci_dev *dev, unsigned int i, unsigned int reg)
{
	return readl(dev->msix_base + i * PCI_MSIX_ENTRY_SIZE + reg);
}

/* One with MSI as well if @both. */
static struct pci_dev *unused_msix_dev(struct kunit *test, bool both)
{
	struct pci_dev *dev = NULL;

	for_each_pci_dev(dev)
		if (dev->msix_cap && !dev->driver && (!both || dev->msi_cap))
			return dev;
	kunit_skip(test, "no unused device with MSI-X%s", both ? " and MSI" : "");
	return NULL;
}

static void msix_table(struct kunit *test)
{
	struct pci_dev *dev = unused_msix_dev(test, false);
	struct irq_cfg *cfg;
	int n, irq;

	KUNIT_ASSERT_EQ(test, pci_enable_device(dev), 0);
	n = pci_alloc_irq_vectors(dev, 1, 64, PCI_IRQ_MSIX);
	KUNIT_ASSERT_GE(test, n, 1);
	KUNIT_EXPECT_TRUE(test, dev->msix_enabled);
	irq = pci_irq_vector(dev, n - 1);
	KUNIT_EXPECT_EQ(test, irq, pci_irq_vector(dev, 0) + n - 1);
	KUNIT_EXPECT_EQ(test, table_entry(dev, n - 1, PCI_MSIX_ENTRY_VECTOR_CTRL), 1);
	KUNIT_ASSERT_EQ(test, request_irq(irq, nobody, 0, "msix", dev), 0);
	cfg = irqd_cfg(irq_get_irq_data(irq));
	KUNIT_EXPECT_EQ(test, table_entry(dev, n - 1, PCI_MSIX_ENTRY_VECTOR_CTRL), 0);
	KUNIT_EXPECT_EQ(test, table_entry(dev, n - 1, PCI_MSIX_ENTRY_DATA), cfg->vector);
	KUNIT_EXPECT_EQ(test, table_entry(dev, n - 1, PCI_MSIX_ENTRY_LOWER_ADDR),
			0xfee00000 | cpu_apicid[cfg->cpu] << 12);
	KUNIT_EXPECT_EQ(test, table_entry(dev, n - 1, PCI_MSIX_ENTRY_UPPER_ADDR), 0);
	free_irq(irq, dev);
	KUNIT_EXPECT_EQ(test, table_entry(dev, n - 1, PCI_MSIX_ENTRY_VECTOR_CTRL), 1);
	pci_free_irq_vectors(dev);
	KUNIT_EXPECT_FALSE(test, dev->msix_enabled);
	pci_disable_device(dev);
}

/*
 * Without memory for its vectors MSI-X is given up, the table unmapped. MSI comes in its place, and when that goes,
 * nothing is unmapped a second time; then MSI-X again.
 */
static void msix_fails_and_msi_comes_instead(struct kunit *test)
{
	struct pci_dev *dev = unused_msix_dev(test, true);
	unsigned int failed = 0;
	char bug[MM_BUG_LEN] = "";
	int n;

	KUNIT_ASSERT_EQ(test, pci_enable_device(dev), 0);
	mm_bug_capture = bug;
	for (unsigned int i = 0; i < 30; i++) {
		WRITE_ONCE(fail_alloc_interval, 1 + i % 5);
		n = pci_alloc_irq_vectors(dev, 1, 64, PCI_IRQ_MSIX);
		WRITE_ONCE(fail_alloc_interval, 0);
		KUNIT_EXPECT_EQ(test, !dev->msix_base, n < 0);
		if (n < 0) {
			failed++;
			KUNIT_EXPECT_EQ(test, pci_alloc_irq_vectors(dev, 1, 1, PCI_IRQ_MSI), 1);
		}
		pci_free_irq_vectors(dev);
		KUNIT_EXPECT_NULL(test, dev->msix_base);
		KUNIT_EXPECT_STREQ(test, bug, "");
	}
	mm_bug_capture = NULL;
	KUNIT_EXPECT_GE(test, failed, 1);
	n = pci_alloc_irq_vectors(dev, 1, 64, PCI_IRQ_MSIX);
	KUNIT_EXPECT_GE(test, n, 1);
	pci_free_irq_vectors(dev);
	pci_disable_device(dev);
}

/* --- drivers --- */

static unsigned int probed;

static int refuse(struct pci_dev *dev, const struct pci_device_id *id)
{
	probed++;
	return -ENODEV;
}

static void drivers_see_what_their_table_says(struct kunit *test)
{
	static const struct pci_device_id any[] = {
		{ PCI_DEVICE_CLASS(PCI_CLASS_BRIDGE_HOST << 8, 0xffff00) }, { 0 }
	};
	static const struct pci_device_id none[] = { { PCI_DEVICE(0xdead, 0xbeef) }, { 0 } };
	static struct pci_driver d = { .name = "test", .probe = refuse };

	probed = 0;
	d.id_table = none;
	KUNIT_EXPECT_EQ(test, pci_register_driver(&d), 0);
	KUNIT_EXPECT_EQ(test, probed, 0);
	pci_unregister_driver(&d);
	d.id_table = any;
	KUNIT_EXPECT_EQ(test, pci_register_driver(&d), 0);
	KUNIT_EXPECT_GE(test, probed, 1);
	pci_unregister_driver(&d);
}

/* Its probe registers another driver, for another device, which its remove takes away: neither holds the bus's lock. */
static const struct pci_device_id isa_ids[] = {
	{ PCI_DEVICE_CLASS(PCI_CLASS_BRIDGE_ISA << 8, 0xffff00) }, { 0 }
};
static struct pci_driver isa_driver = { .name = "test_isa", .probe = refuse, .id_table = isa_ids };

static int probe_with_another(struct pci_dev *dev, const struct pci_device_id *id)
{
	return pci_register_driver(&isa_driver);
}

static void remove_with_another(struct pci_dev *dev)
{
	pci_unregister_driver(&isa_driver);
}

static void a_probe_registers_another_driver(struct kunit *test)
{
	static const struct pci_device_id host[] = {
		{ PCI_DEVICE_CLASS(PCI_CLASS_BRIDGE_HOST << 8, 0xffff00) }, { 0 }
	};
	static struct pci_driver d = {
		.name = "test", .probe = probe_with_another, .remove = remove_with_another,
		.id_table = host,
	};

	probed = 0;
	KUNIT_EXPECT_EQ(test, pci_register_driver(&d), 0);
	KUNIT_EXPECT_GE(test, probed, 1);
	pci_unregister_driver(&d);
}

static int take_err;

static int take(struct pci_dev *dev, const struct pci_device_id *id)
{
	probed++;
	return take_err;
}

/* edu's driver gives way to any other, has the device back after it, and nobody else's does. */
static void built_in_driver_gives_way(struct kunit *test)
{
	static const struct pci_device_id ids[] = {
		{ PCI_DEVICE(PCI_VENDOR_ID_QEMU, PCI_DEVICE_ID_QEMU_EDU) }, { 0 }
	};
	static struct pci_driver first = { .name = "first", .probe = take, .id_table = ids };
	static struct pci_driver second = { .name = "second", .probe = take, .id_table = ids };
	struct pci_dev *dev = edu_dev(test);
	struct pci_driver *built_in = dev->driver;

	probed = take_err = 0;
	pci_register_driver(&first);
	KUNIT_EXPECT_PTR_EQ(test, dev->driver, &first);
	KUNIT_EXPECT_NULL(test, edu_base());
	KUNIT_EXPECT_EQ(test, edu_irq(), -ENODEV);
	KUNIT_EXPECT_FALSE(test, pci_is_enabled(dev));
	pci_register_driver(&second);
	KUNIT_EXPECT_PTR_EQ(test, dev->driver, &first);
	pci_unregister_driver(&second);
	KUNIT_EXPECT_PTR_EQ(test, dev->driver, &first);
	pci_unregister_driver(&first);
	KUNIT_EXPECT_PTR_EQ(test, dev->driver, built_in);
	KUNIT_EXPECT_NOT_NULL(test, edu_base());
	KUNIT_EXPECT_GE(test, edu_irq(), 0);

	/* nor does one that does not want it keep it */
	take_err = -ENODEV;
	pci_register_driver(&first);
	KUNIT_EXPECT_PTR_EQ(test, dev->driver, built_in);
	pci_unregister_driver(&first);
	KUNIT_EXPECT_EQ(test, probed, 2);
}

static void lspci_lists_them(struct kunit *test)
{
	struct pci_dev *dev = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, NULL);
	char *out = kunit_kzalloc(test, 8192, GFP_KERNEL), id[16];

	KUNIT_ASSERT_NOT_NULL(test, out);
	KUNIT_EXPECT_EQ(test, shell_capture("lspci", out, 8192), 0);
	snprintf(id, sizeof(id), "%04x:%04x", dev->vendor, dev->device);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, id));
	KUNIT_EXPECT_EQ(test, shell_capture("lspci -v", out, 8192), 2);
}

static struct kunit_case pci_cases[] = {
	KUNIT_CASE(host_bridge_is_found),
	KUNIT_CASE(bad_registers_are_refused),
	KUNIT_CASE(narrow_reads_agree_with_wide_ones),
	KUNIT_CASE(edu_region),
	KUNIT_CASE(edu_capability),
	KUNIT_CASE(command_register),
	KUNIT_CASE(msi_registers),
	KUNIT_CASE(vectors_by_kind),
	KUNIT_CASE(msix_table),
	KUNIT_CASE(msix_fails_and_msi_comes_instead),
	KUNIT_CASE(drivers_see_what_their_table_says),
	KUNIT_CASE(a_probe_registers_another_driver),
	KUNIT_CASE(built_in_driver_gives_way),
	KUNIT_CASE(lspci_lists_them),
	{}
};

static struct kunit_suite pci_suite = {
	.name = "pci",
	.test_cases = pci_cases,
};
kunit_test_suite(pci_suite);
