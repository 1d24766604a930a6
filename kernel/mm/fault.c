/* SPDX-License-Identifier: MIT */
/*
 * What an address is, in words, for the fault handler. Everything here may run in any context, also
 * in an NMI or on a double fault stack: it only reads page tables, which are never taken down.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <asm/cpu.h>
#include <asm/page.h>
#include <asm/pgtable.h>

/* The note in the absent entry for @addr, PTE_NOTE_NONE if it is present or has no table. */
static enum pte_note note_at(unsigned long addr, unsigned long *number)
{
	unsigned long size;
	pte_t *e, pte;

	if (!is_vmalloc_addr((void *)addr))
		return PTE_NOTE_NONE;
	e = pte_lookup(addr, &size);
	pte = e ? READ_ONCE(*e) : 0;
	if (pte_present(pte))
		return PTE_NOTE_NONE;
	*number = pte_note_nr(pte);
	return pte_note(pte);
}

static bool is_boot_stack_guard(unsigned long addr)
{
	return addr >= (unsigned long)boot_stack_guard && addr < (unsigned long)boot_stack;
}

bool is_guard_page(unsigned long addr)
{
	unsigned long unused;
	enum pte_note note = note_at(addr, &unused);

	return is_boot_stack_guard(addr) || note == PTE_NOTE_STACK || note == PTE_NOTE_VMALLOC ||
	       note == PTE_NOTE_IOREMAP;
}

static const char *explain_vmalloc(unsigned long addr)
{
	static const char *const freed[] = {
		[PTE_NOTE_STACK] = "freed thread stack",
		[PTE_NOTE_VMALLOC] = "freed vmalloc memory",
		[PTE_NOTE_IOREMAP] = "device mapping after iounmap",
	};
	unsigned long was = 0;

	switch (note_at(addr, &was)) {
	case PTE_NOTE_STACK:
		return "guard page of a thread stack";
	case PTE_NOTE_VMALLOC:
		return "guard page of a vmalloc area";
	case PTE_NOTE_IOREMAP:
		return "guard page of a device mapping";
	case PTE_NOTE_FREED:
		return was < ARRAY_SIZE(freed) && freed[was] ? freed[was] : "freed mapping";
	case PTE_NOTE_FREE_AREA:
		return "guard page of a freed mapping";
	default:
		return "vmalloc range";
	}
}

static const char *explain_image(unsigned long addr)
{
	if (addr < (unsigned long)_etext)
		return "kernel text, read-only";
	if (addr < (unsigned long)__end_rodata)
		return "kernel constants, read-only";
	if (is_boot_stack_guard(addr))
		return "guard page of the boot stack";
	return "kernel data, not executable";
}

/* See linux/mm.h. */
const char *vm_explain(unsigned long addr)
{
	unsigned long size;

	if (addr < PAGE_SIZE)
		return "NULL pointer";
	for (unsigned int i = 0; i < 3; i++) {
		static const u8 poison[] = { POISON_FREE, POISON_INUSE, PAGE_POISON };
		unsigned long pattern = poison[i] * 0x0101010101010101UL;

		/* An offset may have been added to the pattern. */
		if (addr >> 16 == pattern >> 16)
			return i == 1 ? "pointer from memory that was never written" :
					"pointer from freed memory";
	}
	if (addr >> 47 == 0)
		return "user-half address, nothing is mapped there";
	if (addr >> 47 != 0x1ffff)
		return "non-canonical address";
	if (addr >= (unsigned long)_text && addr < (unsigned long)_end)
		return explain_image(addr);
	if (is_vmalloc_addr((void *)addr))
		return explain_vmalloc(addr);
	if (addr >= PAGE_OFFSET && addr < PAGE_OFFSET + MAX_PHYS)
		return pte_lookup(addr, &size) ? "direct map, not executable" :
						 "direct map where there is no RAM";
	return "address outside every mapping";
}
