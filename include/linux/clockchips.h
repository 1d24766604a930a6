/* SPDX-License-Identifier: MIT */
/*
 * Clock event devices: hardware that interrupts once, a programmed time from now.
 *
 * Invariant: one-shot is the only mode. Whoever wants a period (the tick) programs the next
 * absolute time itself, so periods do not drift. Each CPU has one device; only that CPU programs
 * it, irqs off.
 */
#ifndef _LINUX_CLOCKCHIPS_H
#define _LINUX_CLOCKCHIPS_H

#include <linux/types.h>
#include <linux/ktime.h>

struct clock_event_device {
	const char *name;
	u64 mult;	   /* device ticks = ns * mult >> CLOCK_EVT_SHIFT */
	u64 min_delta_ns;  /* the nearest and the farthest event the device can do */
	u64 max_delta_ns;
	void (*set_next_event)(u64 ticks); /* the calling CPU's; 0: no event any more */
};
#define CLOCK_EVT_SHIFT 30

/* clockevents_config - fill in mult and limits of a device that counts with @hz. */
void clockevents_config(struct clock_event_device *dev, u64 hz, u64 min_ticks, u64 max_ticks);

/*
 * tick_program_event - interrupt this CPU at monotonic time @expires, or as soon as possible if
 * that has passed; KTIME_MAX stops the device. A time beyond max_delta_ns gives an early interrupt,
 * whose handler programs again. Nothing before the CPU has a device. Context: irqs off.
 */
void tick_program_event(ktime_t expires);

/*
 * clockevents_init_this_cpu - find and start this CPU's device: LAPIC timer, or the PIT. irqs off.
 */
void clockevents_init_this_cpu(void);

/*
 * lapic_timer_setup, pit_clockevent_setup - the two devices, ready for the calling CPU; NULL after
 * one log line. irqs off.
 */
struct clock_event_device *lapic_timer_setup(void);
struct clock_event_device *pit_clockevent_setup(void);

/* tick_device - @cpu's clock event device, NULL before setup. For tests and reports. */
struct clock_event_device *tick_device(int cpu);

#endif
