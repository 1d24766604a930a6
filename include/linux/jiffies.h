/* SPDX-License-Identifier: MIT */
/*
 * jiffies: the count of ticks, HZ per second.
 *
 * Invariant: only the CPU that owns the duty (kernel/time/tick.c) advances it, so a loop that waits
 * for jiffies with irqs off on that CPU waits for ever, and on another CPU sees it move (X14). HZ
 * is a boot parameter (hz=100|250|1000) and therefore an expression, not a constant: `HZ / 10`
 * works everywhere, `#if HZ` and static initialisers do not (docs/differences.md).
 */
#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

#include <linux/kernel.h>
#include <linux/ktime.h>

extern int tick_hz; /* set once by hz= before the first tick, then constant */
#define HZ tick_hz
#define USER_HZ 100 /* the unit of /proc/stat, fixed by Linux's user interface */
#define TICK_NSEC ((unsigned long)(NSEC_PER_SEC / HZ))

/*
 * Linux starts the counter five minutes before its low 32 bits wrap, to find code that truncates
 * it.
 */
#define INITIAL_JIFFIES ((unsigned long)(unsigned int)(-300 * HZ))

extern u64 jiffies_64;
extern unsigned long volatile jiffies; /* the same object */

/* Comparisons that survive wrap-around. a, b: unsigned long. */
#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define time_in_range(a, b, c) (time_after_eq(a, b) && time_before_eq(a, c))

#define time_is_before_jiffies(a) time_after(jiffies, a)
#define time_is_after_jiffies(a) time_before(jiffies, a)
#define time_is_before_eq_jiffies(a) time_after_eq(jiffies, a)
#define time_is_after_eq_jiffies(a) time_before_eq(jiffies, a)

static inline u64 get_jiffies_64(void) { return jiffies; }

/* The longest interval a jiffies argument may mean. */
#define MAX_JIFFY_OFFSET ((LONG_MAX >> 1) - 1)

/*
 * Conversions to jiffies round up (a delay is never shorter than asked) and saturate at
 * MAX_JIFFY_OFFSET.
 */
static inline unsigned long msecs_to_jiffies(const unsigned int m)
{
	/* Linux reads a negative int as "for ever". */
	return (int)m < 0 ? MAX_JIFFY_OFFSET : DIV_ROUND_UP((u64)m * HZ, MSEC_PER_SEC);
}

static inline unsigned long usecs_to_jiffies(const unsigned int u)
{
	return DIV_ROUND_UP((u64)u * HZ, USEC_PER_SEC);
}

/* Rounds down, as Linux's does. */
static inline unsigned long nsecs_to_jiffies(u64 n) { return n / TICK_NSEC; }

/* Conversions from jiffies; exact, because every HZ that hz= allows divides 10^9. */
static inline unsigned int jiffies_to_msecs(unsigned long j) { return j * (MSEC_PER_SEC / HZ); }
static inline unsigned int jiffies_to_usecs(unsigned long j) { return j * (USEC_PER_SEC / HZ); }
static inline u64 jiffies_to_nsecs(unsigned long j) { return j * TICK_NSEC; }

/* ns in units of 1/USER_HZ s. */
static inline u64 nsec_to_clock_t(u64 nsec) { return nsec / (NSEC_PER_SEC / USER_HZ); }

#endif
