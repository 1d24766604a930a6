/* SPDX-License-Identifier: MIT */
/* The per-CPU context word of linux/preempt.h and its inverted need_resched bit (P2). */
#ifndef _ASM_PREEMPT_H
#define _ASM_PREEMPT_H

#include <asm/percpu.h>

#define PREEMPT_NEED_RESCHED	0x80000000U
#define PREEMPT_ENABLED		(0 + PREEMPT_NEED_RESCHED)

DECLARE_PER_CPU(u32, __preempt_count);

#define preempt_count()		(this_cpu_read(__preempt_count) & ~PREEMPT_NEED_RESCHED)

/* Sets the count, keeps need_resched as it is. Context: IRQs off, or the scheduler. */
static __always_inline void preempt_count_set(u32 pc)
{
	u32 old = this_cpu_read(__preempt_count);

	this_cpu_write(__preempt_count,
		       (old & PREEMPT_NEED_RESCHED) | (pc & ~PREEMPT_NEED_RESCHED));
}

/* The bit is inverted: clearing it asks for a reschedule. */
#define set_preempt_need_resched()	this_cpu_and(__preempt_count, ~PREEMPT_NEED_RESCHED)
#define clear_preempt_need_resched()	this_cpu_or(__preempt_count, PREEMPT_NEED_RESCHED)
#define test_preempt_need_resched()	\
	(!(this_cpu_read(__preempt_count) & PREEMPT_NEED_RESCHED))

#define __preempt_count_add(val)	this_cpu_add(__preempt_count, val)
#define __preempt_count_sub(val)	this_cpu_sub(__preempt_count, val)
/* Count @offset and a reschedule wanted? */
#define should_resched(offset)		(this_cpu_read(__preempt_count) == (offset))

/* True when the whole word became 0: count gone and a reschedule wanted. */
static __always_inline bool __preempt_count_dec_and_test(void)
{
	bool zero;

	__asm__ __volatile__("decl %%gs:%1" : "=@ccz"(zero), "+m"(__preempt_count) : : "memory");
	return zero;
}

#endif
