/* SPDX-License-Identifier: MIT */
/*
 * output.c - what a case says: diagnostics and failed expectations.
 *
 * Output may sleep (it can be a terminal), but expectations are also checked in interrupt handlers
 * and in other threads. What is said there waits in a buffer until the case is over.
 */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/irqflags.h>
#include <linux/sched.h>
#include "internal.h"

static struct kunit_output output;	/* of the run going on */
static int out_busy;

/* Lines said where printing was impossible; a place is reserved with one atomic add. */
static char deferred[8192];
static unsigned int deferred_len;

bool kunit_output_begin(const struct kunit_output *o)
{
	if (xchg(&out_busy, 1))
		return false;
	output = *o;
	return true;
}

void kunit_output_end(void)
{
	smp_store_release(&out_busy, 0);
}

struct kunit_output kunit_output_swap(struct kunit_output o)
{
	struct kunit_output old = output;

	output = o;
	return old;
}

void kunit_line(unsigned int depth, const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int len;

	len = scnprintf(line, sizeof(line), "%*s", depth * 4, "");
	va_start(ap, fmt);
	len += vscnprintf(line + len, sizeof(line) - len - 1, fmt, ap);
	va_end(ap);
	strcpy(line + len, "\n");
	output.fn(output.ctx, line);
}

static bool can_print(const struct kunit *test)
{
	return current == test->owner && preemptible();
}

static void defer(const char *text)
{
	unsigned int len = strlen(text) + 1;
	unsigned int at = __atomic_fetch_add(&deferred_len, len, __ATOMIC_RELAXED);

	if (at + len <= sizeof(deferred))
		memcpy(deferred + at, text, len);
}

void kunit_flush_deferred(struct kunit *test)
{
	unsigned int len = min_t(unsigned int, xchg(&deferred_len, 0), sizeof(deferred));

	for (unsigned int at = 0; at < len; at += strlen(deferred + at) + 1)
		if (deferred[at])
			kunit_line(test->depth, "%s", deferred + at);
	memset(deferred, 0, sizeof(deferred));
}

/* @text may hold several lines; each is printed on its own. */
static void say(struct kunit *test, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		if (!*line)
			continue;
		if (can_print(test))
			kunit_line(test->depth, "%s", line);
		else
			defer(line);
	}
}

void kunit_log(struct kunit *test, const char *fmt, ...)
{
	char text[384];
	va_list ap;
	int len;

	len = scnprintf(text, sizeof(text), "# %s: ", test->name);
	va_start(ap, fmt);
	vscnprintf(text + len, sizeof(text) - len, fmt, ap);
	va_end(ap);
	say(test, text);
}
EXPORT_SYMBOL(kunit_log);

void __kunit_mark_skipped(struct kunit *test, const char *fmt, ...)
{
	va_list ap;

	if (test->status == KUNIT_SUCCESS)
		test->status = KUNIT_SKIPPED;
	va_start(ap, fmt);
	vscnprintf(test->status_comment, sizeof(test->status_comment), fmt, ap);
	va_end(ap);
}
EXPORT_SYMBOL(__kunit_mark_skipped);

/* Marks the case failed, says @what and the caller's @fmt, and leaves it if @assert. */
static void fail(struct kunit *test, const char *where, bool assert, const char *what,
		 const char *fmt, va_list ap)
{
	char text[640];
	int len;

	WRITE_ONCE(test->status, KUNIT_FAILURE);
	len = scnprintf(text, sizeof(text), "# %s: %s FAILED at %s\n%s", test->name,
			assert ? "ASSERTION" : "EXPECTATION", where, what);
	if (fmt) {
		len += scnprintf(text + len, sizeof(text) - len, "# ");
		vscnprintf(text + len, sizeof(text) - len, fmt, ap);
	}
	say(test, text);
	if (assert)
		__kunit_abort(test);
}

#define FAIL(what)						\
	do {							\
		va_list ap;					\
								\
		va_start(ap, fmt);				\
		fail(test, where, assert, what, fmt, ap);	\
		va_end(ap);					\
	} while (0)

void __kunit_fail(struct kunit *test, const char *where, bool assert, const char *fmt, ...)
{
	FAIL("");
}
EXPORT_SYMBOL(__kunit_fail);

void __kunit_fail_bool(struct kunit *test, const char *where, bool assert, const char *what,
		       const char *fmt, ...)
{
	char text[256];

	scnprintf(text, sizeof(text), "# Expected %s\n", what);
	FAIL(text);
}
EXPORT_SYMBOL(__kunit_fail_bool);

void __kunit_fail_binary(struct kunit *test, bool assert, const struct kunit_binary *b,
			 const char *fmt, ...)
{
	const char *where = b->where;
	char text[400];

	scnprintf(text, sizeof(text),
		  "# Expected %s %s %s, but\n#     %s == %lld (0x%llx)\n#     %s == %lld (0x%llx)\n",
		  b->left, b->op, b->right, b->left, b->l, b->l, b->right, b->r, b->r);
	FAIL(text);
}
EXPORT_SYMBOL(__kunit_fail_binary);

void __kunit_fail_str(struct kunit *test, bool assert, const struct kunit_binary *b,
		      const char *fmt, ...)
{
	const char *where = b->where;
	char text[400];

	scnprintf(text, sizeof(text),
		  "# Expected %s %s %s, but\n#     %s == \"%.80s\"\n#     %s == \"%.80s\"\n",
		  b->left, b->op, b->right, b->left, (const char *)(long)b->l, b->right,
		  (const char *)(long)b->r);
	FAIL(text);
}
EXPORT_SYMBOL(__kunit_fail_str);

void __kunit_fail_mem(struct kunit *test, bool assert, const struct kunit_binary *b, size_t size,
		      const char *fmt, ...)
{
	const char *where = b->where;
	char text[400];
	int n = min_t(size_t, size, 24);

	scnprintf(text, sizeof(text),
		  "# Expected %s %s %s, %zu bytes, but they begin\n#     %*ph\n#     %*ph\n",
		  b->left, b->op, b->right, size, n, (const void *)(long)b->l, n,
		  (const void *)(long)b->r);
	FAIL(text);
}
EXPORT_SYMBOL(__kunit_fail_mem);
