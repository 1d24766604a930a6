/* SPDX-License-Identifier: MIT */
/* ACPI tables made by hand: good ones, and ones that are cut, lie, or point in circles. */
#include <linux/acpi.h>
#include <linux/random.h>
#include <linux/unaligned.h>
#include <kunit/test.h>
#include "irq_fake.h"

#define MEM_BASE	0x7000000ULL
#define MEM_LEN		8192

/* What a test works on: memory for tables, and what they gave. */
struct acpi_case {
	u8 mem[MEM_LEN];
	u32 used;
	struct acpi_info ai;
};
static struct acpi_case *tc;
static int nr_mapped;

/* The line about what was just refused. */
#define EXPECT_SAID(test, text)	({ KUNIT_EXPECT_TRUE_MSG(test, log_has(text), "no \"%s\"", text); log_mark(); })

static int acpi_test_init(struct kunit *test)
{
	tc = kunit_kzalloc(test, sizeof(*tc), GFP_KERNEL);
	if (!tc)
		return -ENOMEM;
	acpi_set_defaults(&tc->ai);
	nr_mapped = 0;
	log_mark();
	return 0;
}

static const u8 *test_map(u64 pa, size_t len)
{
	if (pa < MEM_BASE || pa > MEM_BASE + MEM_LEN || len > MEM_BASE + MEM_LEN - pa)
		return NULL;
	nr_mapped++;
	return tc->mem + (pa - MEM_BASE);
}

static void test_unmap(const u8 *p, size_t len)
{
	nr_mapped--;
}

static const struct acpi_memory test_memory = { test_map, test_unmap };

/* Make the bytes of the table sum to 0. */
static void fix_checksum(u8 *p, u32 len)
{
	u8 s = 0;

	p[9] = 0;
	for (u32 i = 0; i < len; i++)
		s += p[i];
	p[9] = -s;
}

/* Room for a table of @len bytes with a good header. */
static u8 *new_table(const char *sig, u32 len)
{
	u8 *p = tc->mem + tc->used;

	tc->used += ALIGN(len, 16);
	memcpy(p, sig, 4);
	put_unaligned_le32(len, p + 4);
	p[8] = 3;
	fix_checksum(p, len);
	return p;
}

static u64 pa_of(const u8 *p)
{
	return MEM_BASE + (p - tc->mem);
}

/* A MADT being written: entries are added at *len. */
static u8 *madt_start(u32 *len)
{
	u8 *p = new_table("APIC", 2048);

	put_unaligned_le32(0xfee00000, p + 36);
	put_unaligned_le32(1, p + 40);
	*len = 44;
	return p;
}

static u8 *madt_add(u8 *p, u32 *len, u8 type, u8 size)
{
	u8 *e = p + *len;

	memset(e, 0, size);
	e[0] = type;
	e[1] = size;
	*len += size;
	return e;
}

static void madt_end(u8 *p, u32 len)
{
	put_unaligned_le32(len, p + 4);
	fix_checksum(p, len);
}

static void add_cpu(u8 *p, u32 *len, u8 uid, u8 apic_id, u32 flags)
{
	u8 *e = madt_add(p, len, 0, 8);

	e[2] = uid;
	e[3] = apic_id;
	put_unaligned_le32(flags, e + 4);
}

static void x2apic_cpu(u8 *p, u32 *len, u32 id)
{
	u8 *e = madt_add(p, len, 9, 16);

	put_unaligned_le32(id, e + 4);
	put_unaligned_le32(1, e + 8);
}

