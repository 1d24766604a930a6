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

#include <linux/types.h>
#include <linux/ktime.h>
#include <linux/time64.h>

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

static inline u64 get_jiffies_64(void) { return jiffies; }

/* Comparisons that survive wrap-around. a, b: unsigned long. */
#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define time_in_range(a, b, c) (time_after_eq(a, b) && time_before_eq(a, c))
#define time_after64(a, b) ((s64)((b) - (a)) < 0)
#define time_before64(a, b) time_after64(b, a)

/* The longest interval a jiffies argument may mean. */
#define MAX_JIFFY_OFFSET ((LONG_MAX >> 1) - 1)

/*
 * Conversions to jiffies round up (a delay is never shorter than asked) and saturate at
 * MAX_JIFFY_OFFSET.
 */
unsigned long msecs_to_jiffies(const unsigned int m);
unsigned long usecs_to_jiffies(const unsigned int u);
unsigned long nsecs_to_jiffies(u64 n); /* rounds down, as Linux's does */

/* Conversions from jiffies; exact for every allowed HZ. */
unsigned int jiffies_to_msecs(const unsigned long j);
unsigned int jiffies_to_usecs(const unsigned long j);
u64 jiffies_to_nsecs(const unsigned long j);
u64 nsec_to_clock_t(u64 nsec); /* ns in units of 1/USER_HZ s */

#endif
