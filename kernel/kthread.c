/* SPDX-License-Identifier: MIT */
/*
 * Kernel threads. Requests are flags in struct kthread that the thread itself tests; whoever sets one
 * wakes the thread afterwards, and a thread that follows the rule of linux/sched.h (state first, then
 * test, then sleep) cannot miss it.
 */
#include <linux/completion.h>
#include <linux/context_leak.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "sched/sched.h"

enum { KTHREAD_SHOULD_STOP, KTHREAD_SHOULD_PARK, KTHREAD_IS_PER_CPU };

struct kthread {
	unsigned long flags;
	bool started;			/* its function has been or is about to be called */
	unsigned int cpu;
	int (*threadfn)(void *data);
	void *data;
	long result;
	struct completion parked, exited;
};

static bool kthread_flag(struct task_struct *p, int bit)
{
	return p->kthread && test_bit(bit, &p->kthread->flags);
}

void kthread_parkme(void)
{
	struct kthread *k = current->kthread;

	for (;;) {
		/* who is told that we are parked may rely on it: a wake-up under way does not end it */
		set_special_state(TASK_PARKED);
		if (!test_bit(KTHREAD_SHOULD_PARK, &k->flags))
			break;
		/* no preemption: who is told that we are parked finds us off the CPU soon */
		preempt_disable();
		complete(&k->parked);
		schedule_preempt_disabled();
		preempt_enable();
	}
	__set_current_state(TASK_RUNNING);
}
EXPORT_SYMBOL_GPL(kthread_parkme);

/* Every kernel thread starts here. W2: asked to stop before it ran, it does not run. */
static int kthread_main(void *arg)
{
	struct context_state before = context_state();
	struct kthread *k = arg;
	long ret = -EINTR;
	const char *leak;

	if (!test_bit(KTHREAD_SHOULD_STOP, &k->flags)) {
		WRITE_ONCE(k->started, true);
		kthread_parkme();
		ret = k->threadfn(k->data);
	}
	leak = context_put_right(before);
	WARN(leak, "thread %s[%d]: %pS returned with %s\n", current->comm, current->pid, k->threadfn,
	     leak);
	kthread_exit(ret);
}

struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node,
					   const char namefmt[], ...)
{
	struct kthread *k = kzalloc(sizeof(*k), GFP_KERNEL);
	char name[TASK_COMM_LEN];
	struct task_struct *p;
	va_list args;

	if (!k)
		return ERR_PTR(-ENOMEM);
	va_start(args, namefmt);
	vsnprintf(name, sizeof(name), namefmt, args);
	va_end(args);
	k->threadfn = threadfn;
	k->data = data;
	init_completion(&k->parked);
	init_completion(&k->exited);
	p = copy_process(kthread_main, k, name);
	if (IS_ERR(p)) {
		kfree(k);
		return p;
	}
	p->kthread = k;
	WRITE_ONCE(p->__state, TASK_UNINTERRUPTIBLE);	/* wake_up_process() starts it */
	return p;
}
EXPORT_SYMBOL(kthread_create_on_node);

struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data), void *data,
					  unsigned int cpu, const char *namefmt)
{
	struct task_struct *p = kthread_create(threadfn, data, namefmt, cpu);

	if (!IS_ERR(p))
		kthread_bind(p, cpu);
	return p;
}
EXPORT_SYMBOL(kthread_create_on_cpu);

/* --- Binding --- */

static void bind_inactive(struct task_struct *p, const struct cpumask *mask, unsigned int state)
{
	if (WARN_ON(!wait_task_inactive(p, state)))
		return;
	do_set_cpus_allowed(p, mask);
	p->flags |= PF_NO_SETAFFINITY;
}

