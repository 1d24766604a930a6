/* SPDX-License-Identifier: MIT */
/*
 * kallsyms.h - names for addresses and addresses for names.
 *
 * The table is made by scripts/gen-symtab from the linked kernel and linked in by a second pass.
 * Every function here is lock-free and works in any context from the first instruction of C on.
 */
#ifndef _LINUX_KALLSYMS_H
#define _LINUX_KALLSYMS_H

#include <linux/types.h>

#define KSYM_NAME_LEN	128
/* name + "+0x" offset "/0x" size + terminator */
#define KSYM_SYMBOL_LEN	(KSYM_NAME_LEN + 2 * 20 + 2)

/*
 * kallsyms_lookup - the symbol that covers @addr.
 * Stores its size and the offset into it (each pointer may be NULL); copies the name to @namebuf
 * (KSYM_NAME_LEN bytes, may be NULL). @modname, if given, gets NULL: built-in. Returns the name,
 * or NULL when no symbol covers the address.
 */
const char *kallsyms_lookup(unsigned long addr, unsigned long *size, unsigned long *offset,
			    char **modname, char *namebuf);
/* Address of the first symbol of that name; 0: none. */
unsigned long kallsyms_lookup_name(const char *name);
int kallsyms_lookup_size_offset(unsigned long addr, unsigned long *size, unsigned long *offset);
/* "func+0x12/0x80", or "0xffffffff81000000". Buffer of KSYM_SYMBOL_LEN. Returns the length. */
int sprint_symbol(char *buf, unsigned long addr);
int sprint_symbol_no_offset(char *buf, unsigned long addr);
/* For return addresses: looks up addr - 1, so that a call that ends a function is not misnamed. */
int sprint_backtrace(char *buf, unsigned long addr);
/* Calls @fn for each symbol in address order until it returns non-0, which is returned. */
int kallsyms_on_each_symbol(int (*fn)(void *data, const char *name, unsigned long addr),
			    void *data);
unsigned int kallsyms_count(void);

/* True for an address inside the kernel's text. */
bool kernel_text_address(unsigned long addr);
bool __kernel_text_address(unsigned long addr);

#endif
