/* SPDX-License-Identifier: MIT */
/* Dotted-quad text to address and back. */
#ifndef _LINUX_INET_H
#define _LINUX_INET_H

#include <linux/in.h>

/*
 * in4_pton - parse "a.b.c.d" into 4 bytes in network order.
 * @srclen: characters to look at, -1 for up to the NUL; @delim: character that may end it, -1 for
 * none; @end: set to where parsing stopped, may be NULL. Returns 1 if good, 0 if not.
 * Context: any. Linux: in4_pton(), net/core/utils.c.
 */
int in4_pton(const char *src, int srclen, u8 *dst, int delim, const char **end);

/* Parse a dotted quad that ends at NUL; 0 if malformed. Linux: in_aton() (which does not check). */
__be32 in_aton(const char *str);

#endif
