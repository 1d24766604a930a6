/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A character device that says how often it was opened, and keeps what is written to it. */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#define NAME "counter"

static int limit = 3;
module_param(limit, int, 0644);

static dev_t number;
static struct cdev cdev;
static struct class *class;
static atomic_t busy = ATOMIC_INIT(0);
static int opened;
static char text[80];

static int counter_open(struct inode *inode, struct file *file)
{
	if (atomic_cmpxchg(&busy, 0, 1))
		return -EBUSY;
	if (opened >= limit) {
		atomic_set(&busy, 0);
		return -ENOSPC;
	}
	opened++;
	return 0;
}

static int counter_release(struct inode *inode, struct file *file)
{
	atomic_set(&busy, 0);
	return 0;
}

static ssize_t counter_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	char line[120];
	int len = scnprintf(line, sizeof(line), "opened %d times, kept: %s", opened, text);

	return simple_read_from_buffer(buf, count, pos, line, len);
}

static ssize_t counter_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	size_t n = min(count, sizeof(text) - 1);

	if (copy_from_user(text, buf, n))
		return -EFAULT;
	text[n] = '\0';
	return n;
}

static const struct file_operations counter_fops = {
	.owner = THIS_MODULE,
	.open = counter_open,
	.release = counter_release,
	.read = counter_read,
	.write = counter_write,
};

static int __init counter_init(void)
{
	struct device *dev;
	int ret = alloc_chrdev_region(&number, 0, 1, NAME);

	if (ret)
		return ret;
	cdev_init(&cdev, &counter_fops);
	cdev.owner = THIS_MODULE;
	ret = cdev_add(&cdev, number, 1);
	if (ret)
		goto no_cdev;
	class = class_create(NAME);
	if (IS_ERR(class)) {
		ret = PTR_ERR(class);
		goto no_class;
	}
	dev = device_create(class, NULL, number, NULL, NAME);
	if (!IS_ERR(dev))
		return 0;
	ret = PTR_ERR(dev);
	class_destroy(class);
no_class:
	cdev_del(&cdev);
no_cdev:
	unregister_chrdev_region(number, 1);
	return ret;
}

static void __exit counter_exit(void)
{
	device_destroy(class, number);
	class_destroy(class);
	cdev_del(&cdev);
	unregister_chrdev_region(number, 1);
}

module_init(counter_init);
module_exit(counter_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("counts how often it was opened");
