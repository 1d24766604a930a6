/* SPDX-License-Identifier: MIT */
/*
 * /proc/interrupts, the files below /proc/irq/N and masks from text (I40-I42).
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/shell.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/apic.h>
#include <asm/hardirq.h>
#include <asm/io_apic.h>

#include "../kernel/irq/internals.h"
#include "context.h"
#include "irq_fake.h"

#define OUT_SIZE	65536

static char *out;	/* what the last command printed */

static int proc_test_init(struct kunit *test)
{
	out = kunit_kzalloc(test, OUT_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, out);
	pin_to_cpu(0);
	return 0;
}

static void proc_test_exit(struct kunit *test)
{
	unpin();
}

/* Run a command about @f's directory; its status. @fmt has one %d, the irq. */
static int sh(struct fake_irq *f, const char *fmt)
{
	char cmd[96];

	snprintf(cmd, sizeof(cmd), fmt, f->irq);
	return shell_capture(cmd, out, OUT_SIZE);
}

/* --- text to mask --- */

static void masks_from_text(struct kunit *test)
{
	struct cpumask m;

	KUNIT_EXPECT_EQ(test, cpumask_parse("1", &m), 0);
	KUNIT_EXPECT_TRUE(test, cpumask_equal(&m, cpumask_of(0)));
	KUNIT_EXPECT_EQ(test, cpumask_parse("0x1", &m), 0);
	KUNIT_EXPECT_EQ(test, cpumask_parse("00000000,00000001", &m), 0);
	KUNIT_EXPECT_TRUE(test, cpumask_equal(&m, cpumask_of(0)));
	KUNIT_EXPECT_EQ(test, cpumask_parse("0", &m), 0);
	KUNIT_EXPECT_TRUE(test, cpumask_empty(&m));
	KUNIT_EXPECT_EQ(test, cpumask_parse("", &m), -EINVAL);
	KUNIT_EXPECT_EQ(test, cpumask_parse("x", &m), -EINVAL);
	KUNIT_EXPECT_EQ(test, cpumask_parse("1,", &m), -EINVAL);
	KUNIT_EXPECT_EQ(test, cpumask_parse("1 2", &m), -EINVAL);
	KUNIT_EXPECT_EQ(test, cpumask_parse("-1", &m), -EINVAL);
	KUNIT_EXPECT_EQ(test, cpumask_parse("123456789", &m), -EOVERFLOW);
	KUNIT_EXPECT_EQ(test, cpumask_parse("1,0,0,0,0,0,0,0,0", &m), -EOVERFLOW);
	KUNIT_EXPECT_EQ(test, cpulist_parse("0", &m), 0);
	KUNIT_EXPECT_TRUE(test, cpumask_equal(&m, cpumask_of(0)));
	KUNIT_EXPECT_EQ(test, cpulist_parse("0-0,0", &m), 0);
	KUNIT_EXPECT_EQ(test, cpulist_parse("", &m), -EINVAL);
	KUNIT_EXPECT_EQ(test, cpulist_parse("0-", &m), -EINVAL);
	KUNIT_EXPECT_EQ(test, cpulist_parse("1-0", &m), -EINVAL);
	KUNIT_EXPECT_EQ(test, cpulist_parse("0,,0", &m), -EINVAL);
	KUNIT_EXPECT_EQ(test, cpulist_parse("4294967295", &m), -ERANGE);
	KUNIT_EXPECT_EQ(test, cpulist_parse("4294967296", &m), -EOVERFLOW);
	KUNIT_EXPECT_EQ(test, cpulist_parse("18446744073709551616", &m), -EOVERFLOW);	/* 2^64 */
	KUNIT_EXPECT_EQ(test, cpulist_parse("0-18446744073709551616", &m), -EOVERFLOW);
}

/* --- /proc/irq/N --- */

static void I40_default_is_everybody(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);
	char want[128];

	fake_request(test, f, 0);
	snprintf(want, sizeof(want), "%*pb\n", cpumask_pr_args(&irq_default_affinity));
	KUNIT_EXPECT_EQ(test, sh(f, "cat /proc/irq/%d/smp_affinity"), 0);
	KUNIT_EXPECT_STREQ(test, out, want);
	KUNIT_EXPECT_EQ(test, sh(f, "cat /proc/irq/default_smp_affinity"), 0);
	KUNIT_EXPECT_STREQ(test, out, want);
	snprintf(want, sizeof(want), "%*pbl\n", cpumask_pr_args(&irq_default_affinity));
	KUNIT_EXPECT_EQ(test, sh(f, "cat /proc/irq/%d/smp_affinity_list"), 0);
	KUNIT_EXPECT_STREQ(test, out, want);
	KUNIT_EXPECT_EQ(test, sh(f, "cat /proc/irq/%d/effective_affinity_list"), 0);
	snprintf(want, sizeof(want), "%u\n", irqd_cfg(&f->desc->irq_data)->cpu);
	KUNIT_EXPECT_STREQ(test, out, want);
}

