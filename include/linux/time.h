/* SPDX-License-Identifier: MIT */
/* The time room's front door: what start_kernel() calls, and the usual time headers. */
#ifndef _LINUX_TIME_H
#define _LINUX_TIME_H

#include <linux/ktime.h>
#include <linux/jiffies.h>

/*
 * time_init - find the reference clocks, calibrate the TSC, start the boot CPU's tick device.
 * Requires: ACPI tables parsed, per-CPU areas, LAPIC and irq layer of the boot CPU set up.
 * Context: boot CPU, irqs off. The first tick comes once irqs are on.
 */
void time_init(void);

/*
 * setup_local_timer - start this CPU's tick device.
 * Context: each secondary CPU once, during its bring-up, irqs off, after lapic_setup_cpu().
 */
void setup_local_timer(void);

/*
 * local_timer_interrupt - body of LOCAL_TIMER_VECTOR (0xec).
 * Context: hardirq (irq_enter done, EOI sent), irqs off.
 */
void local_timer_interrupt(void);

#endif
