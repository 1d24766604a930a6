/* SPDX-License-Identifier: MIT */
/*
 * What the boot loader left in memory, multiboot1 or multiboot2, copied into boot_info.
 *
 * Invariant: nothing is read before its length was checked, and a length that does not fit costs
 * one log line and the item it belongs to, nothing else. The parsers are pure: bytes in, facts out.
 * They need printk and memcpy, so that host tests and fuzzers compile this file as it is.
 *
 * [MB1] 3.3 "Boot information format"; [MB2] 3.6 "Boot information format".
 */
#define pr_fmt(fmt) "bootinfo: " fmt

#include <linux/boot_info.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#define le32 get_unaligned_le32
#define le64 get_unaligned_le64

/* Copy at most @room - 1 bytes of the string at @p, @len bytes long or shorter; name a cut. */
static void copy_text(char *dst, size_t room, const u8 *p, size_t len, const char *what)
{
	size_t n = 0;

	while (n < len && p[n] && n < room - 1) {
		dst[n] = p[n];
		n++;
	}
	dst[n] = '\0';
	if (n < len && p[n])
		pr_warn("%s is longer than %zu bytes, cut\n", what, room - 1);
}

/* Append one range; empty ones are dropped. False: the table is full, look no further. */
static bool add_range(struct boot_info *bi, u64 base, u64 len, u32 type)
{
	if (!len)
		return true;
	if (bi->nr_map == BOOT_MAX_MAP) {
		pr_warn("more than %d memory ranges, ignored from %#llx + %#llx type %u on\n",
			BOOT_MAX_MAP, base, len, type);
		return false;
	}
	if (base + len < base) {
		pr_warn("memory range %#llx + %#llx wraps around, clipped\n", base, len);
		len = -base;
	}
	bi->map[bi->nr_map++] = (struct boot_map_entry){ base, len, type };
	return true;
}

/* Append one module; returns the room for its text, or NULL when it was dropped. */
static char *add_module(struct boot_info *bi, u64 start, u64 end)
{
	struct boot_module *m = &bi->modules[bi->nr_modules];

	if (end < start) {
		pr_warn("module %u ends at %#llx before it starts at %#llx, ignored\n",
			bi->nr_modules, end, start);
		return NULL;
	}
	if (bi->nr_modules == BOOT_MAX_MODULES) {
		pr_warn("more than %d modules, the one at %#llx ignored\n", BOOT_MAX_MODULES,
			start);
		return NULL;
	}
	bi->nr_modules++;
	m->start = start;
	m->end = end;
	return m->name;
}

/* multiboot1: a string of unknown length at @pa, fetched byte by byte so it may end anywhere. */
static void mb1_text(char *dst, size_t room, u64 pa, boot_phys_fn phys, const char *what)
{
	size_t n = 0;
	const u8 *p;

	while ((p = phys(pa + n, 1)) && *p && n < room - 1)
		dst[n++] = *p;
	dst[n] = '\0';
	if (!p)
		pr_warn("%s at %#llx leaves readable memory after %zu bytes, cut\n", what, pa, n);
	else if (*p)
		pr_warn("%s is longer than %zu bytes, cut\n", what, room - 1);
}

/* multiboot1 memory map: entries of {u32 size of the rest; u64 base; u64 length; u32 type}. */
static void mb1_map(const u8 *p, size_t len, struct boot_info *bi)
{
	size_t off = 0;

	while (len - off >= 24) {
		u32 size = le32(p + off);

		if (size < 20 || size > len - off - 4) {
			pr_warn("memory map entry at offset %zu says %u bytes (20 to %zu fit), rest ignored\n",
				off, size, len - off - 4);
			return;
		}
		if (!add_range(bi, le64(p + off + 4), le64(p + off + 12), le32(p + off + 20)))
			return;
		off += 4 + size;
	}
	if (off != len)
		pr_warn("memory map ends with %zu stray bytes\n", len - off);
}

static void mb1_modules(u32 count, u64 pa, boot_phys_fn phys, struct boot_info *bi)
{
	if (count > BOOT_MAX_MODULES) {
		pr_warn("%u modules, the first %d are looked at\n", count, BOOT_MAX_MODULES);
		count = BOOT_MAX_MODULES;
	}
	for (u32 i = 0; i < count; i++) {
		const u8 *m = phys(pa + 16ULL * i, 16);
		char *name;

		if (!m) {
			pr_warn("module list entry %u of %u at %#llx is not readable, rest ignored\n",
				i, count, pa + 16ULL * i);
			return;
		}
		name = add_module(bi, le32(m), le32(m + 4));
		if (name && le32(m + 8))
			mb1_text(name, sizeof(bi->modules[0].name), le32(m + 8), phys, "module name");
	}
}

