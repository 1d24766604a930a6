/* SPDX-License-Identifier: MIT */
/* glob.h - shell patterns. */
#ifndef _LINUX_GLOB_H
#define _LINUX_GLOB_H

#include <linux/types.h>

/*
 * glob_match - true when all of @str matches @pat: ? one character, * any run, [a-z] and [!a-z]
 * classes, \ takes the next character literally. No character is special in @str, not even '/'.
 * Context: any.
 */
bool glob_match(const char *pat, const char *str);

#endif
