/* SPDX-License-Identifier: MIT */
/*
 * Page tables of the address checker's shadow (BUILD=kasan). At first one page of zeros, mapped again and
 * again through three shared tables, is the shadow of everything: all may be touched. RAM, the image and
 * what vmalloc hands out get pages of their own; the rest (devices, holes) keeps the zeros, read-only.
 *
 * Invariant: a shared table is never changed; who needs another entry copies it first.
 * This file is not instrumented: it makes what an instrumented function's first instruction uses.
 */
#include <linux/errno.h>
#include <linux/kasan.h>
#include <linux/kernel.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <asm/cpu.h>
#include <asm/msr.h>
#include <asm/page.h>
#include <asm/pgtable.h>
#include <asm/string.h>

#define PTRS_PER_TABLE	512
#define SHADOW_PGDS	32	/* 16 TiB, an eighth of the upper half */
/* Before EFER.NXE is set the NX bit is a reserved one. */
#define EARLY_PROT	(__PAGE_COMMON | _PAGE_RW)

static u8 zero_page[PAGE_SIZE] __aligned(PAGE_SIZE);
/* zero_table[l]: every entry leads to the table of the level below, at level 1 to zero_page. */
static pte_t zero_table[4][PTRS_PER_TABLE] __aligned(PAGE_SIZE);

static unsigned long shadow_of(unsigned long addr)
{
	return (addr >> KASAN_SHADOW_SHIFT) + KASAN_SHADOW_OFFSET;
}

static unsigned int index_of(unsigned long va, int level)
{
	return va >> (PAGE_SHIFT + 9 * (level - 1)) & (PTRS_PER_TABLE - 1);
}

static void fill(pte_t *table, unsigned int n, phys_addr_t pa, u64 prot)
{
	for (unsigned int i = 0; i < n; i++)
		WRITE_ONCE(table[i], pa | prot);
}

/* See linux/kasan.h. In the tables that are loaded and in those to come. */
void kasan_early_init(void)
{
	unsigned int first = index_of(KASAN_SHADOW_START, 4);
	phys_addr_t zeros = __pa_symbol(zero_table[3]);

	fill(zero_table[1], PTRS_PER_TABLE, __pa_symbol(zero_page), EARLY_PROT);
	for (int l = 2; l < 4; l++)
		fill(zero_table[l], PTRS_PER_TABLE, __pa_symbol(zero_table[l - 1]), EARLY_PROT);
	fill((pte_t *)__va(read_cr3()) + first, SHADOW_PGDS, zeros, EARLY_PROT);
	fill((pte_t *)__va(kernel_cr3()) + first, SHADOW_PGDS, zeros, EARLY_PROT);
}

/* The last table of a private branch: the zeros, which nobody may write any more. */
static void fill_last(pte_t *table)
{
	for (unsigned int i = 0; i < PTRS_PER_TABLE; i++)
		set_pte(&table[i], __pa_symbol(zero_page) | PAGE_KERNEL_RO);
}

/* A page that nobody else has; contents undefined. NULL without memory. */
static void *new_page(void)
{
	return mem_map ? (void *)__get_free_page(GFP_ATOMIC | __GFP_NOWARN) :
			 memblock_alloc(PAGE_SIZE, PAGE_SIZE);
}

/* All bits, or all but NX where the CPU has none: set_pte() knows. */
static u64 nx_mask(void)
{
	pte_t probe;

	set_pte(&probe, ~0ULL);
	return probe;
}

/* Let @e, which is @old, lead to @page; another CPU may have been faster. */
static void install(pte_t *e, pte_t old, void *page, u64 prot)
{
	if (!__atomic_compare_exchange_n(e, &old, __pa(page) | prot, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_ACQUIRE))
		free_page((unsigned long)page);
}

/* The entry of the shadow page at @va, behind tables that are not shared; NULL without memory. */
static pte_t *private_pte(unsigned long va)
{
	pte_t *table = __va(kernel_cr3());

	for (int l = 4; l > 1; l--) {
		pte_t *e = &table[index_of(va, l)], old = READ_ONCE(*e);

		if ((old & PTE_PFN_MASK) == __pa_symbol(zero_table[l - 1])) {
			pte_t *copy = new_page();

			if (!copy)
				return NULL;
			if (l == 2)
				fill_last(copy);
			else
				fill(copy, PTRS_PER_TABLE, zero_table[l - 1][0], 0);
			install(e, old, copy, __PAGE_COMMON | _PAGE_RW);
		}
		table = __va(READ_ONCE(*e) & PTE_PFN_MASK);
	}
	return &table[index_of(va, 1)];
}

/* A page of its own for the shadow at @va. 1 if it is new, 0 if there was one, -ENOMEM. */
static int populate_page(unsigned long va)
{
	pte_t *e = private_pte(va), old = e ? READ_ONCE(*e) : 0;
	void *page;

	if (e && (old & PTE_PFN_MASK) != __pa_symbol(zero_page))
		return 0;
	page = e ? new_page() : NULL;
	if (!page)
		return -ENOMEM;
	__memset(page, 0, PAGE_SIZE);
	install(e, old, page, PAGE_KERNEL & nx_mask());
	return 1;
}

/* Shadow for [start, start + size). 1 if something changed, 0, -ENOMEM. */
static int populate(unsigned long start, unsigned long size)
{
	unsigned long end = shadow_of(start + size - 1);
	int changed = 0;

	for (unsigned long va = shadow_of(start) & PAGE_MASK; va <= end; va += PAGE_SIZE) {
		int err = populate_page(va);

		if (err < 0)
			return err;
		changed |= err;
	}
	return changed;
}

int kasan_populate_vmalloc(unsigned long start, unsigned long size)
{
	int changed = populate(start, size);

	if (changed > 0)
		flush_tlb_all();	/* some CPU may remember the zeros, read-only */
	return min(changed, 0);
}

/* kernel/debug/kasan.c */
void kasan_start(void);

/* See linux/kasan.h. What stack frames left in the shared zeros until now is wiped; then they are fixed. */
void kasan_init(void)
{
	populate((unsigned long)_text, _end - _text);	/* first: the stack we are on is in it */
	for (u32 i = 0; i < memblock.nr_ram; i++)
		populate((unsigned long)__va(memblock.ram[i].start),
			 memblock.ram[i].end - memblock.ram[i].start);
	__memset(zero_page, 0, PAGE_SIZE);
	fill_last(zero_table[1]);
	flush_tlb_all();
	kasan_start();
}
