/* SPDX-License-Identifier: MIT */
/*
 * Where modules live: MODULES_VADDR..MODULES_END, near enough to the kernel for 32-bit jumps, and the tail
 * of each CPU's area for their per-CPU variables.
 *
 * A module's place is the first gap that fits between the loaded ones, with an absent page on each side.
 * Invariant (W^X): its pages are writable and not executable until module_memory_protect(), and then
 * each is one or the other. An address is used again only after every CPU has forgotten what was there.
 */
#include <linux/align.h>
#include <linux/gfp.h>
#include <linux/kasan.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <asm/page.h>
#include <asm/pgtable.h>
#include <asm/sections.h>
#include "internal.h"

/* The first address at or after @at where [addr, addr + size) and a page beyond belong to no module. */
static unsigned long next_gap(unsigned long at, size_t size)
{
	bool moved;

	do {
		struct module *mod;
		unsigned int i;

		moved = false;
		for_each_module(mod, i) {
			unsigned long start = (unsigned long)mod->base, end = start + mod->size;

			if (start < at + size + PAGE_SIZE && at < end + PAGE_SIZE) {
				at = end + PAGE_SIZE;
				moved = true;
			}
		}
	} while (moved);
	return at;
}

/* Take down what is mapped in [base, base + size) and give the pages back. */
static void unmap(unsigned long base, size_t size)
{
	unsigned long pfn;
	pte_t *e;

	for (unsigned long va = base; va < base + size; va += PAGE_SIZE) {
		e = pte_alloc(va);		/* there is one: it was mapped */
		pfn = pte_pfn(*e);
		set_pte(e, PTE_NOTE(PTE_NOTE_FREED, 0, pfn));
	}
	flush_tlb_all();
	for (unsigned long va = base; va < base + size; va += PAGE_SIZE)
		__free_page(pfn_to_page(pte_note_nr(*pte_alloc(va))));
}

/* See internal.h. */
void *module_memory_alloc(size_t size)
{
	unsigned long base, va;

	lockdep_assert_held(&module_mutex);
	base = next_gap(MODULES_VADDR, size);
	if (base + size > MODULES_END)
		return NULL;
	for (va = base; va < base + size; va += PAGE_SIZE) {
		pte_t *e = pte_alloc(va);
		struct page *page = e ? alloc_page(GFP_KERNEL) : NULL;

		if (!page)
			goto undo;
		set_pte(e, page_to_phys(page) | PAGE_KERNEL);
	}
	if (kasan_populate_vmalloc(base, size))
		goto undo;
	kasan_unpoison((void *)base, size);
	return memset((void *)base, 0, size);
undo:
	unmap(base, va - base);
	return NULL;
}

static void set_prot(const struct module *mod, enum mod_mem kind, u64 prot)
{
	size_t end = kind + 1 < MOD_MEM_NR ? mod->start[kind + 1] : mod->size;

	for (size_t off = mod->start[kind]; off < end; off += PAGE_SIZE) {
		pte_t *e = pte_alloc((unsigned long)mod->base + off);

		set_pte(e, (phys_addr_t)pte_pfn(*e) << PAGE_SHIFT | prot);
	}
}

void module_memory_protect(struct module *mod)
{
	set_prot(mod, MOD_TEXT, PAGE_KERNEL_ROX);
	set_prot(mod, MOD_RODATA, PAGE_KERNEL_RO);
	flush_tlb_all();
}

void module_memory_free(void *base, size_t size)
{
	if (base)
		unmap((unsigned long)base, size);
}

/* See internal.h. The same first gap, among the modules' per-CPU variables. */
void *module_percpu_alloc(size_t size)
{
	unsigned long at = (unsigned long)__per_cpu_end;
	bool moved;

	lockdep_assert_held(&module_mutex);
	size = ALIGN(size, 64);
	do {
		struct module *mod;
		unsigned int i;

		moved = false;
		for_each_module(mod, i) {
			unsigned long start = (unsigned long)mod->percpu;

			if (mod->percpu_size && at < start + ALIGN(mod->percpu_size, 64) &&
			    start < at + size) {
				at = start + ALIGN(mod->percpu_size, 64);
				moved = true;
			}
		}
	} while (moved);
	return at + size <= (unsigned long)__per_cpu_modules_end ? (void *)at : NULL;
}
