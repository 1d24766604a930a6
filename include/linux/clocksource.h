/* SPDX-License-Identifier: MIT */
/*
 * Clock sources: free-running counters of known frequency.
 *
 * The TSC tells the time; the others (HPET, ACPI PM timer, PIT channel 2) exist to calibrate it. A
 * source is used only after it was seen counting, so a dead device is one log line.
 */
#ifndef _LINUX_CLOCKSOURCE_H
#define _LINUX_CLOCKSOURCE_H

#include <linux/types.h>

#define CLOCKSOURCE_MASK(bits) ((bits) < 64 ? (1ULL << (bits)) - 1 : ~0ULL)

struct clocksource {
	const char *name;
	u64 mask;				/* the bits that count */
	u64 (*read)(struct clocksource *cs);	/* any context, irqs off */
	u64 hz;					/* set by clocksource_start() */
};

/*
 * clocksource_start - @cs counts with @hz: check that it does. Returns @cs, or NULL (and one log
 * line) if it stands still or @hz is absurd. Context: boot CPU during time_init().
 */
struct clocksource *clocksource_start(struct clocksource *cs, u64 hz);

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
 * The reference devices, started; each NULL after one log line if it is not there. Context: boot
 * CPU, irqs off.
 */
struct clocksource *hpet_clocksource(void);
struct clocksource *acpi_pm_clocksource(void);
struct clocksource *pit_clocksource(void);

extern struct clocksource clocksource_tsc;	/* of use after tsc_init() */
/* What the TSC was calibrated against; NULL if no reference worked. */
extern struct clocksource *tsc_reference;

#endif
