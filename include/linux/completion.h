/* SPDX-License-Identifier: MIT */
/* Completions: "it is done", said once per waiter, before or after the waiter asks. */
#ifndef _LINUX_COMPLETION_H
#define _LINUX_COMPLETION_H

#include <linux/wait.h>

struct completion {
	unsigned int done;		/* completes not yet consumed; UINT_MAX: for ever */
	struct wait_queue_head wait;
};

#define COMPLETION_INITIALIZER(work) \
	{ .done = 0, .wait = __WAIT_QUEUE_HEAD_INITIALIZER((work).wait) }
#define DECLARE_COMPLETION(work)	struct completion work = COMPLETION_INITIALIZER(work)
/* On a stack: its lock is not static, so its class is that of this place (D1). */
#define DECLARE_COMPLETION_ONSTACK(work) \
	struct completion work = ({ init_completion(&work); work; })

#define init_completion(x) \
	do { (x)->done = 0; init_waitqueue_head(&(x)->wait); } while (0)

static inline void reinit_completion(struct completion *x)
{
	x->done = 0;
}

/* Let one waiter through, now or later. Any context but NMI. */
void complete(struct completion *x);
/* Let everybody through until reinit_completion(). */
void complete_all(struct completion *x);

/* May sleep. Timeouts in jiffies: 0 means it ran out, else what was left (at least 1). */
void wait_for_completion(struct completion *x);
unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout);
/* 0 or -ERESTARTSYS. */
int wait_for_completion_interruptible(struct completion *x);
long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout);
int wait_for_completion_killable(struct completion *x);
/* Any context: consumes a complete() if there is one. */
bool try_wait_for_completion(struct completion *x);
bool completion_done(struct completion *x);

#endif
