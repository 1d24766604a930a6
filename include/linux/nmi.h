/* SPDX-License-Identifier: MIT */
/* Handlers for NMIs that nobody else claims, and the watchdogs that find a stuck CPU. */
#ifndef _LINUX_NMI_H
#define _LINUX_NMI_H

#include <linux/types.h>
#include <asm/cpu.h>

struct pt_regs;

#define NMI_LOCAL	0
#define NMI_DONE	0	/* not mine */
#define NMI_HANDLED	1

typedef int (*nmi_handler_t)(unsigned int type, struct pt_regs *regs);

/*
 * register_nmi_handler - @fn is asked about every NMI. Returns 0, -EEXIST (@name is taken), -ENOSPC.
 * unregister_nmi_handler - returns when no CPU runs it any more. Context: may sleep. @type, @flags:
 * as in Linux; all handlers are in one list here.
 */
int register_nmi_handler(unsigned int type, nmi_handler_t fn, unsigned long flags,
			 const char *name);
void unregister_nmi_handler(unsigned int type, const char *name);

/* --- watchdogs: kernel/debug/watchdog.c --- */

/* "I am alive", from code that is slow for a reason. Context: any. */
#ifdef CONFIG_LOCKUP_DETECTOR
void touch_softlockup_watchdog(void);	/* it keeps this CPU from changing threads */
void touch_nmi_watchdog(void);		/* it keeps interrupts off, too */
#else
static inline void touch_softlockup_watchdog(void) {}
static inline void touch_nmi_watchdog(void) {}
#endif

/* The knobs have changed: begin anew on all CPUs. May sleep. */
void lockup_detector_reconfigure(void);
/* Tests: @ns instead of watchdog_thresh seconds; 0: as the knob says. May sleep. */
void lockup_detector_set_thresh(u64 ns);

/*
 * An NMI every 55 ms on the only CPU, from the PIT through its IO-APIC pin:
 * drivers/clocksource/i8253.c. nmi_timer_start - NULL, or why it cannot be. nmi_timer_fired - was
 * this NMI ours? Then the next one is on its way. Context: NMI.
 */
const char *nmi_timer_start(void);
bool nmi_timer_fired(void);
void nmi_timer_stop(void);

/* Called on each CPU that a panic stops, with what it was doing. Context: NMI. */
extern void (*nmi_before_stop)(const struct pt_regs *regs);

#endif