/* See linux/boot_info.h. Bits of flags as in [MB1] 3.3. */
int multiboot1_parse(const u8 *p, size_t len, boot_phys_fn phys, struct boot_info *bi)
{
	u32 flags;

	if (len < 68) {
		pr_warn("multiboot1 information has %zu bytes, 68 needed\n", len);
		return -EINVAL;
	}
	flags = le32(p);
	if (flags & 1 << 2)
		mb1_text(bi->cmdline, sizeof(bi->cmdline), le32(p + 16), phys, "command line");
	if (flags & 1 << 9)
		mb1_text(bi->loader, sizeof(bi->loader), le32(p + 64), phys, "loader name");
	if (flags & 1 << 3)
		mb1_modules(le32(p + 20), le32(p + 24), phys, bi);
	if (flags & 1 << 6) {
		const u8 *map = phys(le32(p + 48), le32(p + 44));

		if (map)
			mb1_map(map, le32(p + 44), bi);
		else
			pr_warn("memory map of %u bytes at %#x is not readable\n", le32(p + 44),
				le32(p + 48));
	}
	if (!bi->nr_map && flags & 1) {
		pr_warn("no memory map, using the loader's two sizes\n");
		add_range(bi, 0, le32(p + 4) * 1024ULL, BOOT_MAP_RAM);
		add_range(bi, 1 << 20, le32(p + 8) * 1024ULL, BOOT_MAP_RAM);
	}
	return bi->nr_map ? 0 : -EINVAL;
}

/* Tag 6: {u32 entry size; u32 version; entries {u64 base; u64 length; u32 type; u32 0}}. */
static void mb2_map(const u8 *p, size_t len, struct boot_info *bi)
{
	u32 step = le32(p + 8);

	if (step < 20) {
		pr_warn("memory map tag of %zu bytes has entries of %u bytes, 20 needed, ignored\n",
			len, step);
		return;
	}
	for (size_t off = 16; off < len; off += step) {
		if (len - off < step) {
			pr_warn("memory map ends with %zu stray bytes\n", len - off);
			return;
		}
		if (!add_range(bi, le64(p + off), le64(p + off + 8), le32(p + off + 16)))
			return;
	}
}

/* Tags 14 and 15: a copy of the RSDP itself; the newer form, which is longer, wins. */
static void mb2_rsdp(const u8 *p, size_t len, struct boot_info *bi)
{
	size_t n = min(len, sizeof(bi->rsdp_copy));

	if (n > bi->rsdp_len) {
		memcpy(bi->rsdp_copy, p, n);
		bi->rsdp_len = n;
	}
}

/* The least lengths of tags, by type, their 8-byte headers included. */
static const u8 mb2_len[] = { [3] = 16, [6] = 16, [14] = 28, [15] = 28 };

/* One tag of at least its type's length. Tags we have no use for are passed over. */
static void mb2_tag(u32 type, const u8 *p, size_t len, struct boot_info *bi)
{
	char *name;

	switch (type) {
	case 1:
		copy_text(bi->cmdline, sizeof(bi->cmdline), p + 8, len - 8, "command line");
		break;
	case 2:
		copy_text(bi->loader, sizeof(bi->loader), p + 8, len - 8, "loader name");
		break;
	case 3:
		name = add_module(bi, le32(p + 8), le32(p + 12));
		if (name)
			copy_text(name, sizeof(bi->modules[0].name), p + 16, len - 16,
				  "module name");
		break;
	case 6:
		mb2_map(p, len, bi);
		break;
	case 14:
	case 15:
		mb2_rsdp(p + 8, len - 8, bi);
		break;
	}
}

/* See linux/boot_info.h. */
int multiboot2_parse(const u8 *p, size_t len, struct boot_info *bi)
{
	size_t off = 8, total;
	u32 type = ~0, size, need;

	if (len < 8 || (total = le32(p)) < 16) {
		pr_warn("multiboot2 information has %zu bytes, 16 needed\n", len < 8 ? len : total);
		return -EINVAL;
	}
	if (total > len) {
		pr_warn("multiboot2 information says %zu bytes, %zu are readable\n", total, len);
		total = len;
	}
	while (type && off <= total && total - off >= 8) {
		type = le32(p + off);
		size = le32(p + off + 4);
		if (size < 8 || size > total - off) {
			pr_warn("tag %u at offset %zu says %u bytes (8 to %zu fit), rest ignored\n",
				type, off, size, total - off);
			break;
		}
		need = type < sizeof(mb2_len) ? mb2_len[type] : 0;
		if (size < need)
			pr_warn("tag %u at offset %zu has %u bytes, %u needed, ignored\n", type,
				off, size, need);
		else if (type)
			mb2_tag(type, p + off, size, bi);
		off += (size + 7ULL) & ~7ULL;
	}
	if (type)
		pr_warn("multiboot2 information has no end tag\n");
	return bi->nr_map ? 0 : -EINVAL;
}
