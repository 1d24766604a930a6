/* SPDX-License-Identifier: MIT */
/*
 * kallsyms.c - names for addresses.
 *
 * The table (scripts/gen-symtab) is read-only data sorted by address, so a lookup is a binary
 * search without locks: it works in NMI, in early boot and while the machine dies.
 */
#include <linux/export.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <asm/page.h>
#include <asm/sections.h>

extern const u32 kallsyms_num_syms;
extern const u32 kallsyms_addresses[];		/* low halves; the high half is all ones */
extern const u32 kallsyms_name_offsets[];
extern const char kallsyms_names[];

const struct module_kallsyms *module_kallsyms;

static unsigned long symbol_address(unsigned int i)
{
	return kallsyms_addresses[i] | 0xffffffff00000000UL;
}

static const char *symbol_name(unsigned int i)
{
	return kallsyms_names + kallsyms_name_offsets[i];
}

/* Index of the last symbol at or below @addr, or -1. */
static int symbol_index(unsigned long addr)
{
	unsigned int lo = 0, hi = kallsyms_num_syms;

	if (addr < (unsigned long)_text || addr >= (unsigned long)_end)
		return -1;
	while (lo < hi) {
		unsigned int mid = lo + (hi - lo) / 2;

		if (symbol_address(mid) <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (int)lo - 1;
}

/* A symbol reaches to the next one at a higher address. */
static unsigned long symbol_size(unsigned int i)
{
	unsigned long start = symbol_address(i);

	while (++i < kallsyms_num_syms)
		if (symbol_address(i) > start)
			return symbol_address(i) - start;
	return (unsigned long)_end - start;
}

/* *modname: NULL for the kernel's own. */
static const char *lookup(unsigned long addr, unsigned long *size, unsigned long *offset,
			  const char **modname)
{
	int i = symbol_index(addr);

	*modname = NULL;
	if (i < 0)
		return is_module_address(addr) && module_kallsyms ?
		       module_kallsyms->lookup(addr, size, offset, modname) : NULL;
	*size = symbol_size(i);
	*offset = addr - symbol_address(i);
	return symbol_name(i);
}

const char *kallsyms_lookup(unsigned long addr, unsigned long *size, unsigned long *offset)
{
	const char *modname;

	return lookup(addr, size, offset, &modname);
}

unsigned long kallsyms_address(const char *name, unsigned int nth, unsigned long *size)
{
	unsigned long addr = 0, offset;

	for (unsigned int i = 0; i < kallsyms_num_syms && !addr; i++)
		if (!strcmp(symbol_name(i), name) && !nth--)
			addr = symbol_address(i);
	if (!addr && module_kallsyms)
		addr = module_kallsyms->address(name, nth);
	return addr && kallsyms_lookup(addr, size, &offset) ? addr : 0;
}

const char *kallsyms_module(unsigned long addr)
{
	unsigned long size, offset;
	const char *modname;

	return lookup(addr, &size, &offset, &modname) ? modname : NULL;
}

int sprint_symbol(char *buf, unsigned long addr, char kind)
{
	unsigned long size, offset, back = kind == 'B';
	const char *modname, *name = lookup(addr - back, &size, &offset, &modname);
	int n;

	if (!name)
		return scnprintf(buf, KSYM_SYMBOL_LEN, "0x%lx", addr);
	if (kind == 's')
		n = scnprintf(buf, KSYM_SYMBOL_LEN, "%.*s", KSYM_NAME_LEN - 1, name);
	else
		n = scnprintf(buf, KSYM_SYMBOL_LEN, "%.*s+0x%lx/0x%lx", KSYM_NAME_LEN - 1, name,
			      offset + back, size);
	if (modname)
		n += scnprintf(buf + n, KSYM_SYMBOL_LEN - n, " [%s]", modname);
	return n;
}
EXPORT_SYMBOL_GPL(sprint_symbol);

bool kernel_text_address(unsigned long addr)
{
	return (addr >= (unsigned long)_text && addr < (unsigned long)_etext) ||
	       (is_module_address(addr) && module_kallsyms && module_kallsyms->is_text(addr));
}
