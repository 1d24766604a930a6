/* SPDX-License-Identifier: MIT */
/* internal.h - between the runner and what prints for it. */
#ifndef _TESTS_KUNIT_INTERNAL_H
#define _TESTS_KUNIT_INTERNAL_H

#include <kunit/test.h>

/* Where KTAP lines go. */
struct kunit_output {
	void (*fn)(void *ctx, const char *line);
	void *ctx;
};

/* Claims the output for one run; false while another run has it. */
bool kunit_output_begin(const struct kunit_output *o);
/* Sends the running case's lines elsewhere for a while; returns where they went. */
struct kunit_output kunit_output_swap(struct kunit_output o);
void kunit_output_end(void);
/* One line, @depth levels in. Context: the runner's thread, may sleep. */
__printf(2, 3) void kunit_line(unsigned int depth, const char *fmt, ...);
/* Prints what was said in contexts that cannot print. Context: the runner's thread. */
void kunit_flush_deferred(struct kunit *test);
/* Frees and undoes, newest first. May sleep. */
void kunit_free_resources(struct kunit *test);

#endif
