/* SPDX-License-Identifier: MIT */
/* string.c - str*(). Plain loops; nothing here is on a hot path. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/string.h>

size_t strlen(const char *s)
{
	const char *p = s;

	while (*p)
		p++;
	return p - s;
}
EXPORT_SYMBOL(strlen);

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}
EXPORT_SYMBOL(strnlen);

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (u8)*a - (u8)*b;
}
EXPORT_SYMBOL(strcmp);

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; a++, b++, n--)
		if (*a != *b || !*a)
			return (u8)*a - (u8)*b;
	return 0;
}
EXPORT_SYMBOL(strncmp);

char *strcpy(char *dst, const char *src)
{
	memcpy(dst, src, strlen(src) + 1);
	return dst;
}
EXPORT_SYMBOL(strcpy);

ssize_t sized_strscpy(char *dst, const char *src, size_t size)
{
	size_t len;

	if (!size || size > LONG_MAX)
		return -E2BIG;
	len = strnlen(src, size);
	if (len == size) {
		memcpy(dst, src, size - 1);
		dst[size - 1] = '\0';
		return -E2BIG;
	}
	memcpy(dst, src, len + 1);
	return len;
}
EXPORT_SYMBOL(sized_strscpy);

char *strncpy(char *dst, const char *src, size_t n)
{
	size_t len = strnlen(src, n);

	memcpy(dst, src, len);
	memset(dst + len, 0, n - len);
	return dst;
}
EXPORT_SYMBOL(strncpy);

char *strcat(char *dst, const char *src)
{
	strcpy(dst + strlen(dst), src);
	return dst;
}
EXPORT_SYMBOL(strcat);

char *strncat(char *dst, const char *src, size_t n)
{
	size_t have = strlen(dst), len = strnlen(src, n);

	memcpy(dst + have, src, len);
	dst[have + len] = '\0';
	return dst;
}
EXPORT_SYMBOL(strncat);

int strncasecmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++) {
		int d = tolower(*a) - tolower(*b);

		if (d || !*a)
			return d;
	}
	return 0;
}
EXPORT_SYMBOL(strncasecmp);

int strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, SIZE_MAX);
}
EXPORT_SYMBOL(strcasecmp);

size_t strlcat(char *dst, const char *src, size_t size)
{
	size_t have = strnlen(dst, size);

	if (have < size)
		sized_strscpy(dst + have, src, size - have);
	return have + strlen(src);
}
EXPORT_SYMBOL(strlcat);

char *strchrnul(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return (char *)s;
}
EXPORT_SYMBOL(strchrnul);

char *strchr(const char *s, int c)
{
	s = strchrnul(s, c);
	return *s == (char)c ? (char *)s : NULL;
}
EXPORT_SYMBOL(strchr);

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	do {
		if (*s == (char)c)
			last = s;
	} while (*s++);
	return (char *)last;
}
EXPORT_SYMBOL(strrchr);

char *strstr(const char *haystack, const char *needle)
{
	return memmem(haystack, strlen(haystack), needle, strlen(needle));
}
EXPORT_SYMBOL(strstr);

size_t strspn(const char *s, const char *accept)
{
	const char *p = s;

	while (*p && strchr(accept, *p))
		p++;
	return p - s;
}
EXPORT_SYMBOL(strspn);

size_t strcspn(const char *s, const char *reject)
{
	const char *p = s;

	while (*p && !strchr(reject, *p))
		p++;
	return p - s;
}
EXPORT_SYMBOL(strcspn);

char *strsep(char **s, const char *delim)
{
	char *token = *s, *end;

	if (!token)
		return NULL;
	end = token + strcspn(token, delim);
	*s = *end ? end + 1 : NULL;
	*end = '\0';
	return token;
}
EXPORT_SYMBOL(strsep);

char *skip_spaces(const char *s)
{
	while (isspace((u8)*s))
		s++;
	return (char *)s;
}
EXPORT_SYMBOL(skip_spaces);

char *strim(char *s)
{
	char *end;

	s = skip_spaces(s);
	end = s + strlen(s);
	while (end > s && isspace((u8)end[-1]))
		end--;
	*end = '\0';
	return s;
}
EXPORT_SYMBOL(strim);

bool sysfs_streq(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	if (*a == *b)
		return true;
	return (!*a && !strcmp(b, "\n")) || (!*b && !strcmp(a, "\n"));
}
EXPORT_SYMBOL(sysfs_streq);
