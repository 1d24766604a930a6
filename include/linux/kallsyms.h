/* SPDX-License-Identifier: MIT */
/*
 * kallsyms.h - names for addresses.
 *
 * The table is made by scripts/gen-symtab from the linked kernel and linked in by a second pass.
 * Every function here is lock-free and works in any context from the first instruction of C on.
 */
#ifndef _LINUX_KALLSYMS_H
#define _LINUX_KALLSYMS_H

#include <linux/types.h>

#define KSYM_NAME_LEN	128
/* name + "+0x" offset "/0x" size + " [" module "]" + terminator */
#define KSYM_SYMBOL_LEN	(KSYM_NAME_LEN + 2 * 20 + 64)

/*
 * kallsyms_lookup - the name of the symbol that covers @addr, its size and the offset into it;
 * NULL when no symbol does.
 */
const char *kallsyms_lookup(unsigned long addr, unsigned long *size, unsigned long *offset);
/*
 * kallsyms_address - where the @nth symbol called @name begins, the kernel's before those of modules, and how
 * far it reaches; 0: there are not so many. Static functions may share a name.
 */
unsigned long kallsyms_address(const char *name, unsigned int nth, unsigned long *size);
/* kallsyms_module - the name of the module that @addr is in, the same pointer always; NULL: in none. */
const char *kallsyms_module(unsigned long addr);
/*
 * sprint_symbol - what %pS, %ps and %pB print, by the last letter: "func+0x12/0x80", "func", and
 * the first for a return address: looks up addr - 1, so that a call that ends a function is not
 * misnamed. "0xffffffff81000000" where there is no symbol. Buffer of KSYM_SYMBOL_LEN. Returns the
 * length.
 */
int sprint_symbol(char *buf, unsigned long addr, char kind);

/* True for an address inside the kernel's text or a module's. */
bool kernel_text_address(unsigned long addr);

/*
 * What modules add, once there is a loader: the name of the symbol that covers @addr, with the module's in
 * *modname, as kallsyms_lookup(); whether @addr is in a module's text; where the @nth symbol of that name is.
 * Context: any, without a lock.
 */
struct module_kallsyms {
	const char *(*lookup)(unsigned long addr, unsigned long *size, unsigned long *offset,
			      const char **modname);
	bool (*is_text)(unsigned long addr);
	unsigned long (*address)(const char *name, unsigned int nth);
};
extern const struct module_kallsyms *module_kallsyms;

#endif
