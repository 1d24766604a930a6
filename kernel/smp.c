/* SPDX-License-Identifier: MIT */
/*
 * Running a function on another CPU. Each CPU has a lock-free queue; who adds the first entry sends
 * the IPI, and the interrupt takes the whole queue. So one interrupt may serve many requests, and
 * none is left behind.
 *
 * A request (csd) is locked by CSD_FLAG_LOCK from the moment it is queued: the target unlocks one
 * that nobody waits for before it calls the function, one that somebody waits for after it.
 */
#include <linux/callbacks.h>
#include <linux/cpu.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <trace/events/csd.h>
#include <trace/events/ipi.h>

static DEFINE_PER_CPU_SHARED_ALIGNED(struct llist_head, call_single_queue);
/* For callers that do not wait and bring no csd: one in flight per calling CPU. */
static DEFINE_PER_CPU_SHARED_ALIGNED(call_single_data_t, csd_data);
/* For calls to many: one csd for each target, indexed by CPU. */
struct cfd {
	call_single_data_t csd[NR_CPUS];
};
static DEFINE_PER_CPU_SHARED_ALIGNED(struct cfd, cfd_data);

/* Whose answer each CPU waits for, and to which request: read by reports; debug builds. */
struct csd_wait {
	int cpu;
	call_single_data_t *csd;	/* NULL: it does not wait */
};
static DEFINE_PER_CPU(struct csd_wait, csd_waits);

/* --- Locking a request --- */

static void csd_lock_wait(call_single_data_t *csd)
{
	smp_cond_load_acquire(&csd->flags, !(VAL & CSD_FLAG_LOCK));
}

/* The same for the answer of @cpu. Context: thread, preemption off. */
static void csd_wait_for(int cpu, call_single_data_t *csd)
{
	struct csd_wait *w = this_cpu_ptr(&csd_waits);

	if (!DEBUG_LOCKS)
		return csd_lock_wait(csd);
	WRITE_ONCE(w->cpu, cpu);
	WRITE_ONCE(w->csd, csd);
	csd_lock_wait(csd);
	WRITE_ONCE(w->csd, NULL);
}

int smp_call_unserved(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		if (!llist_empty(per_cpu_ptr(&call_single_queue, cpu)))
			return cpu;
	return -1;
}

int smp_call_look(unsigned int cpu, smp_call_func_t *func)
{
	struct csd_wait w = data_race(per_cpu(csd_waits, cpu));

	if (!w.csd)
		return -1;
	*func = READ_ONCE(w.csd->func);		/* on a stack, maybe that of a thread gone on */
	return w.cpu;
}

/* Context: preemption off; its last use may still be on the way. */
static void csd_lock(call_single_data_t *csd)
{
	csd_lock_wait(csd);
	csd->flags |= CSD_FLAG_LOCK;
	smp_wmb();	/* locked before func and info change */
}

static void csd_unlock(call_single_data_t *csd)
{
	WARN_ON_ONCE(!(csd->flags & CSD_FLAG_LOCK));
	smp_store_release(&csd->flags, 0);
}

/* --- The target's side --- */

/* What became of calls of @func, for reports. */
static void note_call(smp_call_func_t func, enum callback_event event, unsigned long ip)
{
	note_callback(CALLBACK_CALL, func, NULL, event, ip);
}

static void call_func(call_single_data_t *csd, smp_call_func_t func, void *info)
{
	trace_csd_function_entry(func, csd);
	note_call(func, CALLBACK_CALLED, 0);
	func(info);
	note_call(func, CALLBACK_RETURNED, 0);
	trace_csd_function_exit(func, csd);
}

static void run_csd(call_single_data_t *csd)
{
	smp_call_func_t func = csd->func;
	void *info = csd->info;

	if (csd->flags & CSD_FLAG_SYNC) {
		call_func(csd, func, info);
		csd_unlock(csd);
	} else {
		csd_unlock(csd);	/* func may free or reuse it */
		call_func(csd, func, info);
	}
}

