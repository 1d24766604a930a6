/* SPDX-License-Identifier: MIT */
/*
 * ACPI tables, read without trust: RSDP, RSDT/XSDT, MADT, FADT, HPET.
 *
 * Invariant: no byte is read before a length that was checked covers it; a table or entry that does
 * not hold together costs one log line (table, offset, cause) and is skipped. Pure: bytes in, facts
 * out; only printk and memcmp are called, so host tests and fuzzers compile this file as it is.
 *
 * [ACPI] 5.2.5 "Root System Description Pointer (RSDP)", 5.2.6 "System Description Table Header",
 * 5.2.7 RSDT, 5.2.8 XSDT, 5.2.9 FADT, 5.2.12 MADT; [HPET] 3.2.4 "The ACPI 2.0 HPET Description Table".
 */
#define pr_fmt(fmt) "ACPI: " fmt

#include <linux/acpi.h>
#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#define le16 get_unaligned_le16
#define le32 get_unaligned_le32
#define le64 get_unaligned_le64

#define LAPIC_DEFAULT_PA	0xfee00000u	/* [SDM 3A] 11.4.1 "The Local APIC Block Diagram" */
#define MAX_TABLE_LEN		(1u << 20)	/* far above any table we read; bounds lying lengths */
#define MAX_ROOT_ENTRIES	128

