/* SPDX-License-Identifier: MIT */
/* Which CPU am I, and run this over there. kernel/smp.c */
#ifndef _LINUX_SMP_H
#define _LINUX_SMP_H

#include <linux/cpumask.h>
#include <linux/llist.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/preempt.h>

/* IRQs are off while it runs; nothing else about its context may be relied on (W9). */
typedef void (*smp_call_func_t)(void *info);
typedef bool (*smp_cond_func_t)(int cpu, void *info);

/* One request to one CPU. Its owner may reuse it when CSD_FLAG_LOCK is clear again. */
struct __call_single_data {
	struct llist_node llist;
	unsigned int flags;
	smp_call_func_t func;
	void *info;
};
typedef struct __call_single_data call_single_data_t;

#define CSD_FLAG_LOCK	0x01	/* on its way or running */
#define CSD_FLAG_SYNC	0x02	/* unlocked only after func returned: somebody waits */

#define CSD_INIT(_func, _info)	(struct __call_single_data){ .func = (_func), .info = (_info) }

/* This CPU's number. The caller may not migrate: debug builds report one that could (P13). */
unsigned int debug_smp_processor_id(void);
#define smp_processor_id()	(DEBUG_LOCKS ? debug_smp_processor_id() : raw_smp_processor_id())

#define get_cpu()	({ preempt_disable(); smp_processor_id(); })
#define put_cpu()	preempt_enable()

/*
 * Run func(info) on @cpu; @wait until it has returned. 0 or -ENXIO (not online). On the calling CPU:
 * a plain call with IRQs off. Context: task or softirq-free, IRQs on: two CPUs that call each other
 * with IRQs off would wait for ever, so that is reported.
 */
int smp_call_function_single(int cpu, smp_call_func_t func, void *info, int wait);
/* For reports: which CPU's answer does @cpu wait for, and to a call of what? -1: none. Context: any. */
int smp_call_look(unsigned int cpu, smp_call_func_t *func);
/* The first CPU that has calls waiting at this moment; -1: none. Context: any. */
int smp_call_unserved(void);
/* No waiting, caller's storage, any context but NMI. -EBUSY while the last one is not done. */
int smp_call_function_single_async(int cpu, call_single_data_t *csd);
/* On every online CPU but this one. */
void smp_call_function(smp_call_func_t func, void *info, int wait);
/* On every online CPU in @mask but this one. */
#define smp_call_function_many(mask, func, info, wait)					\
	({ const int __me = raw_smp_processor_id();					\
	   struct cpumask __others = *(mask);						\
	   __cpumask_clear_cpu(__me, &__others);					\
	   on_each_cpu_cond_mask(NULL, func, info, wait, &__others); })
/* On any CPU in @mask, this one preferred. 0 or -ENXIO. */
int smp_call_function_any(const struct cpumask *mask, smp_call_func_t func, void *info, int wait);
/* On every online CPU in @mask for which cond_func (may be NULL) is true, this one included. */
void on_each_cpu_cond_mask(smp_cond_func_t cond_func, smp_call_func_t func, void *info, bool wait,
			   const struct cpumask *mask);

#define on_each_cpu(func, info, wait) \
	on_each_cpu_cond_mask(NULL, func, info, wait, cpu_online_mask)
#define on_each_cpu_mask(mask, func, info, wait) \
	on_each_cpu_cond_mask(NULL, func, info, wait, mask)
#define on_each_cpu_cond(cond_func, func, info, wait) \
	on_each_cpu_cond_mask(cond_func, func, info, wait, cpu_online_mask)

/* Interrupt all other CPUs and wait until each has been through: everybody has seen our stores. */
void kick_all_cpus_sync(void);

/* Context: call-function IPIs, hardirq. */
void generic_smp_call_function_interrupt(void);
/* Context: idle loop, IRQs on. Runs what is queued, then the softirqs it raised (Q18). */
void flush_smp_call_function_queue(void);

#endif
