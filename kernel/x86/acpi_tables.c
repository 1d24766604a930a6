/* SPDX-License-Identifier: MIT */
/*
 * ACPI tables, read without trust: RSDP, RSDT/XSDT, MADT, FADT, HPET.
 *
 * Invariant: no byte is read before a length that was checked covers it; a table or entry that does
 * not hold together costs one log line (table, offset, cause) and is skipped. Pure: bytes in, facts
 * out; only printk is called, so host tests and fuzzers compile this file as it is.
 *
 * [ACPI] 5.2.5 "Root System Description Pointer (RSDP)", 5.2.6 "System Description Table Header",
 * 5.2.7 RSDT, 5.2.8 XSDT, 5.2.9 FADT, 5.2.12 MADT; [HPET] 3.2.4 "The ACPI 2.0 HPET Description Table".
 */
#define pr_fmt(fmt) "ACPI: " fmt

#include <linux/acpi.h>
#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/unaligned.h>

#define le16 get_unaligned_le16
#define le32 get_unaligned_le32
#define le64 get_unaligned_le64

#define LAPIC_DEFAULT_PA	0xfee00000u	/* [SDM 3A] 11.4.1 "The Local APIC Block Diagram" */
#define MAX_TABLE_LEN		(1u << 20)	/* far above any table we read; bounds lying lengths */
#define MAX_ROOT_ENTRIES	128

static bool same(const u8 *p, const char *sig, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != (u8)sig[i])
			return false;
	return true;
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
	*out = (struct acpi_rsdp){ .length = 20 };
	if (len < 20 || !same(p, "RSD PTR ", 8)) {
		pr_warn("RSDP: offset 0: %s\n", len < 20 ? "shorter than 20 bytes" : "bad signature");
		return -EINVAL;
	}
	if (sum(p, 20)) {
		pr_warn("RSDP: offset 8: checksum of 20 bytes is %#x, not 0\n", sum(p, 20));
		return -EINVAL;
	}
	out->revision = p[15];
	text(out->oem_id, p + 9, 6);
	out->rsdt_pa = le32(p + 16);
	if (out->revision < 2)
		return 0;
	if (len < 36 || le32(p + 20) < 36 || le32(p + 20) > len) {
		pr_warn("RSDP: offset 20: length %u, %zu bytes there, 36 needed: using the RSDT\n",
			len < 24 ? 0 : le32(p + 20), len);
		return 0;
	}
	if (sum(p, le32(p + 20))) {
		pr_warn("RSDP: offset 32: extended checksum is wrong: using the RSDT\n");
		return 0;
	}
	out->length = le32(p + 20);
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
int acpi_check_table(const u8 *p, size_t len, const char *sig, u32 *tlen)
{
	char name[5] = "?";

	if (len < ACPI_HEADER_LEN) {
		pr_warn("%s: offset 0: %zu bytes, a header has %d\n", sig ? sig : name, len,
			ACPI_HEADER_LEN);
		return -EINVAL;
	}
	text(name, p, 4);
	if (sig && !same(p, sig, 4)) {
		pr_warn("%s: offset 0: signature is \"%s\"\n", sig, name);
		return -EINVAL;
	}
	*tlen = le32(p + 4);
	if (*tlen < ACPI_HEADER_LEN || *tlen > len) {
		pr_warn("%s: offset 4: length %u, %d to %zu possible\n", name, *tlen,
			ACPI_HEADER_LEN, len);
		return -EINVAL;
	}
	if (sum(p, *tlen)) {
		pr_warn("%s: offset 9: checksum over %u bytes is %#x, not 0\n", name, *tlen,
			sum(p, *tlen));
		return -EINVAL;
	}
	return 0;
}

/* One processor of the MADT. Bit 0 of @flags: usable; the others are places for a CPU, counted. */
static void madt_cpu(struct acpi_info *ai, size_t off, u32 apic_id, u32 acpi_id, u32 flags,
		     bool x2apic)
{
	if (!(flags & 1)) {
		ai->nr_disabled++;
		return;
	}
	for (u32 i = 0; i < ai->nr_cpus; i++)
		if (ai->cpus[i].apic_id == apic_id) {
			pr_warn("APIC: offset %zu: APIC id %u is listed twice, ignored\n", off,
				apic_id);
			return;
		}
	if (ai->nr_cpus == ACPI_MAX_CPUS) {
		ai->nr_skipped++;
		pr_warn("APIC: offset %zu: CPU with APIC id %u skipped, %d are supported\n", off,
			apic_id, ACPI_MAX_CPUS);
		return;
	}
	ai->cpus[ai->nr_cpus++] = (struct acpi_cpu){ apic_id, acpi_id, true, x2apic };
}

