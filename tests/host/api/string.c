/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/string.h */
#include <linux/string.h>

int api_string(char *a, const char *b, size_t n)
{
	char local[16];

	memset(a, 0, n);
	memcpy(a, b, n);
	memmove(a, a + 1, n - 1);
	strscpy(local, b);
	if (strscpy(a, b, n) < 0)
		return strlen(b) + strnlen(b, n) + strlcat(a, b, n);
	strncpy(a, b, n);
	strcpy(a, b);
	strcat(a, b);
	strncat(a, b, n);
	if (strchr(b, 'x') || strrchr(b, 'y') || strstr(a, b) || strsep(&a, " ") || strim(a))
		return memcmp(a, b, n) + strncasecmp(a, b, n) + strcasecmp(a, b);
	return strcmp(a, b) + strncmp(local, b, n) + sysfs_streq(a, b) + strcspn(a, b);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
