/* SPDX-License-Identifier: MIT */
/*
 * kstrtox.h - strict conversion of whole strings to numbers.
 *
 * kstrto*(s, base, &result): @base 0 detects 0x and 0 prefixes, else 2..16. The whole string
 * must be one number; one trailing newline is allowed. Returns 0, -EINVAL (not a number) or
 * -ERANGE (does not fit); *@result is written only on success. Context: any.
 */
#ifndef _LINUX_KSTRTOX_H
#define _LINUX_KSTRTOX_H

#include <linux/types.h>

int __must_check kstrtoull(const char *s, unsigned int base, unsigned long long *res);
int __must_check kstrtoll(const char *s, unsigned int base, long long *res);
int __must_check kstrtoul(const char *s, unsigned int base, unsigned long *res);
int __must_check kstrtol(const char *s, unsigned int base, long *res);
int __must_check kstrtouint(const char *s, unsigned int base, unsigned int *res);
int __must_check kstrtoint(const char *s, unsigned int base, int *res);
#define kstrtou64(s, base, res)		kstrtoull(s, base, res)
#define kstrtos64(s, base, res)		kstrtoll(s, base, res)
#define kstrtou32(s, base, res)		kstrtouint(s, base, res)
#define kstrtos32(s, base, res)		kstrtoint(s, base, res)
int __must_check kstrtou16(const char *s, unsigned int base, u16 *res);
int __must_check kstrtos16(const char *s, unsigned int base, s16 *res);
int __must_check kstrtou8(const char *s, unsigned int base, u8 *res);
/* y, Y, t, T, 1, on / n, N, f, F, 0, off. */
int __must_check kstrtobool(const char *s, bool *res);

/* The same of @n bytes that a driver's write() got, with or without a NUL; or -EFAULT. May sleep. */
int kstrtoull_from_user(const char __user *s, size_t n, unsigned int base, unsigned long long *res);
int kstrtoll_from_user(const char __user *s, size_t n, unsigned int base, long long *res);
int kstrtoul_from_user(const char __user *s, size_t n, unsigned int base, unsigned long *res);
int kstrtol_from_user(const char __user *s, size_t n, unsigned int base, long *res);
int kstrtouint_from_user(const char __user *s, size_t n, unsigned int base, unsigned int *res);
int kstrtoint_from_user(const char __user *s, size_t n, unsigned int base, int *res);
int kstrtou16_from_user(const char __user *s, size_t n, unsigned int base, u16 *res);
int kstrtou8_from_user(const char __user *s, size_t n, unsigned int base, u8 *res);
int kstrtobool_from_user(const char __user *s, size_t n, bool *res);
#define kstrtou64_from_user(s, n, base, res)	kstrtoull_from_user(s, n, base, res)
#define kstrtos64_from_user(s, n, base, res)	kstrtoll_from_user(s, n, base, res)
#define kstrtou32_from_user(s, n, base, res)	kstrtouint_from_user(s, n, base, res)
#define kstrtos32_from_user(s, n, base, res)	kstrtoint_from_user(s, n, base, res)

/* The lenient family: converts the leading number, stores where it ended, never fails. */
unsigned long long simple_strtoull(const char *s, char **end, unsigned int base);
#define simple_strtoul(s, end, base)	((unsigned long)simple_strtoull(s, end, base))
#define simple_strtoll(s, end, base) ({						\
	const char *__s = (s);							\
	*__s == '-' ? -(long long)simple_strtoull(__s + 1, end, base) :		\
		      (long long)simple_strtoull(__s, end, base); })
#define simple_strtol(s, end, base)	((long)simple_strtoll(s, end, base))
/* As simple_strtoull() base 0, with a K, M, G, T, P or E suffix (powers of 1024). */
unsigned long long memparse(const char *s, char **end);

#endif
