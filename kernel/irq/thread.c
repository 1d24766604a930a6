/* SPDX-License-Identifier: MIT */
/*
 * Threaded interrupts: the hard handler only decides, a thread per action does the work and may
 * sleep (I28-I32).
 *
 * Invariants: waking a thread that has not started yet is remembered in IRQTF_RUNTHREAD and
 * counted in threads_active until the thread has run; a ONESHOT line is opened again by the
 * last of its woken threads.
 */
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/task_work.h>
#include <linux/softirq.h>
#include "internals.h"

/* One run of some thread is over; tell synchronize_irq(). Any context. */
void wake_threads_waitq(struct irq_desc *desc)
{
	if (atomic_dec_and_test(&desc->threads_active))
		wake_up(&desc->wait_for_threads);
}

static irqreturn_t irq_forced_secondary_handler(int irq, void *dev_id)
{
	WARN(1, "Secondary action handler called for irq %d\n", irq);
	return IRQ_NONE;
}

/* The thread of @action is done: open the line if it was the last (I29). May spin a while. */
static void irq_finalize_oneshot(struct irq_desc *desc, struct irqaction *action)
{
	/* A secondary thread holds no line: the forced one has opened it before. */
	if (!(desc->istate & IRQS_ONESHOT) || action->handler == irq_forced_secondary_handler)
		return;
	/* The thread may be quicker than the rest of the hard part on the other CPU, which would
	 * then mask the line after we unmasked it. */
	raw_spin_lock_irq(&desc->lock);
	while (irqd_irq_inprogress(&desc->irq_data)) {
		raw_spin_unlock_irq(&desc->lock);
		cpu_relax();
		raw_spin_lock_irq(&desc->lock);
	}
	if (!test_bit(IRQTF_RUNTHREAD, &action->thread_flags)) {
		desc->threads_oneshot &= ~action->thread_mask;
		if (!desc->threads_oneshot && !irqd_irq_disabled(&desc->irq_data) &&
		    irqd_irq_masked(&desc->irq_data))
			unmask_threaded_irq(desc);
	}
	raw_spin_unlock_irq(&desc->lock);
}

/* Go where the irq goes, if it has moved. Context: the irq thread. */
static void irq_thread_check_affinity(struct irq_desc *desc, struct irqaction *action)
{
	struct cpumask mask;

	if (!test_and_clear_bit(IRQTF_AFFINITY, &action->thread_flags))
		return;
	__set_current_state(TASK_RUNNING);
	scoped_guard(raw_spinlock_irq, &desc->lock) {
		cpumask_copy(&mask, &desc->irq_data.effective_affinity);
		if (cpumask_empty(&mask))
			cpumask_copy(&mask, &desc->irq_data.affinity);
	}
	if (set_cpus_allowed_ptr(current, &mask))
		pr_debug("irq %u: thread stays where it is\n", desc->irq_data.irq);
}

/* Sleep until there is work. False: the thread is to end. */
static bool irq_wait_for_interrupt(struct irq_desc *desc, struct irqaction *action)
{
	bool stop, run;

	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		irq_thread_check_affinity(desc, action);
		/* Stop first: free_irq() waits for threads_active, so what was ordered is run. */
		stop = kthread_should_stop();
		run = test_and_clear_bit(IRQTF_RUNTHREAD, &action->thread_flags);
		if (run || stop)
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return run;
}

/* The thread died inside thread_fn (I32): do not leave the line masked or waiters waiting. */
static void irq_thread_dtor(struct callback_head *unused)
{
	struct irqaction *action = kthread_data(current);
	struct irq_desc *desc = irq_to_desc(action->irq);

	pr_err("exiting task \"%s\" (%d) is an active IRQ thread (irq %d)\n", current->comm,
	       current->pid, action->irq);
	if (test_and_clear_bit(IRQTF_RUNTHREAD, &action->thread_flags))
		wake_threads_waitq(desc);
	irq_finalize_oneshot(desc, action);
	wake_threads_waitq(desc);	/* for the run it died in */
}

/*
 * Call the function of the thread. A handler that was forced into it is as undisturbed as it was in
 * hardirq: no other interrupt, no softirq on this CPU; what it raises runs at the end (I31).
 */