static void madt_ioapic(struct acpi_info *ai, size_t off, const u8 *e)
{
	struct acpi_ioapic io = { .id = e[2], .pa = le32(e + 4), .gsi_base = le32(e + 8) };

	if (!io.pa || io.pa & 15) {
		pr_warn("APIC: offset %zu: IO-APIC %u at impossible address %#llx, ignored\n", off,
			io.id, io.pa);
		return;
	}
	for (u32 i = 0; i < ai->nr_ioapics; i++)
		if (ai->ioapics[i].pa == io.pa || ai->ioapics[i].gsi_base == io.gsi_base) {
			pr_warn("APIC: offset %zu: IO-APIC %u repeats one at %#llx, GSI %u, ignored\n",
				off, io.id, ai->ioapics[i].pa, ai->ioapics[i].gsi_base);
			return;
		}
	if (ai->nr_ioapics == ACPI_MAX_IOAPICS) {
		pr_warn("APIC: offset %zu: more than %d IO-APICs, id %u ignored\n", off,
			ACPI_MAX_IOAPICS, io.id);
		return;
	}
	ai->ioapics[ai->nr_ioapics++] = io;
}

/* MPS INTI flags: bits 0-1 polarity, 2-3 trigger; the value 2 is reserved and read as "conforms". */
static void inti_flags(u16 flags, u8 *polarity, u8 *trigger)
{
	*polarity = (flags & 3) == 2 ? 0 : flags & 3;
	*trigger = (flags >> 2 & 3) == 2 ? 0 : flags >> 2 & 3;
}

static void madt_override(struct acpi_info *ai, size_t off, const u8 *e)
{
	struct acpi_override *o = &ai->overrides[e[3] % ACPI_MAX_OVERRIDES];

	if (e[2] != 0 || e[3] >= ACPI_MAX_OVERRIDES) {
		pr_warn("APIC: offset %zu: override for bus %u irq %u, only ISA 0-15 exist, ignored\n",
			off, e[2], e[3]);
		return;
	}
	if (o->valid)
		pr_warn("APIC: offset %zu: second override for ISA irq %u, the last one counts\n",
			off, e[3]);
	o->valid = true;
	o->gsi = le32(e + 4);
	inti_flags(le16(e + 8), &o->polarity, &o->trigger);
}

static void madt_nmi(struct acpi_info *ai, size_t off, struct acpi_nmi nmi, u16 flags)
{
	if (ai->nr_nmis == ACPI_MAX_NMIS) {
		pr_warn("APIC: offset %zu: more than %d NMI entries, ignored\n", off, ACPI_MAX_NMIS);
		return;
	}
	inti_flags(flags, &nmi.polarity, &nmi.trigger);
	ai->nmis[ai->nr_nmis++] = nmi;
}

/* Lengths of the MADT entries we read, by type; 0: passed over. */
static const u8 madt_len[] = { [0] = 8, [1] = 12, [2] = 10, [3] = 8, [4] = 6, [5] = 12,
			       [9] = 16, [10] = 12 };

/* One entry of at least its type's length. */
static void madt_entry(struct acpi_info *ai, size_t off, const u8 *e)
{
	switch (e[0]) {
	case 0:
		/* 0xff is the broadcast id: a place for a CPU that is not there. */
		madt_cpu(ai, off, e[3], e[2], e[3] == 0xff ? 0 : le32(e + 4), false);
		break;
	case 1:
		madt_ioapic(ai, off, e);
		break;
	case 2:
		madt_override(ai, off, e);
		break;
	case 3:
		madt_nmi(ai, off, (struct acpi_nmi){ .is_gsi = true, .gsi = le32(e + 4) },
			 le16(e + 2));
		break;
	case 4:
		madt_nmi(ai, off, (struct acpi_nmi){ .acpi_id = e[2], .lint = e[5] & 1 },
			 le16(e + 3));
		break;
	case 5:
		ai->lapic_pa = le64(e + 4);
		break;
	case 9:
		madt_cpu(ai, off, le32(e + 4), le32(e + 12), le32(e + 8), true);
		break;
	case 10:
		madt_nmi(ai, off, (struct acpi_nmi){ .acpi_id = le32(e + 4), .lint = e[8] & 1 },
			 le16(e + 2));
		break;
	}
}

