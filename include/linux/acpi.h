/* SPDX-License-Identifier: MIT */
/*
 * The few ACPI facts the kernel needs, read once from RSDP, RSDT/XSDT, MADT, FADT and HPET. There is
 * no AML interpreter. acpi_info is filled by acpi_boot_init() and read-only afterwards.
 *
 * The parsers are pure: bytes and a length in, facts out, one log line per rejected table or entry.
 * They need only printk, so host tests and fuzzers compile them as they are.
 */
#ifndef _LINUX_ACPI_H
#define _LINUX_ACPI_H

#include <linux/types.h>

#define ACPI_MAX_CPUS		255	/* DESIGN: entries beyond are named and skipped */
#define ACPI_MAX_IOAPICS	16
#define ACPI_MAX_OVERRIDES	16	/* one per ISA interrupt */
#define ACPI_MAX_NMIS		32

/* MPS INTI flags, [ACPI] Table 5.26 "MPS INTI Flags". 0 means the bus's own: on ISA edge, active high. */
#define ACPI_POLARITY_HIGH	1
#define ACPI_POLARITY_LOW	3
#define ACPI_TRIGGER_EDGE	1
#define ACPI_TRIGGER_LEVEL	3

struct acpi_cpu {
	u32 apic_id;
	u32 acpi_id;
	bool enabled;			/* always true: others are only counted in nr_disabled */
	bool x2apic;			/* from a type 9 entry */
};

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

struct acpi_nmi {
	bool is_gsi;			/* true: IO-APIC input @gsi; false: LINT pin of a CPU */
	u32 gsi;
	u32 acpi_id;			/* 0xff (0xffffffff for x2APIC): every CPU */
	u8 lint;			/* 0 or 1 */
	u8 trigger, polarity;
};

/* Generic address of a register, [ACPI] 5.2.3.2 "Generic Address Structure". */
struct acpi_gas {
	u8 space;			/* 0 memory, 1 I/O port, 2 PCI config */
	u8 width;
	u64 addr;
};

struct acpi_info {
	bool found;			/* an RSDP with a usable RSDT or XSDT */
	char oem_id[7];
	u64 rsdp_pa;

	bool have_madt;
	u32 nr_cpus;			/* usable CPUs, at least 1, in the table's order */
	struct acpi_cpu cpus[ACPI_MAX_CPUS];
	u32 nr_disabled;		/* places without a usable CPU */
	u32 nr_skipped;			/* usable CPUs beyond ACPI_MAX_CPUS */
	u64 lapic_pa;			/* 0xfee00000 unless the MADT says otherwise */
	bool has_8259;			/* MADT PCAT_COMPAT; true without a MADT */
	u32 nr_ioapics;
	struct acpi_ioapic ioapics[ACPI_MAX_IOAPICS];
	struct acpi_override overrides[ACPI_MAX_OVERRIDES];
	u32 nr_nmis;
	struct acpi_nmi nmis[ACPI_MAX_NMIS];

	u64 hpet_pa;			/* 0: no HPET */
	u32 hpet_id;			/* event timer block id */
	u16 hpet_min_tick;

	bool have_fadt;
	u16 pm_timer_port;		/* 0: no PM timer */
	bool pm_timer_32bit;		/* else it counts 24 bits */
	u16 sci_irq;
	u16 boot_arch;			/* IAPC_BOOT_ARCH, ACPI_FADT_* below; 0 before ACPI 2 */
	bool hw_reduced;
	bool have_reset_reg;
	struct acpi_gas reset_reg;
	u8 reset_value;
	u32 pm1a_cnt_port;
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
	u8 revision;			/* 0: ACPI 1.0, RSDT only */
	char oem_id[7];
	u64 rsdt_pa, xsdt_pa;
	u32 length;
};

#define ACPI_HEADER_LEN		36
/* Maps @len bytes of physical memory for reading; NULL when it cannot. */
typedef const u8 *(*acpi_map_fn)(u64 pa, size_t len);
typedef void (*acpi_unmap_fn)(const u8 *p, size_t len);

int acpi_parse_rsdp(const u8 *p, size_t len, struct acpi_rsdp *out);
/* Offset of the first valid RSDP on a 16-byte boundary in @p, or -ENOENT. */
long acpi_scan_rsdp(const u8 *p, size_t len);
/* Header, length and checksum of a table; *tlen gets the table's own length. @sig NULL: any. */
int acpi_check_table(const u8 *p, size_t len, const char *sig, u32 *tlen);
int acpi_parse_madt(const u8 *p, size_t len, struct acpi_info *ai);
int acpi_parse_fadt(const u8 *p, size_t len, struct acpi_info *ai);
int acpi_parse_hpet(const u8 *p, size_t len, struct acpi_info *ai);
/* Follow RSDT or XSDT and parse every table we know. */
int acpi_walk(const struct acpi_rsdp *rsdp, acpi_map_fn map, acpi_unmap_fn unmap,
	      struct acpi_info *ai);
void acpi_set_defaults(struct acpi_info *ai);

#endif
