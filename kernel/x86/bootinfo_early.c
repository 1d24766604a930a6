/* SPDX-License-Identifier: MIT */
/*
 * The kernel's end of bootinfo.c: finds the loader's information through the boot page tables and
 * says in the log what came of it.
 */
#define pr_fmt(fmt) "bootinfo: " fmt

#include <linux/boot_info.h>
#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <asm/page.h>

struct boot_info boot_info;

#define BOOT_MAPPED	(4ULL << 30)	/* what boot's page tables map, asm/page.h */

/* Readable bytes at @pa, or NULL. Context: boot page tables. */
static const u8 *boot_phys(u64 pa, size_t len)
{
	if (pa >= BOOT_MAPPED || len > BOOT_MAPPED - pa)
		return NULL;
	return __va(pa);
}

/* QEMU's multiboot loader puts the image's file name before the command line; others do not. */
static void drop_image_name(void)
{
	char *c = boot_info.cmdline;

	if (strcmp(boot_info.loader, "qemu"))
		return;
	while (*c && *c != ' ')
		c++;
	while (*c == ' ')
		c++;
	memmove(boot_info.cmdline, c, strlen(c) + 1);
}

/* See linux/boot_info.h. */
int bootinfo_parse(u32 magic, u64 info_pa)
{
	const u8 *p = boot_phys(info_pa, 8);
	int err = -EINVAL;

	if (!p || !info_pa)
		pr_err("information at %#llx is outside the first 4 GiB\n", info_pa);
	else if (magic == MULTIBOOT1_LOADER_MAGIC)
		err = multiboot1_parse(p, boot_phys(info_pa, 88) ? 88 : 8, boot_phys, &boot_info);
	else if (magic == MULTIBOOT2_LOADER_MAGIC)
		err = multiboot2_parse(p, boot_phys(info_pa, get_unaligned_le32(p)) ?
				       get_unaligned_le32(p) : 8, &boot_info);
	else
		pr_err("loader magic %#x is neither multiboot1 nor multiboot2\n", magic);

	drop_image_name();
	if (!boot_info.nr_map)
		pr_err("no memory map: the loader gave none that could be read\n");
	for (u32 i = 0; i < boot_info.nr_modules; i++)
		pr_info("module %u: [%#llx-%#llx] \"%s\"\n", i, boot_info.modules[i].start,
			boot_info.modules[i].end, boot_info.modules[i].name);
	return err;
}
