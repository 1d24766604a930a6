/* SPDX-License-Identifier: MIT */
/*
 * strbuf.h - text that grows as it is added to.
 *
 * One bound for all (/proc/sys/kernel/strbuf_max); what does not fit below it, or finds no memory,
 * is dropped whole and remembered in @cut, so that a long series of additions needs one check at
 * its end. All but the accessors may sleep. {} is an empty buffer.
 */
#ifndef _LINUX_STRBUF_H
#define _LINUX_STRBUF_H

#include <linux/types.h>
#include <linux/string.h>

struct strbuf {
	char *data;		/* NUL-terminated; NULL while nothing was added */
	size_t len, size;
	bool cut;
};

/* Append @len bytes. False if they were dropped. */
bool strbuf_add(struct strbuf *b, const void *data, size_t len);
void strbuf_free(struct strbuf *b);

/* A buffer that is freed at the end of its scope. */
#define DEFINE_STRBUF(name)	struct strbuf name __cleanup(strbuf_free) = {}

/* Each string of a buffer of strings, which were added with their NULs. */
#define strbuf_for_each(s, b) \
	for ((s) = (b)->data; (s) < (b)->data + (b)->len; (s) += strlen(s) + 1)

/* How many there are. */
static inline int strbuf_count(const struct strbuf *b)
{
	const char *s;
	int n = 0;

	strbuf_for_each(s, b)
		n++;
	return n;
}

/* The text, never NULL. */
static inline const char *strbuf_str(const struct strbuf *b)
{
	return b->data ? b->data : "";
}

#endif
