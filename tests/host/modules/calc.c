// SPDX-License-Identifier: MIT OR GPL-2.0
/* A module with everything the loader handles: parameters, an export, per-CPU variables, constants, bss. */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/smp.h>

static int factor = 2;
module_param(factor, int, 0444);
MODULE_PARM_DESC(factor, "what calc_scale() multiplies by");
static char *name = "nobody";
module_param(name, charp, 0444);
static bool loud;
module_param(loud, bool, 0444);
static unsigned int nap;
module_param(nap, uint, 0444);
MODULE_PARM_DESC(nap, "ms until init returns");
static int list[4], nr_list;
module_param_array(list, int, &nr_list, 0444);

static DEFINE_PER_CPU(int, calls) = 100;
static int in_bss[1000];
static const char *const words[] = { "zero", "one", "two" };

int calc_scale(int n);
int calc_scale(int n)
{
	this_cpu_inc(calls);
	in_bss[n]++;
	return n * factor;
}
EXPORT_SYMBOL_GPL(calc_scale);

static int __init calc_init(void)
{
	int cpu, sum = 0;

	for_each_online_cpu(cpu)
		sum += per_cpu(calls, cpu);
	pr_info("calc: factor %d name %s loud %d list %d: %d,%d per-CPU sum %d word %s\n", factor, name, loud,
		nr_list, list[0], list[1], sum, words[2]);
	pr_info("calc: init on CPU %d\n", raw_smp_processor_id());
	if (nap)
		msleep(nap);
	return 0;
}

static void __exit calc_exit(void)
{
	int cpu, sum = 0;

	for_each_online_cpu(cpu)
		sum += per_cpu(calls, cpu);
	pr_info("calc: %d calls, in_bss[21] %d\n", sum, in_bss[21]);
	pr_info("calc: exit on CPU %d\n", raw_smp_processor_id());
}

module_init(calc_init);
module_exit(calc_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("what the loader handles");
