/* SPDX-License-Identifier: MIT */
/* Per-CPU interrupt state: the softirq mask and the counters behind /proc/interrupts' last rows. */
#ifndef _ASM_HARDIRQ_H
#define _ASM_HARDIRQ_H

#include <asm/percpu.h>

typedef struct {
	unsigned int nmis;
	unsigned int apic_timer_irqs;
	unsigned int irq_spurious_count;
	unsigned int icr_read_retry_count;
	unsigned int irq_resched_count;
	unsigned int irq_call_count;
	unsigned int irq_work_irqs;
	unsigned int irq_unknown_count;
	unsigned int mces;
} irq_cpustat_t;

DECLARE_PER_CPU(irq_cpustat_t, irq_stat);
DECLARE_PER_CPU(u32, __softirq_pending);

/* TSC ticks that do_IRQ() spent on device interrupts while somebody wanted to know: so many CPUs, at most 255. */
extern atomic_t device_irq_timers;
DECLARE_PER_CPU(u64, device_irq_tsc);

#define inc_irq_stat(member)	this_cpu_inc(irq_stat.member)

/* Q2: raising ORs a bit, processing reads and writes 0; nothing else touches the word. */
#define local_softirq_pending()		raw_cpu_read(__softirq_pending)
#define set_softirq_pending(x)		this_cpu_write(__softirq_pending, (x))
#define or_softirq_pending(x)		this_cpu_or(__softirq_pending, (x))

#endif
