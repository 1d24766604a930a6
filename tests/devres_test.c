/* SPDX-License-Identifier: MIT */
/* Managed resources: given back once, latest first, at remove and after a probe that failed. */
#include <kunit/test.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/pci.h>
#include <linux/string.h>

#include "context.h"

static struct device dev = { .init_name = "test0" };
static char order[16];
static unsigned int order_len;

static void note(void *letter)
{
	order[order_len++ % sizeof(order)] = (long)letter;
}

static void release(struct device *d, void *res)
{
	note((void *)(long)*(char *)res);
}

static int has_letter(struct device *d, void *res, void *letter)
{
	return *(char *)res == (long)letter;
}

static int devres_test_init(struct kunit *test)
{
	memset(order, 0, sizeof(order));
	order_len = 0;
	return 0;
}

static void devres_test_exit(struct kunit *test)
{
	devres_release_all(&dev);
}

static void add(struct kunit *test, char letter)
{
	char *res = devres_alloc(release, 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, res);
	*res = letter;
	devres_add(&dev, res);
}

static void latest_goes_first(struct kunit *test)
{
	for (char c = 'a'; c <= 'c'; c++)
		add(test, c);
	KUNIT_EXPECT_EQ(test, devm_add_action(&dev, note, (void *)'d'), 0);
	KUNIT_EXPECT_EQ(test, devres_release_all(&dev), 4);
	KUNIT_EXPECT_STREQ(test, order, "dcba");
	KUNIT_EXPECT_EQ(test, devres_release_all(&dev), 0);
}

static void one_by_one(struct kunit *test)
{
	char *b;

	for (char c = 'a'; c <= 'd'; c++)
		add(test, c);
	KUNIT_EXPECT_EQ(test, *(char *)devres_find(&dev, release, NULL, NULL), 'd');
	KUNIT_EXPECT_NULL(test, devres_find(&dev, release, has_letter, (void *)'x'));
	b = devres_remove(&dev, release, has_letter, (void *)'b');
	KUNIT_ASSERT_NOT_NULL(test, b);
	KUNIT_EXPECT_EQ(test, devres_release(&dev, release, has_letter, (void *)'c'), 0);
	KUNIT_EXPECT_EQ(test, devres_destroy(&dev, release, NULL, NULL), 0);	/* d, unheard */
	KUNIT_EXPECT_EQ(test, devres_destroy(&dev, release, has_letter, b), -ENOENT);
	KUNIT_EXPECT_EQ(test, devres_release(&dev, release, has_letter, b), -ENOENT);
	KUNIT_EXPECT_EQ(test, devres_release_all(&dev), 1);
	KUNIT_EXPECT_STREQ(test, order, "ca");
	devres_free(b);
	devres_free(NULL);
}

static void actions(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, devm_add_action_or_reset(&dev, note, (void *)'1'), 0);
	KUNIT_EXPECT_EQ(test, devm_add_action(&dev, note, (void *)'2'), 0);
	KUNIT_EXPECT_EQ(test, devm_add_action(&dev, note, (void *)'3'), 0);
	devm_release_action(&dev, note, (void *)'2');
	KUNIT_EXPECT_STREQ(test, order, "2");
	devm_remove_action(&dev, note, (void *)'3');
	devres_release_all(&dev);
	KUNIT_EXPECT_STREQ(test, order, "21");
	kunit_expect_report(test, "WARNING: ");
	devm_remove_action(&dev, note, (void *)'3');
}

