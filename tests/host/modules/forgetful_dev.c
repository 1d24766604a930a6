// SPDX-License-Identifier: MIT OR GPL-2.0
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/pci.h>
#include "forgetful.h"

static int forgotten_release(struct inode *inode, struct file *file)
{
	pr_info("released with %d reference(s)\n", module_refcount(THIS_MODULE));
	return 0;
}

static const struct file_operations fops = { .owner = THIS_MODULE, .release = forgotten_release };
static struct miscdevice misc = { .minor = MISC_DYNAMIC_MINOR, .name = "forgotten", .fops = &fops };

static int forgotten_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return 0;
}

static const struct pci_device_id ids[] = { { PCI_DEVICE(0x1234, 0x11e8) }, { } };
static struct pci_driver driver = { .name = "forgotten", .id_table = ids, .probe = forgotten_probe };

int forget_devices(void)
{
	int major = register_chrdev(0, "forgotten", &fops);
	int err = major < 0 ? major : misc_register(&misc);

	return err ?: pci_register_driver(&driver);
}
