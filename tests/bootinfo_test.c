/* SPDX-License-Identifier: MIT */
/* Boot loader information, good and broken, and the memory map made from it. */
#include <linux/boot_info.h>
#include <linux/memblock.h>
#include <linux/sizes.h>
#include <linux/unaligned.h>
#include <kunit/test.h>
#include "irq_fake.h"

/* The "physical memory" of multiboot1 tests: PHYS_LEN bytes from PHYS_BASE. */
#define PHYS_BASE	0x10000
#define PHYS_LEN	4096
static u8 phys_mem[PHYS_LEN];

static const u8 *test_phys(u64 pa, size_t len)
{
	if (pa < PHYS_BASE || pa - PHYS_BASE > PHYS_LEN || len > PHYS_LEN - (pa - PHYS_BASE))
		return NULL;
	return phys_mem + (pa - PHYS_BASE);
}

#define EXPECT_SAID(test, text)	KUNIT_EXPECT_TRUE_MSG(test, log_has(text), "no \"%s\"", text)

static struct boot_info *fresh(struct kunit *test)
{
	struct boot_info *bi = kunit_kzalloc(test, sizeof(*bi), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, bi);
	memset(phys_mem, 0, sizeof(phys_mem));
	log_mark();
	return bi;
}

/* One multiboot1 map entry at @p; the offset after it. */
static u32 mb1_entry(u8 *p, u32 size, u64 base, u64 len, u32 type)
{
	put_unaligned_le32(size, p);
	put_unaligned_le64(base, p + 4);
	put_unaligned_le64(len, p + 12);
	put_unaligned_le32(type, p + 20);
	return 4 + size;
}

static void mb1_has_all_parts(struct kunit *test)
{
	struct boot_info *bi = fresh(test);
	u8 *info = phys_mem, *map = phys_mem + 256, *mods = phys_mem + 512;
	u32 n = 0;

	put_unaligned_le32(1 << 2 | 1 << 3 | 1 << 6 | 1 << 9, info);
	put_unaligned_le32(PHYS_BASE + 1024, info + 16);
	strcpy((char *)phys_mem + 1024, "hz=100 seed=7");
	put_unaligned_le32(2, info + 20);
	put_unaligned_le32(PHYS_BASE + 512, info + 24);
	put_unaligned_le32(0x400000, mods);
	put_unaligned_le32(0x401000, mods + 4);
	put_unaligned_le32(PHYS_BASE + 1100, mods + 8);
	strcpy((char *)phys_mem + 1100, "script");
	put_unaligned_le32(0x500000, mods + 16);
	put_unaligned_le32(0x4fffff, mods + 20);	/* ends before it starts */
	n += mb1_entry(map + n, 20, 0, 0x9fc00, 1);
	n += mb1_entry(map + n, 24, 0x100000, 0x7f00000, 1);
	put_unaligned_le32(n, info + 44);
	put_unaligned_le32(PHYS_BASE + 256, info + 48);
	put_unaligned_le32(PHYS_BASE + 1200, info + 64);
	strcpy((char *)phys_mem + 1200, "loader 1");

	KUNIT_EXPECT_EQ(test, multiboot1_parse(info, 88, test_phys, bi), 0);
	KUNIT_EXPECT_STREQ(test, bi->cmdline, "hz=100 seed=7");
	KUNIT_EXPECT_STREQ(test, bi->loader, "loader 1");
	KUNIT_EXPECT_EQ(test, bi->nr_map, 2);
	KUNIT_EXPECT_EQ(test, bi->map[1].base, 0x100000);
	KUNIT_EXPECT_EQ(test, bi->nr_modules, 1);
	KUNIT_EXPECT_EQ(test, bi->modules[0].end, 0x401000);
	KUNIT_EXPECT_STREQ(test, bi->modules[0].name, "script");
	EXPECT_SAID(test, "bootinfo: module 1 ends at 0x4fffff before it starts at 0x500000, ignored");
}

