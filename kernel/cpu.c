/* SPDX-License-Identifier: MIT */
/*
 * CPU hotplug: taking a CPU away from a running machine, and bringing it back.
 *
 * A CPU goes in this order. Its threads leave: what is bound to it is parked, the rest moves. It is
 * taken from cpu_online_mask, and a grace period later nobody is left who saw it there: no call, no
 * interrupt and no timer will be sent to it any more. Its idle thread then finds that it shall die,
 * gives its interrupts to others with IRQs off, and halts. The survivor takes what is left in its
 * queues: tasklets, timers, callbacks, polls (H1-H5).
 *
 * Invariant: one CPU comes or goes at a time, under cpu_hotplug_lock; the lock's holder runs on the
 * boot CPU, which stays.
 */
#define pr_fmt(fmt) "smpboot: " fmt

#include <linux/cpu.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/smp.h>
#include <linux/smpboot.h>
#include <linux/string.h>
#include <linux/time.h>
#include <asm/apic.h>
#include <asm/cpu.h>

/* A CPU that has not died by then has its interrupts off somewhere. Emulators are slow. */
#define DEATH_TIMEOUT_MS	10000

static DEFINE_MUTEX(cpu_hotplug_lock);

static struct cpuhp_step {
	const char *name;
	cpuhp_fn startup, teardown;
} cpuhp_steps[CPUHP_ONLINE];

/* Alive, or off for good. Between SHALL_DIE and its last steps its end is not complete. */
enum { CPU_ALIVE, CPU_SHALL_DIE, CPU_DEAD };
static DEFINE_PER_CPU(int, cpu_fate);

/* Not analysed: others know the lock by these two names only. */
void cpus_read_lock(void) __no_lock_analysis
{
	mutex_lock(&cpu_hotplug_lock);
}
EXPORT_SYMBOL_GPL(cpus_read_lock);

void cpus_read_unlock(void) __no_lock_analysis
{
	mutex_unlock(&cpu_hotplug_lock);
}
EXPORT_SYMBOL_GPL(cpus_read_unlock);

/* --- steps --- */

int cpuhp_setup_state_nocalls(enum cpuhp_state state, const char *name, cpuhp_fn startup,
			      cpuhp_fn teardown)
{
	struct cpuhp_step *step = &cpuhp_steps[state];

	if (step->name)
		return -EBUSY;
	*step = (struct cpuhp_step){ .name = name, .startup = startup, .teardown = teardown };
	return 0;
}
EXPORT_SYMBOL_GPL(cpuhp_setup_state_nocalls);

void cpuhp_remove_state_nocalls(enum cpuhp_state state)
{
	guard(cpus_read_lock)();
	cpuhp_steps[state] = (struct cpuhp_step){ };
}
EXPORT_SYMBOL_GPL(cpuhp_remove_state_nocalls);

static DEFINE_PER_CPU(struct cpuhp_refusal, refusal);

static int call_step(enum cpuhp_state state, unsigned int cpu, bool up)
{
	struct cpuhp_step *step = &cpuhp_steps[state];
	cpuhp_fn fn = up ? step->startup : step->teardown;
	struct cpuhp_refusal r = { .fn = fn, .up = up, .err = fn ? fn(cpu) : 0 };

	if (!r.err)
		return 0;
	r.when = sched_clock();
	pr_err("CPU%u: step %s %s: %pe\n", cpu, step->name, up ? "up" : "down", ERR_PTR(r.err));
	strscpy(r.step, step->name);
	per_cpu(refusal, cpu) = r;
	return r.err;
}

bool cpuhp_refused(unsigned int cpu, struct cpuhp_refusal *r)
{
	*r = data_race(per_cpu(refusal, cpu));
	return r->err;
}

const char *cpuhp_step_of(cpuhp_fn fn, bool *up)
{
	for (const struct cpuhp_step *s = cpuhp_steps; s < cpuhp_steps + CPUHP_ONLINE; s++) {
		*up = s->startup == fn;
		if (*up || s->teardown == fn)
			return s->name;
	}
	return NULL;
}

/* The steps between @from and @to, both not included. On failure those done are undone. */
static int steps_up(unsigned int cpu, enum cpuhp_state from, enum cpuhp_state to)
{
	for (enum cpuhp_state s = from + 1; s < to; s++) {
		int err = call_step(s, cpu, true);

		if (err) {
			while (--s > from)
				call_step(s, cpu, false);
			return err;
		}
	}
	return 0;
}

static int steps_down(unsigned int cpu, enum cpuhp_state from, enum cpuhp_state to)
{
	for (enum cpuhp_state s = from - 1; s > to; s--) {
		int err = call_step(s, cpu, false);

		if (err) {
			while (++s < from)
				call_step(s, cpu, true);
			return err;
		}
	}
	return 0;
}

/* --- down --- */

bool cpu_shall_die(void)
{
	return unlikely(this_cpu_read(cpu_fate) == CPU_SHALL_DIE);
}

/* The dying CPU's own steps. What it has written is seen by who finds it dead. */
void cpuhp_report_idle_dead(void)
{
	lockdep_assert_irqs_disabled();
	steps_down(smp_processor_id(), CPUHP_TEARDOWN_CPU, CPUHP_BRINGUP_CPU);
	smp_store_release(this_cpu_ptr(&cpu_fate), CPU_DEAD);
}

static bool wait_for_death(unsigned int cpu)
{
	u64 end = ktime_get_ns() + DEATH_TIMEOUT_MS * NSEC_PER_MSEC;

	while (smp_load_acquire(&per_cpu(cpu_fate, cpu)) != CPU_DEAD) {
		if (ktime_get_ns() > end)
			return false;
		schedule_timeout_uninterruptible(1);
	}
	return true;
}

