/* SPDX-License-Identifier: MIT */
/*
 * The few ACPI facts the kernel needs, read once from RSDP, RSDT/XSDT, MADT, FADT and HPET. There is
 * no AML interpreter. acpi_info is filled by acpi_boot_init() and read-only afterwards.
 *
 * The parsers are pure: bytes and a length in, facts out, one log line per rejected table or entry.
 * They need only printk and memcmp, so host tests and fuzzers compile them as they are.
 */
#ifndef _LINUX_ACPI_H
#define _LINUX_ACPI_H

#include <linux/types.h>

#define ACPI_MAX_CPUS		255	/* DESIGN: entries beyond are named and skipped */
#define ACPI_MAX_IOAPICS	16
#define ACPI_MAX_OVERRIDES	16	/* one per ISA interrupt */

/* MPS INTI flags, [ACPI] Table 5.26 "MPS INTI Flags". 0 means the bus's own: on ISA edge, active high. */
#define ACPI_POLARITY_HIGH	1
#define ACPI_POLARITY_LOW	3
#define ACPI_TRIGGER_EDGE	1
#define ACPI_TRIGGER_LEVEL	3

struct acpi_ioapic {
	u8 id;
	u64 pa;
	u32 gsi_base;
};

struct acpi_override {			/* indexed by ISA irq 0..15 */
	bool valid;			/* false: identity, edge, active high */
	u32 gsi;
	u8 trigger;			/* ACPI_TRIGGER_* */
	u8 polarity;			/* ACPI_POLARITY_* */
};

struct acpi_info {
	bool x2apic;			/* given: APIC ids have 32 bits, not 8 */
	bool have_madt;
	u32 nr_cpus;			/* usable CPUs that the MADT lists; 0: none, or no table */
	u32 apic_ids[ACPI_MAX_CPUS];	/* theirs, in the table's order */
	u32 nr_disabled;		/* places without a usable CPU */
	u32 nr_skipped;			/* usable CPUs beyond ACPI_MAX_CPUS, or that no IPI can name */
	u64 lapic_pa;			/* 0xfee00000 unless the MADT says otherwise */
	bool has_8259;			/* MADT PCAT_COMPAT; true without a MADT */
	u32 nr_ioapics;
	struct acpi_ioapic ioapics[ACPI_MAX_IOAPICS];
	struct acpi_override overrides[ACPI_MAX_OVERRIDES];
	u8 lint_nmi[2];			/* LINT pins that carry an NMI: its ACPI_POLARITY_*; else 0 */

	u64 hpet_pa;			/* 0: no HPET */
	u32 hpet_id;			/* event timer block id */

	bool have_fadt;
	u16 pm_timer_port;		/* 0: no PM timer */
	bool pm_timer_32bit;		/* else it counts 24 bits */
	u16 sci_irq;
	u16 boot_arch;			/* IAPC_BOOT_ARCH, ACPI_FADT_* below; 0 before ACPI 2 */
	u8 century;			/* RTC CMOS index of the century, 0: none */
};

#define ACPI_FADT_8042		(1 << 1)	/* there is a keyboard controller */
#define ACPI_FADT_NO_CMOS_RTC	(1 << 5)

extern struct acpi_info acpi_info;

/*
 * acpi_boot_init() - find the tables and fill acpi_info. Never fails: without tables it describes
 * one CPU, the PC's fixed devices, and says so. `acpi=off` on the command line skips the tables.
 * Context: boot CPU, after mm_core_init().
 */
void acpi_boot_init(void);

/* The global system interrupt, trigger and polarity behind ISA interrupt @irq (0..15). */
void acpi_isa_irq(unsigned int irq, u32 *gsi, u8 *trigger, u8 *polarity);

/*
 * The pure parsers. Each returns 0, or -EINVAL after one line that names table, offset and cause;
 * what was read before the fault stays.
 */
struct acpi_rsdp {
	u64 rsdt_pa, xsdt_pa;		/* 0: not there */
};

#define ACPI_HEADER_LEN		36
struct acpi_memory {
	/* Maps @len bytes of physical memory for reading; NULL when it cannot. */
	const u8 *(*map)(u64 pa, size_t len);
	void (*unmap)(const u8 *p, size_t len);
};

int acpi_parse_rsdp(const u8 *p, size_t len, struct acpi_rsdp *out);
/* Offset of the first valid RSDP on a 16-byte boundary in @p, or -ENOENT. */
long acpi_scan_rsdp(const u8 *p, size_t len);
/* Header, length (at least @min_len) and checksum of a table. Returns the length. */
int acpi_check_table(const u8 *p, size_t len, const char *sig, u32 min_len);
int acpi_parse_madt(const u8 *p, size_t len, struct acpi_info *ai);
int acpi_parse_fadt(const u8 *p, size_t len, struct acpi_info *ai);
int acpi_parse_hpet(const u8 *p, size_t len, struct acpi_info *ai);
/* Follow RSDT or XSDT and parse every table we know. */
int acpi_walk(const struct acpi_rsdp *rsdp, const struct acpi_memory *mem, struct acpi_info *ai);
void acpi_set_defaults(struct acpi_info *ai);

#endif
