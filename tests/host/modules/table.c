// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * Relocations of every kind that a module has, and next to nothing that runs: what a liar
 * changes here breaks nobody.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/string.h>

static int counters[8];
static DEFINE_PER_CPU(int, mine);

/* Nobody calls these. */
static noinline int first(int n)
{
	counters[n & 7]++;
	this_cpu_inc(mine);
	pr_info("first %d %s\n", n, n ? "one" : "none");
	return n;
}

static noinline int second(int n)
{
	switch (n) {
	case 0: return counters[0];
	case 1: return first(counters[1]);
	case 2: return strlen("two") + first(2);
	case 3: return first(3) + first(4);
	case 4: return scnprintf((char *)counters, sizeof(counters), "%d", n);
	}
	return first(n) + counters[n & 7];
}

static const struct {
	const char *name;
	int (*fn)(int n);
	int *counter;
} table[] __used = {
	{ "first", first, &counters[0] }, { "second", second, &counters[1] }, { "third", first, &counters[2] },
	{ "fourth", second, &counters[3] }, { "fifth", first, &counters[4] }, { "sixth", second, &counters[5] },
};

static int __init table_init(void)
{
	return 0;
}

static void __exit table_exit(void)
{
}

module_init(table_init);
module_exit(table_exit);
MODULE_LICENSE("GPL");
