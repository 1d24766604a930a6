/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * The sender: QEMU's rtl8139, polled. Its cable ends in the same hub as the kernel's own NIC, so a
 * frame is in that NIC's ring, and its interrupt raised, by the time the register write is over.
 * [RTL8139] Realtek, "RTL8139C(L)+ Advanced Fast Ethernet Controller", 5 "Register Descriptions".
 */
#include <linux/bitops.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/pci.h>

#include "rtl8139.h"

#define RTL_IDR0	0x00	/* the address, 6 bytes */
#define RTL_TSD0	0x10	/* length of a frame to send; four of them, in turn */
#define RTL_TSAD0	0x20	/* where it is */
#define RTL_RBSTART	0x30	/* where received frames go */
#define RTL_CR		0x37
#define  RTL_CR_RST		BIT(4)
#define  RTL_CR_RE		BIT(3)
#define  RTL_CR_TE		BIT(2)
#define RTL_CAPR	0x38	/* read so far, less 16 */
#define RTL_CBR		0x3a	/* written so far */
#define RTL_IMR		0x3c
#define RTL_RCR		0x44
#define  RTL_RCR_WRAP		BIT(7)	/* a frame may go beyond the ring's end */
#define  RTL_RCR_APM		BIT(1)	/* what is addressed to us */

#define RING		8192	/* the smallest; RCR bits 11 and 12 are 0 */
#define RING_SLACK	(16 + 2048)

static struct pci_dev *pdev;
static void __iomem *regs;
static u8 *memory;
static dma_addr_t dma;
static unsigned int next;	/* of the four TSDs */
static u16 read_to;

#define MEMORY	(RING + RING_SLACK + SENDER_FRAMES * SENDER_FRAME)

static unsigned int frame_offset(unsigned int which)
{
	return RING + RING_SLACK + which * SENDER_FRAME;
}

u8 *sender_frame(unsigned int which)
{
	return memory + frame_offset(which);
}

void sender_send(unsigned int which, unsigned int len)
{
	writel(dma + frame_offset(which), regs + RTL_TSAD0 + 4 * next);
	writel(len, regs + RTL_TSD0 + 4 * next);
	next = (next + 1) % 4;
}

unsigned int sender_received(void)
{
	u16 written = readw(regs + RTL_CBR), n = (written + RING - read_to) % RING;

	read_to = written;
	writew(read_to - 16, regs + RTL_CAPR);
	return n;
}

void sender_address(u8 *mac)
{
	int i;

	for (i = 0; i < 6; i++)
		mac[i] = readb(regs + RTL_IDR0 + i);
}

static int reset(void)
{
	int i;

	writeb(RTL_CR_RST, regs + RTL_CR);
	for (i = 0; readb(regs + RTL_CR) & RTL_CR_RST; i++) {
		if (i == 100)
			return -EIO;
		udelay(10);
	}
	writew(0, regs + RTL_IMR);
	writel(dma, regs + RTL_RBSTART);
	writeb(RTL_CR_RE | RTL_CR_TE, regs + RTL_CR);
	writel(RTL_RCR_WRAP | RTL_RCR_APM, regs + RTL_RCR);
	next = 0;
	read_to = 0;
	return 0;
}

int sender_open(void)
{
	int err;

	pdev = pci_get_device(0x10ec, 0x8139, NULL);
	if (!pdev)
		return -ENODEV;
	err = pci_enable_device(pdev);
	if (err)
		goto put;
	pci_set_master(pdev);
	err = -ENOMEM;
	regs = pci_iomap(pdev, 1, 0);
	if (!regs)
		goto disable;
	memory = dma_alloc_coherent(&pdev->dev, MEMORY, &dma, GFP_KERNEL);
	if (!memory)
		goto unmap;
	err = reset();
	if (!err)
		return 0;
	dma_free_coherent(&pdev->dev, MEMORY, memory, dma);
unmap:
	pci_iounmap(pdev, regs);
disable:
	pci_disable_device(pdev);
put:
	pci_dev_put(pdev);
	return err;
}

void sender_close(void)
{
	writeb(RTL_CR_RST, regs + RTL_CR);
	dma_free_coherent(&pdev->dev, MEMORY, memory, dma);
	pci_iounmap(pdev, regs);
	pci_disable_device(pdev);
	pci_dev_put(pdev);
}
