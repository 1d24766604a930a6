/* SPDX-License-Identifier: MIT */
/* The context word of a CPU that is a thread; nobody ever asks it to reschedule. */
#ifndef _ASM_PREEMPT_H
#define _ASM_PREEMPT_H

#define preempt_count()			shim_pc()
#define preempt_count_set(pc)		shim_set_pc(pc)
#define __preempt_count_add(val)	shim_set_pc(shim_pc() + (val))
#define __preempt_count_sub(val)	shim_set_pc(shim_pc() - (val))
#define should_resched(offset)		false

static inline bool __preempt_count_dec_and_test(void)
{
	shim_set_pc(shim_pc() - 1);
	return false;
}

#endif
