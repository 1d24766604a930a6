/* SPDX-License-Identifier: MIT */
/* A CPU's timer wheels: of timer.c, and looked at for reports by timer_look.c. */
#ifndef _KERNEL_TIME_TIMER_BASE_H
#define _KERNEL_TIME_TIMER_BASE_H

#include <linux/bitmap.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#define LVL_BITS 6
#define LVL_SIZE (1UL << LVL_BITS)
#define LVL_DEPTH 9
#define WHEEL_SIZE (LVL_SIZE * LVL_DEPTH)

enum { BASE_STD, BASE_DEF, NR_BASES };

struct timer_base {
	raw_spinlock_t lock;
	struct timer_list *running_timer;
	void (*running_function)(struct timer_list *); /* its callback, which may have freed it */
	unsigned long clk;
	unsigned long next_expiry;
	bool next_expiry_recalc; /* the earliest timer was deleted */
	bool timers_pending;	 /* next_expiry belongs to a timer */
	bool is_idle;		 /* the CPU has stopped its tick: wake it for a nearer timer */
	DECLARE_BITMAP(pending_map, WHEEL_SIZE);
	struct hlist_head vectors[WHEEL_SIZE];
};

/* Every pending timer @t, bucket @i by bucket. Context: base->lock held. */
#define for_each_pending_timer(t, base, i)			\
	for ((i) = 0; (i) < WHEEL_SIZE; (i)++)			\
		hlist_for_each_entry(t, &(base)->vectors[i], entry)

typedef struct timer_base timer_bases_t[NR_BASES];
DECLARE_PER_CPU(timer_bases_t, timer_bases);

static inline struct timer_base *cpu_base(unsigned int cpu, u32 flags)
{
	return &per_cpu(timer_bases, cpu)[flags & TIMER_DEFERRABLE ? BASE_DEF : BASE_STD];
}

#endif
