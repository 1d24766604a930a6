/* SPDX-License-Identifier: MIT */
/*
 * From a checked object to code at its place: each section gets an address by its flags, symbols are
 * resolved against the kernel and the loaded modules, relocations are applied.
 *
 * Nothing in the file is believed: a relocation writes inside its own section or not at all, a section
 * that would be writable and executable is refused, and so is a table that the kernel would read beyond the
 * module. [psABI] 4.4 "Relocation"
 */
#define pr_fmt(fmt) "module: " fmt

#include <linux/align.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/page.h>
#include "internal.h"

#define PERCPU_SECTION	".data..percpu"

static bool is_percpu(const struct load_info *info, unsigned int i)
{
	return !strcmp(section_name(info, i), PERCPU_SECTION);
}

/* Text of the kernel's that only the loader reads. */
static bool in_memory(const struct load_info *info, unsigned int i)
{
	return info->sec[i].sh_flags & SHF_ALLOC && info->sec[i].sh_size &&
	       strcmp(section_name(info, i), ".modinfo");
}

static enum mod_mem kind_of(const Elf64_Shdr *s)
{
	if (s->sh_flags & SHF_EXECINSTR)
		return MOD_TEXT;
	return s->sh_flags & SHF_WRITE ? MOD_DATA : MOD_RODATA;
}

/* Offsets for all sections of one kind, behind what mod->size has. info->addr holds offset + 1 for now. */
static int layout_kind(struct module *mod, struct load_info *info, enum mod_mem kind)
{
	mod->start[kind] = mod->size;
	for (unsigned int i = 1; i < info->nr_sec; i++) {
		const Elf64_Shdr *s = &info->sec[i];

		if (!in_memory(info, i) || is_percpu(info, i) || kind_of(s) != kind)
			continue;
		if (s->sh_flags & SHF_WRITE && s->sh_flags & SHF_EXECINSTR) {
			pr_err("%s: section %s would be writable and executable\n", mod->name,
			       section_name(info, i));
			return -ENOEXEC;
		}
		if (s->sh_addralign > PAGE_SIZE || s->sh_size > MAX_IMAGE) {
			pr_err("%s: section %s is too large (%llu bytes, aligned to %llu)\n", mod->name,
			       section_name(info, i), s->sh_size, s->sh_addralign);
			return -ENOEXEC;
		}
		mod->size = ALIGN(mod->size, max(s->sh_addralign, 1ULL));
		info->addr[i] = mod->size + 1;
		mod->size += s->sh_size;
		if (mod->size > MAX_IMAGE) {
			pr_err("%s: needs more than %lu MiB\n", mod->name, MAX_IMAGE >> 20);
			return -ENOEXEC;
		}
	}
	mod->size = PAGE_ALIGN(mod->size);
	return 0;
}

static int layout(struct module *mod, struct load_info *info)
{
	int err = 0;

	for (int kind = 0; !err && kind < MOD_MEM_NR; kind++)
		err = layout_kind(mod, info, kind);
	if (err || !mod->size)
		return err ?: -ENOEXEC;
	mod->base = module_memory_alloc(mod->size);
	if (!mod->base) {
		pr_err("%s: no memory for %zu bytes\n", mod->name, mod->size);
		return -ENOMEM;
	}
	return 0;
}

/* Put the sections where layout() said. */
static void copy_sections(struct module *mod, struct load_info *info)
{
	for (unsigned int i = 1; i < info->nr_sec; i++) {
		const Elf64_Shdr *s = &info->sec[i];

		if (!info->addr[i])
			continue;
		info->addr[i] += (unsigned long)mod->base - 1;
		if (s->sh_type != SHT_NOBITS)
			memcpy((void *)info->addr[i], info->image + s->sh_offset, s->sh_size);
	}
}

/* Its variables in the template's address space; what they begin with is copied after relocation. */
static int layout_percpu(struct module *mod, struct load_info *info)
{
	unsigned int i = find_section(info, PERCPU_SECTION);

	if (!i || !in_memory(info, i))
		return 0;
	if (info->sec[i].sh_size <= PERCPU_DYNAMIC_SIZE && info->sec[i].sh_addralign <= PAGE_SIZE)
		mod->percpu = __alloc_percpu_gfp(info->sec[i].sh_size,
						 max(info->sec[i].sh_addralign, 1ULL),
						 GFP_KERNEL | __GFP_NOWARN);
	if (!mod->percpu) {
		pr_err("%s: no room for %llu bytes of per-CPU variables\n", mod->name,
		       info->sec[i].sh_size);
		return -ENOMEM;
	}
	mod->percpu_size = info->sec[i].sh_size;
	info->addr[i] = (unsigned long)mod->percpu;
	return 0;
}