static void memory(struct kunit *test)
{
	u8 *zeroed = devm_kcalloc(&dev, 3, 5, GFP_KERNEL);
	char *copy = devm_kstrdup(&dev, "copy", GFP_KERNEL);
	char *text = devm_kasprintf(&dev, GFP_KERNEL, "%s-%d", "irq", 24);

	KUNIT_ASSERT_NOT_NULL(test, zeroed);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	KUNIT_ASSERT_NOT_NULL(test, text);
	KUNIT_EXPECT_NULL(test, memchr_inv(zeroed, 0, 15));
	KUNIT_EXPECT_EQ(test, (unsigned long)zeroed % sizeof(u64), 0);
	KUNIT_EXPECT_STREQ(test, copy, "copy");
	KUNIT_EXPECT_STREQ(test, text, "irq-24");
	KUNIT_EXPECT_NULL(test, devm_kmalloc_array(&dev, SIZE_MAX, 2, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, devm_kmalloc(&dev, SIZE_MAX, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, devm_kstrdup(&dev, NULL, GFP_KERNEL));
	devm_kfree(&dev, copy);
	devm_kfree(&dev, NULL);
	KUNIT_EXPECT_EQ(test, devres_release_all(&dev), 2);
}

static void regions_and_dma(struct kunit *test)
{
	dma_addr_t handle;
	u8 *ring;

	KUNIT_ASSERT_NOT_NULL(test, devm_request_region(&dev, 0xfff0, 8, "test0"));
	KUNIT_EXPECT_NULL(test, devm_request_region(&dev, 0xfff4, 8, "again"));
	devm_release_region(&dev, 0xfff0, 8);
	KUNIT_ASSERT_NOT_NULL(test, devm_request_region(&dev, 0xfff4, 8, "again"));
	ring = dmam_alloc_coherent(&dev, PAGE_SIZE, &handle, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ring);
	KUNIT_EXPECT_NULL(test, memchr_inv(ring, 0, PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, devres_release_all(&dev), 2);
	KUNIT_EXPECT_NOT_NULL(test, request_region(0xfff0, 8, "test0"));
	release_region(0xfff0, 8);
}

/* --- a PCI driver that gives nothing back itself --- */

static struct {
	int err;			/* what probe() returns at its end */
	unsigned int irq;
	int irqs;
	void __iomem *regs;
	struct pci_dev *dev;
} managed;

static irqreturn_t managed_handler(int irq, void *cookie)
{
	u32 status = readl(managed.regs + 0x24);

	if (!status)
		return IRQ_NONE;
	writel(status, managed.regs + 0x64);
	WRITE_ONCE(managed.irqs, managed.irqs + 1);
	return IRQ_HANDLED;
}

static int managed_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int err = pcim_enable_device(pdev) ?: pcim_iomap_regions(pdev, BIT(0), "managed");

	if (err)
		return err;
	managed.dev = pdev;
	managed.regs = pcim_iomap_table(pdev)[0];
	pci_set_master(pdev);
	err = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_ALL_TYPES);
	if (err < 0)
		return err;
	managed.irq = pci_irq_vector(pdev, 0);
	err = devm_request_irq(&pdev->dev, managed.irq, managed_handler, IRQF_SHARED, NULL,
			       &managed) ?:
	      devm_add_action_or_reset(&pdev->dev, note, (void *)'e');
	return err ?: managed.err;
}

static void managed_remove(struct pci_dev *pdev)
{
	note((void *)'r');
}

static const struct pci_device_id managed_ids[] = { { PCI_DEVICE(0x1234, 0x11e8) }, {} };
static struct pci_driver managed_driver = {
	.name = "managed", .id_table = managed_ids, .probe = managed_probe, .remove = managed_remove
};

/* All of the device is free again; who drove it before has it back. */
static void expect_free(struct kunit *test, const struct device_driver *driver)
{
	KUNIT_EXPECT_EQ(test, managed.dev->enable_cnt, 1);
	KUNIT_EXPECT_PTR_EQ(test, managed.dev->dev.driver, driver);
}

/* The device that the driver will have; skips without it. */
static struct pci_dev *edu_to_take(struct kunit *test)
{
	struct pci_dev *pdev = pci_get_device(0x1234, 0x11e8, NULL);

	if (!pdev || !pdev->driver)
		kunit_skip(test, "no edu device");
	memset(&managed, 0, sizeof(managed));
	return pdev;
}

static void a_pci_driver_that_gives_nothing_back(struct kunit *test)
{
	struct pci_dev *pdev = edu_to_take(test);
	const struct device_driver *before = pdev->dev.driver;

	KUNIT_ASSERT_EQ(test, pci_register_driver(&managed_driver), 0);
	KUNIT_ASSERT_PTR_EQ(test, pdev->driver, &managed_driver);
	KUNIT_EXPECT_NULL(test, pcim_iomap(pdev, 0, 0));	/* it is mapped */
	KUNIT_EXPECT_EQ(test, pcim_iomap_regions(pdev, BIT(1), "none"), -EINVAL);
	KUNIT_EXPECT_EQ(test, pcim_enable_device(pdev), 0);	/* once is enough */
	writel(1, managed.regs + 0x60);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(managed.irqs)));
	KUNIT_EXPECT_EQ(test, READ_ONCE(managed.irqs), 1);
	pci_unregister_driver(&managed_driver);
	KUNIT_EXPECT_STREQ(test, order, "re");
	expect_free(test, before);
}

static void a_probe_that_fails_late(struct kunit *test)
{
	const struct device_driver *before = edu_to_take(test)->dev.driver;

	managed.err = -ENODEV;
	KUNIT_ASSERT_EQ(test, pci_register_driver(&managed_driver), 0);
	KUNIT_EXPECT_STREQ(test, order, "e");
	pci_unregister_driver(&managed_driver);
	KUNIT_EXPECT_STREQ(test, order, "e");
	expect_free(test, before);
}

static struct kunit_case devres_cases[] = {
	KUNIT_CASE(latest_goes_first),
	KUNIT_CASE(one_by_one),
	KUNIT_CASE(actions),
	KUNIT_CASE(memory),
	KUNIT_CASE(regions_and_dma),
	KUNIT_CASE(a_pci_driver_that_gives_nothing_back),
	KUNIT_CASE(a_probe_that_fails_late),
	{}
};

static struct kunit_suite devres_suite = {
	.name = "devres", .init = devres_test_init, .exit = devres_test_exit, .test_cases = devres_cases
};
kunit_test_suite(devres_suite);
