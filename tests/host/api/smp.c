/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/smp.h, linux/cpumask.h, linux/percpu.h */
#include <linux/smp.h>
#include <linux/cpumask.h>
#include <linux/percpu.h>

static DEFINE_PER_CPU(int, counter);
static DEFINE_PER_CPU(unsigned long, wide);

static void there(void *info)
{
	this_cpu_inc(counter);
	this_cpu_add(wide, 2);
	__this_cpu_inc(counter);
}

int api_smp(struct cpumask *m)
{
	int cpu, n = get_cpu();

	put_cpu();
	get_cpu_var(counter)++;
	put_cpu_var(counter);
	*this_cpu_ptr(&counter) += *per_cpu_ptr(&counter, 0);
	this_cpu_write(counter, this_cpu_read(counter));
	this_cpu_dec(counter);
	for_each_online_cpu(cpu)
		n += per_cpu(counter, cpu);
	for_each_possible_cpu(cpu)
		n += *per_cpu_ptr(&counter, cpu);
	for_each_present_cpu(cpu)
		n++;
	for_each_cpu(cpu, cpu_online_mask)
		n++;
	smp_call_function(there, NULL, 1);
	on_each_cpu(there, NULL, 1);
	on_each_cpu_mask(cpumask_of(0), there, NULL, true);
	n += smp_call_function_single(0, there, NULL, 1);
	smp_call_function_many(cpumask_of(0), there, NULL, true);
	cpumask_clear(m);
	cpumask_set_cpu(1, m);
	cpumask_clear_cpu(1, m);
	cpumask_copy(m, cpumask_of(0));
	cpumask_setall(m);
	if (cpumask_empty(m) || cpumask_test_cpu(1, m) || cpu_online(1))
		n += cpumask_first(m) + cpumask_next(0, m) + cpumask_weight(m) + cpumask_any(m);
	return n + nr_cpu_ids + num_online_cpus() + num_possible_cpus() + smp_processor_id() +
	       raw_smp_processor_id() + num_present_cpus() + NR_CPUS;
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
