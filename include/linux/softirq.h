/* SPDX-License-Identifier: MIT */
/* Inside the softirq engine: what only softirq.c, the entry code and the tests use. */
#ifndef _LINUX_SOFTIRQ_H
#define _LINUX_SOFTIRQ_H

#include <linux/interrupt.h>

/* One action per vector for all CPUs, set at boot (Q3). Suites put their own in and back. */
extern struct softirq_action softirq_vec[NR_SOFTIRQS];

/* entry.S: __do_softirq() on this CPU's IRQ stack. Context: task, IRQs off. */
void do_softirq_own_stack(void);

#endif
