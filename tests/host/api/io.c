/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/io.h, linux/ioport.h */
#include <linux/io.h>
#include <linux/ioport.h>

u32 api_io(phys_addr_t pa, size_t size)
{
	void __iomem *p = ioremap(pa, size);
	u32 sum;

	if (!request_mem_region(pa, size, "api") || !request_region(0x378, 4, "api"))
		return 0;
	writeb(1, p);
	writew(1, p);
	writel(1, p);
	writeq(1, p);
	iowrite8(1, p);
	iowrite16(1, p);
	iowrite32(1, p);
	memcpy_toio(p, &size, 8);
	memcpy_fromio(&size, p, 8);
	memset_io(p, 0, 8);
	sum = readb(p) + readw(p) + readl(p) + readq(p);
	sum += ioread8(p) + ioread16(p) + ioread32(p);
	outb(1, 0x80);
	outw(1, 0x80);
	outl(1, 0x80);
	sum += inb(0x80) + inw(0x80) + inl(0x80);
	outsb(0x80, &sum, 4);
	outsw(0x80, &sum, 2);
	outsl(0x80, &sum, 1);
	insb(0x80, &sum, 4);
	insw(0x80, &sum, 2);
	insl(0x80, &sum, 1);
	outb_p(1, 0x80);
	sum += inb_p(0x80);
	iounmap(p);
	release_mem_region(pa, size);
	release_region(0x378, 4);
	return sum;
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
