/* SPDX-License-Identifier: MIT */
/* /proc/softirqs: how often each vector's handler was called on each possible CPU (Q21). */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/proc_fs.h>

static int show_softirqs(struct seq_file *p, void *v)
{
	unsigned int cpu;

	seq_puts(p, "                    ");
	for_each_possible_cpu(cpu)
		seq_printf(p, "CPU%-8d", cpu);
	seq_putc(p, '\n');
	for (int i = 0; i < NR_SOFTIRQS; i++) {
		seq_printf(p, "%12s:", softirq_to_name[i]);
		for_each_possible_cpu(cpu)
			seq_printf(p, " %10u", kstat_softirqs_cpu(i, cpu));
		seq_putc(p, '\n');
	}
	return 0;
}

static int proc_softirqs_init(void)
{
	return proc_create_single("softirqs", 0444, NULL, show_softirqs) ? 0 : -ENOMEM;
}
fs_initcall(proc_softirqs_init);