/* See linux/acpi.h. */
int acpi_parse_madt(const u8 *p, size_t len, struct acpi_info *ai)
{
	u32 tlen, need;

	if (acpi_check_table(p, len, "APIC", &tlen))
		return -EINVAL;
	if (tlen < 44) {
		pr_warn("APIC: offset 4: length %u, 44 needed\n", tlen);
		return -EINVAL;
	}
	ai->have_madt = true;
	if (le32(p + 36))
		ai->lapic_pa = le32(p + 36);
	ai->has_8259 = le32(p + 40) & 1;
	for (u32 off = 44; off < tlen; off += p[off + 1]) {
		if (tlen - off < 2 || p[off + 1] < 2 || p[off + 1] > tlen - off) {
			pr_warn("APIC: offset %u: entry type %u says %u bytes, 2 to %u possible, rest ignored\n",
				off, p[off], tlen - off < 2 ? 0 : p[off + 1], tlen - off);
			return -EINVAL;
		}
		need = p[off] < sizeof(madt_len) ? madt_len[p[off]] : 0;
		if (p[off + 1] < need)
			pr_warn("APIC: offset %u: entry type %u has %u bytes, %u needed, ignored\n",
				off, p[off], p[off + 1], need);
		else
			madt_entry(ai, off, p + off);
	}
	return 0;
}

static struct acpi_gas gas(const u8 *p)
{
	return (struct acpi_gas){ .space = p[0], .width = p[1], .addr = le64(p + 4) };
}

/* An I/O port block: its 32-bit field, or the extended form when that is set and an I/O port. */
static u32 port_block(const u8 *p, u32 tlen, u32 off32, u32 off_gas)
{
	if (tlen >= off_gas + 12 && p[off_gas] == 1 && le64(p + off_gas + 4))
		return le32(p + off_gas + 4);
	return le32(p + off32);
}

/* See linux/acpi.h. ACPI 1.0 tables have 116 bytes; later ones only add. */
int acpi_parse_fadt(const u8 *p, size_t len, struct acpi_info *ai)
{
	u32 tlen, flags, port;

	if (acpi_check_table(p, len, "FACP", &tlen))
		return -EINVAL;
	if (tlen < 116) {
		pr_warn("FACP: offset 4: length %u, 116 needed\n", tlen);
		return -EINVAL;
	}
	flags = le32(p + 112);
	ai->have_fadt = true;
	ai->sci_irq = le16(p + 46);
	ai->century = p[108];
	ai->boot_arch = p[8] >= 2 ? le16(p + 109) : 0;
	ai->hw_reduced = flags & 1 << 20;
	ai->pm1a_cnt_port = port_block(p, tlen, 64, 172);
	port = port_block(p, tlen, 76, 208);
	if (port > 0xfffc || (port && p[91] != 4 && p[91] != 0))
		pr_warn("FACP: offset 76: PM timer at %#x, %u bytes: impossible, ignored\n", port,
			p[91]);
	else
		ai->pm_timer_port = port;
	ai->pm_timer_32bit = flags & 1 << 8;
	if (flags & 1 << 10 && tlen >= 129) {
		ai->reset_reg = gas(p + 116);
		ai->reset_value = p[128];
		ai->have_reset_reg = ai->reset_reg.space <= 2 && ai->reset_reg.addr;
	}
	return 0;
}

/* See linux/acpi.h. */
int acpi_parse_hpet(const u8 *p, size_t len, struct acpi_info *ai)
{
	struct acpi_gas g;
	u32 tlen;

	if (acpi_check_table(p, len, "HPET", &tlen))
		return -EINVAL;
	if (tlen < 56) {
		pr_warn("HPET: offset 4: length %u, 56 needed\n", tlen);
		return -EINVAL;
	}
	g = gas(p + 40);
	if (g.space != 0 || !g.addr || g.addr & 7) {
		pr_warn("HPET: offset 40: registers in space %u at %#llx: impossible, ignored\n",
			g.space, g.addr);
		return -EINVAL;
	}
	if (p[52] != 0)
		return 0;	/* block 0 is the one that replaces the PIT */
	ai->hpet_pa = g.addr;
	ai->hpet_id = le32(p + 36);
	ai->hpet_min_tick = le16(p + 53);
	return 0;
}

