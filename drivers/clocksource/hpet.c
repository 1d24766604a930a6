/* SPDX-License-Identifier: MIT */
/*
 * The HPET's main counter, as a reference to calibrate against.
 *
 * Only the counter is used; the comparators stay off and the legacy replacement route is cleared,
 * so that irq 0 belongs to the PIT. [HPET] 2.3 "Register Descriptions" (IA-PC HPET 1.0a).
 */
#define pr_fmt(fmt) "hpet: " fmt

#include <linux/acpi.h>
#include <linux/clocksource.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/printk.h>

#define HPET_ID 0x000	   /* low word: capabilities */
#define HPET_PERIOD 0x004  /* femtoseconds per tick */
#define HPET_CFG 0x010
#define HPET_CFG_ENABLE 0x1
#define HPET_CFG_LEGACY 0x2
#define HPET_COUNTER 0x0f0
#define HPET_MMIO_SIZE 0x400
/* [HPET] 2.3.4: a period above 100 ns is not allowed; nothing counts faster than 1 GHz. */
#define HPET_MAX_PERIOD 100000000
#define HPET_MIN_PERIOD 1000000

static void __iomem *hpet;

/* The low word is enough: it wraps after 43 s at 100 MHz. */
static u64 hpet_read(struct clocksource *cs)
{
	return readl(hpet + HPET_COUNTER);
}

static struct clocksource clocksource_hpet = {
	.name = "hpet",
	.mask = CLOCKSOURCE_MASK(32),
	.read = hpet_read,
};

struct clocksource *hpet_clocksource(void)
{
	u32 period;

	if (!acpi_info.hpet_pa) {
		pr_info("no HPET in the ACPI tables\n");
		return NULL;
	}
	hpet = ioremap(acpi_info.hpet_pa, HPET_MMIO_SIZE);
	if (!hpet) {
		pr_err("cannot map the registers at %#llx\n", acpi_info.hpet_pa);
		return NULL;
	}
	period = readl(hpet + HPET_PERIOD);
	if (period < HPET_MIN_PERIOD || period > HPET_MAX_PERIOD) {
		pr_err("period of %u fs at %#llx is impossible: no HPET there\n", period,
		       acpi_info.hpet_pa);
		return NULL;
	}
	writel((readl(hpet + HPET_CFG) & ~HPET_CFG_LEGACY) | HPET_CFG_ENABLE, hpet + HPET_CFG);
	return clocksource_start(&clocksource_hpet, FSEC_PER_SEC / period);
}
