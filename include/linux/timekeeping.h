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
#include <linux/time64.h>

/*
 * ktime_get - monotonic time since time_init(). Context: any. Ordered: never runs backwards between
 * CPUs.
 */
ktime_t ktime_get(void);

/* ktime_get_ns - the same as a plain u64. Context: any. */
static inline u64 ktime_get_ns(void) { return (u64)ktime_get(); }

/* The machine never sleeps, so boot time, raw and coarse time are the monotonic time. */
static inline ktime_t ktime_get_boottime(void) { return ktime_get(); }
static inline u64 ktime_get_boottime_ns(void) { return ktime_get_ns(); }
static inline u64 ktime_get_raw_ns(void) { return ktime_get_ns(); }
static inline u64 ktime_get_mono_fast_ns(void) { return ktime_get_ns(); }
static inline s64 ktime_get_seconds(void) { return ktime_get() / 1000000000L; }

/*
 * ktime_get_real - wall clock (Unix time) in ns: the CMOS clock as read once at boot, plus
 * ktime_get().
 */
ktime_t ktime_get_real(void);
static inline u64 ktime_get_real_ns(void) { return (u64)ktime_get_real(); }
static inline s64 ktime_get_real_seconds(void) { return ktime_get_real() / 1000000000L; }

/* ktime_get_ts64 - monotonic time as seconds and nanoseconds. */
static inline void ktime_get_ts64(struct timespec64 *ts) { *ts = ns_to_timespec64(ktime_get()); }
static inline void ktime_get_real_ts64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(ktime_get_real());
}

#endif
