/* SPDX-License-Identifier: MIT */
/*
 * The TSC: calibrated once, then the source of every time the kernel tells.
 *
 * Invariant: ns = (tsc - tsc_base) * tsc_mult >> 32, and these two numbers never change after
 * tsc_init(). So a reader needs no lock, no retry and no update from the tick; before tsc_init()
 * the multiplier is 0 and so is every time. The product has 128 bits: no overflow in 292 years.
 */
#define pr_fmt(fmt) "tsc: " fmt

#include <linux/clocksource.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/printk.h>
#include <linux/sched_clock.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/tsc.h>

u64 tsc_hz;

static u64 tsc_base;   /* TSC at the start of time */
static u64 tsc_mult;   /* ns per tick << 32 */
static u64 tsc_per_ns; /* ticks per ns << 32 */

/*
 * Windows that differ more than this came from a machine too busy to be measured well: worth
 * saying.
 */
#define SPREAD_WORTH_SAYING_PPM 1000

static u64 tsc_read(struct clocksource *cs)
{
	return rdtsc_ordered();
}

struct clocksource *tsc_reference;
struct clocksource clocksource_tsc = {
	.name = "tsc",
	.mask = CLOCKSOURCE_MASK(64),
	.read = tsc_read,
};

u64 tsc_to_ns(u64 cycles)
{
	return clocksource_cyc2ns(cycles, tsc_mult, 32);
}

u64 ns_to_tsc(u64 ns)
{
	return clocksource_cyc2ns(ns, tsc_per_ns, 32);
}

u64 sched_clock(void)
{
	return tsc_to_ns(rdtsc() - tsc_base);
}
EXPORT_SYMBOL_GPL(sched_clock);

ktime_t ktime_get(void)
{
	return (ktime_t)tsc_to_ns(rdtsc_ordered() - tsc_base);
}
EXPORT_SYMBOL_GPL(ktime_get);

/* Calibrate against the first reference that is there and works. */
static void tsc_measure(struct clock_measurement *m)
{
	static struct clocksource *(*const references[])(void) = {
		hpet_clocksource,
		acpi_pm_clocksource,
		pit_clocksource,
	};

	for (int i = 0; i < ARRAY_SIZE(references) && !tsc_reference; i++) {
		struct clocksource *ref = references[i]();

		if (ref && !clocksource_measure(rdtsc_ordered, ref, m))
			tsc_reference = ref;
		else if (ref)
			pr_err("%s stopped or crawled during calibration: ignored\n", ref->name);
	}
}

/* What the CPU says of itself: leaf 16H has the base frequency in MHz. [SDM 2A] "CPUID". */
static u64 tsc_hz_from_cpuid(void)
{
	return cpuid(0).eax >= 0x16 ? (cpuid(0x16).eax & 0xffff) * 1000000ULL : 0;
}

void tsc_init(void)
{
	struct clock_measurement m = {};
	u64 start = rdtsc();

	tsc_measure(&m);
	if (!tsc_reference) {
		m.hz = tsc_hz_from_cpuid() ?: NSEC_PER_SEC;
		pr_err("no reference clock works: taking the TSC for %llu MHz, maybe wrongly\n",
		       m.hz / 1000000);
	}
	tsc_hz = m.hz;
	tsc_mult = (((u64)NSEC_PER_SEC << 32) + m.hz / 2) / m.hz;
	tsc_per_ns = m.hz / NSEC_PER_SEC << 32;
	tsc_per_ns += ((m.hz % NSEC_PER_SEC << 32) + NSEC_PER_SEC / 2) / NSEC_PER_SEC;
	WRITE_ONCE(tsc_base, start);
	clocksource_start(&clocksource_tsc, m.hz);
	if (tsc_reference)
		pr_info("%llu.%03llu MHz, calibrated against %s, error at most %u ppm\n",
			m.hz / 1000000, m.hz / 1000 % 1000, tsc_reference->name, m.error_ppm);
	if (m.spread_ppm > SPREAD_WORTH_SAYING_PPM)
		pr_info("the windows differed by up to %u ppm (busy host?); the median was taken\n",
			m.spread_ppm);
}

/*
 * Do two CPUs' TSCs agree? Both keep raising one shared maximum; who finds it above his own TSC has
 * seen a moment that has not come yet on this CPU. The lock orders the reads.
 */
static DEFINE_RAW_SPINLOCK(warp_lock);
static u64 warp_last;
static u64 warp_max;

/* Enough rounds for both sides to meet a few times. */
#define WARP_ROUNDS 64
/*
 * A pause for the lock's other user, but few: where one host thread plays all CPUs, each is a round
 * of all.
 */
#define WARP_ROUNDS_PER_PAUSE 16

void tsc_check_poll(s64 skew)
{
	u64 now;

	guard(raw_spinlock_irqsave)(&warp_lock);
	now = rdtsc_ordered() + skew;
	if (now < warp_last)
		warp_max = max(warp_max, warp_last - now);
	else
		warp_last = now;
}

void tsc_check_ap(void)
{
	for (int i = 0; i < WARP_ROUNDS; i++) {
		tsc_check_poll(0);
		if (i % WARP_ROUNDS_PER_PAUSE == 0)
			cpu_relax();
	}
	if (READ_ONCE(warp_max)) {
		pr_warn("CPU%d: TSC off by %llu ticks; time may run backwards between CPUs\n",
			smp_processor_id(), warp_max);
		WRITE_ONCE(warp_max, 0);
	}
}
