/* SPDX-License-Identifier: MIT */
/*
 * runner.c - picks suites, runs their cases one after the other in the calling thread, prints KTAP
 * version 1 with nested subtests.
 *
 * A case that fails an assertion is left by a jump back to run_protected(), so whatever it held
 * stays held. The runner therefore compares the thread's state before and after each case: a case
 * that leaves preemption, interrupts, a lock or a softirq behind fails by name, and the state is
 * put right for the next one.
 */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/glob.h>
#include <linux/interrupt.h>
#include <linux/init.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/sched.h>
#include "internal.h"

extern struct kunit_suite *const __start_kunit_suites[], *const __stop_kunit_suites[];
#define for_each_suite(s) for ((s) = __start_kunit_suites; (s) < __stop_kunit_suites; (s)++)

/* --- choosing --- */

/* One glob against "suite", "suite.case" or "case". */
static bool glob_selects(const char *glob, const char *suite, const char *name)
{
	char full[160];

	scnprintf(full, sizeof(full), "%s.%s", suite, name);
	return glob_match(glob, suite) || glob_match(glob, full) || glob_match(glob, name);
}

#define GLOB_MAX	160	/* a longer one is cut, and matches nothing */

/* The first glob of the list @filter, in @glob; returns what is left of the list, NULL at its end. */
static const char *next_glob(const char *filter, char glob[GLOB_MAX])
{
	size_t len = strcspn(filter, ",");

	scnprintf(glob, GLOB_MAX, "%.*s", (int)len, filter);
	return filter[len] ? filter + len + 1 : NULL;
}

static bool case_selected(const char *filter, const struct kunit_suite *s,
			  const struct kunit_case *c)
{
	char glob[GLOB_MAX];

	if (!filter || !*filter)
		return true;
	while (filter) {
		filter = next_glob(filter, glob);
		if (glob_selects(glob, s->name, c->name))
			return true;
	}
	return false;
}

static unsigned int suite_selected(const char *filter, const struct kunit_suite *s)
{
	unsigned int n = 0;

	for (const struct kunit_case *c = s->test_cases; c->run_case; c++)
		n += case_selected(filter, s, c);
	return n;
}

const char *kunit_unmatched(const char *filter)
{
	struct kunit_suite *const *s;
	char glob[GLOB_MAX];

	while (filter) {
		const char *rest = next_glob(filter, glob);
		unsigned int n = 0;

		for_each_suite(s)
			n += suite_selected(glob, *s);
		if (!n)
			return filter;
		filter = rest;
	}
	return NULL;
}

void kunit_list(void (*fn)(void *ctx, const char *suite, const char *test_case), void *ctx)
{
	struct kunit_suite *const *s;

	for_each_suite(s)
		for (struct kunit_case *c = (*s)->test_cases; c->run_case; c++)
			fn(ctx, (*s)->name, c->name);
}

/* --- one case --- */

/* What a case must leave as it found it. */
struct thread_state {
	unsigned int preempt_count;
	unsigned int locks;
	bool irqs_off;
};

static struct thread_state thread_state(void)
{
	return (struct thread_state){ preempt_count(), lockdep_depth(current), irqs_disabled() };
}

/* Names what differs from @before and puts it right. */
static void check_state(struct kunit *test, const struct thread_state *before)
{
	struct thread_state now = thread_state();
	const char *lock = lockdep_forget_above(before->locks);

	if (now.preempt_count != before->preempt_count)
		preempt_count_set(before->preempt_count);
	if (now.irqs_off && !before->irqs_off)
		local_irq_enable();
	if (now.preempt_count != before->preempt_count)
		KUNIT_FAIL(test, "left with preempt_count %x, entered with %x", now.preempt_count,
			   before->preempt_count);
	if (now.irqs_off != before->irqs_off)
		KUNIT_FAIL(test, "left with interrupts %s, entered with them %s",
			   now.irqs_off ? "off" : "on", before->irqs_off ? "off" : "on");
	if (now.locks > before->locks)
		KUNIT_FAIL(test, "still holds %u lock(s), the last is %s", now.locks - before->locks,
			   lock);
}

/*
 * Every softirq that the case raised must get its turn: an online CPU whose mask never was 0 for
 * so many ticks has a bit that nobody will run. Context: may sleep.
 */
