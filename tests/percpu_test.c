/* SPDX-License-Identifier: MIT */
/* percpu_test.c - per-CPU variables made at run time: each CPU's own, zeroed, aligned, given back. */
#include <kunit/test.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/page.h>

struct stats {
	u8 small;
	u16 half;
	u32 word;
	u64 packets;
};

static size_t used_before;

static int percpu_test_init(struct kunit *test)
{
	used_before = percpu_used();
	return 0;
}

static void percpu_test_exit(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, percpu_used(), used_before);
}

/* --- what works on one --- */

static void every_cpu_has_its_own(struct kunit *test)
{
	u64 __percpu *v = alloc_percpu(u64);
	int cpu, n = 0;

	KUNIT_ASSERT_NOT_NULL(test, v);
	KUNIT_EXPECT_EQ(test, percpu_used(), used_before + 8);
	for_each_possible_cpu(cpu) {
		KUNIT_EXPECT_EQ(test, *per_cpu_ptr(v, cpu), 0);
		*per_cpu_ptr(v, cpu) = 100 + cpu;
	}
	for_each_possible_cpu(cpu) {
		KUNIT_EXPECT_EQ(test, *per_cpu_ptr(v, cpu), 100 + cpu);
		n++;
	}
	KUNIT_EXPECT_GE(test, n, 1);
	KUNIT_EXPECT_EQ(test, *get_cpu_ptr(v), 100 + smp_processor_id());
	put_cpu_ptr(v);
	free_percpu(v);
}

static void count_on_this_cpu(void *arg)
{
	struct stats __percpu *s = arg;

	this_cpu_inc(s->packets);
	this_cpu_add(s->packets, 1UL << 40);
	this_cpu_sub(s->word, 1);
	this_cpu_write(s->small, 200 + smp_processor_id());
	this_cpu_or(s->half, 0x8001);
	this_cpu_ptr(s)->half++;
}

static void operations_of_each_width(struct kunit *test)
{
	struct stats __percpu *s = alloc_percpu_gfp(struct stats, GFP_ATOMIC);
	int cpu;

	KUNIT_ASSERT_NOT_NULL(test, s);
	on_each_cpu(count_on_this_cpu, s, 1);
	on_each_cpu(count_on_this_cpu, s, 1);
	for_each_online_cpu(cpu) {
		struct stats *p = per_cpu_ptr(s, cpu);

		KUNIT_EXPECT_EQ(test, p->packets, 2 + (2UL << 40));
		KUNIT_EXPECT_EQ(test, p->word, -2U);
		KUNIT_EXPECT_EQ(test, p->small, (u8)(200 + cpu));
		KUNIT_EXPECT_EQ(test, p->half, 0x8004);
	}
	free_percpu(s);
}

static void operations_with_a_value(struct kunit *test)
{
	int __percpu *v = alloc_percpu(int);

	KUNIT_ASSERT_NOT_NULL(test, v);
	preempt_disable();
	KUNIT_EXPECT_EQ(test, this_cpu_inc_return(*v), 1);
	KUNIT_EXPECT_EQ(test, this_cpu_add_return(*v, 9), 10);
	KUNIT_EXPECT_EQ(test, this_cpu_sub_return(*v, 12), -2);
	KUNIT_EXPECT_EQ(test, this_cpu_dec_return(*v), -3);
	KUNIT_EXPECT_EQ(test, this_cpu_xchg(*v, 7), -3);
	KUNIT_EXPECT_EQ(test, this_cpu_read(*v), 7);
	KUNIT_EXPECT_EQ(test, *per_cpu_ptr(v, smp_processor_id()), 7);
	preempt_enable();
	free_percpu(v);
}

/* --- where they lie --- */

static void aligned_on_every_cpu(struct kunit *test)
{
	int cpu;

	for (size_t align = 1; align <= PAGE_SIZE; align *= 2) {
		u8 __percpu *odd = __alloc_percpu(1, 1);
		u8 __percpu *p = __alloc_percpu(24, align);

		KUNIT_ASSERT_NOT_NULL(test, p);
		for_each_possible_cpu(cpu)
			KUNIT_EXPECT_EQ_MSG(test, (unsigned long)per_cpu_ptr(p, cpu) % align, 0,
					    "CPU %d, %zu", cpu, align);
		free_percpu(odd);
		free_percpu(p);
	}
}

