/* SPDX-License-Identifier: MIT */
/*
 * Waiting for time to pass: busy (udelay) or asleep (msleep).
 *
 * Never shorter than asked. A busy wait executes `pause` only about every ten microseconds: under
 * QEMU's icount a pause hands the time to another CPU, and a wait for time should not.
 */
#ifndef _LINUX_DELAY_H
#define _LINUX_DELAY_H

#include <linux/types.h>

/*
 * ndelay, udelay, mdelay - spin by the TSC. Context: any. Before tsc_init(): assumes a 4 GHz TSC.
 */
void ndelay(unsigned long nsecs);
void udelay(unsigned long usecs);
void mdelay(unsigned long msecs);

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

static inline void ssleep(unsigned int seconds) { msleep(seconds * 1000); }

/*
 * fsleep - the right one of udelay, usleep_range, msleep for @usecs, by Linux's limits. May sleep.
 */
static inline void fsleep(unsigned long usecs)
{
	if (usecs <= 10)
		udelay(usecs);
	else if (usecs <= 20000)
		usleep_range(usecs, 2 * usecs);
	else
		msleep((usecs + 999) / 1000);
}

#endif
