/* SPDX-License-Identifier: MIT */
/*
 * vsscanf.c - values read from text by a format: see linux/sprintf.h.
 *
 * Invariant: nothing behind the text's NUL is read, and nothing is stored for a conversion that finds
 * nothing; the first such ends the whole. No allocation, no locks.
 */
#include <linux/bitops.h>
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "kstrtox.h"

/* One conversion as parsed from the format. */
struct scan_spec {
	int width;		/* INT_MAX: none was given; 0 is a mistake */
	u8 size;		/* of an integer's variable, in bytes */
	char conv;		/* 0: the format ends here */
};

/* Width and size at @f; returns what follows the conversion character. */
static const char *parse_spec(const char *f, struct scan_spec *spec)
{
	unsigned long long width = INT_MAX;
	bool overflow;

	if (isdigit(*f))
		f = parse_digits(f, SIZE_MAX, 10, &width, &overflow);
	*spec = (struct scan_spec){ .width = min(width, INT_MAX), .size = sizeof(int) };
	for (; *f == 'h' && spec->size > 1; f++)
		spec->size /= 2;
	if (*f == 'z' || tolower(*f) == 'l') {
		spec->size = sizeof(long);
		f += f[0] == 'l' && f[1] == 'l' ? 2 : 1;
	}
	spec->conv = *f;
	return *f ? f + 1 : f;
}

/* %*: the rest of the conversion, or NULL if it is one that cannot be left out. */
static const char *skip_spec(const char *f)
{
	while (*f && *f != '%' && *f != '[' && !isspace(*f))
		f++;
	return *f == '[' ? NULL : f;
}

static const char *skip_word(const char *s)
{
	while (*s && !isspace(*s))
		s++;
	return s;
}

/* The scan_ functions return where the text goes on, or NULL if there is nothing for them. */

static const char *scan_chars(const char *s, char *to, int width)
{
	for (int n = width == INT_MAX ? 1 : width; n && *s; n--)
		*to++ = *s++;
	return s;
}

static const char *scan_word(const char *s, char *to, int width)
{
	s = skip_spaces(s);
	for (; width && *s && !isspace(*s); width--)
		*to++ = *s++;
	*to = '\0';
	return s;
}

/* *@set: in the format, behind the bracket; moved on behind the one that closes. */
static const char *scan_set(const char *s, char *to, int width, const char **set)
{
	DECLARE_BITMAP(in, 256) = {};
	const char *f = *set;
	bool invert = *f == '^';
	const char *first = f += invert;

	for (; *f && *f != ']'; f++)
		__set_bit((u8)*f, in);
	if (!*f || f == first || width == INT_MAX)
		return NULL;
	*set = f + 1;
	if (test_bit((u8)*s, in) == invert)
		return NULL;
	for (; width && *s && test_bit((u8)*s, in) != invert; width--)
		*to++ = *s++;
	*to = '\0';
	return s;
}

/* The value at @to, in the width of its variable: signed or not, the bits are the same. */
static void store_integer(void *to, unsigned int size, unsigned long long v)
{
	switch (size) {
	case 1:
		*(u8 *)to = v;
		break;
	case 2:
		*(u16 *)to = v;
		break;
	case 4:
		*(u32 *)to = v;
		break;
	default:
		*(u64 *)to = v;
	}
}

static const char *scan_integer(const char *s, void *to, const struct scan_spec *spec)
{
	bool is_signed = spec->conv == 'd' || spec->conv == 'i', minus, overflow;
	unsigned int base = spec->conv == 'i' ? 0 : spec->conv == 'o' ? 8 :
			    tolower(spec->conv) == 'x' ? 16 : 10;
	int width = spec->width;
	unsigned long long v = 0;
	const char *digits;

	s = skip_spaces(s);
	minus = is_signed && *s == '-' && width > 1;
	s += minus;
	width -= minus;
	if (base == 16 ? !isxdigit(*s) : *s < '0' || *s > (base == 8 ? '7' : '9'))
		return NULL;
	digits = parse_base(s, &base);
	if (digits - s < width)
		s = parse_digits(digits, width - (digits - s), base, &v, &overflow);
	else
		s += width;	/* the 0x alone fills it: the value is 0 */
	store_integer(to, spec->size, minus ? -v : v);
	return s;
}

static const char *scan_one(const char *s, const struct scan_spec *spec, const char **fmt, void *to)
{
	switch (spec->conv) {
	case '%':
		return *s == '%' ? s + 1 : NULL;
	case 'c':
		return scan_chars(s, to, spec->width);
	case 's':
		return scan_word(s, to, spec->width);
	case '[':
		return scan_set(s, to, spec->width, fmt);
	default:
		return scan_integer(s, to, spec);
	}
}

int vsscanf(const char *buf, const char *fmt, va_list args)
{
	const char *s = buf;
	struct scan_spec spec;
	int stored = 0;
	va_list ap;

	va_copy(ap, args);
	while (*fmt) {
		if (isspace(*fmt)) {
			fmt = skip_spaces(fmt);
			s = skip_spaces(s);
			continue;
		}
		if (*fmt != '%') {
			if (*fmt++ != *s++)
				break;
			continue;
		}
		if (fmt[1] == '*') {
			fmt = skip_spec(fmt + 2);
			if (!*s || !fmt)
				break;
			s = skip_word(s);
			continue;
		}
		fmt = parse_spec(fmt + 1, &spec);
		if (!spec.width)
			break;
		if (spec.conv == 'n') {
			*va_arg(ap, int *) = s - buf;
			continue;
		}
		if (!*s || !spec.conv || !strchr("%cs[diuxXo", spec.conv))
			break;
		s = scan_one(s, &spec, &fmt, spec.conv == '%' ? NULL : va_arg(ap, void *));
		if (!s)
			break;
		stored += spec.conv != '%';
	}
	va_end(ap);
	return stored;
}
EXPORT_SYMBOL(vsscanf);

int sscanf(const char *buf, const char *fmt, ...)
{
	va_list ap;
	int stored;

	va_start(ap, fmt);
	stored = vsscanf(buf, fmt, ap);
	va_end(ap);
	return stored;
}
EXPORT_SYMBOL(sscanf);
