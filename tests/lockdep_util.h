/* SPDX-License-Identifier: MIT */
/* For the suites of lockdep: when they can run, and what nearly each of their cases does. */
#ifndef _TESTS_LOCKDEP_UTIL_H
#define _TESTS_LOCKDEP_UTIL_H

#include <kunit/test.h>
#include <linux/lockdep.h>
#include <linux/spinlock.h>
#include "sched_util.h"

/* A suite's init: 0, or its cases are skipped. */
static inline int need_lockdep(struct kunit *test)
{
	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds have no lockdep");
	if (!debug_locks)
		kunit_skip(test, "lockdep is off: an earlier report");
	return 0;
}

/* The report that is expected, and the log from here on. */
static inline struct log_mark *expect(struct kunit *test, const char *title)
{
	kunit_expect_report(test, title);
	return log_mark(test);
}

static inline void take(spinlock_t *a, spinlock_t *b)
{
	spin_lock(a);
	spin_lock(b);
	spin_unlock(b);
	spin_unlock(a);
}

static inline void take_one(void *lock)
{
	spin_lock((spinlock_t *)lock);
	spin_unlock((spinlock_t *)lock);
}

#endif
