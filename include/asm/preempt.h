/* SPDX-License-Identifier: MIT */
/* The per-CPU context word of linux/preempt.h and its inverted need_resched bit (P2). */
#ifndef _ASM_PREEMPT_H
#define _ASM_PREEMPT_H

#include <asm/percpu.h>

#define PREEMPT_NEED_RESCHED	0x80000000U
#define PREEMPT_ENABLED		(0 + PREEMPT_NEED_RESCHED)

DECLARE_PER_CPU(u32, __preempt_count);

static __always_inline u32 preempt_count(void)
{
	return this_cpu_read(__preempt_count) & ~PREEMPT_NEED_RESCHED;
}

/* Sets the count, keeps need_resched as it is. Context: IRQs off, or the scheduler. */
static __always_inline void preempt_count_set(u32 pc)
{
	u32 old = this_cpu_read(__preempt_count);

	this_cpu_write(__preempt_count,
		       (old & PREEMPT_NEED_RESCHED) | (pc & ~PREEMPT_NEED_RESCHED));
}

/* The bit is inverted: clearing it asks for a reschedule. */
static __always_inline void set_preempt_need_resched(void)
{
	this_cpu_and(__preempt_count, ~PREEMPT_NEED_RESCHED);
}

static __always_inline void clear_preempt_need_resched(void)
{
	this_cpu_or(__preempt_count, PREEMPT_NEED_RESCHED);
}

static __always_inline bool test_preempt_need_resched(void)
{
	return !(this_cpu_read(__preempt_count) & PREEMPT_NEED_RESCHED);
}

static __always_inline void __preempt_count_add(u32 val)
{
	this_cpu_add(__preempt_count, val);
}

static __always_inline void __preempt_count_sub(u32 val)
{
	this_cpu_sub(__preempt_count, val);
}

/* True when the whole word became 0: count gone and a reschedule wanted. */
static __always_inline bool __preempt_count_dec_and_test(void)
{
	bool zero;

	__asm__ __volatile__("decl %%gs:%1" : "=@ccz"(zero), "+m"(__preempt_count) : : "memory");
	return zero;
}

static __always_inline bool should_resched(u32 offset)
{
	return this_cpu_read(__preempt_count) == offset;
}

#endif
