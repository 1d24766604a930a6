/* SPDX-License-Identifier: MIT */
/*
 * The ACPI power management timer: 3.579545 MHz, 24 bits, one port read.
 * [ACPI] 4.8.3.3 "Power Management Timer (PM_TMR)". The second choice of reference, after the HPET.
 */
#define pr_fmt(fmt) "acpi_pm: " fmt

#include <linux/acpi.h>
#include <linux/clocksource.h>
#include <linux/io.h>
#include <linux/printk.h>

#define PM_TIMER_HZ 3579545 /* three times the NTSC colour carrier's quarter: fixed by ACPI */

/* Some chips have 32 bits; the lower 24 are the same everywhere and wrap after 4.7 s. */
static u64 acpi_pm_read(struct clocksource *cs)
{
	return inl(acpi_info.pm_timer_port) & cs->mask;
}

static struct clocksource clocksource_acpi_pm = {
	.name = "acpi_pm",
	.mask = CLOCKSOURCE_MASK(24),
	.read = acpi_pm_read,
};

struct clocksource *acpi_pm_clocksource(void)
{
	if (!acpi_info.pm_timer_port) {
		pr_info("no PM timer in the FADT\n");
		return NULL;
	}
	return clocksource_start(&clocksource_acpi_pm, PM_TIMER_HZ);
}
