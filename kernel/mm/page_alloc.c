/* SPDX-License-Identifier: MIT */
/*
 * The buddy allocator: free memory is kept in blocks of 2^order pages, aligned to their size; a
 * freed block joins its buddy (the block it was once split from) if that is free too.
 *
 * Memory enters 4 MiB at a time, when nothing else is left: only then are its struct pages written,
 * so boot costs the same for 64 MiB and 64 GiB. chunk_ready says which struct pages are good.
 *
 * Invariant: every page of a ready chunk is reserved, in exactly one free block, or in exactly one
 * allocated one, and mem_map[pfn].state says which. All of it changes under page_lock.
 */
#define pr_fmt(fmt) "page_alloc: " fmt

#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kasan.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/mmdebug.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <asm/pgtable.h>

#define CHUNK_PAGES	(1UL << MAX_PAGE_ORDER)
#define NR_CHUNKS	(MAX_PHYS >> (PAGE_SHIFT + MAX_PAGE_ORDER))

struct page *mem_map;

static DEFINE_RAW_SPINLOCK(page_lock);
static struct list_head free_list[NR_PAGE_ORDERS];
static unsigned long max_pfn;		/* one past the last page of RAM we use */
static unsigned long chunk_ready[BITS_TO_LONGS(NR_CHUNKS)];
static unsigned long next_chunk;	/* the next one to bring in */
static unsigned long nr_free;		/* free pages, brought in or not */
static unsigned long nr_total;

/* See linux/mm.h. */
bool pfn_valid(unsigned long pfn)
{
	return pfn < max_pfn && test_bit(pfn >> MAX_PAGE_ORDER, chunk_ready);
}

/* Below the direct map the difference wraps: no page has such a number. */
bool virt_addr_valid(const void *addr)
{
	return pfn_valid(((unsigned long)addr - PAGE_OFFSET) >> PAGE_SHIFT);
}

/* See linux/mmdebug.h. RAM that was never brought in is the kernel image's, the loader's or untouched. */
const char *why_not_ours(unsigned long addr)
{
	unsigned long size;
	bool direct = addr >= PAGE_OFFSET && addr - PAGE_OFFSET < MAX_PHYS;

	return direct && pte_lookup(addr, &size) ? "it never was the allocator's" : vm_explain(addr);
}

unsigned long totalram_pages(void)
{
	return nr_total;
}

unsigned long nr_free_pages(void)
{
	return READ_ONCE(nr_free);
}

/* Put a block on the free lists, joined with its buddies. Context: page_lock held. */
static void insert_block(unsigned long pfn, unsigned int order)
{
	struct page *page;

	for (; order < MAX_PAGE_ORDER; order++) {
		struct page *buddy = pfn_to_page(pfn ^ (1UL << order));

		if (buddy->state != PG_FREE || buddy->order != order)
			break;
		list_del(&buddy->lru);
		buddy->state = PG_FREE_TAIL;
		pfn_to_page(pfn)->state = PG_FREE_TAIL;
		pfn &= ~(1UL << order);
	}
	page = pfn_to_page(pfn);
	page->state = PG_FREE;
	page->order = order;
	list_add(&page->lru, &free_list[order]);
}

/* Hand the free part [pfn, end) of a new chunk to the free lists in the largest blocks that fit. */
static void insert_range(unsigned long pfn, unsigned long end)
{
	while (pfn < end) {
		unsigned int order = pfn ? __ffs(pfn) : MAX_PAGE_ORDER;

		order = min_t(unsigned int, order, __fls(end - pfn));
		order = min_t(unsigned int, order, MAX_PAGE_ORDER);
		for (unsigned long i = 0; i < 1UL << order; i++)
			pfn_to_page(pfn + i)->state = PG_FREE_TAIL;
		insert_block(pfn, order);
		pfn += 1UL << order;
	}
}

