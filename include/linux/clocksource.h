/* SPDX-License-Identifier: MIT */
/*
 * Clock sources: free-running counters of known frequency.
 *
 * The TSC tells the time; the others (HPET, ACPI PM timer, PIT channel 2) exist to calibrate it. A
 * source is registered only after it was seen counting, so a dead device is one log line.
 */
#ifndef _LINUX_CLOCKSOURCE_H
#define _LINUX_CLOCKSOURCE_H

#include <linux/types.h>
#include <linux/list.h>

#define CLOCKSOURCE_MASK(bits) ((bits) < 64 ? (1ULL << (bits)) - 1 : ~0ULL)

struct clocksource {
	const char *name;
	int rating;				/* Linux's scale, from PIT 110 to TSC 300 */
	u64 mask;				/* the bits that count */
	u64 (*read)(struct clocksource *cs);	/* any context, irqs off */
	u64 hz;					/* set by clocksource_register_hz() */
	u64 mult;				/* ns = cycles * mult >> shift */
	u32 shift;
	struct list_head list;			/* all sources, best rating first */
};

/*
 * clocksource_register_hz - check that @cs counts, compute mult and shift, add it to the list.
 * Returns 0; -ENODEV (and one log line) if the counter stands still or @hz is absurd.
 * Context: boot CPU during time_init().
 */
int clocksource_register_hz(struct clocksource *cs, u64 hz);

/* clocksource_reference - the best registered source other than @cs, or NULL. */
struct clocksource *clocksource_reference(const struct clocksource *cs);

/* clocksource_cyc2ns - @cycles in ns; 128-bit inside, so it does not overflow. Context: any. */
static inline u64 clocksource_cyc2ns(u64 cycles, u64 mult, u32 shift)
{
	return (u64)(((unsigned __int128)cycles * mult) >> shift);
}

/*
 * struct clock_measurement - what clocksource_measure() found out.
 * @hz: the frequency; @error_ppm: upper bound of its error that follows from the reads themselves;
 * @spread_ppm: largest distance of a window from the median (load on the host shows here).
 */
struct clock_measurement {
	u64 hz;
	u32 error_ppm;
	u32 spread_ppm;
};

/*
 * clocksource_measure - frequency of the counter behind @read (counting up) against @ref: the
 * median of several short windows, each end read several times and the tightest read kept. Returns
 * 0, or -EIO if @ref or the counter stopped. Takes about 10 ms. Context: irqs off.
 */
int clocksource_measure(u64 (*read)(void), struct clocksource *ref, struct clock_measurement *m);

/*
 * The reference devices; each returns 0 or -ENODEV after one log line. Context: boot CPU, irqs off.
 */
int hpet_clocksource_init(void);
int acpi_pm_clocksource_init(void);
int pit_clocksource_init(void);

#endif
