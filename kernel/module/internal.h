/* SPDX-License-Identifier: MIT */
/*
 * The module loader's own: what a loaded module is, and what is known while one is being loaded.
 *
 * elf.c reads untrusted bytes and trusts none; reloc.c lays out, resolves and relocates; memory.c owns the
 * addresses; main.c the list and the life of a module; leftovers.c what an unloaded one forgot; files.c what
 * the boot loader brought along.
 */
#ifndef _MODULE_INTERNAL_H
#define _MODULE_INTERNAL_H

#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/elf.h>
#include <linux/module.h>
#include <linux/mutex.h>

#define MAX_MODULES	64
/* The largest object that is looked at, and the most memory a module gets: far more than one needs. */
#define MAX_IMAGE	(16UL << 20)

enum module_state {
	MODULE_STATE_COMING,		/* its init has not returned yet */
	MODULE_STATE_LIVE,
	MODULE_STATE_GOING,		/* its exit runs, or oopsed */
	MODULE_STATE_STUCK,		/* it left something behind: its memory stays for good */
};

/* By permission; the order in memory. */
enum mod_mem { MOD_TEXT, MOD_RODATA, MOD_DATA, MOD_MEM_NR };

struct mod_symbol {
	unsigned long addr;
	u32 name;			/* offset in mod->symbol_names */
};

struct module {
	char name[MODULE_NAME_LEN];
	enum module_state state;
	atomic_t refcnt;		/* 1 for being loaded; 0: going away */
	unsigned int slot;		/* in modules[] */
	DECLARE_BITMAP(uses, MAX_MODULES);	/* slots of the modules whose symbols it has */
	bool gpl;

	void *base;			/* page aligned; each kind of memory begins on a page */
	size_t size, start[MOD_MEM_NR];	/* offsets from base; size is the whole, in whole pages */
	void *percpu;			/* its per-CPU variables in the template, and how many bytes */
	size_t percpu_size;

	int (*init)(void);
	void (*exit)(void);
	const struct kernel_symbol *exports;
	unsigned int nr_exports;
	const struct kernel_param *params;
	unsigned int nr_params;
	struct kunit_suite *const *suites;	/* of kunit_test_suite(): run after init */
	unsigned int nr_suites;
	void (*const *ctors)(void);	/* what the compiler wants called before init */
	unsigned int nr_ctors;

	struct mod_symbol *symbols;	/* for backtraces: sorted by address */
	unsigned int nr_symbols;
	char *symbol_names;
};

/* What is known while an image is loaded; addresses in @image are checked before they are used. */
struct load_info {
	const char *name;		/* for messages: the module's, or "insmod" before it is known */
	const u8 *image;
	size_t len;
	const Elf64_Ehdr *hdr;
	const Elf64_Shdr *sec;
	unsigned int nr_sec;
	const char *secnames;
	const Elf64_Sym *sym;
	unsigned int nr_sym;
	const char *strtab;
	size_t strtab_size;
	const char *modinfo;
	size_t modinfo_size;
	unsigned long *addr;		/* where each section lies, 0: not in memory */
};

/* ---- elf.c ---- */

/* Fill @info from image and len. 0, or -ENOEXEC after a message. Context: any. */
int elf_check(struct load_info *info);
const char *section_name(const struct load_info *info, unsigned int i);
/* The section of that name, 0 if there is none. */
unsigned int find_section(const struct load_info *info, const char *name);
const char *symbol_name_of(const struct load_info *info, const Elf64_Sym *sym);
/* The value of "tag=" in .modinfo, or NULL. @prev: the value found before. */
const char *get_modinfo(const struct load_info *info, const char *tag, const char *prev);

/* ---- reloc.c ---- */

/* Give each section its place and copy it there, resolve and relocate. 0 or -errno, after a message. May sleep. */
int layout_and_relocate(struct module *mod, struct load_info *info);
void free_symbols(struct module *mod);

/* ---- memory.c ---- */

/* Writable pages in the modules' range, or NULL. Context: module_mutex held, may sleep. */
void *module_memory_alloc(size_t size);
/* From now on text runs and cannot be written, constants can only be read. May sleep. */
void module_memory_protect(struct module *mod);
void module_memory_free(void *base, size_t size);

/* ---- main.c ---- */

extern struct mutex module_mutex;
/* Slots; NULL: free. Written under module_mutex, read by backtraces in any context. */
extern struct module *modules[MAX_MODULES];
#define for_each_module(mod, i) \
	for ((i) = 0; (i) < MAX_MODULES; (i)++) if (!((mod) = READ_ONCE(modules[i]))) {} else

/*
 * The exported symbol @name for @mod, which takes a reference to the module it comes from. NULL: there
 * is none, or it is not for @mod's license (*err says which). Context: module_mutex held.
 */
const struct kernel_symbol *resolve_symbol(struct module *mod, const char *name, int *err);

/* ---- leftovers.c ---- */

/* Name everything that still points into @mod; how many things. May sleep. */
unsigned int report_leftovers(const struct module *mod);

#endif