static int copy_percpu(struct module *mod, struct load_info *info)
{
	unsigned int i = find_section(info, PERCPU_SECTION), cpu;

	if (!mod->percpu_size)
		return 0;
	for (unsigned int r = 1; r < info->nr_sec; r++)
		if (info->sec[r].sh_type == SHT_RELA && info->sec[r].sh_info == i &&
		    info->sec[r].sh_size) {
			pr_err("%s: a per-CPU variable begins with an address: not supported\n", mod->name);
			return -ENOEXEC;
		}
	if (info->sec[i].sh_type == SHT_NOBITS)
		return 0;		/* they begin with zeroes */
	for_each_possible_cpu(cpu)
		memcpy(per_cpu_ptr(mod->percpu, cpu), info->image + info->sec[i].sh_offset,
		       mod->percpu_size);
	return 0;
}

/* ---- symbols ---- */

/* What an undefined symbol stands for. */
static int resolve(struct module *mod, const struct load_info *info, const Elf64_Sym *sym,
		   unsigned long *value)
{
	const char *name = symbol_name_of(info, sym);
	const struct kernel_symbol *ks;
	int err = -ENOENT;

	if (!strcmp(name, "__this_module")) {
		*value = (unsigned long)mod;
		return 0;
	}
	ks = resolve_symbol(mod, name, &err);
	if (ks) {
		*value = (unsigned long)ks->addr;
		return 0;
	}
	*value = 0;
	if (ELF64_ST_BIND(sym->st_info) == STB_WEAK)
		return 0;
	pr_err("%s: Unknown symbol %s (err %d)%s\n", mod->name, name, err, err == -EPERM ?
	       ": it is for GPL modules, and this module's license is not one" : "");
	return -ENOENT;
}

/* The address of symbol @n. */
static int symbol_value(const struct load_info *info, const unsigned long *values, u32 n,
			unsigned long *value)
{
	if (n >= info->nr_sym || values[n] == ULONG_MAX)
		return -ENOEXEC;
	*value = values[n];
	return 0;
}

/*
 * The value of each symbol; ULONG_MAX for those that have none in memory. All that are missing are
 * named, not the first alone.
 */
static int resolve_symbols(struct module *mod, const struct load_info *info, unsigned long *values)
{
	int err, ret = 0;

	values[0] = 0;
	for (unsigned int i = 1; i < info->nr_sym; i++) {
		const Elf64_Sym *sym = &info->sym[i];

		values[i] = ULONG_MAX;
		switch (sym->st_shndx) {
		case SHN_UNDEF:
			err = resolve(mod, info, sym, &values[i]);
			ret = ret ?: err;
			break;
		case SHN_ABS:
			values[i] = sym->st_value;
			break;
		case SHN_COMMON:
			pr_err("%s: variable %s is common: compile with -fno-common\n", mod->name,
			       symbol_name_of(info, sym));
			return -ENOEXEC;
		default:
			if (sym->st_shndx < info->nr_sec && info->addr[sym->st_shndx])
				values[i] = info->addr[sym->st_shndx] + sym->st_value;
		}
	}
	return ret;
}

/* ---- relocations ---- */

static int bad_reloc(const struct module *mod, const struct load_info *info, unsigned int target,
		     const Elf64_Rela *r, const char *why)
{
	pr_err("%s: relocation of type %u at %s+0x%llx: %s\n", mod->name, ELF64_R_TYPE(r->r_info),
	       section_name(info, target), r->r_offset, why);
	return -ENOEXEC;
}

/* How many bytes a relocation changes; 0: unknown type. */
static unsigned int reloc_width(u32 type)
{
	switch (type) {
	case R_X86_64_64:
	case R_X86_64_PC64:
		return 8;
	case R_X86_64_32:
	case R_X86_64_32S:
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
		return 4;
	}
	return 0;
}

/* Does @v, cut to four bytes, come back as it was? */
static bool fits(u32 type, u64 v)
{
	return type == R_X86_64_32 ? v == (u32)v : (s64)v == (s32)v;
}

