/* SPDX-License-Identifier: MIT */
/*
 * The `storm` command: much at once, counted exactly. Each kind reports what it asked for and what
 * arrived; the trace of it is in /sys/kernel/tracing/trace.
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irqdesc.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/kthread.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/string.h>

static atomic_t arrived, senders_left;
static unsigned int rounds;
static DECLARE_COMPLETION(senders_done);

static void count_arrival(void *unused)
{
	atomic_inc(&arrived);
}

/* Calls a function on every other CPU, @rounds times, in an order of its own. */
static int ipi_sender(void *unused)
{
	unsigned int me = raw_smp_processor_id(), n = nr_cpu_ids;

	for (unsigned int i = 0; i < rounds; i++) {
		unsigned int start = get_random_u32() % n;

		for (unsigned int k = 0; k < n; k++) {
			unsigned int cpu = (start + k) % n;

			if (cpu != me && cpu_online(cpu))
				smp_call_function_single(cpu, count_arrival, NULL, k & 1);
		}
	}
	if (atomic_dec_and_test(&senders_left))
		complete(&senders_done);
	return 0;
}

/* All pairs of CPUs at once; every second call is waited for. */
static int storm_ipi(struct shell_io *io)
{
	unsigned int cpu, n = num_online_cpus(), expected = rounds * n * (n - 1);

	atomic_set(&arrived, 0);
	atomic_set(&senders_left, n);
	reinit_completion(&senders_done);
	for_each_online_cpu(cpu) {
		struct task_struct *p = kthread_create(ipi_sender, NULL, "storm/%u", cpu);

		if (IS_ERR(p))
			return sh_errno(io, "thread", PTR_ERR(p));
		kthread_bind(p, cpu);
		wake_up_process(p);
	}
	wait_for_completion(&senders_done);
	for (int i = 0; i < 1000 && atomic_read(&arrived) < expected; i++)
		msleep(1);
	sh_printf(io, "ipi: %u calls between %u CPUs, %d arrived\n", expected, n,
		  atomic_read(&arrived));
	return atomic_read(&arrived) != expected;
}

static DEFINE_PER_CPU(unsigned int, storm_left);
static DEFINE_PER_CPU(unsigned int, storm_runs);
static DEFINE_PER_CPU(unsigned int, storm_in_ksoftirqd);

/* The vector's owner: what is done is told it once, so it must run each time. */
static void (*block_action)(void);

/* Raises itself until its CPU's share is used up; the owner's turn comes after ours. Context: softirq. */
static void storm_action(void)
{
	if (this_cpu_read(storm_left)) {
		this_cpu_inc(storm_runs);
		if (current == this_cpu_ksoftirqd())
			this_cpu_inc(storm_in_ksoftirqd);
		if (this_cpu_dec_return(storm_left))
			raise_softirq(BLOCK_SOFTIRQ);
	}
	block_action();
}

static void storm_start(void *unused)
{
	raise_softirq_irqoff(BLOCK_SOFTIRQ);
}

static unsigned int storm_sum(unsigned int *in_ksoftirqd)
{
	unsigned int cpu, sum = 0;

	*in_ksoftirqd = 0;
	for_each_online_cpu(cpu) {
		sum += READ_ONCE(per_cpu(storm_runs, cpu));
		*in_ksoftirqd += READ_ONCE(per_cpu(storm_in_ksoftirqd, cpu));
	}
	return sum;
}

/* A softirq that raises itself on every CPU, started from a hardirq. */
static int storm_softirq(struct shell_io *io)
{
	unsigned int cpu, sum, late, expected = rounds * num_online_cpus();

	block_action = softirq_vec[BLOCK_SOFTIRQ].action;
	open_softirq(BLOCK_SOFTIRQ, storm_action);
	for_each_online_cpu(cpu) {
		per_cpu(storm_left, cpu) = rounds;
		per_cpu(storm_runs, cpu) = per_cpu(storm_in_ksoftirqd, cpu) = 0;
	}
	smp_call_function(storm_start, NULL, 1);
	raise_softirq(BLOCK_SOFTIRQ);
	for (int i = 0; i < 10000 && storm_sum(&late) < expected; i++)
		msleep(1);
	sum = storm_sum(&late);
	open_softirq(BLOCK_SOFTIRQ, block_action);
	sh_printf(io, "softirq: %u raises on %u CPUs, %u runs, %u of them in ksoftirqd\n", expected,
		  num_online_cpus(), sum, late);
	return sum != expected;
}

/* A CPU other than the boot CPU, that is online; the next one after @cpu. nr_cpu_ids: there is none. */
static unsigned int next_victim(unsigned int cpu)
{
	cpu = cpumask_next(cpu, cpu_online_mask);
	return cpu < nr_cpu_ids ? cpu : (unsigned int)cpumask_next(0, cpu_online_mask);
}

/* Every interrupt that can be moved goes to a CPU, which then goes itself, and comes back. */
static int storm_hotplug(struct shell_io *io)
{
	unsigned int online = num_online_cpus(), cpu = 0, done = 0;

	if (next_victim(0) >= nr_cpu_ids)
		return sh_error(io, "storm: hotplug needs two CPUs online");
	for (int err = 0; done < rounds && !err; done++) {
		cpu = next_victim(cpu);
		for (unsigned int irq = 0; irq < NR_IRQS; irq++)
			if (irq_can_set_affinity(irq))
				irq_set_affinity(irq, cpumask_of(cpu));
		msleep(2);
		err = remove_cpu(cpu) ?: add_cpu(cpu);
		if (err)
			return sh_errno(io, "hotplug", err);
	}
	sh_printf(io, "hotplug: %u rounds, %u of %u CPUs online\n", done, num_online_cpus(), online);
	return num_online_cpus() != online;
}

static int storm_net(struct shell_io *io)
{
	char cmd[64];

	snprintf(cmd, sizeof(cmd), "netflood -n %u -p 9", rounds);
	return sh_run(io, cmd);
}

static int cmd_storm(struct shell_io *io, int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : "all";
	bool all = !strcmp(kind, "all");
	int err = 0;

	rounds = 1000;
	if (argc > 3 || (argc == 3 && (kstrtouint(argv[2], 0, &rounds) || !rounds)))
		return sh_usage(io);
	if (!strcmp(kind, "hotplug"))	/* not for all: it moves what the others count by CPU */
		return storm_hotplug(io);
	if (!all && strcmp(kind, "ipi") && strcmp(kind, "softirq") && strcmp(kind, "net"))
		return sh_usage(io);
	if (all || !strcmp(kind, "ipi"))
		err |= storm_ipi(io);
	if (all || !strcmp(kind, "softirq"))
		err |= storm_softirq(io);
	if (all || !strcmp(kind, "net"))
		err |= storm_net(io);
	return err;
}
SHELL_COMMAND(storm, cmd_storm, "storm [ipi|softirq|net|all|hotplug] [COUNT]",
	      "interrupts, softirqs, packets or CPU hotplug in masses, counted exactly");
