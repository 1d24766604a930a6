/* SPDX-License-Identifier: MIT */
/* What measuring commands have in common: work of a known length, options that are numbers. */
#ifndef _TESTS_BENCH_UTIL_H
#define _TESTS_BENCH_UTIL_H

#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/string.h>

static unsigned long loops_per_ms;

/* The pause lets the wire's CPU have its turn on the machine that repeats, where CPUs take turns. */
static noinline void loop(unsigned long n)
{
	while (n--) {
		barrier();
		if (n % 256 == 0)
			cpu_relax();
	}
}

/* Work that takes @ns of CPU time, whoever interrupts it; an ndelay() would end by the clock. */
static void burn(unsigned int ns)
{
	loop(ns * loops_per_ms / NSEC_PER_MSEC);
}

static void calibrate(void)
{
	const unsigned long n = 100000;
	u64 start, ns;

	scoped_guard(irqsave) {
		start = ktime_get();
		loop(n);
		ns = ktime_get() - start;
	}
	loops_per_ms = n * NSEC_PER_MSEC / max(ns, 1ull);
}

/* "-x NUMBER" for each letter; false: misused. */
static bool parse_numbers(int argc, char **argv, const char *letters, unsigned int *values)
{
	for (int i = 1; i < argc; i += 2) {
		const char *at = argv[i][0] == '-' && argv[i][1] ? strchr(letters, argv[i][1])
								 : NULL;

		if (!at || argv[i][2] || i + 1 == argc ||
		    kstrtouint(argv[i + 1], 10, &values[at - letters]) || !values[at - letters])
			return false;
	}
	return true;
}

#endif
