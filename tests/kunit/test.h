/* SPDX-License-Identifier: MIT */
/*
 * kunit/test.h - in-kernel test suites with KUnit's names and KTAP version 1 output.
 *
 *	static void Q2_example(struct kunit *test)
 *	{
 *		KUNIT_EXPECT_EQ(test, 2 + 2, 4);
 *	}
 *	static struct kunit_case softirq_cases[] = { KUNIT_CASE(Q2_example), {} };
 *	static struct kunit_suite softirq_suite = { .name = "softirq", .test_cases = softirq_cases };
 *	kunit_test_suite(softirq_suite);
 *
 * Suites are linked in and run by ktest=GLOB[,GLOB] on the command line or by the shell's ktest.
 * A case runs in the calling thread. A failed EXPECT marks the case and goes on; a failed ASSERT
 * leaves the case at once (from another thread or an interrupt it can only mark it). After each
 * case the runner checks that it left preempt_count and IF as it found them and no softirq
 * pending; a leak fails the case by name and is repaired.
 */
#ifndef _KUNIT_TEST_H
#define _KUNIT_TEST_H

#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>

#define KUNIT_PARAM_DESC_SIZE		128
#define KUNIT_STATUS_COMMENT_SIZE	256

enum kunit_status {
	KUNIT_SUCCESS,
	KUNIT_FAILURE,
	KUNIT_SKIPPED,
};

struct kunit_resource;
struct kunit_suite;
struct task_struct;

/* One running case. name, priv and param_value are the test's; the rest is the runner's. */
struct kunit {
	void *priv;
	const char *name;
	const void *param_value;
	int param_index;

	struct kunit_suite *suite;
	bool init_done;
	enum kunit_status status;
	char status_comment[KUNIT_STATUS_COMMENT_SIZE];
	unsigned int depth;			/* of indentation */
	struct task_struct *owner;		/* the only thread that may abort the case */
	struct kunit_resource *resources;	/* freed after the case */
	void *abort_env[5];			/* __builtin_setjmp's */
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
	enum kunit_status status;
};

struct kunit_suite {
	const char *name;
	int (*suite_init)(struct kunit_suite *suite);
	void (*suite_exit)(struct kunit_suite *suite);
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;		/* ends with {} */
};

/* What a run counted; cases, parameters and suites. */
struct kunit_stats {
	unsigned int passed, failed, skipped, total;
};

