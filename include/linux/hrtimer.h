/* SPDX-License-Identifier: MIT */
/*
 * High-resolution timers: callbacks at a nanosecond, in the timer interrupt itself or, with a _SOFT
 * mode, in HRTIMER_SOFTIRQ (M5).
 *
 * Invariants: a callback runs in hardirq context, irqs off, or in softirq, irqs on; no lock held, on
 * the CPU that started the timer, never early. The tick itself is one of these timers.
 */
#ifndef _LINUX_HRTIMER_H
#define _LINUX_HRTIMER_H

#include <linux/types.h>
#include <linux/rbtree.h>
#include <linux/ktime.h>

#define CLOCK_MONOTONIC 1
typedef int clockid_t;

enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };

enum hrtimer_mode {
	HRTIMER_MODE_ABS = 0x00,
	HRTIMER_MODE_REL = 0x01,
	HRTIMER_MODE_PINNED = 0x02, /* every timer is; accepted for Linux's sake */
	HRTIMER_MODE_SOFT = 0x04,
	HRTIMER_MODE_HARD = 0x08, /* what it is without SOFT */
	HRTIMER_MODE_ABS_PINNED = HRTIMER_MODE_ABS | HRTIMER_MODE_PINNED,
	HRTIMER_MODE_REL_PINNED = HRTIMER_MODE_REL | HRTIMER_MODE_PINNED,
	HRTIMER_MODE_ABS_SOFT = HRTIMER_MODE_ABS | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_REL_SOFT = HRTIMER_MODE_REL | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_ABS_PINNED_SOFT = HRTIMER_MODE_ABS_PINNED | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_REL_PINNED_SOFT = HRTIMER_MODE_REL_PINNED | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_ABS_HARD = HRTIMER_MODE_ABS | HRTIMER_MODE_HARD,
	HRTIMER_MODE_REL_HARD = HRTIMER_MODE_REL | HRTIMER_MODE_HARD,
	HRTIMER_MODE_ABS_PINNED_HARD = HRTIMER_MODE_ABS_PINNED | HRTIMER_MODE_HARD,
	HRTIMER_MODE_REL_PINNED_HARD = HRTIMER_MODE_REL_PINNED | HRTIMER_MODE_HARD,
};

struct hrtimer {
	struct rb_node node;	/* in a queue of @cpu, by expiry; under its lock */
	ktime_t expires;
	enum hrtimer_restart (*function)(struct hrtimer *timer);
	int cpu;
	bool is_soft;
	bool is_queued;
};

/*
 * hrtimer_init - prepare; then set ->function. @clock: CLOCK_MONOTONIC only. @mode: hard or soft for
 * good. hrtimer_setup does both.
 */
void hrtimer_init(struct hrtimer *timer, clockid_t clock, enum hrtimer_mode mode);
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}

/*
 * hrtimer_start - (re)start on this CPU at @tim (HRTIMER_MODE_REL: from now). Context: any but NMI.
 * A callback may restart its own timer, or move ->expires by hrtimer_forward() and return
 * HRTIMER_RESTART.
 */
void hrtimer_start(struct hrtimer *timer, ktime_t tim, const enum hrtimer_mode mode);

/* @range: how much later would do as well; nothing here needs it. */
#define hrtimer_start_range_ns(timer, tim, range, mode) \
	((void)(range), hrtimer_start(timer, tim, mode))

/* hrtimer_try_to_cancel - 1 dequeued, 0 was not active, -1 its callback is running. */
int hrtimer_try_to_cancel(struct hrtimer *timer);

/*
 * hrtimer_cancel - dequeue and wait for a running callback; 1 if it was active. Not from the
 * callback.
 */
int hrtimer_cancel(struct hrtimer *timer);

/* hrtimer_active - queued or its callback running. */
bool hrtimer_active(const struct hrtimer *timer);

/*
 * hrtimer_forward - move expiry past @now by whole @interval; returns how many. Timer not queued.
 */
u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval);
static inline u64 hrtimer_forward_now(struct hrtimer *timer, ktime_t interval)
{
	return hrtimer_forward(timer, ktime_get(), interval);
}

static inline bool hrtimer_is_queued(const struct hrtimer *timer)
{
	return READ_ONCE(timer->is_queued);
}

/* hrtimer_callback_running - its callback runs right now. Context: the callback, or its lock. */
static inline bool hrtimer_callback_running(const struct hrtimer *timer)
{
	return hrtimer_active(timer) && !hrtimer_is_queued(timer);
}

static inline ktime_t hrtimer_get_remaining(const struct hrtimer *timer)
{
	return timer->expires - ktime_get();
}

static inline ktime_t hrtimer_get_expires(const struct hrtimer *timer) { return timer->expires; }

/*
 * hrtimer_first_expiry - when a timer is next to interrupt @cpu, for reports. KTIME_MAX: none is, or
 * the lock is taken. Context: any.
 */
ktime_t hrtimer_first_expiry(unsigned int cpu);
/*
 * hrtimer_look - the timer whose callback @cpu runs from its interrupt: its function, when it was
 * due, and how many callbacks have run there. Without a lock: a hint. False: none. Context: any.
 */
struct hrtimer_look {
	const void *function;
	ktime_t expires;
	u64 nr_runs;
};
bool hrtimer_look(unsigned int cpu, struct hrtimer_look *look);
/*
 * hrtimer_find - where and when a queued timer with function @fn is due. False: none, or a lock was taken.
 * Context: any.
 */
bool hrtimer_find(const void *fn, unsigned int *cpu, ktime_t *expires);

/* hrtimers_init - empty queues. Context: boot CPU, once, before the first tick. */
void hrtimers_init(void);

/*
 * hrtimer_interrupt - run what has expired on this CPU and program the next event. Context:
 * hardirq.
 */
void hrtimer_interrupt(void);

#endif
