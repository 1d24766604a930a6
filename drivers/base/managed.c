/* SPDX-License-Identifier: MIT */
/* Interrupts, regions, mappings and DMA memory as managed resources: the plain call, and its opposite. */
#include <linux/bug.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/string.h>

/* One description for all: how to give it back, and with what. */
struct managed {
	unsigned long a, b;
	void *p;
};

static int is_managed(struct device *dev, void *res, void *wanted)
{
	return memcmp(res, wanted, sizeof(struct managed)) == 0;
}

/* --- interrupts --- */

static void irq_release(struct device *dev, void *res)
{
	struct managed *m = res;

	free_irq(m->a, m->p);
}

int devm_request_threaded_irq(struct device *dev, unsigned int irq, irq_handler_t handler,
			      irq_handler_t thread_fn, unsigned long flags, const char *name,
			      void *dev_id)
{
	struct managed *m = devres_alloc(irq_release, sizeof(*m), GFP_KERNEL);
	int err;

	if (!m)
		return -ENOMEM;
	err = request_threaded_irq(irq, handler, thread_fn, flags, name ?: dev_name(dev), dev_id);
	if (err) {
		devres_free(m);
		return err;
	}
	*m = (struct managed){ .a = irq, .p = dev_id };
	devres_add(dev, m);
	return 0;
}
EXPORT_SYMBOL(devm_request_threaded_irq);

void devm_free_irq(struct device *dev, unsigned int irq, void *dev_id)
{
	struct managed m = { .a = irq, .p = dev_id };

	WARN_ON(devres_release(dev, irq_release, is_managed, &m));
}
EXPORT_SYMBOL(devm_free_irq);

/* --- regions --- */

static void region_release(struct device *dev, void *res)
{
	struct managed *m = res;

	__release_region((unsigned long)m->p, m->a, m->b);
}

struct resource *__devm_request_region(struct device *dev, unsigned long flags,
				       resource_size_t start, resource_size_t n,
				       const char *name)
{
	struct managed *m = devres_alloc(region_release, sizeof(*m), GFP_KERNEL);
	struct resource *res = m ? __request_region(flags, start, n, name) : NULL;

	if (!res) {
		devres_free(m);
		return NULL;
	}
	*m = (struct managed){ start, n, (void *)flags };
	devres_add(dev, m);
	return res;
}
EXPORT_SYMBOL(__devm_request_region);

void __devm_release_region(struct device *dev, unsigned long flags, resource_size_t start,
			   resource_size_t n)
{
	struct managed m = { start, n, (void *)flags };

	WARN_ON(devres_release(dev, region_release, is_managed, &m));
}
EXPORT_SYMBOL(__devm_release_region);

/* --- mappings --- */

static void ioremap_release(struct device *dev, void *res)
{
	iounmap(((struct managed *)res)->p);
}

void __iomem *devm_ioremap(struct device *dev, resource_size_t start, resource_size_t size)
{
	struct managed *m = devres_alloc(ioremap_release, sizeof(*m), GFP_KERNEL);
	void __iomem *addr = m ? ioremap(start, size) : NULL;

	if (!addr) {
		devres_free(m);
		return NULL;
	}
	*m = (struct managed){ .p = (void *)addr };
	devres_add(dev, m);
	return addr;
}
EXPORT_SYMBOL(devm_ioremap);

void devm_iounmap(struct device *dev, void __iomem *addr)
{
	struct managed m = { .p = (void *)addr };

	WARN_ON(devres_release(dev, ioremap_release, is_managed, &m));
}
EXPORT_SYMBOL(devm_iounmap);

/* --- DMA memory --- */

static void coherent_release(struct device *dev, void *res)
{
	struct managed *m = res;

	dma_free_coherent(dev, m->a, m->p, m->b);
}

void *dmam_alloc_coherent(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp)
{
	struct managed *m = devres_alloc(coherent_release, sizeof(*m), gfp);
	void *p = m ? dma_alloc_coherent(dev, size, handle, gfp) : NULL;

	if (!p) {
		devres_free(m);
		return NULL;
	}
	*m = (struct managed){ size, *handle, p };
	devres_add(dev, m);
	return p;
}
EXPORT_SYMBOL(dmam_alloc_coherent);

void dmam_free_coherent(struct device *dev, size_t size, void *p, dma_addr_t handle)
{
	struct managed m = { size, handle, p };

	WARN_ON(devres_release(dev, coherent_release, is_managed, &m));
}
EXPORT_SYMBOL(dmam_free_coherent);