static int apply_one(const struct module *mod, const struct load_info *info, unsigned int target,
		     const Elf64_Rela *r, const unsigned long *values)
{
	u32 type = ELF64_R_TYPE(r->r_info);
	unsigned int width = reloc_width(type);
	unsigned long where = info->addr[target] + r->r_offset, value;

	if (type == R_X86_64_NONE)
		return 0;
	if (!width)
		return bad_reloc(mod, info, target, r, "unknown type");
	if (r->r_offset > info->sec[target].sh_size ||
	    info->sec[target].sh_size - r->r_offset < width)
		return bad_reloc(mod, info, target, r, "outside the section");
	if (symbol_value(info, values, ELF64_R_SYM(r->r_info), &value))
		return bad_reloc(mod, info, target, r, "against a symbol that is nowhere");
	value += r->r_addend;
	if (type == R_X86_64_PC32 || type == R_X86_64_PLT32 || type == R_X86_64_PC64)
		value -= where;
	if (width == 4 && !fits(type, value))
		return bad_reloc(mod, info, target, r, "the value does not fit");
	memcpy((void *)where, &value, width);
	return 0;
}

static int apply_section(const struct module *mod, const struct load_info *info, unsigned int rel,
			 const unsigned long *values)
{
	const Elf64_Shdr *s = &info->sec[rel];
	const Elf64_Rela *r = (const void *)(info->image + s->sh_offset);
	u64 n = s->sh_size / sizeof(*r);
	int err = 0;

	if (s->sh_info >= info->nr_sec || !info->addr[s->sh_info] || is_percpu(info, s->sh_info))
		return 0;		/* debug information; copy_percpu() has looked at the other */
	if (s->sh_entsize != sizeof(*r) || info->sec[s->sh_link].sh_type != SHT_SYMTAB) {
		pr_err("%s: the relocations of %s have an unknown form\n", mod->name,
		       section_name(info, s->sh_info));
		return -ENOEXEC;
	}
	if (info->sec[s->sh_info].sh_type == SHT_NOBITS && n) {
		pr_err("%s: %s has relocations and no bytes\n", mod->name, section_name(info, s->sh_info));
		return -ENOEXEC;
	}
	for (u64 i = 0; !err && i < n; i++)
		err = apply_one(mod, info, s->sh_info, &r[i], values);
	return err;
}

static int apply_relocations(const struct module *mod, const struct load_info *info,
			     const unsigned long *values)
{
	int err = 0;

	for (unsigned int i = 1; !err && i < info->nr_sec; i++) {
		if (info->sec[i].sh_type == SHT_REL) {
			pr_err("%s: it has relocations without addends, which x86-64 does not use\n",
			       mod->name);
			return -ENOEXEC;
		}
		if (info->sec[i].sh_type == SHT_RELA)
			err = apply_section(mod, info, i, values);
	}
	return err;
}

/* ---- what stays: tables, names for backtraces ---- */

/*
 * A section that is an array of entries of @size bytes; NULL and 0 entries if it is missing. *err is set, after
 * a message, if it has another form.
 */
static const void *table(const struct load_info *info, const char *name, size_t size,
			 unsigned int *nr, int *err)
{
	unsigned int i = find_section(info, name);

	*nr = 0;
	if (!i || !info->addr[i])
		return NULL;
	if (info->sec[i].sh_size % size || info->addr[i] % sizeof(void *)) {
		pr_err("%s: section %s (%llu bytes) is no table of entries of %zu bytes\n", info->name,
		       name, info->sec[i].sh_size, size);
		*err = -ENOEXEC;
		return NULL;
	}
	*nr = info->sec[i].sh_size / size;
	return (const void *)info->addr[i];
}

static int find_tables(struct module *mod, const struct load_info *info)
{
	int err = 0;

	mod->exports = table(info, "__ksymtab", sizeof(*mod->exports), &mod->nr_exports, &err);
	mod->params = table(info, "__param", sizeof(*mod->params), &mod->nr_params, &err);
	mod->suites = table(info, ".kunit_suites", sizeof(*mod->suites), &mod->nr_suites, &err);
	mod->ctors = table(info, ".init_array", sizeof(*mod->ctors), &mod->nr_ctors, &err);
	return err;
}

static bool in_module(const struct module *mod, unsigned long addr)
{
	return addr - (unsigned long)mod->base < mod->size;
}

static bool in_text(const struct module *mod, unsigned long addr)
{
	return addr - (unsigned long)mod->base < mod->start[MOD_RODATA];
}

/* Does a string begin at @s and end in the same section of the module's? */
static bool is_string(const struct load_info *info, const char *s)
{
	for (unsigned int i = 1; i < info->nr_sec; i++) {
		unsigned long off = (unsigned long)s - info->addr[i];

		if (info->addr[i] && !is_percpu(info, i) && off < info->sec[i].sh_size)
			return memchr(s, '\0', info->sec[i].sh_size - off);
	}
	return false;
}

