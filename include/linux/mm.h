/* SPDX-License-Identifier: MIT */
/*
 * Physical pages and the kernel's one address space. The map of it is in docs/ and in asm/page.h:
 * direct map (RAM, never executable), vmalloc range (stacks, ioremap), kernel image (W^X).
 */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/align.h>
#include <linux/init.h>
#include <asm/page.h>

/* Poison bytes, Linux's values where Linux has them. */
#define POISON_FREE	0x6b	/* slab object or page that was freed */
#define POISON_INUSE	0x5a	/* handed out, not yet written */
#define PAGE_POISON	0xaa	/* free page, Linux: PAGE_POISON */
#define STACK_POISON	0x57	/* never used part of a thread stack */

enum page_state {
	PG_RESERVED,			/* not ours: kernel image, boot data, holes, never handed out */
	PG_FREE,			/* head of a free block of 2^order pages */
	PG_FREE_TAIL,			/* inside a free block */
	PG_USED,			/* head of an allocated block */
	PG_USED_TAIL,			/* inside an allocated block */
};

/*
 * One per physical page, in mem_map[pfn]. Initialised 4 MiB at a time when the block is first
 * needed, so boot costs the same with 64 MiB and 64 GiB. Written under the page allocator's lock;
 * slab and private belong to whoever allocated the block.
 */
struct page {
	u8 state;			/* enum page_state */
	u8 order;			/* of the block, valid in heads */
	u16 inuse;			/* slab: objects handed out */
	u32 private;			/* slab: number of the first free object, from 1; 0: none */
	struct kmem_cache *slab_cache;	/* in every page of a slab, in the first of a big kmalloc */
	struct list_head lru;		/* free list, or the slab's list */
};

extern struct page *mem_map;		/* NULL before the page allocator runs */

#define page_to_pfn(page)	((unsigned long)((page) - mem_map))
#define pfn_to_page(pfn)	(mem_map + (pfn))
#define page_to_phys(page)	((phys_addr_t)page_to_pfn(page) << PAGE_SHIFT)
#define page_address(page)	__va(page_to_phys(page))
#define virt_to_page(addr)	pfn_to_page(__pa(addr) >> PAGE_SHIFT)
#define offset_in_page(p)	((unsigned long)(p) & (PAGE_SIZE - 1))

/* True when @pfn has an initialised struct page. Context: any. */
bool pfn_valid(unsigned long pfn);
/* True when @addr is inside the direct map of a page of ours (so virt_to_page() is good). */
bool virt_addr_valid(const void *addr);

/* Smallest order whose block holds @size bytes (size > 0). */
static inline int get_order(unsigned long size)
{
	int order = 0;

	for (size = (size - 1) >> PAGE_SHIFT; size; size >>= 1)
		order++;
	return order;
}

/* Counters for /proc/meminfo, in pages. Context: any. */
unsigned long totalram_pages(void);
unsigned long nr_free_pages(void);
unsigned long nr_slab_pages(void);
unsigned long nr_vmalloc_pages(void);

/*
 * mm_core_init() - memory map, final page tables, page allocator, kmalloc, vmalloc, in this order.
 * After it memory below 4 GiB is no longer all mapped.
 * Context: boot CPU, interrupts off, after bootinfo_parse() and parse_early_param().
 */
void mm_core_init(void);
void page_alloc_init(void);

/*
 * cpu_enable_protection() - EFER.NXE, CR0.WP and the final page tables (CR3) on the calling CPU,
 * which every CPU calls first thing in C. An AP's trampoline must have copied the boot CPU's EFER
 * before it turns paging on with kernel_cr3(): without NXE the tables' NX bits are reserved bits.
 */
void cpu_enable_protection(void);
/* Physical address of the final top-level page table; below 4 GiB, so an AP can load it in 32-bit. */
u32 kernel_cr3(void);

/*
 * map_trampoline() - identity map the page at TRAMPOLINE_PA, readable, writable and executable, so
 * an AP can turn on paging with kernel_cr3() there and jump to the kernel's addresses. The page is
 * reserved from the allocator at boot. To fill it in, write through __va(TRAMPOLINE_PA).
 * unmap_trampoline() takes it away again on all CPUs. Context: may sleep.
 */
void map_trampoline(void);
void unmap_trampoline(void);

/*
 * alloc_thread_stack() - THREAD_SIZE bytes, filled with STACK_POISON, with unmapped guard pages
 * below and above; returns the lowest address or NULL. May sleep.
 * free_thread_stack() - Context: any except NMI; never from the stack itself.
 */
void *alloc_thread_stack(void);
void free_thread_stack(void *stack);
/* Bytes of @stack that were never written: how close a thread came to its guard page. */
unsigned long stack_not_used(const void *stack);

/* True when @addr is in a guard page below a stack. Context: any, also NMI. */
bool is_stack_guard(unsigned long addr);
/*
 * vm_explain() - one phrase for what @addr is, for the fault handler: "NULL pointer",
 * "guard page of a thread stack", "freed vmalloc memory", "kernel text", ... Never NULL.
 * Context: any, also NMI; takes no lock.
 */
const char *vm_explain(unsigned long addr);

/*
 * text_poke() - replace @len bytes of kernel text at @addr; all CPUs see old or new, never a mix.
 * Text stays read-only: the write goes through a temporary alias. Once several CPUs run, the site
 * is guarded with int3 while it changes, and @bytes must be one instruction that is a nop or a
 * jmp rel32 if the old one is neither. Returns 0 or -EINVAL. May sleep.
 * text_poke_many() - the same for @nr sites, at most TEXT_POKE_MAX, for the price of one. On -EINVAL
 * none of them has changed.
 * text_poke_int3() - the breakpoint handler's question: was this int3 ours? Then regs->ip has been
 * set to where execution goes on. Context: exception, any.
 */
struct pt_regs;
struct text_poke_site {
	void *addr;
	const u8 *bytes;
	size_t len;
};
#define TEXT_POKE_MAX	64	/* a CPU that meets an int3 searches among so many */
int text_poke_many(const struct text_poke_site *sites, unsigned int nr);
int text_poke(void *addr, const void *bytes, size_t len);
bool text_poke_int3(struct pt_regs *regs);

#endif
