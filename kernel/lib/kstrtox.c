/* SPDX-License-Identifier: MIT */
/*
 * kstrtox.c - text to numbers.
 *
 * One parser for magnitudes, parse_digits(); the strict family demands that it ate the whole
 * string, the lenient family tells where it stopped.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "kstrtox.h"

int hex_to_bin(unsigned char ch)
{
	return isdigit(ch) ? ch - '0' : isxdigit(ch) ? tolower(ch) - 'a' + 10 : -1;
}
EXPORT_SYMBOL(hex_to_bin);

int hex2bin(u8 *dst, const char *src, size_t count)
{
	for (; count; count--, src += 2) {
		int hi = hex_to_bin(src[0]), lo = hi < 0 ? -1 : hex_to_bin(src[1]);

		if (lo < 0)
			return -EINVAL;
		*dst++ = hi << 4 | lo;
	}
	return 0;
}
EXPORT_SYMBOL(hex2bin);

const char *parse_base(const char *s, unsigned int *base)
{
	bool hex = s[0] == '0' && tolower(s[1]) == 'x';

	if (!*base)
		*base = hex && isxdigit(s[2]) ? 16 : s[0] == '0' ? 8 : 10;
	return *base == 16 && hex ? s + 2 : s;
}

const char *parse_digits(const char *s, size_t n, unsigned int base, unsigned long long *res,
			 bool *overflow)
{
	unsigned long long v = 0;
	unsigned int d;

	*overflow = false;
	for (; n && (d = hex_to_bin(*s)) < base; n--, s++) {
		*overflow |= __builtin_mul_overflow(v, base, &v);
		*overflow |= __builtin_add_overflow(v, d, &v);
	}
	*res = v;
	return s;
}

static int parse_whole(const char *s, unsigned int base, unsigned long long *res)
{
	bool overflow;
	const char *end;

	s = parse_base(s, &base);
	end = parse_digits(s, SIZE_MAX, base, res, &overflow);
	if (end == s)
		return -EINVAL;
	if (*end == '\n')
		end++;
	if (*end)
		return -EINVAL;
	return overflow ? -ERANGE : 0;
}

int kstrtoull(const char *s, unsigned int base, unsigned long long *res)
{
	unsigned long long v;
	int err = parse_whole(*s == '+' ? s + 1 : s, base, &v);

	if (!err)
		WRITE_ONCE(*res, v);
	return err;
}
EXPORT_SYMBOL(kstrtoull);

int kstrtoll(const char *s, unsigned int base, long long *res)
{
	bool minus = *s == '-';
	unsigned long long v;
	int err;

	err = minus ? parse_whole(s + 1, base, &v) : kstrtoull(s, base, &v);
	if (err)
		return err;
	if (v > (unsigned long long)LLONG_MAX + minus)
		return -ERANGE;
	*res = minus ? -v : v;
	return 0;
}
EXPORT_SYMBOL(kstrtoll);

/* The narrower forms: convert wide, then see whether it survives the narrower type. */
#define DEFINE_KSTRTO(name, type, wide, wide_type)				\
	int name(const char *s, unsigned int base, type *res)			\
	{									\
		wide_type v;							\
		int err = wide(s, base, &v);					\
										\
		if (err)							\
			return err;						\
		if (v != (wide_type)(type)v)					\
			return -ERANGE;						\
		WRITE_ONCE(*res, v);						\
		return 0;							\
	}									\
	EXPORT_SYMBOL(name)

DEFINE_KSTRTO(kstrtoul, unsigned long, kstrtoull, unsigned long long);
DEFINE_KSTRTO(kstrtol, long, kstrtoll, long long);
DEFINE_KSTRTO(kstrtouint, unsigned int, kstrtoull, unsigned long long);
DEFINE_KSTRTO(kstrtoint, int, kstrtoll, long long);
DEFINE_KSTRTO(kstrtou16, u16, kstrtoull, unsigned long long);
DEFINE_KSTRTO(kstrtos16, s16, kstrtoll, long long);
DEFINE_KSTRTO(kstrtou8, u8, kstrtoull, unsigned long long);

int kstrtobool(const char *s, bool *res)
{
	static const char *const words[] = {	/* no, yes, no, yes ... */
		"0", "1", "n", "y", "N", "Y", "f", "t", "F", "T",
		"off", "on", "Off", "On", "OFF", "ON",
	};

	for (int i = 0; i < ARRAY_SIZE(words); i++) {
		if (sysfs_streq(s, words[i])) {
			*res = i % 2;
			return 0;
		}
	}
	return -EINVAL;
}
EXPORT_SYMBOL(kstrtobool);

unsigned long long simple_strtoull(const char *s, char **end, unsigned int base)
{
	unsigned long long v;
	bool overflow;

	s = parse_base(s, &base);
	s = parse_digits(s, SIZE_MAX, base, &v, &overflow);
	if (end)
		*end = (char *)s;
	return v;
}
EXPORT_SYMBOL(simple_strtoull);

unsigned long long memparse(const char *s, char **end)
{
	static const char suffixes[] = "kmgtpe";
	char *stop;
	unsigned long long v = simple_strtoull(s, &stop, 0);
	const char *suffix = *stop ? strchr(suffixes, tolower(*stop)) : NULL;

	if (suffix) {
		v <<= 10 * (suffix - suffixes + 1);
		stop++;
	}
	if (end)
		*end = stop;
	return v;
}
EXPORT_SYMBOL(memparse);