/* Bring in the next chunk that has free memory; false when there is none. Context: page_lock. */
static bool grow(void)
{
	bool found = false;

	while (!found && next_chunk << MAX_PAGE_ORDER < max_pfn) {
		unsigned long first = next_chunk++ << MAX_PAGE_ORDER, last = first + CHUNK_PAGES;

		for (u32 i = 0; i < memblock.nr_free; i++) {
			unsigned long s = max(first, PFN_DOWN(memblock.free[i].start));
			unsigned long e = min(last, PFN_DOWN(memblock.free[i].end));

			if (s >= e)
				continue;
			if (!found) {
				memset(pfn_to_page(first), 0, CHUNK_PAGES * sizeof(struct page));
				set_bit(first >> MAX_PAGE_ORDER, chunk_ready);
				found = true;
			}
			insert_range(s, e);
		}
	}
	return found;
}

/* Mark a block of @order from @page on, owned by nobody yet. Context: page_lock held. */
static void mark_block(struct page *page, unsigned int order, enum page_state head,
		       enum page_state tail)
{
	for (unsigned long i = 0; i < 1UL << order; i++) {
		page[i].state = i ? tail : head;
		page[i].order = order;
		page[i].slab_cache = NULL;
		page[i].inuse = 0;
	}
}

/* Take a block of @order off the lists, splitting a larger one; NULL when there is none. */
static struct page *take_block(unsigned int order)
{
	struct page *page;
	unsigned int o = order;

	guard(raw_spinlock_irqsave)(&page_lock);
	while (list_empty(&free_list[o])) {
		if (o < MAX_PAGE_ORDER)
			o++;
		else if (grow())
			o = order;
		else
			return NULL;
	}
	page = list_first_entry(&free_list[o], struct page, lru);
	list_del(&page->lru);
	while (o-- > order) {
		page[1UL << o].state = PG_FREE;
		page[1UL << o].order = o;
		list_add(&page[1UL << o].lru, &free_list[o]);
	}
	mark_block(page, order, PG_USED, PG_USED_TAIL);
	WRITE_ONCE(nr_free, nr_free - (1UL << order));
	return page;
}

/*
 * The contents of fresh pages. A page that was poisoned when freed must still be: a changed byte
 * means that somebody wrote through a stale pointer.
 */
static void prepare_contents(struct page *page, unsigned int order, gfp_t gfp)
{
	kasan_unpoison(page_address(page), PAGE_SIZE << order);
	for (unsigned long i = 0; i < 1UL << order; i++) {
		void *va = page_address(page + i);
		u8 *bad = NULL;

		if (page_poison && page[i].private == PAGE_POISON)
			bad = memchr_inv(va, PAGE_POISON, PAGE_SIZE);
		if (bad)
			mm_bug("page_alloc: free page %px was written to: byte %#x at offset %ld",
			       va, *bad, bad - (u8 *)va);
		page[i].private = 0;
		if (gfp & __GFP_ZERO)
			memset(va, 0, PAGE_SIZE);
		else if (page_poison)
			memset(va, POISON_INUSE, PAGE_SIZE);
	}
}

/* See linux/gfp.h. */
struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	struct page *page = NULL;

	might_sleep_if(gfp & __GFP_DIRECT_RECLAIM);
	if (order <= MAX_PAGE_ORDER && !should_fail_alloc())
		page = take_block(order);
	if (page)
		prepare_contents(page, order, gfp);
	else if (!(gfp & __GFP_NOWARN))
		pr_warn_ratelimited("page allocation failure: order:%u, mode:%#x, %lu pages free, from %pS\n",
				    order, gfp, nr_free_pages(), (void *)_RET_IP_);
	return page;
}
EXPORT_SYMBOL(alloc_pages);

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp, order);

	return page ? (unsigned long)page_address(page) : 0;
}
EXPORT_SYMBOL(__get_free_pages);

/* What is wrong with freeing @page as a block of @order; NULL if nothing. Context: page_lock held. */
static const char *bad_free(struct page *page, unsigned int order)
{
	static const char *const why[] = {
		[PG_RESERVED] = "it never was the allocator's",
		[PG_FREE] = "it is free already",
		[PG_FREE_TAIL] = "it is free already",
		[PG_USED_TAIL] = "it is inside an allocated block, not its start",
	};

	if (!pfn_valid(page_to_pfn(page)))
		return "no such page";
	if (page->state != PG_USED)
		return why[page->state];
	return page->order == order ? NULL : "it was allocated with another order";
}