/* In order of arrival. */
void generic_smp_call_function_interrupt(void)
{
	struct llist_node *list = llist_del_all(this_cpu_ptr(&call_single_queue));
	call_single_data_t *csd, *next;

	lockdep_assert_irqs_disabled();
	llist_for_each_entry_safe(csd, next, llist_reverse_order(list), llist)
		run_csd(csd);
}

/* What was sent while this CPU was still seen online. Context: the dying CPU, IRQs off. */
static int smpcfd_dying_cpu(unsigned int cpu)
{
	generic_smp_call_function_interrupt();
	irq_work_run();
	return 0;
}

static int __init smpcfd_init(void)
{
	return cpuhp_setup_state_nocalls(CPUHP_AP_SMPCFD_DYING, "smpcfd:dying", NULL,
					 smpcfd_dying_cpu);
}
early_initcall(smpcfd_init);

void flush_smp_call_function_queue(void)
{
	if (llist_empty(this_cpu_ptr(&call_single_queue)))
		return;
	guard(irqsave)();
	generic_smp_call_function_interrupt();
	if (local_softirq_pending())
		do_softirq();
}

/* --- The caller's side --- */

/*
 * L19's sister: with IRQs off two CPUs that call each other wait for ever, and from interrupts the
 * csd of this CPU may be in use below us.
 */
static void check_caller(void)
{
	WARN_ON_ONCE(irqs_disabled() && cpu_online(raw_smp_processor_id()) && !oops_in_progress);
	WARN_ON_ONCE(!in_task());
}

/* Queue for @ip; true if the target must be interrupted. A polling idle CPU only has to look. */
static bool queue_csd(int cpu, call_single_data_t *csd, unsigned long ip)
{
	trace_csd_queue_cpu(cpu, ip, csd->func, csd);
	note_call(csd->func, CALLBACK_QUEUED, ip);
	if (!llist_add(&csd->llist, per_cpu_ptr(&call_single_queue, cpu)))
		return false;
	return !set_nr_if_polling(idle_task(cpu));
}

static void send_single_ipi(int cpu)
{
	trace_ipi_send_cpu(cpu, _RET_IP_, generic_smp_call_function_interrupt);
	apic_send_IPI(cpu, CALL_FUNCTION_SINGLE_VECTOR);
}

static void send_ipi_mask(const struct cpumask *mask)
{
	int cpu;

	if (trace_ipi_send_cpu_enabled())
		for_each_cpu(cpu, mask)
			trace_ipi_send_cpu(cpu, _RET_IP_, generic_smp_call_function_interrupt);
	apic_send_IPI_mask(mask, CALL_FUNCTION_VECTOR);
}

/* The same for a csd that has to be waited for and filled in first. */
static bool queue_call(int cpu, call_single_data_t *csd, smp_call_func_t func, void *info,
		       bool wait, unsigned long ip)
{
	csd_lock(csd);
	csd->func = func;
	csd->info = info;
	if (wait)
		csd->flags |= CSD_FLAG_SYNC;
	return queue_csd(cpu, csd, ip);
}

static void call_here(smp_call_func_t func, void *info, unsigned long ip)
{
	guard(irqsave)();
	note_call(func, CALLBACK_QUEUED, ip);
	note_call(func, CALLBACK_CALLED, 0);
	func(info);
	note_call(func, CALLBACK_RETURNED, 0);
}

static bool cpu_is_callable(int cpu)
{
	return (unsigned int)cpu < nr_cpu_ids && cpu_online(cpu);
}

int smp_call_function_single(int cpu, smp_call_func_t func, void *info, int wait)
{
	call_single_data_t on_stack = { .flags = 0 }, *csd = &on_stack;
	int this_cpu = get_cpu(), err = 0;

	check_caller();
	if (cpu == this_cpu) {
		call_here(func, info, _RET_IP_);
	} else if (!cpu_is_callable(cpu)) {
		note_call(func, CALLBACK_ASTRAY, _RET_IP_);
		err = -ENXIO;
	} else {
		if (!wait)
			csd = this_cpu_ptr(&csd_data);
		if (queue_call(cpu, csd, func, info, wait, _RET_IP_))
			send_single_ipi(cpu);
		if (wait)
			csd_wait_for(cpu, csd);
	}
	put_cpu();
	return err;
}
EXPORT_SYMBOL(smp_call_function_single);

