/* SPDX-License-Identifier: MIT */
/*
 * sched_clock(): the cheapest nanosecond clock.
 *
 * Invariant: monotonic on each CPU, NMI-safe, 0 before time_init(). The same scale as ktime_get(),
 * but the read is not ordered against other instructions, so compare values of one CPU only.
 */
#ifndef _LINUX_SCHED_CLOCK_H
#define _LINUX_SCHED_CLOCK_H

#include <linux/types.h>

/* sched_clock - ns since time_init(). Context: any, NMI included. */
u64 sched_clock(void);

/*
 * local_clock - Linux's name for the same; TSCs are checked to agree at CPU bring-up.
 */
static inline u64 local_clock(void) { return sched_clock(); }

#endif