static void madt_gives_cpus_ioapics_overrides(struct kunit *test)
{
	u32 len, gsi;
	u8 *p = madt_start(&len), *e, trigger, polarity;

	add_cpu(p, &len, 0, 0, 1);
	add_cpu(p, &len, 1, 2, 1);
	add_cpu(p, &len, 2, 4, 0);		/* not usable */
	e = madt_add(p, &len, 1, 12);
	e[2] = 7;
	put_unaligned_le32(0xfec00000, e + 4);
	e = madt_add(p, &len, 2, 10);		/* irq 0 is GSI 2 */
	e[3] = 0;
	put_unaligned_le32(2, e + 4);
	e = madt_add(p, &len, 2, 10);		/* irq 9: level, low */
	e[3] = 9;
	put_unaligned_le32(9, e + 4);
	put_unaligned_le16(0xf, e + 8);
	e = madt_add(p, &len, 4, 6);		/* NMI on LINT1 of all CPUs */
	e[2] = 0xff;
	e[5] = 1;
	x2apic_cpu(p, &len, 300);
	madt_add(p, &len, 0x7f, 9);		/* a type from the future */
	e = madt_add(p, &len, 5, 12);
	put_unaligned_le64(0x1fee00000ULL, e + 4);
	madt_end(p, len);

	tc->ai.x2apic = true;
	KUNIT_EXPECT_EQ(test, acpi_parse_madt(p, len, &tc->ai), 0);
	KUNIT_EXPECT_EQ(test, tc->ai.nr_cpus, 3);
	KUNIT_EXPECT_EQ(test, tc->ai.nr_disabled, 1);
	KUNIT_EXPECT_EQ(test, tc->ai.apic_ids[1], 2);
	KUNIT_EXPECT_EQ(test, tc->ai.apic_ids[2], 300);
	KUNIT_EXPECT_EQ(test, tc->ai.nr_ioapics, 1);
	KUNIT_EXPECT_EQ(test, tc->ai.overrides[0].gsi, 2);
	KUNIT_EXPECT_EQ(test, tc->ai.overrides[9].trigger, ACPI_TRIGGER_LEVEL);
	KUNIT_EXPECT_EQ(test, tc->ai.overrides[9].polarity, ACPI_POLARITY_LOW);
	KUNIT_EXPECT_EQ(test, tc->ai.lint_nmi[0], 0);
	KUNIT_EXPECT_EQ(test, tc->ai.lint_nmi[1], ACPI_POLARITY_HIGH);
	KUNIT_EXPECT_EQ(test, tc->ai.lapic_pa, 0x1fee00000ULL);
	KUNIT_EXPECT_TRUE(test, tc->ai.has_8259);
	acpi_isa_irq(1, &gsi, &trigger, &polarity);	/* this machine's: every PC has it so */
	KUNIT_EXPECT_EQ(test, gsi, 1);
	KUNIT_EXPECT_EQ(test, trigger, ACPI_TRIGGER_EDGE);
}

/* An IPI in xAPIC mode has 8 bits for the id, and 255 stands for everybody; in x2APIC mode 32. */
static void madt_ids_that_no_ipi_reaches(struct kunit *test)
{
	u32 len;
	u8 *p = madt_start(&len);

	x2apic_cpu(p, &len, 254);
	x2apic_cpu(p, &len, 255);
	x2apic_cpu(p, &len, 300);
	x2apic_cpu(p, &len, 0xffffffff);
	madt_end(p, len);
	KUNIT_EXPECT_EQ(test, acpi_parse_madt(p, len, &tc->ai), 0);
	KUNIT_EXPECT_EQ(test, tc->ai.nr_cpus, 1);
	KUNIT_EXPECT_EQ(test, tc->ai.nr_skipped, 3);
	EXPECT_SAID(test, "APIC: offset 76: CPU with APIC id 300 skipped, the local APICs are in xAPIC mode");

	acpi_set_defaults(&tc->ai);
	tc->ai.x2apic = true;
	KUNIT_EXPECT_EQ(test, acpi_parse_madt(p, len, &tc->ai), 0);
	KUNIT_EXPECT_EQ(test, tc->ai.nr_cpus, 3);
	KUNIT_EXPECT_EQ(test, tc->ai.nr_skipped, 1);
	EXPECT_SAID(test, "CPU with APIC id 4294967295 skipped, the local APICs are in x2APIC mode");
}