int smp_call_function_single_async(int cpu, call_single_data_t *csd)
{
	guard(preempt)();
	if (READ_ONCE(csd->flags) & CSD_FLAG_LOCK) {
		note_call(csd->func, CALLBACK_REFUSED, _RET_IP_);
		return -EBUSY;
	}
	if (cpu == smp_processor_id()) {
		call_here(csd->func, csd->info, _RET_IP_);
		return 0;
	}
	if (!cpu_is_callable(cpu)) {
		note_call(csd->func, CALLBACK_ASTRAY, _RET_IP_);
		return -ENXIO;
	}
	csd->flags = CSD_FLAG_LOCK;
	smp_wmb();
	if (queue_csd(cpu, csd, _RET_IP_))
		send_single_ipi(cpu);
	return 0;
}
EXPORT_SYMBOL_GPL(smp_call_function_single_async);

/*
 * Queues for every CPU of @mask but this one that cond (may be NULL) wants, interrupts those that have
 * to be, all with one call, does this CPU's part if it is wanted @here, and waits.
 */
static void call_many(const struct cpumask *mask, smp_call_func_t func, void *info, bool wait,
		      smp_cond_func_t cond, bool here, unsigned long ip)
{
	struct cpumask targets, interrupt;
	call_single_data_t *csds;
	int cpu, this_cpu;

	guard(preempt)();
	if (num_online_cpus() > 1)
		check_caller();
	this_cpu = smp_processor_id();
	csds = this_cpu_ptr(&cfd_data)->csd;
	cpumask_and(&targets, mask, cpu_online_mask);
	if (here)
		here = cpumask_test_cpu(this_cpu, &targets) && (!cond || cond(this_cpu, info));
	__cpumask_clear_cpu(this_cpu, &targets);
	cpumask_clear(&interrupt);
	for_each_cpu(cpu, &targets) {
		if (cond && !cond(cpu, info))
			__cpumask_clear_cpu(cpu, &targets);
		else if (queue_call(cpu, &csds[cpu], func, info, wait, ip))
			__cpumask_set_cpu(cpu, &interrupt);
	}
	send_ipi_mask(&interrupt);
	if (here)
		call_here(func, info, ip);
	if (wait)
		for_each_cpu(cpu, &targets)
			csd_wait_for(cpu, &csds[cpu]);
}

void smp_call_function(smp_call_func_t func, void *info, int wait)
{
	call_many(cpu_online_mask, func, info, wait, NULL, false, _RET_IP_);
}
EXPORT_SYMBOL(smp_call_function);

int smp_call_function_any(const struct cpumask *mask, smp_call_func_t func, void *info, int wait)
{
	int cpu = get_cpu(), err;

	if (!cpumask_test_cpu(cpu, mask))
		cpu = cpumask_any_and(mask, cpu_online_mask);
	err = smp_call_function_single(cpu, func, info, wait);
	put_cpu();
	return err;
}
EXPORT_SYMBOL_GPL(smp_call_function_any);

void on_each_cpu_cond_mask(smp_cond_func_t cond, smp_call_func_t func, void *info, bool wait,
			   const struct cpumask *mask)
{
	call_many(mask, func, info, wait, cond, true, _RET_IP_);
}
EXPORT_SYMBOL(on_each_cpu_cond_mask);

static void do_nothing(void *unused)
{
}

void kick_all_cpus_sync(void)
{
	smp_mb();	/* what the caller changed before the interrupt that makes all see it */
	smp_call_function(do_nothing, NULL, 1);
}
EXPORT_SYMBOL_GPL(kick_all_cpus_sync);
