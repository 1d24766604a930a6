/* SPDX-License-Identifier: MIT */
/* struct timespec64: seconds and nanoseconds, for printing and for APIs that want them apart. */
#ifndef _LINUX_TIME64_H
#define _LINUX_TIME64_H

#include <linux/types.h>

typedef s64 time64_t;

struct timespec64 {
	time64_t tv_sec; /* seconds */
	long tv_nsec;	 /* 0 .. 999,999,999 */
};

/* ns_to_timespec64 - split @nsec; negative times round towards minus infinity, as in Linux. */
static inline struct timespec64 ns_to_timespec64(s64 nsec)
{
	struct timespec64 ts = {nsec / 1000000000L, nsec % 1000000000L};

	if (ts.tv_nsec < 0) {
		ts.tv_sec--;
		ts.tv_nsec += 1000000000L;
	}
	return ts;
}

/* mktime64 - Unix time of a date in the Gregorian calendar (UTC; @mon 1..12, @day 1..31). */
time64_t mktime64(unsigned int year, unsigned int mon, unsigned int day, unsigned int hour,
		  unsigned int min, unsigned int sec);

#endif