static void madt_beyond_255_cpus_skips(struct kunit *test)
{
	u8 *p = kunit_kzalloc(test, 44 + 300 * 16, GFP_KERNEL);
	u32 len = 44;

	KUNIT_ASSERT_NOT_NULL(test, p);
	memcpy(p, "APIC", 4);
	for (u32 i = 0; i < 300; i++)
		x2apic_cpu(p, &len, i);
	madt_end(p, len);
	tc->ai.x2apic = true;
	KUNIT_EXPECT_EQ(test, acpi_parse_madt(p, len, &tc->ai), 0);
	KUNIT_EXPECT_EQ(test, tc->ai.nr_cpus, 255);
	KUNIT_EXPECT_EQ(test, tc->ai.nr_skipped, 45);
	EXPECT_SAID(test, "APIC: offset 4828: CPU with APIC id 299 skipped, 255 are supported");
}

static void madt_bad_entries_are_skipped(struct kunit *test)
{
	u32 len;
	u8 *p = madt_start(&len), *e;

	add_cpu(p, &len, 0, 5, 1);
	add_cpu(p, &len, 1, 5, 1);		/* the same CPU twice */
	add_cpu(p, &len, 1, 0xff, 1);		/* the broadcast id is no CPU */
	madt_add(p, &len, 0, 4);		/* shorter than its type */
	e = madt_add(p, &len, 1, 12);		/* IO-APIC at 0 */
	e = madt_add(p, &len, 2, 10);		/* ISA irq 99 */
	e[3] = 99;
	add_cpu(p, &len, 2, 6, 1);
	e = madt_add(p, &len, 1, 12);		/* longer than the table */
	e[1] = 200;
	madt_end(p, len);
	KUNIT_EXPECT_EQ(test, acpi_parse_madt(p, len, &tc->ai), -EINVAL);
	KUNIT_EXPECT_EQ(test, tc->ai.nr_cpus, 2);
	KUNIT_EXPECT_EQ(test, tc->ai.apic_ids[1], 6);
	KUNIT_EXPECT_EQ(test, tc->ai.nr_ioapics, 0);
	KUNIT_EXPECT_TRUE(test, log_has("APIC: offset 52: APIC id 5 is listed twice, ignored"));
	KUNIT_EXPECT_TRUE(test, log_has("APIC: offset 68: entry type 0 has 4 bytes, 8 needed, ignored"));
	KUNIT_EXPECT_TRUE(test, log_has("APIC: offset 72: IO-APIC 0 at impossible address 0x0, ignored"));
	KUNIT_EXPECT_TRUE(test, log_has("APIC: offset 84: override for bus 0 irq 99, "));
	EXPECT_SAID(test, "APIC: offset 102: entry type 1 says 200 bytes, 2 to 12 possible, rest ignored");
}

static void madt_zero_length_entry_ends(struct kunit *test)
{
	u32 len;
	u8 *p = madt_start(&len);

	add_cpu(p, &len, 0, 0, 1);
	madt_add(p, &len, 0, 8)[1] = 0;
	madt_end(p, len);
	KUNIT_EXPECT_EQ(test, acpi_parse_madt(p, len, &tc->ai), -EINVAL);
	KUNIT_EXPECT_EQ(test, tc->ai.nr_cpus, 1);
	EXPECT_SAID(test, "APIC: offset 52: entry type 0 says 0 bytes, 2 to 8 possible, rest ignored");
}

