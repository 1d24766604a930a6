/* SPDX-License-Identifier: MIT */
/*
 * Talking to devices. Port I/O is in asm/io.h; memory-mapped registers are read and written here,
 * one bus access per call, in program order. ioremap() gives uncached mappings.
 */
#ifndef _LINUX_IO_H
#define _LINUX_IO_H

#include <linux/types.h>
#include <asm/io.h>

#define MEMREMAP_WB	1		/* ordinary cached memory, e.g. firmware tables */

/*
 * ioremap() - map @size bytes of device memory at physical @pa, uncached and not executable; NULL
 * when there is no memory. RAM of ours is refused (named). May sleep.
 * iounmap() - Context: any except NMI; @addr may point anywhere into the first page.
 */
void __iomem *ioremap(phys_addr_t pa, size_t size);
void iounmap(volatile void __iomem *addr);
/* The same, given back with the rest of @dev: linux/device/devres.h. */
struct device;
void __iomem *devm_ioremap(struct device *dev, resource_size_t start, resource_size_t size);
void devm_iounmap(struct device *dev, void __iomem *addr);
/* The same for cached, read-only use of memory that is no device; memunmap() undoes it. */
void *memremap(phys_addr_t pa, size_t size, unsigned long flags);
void memunmap(void *addr);

#define ioread8(p)		readb(p)
#define ioread16(p)		readw(p)
#define ioread32(p)		readl(p)
#define ioread64(p)		readq(p)
#define iowrite8(v, p)		writeb(v, p)
#define iowrite16(v, p)		writew(v, p)
#define iowrite32(v, p)		writel(v, p)
#define iowrite64(v, p)		writeq(v, p)
#define readl_relaxed(p)	readl(p)
#define writel_relaxed(v, p)	writel(v, p)

/* Byte by byte: a device need not take anything wider. */
static inline void memcpy_fromio(void *to, const volatile void __iomem *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((u8 *)to)[i] = readb(from + i);
}

static inline void memcpy_toio(volatile void __iomem *to, const void *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		writeb(((const u8 *)from)[i], to + i);
}

static inline void memset_io(volatile void __iomem *to, int c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		writeb(c, to + i);
}

#endif
