/* SPDX-License-Identifier: MIT */
/*
 * Waiting for time to pass: busy (udelay) or asleep (msleep).
 *
 * Never shorter than asked. A busy wait executes `pause` only about every ten microseconds: under
 * QEMU's icount a pause hands the time to another CPU, and a wait for time should not.
 */
#ifndef _LINUX_DELAY_H
#define _LINUX_DELAY_H

#include <linux/ktime.h>

/*
 * ndelay, udelay, mdelay - spin by the TSC. Context: any. Before tsc_init(): assumes a 4 GHz TSC.
 */
void ndelay(unsigned long nsecs);
static inline void udelay(unsigned long usecs) { ndelay(usecs * NSEC_PER_USEC); }
static inline void mdelay(unsigned long msecs) { ndelay(msecs * NSEC_PER_MSEC); }

/* msleep - sleep uninterruptibly for at least @msecs. May sleep. */
void msleep(unsigned int msecs);

/*
 * msleep_interruptible - the same, ends early on a signal (kthread_stop); returns the ms not slept.
 * May sleep.
 */
unsigned long msleep_interruptible(unsigned int msecs);

/*
 * usleep_range - sleep for at least @min us, and as little more as the timer hardware allows. May
 * sleep.
 */
void usleep_range(unsigned long min, unsigned long max);

static inline void ssleep(unsigned int secs) { msleep(secs * MSEC_PER_SEC); }
/* fsleep - the one of the three that fits @usecs. May sleep. */
static inline void fsleep(unsigned long usecs)
{
	if (usecs <= 10)
		udelay(usecs);
	else
		usleep_range(usecs, 2 * usecs);
}

#endif