static void I40_written_mask_decides(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);

	fake_request(test, f, 0);
	KUNIT_EXPECT_EQ(test, sh(f, "echo 1 > /proc/irq/%d/smp_affinity"), 0);
	fake_send(f);	/* it is moved by the next interrupt (V8) */
	fake_send(f);
	KUNIT_EXPECT_EQ(test, f->cpu, 0);
	KUNIT_EXPECT_EQ(test, sh(f, "cat /proc/irq/%d/smp_affinity_list"), 0);
	KUNIT_EXPECT_STREQ(test, out, "0\n");
	KUNIT_EXPECT_EQ(test, sh(f, "cat /proc/irq/%d/effective_affinity_list"), 0);
	KUNIT_EXPECT_STREQ(test, out, "0\n");
	KUNIT_EXPECT_EQ(test, sh(f, "echo 0 > /proc/irq/%d/smp_affinity_list"), 0);
}

static void I40_nonsense_is_refused(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);

	fake_request(test, f, 0);
	KUNIT_EXPECT_NE(test, sh(f, "echo 0 > /proc/irq/%d/smp_affinity"), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "Invalid argument"));
	KUNIT_EXPECT_NE(test, sh(f, "echo pear > /proc/irq/%d/smp_affinity"), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "Invalid argument"));
	KUNIT_EXPECT_NE(test, sh(f, "echo 0-  > /proc/irq/%d/smp_affinity_list"), 0);
	KUNIT_EXPECT_NE(test, sh(f, "echo 0 > /proc/irq/default_smp_affinity"), 0);
	KUNIT_EXPECT_NE(test, sh(f, "echo 1 > /proc/irq/%d/effective_affinity"), 0);
}

static void I41_who_cannot_move_says_so(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);
	struct fake_irq *g = fake_irq_create(test, handle_edge_irq);

	fake_request(test, f, IRQF_NOBALANCING);
	KUNIT_EXPECT_NE(test, sh(f, "echo 1 > /proc/irq/%d/smp_affinity"), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "Input/output error"));
	KUNIT_EXPECT_FALSE(test, irq_can_set_affinity(f->irq));
	fake_free(f);
	fake_request(test, f, IRQF_PERCPU);
	KUNIT_EXPECT_FALSE(test, irq_can_set_affinity(f->irq));
	fake_request(test, g, 0);	/* a chip that cannot */
	KUNIT_EXPECT_EQ(test, irq_set_affinity(g->irq, cpumask_of(0)), -EINVAL);
	KUNIT_EXPECT_NE(test, sh(g, "echo 1 > /proc/irq/%d/smp_affinity"), 0);
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "Input/output error"));
}

static void I40_directory_comes_and_goes(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	KUNIT_EXPECT_EQ(test, sh(f, "cat /proc/irq/%d/affinity_hint"), 0);
	KUNIT_EXPECT_EQ(test, sh(f, "cat /proc/irq/%d/node"), 0);
	irq_set_chip(f->irq, NULL);
	KUNIT_EXPECT_NE(test, sh(f, "cat /proc/irq/%d/node"), 0);
}

/* What /proc/irq/N/@name says, as a mask of the first CPUs. */
static unsigned long mask_in(struct fake_irq *f, const char *name)
{
	char command[48];
	char *end;

	snprintf(command, sizeof(command), "cat /proc/irq/%%d/%s", name);
	if (sh(f, command))
		return ~0UL;
	end = strrchr(out, ',');		/* the last 32 */
	return simple_strtoul(end ? end + 1 : out, NULL, 16);
}

static void I40_hint_is_what_the_driver_would_like(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);
	struct fake_irq *per_cpu = fake_irq_create(test, handle_percpu_devid_irq);
	unsigned long before;

	fake_request(test, f, 0);
	before = mask_in(f, "smp_affinity");
	KUNIT_EXPECT_EQ(test, mask_in(f, "affinity_hint"), 0UL);
	KUNIT_EXPECT_EQ(test, irq_update_affinity_hint(f->irq, cpumask_of(0)), 0);
	KUNIT_EXPECT_EQ(test, mask_in(f, "affinity_hint"), 1UL);
	KUNIT_EXPECT_EQ(test, mask_in(f, "smp_affinity"), before);
	KUNIT_EXPECT_EQ(test, irq_set_affinity_and_hint(f->irq, cpumask_of(0)), 0);
	KUNIT_EXPECT_EQ(test, mask_in(f, "smp_affinity"), 1UL);
	KUNIT_EXPECT_EQ(test, irq_set_affinity_hint(f->irq, NULL), 0);
	KUNIT_EXPECT_EQ(test, mask_in(f, "affinity_hint"), 0UL);
	KUNIT_EXPECT_EQ(test, mask_in(f, "smp_affinity"), 1UL);

	KUNIT_ASSERT_EQ(test, irq_set_percpu_devid(per_cpu->irq), 0);
	KUNIT_EXPECT_EQ(test, irq_update_affinity_hint(per_cpu->irq, cpumask_of(0)), -EINVAL);
	KUNIT_EXPECT_NULL(test, per_cpu->desc->affinity_hint);
}

