/* SPDX-License-Identifier: MIT */
/* See trace_util.h. */
#include <linux/glob.h>
#include <linux/trace.h>
#include <linux/vmalloc.h>
#include "pseudo_file.h"
#include "trace_util.h"

static void free_text(void *text)
{
	vfree(text);
}

int trace_text_init(struct kunit *test)
{
	struct trace_text *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	t->text = vmalloc(TEXT_SIZE);
	if (!t->text || kunit_add_action(test, free_text, t->text))
		return -ENOMEM;
	t->was_on = tracing_is_on();
	if (read_file(TRACEFS "set_event", t->events, sizeof(t->events)) < 0)
		return -EIO;
	for (char *c = strchr(t->events, '\n'); c; c = strchr(c, '\n'))
		*c = ' ';
	test->priv = t;
	trace_set_event("*", false);
	tracing_reset();
	tracing_on();
	return 0;
}

void trace_text_exit(struct kunit *test)
{
	struct trace_text *t = test->priv;

	trace_set_event("*", false);
	spit(TRACEFS "set_event", t->events);
	if (t->was_on)
		tracing_on();
	else
		tracing_off();
}

char *read_text(struct kunit *test, const char *path)
{
	struct trace_text *t = test->priv;

	KUNIT_ASSERT_GE(test, read_file(path, t->text, TEXT_SIZE), 0);
	t->pos = t->text;
	return t->text;
}

const char *trace_line(struct kunit *test, const char *pattern)
{
	struct trace_text *t = test->priv;
	char *line;

	while ((line = strsep(&t->pos, "\n")) != NULL)
		if (glob_match(pattern, line))
			return line;
	return NULL;
}

unsigned int count_lines(struct kunit *test, const char *pattern)
{
	unsigned int n = 0;

	read_text(test, TRACEFS "trace");
	while (trace_line(test, pattern))
		n++;
	return n;
}
