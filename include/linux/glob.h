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

/*
 * char_class_match - does @c belong to the class that starts at @p, behind its '['? A ^ in first
 * place turns it round, and a ! if @bang; ] in first place is a member. Stores the byte after the
 * closing ] in *@end, or NULL when there is none.
 */
bool char_class_match(const char *p, bool bang, unsigned char c, const char **end);

#endif
