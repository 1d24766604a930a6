/* SPDX-License-Identifier: MIT */
/*
 * DMA on a coherent machine without an IOMMU: the bus address is the physical address, so there is
 * nothing to undo or to synchronise. Linux: the same names.
 */
#ifndef _LINUX_DMA_MAPPING_H
#define _LINUX_DMA_MAPPING_H

#include <linux/mm.h>

struct device;

enum dma_data_direction {
	DMA_BIDIRECTIONAL = 0,
	DMA_TO_DEVICE = 1,
	DMA_FROM_DEVICE = 2,
	DMA_NONE = 3,
};

#define DMA_BIT_MASK(n)		(((n) == 64) ? ~0ULL : ((1ULL << (n)) - 1))

/*
 * The device sees only addresses below @mask: 0, or -EIO if there is memory above. None is set aside for
 * such devices here, and nothing is copied through a bounce buffer.
 */
int dma_set_mask(struct device *dev, u64 mask);
#define dma_set_coherent_mask(dev, mask)	dma_set_mask(dev, mask)
#define dma_set_mask_and_coherent(dev, mask)	dma_set_mask(dev, mask)

#define DMA_MAPPING_ERROR	(~(dma_addr_t)0)

/* Zeroed, page-aligned memory for descriptor rings; NULL when there is none. */
static inline void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *handle,
				       gfp_t gfp)
{
	void *p = alloc_pages_exact(size, gfp | __GFP_ZERO);

	if (p)
		*handle = virt_to_phys(p);
	return p;
}

static inline void dma_free_coherent(struct device *dev, size_t size, void *p, dma_addr_t handle)
{
	free_pages_exact(p, size);
}

/* The same, given back with the rest of @dev: linux/device/devres.h. */
void *dmam_alloc_coherent(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp);
void dmam_free_coherent(struct device *dev, size_t size, void *p, dma_addr_t handle);

/* @p must be in the direct map (kmalloc, pages); a stack or vmalloc address is an error. */
static inline dma_addr_t dma_map_single(struct device *dev, void *p, size_t size,
					enum dma_data_direction dir)
{
	return virt_addr_valid(p) ? virt_to_phys(p) : DMA_MAPPING_ERROR;
}

static inline void dma_unmap_single(struct device *dev, dma_addr_t addr, size_t size,
				    enum dma_data_direction dir)
{
}

#define dma_sync_single_for_cpu(dev, addr, size, dir)		barrier()
#define dma_sync_single_for_device(dev, addr, size, dir)	barrier()

static inline int dma_mapping_error(struct device *dev, dma_addr_t addr)
{
	return addr == DMA_MAPPING_ERROR;
}

#endif
