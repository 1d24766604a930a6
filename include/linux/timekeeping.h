/* SPDX-License-Identifier: MIT */
/*
 * Reading the time.
 *
 * Everything here is one conversion of the TSC: ns = (tsc - tsc at time_init) * mult >> 32. There
 * is no base that is updated behind the reader's back, so every function is lock-free, wait-free
 * and usable in any context including NMI. Before time_init() all of them return 0.
 */
#ifndef _LINUX_TIMEKEEPING_H
#define _LINUX_TIMEKEEPING_H

#include <linux/types.h>
#include <linux/ktime.h>

/*
 * ktime_get - monotonic time since time_init(). Context: any. Ordered: never runs backwards between
 * CPUs.
 */
ktime_t ktime_get(void);

/* ktime_get_ns - the same as a plain u64. Context: any. */
static inline u64 ktime_get_ns(void) { return (u64)ktime_get(); }

/*
 * ktime_get_real - wall clock (Unix time) in ns: the CMOS clock as read once at boot, plus
 * ktime_get().
 */
ktime_t ktime_get_real(void);

static inline u64 ktime_get_real_ns(void) { return (u64)ktime_get_real(); }
static inline time64_t ktime_get_real_seconds(void) { return ktime_get_real() / NSEC_PER_SEC; }
static inline time64_t ktime_get_seconds(void) { return ktime_get() / NSEC_PER_SEC; }
/* The machine never sleeps and nobody sets its clock, so these are the same time. */
#define ktime_get_boottime()	ktime_get()
#define ktime_get_boottime_ns()	ktime_get_ns()
#define ktime_get_raw()		ktime_get()
#define ktime_get_raw_ns()	ktime_get_ns()

static inline void ktime_get_ts64(struct timespec64 *ts)
{
	*ts = ktime_to_timespec64(ktime_get());
}

static inline void ktime_get_real_ts64(struct timespec64 *ts)
{
	*ts = ktime_to_timespec64(ktime_get_real());
}

#define ktime_get_boottime_ts64(ts)	ktime_get_ts64(ts)
#define ktime_get_raw_ts64(ts)		ktime_get_ts64(ts)
/* Linux's are those of the last tick; ours cost no more than an exact one. */
#define ktime_get_coarse_ts64(ts)	ktime_get_ts64(ts)
#define ktime_get_coarse_real_ts64(ts)	ktime_get_real_ts64(ts)

/* mktime64 - Unix time of a date in the Gregorian calendar (UTC; @mon 1..12, @day 1..31). */
time64_t mktime64(unsigned int year, unsigned int mon, unsigned int day, unsigned int hour,
		  unsigned int min, unsigned int sec);

#endif