static void table_header_is_checked(struct kunit *test)
{
	u8 *p = new_table("HPET", 56);

	KUNIT_EXPECT_EQ(test, acpi_check_table(p, 56, "HPET", 56), 56);
	KUNIT_EXPECT_EQ(test, acpi_check_table(p, 56, "HPET", 57), -EINVAL);
	EXPECT_SAID(test, "HPET: offset 4: length 56, 57 needed, 56 there");
	KUNIT_EXPECT_EQ(test, acpi_check_table(p, 55, "HPET", 36), -EINVAL);
	EXPECT_SAID(test, "HPET: offset 4: length 56, 36 needed, 55 there");
	KUNIT_EXPECT_EQ(test, acpi_check_table(p, 20, "HPET", 36), -EINVAL);
	EXPECT_SAID(test, "HPET: offset 0: 20 bytes, a header has 36");
	KUNIT_EXPECT_EQ(test, acpi_check_table(p, 56, "APIC", 36), -EINVAL);
	EXPECT_SAID(test, "APIC: offset 0: signature is \"HPET\"");
	p[40]++;
	KUNIT_EXPECT_EQ(test, acpi_check_table(p, 56, "HPET", 36), -EINVAL);
	EXPECT_SAID(test, "HPET: offset 9: checksum over 56 bytes is 0x1, not 0");
	put_unaligned_le32(10, p + 4);
	KUNIT_EXPECT_EQ(test, acpi_check_table(p, 56, "HPET", 36), -EINVAL);
}

static void fadt_old_and_new(struct kunit *test)
{
	u8 *p = new_table("FACP", 116);

	put_unaligned_le16(9, p + 46);
	put_unaligned_le32(0xb008, p + 76);
	p[91] = 4;
	p[8] = 1;
	put_unaligned_le16(0x1234, p + 109);		/* means nothing in revision 1 */
	fix_checksum(p, 116);
	KUNIT_EXPECT_EQ(test, acpi_parse_fadt(p, 116, &tc->ai), 0);
	KUNIT_EXPECT_EQ(test, tc->ai.pm_timer_port, 0xb008);
	KUNIT_EXPECT_FALSE(test, tc->ai.pm_timer_32bit);
	KUNIT_EXPECT_EQ(test, tc->ai.boot_arch, 0);

	p = new_table("FACP", 244);
	put_unaligned_le32(1 << 8, p + 112);
	p[91] = 4;
	p[208] = 1;					/* the extended form wins */
	put_unaligned_le64(0x608, p + 212);
	fix_checksum(p, 244);
	KUNIT_EXPECT_EQ(test, acpi_parse_fadt(p, 244, &tc->ai), 0);
	KUNIT_EXPECT_EQ(test, tc->ai.pm_timer_port, 0x608);
	KUNIT_EXPECT_TRUE(test, tc->ai.pm_timer_32bit);

	KUNIT_EXPECT_EQ(test, acpi_parse_fadt(new_table("FACP", 100), 100, &tc->ai), -EINVAL);
	EXPECT_SAID(test, "FACP: offset 4: length 100, 116 needed, 100 there");
}

static void hpet_must_be_memory(struct kunit *test)
{
	u8 *p = new_table("HPET", 56);

	put_unaligned_le64(0xfed00000, p + 44);
	fix_checksum(p, 56);
	KUNIT_EXPECT_EQ(test, acpi_parse_hpet(p, 56, &tc->ai), 0);
	KUNIT_EXPECT_EQ(test, tc->ai.hpet_pa, 0xfed00000);
	tc->ai.hpet_pa = 0;
	p[40] = 1;					/* I/O ports */
	fix_checksum(p, 56);
	KUNIT_EXPECT_EQ(test, acpi_parse_hpet(p, 56, &tc->ai), -EINVAL);
	EXPECT_SAID(test, "HPET: offset 40: registers in space 1 at 0xfed00000: impossible, ignored");
	KUNIT_EXPECT_EQ(test, tc->ai.hpet_pa, 0);
}

static void make_rsdp(u8 *p, u8 revision, u64 rsdt, u64 xsdt)
{
	u8 s = 0;

	memset(p, 0, 36);
	memcpy(p, "RSD PTR ", 8);
	memcpy(p + 9, "BOTTOM", 6);
	p[15] = revision;
	put_unaligned_le32(rsdt, p + 16);
	put_unaligned_le32(36, p + 20);
	put_unaligned_le64(xsdt, p + 24);
	for (int i = 0; i < 20; i++)
		s += p[i];
	p[8] = -s;
	s = 0;
	for (int i = 0; i < 36; i++)
		s += p[i];
	p[32] = -s;
}

