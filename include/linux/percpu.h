/* SPDX-License-Identifier: MIT */
/* Per-CPU variables (asm/percpu.h has the operations): access from a task, and ones made at run time. */
#ifndef _LINUX_PERCPU_H
#define _LINUX_PERCPU_H

#include <asm/percpu.h>
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/preempt.h>

#define get_cpu_var(var)	(*({ preempt_disable(); this_cpu_ptr(&(var)); }))
#define put_cpu_var(var)	do { (void)&(var); preempt_enable(); } while (0)
#define get_cpu_ptr(ptr)	({ preempt_disable(); this_cpu_ptr(ptr); })
#define put_cpu_ptr(ptr)	do { (void)(ptr); preempt_enable(); } while (0)

/* Bytes of each CPU's area for them, the variables of modules among them. Linux: as many as there are. */
#define PERCPU_DYNAMIC_SIZE	32768

/*
 * alloc_percpu() - a zeroed variable of @type on every possible CPU, for per_cpu_ptr(), this_cpu_inc() and
 * the like; the pointer itself is followed by nobody. NULL, with a line in the log unless @gfp has
 * __GFP_NOWARN, when no gap is left; with a warning if @align is above a page. May sleep as @gfp
 * says, without one: may sleep.
 * free_percpu() - NULL is fine; what is no such variable is named and ignored. Any context but NMI.
 */
#define alloc_percpu_gfp(type, gfp) \
	((typeof(type) __percpu *)__alloc_percpu_gfp(sizeof(type), __alignof__(type), gfp))
#define alloc_percpu(type)		alloc_percpu_gfp(type, GFP_KERNEL)
#define __alloc_percpu(size, align)	__alloc_percpu_gfp(size, align, GFP_KERNEL)
void __percpu *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp);
void free_percpu(void __percpu *p);

/* Of PERCPU_DYNAMIC_SIZE, how many bytes are taken at this moment; pages of all CPUs' areas. */
size_t percpu_used(void);
unsigned long nr_percpu_pages(void);

#endif
