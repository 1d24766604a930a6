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
#include <linux/stdarg.h>

struct strbuf {
	char *data;		/* NUL-terminated; NULL while nothing was added */
	size_t len, size;
	bool cut;
};

/* Append @len bytes. False if they were dropped. */
bool strbuf_add(struct strbuf *b, const void *data, size_t len);
void strbuf_free(struct strbuf *b);

/* The text, never NULL. */
static inline const char *strbuf_str(const struct strbuf *b)
{
	return b->data ? b->data : "";
}

#endif
