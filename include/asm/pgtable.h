/* SPDX-License-Identifier: MIT */
/*
 * Four-level page tables: the bits of an entry and the kernel's way to build and walk them.
 * [SDM 3A] 4.5 "4-Level Paging and 5-Level Paging".
 */
#ifndef _ASM_PGTABLE_H
#define _ASM_PGTABLE_H

#include <linux/types.h>

typedef u64 pte_t;

#define _PAGE_PRESENT	(1ULL << 0)
#define _PAGE_RW	(1ULL << 1)
#define _PAGE_PWT	(1ULL << 3)
#define _PAGE_PCD	(1ULL << 4)
#define _PAGE_ACCESSED	(1ULL << 5)
#define _PAGE_DIRTY	(1ULL << 6)
#define _PAGE_PSE	(1ULL << 7)	/* a leaf in level 2 or 3 */
#define _PAGE_NX	(1ULL << 63)
#define PTE_PFN_MASK	0x000ffffffffff000ULL

/*
 * Accessed and dirty are set from the start, so the CPU never writes to our tables. Device memory
 * is PCD|PWT: PAT entry 3, UC after reset, [SDM 3A] 11.12.4 "Programming the PAT". No entry is
 * global: there is one address space, and so a write of CR3 forgets everything.
 */
#define __PAGE_COMMON		(_PAGE_PRESENT | _PAGE_ACCESSED | _PAGE_DIRTY)
#define PAGE_KERNEL		(__PAGE_COMMON | _PAGE_RW | _PAGE_NX)
#define PAGE_KERNEL_RO		(__PAGE_COMMON | _PAGE_NX)
#define PAGE_KERNEL_ROX		__PAGE_COMMON
#define PAGE_KERNEL_NOCACHE	(PAGE_KERNEL | _PAGE_PCD | _PAGE_PWT)
#define PAGE_KERNEL_EXEC	(__PAGE_COMMON | _PAGE_RW)	/* the AP trampoline only */

/*
 * An absent page carries a note for the fault handler and the area allocator: bit 0 is clear, so
 * the CPU ignores the rest. Bits 1-4: what it is; 5-9: order of the area; 12 and up: a number.
 */
enum pte_note {
	PTE_NOTE_NONE = 0,
	PTE_NOTE_STACK,			/* head of an area, the page below its data: number = pages */
	PTE_NOTE_VMALLOC,
	PTE_NOTE_IOREMAP,
	PTE_NOTE_FREED,			/* was mapped: number = the area's note then */
	PTE_NOTE_FREE_AREA,		/* first page of a free area: number = the next one's page */
};

#define PTE_NOTE(note, order, nr)	((u64)(note) << 1 | (u64)(order) << 5 | (u64)(nr) << 12)
#define pte_note(pte)			((enum pte_note)((pte) >> 1 & 15))
#define pte_note_order(pte)		((unsigned int)((pte) >> 5 & 31))
#define pte_note_nr(pte)		((unsigned long)((pte) >> 12))

#define pte_present(pte)		((pte) & _PAGE_PRESENT)
#define pte_pfn(pte)			(((pte) & PTE_PFN_MASK) >> 12)

/*
 * map_range() - map [va, va+size) to @pa with @prot, the largest pages that fit up to @max_size
 * (4 KiB, 2 MiB or 1 GiB). All page aligned; nothing may be mapped there yet, except that a new
 * 4 KiB leaf replaces an absent one's note. Returns 0 or -ENOMEM, with what was done left mapped.
 * Context: any; the caller serialises writers of the same range.
 */
int map_range(unsigned long va, phys_addr_t pa, unsigned long size, u64 prot,
	      unsigned long max_size);
/*
 * pte_lookup() - the entry that maps @va and, in *size, how many bytes it covers; NULL when a table
 * on the way is missing. pte_alloc() - the 4 KiB entry for @va, making tables. Context: any.
 */
pte_t *pte_lookup(unsigned long va, unsigned long *size);
pte_t *pte_alloc(unsigned long va);
void set_pte(pte_t *ptep, pte_t pte);

/* Forget cached translations: one page on this CPU, everything on all. */
void flush_tlb_one_local(unsigned long va);
/* May sleep once SMP is up: waits for every CPU. */
void flush_tlb_all(void);

void paging_init(void);			/* mm_core_init(): build and load the final tables */

#endif
