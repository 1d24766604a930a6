/* SPDX-License-Identifier: MIT */
/*
 * /sys/devices/system/cpu: which CPUs there are, and the switch of each but the boot CPU, which has
 * none, as in Linux: cpuN/online.
 */
#include <linux/cpu.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/sprintf.h>

static int mask_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%*pbl\n", cpumask_pr_args((const struct cpumask *)m->private));
	return 0;
}

static int online_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", cpu_online((unsigned long)m->private));
	return 0;
}

static int online_write(void *data, char *buf, size_t len)
{
	unsigned int cpu = (unsigned long)data;
	bool on;
	int err = kstrtobool(buf, &on);

	return err ?: on ? add_cpu(cpu) : remove_cpu(cpu);
}

static int __init cpu_sysfs_init(void)
{
	unsigned long cpu;
	char name[48];

	proc_create_single_data("devices/system/cpu/possible", 0444, &sysfs_root, mask_show,
				(void *)cpu_possible_mask);
	proc_create_single_data("devices/system/cpu/present", 0444, &sysfs_root, mask_show,
				(void *)cpu_present_mask);
	proc_create_single_data("devices/system/cpu/online", 0444, &sysfs_root, mask_show,
				(void *)cpu_online_mask);
	for_each_present_cpu(cpu) {
		if (!cpu)
			continue;
		snprintf(name, sizeof(name), "devices/system/cpu/cpu%lu/online", cpu);
		proc_create_rw(name, 0644, &sysfs_root, online_show, online_write, (void *)cpu);
	}
	return 0;
}
late_initcall(cpu_sysfs_init);