/* --- /proc/interrupts --- */

/* The line of @out that begins with @start, cut out; NULL if there is none. */
static char *line(const char *start)
{
	char *p = !strncmp(out, start, strlen(start)) ? out : NULL;
	char nl[32];

	if (!p) {
		snprintf(nl, sizeof(nl), "\n%s", start);
		p = strstr(out, nl);
		p = p ? p + 1 : NULL;
	}
	if (p)
		*strchrnul(p, '\n') = '\0';
	return p;
}

/* "NNN: " and a count for each online CPU, @n on CPU 0. */
static int format_counts(char *buf, size_t size, const char *label, unsigned int n)
{
	int cpu, len = snprintf(buf, size, "%3s: ", label);

	for_each_online_cpu(cpu)
		len += scnprintf(buf + len, size - len, "%10u ", cpu ? 0 : n);
	return len;
}

static void I42_header(struct kunit *test)
{
	char want[32 + 11 * 8];
	int cpu, len = snprintf(want, sizeof(want), "%11s", "");

	if (num_online_cpus() > 8)
		kunit_skip(test, "at most 8 CPUs");
	for_each_online_cpu(cpu)
		len += scnprintf(want + len, sizeof(want) - len, "CPU%-8d", cpu);
	shell_capture("cat /proc/interrupts", out, OUT_SIZE);
	*strchrnul(out, '\n') = '\0';
	KUNIT_EXPECT_STREQ(test, out, want);
}

static irqreturn_t second_handler(int irq, void *dev)
{
	return IRQ_NONE;
}

static void I42_line_of_an_irq(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);
	char want[256], label[8];
	int len;

	if (num_online_cpus() > 8)
		kunit_skip(test, "at most 8 CPUs");
	snprintf(label, sizeof(label), "%d", f->irq);
	shell_capture("cat /proc/interrupts", out, OUT_SIZE);
	snprintf(want, sizeof(want), "%3s: ", label);
	KUNIT_EXPECT_NULL(test, line(want));	/* nobody listens: no line */

	irq_get_irq_data(f->irq)->hwirq = 7;
	fake_request(test, f, IRQF_SHARED);
	KUNIT_ASSERT_EQ(test, request_irq(f->irq, second_handler, IRQF_SHARED, "two", test), 0);
	for (int i = 0; i < 3; i++)
		fake_fire(f);
	shell_capture("cat /proc/interrupts", out, OUT_SIZE);
	len = format_counts(want, sizeof(want), label, 3);
	snprintf(want + len, sizeof(want) - len, " %8s %3d-%-8s  %s", "fake", 7, "fake", "fake, two");
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, want));
	free_irq(f->irq, test);
}

static void I42_arch_rows(struct kunit *test)
{
	static const char * const rows[] = {
		"NMI", "LOC", "SPU", "PMI", "IWI", "RTR", "RES", "CAL", "TLB", "TRM", "THR", "DFR",
		"MCE", "MCP", "ERR", "MIS", "PIN", "NPI", "PIW",
	};
	char *p, label[8], want[24];

	shell_capture("cat /proc/interrupts", out, OUT_SIZE);
	p = out;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(label, sizeof(label), "\n%s: ", rows[i]);
		p = strstr(p, label);
		KUNIT_ASSERT_NOT_NULL(test, p);
	}
	KUNIT_EXPECT_NOT_NULL(test, strstr(out, "   Local timer interrupts\n"));
	snprintf(want, sizeof(want), "MIS: %10u", irq_mis_count);
	KUNIT_EXPECT_STREQ(test, line("MIS: "), want);
}

static struct kunit_case proc_cases[] = {
	KUNIT_CASE(masks_from_text),
	KUNIT_CASE(I40_default_is_everybody),
	KUNIT_CASE(I40_written_mask_decides),
	KUNIT_CASE(I40_nonsense_is_refused),
	KUNIT_CASE(I41_who_cannot_move_says_so),
	KUNIT_CASE(I40_directory_comes_and_goes),
	KUNIT_CASE(I40_hint_is_what_the_driver_would_like),
	KUNIT_CASE(I42_header),
	KUNIT_CASE(I42_line_of_an_irq),
	KUNIT_CASE(I42_arch_rows),
	{}
};

static struct kunit_suite proc_suite = {
	.name = "irq_proc",
	.init = proc_test_init,
	.exit = proc_test_exit,
	.test_cases = proc_cases,
};
kunit_test_suite(proc_suite);
