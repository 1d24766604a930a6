/* SPDX-License-Identifier: MIT */
/*
 * Calls that did nothing, as they must, and that nobody hears of: the last few of them, for reports. It keeps
 * them in debug builds alone.
 */
#ifndef _LINUX_IGNORED_H
#define _LINUX_IGNORED_H

#include <linux/lockdep.h>
#include <linux/types.h>

enum ignored {
	IGNORED_NOTHING,
	IGNORED_TIMER,		/* a timer armed after timer_shutdown_sync() */
	IGNORED_COMPLETE,	/* a complete() taken back by reinit_completion() before anybody had waited for it */
	IGNORED_DELAY,		/* a delayed work queued for sooner than it is queued for already */
	IGNORED_TASKLET,	/* a tasklet set up again or killed while it was queued */
};

struct ignored_call {
	enum ignored kind;
	const void *what;	/* the timer, completion, work or tasklet's function */
	unsigned long ip;	/* of the call */
	u64 when;		/* ns */
};

void __note_ignored(enum ignored kind, const void *what, unsigned long ip);

/* Context: any. */
static inline void note_ignored(enum ignored kind, const void *what, unsigned long ip)
{
	if (DEBUG_LOCKS)
		__note_ignored(kind, what, ip);
}

/* The last of that kind, about @what if that is not NULL. False: none is kept. Context: any. */
bool last_ignored(enum ignored kind, const void *what, struct ignored_call *call);

#endif