#define KUNIT_CASE(test_name)	{ .run_case = test_name, .name = #test_name }
#define KUNIT_CASE_SLOW(test_name) KUNIT_CASE(test_name)
#define KUNIT_CASE_PARAM(test_name, gen_params)	\
	{ .run_case = test_name, .name = #test_name, .generate_params = gen_params }

/* name##_gen_params() for KUNIT_CASE_PARAM over @array; get_desc(elem, char *desc) names one. */
#define KUNIT_ARRAY_PARAM(name, array, get_desc)					\
	static const void *name##_gen_params(const void *prev, char *desc)		\
	{										\
		typeof((array)[0]) *__next =						\
			prev ? (typeof(__next))prev + 1 : (array);			\
		void (*__get_desc)(typeof(__next), char *) = get_desc;			\
											\
		if (__next - (array) >= ARRAY_SIZE(array))				\
			return NULL;							\
		if (__get_desc)								\
			__get_desc(__next, desc);					\
		return __next;								\
	}
#define KUNIT_ARRAY_PARAM_DESC(name, array, desc_member)				\
	static const void *name##_gen_params(const void *prev, char *desc)		\
	{										\
		typeof((array)[0]) *__next =						\
			prev ? (typeof(__next))prev + 1 : (array);			\
											\
		if (__next - (array) >= ARRAY_SIZE(array))				\
			return NULL;							\
		strscpy(desc, __next->desc_member, KUNIT_PARAM_DESC_SIZE);		\
		return __next;								\
	}

/* Registration: a pointer in a linker section that the runner walks. */
#define __kunit_register(unique, suites...)					\
	static struct kunit_suite *const unique[] __used			\
		__section(".kunit_suites") __aligned(8) = { suites }
#define kunit_test_suites(suites...)	__kunit_register(__UNIQUE_ID(kunit_suite_), suites)
#define kunit_test_suite(suite)		kunit_test_suites(&(suite))

/*
 * kunit_run - runs the suites and cases matching @filter ("glob", "suite.case" globs, separated
 * by commas; NULL or "" runs all) and prints KTAP through @out. Returns the number of failures,
 * -ENOENT when a glob matches nothing: then none runs. May sleep.
 */
int kunit_run(const char *filter, void (*out)(void *ctx, const char *line), void *ctx);
/* The part of @filter that begins with a glob that matches nothing, or NULL. Any context. */
const char *kunit_unmatched(const char *filter);
/*
 * kunit_run_suite - runs one suite, registered or not, from within a running case, with its lines
 * going to @out: how the runner tests itself. Returns the number of failures, or -ENOMEM.
 */
int kunit_run_suite(struct kunit_suite *suite, void (*out)(void *ctx, const char *line), void *ctx);
/* Calls @fn for each registered "suite" and its case names. */
void kunit_list(void (*fn)(void *ctx, const char *suite, const char *test_case), void *ctx);

/* kunit_skip() ends the case as skipped. */
#define kunit_skip(test, fmt, ...)							\
	do {										\
		__kunit_mark_skipped(test, fmt, ##__VA_ARGS__);				\
		__kunit_abort(test);							\
	} while (0)

/* A "# name: text" diagnostic line. */
__printf(2, 3) void kunit_log(struct kunit *test, const char *fmt, ...);
#define kunit_info(test, fmt, ...)	kunit_log(test, fmt, ##__VA_ARGS__)

/* Zeroed memory that is freed after the case; NULL when there is none. */
void *kunit_kmalloc(struct kunit *test, size_t size, gfp_t gfp);
void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp);
void *kunit_kcalloc(struct kunit *test, size_t n, size_t size, gfp_t gfp);
void kunit_kfree(struct kunit *test, const void *ptr);
/* Calls @fn(@ctx) after the case, newest first, also when it was aborted. 0 or -ENOMEM. */
int kunit_add_action(struct kunit *test, void (*fn)(void *ctx), void *ctx);
#define kunit_add_action_or_reset(test, fn, ctx)					\
	({										\
		int __err = kunit_add_action(test, fn, ctx);				\
											\
		if (__err)								\
			(fn)(ctx);							\
		__err;									\
	})

/*
 * kunit_expect_report - this case provokes a report (WARNING, BUG) that holds @text, a constant
 * string. Call it before the provocation: scripts/vm then does not fail the run for that report, and
 * the case fails if the report does not come. May sleep.
 */
void kunit_expect_report(struct kunit *test, const char *text);

/* Implementation of the macros below; @fmt may be NULL. */
__printf(2, 3) void __kunit_mark_skipped(struct kunit *test, const char *fmt, ...);
void __kunit_abort(struct kunit *test);
__printf(4, 5) void __kunit_fail(struct kunit *test, const char *where, bool assert,
				 const char *fmt, ...) __cold;
struct kunit_binary {
	const char *where, *left, *op, *right;
	long long l, r;
};
__printf(4, 5) void __kunit_fail_binary(struct kunit *test, bool assert,
					const struct kunit_binary *b, const char *fmt, ...) __cold;
__printf(5, 6) void __kunit_fail_bool(struct kunit *test, const char *where, bool assert,
				      const char *what, const char *fmt, ...) __cold;
__printf(4, 5) void __kunit_fail_str(struct kunit *test, bool assert,
				     const struct kunit_binary *b, const char *fmt, ...) __cold;
__printf(5, 6) void __kunit_fail_mem(struct kunit *test, bool assert,
				     const struct kunit_binary *b, size_t size, const char *fmt,
				     ...) __cold;

#define __KUNIT_WHERE	__FILE__ ":" __stringify(__LINE__)

#define KUNIT_FAIL(test, fmt, ...)							\
	__kunit_fail(test, __KUNIT_WHERE, false, fmt, ##__VA_ARGS__)
#define KUNIT_FAIL_AND_ABORT(test, fmt, ...)						\
	__kunit_fail(test, __KUNIT_WHERE, true, fmt, ##__VA_ARGS__)

#define __KUNIT_BINARY(test, assert, left, ltext, op, right, rtext, fmt, ...)		\
	do {										\
		const typeof(left) __left = (left);					\
		const typeof(right) __right = (right);					\
											\
		if (unlikely(!(__left op __right))) {					\
			const struct kunit_binary __b = {				\
				__KUNIT_WHERE, ltext, #op, rtext,			\
				(long long)__left, (long long)__right,			\
			};								\
											\
			__kunit_fail_binary(test, assert, &__b, fmt, ##__VA_ARGS__);	\
		}									\
	} while (0)

#define __KUNIT_PTR(test, assert, left, ltext, op, right, rtext, fmt, ...)		\
	__KUNIT_BINARY(test, assert, (unsigned long)(left), ltext, op, (unsigned long)(right),	\
		       rtext, fmt, ##__VA_ARGS__)

#define __KUNIT_BOOL(test, assert, cond, text, expected, fmt, ...)			\
	do {										\
		if (unlikely((bool)(cond) != (expected)))				\
			__kunit_fail_bool(test, __KUNIT_WHERE, assert,			\
					  text " to be " #expected, fmt, ##__VA_ARGS__); \
	} while (0)

#define __KUNIT_STR(test, assert, left, ltext, op, right, rtext, fmt, ...)		\
	do {										\
		const char *__left = (left);						\
		const char *__right = (right);						\
											\
		if (unlikely(!__left || !__right || !(strcmp(__left, __right) op 0))) {	\
			const struct kunit_binary __b = {				\
				__KUNIT_WHERE, ltext, #op, rtext,			\
				(long)__left, (long)__right,				\
			};								\
											\
			__kunit_fail_str(test, assert, &__b, fmt, ##__VA_ARGS__);	\
		}									\
	} while (0)

#define __KUNIT_MEM(test, assert, left, ltext, op, right, rtext, size, fmt, ...)	\
	do {										\
		const void *__left = (left);						\
		const void *__right = (right);						\
		const size_t __size = (size);						\
											\
		if (unlikely(!__left || !__right || !(memcmp(__left, __right, __size) op 0))) { \
			const struct kunit_binary __b = {				\
				__KUNIT_WHERE, ltext, #op, rtext,			\
				(long)__left, (long)__right,				\
			};								\
											\
			__kunit_fail_mem(test, assert, &__b, __size, fmt, ##__VA_ARGS__); \
		}									\
	} while (0)

#define KUNIT_EXPECT_TRUE(test, c)	__KUNIT_BOOL(test, false, c, #c, true, NULL)
#define KUNIT_EXPECT_FALSE(test, c)	__KUNIT_BOOL(test, false, c, #c, false, NULL)
#define KUNIT_EXPECT_EQ(test, l, r)	__KUNIT_BINARY(test, false, l, #l, ==, r, #r, NULL)
#define KUNIT_EXPECT_NE(test, l, r)	__KUNIT_BINARY(test, false, l, #l, !=, r, #r, NULL)
#define KUNIT_EXPECT_LT(test, l, r)	__KUNIT_BINARY(test, false, l, #l, <, r, #r, NULL)
#define KUNIT_EXPECT_LE(test, l, r)	__KUNIT_BINARY(test, false, l, #l, <=, r, #r, NULL)
#define KUNIT_EXPECT_GT(test, l, r)	__KUNIT_BINARY(test, false, l, #l, >, r, #r, NULL)
#define KUNIT_EXPECT_GE(test, l, r)	__KUNIT_BINARY(test, false, l, #l, >=, r, #r, NULL)
#define KUNIT_EXPECT_PTR_EQ(test, l, r)	__KUNIT_PTR(test, false, l, #l, ==, r, #r, NULL)
#define KUNIT_EXPECT_PTR_NE(test, l, r)	__KUNIT_PTR(test, false, l, #l, !=, r, #r, NULL)
#define KUNIT_EXPECT_NULL(test, p)	__KUNIT_PTR(test, false, p, #p, ==, NULL, "NULL", NULL)
#define KUNIT_EXPECT_NOT_NULL(test, p)	__KUNIT_PTR(test, false, p, #p, !=, NULL, "NULL", NULL)
#define KUNIT_EXPECT_STREQ(test, l, r)	__KUNIT_STR(test, false, l, #l, ==, r, #r, NULL)
#define KUNIT_EXPECT_STRNEQ(test, l, r)	__KUNIT_STR(test, false, l, #l, !=, r, #r, NULL)
#define KUNIT_EXPECT_MEMEQ(test, l, r, n)	__KUNIT_MEM(test, false, l, #l, ==, r, #r, n, NULL)
#define KUNIT_EXPECT_MEMNEQ(test, l, r, n)	__KUNIT_MEM(test, false, l, #l, !=, r, #r, n, NULL)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(test, p)	\
	__KUNIT_BOOL(test, false, IS_ERR_OR_NULL(p), "IS_ERR_OR_NULL(" #p ")", false, NULL)

#define KUNIT_EXPECT_TRUE_MSG(test, c, f, ...)	\
	__KUNIT_BOOL(test, false, c, #c, true, f, ##__VA_ARGS__)
#define KUNIT_EXPECT_FALSE_MSG(test, c, f, ...)	\
	__KUNIT_BOOL(test, false, c, #c, false, f, ##__VA_ARGS__)
#define KUNIT_EXPECT_EQ_MSG(test, l, r, f, ...)	\
	__KUNIT_BINARY(test, false, l, #l, ==, r, #r, f, ##__VA_ARGS__)
#define KUNIT_EXPECT_NE_MSG(test, l, r, f, ...)	\
	__KUNIT_BINARY(test, false, l, #l, !=, r, #r, f, ##__VA_ARGS__)
#define KUNIT_EXPECT_LT_MSG(test, l, r, f, ...)	\
	__KUNIT_BINARY(test, false, l, #l, <, r, #r, f, ##__VA_ARGS__)
#define KUNIT_EXPECT_LE_MSG(test, l, r, f, ...)	\
	__KUNIT_BINARY(test, false, l, #l, <=, r, #r, f, ##__VA_ARGS__)
#define KUNIT_EXPECT_GT_MSG(test, l, r, f, ...)	\
	__KUNIT_BINARY(test, false, l, #l, >, r, #r, f, ##__VA_ARGS__)
#define KUNIT_EXPECT_GE_MSG(test, l, r, f, ...)	\
	__KUNIT_BINARY(test, false, l, #l, >=, r, #r, f, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_EQ_MSG(test, l, r, f, ...)	\
	__KUNIT_PTR(test, false, l, #l, ==, r, #r, f, ##__VA_ARGS__)
#define KUNIT_EXPECT_PTR_NE_MSG(test, l, r, f, ...)	\
	__KUNIT_PTR(test, false, l, #l, !=, r, #r, f, ##__VA_ARGS__)
#define KUNIT_EXPECT_NULL_MSG(test, p, f, ...)	\
	__KUNIT_PTR(test, false, p, #p, ==, NULL, "NULL", f, ##__VA_ARGS__)
#define KUNIT_EXPECT_NOT_NULL_MSG(test, p, f, ...)	\
	__KUNIT_PTR(test, false, p, #p, !=, NULL, "NULL", f, ##__VA_ARGS__)
#define KUNIT_EXPECT_STREQ_MSG(test, l, r, f, ...)	\
	__KUNIT_STR(test, false, l, #l, ==, r, #r, f, ##__VA_ARGS__)
#define KUNIT_EXPECT_STRNEQ_MSG(test, l, r, f, ...)	\
	__KUNIT_STR(test, false, l, #l, !=, r, #r, f, ##__VA_ARGS__)
#define KUNIT_EXPECT_MEMEQ_MSG(test, l, r, n, f, ...)	\
	__KUNIT_MEM(test, false, l, #l, ==, r, #r, n, f, ##__VA_ARGS__)
#define KUNIT_EXPECT_MEMNEQ_MSG(test, l, r, n, f, ...)	\
	__KUNIT_MEM(test, false, l, #l, !=, r, #r, n, f, ##__VA_ARGS__)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL_MSG(test, p, f, ...)	\
	__KUNIT_BOOL(test, false, IS_ERR_OR_NULL(p), "IS_ERR_OR_NULL(" #p ")", false, f, ##__VA_ARGS__)

#define KUNIT_ASSERT_TRUE(test, c)	__KUNIT_BOOL(test, true, c, #c, true, NULL)
#define KUNIT_ASSERT_FALSE(test, c)	__KUNIT_BOOL(test, true, c, #c, false, NULL)
#define KUNIT_ASSERT_EQ(test, l, r)	__KUNIT_BINARY(test, true, l, #l, ==, r, #r, NULL)
#define KUNIT_ASSERT_NE(test, l, r)	__KUNIT_BINARY(test, true, l, #l, !=, r, #r, NULL)
#define KUNIT_ASSERT_LT(test, l, r)	__KUNIT_BINARY(test, true, l, #l, <, r, #r, NULL)
#define KUNIT_ASSERT_LE(test, l, r)	__KUNIT_BINARY(test, true, l, #l, <=, r, #r, NULL)
#define KUNIT_ASSERT_GT(test, l, r)	__KUNIT_BINARY(test, true, l, #l, >, r, #r, NULL)
#define KUNIT_ASSERT_GE(test, l, r)	__KUNIT_BINARY(test, true, l, #l, >=, r, #r, NULL)
#define KUNIT_ASSERT_PTR_EQ(test, l, r)	__KUNIT_PTR(test, true, l, #l, ==, r, #r, NULL)
#define KUNIT_ASSERT_PTR_NE(test, l, r)	__KUNIT_PTR(test, true, l, #l, !=, r, #r, NULL)
#define KUNIT_ASSERT_NULL(test, p)	__KUNIT_PTR(test, true, p, #p, ==, NULL, "NULL", NULL)
#define KUNIT_ASSERT_NOT_NULL(test, p)	__KUNIT_PTR(test, true, p, #p, !=, NULL, "NULL", NULL)
#define KUNIT_ASSERT_STREQ(test, l, r)	__KUNIT_STR(test, true, l, #l, ==, r, #r, NULL)
#define KUNIT_ASSERT_STRNEQ(test, l, r)	__KUNIT_STR(test, true, l, #l, !=, r, #r, NULL)
#define KUNIT_ASSERT_MEMEQ(test, l, r, n)	__KUNIT_MEM(test, true, l, #l, ==, r, #r, n, NULL)
#define KUNIT_ASSERT_MEMNEQ(test, l, r, n)	__KUNIT_MEM(test, true, l, #l, !=, r, #r, n, NULL)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p)	\
	__KUNIT_BOOL(test, true, IS_ERR_OR_NULL(p), "IS_ERR_OR_NULL(" #p ")", false, NULL)

#define KUNIT_ASSERT_TRUE_MSG(test, c, f, ...)	\
	__KUNIT_BOOL(test, true, c, #c, true, f, ##__VA_ARGS__)
#define KUNIT_ASSERT_FALSE_MSG(test, c, f, ...)	\
	__KUNIT_BOOL(test, true, c, #c, false, f, ##__VA_ARGS__)
#define KUNIT_ASSERT_EQ_MSG(test, l, r, f, ...)	\
	__KUNIT_BINARY(test, true, l, #l, ==, r, #r, f, ##__VA_ARGS__)
#define KUNIT_ASSERT_NE_MSG(test, l, r, f, ...)	\
	__KUNIT_BINARY(test, true, l, #l, !=, r, #r, f, ##__VA_ARGS__)
#define KUNIT_ASSERT_LT_MSG(test, l, r, f, ...)	\
	__KUNIT_BINARY(test, true, l, #l, <, r, #r, f, ##__VA_ARGS__)
#define KUNIT_ASSERT_LE_MSG(test, l, r, f, ...)	\
	__KUNIT_BINARY(test, true, l, #l, <=, r, #r, f, ##__VA_ARGS__)
#define KUNIT_ASSERT_GT_MSG(test, l, r, f, ...)	\
	__KUNIT_BINARY(test, true, l, #l, >, r, #r, f, ##__VA_ARGS__)
#define KUNIT_ASSERT_GE_MSG(test, l, r, f, ...)	\
	__KUNIT_BINARY(test, true, l, #l, >=, r, #r, f, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_EQ_MSG(test, l, r, f, ...)	\
	__KUNIT_PTR(test, true, l, #l, ==, r, #r, f, ##__VA_ARGS__)
#define KUNIT_ASSERT_PTR_NE_MSG(test, l, r, f, ...)	\
	__KUNIT_PTR(test, true, l, #l, !=, r, #r, f, ##__VA_ARGS__)
#define KUNIT_ASSERT_NULL_MSG(test, p, f, ...)	\
	__KUNIT_PTR(test, true, p, #p, ==, NULL, "NULL", f, ##__VA_ARGS__)
#define KUNIT_ASSERT_NOT_NULL_MSG(test, p, f, ...)	\
	__KUNIT_PTR(test, true, p, #p, !=, NULL, "NULL", f, ##__VA_ARGS__)
#define KUNIT_ASSERT_STREQ_MSG(test, l, r, f, ...)	\
	__KUNIT_STR(test, true, l, #l, ==, r, #r, f, ##__VA_ARGS__)
#define KUNIT_ASSERT_STRNEQ_MSG(test, l, r, f, ...)	\
	__KUNIT_STR(test, true, l, #l, !=, r, #r, f, ##__VA_ARGS__)
#define KUNIT_ASSERT_MEMEQ_MSG(test, l, r, n, f, ...)	\
	__KUNIT_MEM(test, true, l, #l, ==, r, #r, n, f, ##__VA_ARGS__)
#define KUNIT_ASSERT_MEMNEQ_MSG(test, l, r, n, f, ...)	\
	__KUNIT_MEM(test, true, l, #l, !=, r, #r, n, f, ##__VA_ARGS__)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(test, p, f, ...)	\
	__KUNIT_BOOL(test, true, IS_ERR_OR_NULL(p), "IS_ERR_OR_NULL(" #p ")", false, f, ##__VA_ARGS__)

#endif