/* Variables and functions of the module's own, as they are named: of what is relocated, not of what the file says. */
static int check_exports(const struct module *mod, const struct load_info *info)
{
	for (unsigned int i = 0; i < mod->nr_exports; i++) {
		const struct kernel_symbol *ks = &mod->exports[i];

		if (!is_string(info, ks->name)) {
			pr_err("%s: the name of its export %u is no string in the module\n", mod->name, i);
			return -ENOEXEC;
		}
		if (!in_module(mod, (unsigned long)ks->addr) &&
		    (unsigned long)ks->addr - (unsigned long)mod->percpu >= mod->percpu_size) {
			pr_err("%s: exports %s, which lies outside the module\n", mod->name, ks->name);
			return -ENOEXEC;
		}
	}
	return 0;
}

static int check_params(const struct module *mod, const struct load_info *info)
{
	for (unsigned int i = 0; i < mod->nr_params; i++)
		if (!is_string(info, mod->params[i].name) || !is_string(info, mod->params[i].mod)) {
			pr_err("%s: the name of its parameter %u is no string in the module\n", mod->name, i);
			return -ENOEXEC;
		}
	return 0;
}

/* Its init and exit: functions of these names in its text. */
static void find_entries(struct module *mod, const struct load_info *info,
			 const unsigned long *values)
{
	for (unsigned int i = 1; i < info->nr_sym; i++) {
		const char *name = symbol_name_of(info, &info->sym[i]);

		if (!info->sym[i].st_shndx || !in_text(mod, values[i]))
			continue;
		if (!strcmp(name, "init_module"))
			mod->init = (void *)values[i];
		if (!strcmp(name, "cleanup_module"))
			mod->exit = (void *)values[i];
	}
}

/* Symbols that a report may name: not sections, files, or the compiler's own labels. */
static bool is_reported(const struct module *mod, const struct load_info *info, unsigned int i,
			const unsigned long *values)
{
	const Elf64_Sym *sym = &info->sym[i];
	const char *name = symbol_name_of(info, sym);

	if (ELF64_ST_TYPE(sym->st_info) >= STT_SECTION || !*name || *name == '.')
		return false;
	return sym->st_shndx && values[i] != ULONG_MAX && in_module(mod, values[i]) &&
	       strcmp(name, "init_module") && strcmp(name, "cleanup_module");
}

static int by_address(const void *a, const void *b)
{
	const struct mod_symbol *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static int keep_symbols(struct module *mod, const struct load_info *info,
			const unsigned long *values)
{
	size_t names = 0;
	unsigned int n = 0;

	for (unsigned int i = 1; i < info->nr_sym; i++)
		if (is_reported(mod, info, i, values)) {
			names += strlen(symbol_name_of(info, &info->sym[i])) + 1;
			n++;
		}
	mod->symbols = vmalloc(max(n * sizeof(*mod->symbols), 1UL));
	mod->symbol_names = vmalloc(max(names, 1UL));
	if (!mod->symbols || !mod->symbol_names)
		return -ENOMEM;
	names = 0;
	for (unsigned int i = 1; i < info->nr_sym; i++) {
		const char *name = symbol_name_of(info, &info->sym[i]);

		if (!is_reported(mod, info, i, values))
			continue;
		mod->symbols[mod->nr_symbols++] = (struct mod_symbol){ values[i], names };
		strcpy(mod->symbol_names + names, name);
		names += strlen(name) + 1;
	}
	sort(mod->symbols, mod->nr_symbols, sizeof(*mod->symbols), by_address, NULL);
	return 0;
}

void free_symbols(struct module *mod)
{
	vfree(mod->symbols);
	vfree(mod->symbol_names);
}

int layout_and_relocate(struct module *mod, struct load_info *info)
{
	unsigned long *values = vmalloc(info->nr_sym * sizeof(*values));
	int err;

	info->addr = kcalloc(info->nr_sec, sizeof(*info->addr), GFP_KERNEL);
	err = values && info->addr ? layout(mod, info) : -ENOMEM;
	if (!err) {
		copy_sections(mod, info);
		err = layout_percpu(mod, info) ?: copy_percpu(mod, info) ?:
		      resolve_symbols(mod, info, values) ?: apply_relocations(mod, info, values) ?:
		      find_tables(mod, info) ?: check_exports(mod, info) ?:
		      check_params(mod, info) ?: keep_symbols(mod, info, values);
	}
	if (!err) {
		find_entries(mod, info, values);
		module_memory_protect(mod);
	}
	vfree(values);
	return err;
}
