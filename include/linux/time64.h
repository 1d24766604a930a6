/* SPDX-License-Identifier: MIT */
/* Seconds and nanoseconds, for who shows times; ktime_t is for who calculates with them. */
#ifndef _LINUX_TIME64_H
#define _LINUX_TIME64_H

#include <linux/limits.h>
#include <linux/types.h>

#define NSEC_PER_USEC	1000L
#define NSEC_PER_MSEC	1000000L
#define NSEC_PER_SEC	1000000000L
#define USEC_PER_MSEC	1000L
#define USEC_PER_SEC	1000000L
#define MSEC_PER_SEC	1000L
#define FSEC_PER_SEC	1000000000000000LL

typedef s64 time64_t;		/* seconds; of Unix time, where it says so */

struct timespec64 {
	time64_t tv_sec;
	long tv_nsec;		/* 0..999999999, also of a time before 0 */
};

static inline struct timespec64 ns_to_timespec64(s64 ns)
{
	s64 sec = ns / NSEC_PER_SEC - (ns % NSEC_PER_SEC < 0);

	return (struct timespec64){ sec, ns - sec * NSEC_PER_SEC };
}

/* Saturates where 292 years do not suffice. */
static inline s64 timespec64_to_ns(const struct timespec64 *ts)
{
	s64 ns;

	if (__builtin_mul_overflow(ts->tv_sec, NSEC_PER_SEC, &ns) ||
	    __builtin_add_overflow(ns, ts->tv_nsec, &ns))
		return ts->tv_sec < 0 ? S64_MIN : S64_MAX;
	return ns;
}

static inline void set_normalized_timespec64(struct timespec64 *ts, time64_t sec, s64 nsec)
{
	struct timespec64 rest = ns_to_timespec64(nsec);

	*ts = (struct timespec64){ sec + rest.tv_sec, rest.tv_nsec };
}

static inline struct timespec64 timespec64_add(struct timespec64 a, struct timespec64 b)
{
	set_normalized_timespec64(&a, a.tv_sec + b.tv_sec, a.tv_nsec + b.tv_nsec);
	return a;
}

static inline struct timespec64 timespec64_sub(struct timespec64 a, struct timespec64 b)
{
	set_normalized_timespec64(&a, a.tv_sec - b.tv_sec, a.tv_nsec - b.tv_nsec);
	return a;
}

static inline int timespec64_compare(const struct timespec64 *a, const struct timespec64 *b)
{
	if (a->tv_sec != b->tv_sec)
		return a->tv_sec < b->tv_sec ? -1 : 1;
	return a->tv_nsec < b->tv_nsec ? -1 : a->tv_nsec > b->tv_nsec;
}

static inline int timespec64_equal(const struct timespec64 *a, const struct timespec64 *b)
{
	return timespec64_compare(a, b) == 0;
}

#endif