static void rsdp_versions_and_faults(struct kunit *test)
{
	struct acpi_rsdp r;
	u8 p[64];

	make_rsdp(p, 2, 0x1000, 0x2000);
	KUNIT_EXPECT_EQ(test, acpi_parse_rsdp(p, 36, &r), 0);
	KUNIT_EXPECT_EQ(test, r.xsdt_pa, 0x2000);
	KUNIT_EXPECT_EQ(test, acpi_parse_rsdp(p, 30, &r), 0);	/* cut: the RSDT is still good */
	EXPECT_SAID(test, "RSDP: offset 20: length 36, 30 bytes there, 36 needed: using the RSDT");
	KUNIT_EXPECT_EQ(test, r.xsdt_pa, 0);
	KUNIT_EXPECT_EQ(test, r.rsdt_pa, 0x1000);
	p[33]++;						/* extended checksum */
	KUNIT_EXPECT_EQ(test, acpi_parse_rsdp(p, 36, &r), 0);
	EXPECT_SAID(test, "RSDP: offset 32: extended checksum is wrong: using the RSDT");
	KUNIT_EXPECT_EQ(test, r.xsdt_pa, 0);
	p[16]++;
	KUNIT_EXPECT_EQ(test, acpi_parse_rsdp(p, 36, &r), -EINVAL);
	EXPECT_SAID(test, "RSDP: offset 8: checksum of 20 bytes is 0x1, not 0");
	KUNIT_EXPECT_EQ(test, acpi_parse_rsdp(p, 19, &r), -EINVAL);
	EXPECT_SAID(test, "RSDP: offset 0: shorter than 20 bytes");
	make_rsdp(p, 0, 0x1000, 0x2000);
	KUNIT_EXPECT_EQ(test, acpi_parse_rsdp(p, 20, &r), 0);
	KUNIT_EXPECT_EQ(test, r.xsdt_pa, 0);
}

static void rsdp_scan_finds_16_byte_boundaries(struct kunit *test)
{
	memcpy(tc->mem + 64, "RSD PTR ", 8);		/* right text, wrong checksum */
	tc->mem[64 + 15] = 1;
	make_rsdp(tc->mem + 264, 0, 0, 0);		/* not on a boundary */
	KUNIT_EXPECT_EQ(test, acpi_scan_rsdp(tc->mem, 1024), -ENOENT);
	make_rsdp(tc->mem + 512, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, acpi_scan_rsdp(tc->mem, 1024), 512);
	KUNIT_EXPECT_EQ(test, acpi_scan_rsdp(tc->mem, 520), -ENOENT);
}

static void walk_survives_cycles_and_wild_pointers(struct kunit *test)
{
	struct acpi_rsdp r = {};
	u32 len;
	u8 *xsdt = new_table("XSDT", 36 + 8 * 7), *madt = madt_start(&len), *second;

	add_cpu(madt, &len, 0, 3, 1);
	madt_end(madt, len);
	second = madt_start(&len);
	add_cpu(second, &len, 0, 9, 1);
	madt_end(second, len);
	put_unaligned_le64(pa_of(xsdt), xsdt + 36);		/* itself */
	put_unaligned_le64(0, xsdt + 44);
	put_unaligned_le64(~0ULL, xsdt + 52);
	put_unaligned_le64(MEM_BASE + MEM_LEN - 8, xsdt + 60);	/* header cut off */
	put_unaligned_le64(MEM_BASE + 4096, xsdt + 68);		/* zeroes: length 0 */
	put_unaligned_le64(pa_of(madt), xsdt + 76);
	put_unaligned_le64(pa_of(second), xsdt + 84);		/* a second MADT */
	fix_checksum(xsdt, 36 + 8 * 7);
	r.xsdt_pa = pa_of(xsdt);
	KUNIT_EXPECT_EQ(test, acpi_walk(&r, &test_memory, &tc->ai), 0);
	KUNIT_EXPECT_EQ(test, tc->ai.nr_cpus, 1);
	KUNIT_EXPECT_EQ(test, tc->ai.apic_ids[0], 3);
	KUNIT_EXPECT_EQ(test, nr_mapped, 0);
	KUNIT_EXPECT_TRUE(test, log_has("a root table lists a root table at"));
	KUNIT_EXPECT_TRUE(test, log_has("36 bytes at 0xffffffffffffffff are not readable"));
	KUNIT_EXPECT_TRUE(test, log_has("table at 0x7001000 says 0 bytes, 36 to 1048576 possible"));
	EXPECT_SAID(test, "APIC: offset 0: second table at");
}

