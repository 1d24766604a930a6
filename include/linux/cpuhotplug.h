/* SPDX-License-Identifier: MIT */
/*
 * CPU hotplug: the steps between a CPU that is off and one that works, in order. Going up, each
 * step's startup is called from first to last; going down, each teardown from last to first.
 */
#ifndef _LINUX_CPUHOTPLUG_H
#define _LINUX_CPUHOTPLUG_H

#include <linux/types.h>

enum cpuhp_state {
	CPUHP_OFFLINE,
	/* The CPU is off. On the CPU that brings it up, or that has seen it die. May sleep. */
	CPUHP_CREATE_THREADS,
	CPUHP_SLUB_DEAD,
	CPUHP_TIMERS_PREPARE,
	CPUHP_HRTIMERS_PREPARE,
	CPUHP_RCUTREE_PREP,
	CPUHP_NET_DEV_DEAD,
	CPUHP_IRQ_POLL_DEAD,
	CPUHP_BLOCK_SOFTIRQ_DEAD,
	CPUHP_WORKQUEUE_PREP,
	CPUHP_TRACE_HIST_PREP,
	CPUHP_TRACE_SECTIONS_PREP,
	CPUHP_SOFTIRQ_DEAD,
	CPUHP_BRINGUP_CPU,
	/* On the CPU itself, IRQs off, first or last thing in its idle thread. */
	CPUHP_AP_SCHED_STARTING,
	CPUHP_AP_RCUTREE_DYING,
	CPUHP_AP_SMPCFD_DYING,
	CPUHP_AP_TICK_DYING,
	CPUHP_AP_IRQ_DYING,
	CPUHP_AP_DYING_DYN,		/* free for suites and modules */
	CPUHP_TEARDOWN_CPU,
	/* The CPU works. Elsewhere. May sleep; either may refuse with -errno. */
	CPUHP_AP_SMPBOOT_THREADS,
	CPUHP_AP_ACTIVE,
	CPUHP_AP_WORKQUEUE_ONLINE,
	CPUHP_AP_WATCHDOG_ONLINE,
	CPUHP_AP_NVME_ONLINE,		/* its interrupts come back (Linux: managed ones, for all drivers) */
	CPUHP_AP_ONLINE_DYN,		/* free for suites and modules */
	CPUHP_ONLINE
};

typedef int (*cpuhp_fn)(unsigned int cpu);

/*
 * cpuhp_setup_state_nocalls - call @startup and @teardown (either may be NULL) from now on when a
 * CPU passes @state. CPUs that are there already are the caller's business. 0, or -EBUSY: the state
 * is taken. cpuhp_remove_state_nocalls - no more. Both may sleep, but work before threads do.
 */
int cpuhp_setup_state_nocalls(enum cpuhp_state state, const char *name, cpuhp_fn startup,
			      cpuhp_fn teardown);
void cpuhp_remove_state_nocalls(enum cpuhp_state state);

#endif
