/* SPDX-License-Identifier: MIT */
/*
 * /proc/stat and /proc/uptime, in Linux's format. Times are in 1/USER_HZ s and fractions of a
 * second.
 */
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irqdesc.h>
#include <linux/jiffies.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/tick.h>
#include <linux/timekeeping.h>
#include <asm/hardirq.h>

/*
 * The column order of a cpu line; iowait, steal, guest and guest_nice do not exist here and are 0.
 */
static void show_cpu_line(struct seq_file *m, const u64 ns[NR_CPU_STATS])
{
	seq_printf(m, " %llu %llu %llu %llu 0 %llu %llu 0 0 0\n", nsec_to_clock_t(ns[CPUTIME_USER]),
		   nsec_to_clock_t(ns[CPUTIME_NICE]), nsec_to_clock_t(ns[CPUTIME_SYSTEM]),
		   nsec_to_clock_t(ns[CPUTIME_IDLE]), nsec_to_clock_t(ns[CPUTIME_IRQ]),
		   nsec_to_clock_t(ns[CPUTIME_SOFTIRQ]));
}

static void show_cpu_times(struct seq_file *m)
{
	u64 sum[NR_CPU_STATS] = {};
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		for (int i = 0; i < NR_CPU_STATS; i++)
			sum[i] += cpu_time_ns(cpu, i);
	seq_puts(m, "cpu ");
	show_cpu_line(m, sum);
	for_each_online_cpu(cpu) {
		u64 ns[NR_CPU_STATS];

		for (int i = 0; i < NR_CPU_STATS; i++)
			ns[i] = cpu_time_ns(cpu, i);
		seq_printf(m, "cpu%u", cpu);
		show_cpu_line(m, ns);
	}
}

/* Interrupts of system vectors on all CPUs: what the lower rows of /proc/interrupts add up to. */
static u64 system_vector_irqs(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu) {
		const irq_cpustat_t *s = per_cpu_ptr(&irq_stat, cpu);

		sum += s->nmis + s->apic_timer_irqs + s->irq_spurious_count + s->irq_resched_count +
		       s->irq_call_count + s->irq_work_irqs + s->mces;
	}
	return sum;
}

static void show_irqs(struct seq_file *m)
{
	u64 sum = system_vector_irqs();

	for (unsigned int i = 0; i < nr_irqs; i++)
		sum += kstat_irqs(i);
	seq_printf(m, "intr %llu", sum);
	for (unsigned int i = 0; i < nr_irqs; i++)
		seq_put_decimal_ull(m, " ", kstat_irqs(i));
	seq_putc(m, '\n');
}

static void show_softirqs(struct seq_file *m)
{
	u64 total = 0, by_vector[NR_SOFTIRQS] = {};
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		for (int i = 0; i < NR_SOFTIRQS; i++)
			by_vector[i] += kstat_softirqs_cpu(i, cpu);
	for (int i = 0; i < NR_SOFTIRQS; i++)
		total += by_vector[i];
	seq_printf(m, "softirq %llu", total);
	for (int i = 0; i < NR_SOFTIRQS; i++)
		seq_put_decimal_ull(m, " ", by_vector[i]);
	seq_putc(m, '\n');
}

static int stat_show(struct seq_file *m, void *v)
{
	ktime_t boot = ktime_get_real() - ktime_get();

	show_cpu_times(m);
	show_irqs(m);
	seq_printf(m, "ctxt %llu\nbtime %lld\nprocesses %lu\nprocs_running %u\nprocs_blocked 0\n",
		   nr_context_switches(), (boot + NSEC_PER_SEC / 2) / NSEC_PER_SEC,
		   READ_ONCE(total_forks), nr_running());
	show_softirqs(m);
	return 0;
}

static void show_centiseconds(struct seq_file *m, u64 ns, const char *end)
{
	u64 cs = nsec_to_clock_t(ns);

	seq_printf(m, "%llu.%02llu%s", cs / USER_HZ, cs % USER_HZ, end);
}

/* Time since boot; idle time of all CPUs together. */
static int uptime_show(struct seq_file *m, void *v)
{
	unsigned int cpu;
	u64 idle = 0;

	for_each_possible_cpu(cpu)
		idle += cpu_time_ns(cpu, CPUTIME_IDLE);
	show_centiseconds(m, ktime_get_ns(), " ");
	show_centiseconds(m, idle, "\n");
	return 0;
}

static int __init proc_stat_init(void)
{
	proc_create_single("stat", 0444, NULL, stat_show);
	proc_create_single("uptime", 0444, NULL, uptime_show);
	return 0;
}
fs_initcall(proc_stat_init);
