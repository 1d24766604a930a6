/* SPDX-License-Identifier: MIT */
/*
 * The registry of per-CPU threads, and the loop that all of them run. A thread exists for every CPU
 * that is or was online; it is parked while its CPU is not.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/smpboot.h>

static LIST_HEAD(hotplug_threads);
static DEFINE_MUTEX(smpboot_threads_lock);

struct smpboot_thread_data {
	unsigned int cpu;
	enum { HP_THREAD_NONE, HP_THREAD_ACTIVE, HP_THREAD_PARKED } status;
	struct smp_hotplug_thread *ht;
};

/* The thread's own end. Context: it was asked to stop. */
static int smpboot_thread_stop(struct smpboot_thread_data *td)
{
	if (td->ht->cleanup && td->status != HP_THREAD_NONE)
		td->ht->cleanup(td->cpu, cpu_online(td->cpu));
	kfree(td);
	return 0;
}

static void smpboot_thread_park(struct smpboot_thread_data *td)
{
	if (td->ht->park && td->status == HP_THREAD_ACTIVE) {
		WARN_ON(td->cpu != raw_smp_processor_id());
		td->ht->park(td->cpu);
		td->status = HP_THREAD_PARKED;
	}
	kthread_parkme();
}

/* First run, or back from parking. */
static void smpboot_thread_activate(struct smpboot_thread_data *td)
{
	void (*hook)(unsigned int cpu) =
		td->status == HP_THREAD_NONE ? td->ht->setup : td->ht->unpark;

	if (hook)
		hook(td->cpu);
	td->status = HP_THREAD_ACTIVE;
}

/*
 * K3. The state is set before anything is tested, so a request or work that comes after the test
 * finds a state that a wake-up clears, and schedule() returns at once. Preemption is off from the
 * state to the test because a thread must not be moved between "my CPU has no work" and its sleep.
 */
static int smpboot_thread_fn(void *data)
{
	struct smpboot_thread_data *td = data;
	struct smp_hotplug_thread *ht = td->ht;

	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		preempt_disable();
		if (kthread_should_stop() || kthread_should_park() ||
		    td->status != HP_THREAD_ACTIVE) {
			__set_current_state(TASK_RUNNING);
			preempt_enable();
			if (kthread_should_stop())
				return smpboot_thread_stop(td);
			if (kthread_should_park())
				smpboot_thread_park(td);
			else
				smpboot_thread_activate(td);
			continue;
		}
		BUG_ON(td->cpu != smp_processor_id());
		if (!ht->thread_should_run(td->cpu)) {
			preempt_enable_no_resched();
			schedule();
		} else {
			__set_current_state(TASK_RUNNING);
			preempt_enable();
			ht->thread_fn(td->cpu);
		}
	}
}

static struct task_struct **thread_slot(struct smp_hotplug_thread *ht, unsigned int cpu)
{
	return per_cpu_ptr(ht->store, cpu);
}

/* Create @ht's thread for @cpu, parked. 0 (also if it exists) or -errno. */
static int create_thread(struct smp_hotplug_thread *ht, unsigned int cpu)
{
	struct smpboot_thread_data *td;
	struct task_struct *p;

	if (*thread_slot(ht, cpu))
		return 0;
	td = kzalloc(sizeof(*td), GFP_KERNEL);
	if (!td)
		return -ENOMEM;
	td->cpu = cpu;
	td->ht = ht;
	p = kthread_create_on_cpu(smpboot_thread_fn, td, cpu, ht->thread_comm);
	if (IS_ERR(p)) {
		kfree(td);
		return PTR_ERR(p);
	}
	kthread_set_per_cpu(p, cpu);
	kthread_park(p);
	get_task_struct(p);
	*thread_slot(ht, cpu) = p;
	if (ht->create)
		ht->create(cpu);
	return 0;
}

static void destroy_threads(struct smp_hotplug_thread *ht)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct task_struct *p = *thread_slot(ht, cpu);
		void *td;

		if (!p)
			continue;
		*thread_slot(ht, cpu) = NULL;
		td = kthread_data(p);
		if (kthread_stop_put(p) == -EINTR)
			kfree(td);	/* it never ran, so it did not do it itself */
	}
}

static void unpark_thread(struct smp_hotplug_thread *ht, unsigned int cpu)
{
	if (!ht->selfparking && *thread_slot(ht, cpu))
		kthread_unpark(*thread_slot(ht, cpu));
}

int smpboot_create_threads(unsigned int cpu)
{
	struct smp_hotplug_thread *ht;
	int err = 0;

	mutex_lock(&smpboot_threads_lock);
	list_for_each_entry(ht, &hotplug_threads, list) {
		err = create_thread(ht, cpu);
		if (err)
			break;
	}
	mutex_unlock(&smpboot_threads_lock);
	return err;
}

void smpboot_unpark_threads(unsigned int cpu)
{
	struct smp_hotplug_thread *ht;

	mutex_lock(&smpboot_threads_lock);
	list_for_each_entry(ht, &hotplug_threads, list)
		unpark_thread(ht, cpu);
	mutex_unlock(&smpboot_threads_lock);
}

/* In the opposite order: who was registered first may be used by those after it. */
void smpboot_park_threads(unsigned int cpu)
{
	struct smp_hotplug_thread *ht;

	mutex_lock(&smpboot_threads_lock);
	list_for_each_entry_reverse(ht, &hotplug_threads, list) {
		struct task_struct *p = *thread_slot(ht, cpu);

		if (p && !ht->selfparking)
			kthread_park(p);
	}
	mutex_unlock(&smpboot_threads_lock);
}

int smpboot_register_percpu_thread(struct smp_hotplug_thread *ht)
{
	unsigned int cpu;
	int err = 0;

	mutex_lock(&smpboot_threads_lock);
	for_each_online_cpu(cpu) {
		err = create_thread(ht, cpu);
		if (err)
			break;
		unpark_thread(ht, cpu);
	}
	if (err)
		destroy_threads(ht);
	else
		list_add_tail(&ht->list, &hotplug_threads);
	mutex_unlock(&smpboot_threads_lock);
	return err;
}
EXPORT_SYMBOL_GPL(smpboot_register_percpu_thread);

void smpboot_unregister_percpu_thread(struct smp_hotplug_thread *ht)
{
	mutex_lock(&smpboot_threads_lock);
	list_del(&ht->list);
	destroy_threads(ht);
	mutex_unlock(&smpboot_threads_lock);
}
EXPORT_SYMBOL_GPL(smpboot_unregister_percpu_thread);
