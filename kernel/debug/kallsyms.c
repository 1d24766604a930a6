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
#include <asm/sections.h>

extern const u32 kallsyms_num_syms;
extern const u32 kallsyms_addresses[];		/* low halves; the high half is all ones */
extern const u32 kallsyms_name_offsets[];
extern const char kallsyms_names[];

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

const char *kallsyms_lookup(unsigned long addr, unsigned long *size, unsigned long *offset,
			    char **modname, char *namebuf)
{
	int i = symbol_index(addr);

	if (modname)
		*modname = NULL;
	if (i < 0)
		return NULL;
	if (size)
		*size = symbol_size(i);
	if (offset)
		*offset = addr - symbol_address(i);
	if (!namebuf)
		return symbol_name(i);
	sized_strscpy(namebuf, symbol_name(i), KSYM_NAME_LEN);
	return namebuf;
}

int kallsyms_lookup_size_offset(unsigned long addr, unsigned long *size, unsigned long *offset)
{
	return kallsyms_lookup(addr, size, offset, NULL, NULL) != NULL;
}

unsigned long kallsyms_lookup_name(const char *name)
{
	for (unsigned int i = 0; i < kallsyms_num_syms; i++)
		if (!strcmp(symbol_name(i), name))
			return symbol_address(i);
	return 0;
}
EXPORT_SYMBOL(kallsyms_lookup_name);

int kallsyms_on_each_symbol(int (*fn)(void *data, const char *name, unsigned long addr),
			    void *data)
{
	int ret = 0;

	for (unsigned int i = 0; i < kallsyms_num_syms && !ret; i++)
		ret = fn(data, symbol_name(i), symbol_address(i));
	return ret;
}

unsigned int kallsyms_count(void)
{
	return kallsyms_num_syms;
}

/* @back is how far before @addr the lookup looks: 1 for return addresses. */
static int print_symbol(char *buf, unsigned long addr, unsigned int back, bool with_offset)
{
	unsigned long size, offset;
	const char *name = kallsyms_lookup(addr - back, &size, &offset, NULL, NULL);

	if (!name)
		return scnprintf(buf, KSYM_SYMBOL_LEN, "0x%lx", addr);
	if (!with_offset)
		return scnprintf(buf, KSYM_SYMBOL_LEN, "%.*s", KSYM_NAME_LEN - 1, name);
	return scnprintf(buf, KSYM_SYMBOL_LEN, "%.*s+0x%lx/0x%lx", KSYM_NAME_LEN - 1, name,
			 offset + back, size);
}

int sprint_symbol(char *buf, unsigned long addr)
{
	return print_symbol(buf, addr, 0, true);
}
EXPORT_SYMBOL(sprint_symbol);

int sprint_symbol_no_offset(char *buf, unsigned long addr)
{
	return print_symbol(buf, addr, 0, false);
}
EXPORT_SYMBOL(sprint_symbol_no_offset);

int sprint_backtrace(char *buf, unsigned long addr)
{
	return print_symbol(buf, addr, 1, true);
}

bool __kernel_text_address(unsigned long addr)
{
	return addr >= (unsigned long)_text && addr < (unsigned long)_etext;
}

bool kernel_text_address(unsigned long addr)
{
	return __kernel_text_address(addr);
}
