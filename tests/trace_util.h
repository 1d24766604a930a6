/* SPDX-License-Identifier: MIT */
/* For the suites about tracing: the trace as text, and everything as it was afterwards. */
#ifndef _TESTS_TRACE_UTIL_H
#define _TESTS_TRACE_UTIL_H

#include <kunit/test.h>

#define TRACEFS		"/sys/kernel/tracing/"
#define TEXT_SIZE	(512 << 10)

/* test->priv between trace_text_init() and trace_text_exit(). */
struct trace_text {
	char *text;		/* TEXT_SIZE bytes */
	char *pos;		/* where trace_line() goes on */
	bool was_on;
	char events[2048];	/* those that were on, separated by blanks */
};

/*
 * A suite's init and exit: from an empty trace without events, recording, to what was on before. The
 * text itself goes with the case.
 */
int trace_text_init(struct kunit *test);
void trace_text_exit(struct kunit *test);

/* The whole of @path into text, with its NUL; pos at its beginning. Returns text. */
char *read_text(struct kunit *test, const char *path);
/* The next line from pos on that matches @pattern, or NULL. */
const char *trace_line(struct kunit *test, const char *pattern);
/* How many lines of the trace match @pattern. */
unsigned int count_lines(struct kunit *test, const char *pattern);

#endif
