/* SPDX-License-Identifier: MIT */
/*
 * One thread per CPU that comes and goes with it: what ksoftirqd and its like are made of. The
 * registry owns the loop (K3); a user says when there is work and does it.
 */
#ifndef _LINUX_SMPBOOT_H
#define _LINUX_SMPBOOT_H

#include <linux/list.h>
#include <linux/percpu.h>

struct task_struct;

struct smp_hotplug_thread {
	struct task_struct **store;	/* &of a DEFINE_PER_CPU(struct task_struct *, ...) */
	struct list_head list;
	int (*thread_should_run)(unsigned int cpu);	/* preemption off */
	void (*thread_fn)(unsigned int cpu);
	void (*create)(unsigned int cpu);		/* optional from here on */
	void (*setup)(unsigned int cpu);		/* by the thread, before the first run */
	void (*cleanup)(unsigned int cpu, bool online);
	void (*park)(unsigned int cpu);
	void (*unpark)(unsigned int cpu);
	const char *thread_comm;			/* "name/%u" */
};

/* Threads for all CPUs online now, and for each that comes. 0 or -errno (none is left). May sleep. */
int smpboot_register_percpu_thread(struct smp_hotplug_thread *ht);
void smpboot_unregister_percpu_thread(struct smp_hotplug_thread *ht);

#endif
