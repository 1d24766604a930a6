/* SPDX-License-Identifier: MIT */
/*
 * The address checker (kernel/debug/kasan.c, BUILD=kasan): bad accesses on purpose, each of which must be
 * reported once and by its right name, and the accesses beside them, which must not be.
 */
#include <kunit/test.h>
#include <linux/kasan.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "sched_util.h"

/* The compiler may know nothing about where a pointer points, or it warns, or leaves the access out. */
#define HIDE(p) ({ typeof(p) volatile __hidden = (p); __hidden; })

static u8 global[13];

/* The reports name them: no .isra, no .constprop. */
#define __whole	noinline __attribute__((__noipa__))

static __whole u8 read_byte(const u8 *p)
{
	return *(volatile const u8 *)p;
}

static __whole void write_byte(u8 *p)
{
	*(volatile u8 *)p = 1;
}

static __whole void write_long(void *p)
{
	*(volatile unsigned long *)p = 1;
}

static int kasan_test_init(struct kunit *test)
{
	kasan_forget();
	return 0;
}

/* Run the statement; exactly @n reports must come of it. */
#define EXPECT_REPORTS(test, n, ...)						\
	do {									\
		unsigned int __before = kasan_reports();			\
										\
		__VA_ARGS__;							\
		KUNIT_EXPECT_EQ(test, kasan_reports(), __before + (n));		\
	} while (0)

/* ---- the heap ---- */

static void one_byte_behind_an_object(struct kunit *test)
{
	u8 *p = HIDE(kmalloc(13, GFP_KERNEL));

	KUNIT_ASSERT_NOT_NULL(test, p);
	kunit_expect_report(test, "BUG: KASAN: slab-out-of-bounds in write_byte+0x");
	EXPECT_REPORTS(test, 0, write_byte(p); write_byte(p + 12));
	EXPECT_REPORTS(test, 1, write_byte(p + 13));
	kfree(p);
}

static void a_word_that_begins_inside(struct kunit *test)
{
	u8 *p = HIDE(kmalloc(20, GFP_KERNEL));

	KUNIT_ASSERT_NOT_NULL(test, p);
	kunit_expect_report(test, "BUG: KASAN: slab-out-of-bounds in write_long+0x");
	EXPECT_REPORTS(test, 0, write_long(p + 8));
	EXPECT_REPORTS(test, 1, write_long(p + 16));
	kfree(p);
}

static void before_an_object(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("kasan_test", 40, 0, 0, NULL);
	u8 *p, *q;

	KUNIT_ASSERT_NOT_NULL(test, s);
	p = HIDE(kmem_cache_alloc(s, GFP_KERNEL));
	q = HIDE(kmem_cache_alloc(s, GFP_KERNEL));
	kunit_expect_report(test, "BUG: KASAN: slab-out-of-bounds in read_byte+0x");
	EXPECT_REPORTS(test, 1, read_byte(max(p, q) - 1));
	kmem_cache_free(s, p);
	kmem_cache_free(s, q);
	kmem_cache_destroy(s);
}

static void use_after_free_names_both_threads(struct kunit *test)
{
	struct log_mark *l = log_mark(test);
	u8 *p = HIDE(kmalloc(100, GFP_KERNEL));

	KUNIT_ASSERT_NOT_NULL(test, p);
	kfree(p);
	kunit_expect_report(test, "BUG: KASAN: slab-use-after-free in read_byte+0x");
	EXPECT_REPORTS(test, 1, read_byte(p + 8));
	KUNIT_EXPECT_EQ(test, log_count(l, "Read of size 1 at addr"), 1);
	KUNIT_EXPECT_EQ(test, log_count(l, "Allocated by task"), 1);
	KUNIT_EXPECT_EQ(test, log_count(l, "Freed by task"), 1);
	/* the call trace, who allocated, who freed */
	KUNIT_EXPECT_EQ(test, log_count(l, " use_after_free_names_both_threads+0x"), 3);
	KUNIT_EXPECT_EQ(test, log_count(l, "belongs to the cache kmalloc-128 of size 128"), 1);
	KUNIT_EXPECT_EQ(test, log_count(l, "located 8 bytes inside of"), 1);
	KUNIT_EXPECT_EQ(test, log_count(l, "freed 100-byte region"), 1);
}

