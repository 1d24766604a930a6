/* SPDX-License-Identifier: MIT */
/*
 * The memory map while there is no page allocator: two sorted lists of ranges, all RAM and free RAM.
 *
 * Invariant: ranges are page aligned, sorted, disjoint and not adjacent; free is a part of ram.
 * Firmware maps overlap, are unsorted and lie: a byte that any entry calls something other than
 * RAM is not RAM.
 */
#define pr_fmt(fmt) "memblock: " fmt

#include <linux/boot_info.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/string.h>
#include <asm/page.h>

struct memblock memblock;

u64 memblock_limit = 4ULL << 30;	/* what boot's page tables map */

/* Put the @k ranges at @new in the place of r[i] to r[j - 1]; if they are too many, one less. */
static void splice(struct memblock_range *r, u32 *n, u32 i, u32 j,
		   const struct memblock_range *new, u32 k)
{
	if (*n + k - (j - i) > MEMBLOCK_MAX) {
		k--;
		pr_warn("more than %d ranges, [%#llx-%#llx) not used\n", MEMBLOCK_MAX, new[k].start,
			new[k].end);
	}
	memmove(&r[i + k], &r[j], (*n - j) * sizeof(*r));
	memcpy(&r[i], new, k * sizeof(*r));
	*n += k - (j - i);
}

/* Insert [start, end), joining what it touches. */
static void range_add(struct memblock_range *r, u32 *n, u64 start, u64 end)
{
	u32 i = 0, j;

	if (start >= end)
		return;
	while (i < *n && r[i].end < start)
		i++;
	for (j = i; j < *n && r[j].start <= end; j++) {
		start = min(start, r[j].start);
		end = max(end, r[j].end);
	}
	splice(r, n, i, j, &(struct memblock_range){ start, end }, 1);
}

/* Cut [start, end) out. */
static void range_remove(struct memblock_range *r, u32 *n, u64 start, u64 end)
{
	struct memblock_range rest[2];
	u32 i = 0, j, k = 0;

	if (start >= end)
		return;
	while (i < *n && r[i].end <= start)
		i++;
	for (j = i; j < *n && r[j].start < end; j++) {
		if (r[j].start < start)
			rest[k++] = (struct memblock_range){ r[j].start, start };
		if (r[j].end > end)
			rest[k++] = (struct memblock_range){ end, r[j].end };
	}
	splice(r, n, i, j, rest, k);
}

/* Where an entry ends, below @limit: the sum may wrap. */
static u64 entry_end(const struct boot_map_entry *e, u64 limit)
{
	u64 end = e->base + e->len;

	return end < e->base || end > limit ? limit : end;
}

/* See linux/memblock.h. RAM is rounded inwards, everything else outwards. */
void memblock_build(struct memblock *mb, const struct boot_info *bi, u64 limit)
{
	const struct boot_map_entry *e, *last = bi->map + bi->nr_map;
	u64 beyond = 0;

	mb->nr_ram = mb->nr_free = 0;
	for (e = bi->map; e < last; e++) {
		if (e->type != BOOT_MAP_RAM)
			continue;
		if (e->base + e->len > limit)
			beyond += e->base + e->len - max(e->base, limit);
		range_add(mb->ram, &mb->nr_ram, ALIGN(min(e->base, limit), (u64)PAGE_SIZE),
			  ALIGN_DOWN(entry_end(e, limit), (u64)PAGE_SIZE));
	}
	for (e = bi->map; e < last; e++)
		if (e->type != BOOT_MAP_RAM)
			range_remove(mb->ram, &mb->nr_ram,
				     ALIGN_DOWN(min(e->base, limit), (u64)PAGE_SIZE),
				     ALIGN(entry_end(e, limit), (u64)PAGE_SIZE));
	if (beyond)
		pr_warn("%llu MiB of RAM above %llu GiB are not used\n", beyond >> 20, limit >> 30);
	mb->nr_free = mb->nr_ram;
	memcpy(mb->free, mb->ram, sizeof(mb->free));
}

/* See linux/memblock.h. */
void memblock_reserve(struct memblock *mb, u64 start, u64 end)
{
	range_remove(mb->free, &mb->nr_free, ALIGN_DOWN(start, (u64)PAGE_SIZE),
		     ALIGN(end, (u64)PAGE_SIZE));
}

/* See linux/memblock.h. */
void *memblock_alloc(u64 size, u64 align)
{
	for (u32 i = 0; i < memblock.nr_free; i++) {
		u64 start = ALIGN(memblock.free[i].start, align);

		if (start + size > memblock.free[i].end || start + size > memblock_limit)
			continue;
		memblock_reserve(&memblock, start, start + size);
		return __va(start);
	}
	panic("memblock: no %llu KiB of free memory below %#llx", size >> 10, memblock_limit);
}

/*
 * Read the boot loader's map and keep back what is in use: the first MiB (BIOS data, the AP
 * trampoline, what firmware does not list), the kernel image, the modules.
 */
void memblock_init(void)
{
	memblock_build(&memblock, &boot_info, MAX_PHYS);
	if (!memblock.nr_ram)
		panic("memblock: the boot loader named no usable RAM");
	memblock_reserve(&memblock, 0, 1 << 20);
	memblock_reserve(&memblock, __pa_symbol(_text), __pa_symbol(_end));
	for (u32 i = 0; i < boot_info.nr_modules; i++)
		memblock_reserve(&memblock, boot_info.modules[i].start, boot_info.modules[i].end);
	for (u32 i = 0; i < memblock.nr_ram; i++)
		pr_info("RAM [0x%09llx-0x%09llx]\n", memblock.ram[i].start, memblock.ram[i].end - 1);
}