static void mb1_lying_lengths_do_no_harm(struct kunit *test)
{
	struct boot_info *bi = fresh(test);
	u8 *info = phys_mem, *map = phys_mem + 256;
	u32 n = 0;

	KUNIT_EXPECT_EQ(test, multiboot1_parse(info, 20, test_phys, bi), -EINVAL);
	EXPECT_SAID(test, "bootinfo: multiboot1 information has 20 bytes, 68 needed");

	put_unaligned_le32(1 << 2 | 1 << 3 | 1 << 6, info);
	put_unaligned_le32(PHYS_BASE + PHYS_LEN - 3, info + 16);	/* text without an end */
	memset(phys_mem + PHYS_LEN - 3, 'x', 3);
	put_unaligned_le32(0xffffffff, info + 20);			/* modules outside memory */
	put_unaligned_le32(0xfffffff0, info + 24);
	n += mb1_entry(map + n, 20, 0x100000, 0x100000, 1);
	n += mb1_entry(map + n, 3, 0, 0x100000, 1);			/* entry too short */
	put_unaligned_le32(600, info + 44);
	put_unaligned_le32(PHYS_BASE + 256, info + 48);
	KUNIT_EXPECT_EQ(test, multiboot1_parse(info, 88, test_phys, bi), 0);
	KUNIT_EXPECT_STREQ(test, bi->cmdline, "xxx");
	KUNIT_EXPECT_EQ(test, bi->nr_map, 1);
	KUNIT_EXPECT_EQ(test, bi->nr_modules, 0);
	EXPECT_SAID(test, "bootinfo: command line at 0x10ffd leaves readable memory after 3 bytes, cut");
	EXPECT_SAID(test, "bootinfo: module list entry 0 of");
	EXPECT_SAID(test, "bootinfo: memory map entry at offset 24 says 3 bytes (20 to 572 fit), rest ignored");

	bi->nr_map = 0;
	put_unaligned_le32(0xffffffff, info + 44);			/* map beyond memory */
	KUNIT_EXPECT_EQ(test, multiboot1_parse(info, 88, test_phys, bi), -EINVAL);
	EXPECT_SAID(test, "bootinfo: memory map of 4294967295 bytes at 0x10100 is not readable");
}

static void mb1_without_map_uses_the_two_sizes(struct kunit *test)
{
	struct boot_info *bi = fresh(test);

	put_unaligned_le32(1, phys_mem);
	put_unaligned_le32(639, phys_mem + 4);
	put_unaligned_le32(64 * 1024, phys_mem + 8);
	KUNIT_EXPECT_EQ(test, multiboot1_parse(phys_mem, 88, test_phys, bi), 0);
	KUNIT_EXPECT_EQ(test, bi->nr_map, 2);
	KUNIT_EXPECT_EQ(test, bi->map[1].len, SZ_64M);
	EXPECT_SAID(test, "bootinfo: no memory map, using the loader's two sizes");
}

/* One multiboot2 tag of @size bytes at *@n; the address of its contents. */
static u8 *mb2_tag(u8 *info, u32 *n, u32 type, u32 size)
{
	u8 *p = info + *n;

	put_unaligned_le32(type, p);
	put_unaligned_le32(size, p + 4);
	*n += ALIGN(size, 8);
	put_unaligned_le32(*n, info);
	return p + 8;
}

