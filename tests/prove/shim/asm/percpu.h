/* SPDX-License-Identifier: MIT */
/*
 * Per-CPU variables off the machine: a template in a section and a copy for each CPU, as in
 * include/asm/percpu.h, but reached by plain C. A CPU is a thread of the explorer or of the host.
 */
#ifndef _ASM_PERCPU_H
#define _ASM_PERCPU_H

#include <linux/types.h>

#define DECLARE_PER_CPU(type, name)	extern __typeof__(type) name
#define DEFINE_PER_CPU(type, name)	__section(SHIM_PERCPU_SECTION) __typeof__(type) name
#define DECLARE_PER_CPU_ALIGNED(type, name)	DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_ALIGNED(type, name)	DEFINE_PER_CPU(type, name)

#define per_cpu_ptr(ptr, cpu) \
	((__typeof__(ptr))((unsigned long)(ptr) + shim_percpu_offset(cpu)))
#define per_cpu(var, cpu)	(*per_cpu_ptr(&(var), cpu))
#define raw_smp_processor_id()	shim_cpu()
#define this_cpu_ptr(ptr)	per_cpu_ptr(ptr, shim_cpu())
#define raw_cpu_ptr(ptr)	this_cpu_ptr(ptr)

#endif
