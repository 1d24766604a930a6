/* SPDX-License-Identifier: MIT */
/*
 * The memory map between the boot loader and the page allocator: RAM ranges, minus what is in use.
 * memblock_alloc() takes memory for good; when the page allocator starts, the rest is its own.
 */
#ifndef _LINUX_MEMBLOCK_H
#define _LINUX_MEMBLOCK_H

#include <linux/types.h>

#define MEMBLOCK_MAX	160		/* BOOT_MAX_MAP, plus what reservations split off */

struct memblock_range {
	u64 start, end;			/* physical, page aligned, [start, end) */
};

struct memblock {
	u32 nr_ram;			/* all usable RAM, for the direct map */
	struct memblock_range ram[MEMBLOCK_MAX];
	u32 nr_free;			/* RAM nobody has, for allocation */
	struct memblock_range free[MEMBLOCK_MAX];
};

extern struct memblock memblock;

struct boot_info;

/* Pure: make sorted, merged, page-aligned lists from a boot loader's map, below @limit. */
void memblock_build(struct memblock *mb, const struct boot_info *bi, u64 limit);
/* Take [start, end) out of the free list; pages touched partly are taken whole. */
void memblock_reserve(struct memblock *mb, u64 start, u64 end);
/*
 * memblock_alloc() - @size bytes aligned to @align, lowest first; never returns without memory:
 * panics with the size asked for. Before paging_init() is done only memory below 4 GiB is given, as
 * no other is mapped. Contents are whatever was there. Context: before page_alloc_init().
 */
void *memblock_alloc(u64 size, u64 align);
/* End of the memory that is mapped: paging_init() raises it. */
extern u64 memblock_limit;
void memblock_init(void);		/* mm_core_init() */

#endif