/* Many objects of the same size come and go, and the stale pointer is still one. */
static void quarantine_keeps_a_freed_object(struct kunit *test)
{
	u8 *p = HIDE(kmalloc(64, GFP_KERNEL));

	KUNIT_ASSERT_NOT_NULL(test, p);
	kfree(p);
	for (int i = 0; i < 500; i++) {
		u8 *other = kmalloc(64, GFP_KERNEL);

		KUNIT_EXPECT_PTR_NE(test, other, p);
		kfree(other);
	}
	kunit_expect_report(test, "BUG: KASAN: slab-use-after-free in read_byte+0x");
	EXPECT_REPORTS(test, 1, read_byte(p));
}

#define NR_FREED	2000	/* each; small ones: the quarantine is full by number, not by bytes */

static struct kmem_cache *small;

static int allocate_and_free(struct member *me)
{
	for (int i = 0; i < NR_FREED; i++)
		kmem_cache_free(small, kmem_cache_alloc(small, GFP_KERNEL));
	WRITE_ONCE(me->count, 1);
	return 0;
}

/* Every CPU frees at once: what goes in comes out, and a cache can be destroyed. */
static void quarantine_loses_nothing(struct kunit *test)
{
	struct crew *c = crew_new(test);
	int cpu;

	small = kmem_cache_create("kasan_small", 8, 0, 0, NULL);
	KUNIT_ASSERT_NOT_NULL(test, small);
	for_each_online_cpu(cpu)
		crew_add(test, c, cpu, allocate_and_free, 0);
	crew_start(c);
	for (int i = 0; i < c->size; i++)
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[i].count)));
	kmem_cache_destroy(small);
}

static void double_free(struct kunit *test)
{
	u8 *p = HIDE(kmalloc(64, GFP_KERNEL));

	KUNIT_ASSERT_NOT_NULL(test, p);
	kfree(p);
	kunit_expect_report(test, "BUG: KASAN: double-free in double_free+0x");
	EXPECT_REPORTS(test, 1, kfree(p));
}

static void behind_a_large_block(struct kunit *test)
{
	u8 *p = HIDE(kmalloc(3 * KMALLOC_MAX_CACHE_SIZE + 10, GFP_KERNEL));

	KUNIT_ASSERT_NOT_NULL(test, p);
	kunit_expect_report(test, "BUG: KASAN: slab-out-of-bounds in write_byte+0x");
	EXPECT_REPORTS(test, 0, write_byte(p + 3 * KMALLOC_MAX_CACHE_SIZE + 9));
	EXPECT_REPORTS(test, 1, write_byte(p + 3 * KMALLOC_MAX_CACHE_SIZE + 10));
	kfree(p);
}

static void a_freed_page(struct kunit *test)
{
	u8 *p = HIDE((u8 *)__get_free_page(GFP_KERNEL));

	KUNIT_ASSERT_NOT_NULL(test, p);
	EXPECT_REPORTS(test, 0, write_byte(p + PAGE_SIZE - 1));
	kunit_expect_report(test, "BUG: KASAN: use-after-free in read_byte+0x");
	free_page((unsigned long)p);	/* last: who allocates next may get it */
	EXPECT_REPORTS(test, 1, read_byte(p));
}

static void behind_a_vmalloc(struct kunit *test)
{
	u8 *p = HIDE((u8 *)vmalloc(5000));

	KUNIT_ASSERT_NOT_NULL(test, p);
	kunit_expect_report(test, "BUG: KASAN: vmalloc-out-of-bounds in read_byte+0x");
	EXPECT_REPORTS(test, 0, write_byte(p + 4999));
	EXPECT_REPORTS(test, 1, read_byte(p + 5000));
	vfree(p);
}

/* ---- what the compiler lays out ---- */

static void behind_a_local_array(struct kunit *test)
{
	volatile u8 array[10] = {};
	u8 *p = HIDE((u8 *)array);

	kunit_expect_report(test, "BUG: KASAN: stack-out-of-bounds in write_byte+0x");
	EXPECT_REPORTS(test, 0, write_byte(p + 9));
	EXPECT_REPORTS(test, 1, write_byte(p + 10));
}

