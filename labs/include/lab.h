/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * What the labs share: their prefix, a patient wait, and QEMU's `edu` device as a source of interrupts. Only what
 * a Linux module may use, so that the same lab builds for both kernels. Include it first.
 *
 * edu: writing bits to RAISE sets them in STATUS and interrupts; writing bits to ACK clears them. As INTx the line
 * is up while STATUS is not zero; as MSI every write to RAISE is one message. [edu] "IO (MMIO) area"
 */
#ifndef _LAB_H
#define _LAB_H

#undef pr_fmt
#define pr_fmt(fmt) "lab: " fmt

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/printk.h>

#define LAB_EDU_VENDOR	0x1234
#define LAB_EDU_DEVICE	0x11e8
#define LAB_EDU_STATUS	0x24
#define LAB_EDU_RAISE	0x60
#define LAB_EDU_ACK	0x64

/* Where the kernel itself drives the first device, its driver lends it. */
#if __has_include(<linux/edu.h>)
#include <linux/edu.h>
#else
#define edu_release()	0
#define edu_claim(msi)	do { } while (0)
#endif

#define LAB_PATIENCE	(5 * HZ)	/* far more than anything takes here; a busy host included */

/* Wait, asleep, until cond is true. False if it never was. May sleep. */
#define lab_wait(cond)							\
({									\
	unsigned long lab_end_ = jiffies + LAB_PATIENCE;		\
									\
	while (!(cond) && time_before(jiffies, lab_end_))		\
		msleep(1);						\
	(cond);								\
})

/*
 * The same, spinning, for at most ms milliseconds: for code that must not sleep, or must not leave its CPU. Each
 * look is a turn for the other CPUs of the machine that repeats, so there is a microsecond between two. Any context.
 */
#define lab_spin_until(cond, ms)					\
({									\
	u64 lab_end_ = ktime_get_ns() + (ms) * 1000000ULL;		\
	bool lab_is_;							\
									\
	while (!(lab_is_ = (cond)) && ktime_get_ns() < lab_end_) {	\
		cpu_relax();						\
		udelay(1);						\
	}								\
	lab_is_;							\
})

/* How the labs print a fact. */
#define lab_yes(fact)	((fact) ? "yes" : "no")

struct lab_edu {
	struct pci_dev *pdev;
	void __iomem *base;
	int irq;		/* for request_irq() */
	bool lent;
};

static inline u32 lab_edu_status(struct lab_edu *edu)
{
	return readl(edu->base + LAB_EDU_STATUS);
}

/* Interrupt, with these bits of STATUS set. Any context. */
static inline void lab_edu_raise(struct lab_edu *edu, u32 bits)
{
	writel(bits, edu->base + LAB_EDU_RAISE);
}

/* Take these bits of STATUS back. Any context. */
static inline void lab_edu_ack(struct lab_edu *edu, u32 bits)
{
	writel(bits, edu->base + LAB_EDU_ACK);
}

/* Give the device back; its interrupt must have been freed. May sleep. */
static inline void lab_edu_close(struct lab_edu *edu)
{
	lab_edu_ack(edu, ~0U);
	pci_free_irq_vectors(edu->pdev);
	pci_iounmap(edu->pdev, edu->base);
	pci_disable_device(edu->pdev);
	pci_dev_put(edu->pdev);
	if (edu->lent)
		edu_claim(true);
}

/*
 * Make the nth edu device (from 0) ready to interrupt as PCI_IRQ_MSI or PCI_IRQ_INTX: find, enable and map it, get its
 * irq. 0 or an error, after which there is nothing to close. May sleep.
 */
static inline int lab_edu_open_nth(struct lab_edu *edu, int nth, unsigned int how)
{
	int ret;

	edu->pdev = NULL;
	do {
		edu->pdev = pci_get_device(LAB_EDU_VENDOR, LAB_EDU_DEVICE, edu->pdev);
		if (!edu->pdev) {
			pr_err("no edu device number %d: QEMU wants -device edu\n", nth);
			return -ENODEV;
		}
	} while (nth--);
	edu->lent = edu->pdev->driver != NULL;
	ret = edu->lent ? edu_release() : 0;
	if (ret)
		goto put;
	if (edu->lent)
		pci_free_irq_vectors(edu->pdev);
	ret = pci_enable_device(edu->pdev);
	if (ret)
		goto take_back;
	pci_set_master(edu->pdev);	/* an MSI is a write by the device */
	edu->base = pci_iomap(edu->pdev, 0, 0);
	if (!edu->base) {
		ret = -ENOMEM;
		goto disable;
	}
	lab_edu_ack(edu, ~0U);
	ret = pci_alloc_irq_vectors(edu->pdev, 1, 1, how);
	if (ret < 0)
		goto unmap;
	edu->irq = pci_irq_vector(edu->pdev, 0);
	return 0;

unmap:
	pci_iounmap(edu->pdev, edu->base);
disable:
	pci_disable_device(edu->pdev);
take_back:
	if (edu->lent)
		edu_claim(true);
put:
	pr_err("edu device: error %d\n", ret);
	pci_dev_put(edu->pdev);
	return ret;
}

static inline int lab_edu_open(struct lab_edu *edu, unsigned int how)
{
	return lab_edu_open_nth(edu, 0, how);
}

#endif /* _LAB_H */
