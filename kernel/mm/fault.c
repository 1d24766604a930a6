/* SPDX-License-Identifier: MIT */
/*
 * What an address is, in words, for the fault handler. Everything here may run in any context, also
 * in an NMI or on a double fault stack: it only reads page tables, which are never taken down.
 */
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mmdebug.h>
#include <linux/vmalloc.h>
#include <asm/cpu.h>
#include <asm/page.h>
#include <asm/pgtable.h>

static bool is_boot_stack_guard(unsigned long addr)
{
	return addr >= (unsigned long)boot_stack_guard && addr < (unsigned long)boot_stack;
}

bool is_stack_guard(unsigned long addr)
{
	return is_boot_stack_guard(addr) || pte_note(absent_note(addr)) == PTE_NOTE_STACK;
}

static bool is_mapped(unsigned long addr)
{
	unsigned long size;
	pte_t *e = pte_lookup(addr, &size);

	return e && pte_present(READ_ONCE(*e));
}

/* Without a note: mapped, never used, or the rest of a live area, right behind its last page. */
static const char *explain_noteless(unsigned long addr)
{
	unsigned long below = addr - PAGE_SIZE;

	if (is_mapped(addr) || !is_mapped(below))
		return "vmalloc range";
	while (is_mapped(below))
		below -= PAGE_SIZE;
	switch (pte_note(absent_note(below))) {
	case PTE_NOTE_VMALLOC:
		return "past the end of a vmalloc area";
	case PTE_NOTE_IOREMAP:
		return "past the end of a device mapping";
	default:
		return "past the end of a thread stack";
	}
}

static const char *explain_vmalloc(unsigned long addr)
{
	static const char *const text[] = {
		[PTE_NOTE_STACK] = "guard page of a thread stack",
		[PTE_NOTE_VMALLOC] = "guard page of a vmalloc area",
		[PTE_NOTE_IOREMAP] = "guard page of a device mapping",
		[PTE_NOTE_FREED] = "freed mapping",
		[PTE_NOTE_FREE_AREA] = "guard page of a freed mapping",
	};
	static const char *const freed[] = {
		[PTE_NOTE_STACK] = "freed thread stack",
		[PTE_NOTE_VMALLOC] = "freed vmalloc memory",
		[PTE_NOTE_IOREMAP] = "device mapping after iounmap",
	};
	pte_t pte = absent_note(addr);
	enum pte_note note = pte_note(pte);
	unsigned long was = pte_note_nr(pte);

	if (note == PTE_NOTE_FREED && was < ARRAY_SIZE(freed) && freed[was])
		return freed[was];
	return note < ARRAY_SIZE(text) && text[note] ? text[note] : explain_noteless(addr);
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

/* Is @addr made of @byte? An offset may have been added. */
static bool is_poison(unsigned long addr, u8 byte)
{
	return addr >> 16 == byte * 0x0101010101010101UL >> 16;
}

static const char *explain_module(unsigned long addr)
{
	unsigned long size;
	pte_t *e = pte_lookup(addr, &size);

	if (is_mapped(addr))
		return kernel_text_address(addr) ? "module text" : "module data";
	return e && pte_note(READ_ONCE(*e)) == PTE_NOTE_FREED ? "memory of an unloaded module" :
								"module range, no module is there";
}

/* See linux/mm.h. */
const char *vm_explain(unsigned long addr)
{
	unsigned long size;

	if (addr < PAGE_SIZE)
		return "NULL pointer";
	if (is_poison(addr, POISON_INUSE))
		return "pointer from memory that was never written";
	if (is_poison(addr, POISON_FREE) || is_poison(addr, PAGE_POISON))
		return "pointer from freed memory";
	if (addr >> 47 == 0)
		return "user-half address, nothing is mapped there";
	if (addr >> 47 != 0x1ffff)
		return "non-canonical address";
	if (addr >= (unsigned long)_text && addr < (unsigned long)_end)
		return explain_image(addr);
	if (is_vmalloc_addr((void *)addr))
		return explain_vmalloc(addr);
	if (is_module_address(addr))
		return explain_module(addr);
	if (addr >= PAGE_OFFSET && addr < PAGE_OFFSET + MAX_PHYS)
		return pte_lookup(addr, &size) ? "direct map, not executable" :
						 "direct map where there is no RAM";
	return "address outside every mapping";
}
