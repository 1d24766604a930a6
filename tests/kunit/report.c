/* SPDX-License-Identifier: MIT */
/*
 * report.c - a test that provokes a WARNING or BUG on purpose announces it first.
 *
 * The announcement is a line in the kernel log, so that scripts/vm forgives exactly the reports that
 * hold the announced text, up to the end of the case, which is a line, too; and the report is then demanded:
 * a case that ends without it fails.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/printk.h>
#include <linux/string.h>

struct expected_report {
	struct kunit *test;
	const char *text;
	struct kmsg_iter from;		/* everything logged after the announcement */
	struct kmsg_record rec;
};

/*
 * Was the text logged since @e was announced? What announcements and their ends say of it is no report.
 * Context: thread, after the case.
 */
static void check_report(void *ctx)
{
	struct expected_report *e = ctx;
	bool found = false;

	debug_locks_test(false);
	while (!found && kmsg_next(&e->from, &e->rec))
		found = strstr(e->rec.text, e->text) && strncmp(e->rec.text, "kunit: ", 7);
	pr_info("kunit: %s expects no more reports: %s\n", e->test->name, e->text);
	if (!found)
		KUNIT_FAIL(e->test, "expected a report with \"%s\", the log has none", e->text);
}

void kunit_expect_report(struct kunit *test, const char *text)
{
	struct expected_report *e = kunit_kzalloc(test, sizeof(*e), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, e);
	pr_info("kunit: %s expects a report: %s\n", test->name, text);
	e->test = test;
	e->text = text;
	kmsg_rewind(&e->from);
	while (kmsg_next(&e->from, &e->rec)) {
		/* skip what was logged before */
	}
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, check_report, e), 0);
	debug_locks_test(true);
}