static void mb2_has_all_parts(struct kunit *test)
{
	struct boot_info *bi = fresh(test);
	u8 *info = phys_mem, *p;
	u32 n = 8;

	strcpy((char *)mb2_tag(info, &n, 1, 8 + 6), "a b=c");
	strcpy((char *)mb2_tag(info, &n, 2, 8 + 5), "GRUB");
	p = mb2_tag(info, &n, 3, 16 + 4);
	put_unaligned_le32(0x200000, p);
	put_unaligned_le32(0x200010, p + 4);
	strcpy((char *)p + 8, "mod");
	p = mb2_tag(info, &n, 6, 16 + 24);
	put_unaligned_le32(24, p);
	put_unaligned_le64(0x100000, p + 8);
	put_unaligned_le64(0x1000000, p + 16);
	put_unaligned_le32(1, p + 24);
	mb2_tag(info, &n, 14, 8 + 20)[15] = 0;
	mb2_tag(info, &n, 15, 8 + 36)[15] = 2;
	mb2_tag(info, &n, 9, 8 + 100);			/* ELF sections: not ours */
	mb2_tag(info, &n, 0, 8);

	KUNIT_EXPECT_EQ(test, multiboot2_parse(info, n, bi), 0);
	KUNIT_EXPECT_STREQ(test, bi->cmdline, "a b=c");
	KUNIT_EXPECT_STREQ(test, bi->loader, "GRUB");
	KUNIT_EXPECT_EQ(test, bi->nr_modules, 1);
	KUNIT_EXPECT_STREQ(test, bi->modules[0].name, "mod");
	KUNIT_EXPECT_EQ(test, bi->nr_map, 1);
	KUNIT_EXPECT_EQ(test, bi->rsdp_len, 36);
	KUNIT_EXPECT_EQ(test, bi->rsdp_copy[15], 2);
}

static void mb2_broken_tags_do_no_harm(struct kunit *test)
{
	static const struct { u32 type, size; const char *said; } bad[] = {
		{ 3, 12, "tag 3 at offset 24 has 12 bytes, " },
		{ 6, 8, "tag 6 at offset 24 has 8 bytes, " },
		{ 6, 20, "memory map tag of 20 bytes has entries of 0 bytes, 20 needed, ignored" },
		{ 14, 20, "tag 14 at offset 24 has 20 bytes, " },
		{ 1, 7, "tag 1 at offset 24 says 7 bytes (8 to 4072 fit), rest ignored" },
		{ 1, 0, "tag 1 at offset 24 says 0 bytes (8 to 4072 fit), rest ignored" },
		{ 1, 0xffffffff, "tag 1 at offset 24 says 4294967295 bytes (8 to 4072 fit), rest ignored" },
		{ 6, 0xfffffff8, "tag 6 at offset 24 says 4294967288 bytes (8 to 4072 fit), rest ignored" },
	};

	for (int i = 0; i < ARRAY_SIZE(bad); i++) {
		struct boot_info *bi = fresh(test);
		u32 n = 8;

		mb2_tag(phys_mem, &n, 1, 8 + 2)[0] = 'x';
		mb2_tag(phys_mem, &n, bad[i].type, bad[i].size);
		put_unaligned_le32(PHYS_LEN, phys_mem);
		KUNIT_EXPECT_EQ(test, multiboot2_parse(phys_mem, PHYS_LEN, bi), -EINVAL);
		KUNIT_EXPECT_EQ(test, bi->cmdline[0], 'x');
		KUNIT_EXPECT_EQ(test, bi->nr_modules + bi->nr_map + bi->rsdp_len, 0);
		EXPECT_SAID(test, bad[i].said);
	}
}

/* Every prefix of good information is read without leaving it (KASAN and host fuzzers look closer). */
static void mb2_every_truncation_returns(struct kunit *test)
{
	struct boot_info *bi = fresh(test);
	u32 n = 8;

	mb2_tag(phys_mem, &n, 2, 8 + 5);
	mb2_tag(phys_mem, &n, 6, 16 + 48)[0] = 24;
	mb2_tag(phys_mem, &n, 0, 8);
	for (u32 len = 0; len < n; len++)
		KUNIT_EXPECT_LE(test, multiboot2_parse(phys_mem, len, bi), 0);
}

