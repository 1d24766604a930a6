/* SPDX-License-Identifier: MIT */
/*
 * The page allocator's front: powers of two of 4 KiB pages, by Linux's names.
 *
 * There are no zones and there is no reclaim: an allocation succeeds at once or returns NULL, and
 * a GFP flag only says what the caller may do. Memory is never zero unless __GFP_ZERO asks for it;
 * in debug builds it is filled with POISON_INUSE (0x5a) when handed out.
 */
#ifndef _LINUX_GFP_H
#define _LINUX_GFP_H

#include <linux/types.h>

#define __GFP_HIGH		((gfp_t)0x20)
#define __GFP_ZERO		((gfp_t)0x100)
#define __GFP_DIRECT_RECLAIM	((gfp_t)0x400)	/* the caller may sleep: checked by might_sleep() */
#define __GFP_NOWARN		((gfp_t)0x2000)

#define GFP_KERNEL	__GFP_DIRECT_RECLAIM
#define GFP_ATOMIC	__GFP_HIGH
#define GFP_NOWAIT	((gfp_t)0)

/* Largest block: 2^MAX_PAGE_ORDER pages = 4 MiB. Linux: the same names and value. */
#define MAX_PAGE_ORDER	10
#define NR_PAGE_ORDERS	(MAX_PAGE_ORDER + 1)

struct page;

/*
 * alloc_pages() - 2^@order physically contiguous pages, aligned to their size; NULL if there are
 * none. Context: any except NMI; may sleep only as far as @gfp says. Linux: alloc_pages().
 */
struct page *alloc_pages(gfp_t gfp, unsigned int order);
/* The same, as a direct-map address; 0 when there is no memory. */
unsigned long __get_free_pages(gfp_t gfp, unsigned int order);

/* Give pages back. A second free, or an address that was not handed out, is named and ignored. */
void __free_pages(struct page *page, unsigned int order);
void free_pages(unsigned long addr, unsigned int order);

/* @size bytes rounded up to whole pages, the tail of the block given back at once. */
void *alloc_pages_exact(size_t size, gfp_t gfp);
void free_pages_exact(void *virt, size_t size);

#define alloc_page(gfp)		alloc_pages(gfp, 0)
#define __get_free_page(gfp)	__get_free_pages(gfp, 0)
#define get_zeroed_page(gfp)	__get_free_pages((gfp) | __GFP_ZERO, 0)
#define __free_page(page)	__free_pages(page, 0)
#define free_page(addr)		free_pages(addr, 0)

#endif
