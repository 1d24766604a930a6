/* SPDX-License-Identifier: MIT */
/*
 * What became of callbacks: how often a function was given to a timer, a tasklet, a workqueue or RCU, was
 * called, taken back or refused, and where that was last. For reports, and /sys/kernel/debug/callbacks: it
 * keeps them in debug builds alone.
 */
#ifndef _LINUX_CALLBACKS_H
#define _LINUX_CALLBACKS_H

#include <linux/atomic.h>
#include <linux/lockdep.h>
#include <linux/types.h>

enum callback_kind {
	CALLBACK_TIMER,
	CALLBACK_HRTIMER,
	CALLBACK_TASKLET,
	CALLBACK_HI_TASKLET,
	CALLBACK_WORK,
	CALLBACK_KTHREAD_WORK,
	CALLBACK_RCU,
	CALLBACK_NAPI,		/* its poll */
	CALLBACK_IRQ_WORK,
	CALLBACK_CALL,		/* of another CPU: smp_call_function() */
	CALLBACK_NOTIFIER,	/* queued: put on its chain */
};

enum callback_event {
	CALLBACK_QUEUED,	/* armed, started, scheduled; what is armed again, too */
	CALLBACK_CALLED,
	CALLBACK_RETURNED,
	CALLBACK_TAKEN_BACK,	/* before it was called */
	/*
	 * It does nothing, and nobody hears of it: a timer armed after timer_shutdown_sync(), a work that is
	 * disabled, a tasklet set up or killed while it was queued, a napi scheduled while it is disabled, a
	 * call with a csd that is in use.
	 */
	CALLBACK_REFUSED,
	CALLBACK_ASTRAY,	/* a call of a CPU that is not online */
	CALLBACK_SOONER,	/* a delayed work, though it is queued for later already: as above */
	CALLBACK_PUT_OFF,	/* a timer that is armed for later before it was due */
	CALLBACK_EVENTS
};

struct callback_note {
	atomic_t times;
	unsigned int cpu;	/* where it happened last */
	unsigned long ip;	/* by whom; 0: that is not known */
	u64 when;		/* ns */
};

struct callback {
	const void *fn;		/* or an object, where that is all that is known */
	const void *object;	/* the timer, work or tasklet that was noted last */
	enum callback_kind kind;
	struct callback_note notes[CALLBACK_EVENTS];
};

void __note_callback(enum callback_kind kind, const void *fn, const void *object,
		     enum callback_event event, unsigned long ip);

/* @fn NULL: the one that @object was noted for, or @object itself. Context: any but NMI. */
static inline void note_callback(enum callback_kind kind, const void *fn, const void *object,
				 enum callback_event event, unsigned long ip)
{
	if (DEBUG_LOCKS)
		__note_callback(kind, fn, object, event, ip);
}

/*
 * callback_next - of all that are kept, the one behind @c, or the first; NULL: there are no more.
 * callback_of - that of @fn, or NULL. Without a lock: what is read changes meanwhile. Context: any.
 */
const struct callback *callback_next(const struct callback *c);
const struct callback *callback_of(const void *fn);

/* Its memory goes to somebody else: begin anew. */
void callbacks_forget(const void *start, size_t size);

#endif