static void too_many_ranges_and_modules_are_cut(struct kunit *test)
{
	struct boot_info *bi = fresh(test);
	u8 *big = kunit_kzalloc(test, 8192, GFP_KERNEL), *p;
	u32 n = 8;

	KUNIT_ASSERT_NOT_NULL(test, big);
	p = mb2_tag(big, &n, 6, 16 + 24 * (BOOT_MAX_MAP + 10));
	put_unaligned_le32(24, p);
	for (int i = 0; i < BOOT_MAX_MAP + 10; i++) {
		put_unaligned_le64(i * 0x10000ULL, p + 8 + 24 * i);
		put_unaligned_le64(0x1000, p + 16 + 24 * i);
		put_unaligned_le32(1, p + 24 + 24 * i);
	}
	for (int i = 0; i < BOOT_MAX_MODULES + 3; i++)
		put_unaligned_le32(0x1000, mb2_tag(big, &n, 3, 20) + 4);
	mb2_tag(big, &n, 0, 8);
	KUNIT_EXPECT_EQ(test, multiboot2_parse(big, n, bi), 0);
	KUNIT_EXPECT_EQ(test, bi->nr_map, BOOT_MAX_MAP);
	KUNIT_EXPECT_EQ(test, bi->nr_modules, BOOT_MAX_MODULES);
	EXPECT_SAID(test, "bootinfo: more than 128 memory ranges, ignored from");
	EXPECT_SAID(test, "bootinfo: more than 16 modules, the one at 0x0 ignored");
}

static void memory_map_is_sorted_merged_and_cut(struct kunit *test)
{
	struct boot_info *bi = fresh(test);
	struct memblock *mb = kunit_kzalloc(test, sizeof(*mb), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, mb);
	bi->map[0] = (struct boot_map_entry){ 0x200000, 0x100000, 1 };
	bi->map[1] = (struct boot_map_entry){ 0x100000, 0x100000, 1 };	/* adjacent, out of order */
	bi->map[2] = (struct boot_map_entry){ 0x280800, 0x1000, 2 };	/* reserved inside RAM */
	bi->map[3] = (struct boot_map_entry){ 0x800, 0x2000, 1 };	/* unaligned: one page fits */
	bi->map[4] = (struct boot_map_entry){ SZ_1G, ~0ULL - SZ_1G, 1 };	/* beyond the limit */
	bi->map[5] = (struct boot_map_entry){ SZ_1G - SZ_1M, SZ_2M, 1 };
	bi->nr_map = 6;
	memblock_build(mb, bi, SZ_1G);
	KUNIT_ASSERT_EQ(test, mb->nr_ram, 4);
	KUNIT_EXPECT_EQ(test, mb->ram[0].start, 0x1000);
	KUNIT_EXPECT_EQ(test, mb->ram[0].end, 0x2000);
	KUNIT_EXPECT_EQ(test, mb->ram[1].start, 0x100000);
	KUNIT_EXPECT_EQ(test, mb->ram[1].end, 0x280000);
	KUNIT_EXPECT_EQ(test, mb->ram[2].start, 0x282000);
	KUNIT_EXPECT_EQ(test, mb->ram[2].end, 0x300000);
	KUNIT_EXPECT_EQ(test, mb->ram[3].end, SZ_1G);

	memblock_reserve(mb, 0x1ff800, 0x200800);
	memblock_reserve(mb, 0, 0x3000);
	KUNIT_EXPECT_EQ(test, mb->nr_free, 4);
	KUNIT_EXPECT_EQ(test, mb->free[0].end, 0x1ff000);
	KUNIT_EXPECT_EQ(test, mb->free[1].start, 0x201000);
}

static struct kunit_case bootinfo_cases[] = {
	KUNIT_CASE(mb1_has_all_parts),
	KUNIT_CASE(mb1_lying_lengths_do_no_harm),
	KUNIT_CASE(mb1_without_map_uses_the_two_sizes),
	KUNIT_CASE(mb2_has_all_parts),
	KUNIT_CASE(mb2_broken_tags_do_no_harm),
	KUNIT_CASE(mb2_every_truncation_returns),
	KUNIT_CASE(too_many_ranges_and_modules_are_cut),
	KUNIT_CASE(memory_map_is_sorted_merged_and_cut),
	{}
};

static struct kunit_suite bootinfo_suite = { .name = "bootinfo", .test_cases = bootinfo_cases };
kunit_test_suite(bootinfo_suite);