/* The whole table at @pa, whose header says how long it is; *len gets what was mapped. */
static const u8 *map_table(u64 pa, acpi_map_fn map, acpi_unmap_fn unmap, const char *what, u32 *len)
{
	const u8 *p = map(pa, ACPI_HEADER_LEN);

	if (!p) {
		pr_warn("%s: offset 0: address %#llx is not readable\n", what, pa);
		return NULL;
	}
	*len = le32(p + 4);
	unmap(p, ACPI_HEADER_LEN);
	if (*len < ACPI_HEADER_LEN || *len > MAX_TABLE_LEN) {
		pr_warn("%s: offset 4: table at %#llx says %u bytes, %d to %u possible\n", what, pa,
			*len, ACPI_HEADER_LEN, MAX_TABLE_LEN);
		return NULL;
	}
	p = map(pa, *len);
	if (!p)
		pr_warn("%s: offset 0: %u bytes at %#llx are not readable\n", what, *len, pa);
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
static void root_entry(u64 pa, acpi_map_fn map, acpi_unmap_fn unmap, struct acpi_info *ai,
		       u32 *seen)
{
	char name[5];
	const u8 *p;
	u32 len;

	p = map_table(pa, map, unmap, "root entry", &len);
	if (!p)
		return;
	text(name, p, 4);
	if (same(p, "RSDT", 4) || same(p, "XSDT", 4))
		pr_warn("%s: offset 0: a root table lists a root table at %#llx, not followed\n",
			name, pa);
	for (u32 i = 0; i < sizeof(known_tables) / sizeof(known_tables[0]); i++) {
		if (!same(p, known_tables[i].sig, 4))
			continue;
		/* A second HPET table may describe block 0 or not: its parser decides. */
		if (*seen & 1 << i && !same(p, "HPET", 4))
			pr_warn("%s: offset 0: second table at %#llx ignored\n", name, pa);
		else
			known_tables[i].parse(p, len, ai);
		*seen |= 1 << i;
	}
	unmap(p, len);
}

/* Walk one root table with entries of @width bytes. */
static int walk_root(u64 pa, const char *sig, u32 width, acpi_map_fn map, acpi_unmap_fn unmap,
		     struct acpi_info *ai)
{
	u32 len, tlen, n, seen = 0;
	const u8 *p = map_table(pa, map, unmap, sig, &len);

	if (!p)
		return -EINVAL;
	if (acpi_check_table(p, len, sig, &tlen)) {
		unmap(p, len);
		return -EINVAL;
	}
	if ((tlen - ACPI_HEADER_LEN) % width)
		pr_warn("%s: offset 4: length %u leaves part of an entry, ignored\n", sig, tlen);
	n = (tlen - ACPI_HEADER_LEN) / width;
	if (n > MAX_ROOT_ENTRIES) {
		pr_warn("%s: offset 4: %u entries, the first %d are followed\n", sig, n,
			MAX_ROOT_ENTRIES);
		n = MAX_ROOT_ENTRIES;
	}
	for (u32 i = 0; i < n; i++) {
		const u8 *e = p + ACPI_HEADER_LEN + i * width;

		root_entry(width == 8 ? le64(e) : le32(e), map, unmap, ai, &seen);
	}
	unmap(p, len);
	return 0;
}

/* See linux/acpi.h. The XSDT is preferred; the RSDT is what old or broken firmware has. */
int acpi_walk(const struct acpi_rsdp *rsdp, acpi_map_fn map, acpi_unmap_fn unmap,
	      struct acpi_info *ai)
{
	int err = -EINVAL;

	if (rsdp->xsdt_pa)
		err = walk_root(rsdp->xsdt_pa, "XSDT", 8, map, unmap, ai);
	if (err && rsdp->rsdt_pa)
		err = walk_root(rsdp->rsdt_pa, "RSDT", 4, map, unmap, ai);
	if (err)
		pr_warn("RSDP: no usable XSDT (%#llx) or RSDT (%#llx)\n", rsdp->xsdt_pa,
			rsdp->rsdt_pa);
	else
		ai->found = true;
	return err;
}