static void check_softirqs(struct kunit *test)
{
	unsigned int cpu, i;

	for_each_online_cpu(cpu) {
		for (i = 0; i < 100 && READ_ONCE(per_cpu(__softirq_pending, cpu)); i++)
			msleep(1);
		if (i == 100)
			KUNIT_FAIL(test, "left softirqs %#x pending on CPU %u for 100 ms",
				   per_cpu(__softirq_pending, cpu), cpu);
	}
}

void __kunit_abort(struct kunit *test)
{
	if (current == test->owner && in_task())
		__builtin_longjmp(test->abort_env, 1);
}
EXPORT_SYMBOL(__kunit_abort);

/* Calls fn(test); comes back also when it was left by __kunit_abort(). */
static noinline void run_protected(struct kunit *test, void (*fn)(struct kunit *test))
{
	if (!__builtin_setjmp(test->abort_env))
		fn(test);
}

static void run_init(struct kunit *test)
{
	const struct kunit_suite *s = test->suite;
	int err = s->init ? s->init(test) : 0;

	if (err)
		KUNIT_FAIL_AND_ABORT(test, "failed to initialize: %d", err);
	test->init_done = true;
}

/* init, the case, exit, resources, checks: one run with @test set up. May sleep. */
static void run_once(struct kunit *test, void (*run_case)(struct kunit *test))
{
	struct thread_state before = thread_state();
	const struct kunit_suite *s = test->suite;

	test->owner = current;
	run_protected(test, run_init);
	if (test->init_done && test->status == KUNIT_SUCCESS)
		run_protected(test, run_case);
	check_state(test, &before);
	if (test->init_done && s->exit)
		run_protected(test, s->exit);
	kunit_free_resources(test);
	check_state(test, &before);
	check_softirqs(test);
	kunit_flush_deferred(test);
}

static void count(struct kunit_stats *stats, enum kunit_status status)
{
	stats->total++;
	stats->passed += status == KUNIT_SUCCESS;
	stats->failed += status == KUNIT_FAILURE;
	stats->skipped += status == KUNIT_SKIPPED;
}

/* A sum of several: failed if one failed, skipped if all were. */
static enum kunit_status sum_status(const struct kunit_stats *stats)
{
	if (stats->failed)
		return KUNIT_FAILURE;
	return stats->skipped && !stats->passed ? KUNIT_SKIPPED : KUNIT_SUCCESS;
}

static void print_result(unsigned int depth, unsigned int nr, const char *name,
			 enum kunit_status status, const char *why)
{
	bool skipped = status == KUNIT_SKIPPED;

	kunit_line(depth, "%sok %u %s%s%s", status == KUNIT_FAILURE ? "not " : "", nr, name,
		   skipped ? " # SKIP " : "", skipped ? why : "");
}

static void test_setup(struct kunit *test, struct kunit_suite *s, struct kunit_case *c,
		       unsigned int depth)
{
	memset(test, 0, sizeof(*test));
	test->suite = s;
	test->name = c->name;
	test->depth = depth;
}

/* All parameters of one case, as a subtest of its own. Returns their sum. */
static enum kunit_status run_parameters(struct kunit *test, struct kunit_suite *s,
					struct kunit_case *c, struct kunit_stats *all)
{
	char desc[KUNIT_PARAM_DESC_SIZE] = "";
	struct kunit_stats stats = {};
	const void *param = NULL;

	kunit_line(2, "KTAP version 1");
	kunit_line(2, "# Subtest: %s", c->name);
	while ((param = c->generate_params(param, desc)) != NULL) {
		test_setup(test, s, c, 2);
		test->param_value = param;
		test->param_index = stats.total;
		run_once(test, c->run_case);
		if (!*desc)
			scnprintf(desc, sizeof(desc), "param-%u", stats.total);
		count(&stats, test->status);
		count(all, test->status);
		print_result(2, stats.total, desc, test->status, test->status_comment);
		*desc = '\0';
	}
	kunit_line(2, "1..%u", stats.total);
	kunit_line(1, "# %s: pass:%u fail:%u skip:%u total:%u", c->name, stats.passed,
		   stats.failed, stats.skipped, stats.total);
	return sum_status(&stats);
}

/* --- suites --- */

