/* SPDX-License-Identifier: MIT */
/*
 * Conversions between jiffies and other units. To jiffies they round up, because a wait must not be
 * shorter than asked; every HZ that hz= allows divides 10^9, so from jiffies they are exact.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/time64.h>

unsigned long msecs_to_jiffies(const unsigned int m)
{
	/* Linux reads a negative int as "for ever". */
	if ((int)m < 0)
		return MAX_JIFFY_OFFSET;
	return DIV_ROUND_UP((u64)m * HZ, MSEC_PER_SEC);
}

unsigned long usecs_to_jiffies(const unsigned int u)
{
	return DIV_ROUND_UP((u64)u * HZ, USEC_PER_SEC);
}

unsigned long nsecs_to_jiffies(u64 n)
{
	return n / TICK_NSEC;
}

unsigned int jiffies_to_msecs(const unsigned long j)
{
	return j * (MSEC_PER_SEC / HZ);
}

unsigned int jiffies_to_usecs(const unsigned long j)
{
	return j * (USEC_PER_SEC / HZ);
}

u64 jiffies_to_nsecs(const unsigned long j)
{
	return j * TICK_NSEC;
}

u64 nsec_to_clock_t(u64 nsec)
{
	return nsec / (NSEC_PER_SEC / USER_HZ);
}

/*
 * Days are counted from 1 March of year 0, so that the leap day is the last of its year, and the
 * months from March have 153 days in every five.
 */
time64_t mktime64(unsigned int year, unsigned int mon, unsigned int day, unsigned int hour,
		  unsigned int min, unsigned int sec)
{
	const time64_t epoch = 719468; /* 1 January 1970 in that count */
	unsigned int y = mon > 2 ? year : year - 1, m = (mon + 9) % 12;
	time64_t days = 365LL * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - epoch;

	return ((days * 24 + hour) * 60 + min) * 60 + sec;
}
