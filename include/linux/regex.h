/* SPDX-License-Identifier: MIT */
/*
 * regex.h - extended regular expressions without groups and back references.
 *
 * Literals, . [a-z] [^a-z] \c * + ? ^ $ and |. Time is length of text times length of pattern,
 * whatever the pattern; no memory, no recursion. Context: any.
 */
#ifndef _LINUX_REGEX_H
#define _LINUX_REGEX_H

#include <linux/types.h>

/* False if @re is malformed, or has an alternative of more than 62 elements. */
bool regex_valid(const char *re);
/*
 * regex_search - true when the valid @re matches somewhere in the @len bytes at @s; with @icase in
 * either case of letters, with @whole only if it matches all of them.
 */
bool regex_search(const char *re, const char *s, size_t len, bool icase, bool whole);

#endif
