/* SPDX-License-Identifier: MIT */
/*
 * The timer wheel: callbacks at a jiffy, run from TIMER_SOFTIRQ.
 *
 * Invariants (Linux 6.12): a callback never runs early and is late by at most one granule of its
 * wheel level plus a tick (M2); it runs on the CPU that armed it (M3), in softirq context with irqs
 * on and no lock held; TIMER_IRQSAFE callbacks run with irqs off. kernel/time/timer.c draws the
 * wheel.
 */
#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/container_of.h>
#include <linux/jiffies.h>

struct timer_list {
	struct hlist_node entry; /* in a bucket of the base that @flags names, under its lock */
	unsigned long expires;	 /* jiffies; readable by anyone */
	void (*function)(struct timer_list *timer); /* NULL after timer_shutdown_sync() */
	u32 flags; /* TIMER_* | cpu, under the base's lock */
};

/*
 * flags: 22    21      20     19         18        17...0
 *        MOVED IRQSAFE PINNED DEFERRABLE MIGRATING cpu
 */
#define TIMER_CPUMASK 0x0003FFFF
#define TIMER_MIGRATING 0x00040000  /* between two bases: whoever wants the lock looks again */
#define TIMER_BASEMASK (TIMER_CPUMASK | TIMER_MIGRATING)
#define TIMER_DEFERRABLE 0x00080000 /* does not wake an idle CPU; runs at its next tick */
#define TIMER_PINNED 0x00100000	    /* every timer stays on its CPU here */
#define TIMER_IRQSAFE 0x00200000    /* callback with irqs off; hardirq may timer_delete_sync() */
#define TIMER_MOVED 0x00400000	    /* by add_timer_on() while its callback ran, which may run still */
#define TIMER_INIT_FLAGS (TIMER_DEFERRABLE | TIMER_PINNED | TIMER_IRQSAFE)

#define DEFINE_TIMER(_name, _function) \
	struct timer_list _name = { .function = (_function) }

/*
 * timer_setup - prepare a timer for its first use. @flags: TIMER_DEFERRABLE, _PINNED, _IRQSAFE.
 * Context: any; the timer must not be pending.
 */
void timer_init_key(struct timer_list *timer, void (*func)(struct timer_list *),
		    unsigned int flags);
#define timer_setup(timer, callback, flags) timer_init_key(timer, callback, flags)

/* from_timer - the structure around the timer that a callback received; its name since 6.16 (M6). */
#define from_timer(var, callback_timer, timer_fieldname) \
	container_of(callback_timer, typeof(*var), timer_fieldname)
#define timer_container_of(var, callback_timer, timer_fieldname) \
	from_timer(var, callback_timer, timer_fieldname)

/*
 * timer_pending - true if queued: from mod_timer() until just before the callback.
 * Context: any; without a lock of the caller's own the answer may be old when it arrives.
 */
static inline int timer_pending(const struct timer_list *timer)
{
	return !hlist_unhashed(&timer->entry);
}

/*
 * add_timer - queue a timer that is not pending, at timer->expires. A pending one: WARN, unchanged.
 * add_timer_on - the same on CPU @cpu, which runs the callback, also if it runs elsewhere now: if it is
 *	to be serialized with itself, its last act is to arm the timer there. Context: any but NMI.
 */
void add_timer(struct timer_list *timer);
void add_timer_on(struct timer_list *timer, int cpu);

/*
 * mod_timer - (re)queue at @expires on the calling CPU (M3; while the callback runs it stays on
 * that CPU). Returns 1 if it was pending, else 0. Context: any but NMI.
 * mod_timer_pending - the same, but only if it is pending.
 * timer_reduce - the same, but a pending one that expires at @expires or earlier stays as and where it is.
 */
int mod_timer(struct timer_list *timer, unsigned long expires);
int mod_timer_pending(struct timer_list *timer, unsigned long expires);
int timer_reduce(struct timer_list *timer, unsigned long expires);

/*
 * timer_delete - take out of the wheel; 1 if it was pending. The callback may still be running.
 * try_to_del_timer_sync - the same, but -1 without doing anything if the callback is running.
 * timer_delete_sync - take out and wait for a running callback. Must not be called while holding a
 *	lock that the callback takes, nor from hardirq (unless TIMER_IRQSAFE), nor from the callback
 *	itself: the last two WARN.
 * timer_shutdown_sync - the same, and never again: later mod_timer() and add_timer() do nothing.
 */
int timer_delete(struct timer_list *timer);
int try_to_del_timer_sync(struct timer_list *timer);
int timer_delete_sync(struct timer_list *timer);
int timer_shutdown_sync(struct timer_list *timer);
static inline int del_timer(struct timer_list *timer) { return timer_delete(timer); }
static inline int del_timer_sync(struct timer_list *timer) { return timer_delete_sync(timer); }

/* ---- between the wheel and the tick ---- */

/* timers_init - empty wheels and TIMER_SOFTIRQ's action. Context: boot CPU, once. */
void timers_init(void);

/*
 * run_local_timers - raise TIMER_SOFTIRQ only if a timer of this CPU has expired (M1). Context:
 * tick, hardirq.
 */
void run_local_timers(void);

/*
 * get_next_timer_interrupt - when this CPU's tick is needed next: KTIME_MAX if no (non-deferrable)
 * timer is queued. @basej is jiffies at monotonic time @basem. O(levels).
 * Context: irqs off, this CPU idle.
 */
u64 get_next_timer_interrupt(unsigned long basej, u64 basem);

/*
 * timer_clear_idle - this CPU's tick runs again: remote add_timer_on() need not wake it. irqs off.
 */
void timer_clear_idle(void);

/*
 * Read-only view for tests and /proc: level and expiry that the wheel gives a timer expiring at
 * @expires.
 */
unsigned long timer_wheel_bucket_expiry(unsigned long clk, unsigned long expires,
					unsigned int *level);

/* The CPU that runs @timer's callback now, -1: none. It may be over when the answer arrives. Context: any. */
int timer_running_cpu(const struct timer_list *timer);

struct timer_look {
	const void *function;		/* the callback; a delayed work's own function */
	unsigned long expires;
	unsigned int cpu;
	bool delayed_work, deferrable;
};
/*
 * timer_look - for reports: the last to expire of the pending timers to whose function @mine says yes.
 * False: there is none, or a lock was not free. Context: any; @mine is called with a lock held, IRQs off.
 */
bool timer_look(bool (*mine)(const void *fn, const void *arg), const void *arg,
		struct timer_look *look);

#endif
