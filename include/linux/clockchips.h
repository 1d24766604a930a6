/* SPDX-License-Identifier: MIT */
/*
 * Clock event devices: hardware that interrupts once, a programmed time from now.
 *
 * Invariant: one-shot is the only mode. Whoever wants a period (the tick) programs the next
 * absolute time itself, so periods do not drift. Each CPU owns one device; only that CPU programs
 * it, irqs off.
 */
#ifndef _LINUX_CLOCKCHIPS_H
#define _LINUX_CLOCKCHIPS_H

#include <linux/types.h>
#include <linux/ktime.h>

#define CLOCK_EVT_FEAT_ONESHOT 0x000002

struct clock_event_device {
	const char *name;
	unsigned int features;
	int rating;
	int irq;	   /* -1: a system vector, no irq_desc */
	u64 hz;		   /* device ticks per second */
	u64 mult;	   /* device ticks = ns * mult >> shift */
	u32 shift;
	u64 min_delta_ns;  /* the nearest and the farthest event the device can do */
	u64 max_delta_ns;
	ktime_t next_event; /* programmed, KTIME_MAX if none */
	void (*event_handler)(struct clock_event_device *dev); /* hardirq, irqs off */
	int (*set_next_event)(u64 ticks, struct clock_event_device *dev);
	int (*set_state_shutdown)(struct clock_event_device *dev);
};

/*
 * clockevents_config_and_register - fill in mult, shift, limits and make @dev this CPU's tick
 * device. irqs off.
 */
void clockevents_config_and_register(struct clock_event_device *dev, u64 hz, u64 min_ticks,
				     u64 max_ticks);

/*
 * clockevents_program_event - interrupt this CPU at monotonic time @expires, or as soon as possible
 * if that has passed; KTIME_MAX stops the device. A time beyond max_delta_ns gives an early
 * interrupt, whose handler programs again. Context: the owning CPU, irqs off.
 */
void clockevents_program_event(struct clock_event_device *dev, ktime_t expires);

/*
 * clockevents_init_this_cpu - find and start this CPU's device: LAPIC timer, or the PIT. irqs off.
 */
void clockevents_init_this_cpu(void);

/*
 * lapic_timer_init, pit_clockevent_init - the two devices; 0 or -errno after one log line. irqs
 * off.
 */
int lapic_timer_init(void);
int pit_clockevent_init(void);

/* tick_device - this CPU's clock event device, NULL before setup. For tests and reports. */
struct clock_event_device *tick_device(int cpu);

#endif
