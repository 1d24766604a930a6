/* SPDX-License-Identifier: MIT */
/* Holding off softirqs on this CPU (section B of docs/facts.md). */
#ifndef _LINUX_BOTTOM_HALF_H
#define _LINUX_BOTTOM_HALF_H

#include <linux/preempt.h>
#include <linux/lockdep.h>

void __local_bh_enable_ip(unsigned long ip, unsigned int cnt);

static __always_inline void __local_bh_disable_ip(unsigned long ip, unsigned int cnt)
{
	preempt_count_add(cnt);
	barrier();
	lockdep_softirqs_off(ip);
}

/* Context: any but hardirq, which warns once; nests. Does not touch IF (B1). */
static __always_inline void local_bh_disable(void)
{
	LOCKDEP_WARN(in_hardirq());
	__local_bh_disable_ip(_THIS_IP_, SOFTIRQ_DISABLE_OFFSET);
}

/*
 * Context: task or softirq, IRQs on. The outermost call runs pending softirqs in the caller's
 * context before it returns (B2, B3).
 */
static __always_inline void local_bh_enable(void)
{
	__local_bh_enable_ip(_THIS_IP_, SOFTIRQ_DISABLE_OFFSET);
}

static __always_inline void local_bh_enable_ip(unsigned long ip)
{
	__local_bh_enable_ip(ip, SOFTIRQ_DISABLE_OFFSET);
}

void _local_bh_enable(void);	/* drops the count without running anything (B4) */

DEFINE_LOCK_GUARD_0(bh, local_bh_disable(), local_bh_enable())

#endif
