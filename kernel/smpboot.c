/* SPDX-License-Identifier: MIT */
/*
 * The registry of per-CPU threads, and the loop that all of them run. A thread exists for every CPU
 * that is or was online; it is parked while its CPU is not.
 */
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/smp.h>
#include <linux/smpboot.h>

static LIST_HEAD(hotplug_threads);
static DEFINE_MUTEX(smpboot_threads_lock);

enum hp_status { HP_THREAD_NONE, HP_THREAD_ACTIVE, HP_THREAD_PARKED };

static void call_hook(void (*hook)(unsigned int cpu), unsigned int cpu)
{
	if (hook)
		hook(cpu);
}

static enum hp_status park_myself(struct smp_hotplug_thread *ht, unsigned int cpu,
				  enum hp_status status)
{
	if (status == HP_THREAD_ACTIVE) {
		WARN_ON(cpu != raw_smp_processor_id());
		call_hook(ht->park, cpu);
		status = HP_THREAD_PARKED;
	}
	kthread_parkme();
	return status;
}

/*
 * K3. The state is set before anything is tested, so a request or work that comes after the test
 * finds a state that a wake-up clears, and schedule() returns at once. Preemption is off from the
 * state to the test because a thread must not be moved between "my CPU has no work" and its sleep.
 */
static int smpboot_thread_fn(void *data)
{
	struct smp_hotplug_thread *ht = data;
	unsigned int cpu = cpumask_first(&current->cpus_mask);	/* bound to it for life */
	enum hp_status status = HP_THREAD_NONE;

	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		preempt_disable();
		if (kthread_should_stop() || kthread_should_park() || status != HP_THREAD_ACTIVE) {
			__set_current_state(TASK_RUNNING);
			preempt_enable();
			if (kthread_should_stop())
				break;
			if (kthread_should_park()) {
				status = park_myself(ht, cpu, status);
			} else {	/* first run, or back from parking */
				call_hook(status == HP_THREAD_NONE ? ht->setup : ht->unpark, cpu);
				status = HP_THREAD_ACTIVE;
			}
			continue;
		}
		BUG_ON(cpu != smp_processor_id());
		if (!ht->thread_should_run(cpu)) {
			preempt_enable_no_resched();
			schedule();
		} else {
			__set_current_state(TASK_RUNNING);
			preempt_enable();
			ht->thread_fn(cpu);
		}
	}
	if (ht->cleanup && status != HP_THREAD_NONE)
		ht->cleanup(cpu, cpu_online(cpu));
	return 0;
}

/* Create @ht's thread for @cpu, parked. 0 (also if it exists) or -errno. */
static int create_thread(struct smp_hotplug_thread *ht, unsigned int cpu)
{
	struct task_struct **slot = per_cpu_ptr(ht->store, cpu), *p;

	if (*slot)
		return 0;
	p = kthread_create_on_cpu(smpboot_thread_fn, ht, cpu, ht->thread_comm);
	if (IS_ERR(p))
		return PTR_ERR(p);
	kthread_set_per_cpu(p, cpu);
	kthread_park(p);
	*slot = get_task_struct(p);
	call_hook(ht->create, cpu);
	return 0;
}

static void destroy_threads(struct smp_hotplug_thread *ht)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct task_struct *p = xchg(per_cpu_ptr(ht->store, cpu), NULL);

		if (p)
			kthread_stop_put(p);
	}
}

static int smpboot_create_threads(unsigned int cpu)
{
	struct smp_hotplug_thread *ht;
	int err = 0;

	guard(mutex)(&smpboot_threads_lock);
	list_for_each_entry(ht, &hotplug_threads, list)
		err = err ?: create_thread(ht, cpu);
	return err;
}

static int smpboot_unpark_threads(unsigned int cpu)
{
	struct smp_hotplug_thread *ht;

	guard(mutex)(&smpboot_threads_lock);
	list_for_each_entry(ht, &hotplug_threads, list)
		kthread_unpark(*per_cpu_ptr(ht->store, cpu));
	return 0;
}

/* In the opposite order: who was registered first may be used by those after it. */
static int smpboot_park_threads(unsigned int cpu)
{
	struct smp_hotplug_thread *ht;

	guard(mutex)(&smpboot_threads_lock);
	list_for_each_entry_reverse(ht, &hotplug_threads, list)
		kthread_park(*per_cpu_ptr(ht->store, cpu));
	return 0;
}

static int __init smpboot_threads_init(void)
{
	return cpuhp_setup_state_nocalls(CPUHP_CREATE_THREADS, "threads:prepare",
					 smpboot_create_threads, NULL) ?:
	       cpuhp_setup_state_nocalls(CPUHP_AP_SMPBOOT_THREADS, "smpboot/threads:online",
					 smpboot_unpark_threads, smpboot_park_threads);
}
early_initcall(smpboot_threads_init);

int smpboot_register_percpu_thread(struct smp_hotplug_thread *ht)
{
	unsigned int cpu;

	guard(cpus_read_lock)();
	guard(mutex)(&smpboot_threads_lock);
	for_each_online_cpu(cpu) {
		int err = create_thread(ht, cpu);

		if (err) {
			destroy_threads(ht);
			return err;
		}
		kthread_unpark(*per_cpu_ptr(ht->store, cpu));
	}
	list_add_tail(&ht->list, &hotplug_threads);
	return 0;
}
EXPORT_SYMBOL_GPL(smpboot_register_percpu_thread);

void smpboot_unregister_percpu_thread(struct smp_hotplug_thread *ht)
{
	guard(cpus_read_lock)();
	guard(mutex)(&smpboot_threads_lock);
	list_del(&ht->list);
	destroy_threads(ht);
}
EXPORT_SYMBOL_GPL(smpboot_unregister_percpu_thread);
