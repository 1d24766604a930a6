/* SPDX-License-Identifier: MIT */
/*
 * Where modules live: MODULES_VADDR..MODULES_END, near enough to the kernel for 32-bit jumps.
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
#include <linux/string.h>
#include <asm/page.h>
#include <asm/pgtable.h>
#include "internal.h"

/* The first address with @size bytes that no module has, an absent page away from what one has. */
static unsigned long first_gap(size_t size)
{
	unsigned long at = MODULES_VADDR;
	bool moved;

	lockdep_assert_held(&module_mutex);
	do {
		struct module *mod;
		unsigned int i;

		moved = false;
		for_each_module(mod, i) {
			unsigned long start = (unsigned long)mod->base;
			unsigned long beyond = start + mod->size + PAGE_SIZE;

			if (mod->size && start < at + size + PAGE_SIZE && at < beyond) {
				at = beyond;
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

	base = first_gap(size);
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