static void irq_thread_run(struct irq_desc *desc, struct irqaction *action)
{
	bool forced = test_bit(IRQTF_FORCED, &action->thread_flags);
	irqreturn_t ret;

	if (forced) {
		local_bh_disable();
		local_irq_disable();
	}
	ret = action->thread_fn(action->irq, action->dev_id);
	if (forced)
		local_irq_enable();
	atomic_inc(&desc->thread_runs);
	if (ret == IRQ_HANDLED)
		atomic_inc(&desc->threads_handled);
	irq_finalize_oneshot(desc, action);
	if (forced)
		local_bh_enable();
	if (ret == IRQ_WAKE_THREAD && !WARN_ON_ONCE(!action->secondary))
		scoped_guard(raw_spinlock_irq, &desc->lock)
			__irq_wake_thread(desc, action->secondary);
}

static int irq_thread(void *data)
{
	struct callback_head on_exit;
	struct irqaction *action = data;
	struct irq_desc *desc = irq_to_desc(action->irq);

	set_bit(IRQTF_READY, &action->thread_flags);
	wake_up(&desc->wait_for_threads);
	sched_set_fifo(current);
	init_task_work(&on_exit, irq_thread_dtor);
	task_work_add(current, &on_exit, TWA_NONE);

	while (irq_wait_for_interrupt(desc, action)) {
		irq_thread_run(desc, action);
		wake_threads_waitq(desc);
	}
	task_work_cancel_func(current, irq_thread_dtor);
	return 0;
}

/* threadirqs: every handler that can run in a thread does (I31), and softirqs in ksoftirqd (Q15). */
bool force_irqthreads;

static int __init setup_forced_irqthreads(char *arg)
{
	force_irqthreads = true;
	softirq_defer_to_ksoftirqd = DEFER_ALL;
	return 0;
}
early_param("threadirqs", setup_forced_irqthreads);

/* Make the handler of @new its thread's function; what was that becomes a second thread's. */
static int irq_force_thread(struct irqaction *new)
{
	if (!force_irqthreads || new->handler == irq_default_primary_handler ||
	    (new->flags & (IRQF_NO_THREAD | IRQF_PERCPU | IRQF_ONESHOT)) ||
	    irq_setting(irq_to_desc(new->irq), IRQ_NOTHREAD))
		return 0;
	if (new->thread_fn) {
		new->secondary = kzalloc(sizeof(*new->secondary), GFP_KERNEL);
		if (!new->secondary)
			return -ENOMEM;
		*new->secondary = (struct irqaction){
			.handler = irq_forced_secondary_handler, .thread_fn = new->thread_fn,
			.dev_id = new->dev_id, .irq = new->irq, .name = new->name
		};
	}
	new->flags |= IRQF_ONESHOT;
	set_bit(IRQTF_FORCED, &new->thread_flags);
	new->thread_fn = new->handler;
	new->handler = irq_default_primary_handler;
	return 0;
}

/* Create @new's thread, stopped. 0 or -errno. May sleep. */
static int setup_irq_thread(struct irqaction *new, const char *namefmt)
{
	struct task_struct *t = kthread_create(irq_thread, new, namefmt, new->irq, new->name);

	if (IS_ERR(t))
		return PTR_ERR(t);
	/* free_irq() must find it even if it has died. */
	new->thread = get_task_struct(t);
	set_bit(IRQTF_AFFINITY, &new->thread_flags);
	return 0;
}

/** irq_stop_threads - end the threads of @action, if it has any. May sleep. */
void irq_stop_threads(struct irqaction *action)
{
	if (action->thread)
		kthread_stop_put(action->thread);
	if (action->secondary && action->secondary->thread)
		kthread_stop_put(action->secondary->thread);
	kfree(action->secondary);
}

/** irq_setup_threads - create what threads @new needs, stopped. 0 or -errno. May sleep. */
int irq_setup_threads(struct irqaction *new)
{
	int ret = irq_force_thread(new);

	if (!ret && new->thread_fn)
		ret = setup_irq_thread(new, "irq/%d-%s");
	if (!ret && new->secondary)
		ret = setup_irq_thread(new->secondary, "irq/%d-s-%s");
	if (ret)
		irq_stop_threads(new);
	return ret;
}

/** irq_thread_start - let the new thread come up, so that kthread_stop() later finds it running
 * (W2). May sleep. */
void irq_thread_start(struct irqaction *action)
{
	struct irq_desc *desc = irq_to_desc(action->irq);

	if (!action->thread)
		return;
	wake_up_process(action->thread);
	wait_event(desc->wait_for_threads, test_bit(IRQTF_READY, &action->thread_flags));
	if (action->secondary)
		irq_thread_start(action->secondary);
}
