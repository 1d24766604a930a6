/* SPDX-License-Identifier: MIT */
/*
 * What the boot loader told us, copied out of its memory before that memory is handed out.
 * Filled once by bootinfo_parse(), read-only afterwards. Everything in it was bounds-checked.
 */
#ifndef _LINUX_BOOT_INFO_H
#define _LINUX_BOOT_INFO_H

#include <linux/types.h>

#define BOOT_MAX_MAP		128	/* UEFI firmware hands out up to about a hundred ranges */
#define BOOT_MAX_MODULES	16

/* Magic values in EAX at entry: [MB1] 3.2 "Machine state", [MB2] 3.3 "I386 machine state". */
#define MULTIBOOT1_LOADER_MAGIC	0x2badb002u
#define MULTIBOOT2_LOADER_MAGIC	0x36d76289u

/* Types of memory ranges: [ACPI] 15 "System Address Map Interfaces"; multiboot uses the same. */
enum boot_map_type {
	BOOT_MAP_RAM = 1,
	BOOT_MAP_RESERVED = 2,
	BOOT_MAP_ACPI = 3,		/* ACPI tables; RAM afterwards, which we never claim */
};

struct boot_map_entry {
	u64 base;
	u64 len;
	u32 type;			/* enum boot_map_type, or whatever the firmware says */
};

struct boot_module {
	u64 start, end;			/* physical; [start, end) stays reserved */
	char name[64];			/* the loader's command line for it, cut to fit */
};

struct boot_info {
	char cmdline[2048];
	char loader[64];
	u32 nr_map;
	struct boot_map_entry map[BOOT_MAX_MAP];
	u32 rsdp_len;			/* bytes in rsdp_copy; 0 when the loader gave none */
	u8 rsdp_copy[36];		/* multiboot2 tags 14/15 carry the RSDP itself */
	u32 nr_modules;
	struct boot_module modules[BOOT_MAX_MODULES];
};

extern struct boot_info boot_info;

/*
 * bootinfo_parse() - fill boot_info from what the loader left.
 * @magic: EAX at entry; @info_pa: physical address of the multiboot information.
 *
 * Returns 0, or -EINVAL when the magic is unknown or no usable memory range was found (the caller
 * may go on: what was readable is filled in). Every rejected length is named in the log.
 * Context: early boot, one CPU, direct map of the low 4 GiB in place.
 */
int bootinfo_parse(u32 magic, u64 info_pa);

/*
 * The pure halves: read the information at @p, @len readable bytes, into @bi. For multiboot1,
 * whose structure points elsewhere, @phys(pa, len) returns readable bytes or NULL to refuse.
 */
typedef const u8 *(*boot_phys_fn)(u64 pa, size_t len);
int multiboot1_parse(const u8 *p, size_t len, boot_phys_fn phys, struct boot_info *bi);
int multiboot2_parse(const u8 *p, size_t len, struct boot_info *bi);

#endif
