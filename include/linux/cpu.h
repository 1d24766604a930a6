/* SPDX-License-Identifier: MIT */
/* Bringing CPUs up and taking them down; and keeping them as they are for a while. */
#ifndef _LINUX_CPU_H
#define _LINUX_CPU_H

#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>

#define cpu_is_offline(cpu)	unlikely(!cpu_online(cpu))

/*
 * add_cpu, remove_cpu - bring @cpu up, take it down. 0 (also if it was so before), -EINVAL (there is
 * no such CPU), -EBUSY (the boot CPU, or the last one), -EIO (it did not come; a line says how far it
 * got), or what a step said that could not be done; then all is as before. May sleep.
 */
int add_cpu(unsigned int cpu);
int remove_cpu(unsigned int cpu);

/*
 * cpuhp_refused - for reports: the step that said last that @cpu may not come, or go, since it last did.
 * False: none. Context: any; without a lock.
 */
struct cpuhp_refusal {
	char step[24];
	cpuhp_fn fn;
	int err;			/* what it returned; 0: nothing was refused */
	bool up;
	u64 when;			/* ns */
};
bool cpuhp_refused(unsigned int cpu, struct cpuhp_refusal *refusal);
/* The name of the step that @fn is called by, and whether that is when a CPU comes; NULL: of none. The same. */
const char *cpuhp_step_of(cpuhp_fn fn, bool *up);

/* No CPU comes or goes in between. One holder at a time; not from a hotplug step. May sleep. */
void cpus_read_lock(void);
void cpus_read_unlock(void);
DEFINE_LOCK_GUARD_0(cpus_read_lock, cpus_read_lock(), cpus_read_unlock())

/* --- Between kernel/cpu.c and the CPU that comes or goes --- */
void notify_cpu_starting(void);		/* Context: its idle thread, IRQs off, not online yet. */
bool cpu_shall_die(void);		/* Context: idle loop, IRQs off. */
void cpuhp_report_idle_dead(void);	/* The same; its stack is no longer its own afterwards. */

/* --- What kernel/x86/smpboot.c does for it --- */
/* Before and after any number of __cpu_up(). May sleep. */
void smp_prepare_cpus(void);
void smp_cpus_done(void);
/* Start @cpu and wait until it is online. 0 or -errno. May sleep. */
int __cpu_up(unsigned int cpu);
/* Context: idle thread, IRQs off. */
void __noreturn play_dead(void);

#endif