static void walk_falls_back_to_the_rsdt(struct kunit *test)
{
	struct acpi_rsdp r = {};
	u8 *xsdt = new_table("XSDT", 44), *rsdt = new_table("RSDT", 40), *hpet;

	hpet = new_table("HPET", 56);
	put_unaligned_le64(0xfed00000, hpet + 44);
	fix_checksum(hpet, 56);
	put_unaligned_le32(pa_of(hpet), rsdt + 36);
	fix_checksum(rsdt, 40);
	xsdt[20]++;						/* checksum is wrong now */
	r.xsdt_pa = pa_of(xsdt);
	r.rsdt_pa = pa_of(rsdt);
	KUNIT_EXPECT_EQ(test, acpi_walk(&r, &test_memory, &tc->ai), 0);
	KUNIT_EXPECT_EQ(test, tc->ai.hpet_pa, 0xfed00000);
	KUNIT_EXPECT_EQ(test, nr_mapped, 0);
	r.rsdt_pa = 0;
	EXPECT_SAID(test, "XSDT: offset 9: checksum over 44 bytes is 0x1, not 0");
	KUNIT_EXPECT_EQ(test, acpi_walk(&r, &test_memory, &tc->ai), -EINVAL);
	EXPECT_SAID(test, "RSDP: no usable XSDT (");
}

/* One byte of a good MADT changed, everywhere, checksum made good again: never out of bounds. */
static void madt_every_byte_changed_returns(struct kunit *test)
{
	u32 len;
	u8 *p = madt_start(&len);

	add_cpu(p, &len, 0, 0, 1);
	put_unaligned_le32(0xfec00000, madt_add(p, &len, 1, 12) + 4);
	madt_add(p, &len, 2, 10);
	madt_add(p, &len, 9, 16);
	for (u32 i = 36; i < len; i++) {
		u8 old = p[i];

		p[i] = get_random_u32();
		madt_end(p, len);
		acpi_set_defaults(&tc->ai);
		acpi_parse_madt(p, len, &tc->ai);
		KUNIT_EXPECT_LE(test, tc->ai.nr_cpus, 4);
		p[i] = old;
	}
}

static struct kunit_case acpi_cases[] = {
	KUNIT_CASE(madt_gives_cpus_ioapics_overrides),
	KUNIT_CASE(madt_ids_that_no_ipi_reaches),
	KUNIT_CASE(madt_beyond_255_cpus_skips),
	KUNIT_CASE(madt_bad_entries_are_skipped),
	KUNIT_CASE(madt_zero_length_entry_ends),
	KUNIT_CASE(table_header_is_checked),
	KUNIT_CASE(fadt_old_and_new),
	KUNIT_CASE(hpet_must_be_memory),
	KUNIT_CASE(rsdp_versions_and_faults),
	KUNIT_CASE(rsdp_scan_finds_16_byte_boundaries),
	KUNIT_CASE(walk_survives_cycles_and_wild_pointers),
	KUNIT_CASE(walk_falls_back_to_the_rsdt),
	KUNIT_CASE(madt_every_byte_changed_returns),
	{}
};

static struct kunit_suite acpi_suite = {
	.name = "acpi", .init = acpi_test_init, .test_cases = acpi_cases
};
kunit_test_suite(acpi_suite);
