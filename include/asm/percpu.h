/* SPDX-License-Identifier: MIT */
/*
 * Per-CPU variables. They are linked into one section, the template; each CPU has a copy, and its
 * GS base is the distance from template to copy. `%gs:var` with the link-time address of var is
 * then this CPU's copy, in one instruction that no interrupt can split. Before the copies exist the
 * GS base is 0 and the boot CPU works in the template.
 */
#ifndef _ASM_PERCPU_H
#define _ASM_PERCPU_H

#include <linux/types.h>

#define PER_CPU_BASE_SECTION	".data..percpu"

#define DECLARE_PER_CPU(type, name)	extern __typeof__(type) name
#define DEFINE_PER_CPU(type, name)	__section(PER_CPU_BASE_SECTION) __typeof__(type) name
#define DECLARE_PER_CPU_ALIGNED(type, name)	extern __typeof__(type) name __aligned(64)
#define DEFINE_PER_CPU_ALIGNED(type, name) \
	__section(PER_CPU_BASE_SECTION "..aligned") __typeof__(type) name __aligned(64)
#define DECLARE_PER_CPU_SHARED_ALIGNED(type, name)	DECLARE_PER_CPU_ALIGNED(type, name)
#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name)	DEFINE_PER_CPU_ALIGNED(type, name)
/* The few words every interrupt touches, together in the first lines of the area. */
#define DEFINE_PER_CPU_HOT(type, name) \
	__section(PER_CPU_BASE_SECTION "..hot") __typeof__(type) name

extern unsigned long __per_cpu_offset[];
DECLARE_PER_CPU(unsigned long, this_cpu_off);
DECLARE_PER_CPU(int, cpu_number);

#define __percpu_seg(var)	(*(__typeof__(var) __seg_gs volatile *)(uintptr_t)&(var))

#define this_cpu_read(var)		((__typeof__(var))__percpu_seg(var))
/* May be merged with other reads up to the next barrier, e.g. a change of IF. */
#define raw_cpu_read(var) \
	((__typeof__(var))*(__typeof__(var) __seg_gs *)(uintptr_t)&(var))
#define this_cpu_write(var, val)	do { __percpu_seg(var) = (val); } while (0)

#define per_cpu_ptr(ptr, cpu) \
	((__typeof__(ptr))((unsigned long)(ptr) + __per_cpu_offset[cpu]))
#define per_cpu(var, cpu)	(*per_cpu_ptr(&(var), cpu))
#define this_cpu_ptr(ptr) \
	((__typeof__(ptr))((unsigned long)(ptr) + this_cpu_read(this_cpu_off)))
#define raw_cpu_ptr(ptr)	this_cpu_ptr(ptr)

/* One instruction each: safe against interrupts on this CPU, not against other CPUs. */
#define __percpu_op(op, var, val)						\
	do {									\
		__typeof__(var) __v = (__typeof__(var))(val);			\
		__asm__ __volatile__(op "%z0 %1, %%gs:%0"			\
				     : "+m"(var) : "re"(__v) : "memory", "cc");	\
	} while (0)

#define this_cpu_add(var, val)	__percpu_op("add", var, val)
#define this_cpu_sub(var, val)	__percpu_op("sub", var, val)
#define this_cpu_or(var, val)	__percpu_op("or", var, val)
#define this_cpu_and(var, val)	__percpu_op("and", var, val)
#define this_cpu_inc(var)	this_cpu_add(var, 1)
#define this_cpu_dec(var)	this_cpu_sub(var, 1)

#define this_cpu_add_return(var, val) ({					\
	__typeof__(var) __r = (val), __a = __r;					\
	__asm__ __volatile__("xadd%z1 %0, %%gs:%1"				\
			     : "+r"(__r), "+m"(var) : : "memory", "cc");	\
	(__typeof__(var))(__r + __a); })
#define this_cpu_sub_return(var, val)	this_cpu_add_return(var, -(__typeof__(var))(val))
#define this_cpu_inc_return(var)	this_cpu_add_return(var, 1)
#define this_cpu_dec_return(var)	this_cpu_add_return(var, -1)

#define this_cpu_xchg(var, val) ({						\
	__typeof__(var) __r = (val);						\
	__asm__ __volatile__("xchg%z1 %0, %%gs:%1"				\
			     : "+r"(__r), "+m"(var) : : "memory");		\
	__r; })

/* x86 has no cheaper form for callers that are already safe. */
#define __this_cpu_read(var)		this_cpu_read(var)
#define __this_cpu_write(var, val)	this_cpu_write(var, val)
#define __this_cpu_add(var, val)	this_cpu_add(var, val)
#define __this_cpu_sub(var, val)	this_cpu_sub(var, val)
#define __this_cpu_inc(var)		this_cpu_inc(var)
#define __this_cpu_dec(var)		this_cpu_dec(var)
#define __this_cpu_inc_return(var)	this_cpu_inc_return(var)
#define raw_cpu_write(var, val)		this_cpu_write(var, val)
#define raw_cpu_add(var, val)		this_cpu_add(var, val)
#define raw_cpu_inc(var)		this_cpu_inc(var)

#define raw_smp_processor_id()	this_cpu_read(cpu_number)

void setup_per_cpu_areas(void);			/* boot CPU, once, after ACPI and the page allocator */

#endif
