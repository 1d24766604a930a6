/* SPDX-License-Identifier: MIT */
/* ratelimit_types.h - the state of one rate limit; see ratelimit.h for its use. */
#ifndef _LINUX_RATELIMIT_TYPES_H
#define _LINUX_RATELIMIT_TYPES_H

#include <linux/types.h>

/*
 * Milliseconds, where Linux counts jiffies: hz= is a boot parameter here, so HZ is no constant
 * for a static initialiser. At the default 1000 Hz the numbers are the same.
 */
#define DEFAULT_RATELIMIT_INTERVAL	5000
#define DEFAULT_RATELIMIT_BURST		10

/* Lock-free: usable from NMI and while any lock is held. */
struct ratelimit_state {
	unsigned int interval;		/* ms; 0: no limit */
	unsigned int burst;
	unsigned int printed;		/* in the current interval */
	unsigned int missed;		/* suppressed in the current interval */
	u64 begin;			/* ns; start of the interval, 0: never used */
};

#define RATELIMIT_STATE_INIT(name, interval_init, burst_init)		\
	{								\
		.interval = (interval_init), .burst = (burst_init),	\
	}
#define DEFINE_RATELIMIT_STATE(name, interval_init, burst_init)		\
	struct ratelimit_state name = RATELIMIT_STATE_INIT(name, interval_init, burst_init)

/* True when the caller may print; counts and later reports the ones that may not. */
int ___ratelimit(struct ratelimit_state *rs, const char *func);
#define __ratelimit(rs) ___ratelimit(rs, __func__)

#endif