static void behind_a_global_array(struct kunit *test)
{
	u8 *p = HIDE(&global[0]);

	kunit_expect_report(test, "BUG: KASAN: global-out-of-bounds in read_byte+0x");
	EXPECT_REPORTS(test, 0, write_byte(p + 12));
	EXPECT_REPORTS(test, 1, read_byte(p + 13));
}

/* ---- what the compiler does not see ---- */

static void string_functions_check_their_ranges(struct kunit *test)
{
	u8 *p = HIDE(kmalloc(100, GFP_KERNEL)), *q = HIDE(kmalloc(200, GFP_KERNEL));

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_ASSERT_NOT_NULL(test, q);
	kunit_expect_report(test, "BUG: KASAN: slab-out-of-bounds in string_functions_check");
	kunit_expect_report(test, "BUG: KASAN: slab-out-of-bounds in memmove+0x");	/* by memcpy() */
	EXPECT_REPORTS(test, 0, memset(p, 0, 100); memset(q, 0, 200); memcpy(q, p, 100));
	EXPECT_REPORTS(test, 1, memset(p, 0, HIDE(101)));
	EXPECT_REPORTS(test, 1, memcpy(q, p, HIDE(108)));
	EXPECT_REPORTS(test, 1, memmove(q + 150, q, HIDE(60)));
	EXPECT_REPORTS(test, 1, (void)HIDE(memcmp(p, q, HIDE(120))));
	kfree(p);
	kfree(q);
}

/* ---- and silence ---- */

static noinline void leave(struct kunit *test)
{
	volatile u8 painted[100] = {};

	write_byte(HIDE((u8 *)painted));
	kunit_skip(test, "the frame of this call is left without its end");
}

static void aborted_case(struct kunit *test)
{
	leave(test);
}

static void drop(void *ctx, const char *line)
{
}

/* An aborted case leaves painted frames behind; whoever uses that stack next must not meet them. */
static void a_stack_left_in_a_hurry_is_wiped(struct kunit *test)
{
	static struct kunit_case cases[] = { KUNIT_CASE(aborted_case), {} };
	static struct kunit_suite suite = { .name = "left", .test_cases = cases };
	unsigned int before = kasan_reports();
	volatile u8 array[200];

	kunit_run_suite(&suite, drop, NULL);
	for (int i = 0; i < ARRAY_SIZE(array); i++)
		array[i] = i;
	KUNIT_EXPECT_EQ(test, kasan_reports(), before);
}

static void objects_of_every_size_may_be_used_whole(struct kunit *test)
{
	for (size_t size = 1; size < 3 * KMALLOC_MAX_CACHE_SIZE; size += size / 4 + 1) {
		u8 *p = kzalloc(size, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, p);
		EXPECT_REPORTS(test, 0, memset(p, 1, size); write_byte(p + size - 1));
		kfree(p);
	}
}

static struct kunit_case kasan_cases[] = {
	KUNIT_CASE(one_byte_behind_an_object),
	KUNIT_CASE(a_word_that_begins_inside),
	KUNIT_CASE(before_an_object),
	KUNIT_CASE(use_after_free_names_both_threads),
	KUNIT_CASE(quarantine_keeps_a_freed_object),
	KUNIT_CASE(quarantine_loses_nothing),
	KUNIT_CASE(double_free),
	KUNIT_CASE(behind_a_large_block),
	KUNIT_CASE(a_freed_page),
	KUNIT_CASE(behind_a_vmalloc),
	KUNIT_CASE(behind_a_local_array),
	KUNIT_CASE(behind_a_global_array),
	KUNIT_CASE(string_functions_check_their_ranges),
	KUNIT_CASE(a_stack_left_in_a_hurry_is_wiped),
	KUNIT_CASE(objects_of_every_size_may_be_used_whole),
	{}
};

static struct kunit_suite kasan_suite = {
	.name = "kasan", .init = kasan_test_init, .test_cases = kasan_cases
};
kunit_test_suite(kasan_suite);
