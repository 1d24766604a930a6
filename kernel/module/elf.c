/* SPDX-License-Identifier: MIT */
/*
 * Reading an ELF object that nobody vouches for.
 *
 * Invariant: after elf_check() every section lies inside the image, every table has whole entries, every
 * string ends inside its section, every section and symbol number that is used names one that exists; section
 * 0 stands for none and is empty. What else a file may lie about (relocations, layout) is checked where it is
 * used, in reloc.c.
 * Pure: it reads the image and writes struct load_info.
 */
#define pr_fmt(fmt) "module: " fmt

#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/printk.h>
#include <linux/string.h>
#include "internal.h"

static int refuse(const char *why)
{
	pr_err("not a module of this kernel: %s\n", why);
	return -ENOEXEC;
}

static int check_header(struct load_info *info)
{
	const Elf64_Ehdr *h = (const void *)info->image;

	if (info->len < sizeof(*h) || memcmp(h->e_ident, ELFMAG, SELFMAG))
		return refuse("no ELF file");
	if (h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_ident[EI_DATA] != ELFDATA2LSB ||
	    h->e_machine != EM_X86_64)
		return refuse("it is for another machine than x86-64");
	if (h->e_type != ET_REL)
		return refuse("no relocatable object (a program?)");
	if (h->e_shentsize != sizeof(Elf64_Shdr) || !h->e_shnum || h->e_shoff % 8)
		return refuse("its section table has an unknown form");
	if (h->e_shoff > info->len || (info->len - h->e_shoff) / sizeof(Elf64_Shdr) < h->e_shnum)
		return refuse("its section table ends beyond the file; is it cut off?");
	info->hdr = h;
	info->sec = (const void *)(info->image + h->e_shoff);
	info->nr_sec = h->e_shnum;
	return 0;
}

static const u8 *section_data(const struct load_info *info, unsigned int i)
{
	return info->image + info->sec[i].sh_offset;
}

/* A string table is usable if it begins and ends with a NUL. */
static bool is_strtab(const struct load_info *info, unsigned int i)
{
	const Elf64_Shdr *s = &info->sec[i];
	const u8 *data;

	if (i >= info->nr_sec || s->sh_type != SHT_STRTAB || !s->sh_size)
		return false;
	data = section_data(info, i);
	return !data[0] && !data[s->sh_size - 1];
}

static int check_sections(struct load_info *info)
{
	/* The loop begins behind it: what names it by number would find a place that nobody has checked. */
	if (info->sec[0].sh_type != SHT_NULL || info->sec[0].sh_size || info->sec[0].sh_addr)
		return refuse("its section 0, which stands for none, is not empty");
	for (unsigned int i = 1; i < info->nr_sec; i++) {
		const Elf64_Shdr *s = &info->sec[i];

		if (s->sh_type != SHT_NOBITS &&
		    (s->sh_offset > info->len || s->sh_size > info->len - s->sh_offset))
			return refuse("a section ends beyond the file; is it cut off?");
		if (s->sh_link >= info->nr_sec)
			return refuse("a section is linked to one that does not exist");
		if (s->sh_addralign && !is_power_of_2(s->sh_addralign))
			return refuse("a section's alignment is no power of two");
		if ((s->sh_type == SHT_SYMTAB || s->sh_type == SHT_RELA) && s->sh_offset % 8)
			return refuse("a table is not aligned");
	}
	if (!is_strtab(info, info->hdr->e_shstrndx))
		return refuse("its section names are missing");
	info->secnames = (const char *)section_data(info, info->hdr->e_shstrndx);
	for (unsigned int i = 1; i < info->nr_sec; i++)
		if (info->sec[i].sh_name >= info->sec[info->hdr->e_shstrndx].sh_size)
			return refuse("a section's name lies outside the names");
	return 0;
}

static int check_symbols(struct load_info *info)
{
	const Elf64_Shdr *s = NULL;

	for (unsigned int i = 1; i < info->nr_sec; i++) {
		if (info->sec[i].sh_type != SHT_SYMTAB)
			continue;
		if (s)
			return refuse("it has two symbol tables");
		s = &info->sec[i];
	}
	if (!s || !s->sh_size || s->sh_entsize != sizeof(Elf64_Sym) ||
	    s->sh_size % sizeof(Elf64_Sym))
		return refuse("it has no symbol table");
	if (!is_strtab(info, s->sh_link))
		return refuse("its symbol names are missing");
	info->sym = (const void *)(info->image + s->sh_offset);
	info->nr_sym = s->sh_size / sizeof(Elf64_Sym);
	info->strtab = (const char *)section_data(info, s->sh_link);
	info->strtab_size = info->sec[s->sh_link].sh_size;
	for (unsigned int i = 0; i < info->nr_sym; i++) {
		const Elf64_Sym *sym = &info->sym[i];

		if (sym->st_name >= info->strtab_size)
			return refuse("a symbol's name lies outside the names");
		if (sym->st_shndx >= info->nr_sec && sym->st_shndx < SHN_LORESERVE)
			return refuse("a symbol is in a section that does not exist");
	}
	return 0;
}

static int check_modinfo(struct load_info *info)
{
	unsigned int i = find_section(info, ".modinfo");

	if (!i || info->sec[i].sh_type == SHT_NOBITS || !info->sec[i].sh_size ||
	    section_data(info, i)[info->sec[i].sh_size - 1])
		return refuse("it has no .modinfo; was it linked by make M=DIR?");
	info->modinfo = (const char *)section_data(info, i);
	info->modinfo_size = info->sec[i].sh_size;
	return 0;
}

int elf_check(struct load_info *info)
{
	return check_header(info) ?: check_sections(info) ?: check_symbols(info) ?:
	       check_modinfo(info);
}

const char *section_name(const struct load_info *info, unsigned int i)
{
	return info->secnames + info->sec[i].sh_name;
}

unsigned int find_section(const struct load_info *info, const char *name)
{
	for (unsigned int i = 1; i < info->nr_sec; i++)
		if (!strcmp(section_name(info, i), name))
			return i;
	return 0;
}

const char *symbol_name_of(const struct load_info *info, const Elf64_Sym *sym)
{
	return info->strtab + sym->st_name;
}

const char *get_modinfo(const struct load_info *info, const char *tag, const char *prev)
{
	const char *p = prev ? prev + strlen(prev) : info->modinfo;
	const char *end = info->modinfo + info->modinfo_size;
	size_t n = strlen(tag);

	for (; p < end; p += strlen(p) + 1)
		if (!strncmp(p, tag, n) && p[n] == '=')
			return p + n + 1;
	return NULL;
}
