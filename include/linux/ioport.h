/* SPDX-License-Identifier: MIT */
/* Who owns which I/O ports and which MMIO ranges: a flat list, so conflicts are found and named. */
#ifndef _LINUX_IOPORT_H
#define _LINUX_IOPORT_H

#include <linux/types.h>

#define IORESOURCE_IO		0x00000100
#define IORESOURCE_MEM		0x00000200
#define IORESOURCE_IRQ		0x00000400	/* not claimed, only told: platform_get_irq() */

struct resource {
	resource_size_t start, end;	/* inclusive, as in Linux */
	const char *name;
	unsigned long flags;
	struct resource *next;
};

#define DEFINE_RES_NAMED(_start, _size, _name, _flags)					\
	(struct resource){ .start = (_start), .end = (_start) + (_size) - 1,		\
			   .name = (_name), .flags = (_flags) }
#define DEFINE_RES_IO(start, size)	DEFINE_RES_NAMED(start, size, NULL, IORESOURCE_IO)
#define DEFINE_RES_MEM(start, size)	DEFINE_RES_NAMED(start, size, NULL, IORESOURCE_MEM)
#define DEFINE_RES_IRQ(irq)		DEFINE_RES_NAMED(irq, 1, NULL, IORESOURCE_IRQ)

static inline unsigned long resource_type(const struct resource *res)
{
	return res->flags & (IORESOURCE_IO | IORESOURCE_MEM | IORESOURCE_IRQ);
}

static inline resource_size_t resource_size(const struct resource *res)
{
	return res->end - res->start + 1;
}

/* Claim @n ports/bytes from @start; NULL when somebody has them (named in the log). May sleep. */
struct resource *__request_region(unsigned long flags, resource_size_t start, resource_size_t n,
				  const char *name);
void __release_region(unsigned long flags, resource_size_t start, resource_size_t n);

#define request_region(start, n, name)		__request_region(IORESOURCE_IO, start, n, name)
#define request_mem_region(start, n, name)	__request_region(IORESOURCE_MEM, start, n, name)
#define release_mem_region(start, n)		__release_region(IORESOURCE_MEM, start, n)
#define release_region(start, n)		__release_region(IORESOURCE_IO, start, n)

/* The same, given back with the rest of @dev: linux/device/devres.h. */
struct device;
struct resource *__devm_request_region(struct device *dev, unsigned long flags,
				       resource_size_t start, resource_size_t n,
				       const char *name);
void __devm_release_region(struct device *dev, unsigned long flags, resource_size_t start,
			   resource_size_t n);
#define devm_request_region(dev, start, n, name) \
	__devm_request_region(dev, IORESOURCE_IO, start, n, name)
#define devm_request_mem_region(dev, start, n, name) \
	__devm_request_region(dev, IORESOURCE_MEM, start, n, name)
#define devm_release_region(dev, start, n)	__devm_release_region(dev, IORESOURCE_IO, start, n)
#define devm_release_mem_region(dev, start, n)	__devm_release_region(dev, IORESOURCE_MEM, start, n)

/*
 * Call @fn for each claimed range of kind @flags in ascending order, under a spinlock
 * (/proc/ioports, /proc/iomem).
 */
void resource_for_each(unsigned long flags, void (*fn)(const struct resource *r, void *arg),
		       void *arg);

#endif