static void do_free_pages(struct page *page, unsigned int order, unsigned long ip)
{
	const char *why;

	debug_check_no_locks_freed(page_address(page), PAGE_SIZE << order);
	scoped_guard(raw_spinlock_irqsave, &page_lock) {
		why = bad_free(page, order);
		if (!why)
			mark_block(page, order, PG_RESERVED, PG_FREE_TAIL);
	}
	if (why) {
		mm_bug("page_alloc: bad free of pfn %#lx, order %u, from %pS: %s",
		       page_to_pfn(page), order, (void *)ip, why);
		return;
	}
	/* Ours alone now: not free yet, so filling it needs no lock. */
	for (unsigned long i = 0; page_poison && i < 1UL << order; i++) {
		memset(page_address(page + i), PAGE_POISON, PAGE_SIZE);
		page[i].private = PAGE_POISON;
	}
	kasan_poison(page_address(page), PAGE_SIZE << order, KASAN_PAGE_FREE);
	guard(raw_spinlock_irqsave)(&page_lock);
	page->state = PG_FREE_TAIL;
	insert_block(page_to_pfn(page), order);
	WRITE_ONCE(nr_free, nr_free + (1UL << order));
}

/* See linux/gfp.h. */
void __free_pages(struct page *page, unsigned int order)
{
	if (page)
		do_free_pages(page, order, _RET_IP_);
}
EXPORT_SYMBOL(__free_pages);

void free_pages(unsigned long addr, unsigned int order)
{
	if (!addr)
		return;
	if (!virt_addr_valid((void *)addr) || offset_in_page(addr))
		mm_bug("page_alloc: bad free of address %#lx, order %u, from %pS: %s", addr, order,
		       (void *)_RET_IP_,
		       offset_in_page(addr) ? "not the start of a page" : why_not_ours(addr));
	else
		do_free_pages(virt_to_page(addr), order, _RET_IP_);
}
EXPORT_SYMBOL(free_pages);

/* Turn an allocated block into single pages, each freed on its own. Context: any. */
static void split_block(struct page *page, unsigned int order)
{
	guard(raw_spinlock_irqsave)(&page_lock);
	for (unsigned long i = 0; i < 1UL << order; i++) {
		page[i].state = PG_USED;
		page[i].order = 0;
	}
}

/* See linux/gfp.h. */
void *alloc_pages_exact(size_t size, gfp_t gfp)
{
	unsigned int order = get_order(size);
	struct page *page = size ? alloc_pages(gfp, order) : NULL;

	if (!page)
		return NULL;
	split_block(page, order);
	for (unsigned long i = PFN_UP(size); i < 1UL << order; i++)
		do_free_pages(page + i, 0, _RET_IP_);
	return page_address(page);
}
EXPORT_SYMBOL(alloc_pages_exact);

void free_pages_exact(void *virt, size_t size)
{
	for (unsigned long a = (unsigned long)virt; size; a += PAGE_SIZE) {
		free_pages(a, 0);
		size -= min_t(size_t, size, PAGE_SIZE);
	}
}
EXPORT_SYMBOL(free_pages_exact);

/* Take over what memblock has left. Context: mm_core_init(), after paging_init(). */
void page_alloc_init(void)
{
	for (int i = 0; i < NR_PAGE_ORDERS; i++)
		INIT_LIST_HEAD(&free_list[i]);
	for (u32 i = 0; i < memblock.nr_ram; i++)
		nr_total += PFN_DOWN(memblock.ram[i].end - memblock.ram[i].start);
	max_pfn = PFN_DOWN(memblock.ram[memblock.nr_ram - 1].end);
	mem_map = memblock_alloc(ALIGN(max_pfn, CHUNK_PAGES) * sizeof(struct page), PAGE_SIZE);
	for (u32 i = 0; i < memblock.nr_free; i++)
		nr_free += PFN_DOWN(memblock.free[i].end - memblock.free[i].start);
	pr_info("%lu MiB of RAM, %lu KiB in use by kernel image, page tables and memory map\n",
		nr_total >> 8, (nr_total - nr_free) << 2);
}

/* See linux/dma-mapping.h. */
int dma_set_mask(struct device *dev, u64 mask)
{
	return mask >= ((u64)max_pfn << PAGE_SHIFT) - 1 ? 0 : -EIO;
}
EXPORT_SYMBOL(dma_set_mask);
