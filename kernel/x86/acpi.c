/* SPDX-License-Identifier: MIT */
/*
 * Finding the ACPI tables in memory and telling what they said. The reading of them is in
 * acpi_tables.c. Under UEFI the RSDP comes from the boot loader; under BIOS it lies on a 16-byte
 * boundary in the first KiB of the EBDA or in 0xe0000..0xfffff
 * ([ACPI] 5.2.5.1 "Finding the RSDP on IA-PC Systems").
 */
#define pr_fmt(fmt) "ACPI: " fmt

#include <linux/acpi.h>
#include <linux/boot_info.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <asm/apic.h>

struct acpi_info acpi_info;

#define RSDP_LEN	36	/* it may begin in the last bytes of where it is looked for */

static bool acpi_off;

static int __init setup_acpi(char *s)
{
	if (strcmp(s, "off"))
		return -EINVAL;
	acpi_off = true;
	return 0;
}
early_param("acpi", setup_acpi);

static const u8 *acpi_map(u64 pa, size_t len)
{
	if (!pa || pa + len < pa || pa + len > 1ULL << 52)
		return NULL;
	return memremap(pa, len, MEMREMAP_WB);
}

static void acpi_unmap(const u8 *p, size_t len)
{
	memunmap((void *)p);
}

static const struct acpi_memory acpi_memory = { acpi_map, acpi_unmap };

/* Look for an RSDP in [@pa, @pa + @len) and read it. */
static int scan(u64 pa, size_t len, struct acpi_rsdp *rsdp)
{
	const u8 *p = memremap(pa, len + RSDP_LEN, MEMREMAP_WB);
	long off = p ? acpi_scan_rsdp(p, len) : -ENOMEM;
	int err = off < 0 ? off : acpi_parse_rsdp(p + off, len + RSDP_LEN - off, rsdp);

	memunmap((void *)p);
	return err;
}

/* Find and read the RSDP. */
static int find_rsdp(struct acpi_rsdp *rsdp)
{
	const u8 *bda;
	u64 ebda;

	if (boot_info.rsdp_len)
		return acpi_parse_rsdp(boot_info.rsdp_copy, boot_info.rsdp_len, rsdp);
	bda = memremap(0x400, 0x100, MEMREMAP_WB);
	ebda = bda ? get_unaligned_le16(bda + 0x0e) << 4 : 0;
	memunmap((void *)bda);
	if (ebda >= 0x80000 && ebda < 0xa0000 && !scan(ebda, 1024, rsdp))
		return 0;
	return scan(0xe0000, 0x20000, rsdp);
}

static void report(void)
{
	static const char *const trigger[] = { "default", "edge", "", "level" };
	static const char *const polarity[] = { "default", "high", "", "low" };
	const struct acpi_info *ai = &acpi_info;

	pr_info("%u CPUs (%u more disabled, %u skipped), LAPIC at %#llx, %u IO-APICs, 8259 %s\n",
		ai->nr_cpus ?: 1, ai->nr_disabled, ai->nr_skipped, ai->lapic_pa, ai->nr_ioapics,
		ai->has_8259 ? "present" : "absent");
	for (u32 i = 0; i < ai->nr_ioapics; i++)
		pr_info("IO-APIC %u at %#llx, GSI %u\n", ai->ioapics[i].id, ai->ioapics[i].pa,
			ai->ioapics[i].gsi_base);
	for (u32 i = 0; i < ACPI_MAX_OVERRIDES; i++)
		if (ai->overrides[i].valid)
			pr_info("ISA irq %u is GSI %u, trigger %s, polarity %s\n", i,
				ai->overrides[i].gsi, trigger[ai->overrides[i].trigger],
				polarity[ai->overrides[i].polarity]);
	if (ai->hpet_pa)
		pr_info("HPET at %#llx, id %#x\n", ai->hpet_pa, ai->hpet_id);
	if (ai->have_fadt)
		pr_info("SCI irq %u, PM timer port %#x (%u bits)\n", ai->sci_irq, ai->pm_timer_port,
			ai->pm_timer_32bit ? 32 : 24);
}

/* See linux/acpi.h. */
void acpi_boot_init(void)
{
	struct acpi_rsdp rsdp;

	acpi_set_defaults(&acpi_info);
	if (acpi_off || find_rsdp(&rsdp)) {
		pr_warn("%s: assuming one CPU\n",
			acpi_off ? "turned off on the command line" : "no RSDP");
		return;
	}
	acpi_info.x2apic = x2apic_wanted();
	acpi_walk(&rsdp, &acpi_memory, &acpi_info);
	if (!acpi_info.nr_cpus)
		pr_warn("%s: assuming one CPU\n",
			acpi_info.have_madt ? "the MADT lists no usable CPU" : "no MADT");
	report();
}

/* See linux/acpi.h. */
void acpi_isa_irq(unsigned int irq, u32 *gsi, u8 *trigger, u8 *polarity)
{
	const struct acpi_override *o = &acpi_info.overrides[irq % ACPI_MAX_OVERRIDES];

	*gsi = o->valid ? o->gsi : irq;
	*trigger = o->valid && o->trigger ? o->trigger : ACPI_TRIGGER_EDGE;
	*polarity = o->valid && o->polarity ? o->polarity : ACPI_POLARITY_HIGH;
}
