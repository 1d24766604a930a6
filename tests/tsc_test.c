/* SPDX-License-Identifier: MIT */
/*
 * Do the CPUs' time stamp counters agree? The check that each secondary CPU goes through during
 * bring-up, once more: with counters that agree, and with one that is said to be ahead.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/tsc.h>

#include "context.h"
#include "irq_fake.h"

static int tsc_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	log_mark();
	return 0;
}

static void tsc_test_exit(struct kunit *test)
{
	unpin();
}

/* What a CPU that comes up does. IRQs off. */
static void newcomer(void *done)
{
	tsc_check_ap();
	smp_store_release((bool *)done, true);
}

static void counters_that_agree_are_not_mentioned(struct kunit *test)
{
	int cpu = second_cpu(test);
	bool done = false;

	smp_call_function_single(cpu, newcomer, &done, 0);
	while (!smp_load_acquire(&done)) {
		tsc_check_poll(0);
		cpu_relax();
	}
	KUNIT_EXPECT_FALSE(test, log_has("TSC off by"));
}

/* The line of the log that names a warp: its CPU and its ticks. */
static bool find_warp(int *cpu, u64 *ticks)
{
	struct kmsg_record *rec = kmalloc(sizeof(*rec), GFP_KERNEL);
	struct kmsg_iter it;
	bool found = false;
	const char *s;

	kmsg_rewind(&it);
	while (rec && kmsg_next(&it, rec)) {
		s = strstr(rec->text, "tsc: CPU");
		if (!s || !strstr(s, ": TSC off by "))
			continue;
		*cpu = simple_strtoul(s + strlen("tsc: CPU"), NULL, 10);
		*ticks = simple_strtoul(strstr(s, "off by ") + strlen("off by "), NULL, 10);
		found = true;
	}
	kfree(rec);
	return found;
}

static void warp_is_named_with_its_cpu_and_size(struct kunit *test)
{
	int cpu = num_online_cpus() > 1 ? second_cpu(test) : 0, named = -1;
	u64 skew = tsc_hz, start = rdtsc(), ticks = 0, spent;
	bool done = false;

	tsc_check_poll(skew);		/* this CPU is a second ahead */
	smp_call_function_single(cpu, newcomer, &done, 1);
	spent = rdtsc() - start;
	if (spent >= skew)
		kunit_skip(test, "the host was away for a second");
	KUNIT_ASSERT_TRUE(test, find_warp(&named, &ticks));
	KUNIT_EXPECT_EQ(test, named, cpu);
	KUNIT_EXPECT_TRUE(test, log_has("ticks; time may run backwards between CPUs"));
	KUNIT_EXPECT_LE(test, ticks, skew);
	KUNIT_EXPECT_GE(test, ticks + spent, skew);

	/* Said once. When the moment that was ahead has come, there is nothing to say. */
	while (rdtsc() - start < skew)
		msleep(10);
	log_mark();
	smp_call_function_single(cpu, newcomer, &done, 1);
	KUNIT_EXPECT_FALSE(test, log_has("TSC off by"));
}

static struct kunit_case tsc_cases[] = {
	KUNIT_CASE(counters_that_agree_are_not_mentioned),
	KUNIT_CASE(warp_is_named_with_its_cpu_and_size),
	{}
};

static struct kunit_suite tsc_suite = {
	.name = "tsc",
	.init = tsc_test_init,
	.exit = tsc_test_exit,
	.test_cases = tsc_cases,
};
kunit_test_suite(tsc_suite);
