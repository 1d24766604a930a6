/* SPDX-License-Identifier: MIT */
/*
 * EXPORT_SYMBOL() puts a name and an address into the table that module loading resolves against.
 * The core does not export raw softirq functions, as Linux does not (Q23).
 */
#ifndef _LINUX_EXPORT_H
#define _LINUX_EXPORT_H

#include <linux/types.h>

struct kernel_symbol {
	const void *addr;
	const char *name;
	bool gpl;
};

/* scripts/modpost reads the entry's name: it tells both the symbol and who may use it. */
#define __EXPORT_SYMBOL(sym, entry, is_gpl)					\
	static const struct kernel_symbol entry					\
		__used __section("__ksymtab") __aligned(8) =			\
		{ (const void *)&sym, #sym, is_gpl }
#define EXPORT_SYMBOL(sym)		__EXPORT_SYMBOL(sym, __ksymtab_##sym, 0)
#define EXPORT_SYMBOL_GPL(sym)		__EXPORT_SYMBOL(sym, __ksymtab_gpl_##sym, 1)

#define EXPORT_PER_CPU_SYMBOL(sym)	EXPORT_SYMBOL(sym)

#endif