/* The end of one that is not online any more: at once or, if it dies late, when next asked for. */
static int finish_death(unsigned int cpu)
{
	if (READ_ONCE(per_cpu(cpu_fate, cpu)) == CPU_ALIVE)
		return 0;
	if (!wait_for_death(cpu)) {
		pr_err("CPU%u does not die: it runs %s/%d and does not come to its idle loop\n", cpu,
		       per_cpu(current_task, cpu)->comm, per_cpu(current_task, cpu)->pid);
		return -EBUSY;
	}
	steps_down(cpu, CPUHP_BRINGUP_CPU, CPUHP_OFFLINE);
	per_cpu(cpu_fate, cpu) = CPU_ALIVE;
	pr_info("CPU %u is now offline\n", cpu);
	return 0;
}

/* From there on nothing can refuse. -EBUSY: it does not die, and is of no use until it has. */
static int take_cpu_down(unsigned int cpu)
{
	set_cpu_online(cpu, false);
	synchronize_rcu();	/* who saw it online has sent what it had to send, and was served */
	per_cpu(cpu_fate, cpu) = CPU_SHALL_DIE;
	resched_cpu(cpu);
	return finish_death(cpu);
}

static int cpu_down(unsigned int cpu)
{
	int err = steps_down(cpu, CPUHP_ONLINE, CPUHP_TEARDOWN_CPU);

	if (err)
		return err;
	per_cpu(refusal, cpu).err = 0;
	return take_cpu_down(cpu);
}

/* --- up --- */

static int cpu_up(unsigned int cpu)
{
	int err = steps_up(cpu, CPUHP_OFFLINE, CPUHP_BRINGUP_CPU);

	if (err)
		return err;
	err = __cpu_up(cpu);
	if (err) {
		steps_down(cpu, CPUHP_BRINGUP_CPU, CPUHP_OFFLINE);
		return err;
	}
	err = steps_up(cpu, CPUHP_TEARDOWN_CPU, CPUHP_ONLINE);
	if (err)
		take_cpu_down(cpu);
	else
		per_cpu(refusal, cpu).err = 0;
	return err;
}

/* The new CPU's own steps. */
void notify_cpu_starting(void)
{
	steps_up(smp_processor_id(), CPUHP_BRINGUP_CPU, CPUHP_TEARDOWN_CPU);
}

/* --- for everybody --- */

/* @fn(@cpu) on the boot CPU, and the caller back to where it may run. */
static int on_boot_cpu(int (*fn)(unsigned int cpu), unsigned int cpu)
{
	struct cpumask allowed;
	int err;

	guard(mutex)(&cpu_hotplug_lock);
	cpumask_copy(&allowed, current->cpus_ptr);
	err = set_cpus_allowed_ptr(current, cpumask_of(0));
	if (err)
		return err;
	err = fn(cpu);
	if (set_cpus_allowed_ptr(current, &allowed))	/* it was bound to the CPU that has gone */
		set_cpus_allowed_ptr(current, cpu_possible_mask);
	return err;
}

static int do_add(unsigned int cpu)
{
	int err;

	if (cpu_online(cpu))
		return 0;
	err = finish_death(cpu);
	if (err)
		return err;
	pr_info("Booting Node 0 Processor %u APIC %#x\n", cpu, cpu_apicid[cpu]);
	smp_prepare_cpus();
	err = cpu_up(cpu);
	smp_cpus_done();
	return err;
}

static int do_remove(unsigned int cpu)
{
	return cpu_online(cpu) ? cpu_down(cpu) : finish_death(cpu);
}

int add_cpu(unsigned int cpu)
{
	might_sleep();
	if (cpu >= nr_cpu_ids || !cpumask_test_cpu(cpu, cpu_present_mask))
		return -EINVAL;
	return on_boot_cpu(do_add, cpu);
}
EXPORT_SYMBOL_GPL(add_cpu);

int remove_cpu(unsigned int cpu)
{
	might_sleep();
	if (cpu >= nr_cpu_ids || !cpumask_test_cpu(cpu, cpu_present_mask))
		return -EINVAL;
	return cpu == 0 ? -EBUSY : on_boot_cpu(do_remove, cpu);
}
EXPORT_SYMBOL_GPL(remove_cpu);

static unsigned int setup_max_cpus = NR_CPUS;

/* maxcpus=N: start at most N CPUs; 0 and 1 leave the boot CPU alone. */
static int maxcpus_setup(char *str)
{
	return kstrtouint(str, 0, &setup_max_cpus);
}
__setup("maxcpus=", maxcpus_setup);

/* One that does not arrive is left behind; the rest go on. */
static int start_others(unsigned int unused)
{
	unsigned int cpu;

	smp_prepare_cpus();
	for_each_present_cpu(cpu) {
		int err;

		if (num_online_cpus() >= max(setup_max_cpus, 1U))
			break;
		err = cpu_online(cpu) ? 0 : cpu_up(cpu);
		if (err && err != -EIO)
			pr_err("CPU%u cannot be started: %pe\n", cpu, ERR_PTR(err));
	}
	smp_cpus_done();
	return 0;
}

void smp_init(void)
{
	u64 start = ktime_get_ns();

	on_boot_cpu(start_others, 0);
	pr_info("%u of %u CPUs online after %llu us\n", num_online_cpus(), num_present_cpus(),
		(ktime_get_ns() - start) / 1000);
}
