/* SPDX-License-Identifier: MIT */
/*
 * string.h - memory and string operations with Linux's names and results.
 *
 * None of these sleeps or takes a lock, so all may be called from any context; only kstrdup()
 * and kstrndup() allocate, with the context their gfp flags allow.
 */
#ifndef _LINUX_STRING_H
#define _LINUX_STRING_H

#include <linux/types.h>
#include <linux/stddef.h>

void *memset(void *dst, int c, size_t n);
void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
/* First byte that is not @c, or NULL: how poisoned memory is checked. */
void *memchr_inv(const void *s, int c, size_t n);
/* First position where [@haystack, +hlen) contains [@needle, +nlen), or NULL. */
void *memmem(const void *haystack, size_t hlen, const void *needle, size_t nlen);

size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strcpy(char *dst, const char *src);
/* At most @n bytes, filled up with NULs; not terminated when @src is longer. Prefer strscpy(). */
char *strncpy(char *dst, const char *src, size_t n);
char *strcat(char *dst, const char *src);
/* At most @n bytes of @src, and a NUL. */
char *strncat(char *dst, const char *src, size_t n);
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t n);
size_t strlcat(char *dst, const char *src, size_t size);
char *strchr(const char *s, int c);
/* As strchr(), but the end of the string instead of NULL. */
char *strchrnul(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *haystack, const char *needle);
size_t strspn(const char *s, const char *accept);
size_t strcspn(const char *s, const char *reject);
/* Cuts one token off *@s at any byte of @delim; returns it, or NULL when nothing is left. */
char *strsep(char **s, const char *delim);
char *skip_spaces(const char *s);
/* Removes white space at both ends, in place; returns the first byte kept. */
char *strim(char *s);
/* Equal, where one of the two may end in a newline that the other lacks. */
bool sysfs_streq(const char *a, const char *b);

/*
 * sized_strscpy - copies @src and always terminates @dst when @size is not 0.
 * Returns the length copied, or -E2BIG when @src was cut (or @size is 0).
 */
ssize_t sized_strscpy(char *dst, const char *src, size_t size);

/* strscpy(dst, src[, size]): with two arguments @dst must be an array. */
#define __strscpy2(dst, src) sized_strscpy(dst, src, sizeof(dst))
#define __strscpy3(dst, src, size) sized_strscpy(dst, src, size)
#define __strscpy_pick(_1, _2, _3, name, ...) name
#define strscpy(...) __strscpy_pick(__VA_ARGS__, __strscpy3, __strscpy2, )(__VA_ARGS__)

/* Duplicates in fresh memory, freed with kfree(); NULL when there is none. */
char *kstrdup(const char *s, gfp_t gfp);
void *kmemdup(const void *src, size_t n, gfp_t gfp);
char *kstrndup(const char *s, size_t max, gfp_t gfp);

static inline bool strstarts(const char *str, const char *prefix)
{
	return strncmp(str, prefix, strlen(prefix)) == 0;
}

static inline const char *kbasename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A file that the address checker leaves alone may touch what is poisoned: it gets the unchecked ones. */
#if defined(CONFIG_KASAN) && !defined(__SANITIZE_ADDRESS__)
#include <linux/kasan.h>
#define memset		__memset
#define memchr_inv	__memchr_inv
#endif

#endif