static void first_gap_that_fits(struct kunit *test)
{
	u8 __percpu *p[4];

	for (int i = 0; i < 4; i++) {
		p[i] = __alloc_percpu(64, 8);
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
		memset(per_cpu_ptr(p[i], 0), 0x11 * (i + 1), 64);
	}
	free_percpu(p[1]);
	free_percpu(p[2]);
	/* 128 bytes are free between the two: 72 fit, then 56, and both are zeroed */
	if (p[1] + 64 == p[2]) {
		KUNIT_EXPECT_PTR_EQ(test, (u8 *)__alloc_percpu(72, 8), p[1]);
		KUNIT_EXPECT_PTR_EQ(test, (u8 *)__alloc_percpu(56, 8), p[1] + 72);
		KUNIT_EXPECT_NULL(test, memchr_inv(per_cpu_ptr(p[1], 0), 0, 128));
		free_percpu(p[1] + 72);
		free_percpu(p[1]);
	}
	KUNIT_EXPECT_NULL(test, memchr_inv(per_cpu_ptr(p[0], 0), 0x11, 64));
	KUNIT_EXPECT_NULL(test, memchr_inv(per_cpu_ptr(p[3], 0), 0x44, 64));
	free_percpu(p[0]);
	free_percpu(p[3]);
}

/* To the last byte, and all of it back again. */
static void none_left(struct kunit *test)
{
	void __percpu *all[PERCPU_DYNAMIC_SIZE / 1024 + 1], __percpu *last;
	int n = 0;

	while ((all[n] = __alloc_percpu_gfp(1024, 8, GFP_KERNEL | __GFP_NOWARN)))
		n++;
	KUNIT_EXPECT_GE(test, n, (PERCPU_DYNAMIC_SIZE - used_before) / 1024 / 2);
	KUNIT_EXPECT_EQ(test, percpu_used(), used_before + n * 1024UL);
	KUNIT_EXPECT_NULL(test, __alloc_percpu_gfp(PERCPU_DYNAMIC_SIZE, 8,
						   GFP_KERNEL | __GFP_NOWARN));
	last = all[n - 1];
	free_percpu(last);
	KUNIT_EXPECT_PTR_EQ(test, __alloc_percpu(1024, 8), last);
	while (n--)
		free_percpu(all[n]);
}

static void areas_are_counted(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, nr_percpu_pages() % num_possible_cpus(), 0);
	KUNIT_EXPECT_GT(test, nr_percpu_pages() / num_possible_cpus() * PAGE_SIZE,
			PERCPU_DYNAMIC_SIZE);
}

/* --- mistakes --- */

static void a_size_that_cannot_be(struct kunit *test)
{
	kunit_expect_report(test, "illegal size (0) or align (8)");
	KUNIT_EXPECT_NULL(test, __alloc_percpu(0, 8));
	kunit_expect_report(test, "illegal size (8) or align (24)");
	KUNIT_EXPECT_NULL(test, __alloc_percpu(8, 24));
	kunit_expect_report(test, "illegal size (8) or align (8192)");
	KUNIT_EXPECT_NULL(test, __alloc_percpu(8, 2 * PAGE_SIZE));
	kunit_expect_report(test, "illegal size (32769) or align (8)");
	KUNIT_EXPECT_NULL(test, __alloc_percpu(PERCPU_DYNAMIC_SIZE + 1, 8));
}

static void freed_by_mistake(struct kunit *test)
{
	u64 __percpu *a = __alloc_percpu(16, 8), __percpu *b = __alloc_percpu(16, 8);

	free_percpu(NULL);
	kunit_expect_report(test, "no such block");
	free_percpu(a + 1);				/* its middle */
	kunit_expect_report(test, "no such block");
	free_percpu(per_cpu_ptr(a, 0));			/* a CPU's copy */
	KUNIT_EXPECT_EQ(test, percpu_used(), used_before + 32);
	free_percpu(a);
	kunit_expect_report(test, "no such block");
	free_percpu(a);					/* twice */
	KUNIT_EXPECT_EQ(test, percpu_used(), used_before + 16);
	free_percpu(b);
}

static struct kunit_case percpu_cases[] = {
	KUNIT_CASE(every_cpu_has_its_own),
	KUNIT_CASE(operations_of_each_width),
	KUNIT_CASE(operations_with_a_value),
	KUNIT_CASE(aligned_on_every_cpu),
	KUNIT_CASE(first_gap_that_fits),
	KUNIT_CASE(none_left),
	KUNIT_CASE(areas_are_counted),
	KUNIT_CASE(a_size_that_cannot_be),
	KUNIT_CASE(freed_by_mistake),
	{}
};

static struct kunit_suite percpu_suite = {
	.name = "percpu",
	.init = percpu_test_init,
	.exit = percpu_test_exit,
	.test_cases = percpu_cases,
};
kunit_test_suite(percpu_suite);
