/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * One module that measures two kernels: the same source here and on Linux, on the same machine. It
 * runs once, while it is loaded, and leaves nothing behind. README.md names the rows.
 */
#define pr_fmt(fmt) "bench: " fmt

#include <linux/completion.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "bench.h"

static char *only = "";
module_param(only, charp, 0444);
MODULE_PARM_DESC(only, "groups to run, by name: lock irq defer thread time contend net (all)");

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

u64 median(struct series *s)
{
	if (!s->n)
		return 0;
	sort(s->v, s->n, sizeof(s->v[0]), compare, NULL);
	return s->v[s->n / 2];
}

void report(const char *name, u64 value, const char *unit)
{
	pr_info("%s %llu %s\n", name, value, unit);
}

void report_hundredths(const char *name, u64 hundredths, const char *unit)
{
	pr_info("%s %llu.%02llu %s\n", name, hundredths / 100, hundredths % 100, unit);
}

void report_missing(const char *name, const char *why)
{
	pr_info("%s - %s\n", name, why);
}

void report_median(const char *name, struct series *s)
{
	if (s->n)
		report(name, median(s), "instructions");
	else
		report_missing(name, "it never came in time");
}

struct task_struct *thread_on(unsigned int cpu, int (*fn)(void *), void *data)
{
	struct task_struct *p = kthread_create(fn, data, "bench/%u", cpu);

	if (IS_ERR(p)) {
		pr_err("no thread for CPU %u: error %ld\n", cpu, PTR_ERR(p));
		return NULL;
	}
	kthread_bind(p, cpu);
	return p;
}

struct errand {
	void (*fn)(void);
	struct completion done;
};

static int errand_thread(void *data)
{
	struct errand *e = data;

	e->fn();
	complete(&e->done);
	return 0;
}

void run_on(unsigned int cpu, void (*fn)(void))
{
	struct errand e = { .fn = fn };
	struct task_struct *p;

	init_completion(&e.done);
	p = thread_on(cpu, errand_thread, &e);
	if (!p)
		return;
	wake_up_process(p);
	wait_for_completion(&e.done);
}

static const struct {
	const char *name;
	void (*run)(void);
} groups[] = {
	{ "lock", bench_lock }, { "irq", bench_irq }, { "defer", bench_defer },
	{ "thread", bench_thread }, { "time", bench_time }, { "contend", bench_contend },
	{ "net", bench_net },
};

static int __init bench_init(void)
{
	u64 first = now(), t0, t1;
	unsigned int i;

	report("boot.module", first, "instructions");
	t0 = now();
	t1 = now();
	report("clock", t1 - t0, "instructions");
	for (i = 0; i < ARRAY_SIZE(groups); i++)
		if (!*only || strstr(only, groups[i].name))
			run_on(BENCH_CPU, groups[i].run);
	pr_info("done\n");
	return 0;
}

static void __exit bench_exit(void)
{
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("what this kernel's primitives cost, in instructions");