/* One line about what does not hold together at @off of a table; -EINVAL. */
#define bad(table, off, fmt, ...) \
	({ pr_warn("%s: offset %u: " fmt "\n", table, (u32)(off), ##__VA_ARGS__); -EINVAL; })

static bool same(const u8 *p, const char *sig, size_t n)
{
	return !memcmp(p, sig, n);
}

static u8 sum(const u8 *p, size_t n)
{
	u8 s = 0;

	while (n--)
		s += *p++;
	return s;
}

/* Bytes from a table as text: what is not printable ASCII becomes '?'. */
static void text(char *dst, const u8 *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		dst[i] = p[i] >= ' ' && p[i] < 127 ? p[i] : '?';
	dst[n] = '\0';
}

/* What holds when no table says otherwise: one CPU and a PC's fixed devices. */
void acpi_set_defaults(struct acpi_info *ai)
{
	*ai = (struct acpi_info){ .lapic_pa = LAPIC_DEFAULT_PA, .has_8259 = true };
}

/* See linux/acpi.h. Revision 0 has 20 bytes and one checksum, revision 2 has 36 and two. */
int acpi_parse_rsdp(const u8 *p, size_t len, struct acpi_rsdp *out)
{
	*out = (struct acpi_rsdp){};
	if (len < 20 || !same(p, "RSD PTR ", 8))
		return bad("RSDP", 0, "%s", len < 20 ? "shorter than 20 bytes" : "bad signature");
	if (sum(p, 20))
		return bad("RSDP", 8, "checksum of 20 bytes is %#x, not 0", sum(p, 20));
	out->rsdt_pa = le32(p + 16);
	if (p[15] < 2)
		return 0;
	if (len < 36 || le32(p + 20) < 36 || le32(p + 20) > len)
		bad("RSDP", 20, "length %u, %zu bytes there, 36 needed: using the RSDT",
		    len < 24 ? 0 : le32(p + 20), len);
	else if (sum(p, le32(p + 20)))
		bad("RSDP", 32, "extended checksum is wrong: using the RSDT");
	else
		out->xsdt_pa = le64(p + 24);
	return 0;
}

/* See linux/acpi.h. */
long acpi_scan_rsdp(const u8 *p, size_t len)
{
	for (size_t off = 0; off + 20 <= len; off += 16)
		if (same(p + off, "RSD PTR ", 8) && !sum(p + off, 20))
			return off;
	return -ENOENT;
}

/* See linux/acpi.h. */
int acpi_check_table(const u8 *p, size_t len, const char *sig, u32 min_len)
{
	char name[5];
	u32 tlen;

	if (len < ACPI_HEADER_LEN)
		return bad(sig, 0, "%zu bytes, a header has %d", len, ACPI_HEADER_LEN);
	text(name, p, 4);
	tlen = le32(p + 4);
	if (!same(p, sig, 4))
		return bad(sig, 0, "signature is \"%s\"", name);
	if (tlen < min_len || tlen > len || tlen > MAX_TABLE_LEN)
		return bad(sig, 4, "length %u, %u needed, %zu there", tlen, min_len, len);
	if (sum(p, tlen))
		return bad(sig, 9, "checksum over %u bytes is %#x, not 0", tlen, sum(p, tlen));
	return tlen;
}

/* One processor of the MADT. Bit 0 of @flags: usable; the others are places for a CPU, counted. */
static void madt_cpu(struct acpi_info *ai, u32 off, u32 apic_id, u32 flags)
{
	if (!(flags & 1)) {
		ai->nr_disabled++;
		return;
	}
	if (apic_id > (ai->x2apic ? 0xfffffffe : 0xfe)) {	/* all ones: everybody */
		ai->nr_skipped++;
		bad("APIC", off, "CPU with APIC id %u skipped, the local APICs are in %s mode", apic_id,
		    ai->x2apic ? "x2APIC" : "xAPIC");
		return;
	}
	for (u32 i = 0; i < ai->nr_cpus; i++)
		if (ai->apic_ids[i] == apic_id) {
			bad("APIC", off, "APIC id %u is listed twice, ignored", apic_id);
			return;
		}
	if (ai->nr_cpus < ACPI_MAX_CPUS) {
		ai->apic_ids[ai->nr_cpus++] = apic_id;
	} else {
		ai->nr_skipped++;
		bad("APIC", off, "CPU with APIC id %u skipped, %d are supported", apic_id,
		    ACPI_MAX_CPUS);
	}
}

static void madt_ioapic(struct acpi_info *ai, u32 off, const u8 *e)
{
	struct acpi_ioapic io = { .id = e[2], .pa = le32(e + 4), .gsi_base = le32(e + 8) };

	for (u32 i = 0; i < ai->nr_ioapics; i++)
		if (ai->ioapics[i].pa == io.pa || ai->ioapics[i].gsi_base == io.gsi_base) {
			bad("APIC", off, "IO-APIC %u repeats one at %#llx, GSI %u, ignored", io.id,
			    ai->ioapics[i].pa, ai->ioapics[i].gsi_base);
			return;
		}
	if (!io.pa || io.pa & 15)
		bad("APIC", off, "IO-APIC %u at impossible address %#llx, ignored", io.id, io.pa);
	else if (ai->nr_ioapics == ACPI_MAX_IOAPICS)
		bad("APIC", off, "more than %d IO-APICs, id %u ignored", ACPI_MAX_IOAPICS, io.id);
	else
		ai->ioapics[ai->nr_ioapics++] = io;
}

/* MPS INTI flags: bits 0-1 polarity, 2-3 trigger; the value 2 is reserved and read as "conforms". */
static void inti_flags(u16 flags, u8 *polarity, u8 *trigger)
{
	*polarity = (flags & 3) == 2 ? 0 : flags & 3;
	*trigger = (flags >> 2 & 3) == 2 ? 0 : flags >> 2 & 3;
}

static void madt_override(struct acpi_info *ai, u32 off, const u8 *e)
{
	struct acpi_override *o = &ai->overrides[e[3] % ACPI_MAX_OVERRIDES];

	if (e[2] != 0 || e[3] >= ACPI_MAX_OVERRIDES) {
		bad("APIC", off, "override for bus %u irq %u, only ISA 0-15 exist, ignored", e[2],
		    e[3]);
		return;
	}
	if (o->valid)
		bad("APIC", off, "second override for ISA irq %u, the last one counts", e[3]);
	o->valid = true;
	o->gsi = le32(e + 4);
	inti_flags(le16(e + 8), &o->polarity, &o->trigger);
}

/* An NMI on a LINT pin. Of which CPU is not looked at: boards wire them alike. */
static void madt_lint_nmi(struct acpi_info *ai, u8 lint, u16 flags)
{
	u8 polarity, trigger;

	inti_flags(flags, &polarity, &trigger);
	ai->lint_nmi[lint & 1] = polarity ?: ACPI_POLARITY_HIGH;
}

/* Lengths of the MADT entries we read, by type; 0: passed over. */
static const u8 madt_len[] = {
	[0] = 8, [1] = 12, [2] = 10, [4] = 6, [5] = 12, [9] = 16, [10] = 12
};

/* One entry of at least its type's length. */
static void madt_entry(struct acpi_info *ai, u32 off, const u8 *e)
{
	switch (e[0]) {
	case 0:
		/* 0xff is the broadcast id: a place for a CPU that is not there. */
		madt_cpu(ai, off, e[3], e[3] == 0xff ? 0 : le32(e + 4));
		break;
	case 1:
		madt_ioapic(ai, off, e);
		break;
	case 2:
		madt_override(ai, off, e);
		break;
	case 4:
		madt_lint_nmi(ai, e[5], le16(e + 3));
		break;
	case 5:
		ai->lapic_pa = le64(e + 4);
		break;
	case 9:
		madt_cpu(ai, off, le32(e + 4), le32(e + 8));
		break;
	case 10:
		madt_lint_nmi(ai, e[8], le16(e + 2));
		break;
	}
}

/* See linux/acpi.h. */
int acpi_parse_madt(const u8 *p, size_t len, struct acpi_info *ai)
{
	int tlen = acpi_check_table(p, len, "APIC", 44);

	if (tlen < 0)
		return tlen;
	ai->have_madt = true;
	if (le32(p + 36))
		ai->lapic_pa = le32(p + 36);
	ai->has_8259 = le32(p + 40) & 1;
	for (u32 off = 44, left; off < tlen; off += p[off + 1]) {
		u8 type = p[off], need = type < sizeof(madt_len) ? madt_len[type] : 0;

		left = tlen - off;
		if (left < 2 || p[off + 1] < 2 || p[off + 1] > left)
			return bad("APIC", off, "entry type %u says %u bytes, 2 to %u possible, rest ignored",
				   type, left < 2 ? 0 : p[off + 1], left);
		if (p[off + 1] < need)
			bad("APIC", off, "entry type %u has %u bytes, %u needed, ignored", type,
			    p[off + 1], need);
		else
			madt_entry(ai, off, p + off);
	}
	return 0;
}

/* See linux/acpi.h. ACPI 1.0 tables have 116 bytes; later ones only add. */
int acpi_parse_fadt(const u8 *p, size_t len, struct acpi_info *ai)
{
	int tlen = acpi_check_table(p, len, "FACP", 116);
	u32 port;

	if (tlen < 0)
		return tlen;
	ai->have_fadt = true;
	ai->sci_irq = le16(p + 46);
	ai->century = p[108];
	ai->boot_arch = p[8] >= 2 ? le16(p + 109) : 0;
	ai->pm_timer_32bit = le32(p + 112) & 1 << 8;
	port = le32(p + 76);
	/* the extended form, when that is set and an I/O port */
	if (tlen >= 220 && p[208] == 1 && le64(p + 212))
		port = le32(p + 212);
	if (port > 0xfffc || (port && p[91] != 4 && p[91] != 0))
		bad("FACP", 76, "PM timer at %#x, %u bytes: impossible, ignored", port, p[91]);
	else
		ai->pm_timer_port = port;
	return 0;
}

/* See linux/acpi.h. Block 0 is the one that replaces the PIT. */
int acpi_parse_hpet(const u8 *p, size_t len, struct acpi_info *ai)
{
	int tlen = acpi_check_table(p, len, "HPET", 56);
	u64 addr;

	if (tlen < 0)
		return tlen;
	addr = le64(p + 44);
	if (p[40] != 0 || !addr || addr & 7)
		return bad("HPET", 40, "registers in space %u at %#llx: impossible, ignored", p[40],
			   addr);
	if (p[52] == 0) {
		ai->hpet_pa = addr;
		ai->hpet_id = le32(p + 36);
	}
	return 0;
}

/* The whole table at @pa, whose header says how long it is; *len gets what was mapped. */
static const u8 *map_table(u64 pa, const struct acpi_memory *mem, const char *what, u32 *len)
{
	const u8 *p = mem->map(pa, ACPI_HEADER_LEN);

	*len = ACPI_HEADER_LEN;
	if (p) {
		*len = le32(p + 4);
		mem->unmap(p, ACPI_HEADER_LEN);
		if (*len < ACPI_HEADER_LEN || *len > MAX_TABLE_LEN) {
			bad(what, 4, "table at %#llx says %u bytes, %d to %u possible", pa, *len,
			    ACPI_HEADER_LEN, MAX_TABLE_LEN);
			return NULL;
		}
		p = mem->map(pa, *len);
	}
	if (!p)
		bad(what, 0, "%u bytes at %#llx are not readable", *len, pa);
	return p;
}

struct known_table {
	const char *sig;
	int (*parse)(const u8 *p, size_t len, struct acpi_info *ai);
};

static const struct known_table known_tables[] = {
	{ "APIC", acpi_parse_madt },
	{ "FACP", acpi_parse_fadt },
	{ "HPET", acpi_parse_hpet },
};

/* One entry of the root table. @seen: bit per known table, since firmware may list one twice. */
static void root_entry(u64 pa, const struct acpi_memory *mem, struct acpi_info *ai, u32 *seen)
{
	u32 len;
	const u8 *p = map_table(pa, mem, "root entry", &len);

	if (!p)
		return;
	if (same(p, "RSDT", 4) || same(p, "XSDT", 4))
		bad("root entry", 0, "a root table lists a root table at %#llx, not followed", pa);
	for (u32 i = 0; i < sizeof(known_tables) / sizeof(known_tables[0]); i++) {
		if (!same(p, known_tables[i].sig, 4))
			continue;
		/* A second HPET table may describe block 0 or not: its parser decides. */
		if (*seen & 1 << i && !same(p, "HPET", 4))
			bad(known_tables[i].sig, 0, "second table at %#llx ignored", pa);
		else
			known_tables[i].parse(p, len, ai);
		*seen |= 1 << i;
	}
	mem->unmap(p, len);
}

/* Walk one root table with entries of @width bytes. */
static int walk_root(u64 pa, const char *sig, u32 width, const struct acpi_memory *mem,
		     struct acpi_info *ai)
{
	u32 len, n, seen = 0;
	const u8 *p = map_table(pa, mem, sig, &len);
	int tlen;

	if (!p)
		return -EINVAL;
	tlen = acpi_check_table(p, len, sig, ACPI_HEADER_LEN);
	n = tlen < 0 ? 0 : (tlen - ACPI_HEADER_LEN) / width;
	if (tlen > 0 && (tlen - ACPI_HEADER_LEN) % width)
		bad(sig, 4, "length %u leaves part of an entry, ignored", tlen);
	if (n > MAX_ROOT_ENTRIES) {
		bad(sig, 4, "%u entries, the first %d are followed", n, MAX_ROOT_ENTRIES);
		n = MAX_ROOT_ENTRIES;
	}
	for (const u8 *e = p + ACPI_HEADER_LEN; n--; e += width)
		root_entry(width == 8 ? le64(e) : le32(e), mem, ai, &seen);
	mem->unmap(p, len);
	return tlen < 0 ? tlen : 0;
}

/* See linux/acpi.h. The XSDT is preferred; the RSDT is what old or broken firmware has. */
int acpi_walk(const struct acpi_rsdp *rsdp, const struct acpi_memory *mem, struct acpi_info *ai)
{
	int err = -EINVAL;

	if (rsdp->xsdt_pa)
		err = walk_root(rsdp->xsdt_pa, "XSDT", 8, mem, ai);
	if (err && rsdp->rsdt_pa)
		err = walk_root(rsdp->rsdt_pa, "RSDT", 4, mem, ai);
	if (err)
		pr_warn("RSDP: no usable XSDT (%#llx) or RSDT (%#llx)\n", rsdp->xsdt_pa,
			rsdp->rsdt_pa);
	return err;
}