static void run_cases(struct kunit *test, struct kunit_suite *s, const char *filter,
		      struct kunit_stats *cases, struct kunit_stats *all)
{
	for (struct kunit_case *c = s->test_cases; c->run_case; c++) {
		enum kunit_status status;

		if (!case_selected(filter, s, c))
			continue;
		if (c->generate_params) {
			status = run_parameters(test, s, c, all);
		} else {
			test_setup(test, s, c, 1);
			run_once(test, c->run_case);
			status = test->status;
			count(all, status);
		}
		c->status = status;
		count(cases, status);
		print_result(1, cases->total, c->name, status, test->status_comment);
	}
}

/* Returns the suite's verdict; adds to @total. */
static enum kunit_status run_suite(struct kunit *test, struct kunit_suite *s, const char *filter,
				   struct kunit_stats *total)
{
	struct kunit_stats cases = {}, all = {};
	int err;

	kunit_line(1, "KTAP version 1");
	kunit_line(1, "# Subtest: %s", s->name);
	kunit_line(1, "1..%u", suite_selected(filter, s));
	err = s->suite_init ? s->suite_init(s) : 0;
	if (err)
		kunit_line(1, "# %s: suite_init failed: %d", s->name, err);
	else
		run_cases(test, s, filter, &cases, &all);
	if (!err && s->suite_exit)
		s->suite_exit(s);
	kunit_line(1, "# %s: pass:%u fail:%u skip:%u total:%u", s->name, cases.passed,
		   cases.failed, cases.skipped, cases.total);
	kunit_line(1, "# Totals: pass:%u fail:%u skip:%u total:%u", all.passed, all.failed,
		   all.skipped, all.total);
	total->passed += all.passed;
	total->failed += all.failed + !!err;
	total->skipped += all.skipped;
	total->total += all.total;
	return err ? KUNIT_FAILURE : sum_status(&cases);
}

int kunit_run_suite(struct kunit_suite *suite, void (*out)(void *ctx, const char *line), void *ctx)
{
	struct kunit_output old = kunit_output_swap((struct kunit_output){ out, ctx });
	struct kunit *test = kzalloc(sizeof(*test), GFP_KERNEL);
	struct kunit_stats total = {};

	if (test)
		run_suite(test, suite, NULL, &total);
	kunit_output_swap(old);
	kfree(test);
	return test ? total.failed : -ENOMEM;
}

/* Those in [@from, @to) that @filter selects. */
static int run_suites(struct kunit_suite *const *from, struct kunit_suite *const *to,
		      const char *filter, void (*out)(void *ctx, const char *line), void *ctx)
{
	const struct kunit_output output = { out, ctx };
	struct kunit_stats total = {}, suites = {};
	struct kunit_suite *const *s;
	struct kunit *test;
	unsigned int nr = 0;

	for (s = from; s < to; s++)
		nr += !!suite_selected(filter, *s);
	if (!nr)
		return -ENOENT;
	test = kzalloc(sizeof(*test), GFP_KERNEL);
	if (!test)
		return -ENOMEM;
	if (!kunit_output_begin(&output)) {
		kfree(test);
		return -EBUSY;
	}
	kunit_line(0, "KTAP version 1");
	kunit_line(0, "1..%u", nr);
	for (s = from; s < to; s++) {
		enum kunit_status status;

		if (!suite_selected(filter, *s))
			continue;
		status = run_suite(test, *s, filter, &total);
		count(&suites, status);
		print_result(0, suites.total, (*s)->name, status, "every case was skipped");
	}
	kunit_line(0, "# Totals: pass:%u fail:%u skip:%u total:%u", total.passed, total.failed,
		   total.skipped, total.total);
	kunit_output_end();
	kfree(test);
	return total.failed;
}

int kunit_run(const char *filter, void (*out)(void *ctx, const char *line), void *ctx)
{
	if (kunit_unmatched(filter))
		return -ENOENT;
	return run_suites(__start_kunit_suites, __stop_kunit_suites, filter, out, ctx);
}

/* A module's suites speak to the log, as in Linux. */
static void to_log(void *ctx, const char *line)
{
	printk(KERN_INFO "%s", line);
}

static void run_module(struct kunit_suite *const *suites, unsigned int n)
{
	int ret = run_suites(suites, suites + n, NULL, to_log, NULL);

	if (ret < 0)
		pr_err("kunit: the module's suites did not run: %pe\n", ERR_PTR(ret));
}

static int __init kunit_modules(void)
{
	kunit_module_init = run_module;
	return 0;
}
core_initcall(kunit_modules);
