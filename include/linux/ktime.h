/* SPDX-License-Identifier: MIT */
/*
 * ktime_t: a signed count of nanoseconds since boot (or between two moments).
 *
 * Invariant: plain 64-bit arithmetic is enough; 2^63 ns are 292 years.
 */
#ifndef _LINUX_KTIME_H
#define _LINUX_KTIME_H

#include <linux/time64.h>
#include <linux/types.h>

typedef s64 ktime_t;

#define KTIME_MAX ((s64)~((u64)1 << 63))

#define ktime_sub(lhs, rhs) ((ktime_t)((lhs) - (rhs)))
#define ktime_add(lhs, rhs) ((ktime_t)((lhs) + (rhs)))
#define ktime_add_ns(kt, ns) ((ktime_t)((kt) + (ns)))
#define ktime_sub_ns(kt, ns) ((ktime_t)((kt) - (ns)))

static inline s64 ktime_to_ns(ktime_t kt) { return kt; }
static inline ktime_t ns_to_ktime(u64 ns) { return (ktime_t)ns; }
static inline ktime_t us_to_ktime(u64 us) { return (ktime_t)(us * NSEC_PER_USEC); }
static inline ktime_t ms_to_ktime(u64 ms) { return (ktime_t)(ms * NSEC_PER_MSEC); }

static inline ktime_t ktime_set(s64 secs, unsigned long nsecs)
{
	return secs * NSEC_PER_SEC + (s64)nsecs;
}
static inline s64 ktime_to_us(ktime_t kt) { return kt / NSEC_PER_USEC; }
static inline s64 ktime_to_ms(ktime_t kt) { return kt / NSEC_PER_MSEC; }
static inline s64 ktime_us_delta(ktime_t end, ktime_t start) { return ktime_to_us(end - start); }
static inline s64 ktime_ms_delta(ktime_t end, ktime_t start) { return ktime_to_ms(end - start); }
static inline int ktime_compare(ktime_t a, ktime_t b) { return a < b ? -1 : a > b; }
static inline bool ktime_after(ktime_t a, ktime_t b) { return a > b; }
static inline bool ktime_before(ktime_t a, ktime_t b) { return a < b; }

static inline ktime_t ktime_add_ms(ktime_t kt, u64 ms) { return kt + ms_to_ktime(ms); }
static inline ktime_t ktime_add_us(ktime_t kt, u64 us) { return kt + us_to_ktime(us); }

/* ktime_add_safe - @a + @b, saturating at KTIME_MAX (a far future stays the far future). */
static inline ktime_t ktime_add_safe(ktime_t a, ktime_t b)
{
	s64 sum;

	return __builtin_add_overflow(a, b, &sum) || sum < 0 ? KTIME_MAX : sum;
}

#define ktime_to_timespec64(kt)		ns_to_timespec64(kt)
static inline ktime_t timespec64_to_ktime(struct timespec64 ts) { return timespec64_to_ns(&ts); }

#include <linux/timekeeping.h>

#endif