void kthread_bind(struct task_struct *p, unsigned int cpu)
{
	bind_inactive(p, cpumask_of(cpu), TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(kthread_bind);

void kthread_set_per_cpu(struct task_struct *p, int cpu)
{
	WARN_ON_ONCE(!(p->flags & PF_NO_SETAFFINITY));
	p->kthread->cpu = cpu;
	set_bit(KTHREAD_IS_PER_CPU, &p->kthread->flags);
}

bool kthread_is_per_cpu(struct task_struct *p)
{
	return kthread_flag(p, KTHREAD_IS_PER_CPU);
}

/* --- Stopping --- */

bool kthread_should_stop(void)
{
	return kthread_flag(current, KTHREAD_SHOULD_STOP);
}
EXPORT_SYMBOL(kthread_should_stop);

const struct kthread_wait *kthread_waiter(const struct task_struct *k, const void *x)
{
	static const struct kthread_wait stop = { "kthread_stop", "returned (kthread_should_stop)" };
	static const struct kthread_wait park = { "kthread_park", "parked (kthread_should_park)" };

	if (!k->kthread)
		return NULL;
	return x == &k->kthread->exited ? &stop : x == &k->kthread->parked ? &park : NULL;
}

int kthread_stop(struct task_struct *p)
{
	int ret;

	get_task_struct(p);
	set_bit(KTHREAD_SHOULD_STOP, &p->kthread->flags);
	kthread_unpark(p);
	wake_up_process(p);
	wait_for_completion(&p->kthread->exited);
	ret = p->kthread->result;
	put_task_struct(p);
	return ret;
}
EXPORT_SYMBOL(kthread_stop);

int kthread_stop_put(struct task_struct *p)
{
	int ret = kthread_stop(p);

	put_task_struct(p);
	return ret;
}
EXPORT_SYMBOL(kthread_stop_put);

void __noreturn kthread_exit(long result)
{
	current->kthread->result = result;
	do_exit(0);
}
EXPORT_SYMBOL(kthread_exit);

void __noreturn kthread_complete_and_exit(struct completion *comp, long code)
{
	if (comp)
		complete(comp);
	kthread_exit(code);
}
EXPORT_SYMBOL(kthread_complete_and_exit);

/* From do_exit(). Who waits holds a reference, so p->kthread outlives the thread. */
void kthread_exiting(struct task_struct *p)
{
	if (p->kthread)
		complete_all(&p->kthread->exited);
}

/* --- Parking --- */

bool kthread_should_park(void)
{
	return kthread_flag(current, KTHREAD_SHOULD_PARK);
}
EXPORT_SYMBOL_GPL(kthread_should_park);

/*
 * A thread that never ran need not run to be parked: its CPU may not even be there yet. True if that
 * was so. Against a wake-up at the same time: pi_lock.
 */
static bool park_unstarted(struct task_struct *p)
{
	guard(raw_spinlock_irq)(&p->pi_lock);
	if (READ_ONCE(p->kthread->started) || READ_ONCE(p->on_rq) ||
	    READ_ONCE(p->__state) != TASK_UNINTERRUPTIBLE)
		return false;
	WRITE_ONCE(p->__state, TASK_PARKED);
	return true;
}

int kthread_park(struct task_struct *p)
{
	struct kthread *k = p->kthread;

	if (WARN_ON(p->flags & PF_EXITING))
		return -ENOSYS;
	if (WARN_ON_ONCE(test_and_set_bit(KTHREAD_SHOULD_PARK, &k->flags)))
		return -EBUSY;
	if (p != current && !park_unstarted(p)) {
		wake_up_process(p);
		wait_for_completion(&k->parked);
		WARN_ON_ONCE(!wait_task_inactive(p, TASK_PARKED));
	}
	return 0;
}
EXPORT_SYMBOL_GPL(kthread_park);

void kthread_unpark(struct task_struct *p)
{
	struct kthread *k = p->kthread;

	if (!test_bit(KTHREAD_SHOULD_PARK, &k->flags))
		return;
	/* its CPU may have come back since: bind it again before it runs */
	if (test_bit(KTHREAD_IS_PER_CPU, &k->flags))
		bind_inactive(p, cpumask_of(k->cpu), TASK_PARKED);
	clear_bit(KTHREAD_SHOULD_PARK, &k->flags);
	smp_mb();	/* the flag before the look at the state: the thread does it the other way round */
	wake_up_state(p, TASK_PARKED);
}
EXPORT_SYMBOL_GPL(kthread_unpark);

void *kthread_data(struct task_struct *p)
{
	return p->kthread->data;
}
EXPORT_SYMBOL_GPL(kthread_data);

void *kthread_func(struct task_struct *p)
{
	return p->kthread ? p->kthread->threadfn : NULL;
}
EXPORT_SYMBOL_GPL(kthread_func);
