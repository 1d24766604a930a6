// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * /dev/short: what is written goes to a port byte by byte, what is read comes from it; the last byte pulls the wire of
 * ISA interrupt 7, and a reader waits for its handler. QEMU's pc-testdev has the port and the wire.
 */
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#define SHORT_PORT	0xe0
#define SHORT_IRQ	7
#define SHORT_WIRE	(0x2000 + SHORT_IRQ)

static DECLARE_WAIT_QUEUE_HEAD(queue);
static unsigned int came, seen;

static irqreturn_t short_interrupt(int irq, void *dev)
{
	WRITE_ONCE(came, came + 1);
	wake_up_interruptible(&queue);
	return IRQ_HANDLED;
}

static ssize_t short_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	char bytes[16];

	count = min(count, sizeof(bytes));
	if (copy_from_user(bytes, buf, count))
		return -EFAULT;
	outsb(SHORT_PORT, bytes, count);
	outb_p(1, SHORT_WIRE);
	outb_p(0, SHORT_WIRE);
	return count;
}

/* Once for each interrupt: four times the byte that the port has. */
static ssize_t short_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	char bytes[4];

	if (*pos)
		return 0;
	if (wait_event_interruptible(queue, READ_ONCE(came) != seen))
		return -ERESTARTSYS;
	seen++;
	insb(SHORT_PORT, bytes, sizeof(bytes));
	pr_info("short: port %c, %u interrupts\n", inb_p(SHORT_PORT), came);
	count = min(count, sizeof(bytes));
	if (copy_to_user(buf, bytes, count))
		return -EFAULT;
	*pos += count;
	return count;
}

static const struct file_operations short_fops = {
	.owner = THIS_MODULE, .read = short_read, .write = short_write,
};
static struct miscdevice short_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "short", .fops = &short_fops };

static int __init short_init(void)
{
	int err = request_irq(SHORT_IRQ, short_interrupt, 0, "short", &short_dev);

	if (err)
		return err;
	err = misc_register(&short_dev);
	if (err)
		free_irq(SHORT_IRQ, &short_dev);
	return err;
}

static void __exit short_exit(void)
{
	misc_deregister(&short_dev);
	free_irq(SHORT_IRQ, &short_dev);
}

module_init(short_init);
module_exit(short_exit);
MODULE_LICENSE("Dual MIT/GPL");
