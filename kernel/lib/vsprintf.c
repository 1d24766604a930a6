/* SPDX-License-Identifier: MIT */
/*
 * vsprintf.c - the formatter behind printk, seq_printf and the shell.
 *
 * No allocation, no locks, no recursion except %pV: usable in any context and on a small stack.
 * An unknown conversion is printed as it stands in the format, so the mistake is visible.
 */
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include "vsprintf.h"

void fmt_pad(struct fmt_out *o, char c, int n)
{
	while (n-- > 0)
		fmt_putc(o, c);
}

void fmt_string(struct fmt_out *o, const char *s, const struct fmt_spec *spec)
{
	size_t max = spec->precision < 0 ? SIZE_MAX : spec->precision;
	int len, pad;

	if ((unsigned long)s < 4096)	/* NULL, or a field of a NULL struct */
		s = "(null)";
	len = strnlen(s, max);
	pad = spec->width - len;
	if (!spec->left)
		fmt_pad(o, ' ', pad);
	for (int i = 0; i < len; i++)
		fmt_putc(o, s[i]);
	if (spec->left)
		fmt_pad(o, ' ', pad);
}

/* Writes @v's digits backwards before @end; returns where they start. */
static char *digits_before(char *end, unsigned long long v, const struct fmt_spec *spec)
{
	const char *set = spec->upper ? "0123456789ABCDEF" : "0123456789abcdef";

	do {
		*--end = set[v % spec->base];
		v /= spec->base;
	} while (v);
	return end;
}

static const char *number_prefix(unsigned long long v, bool minus, const struct fmt_spec *spec)
{
	if (spec->is_signed)
		return minus ? "-" : spec->plus ? "+" : spec->space ? " " : "";
	if (!spec->alt || !v)
		return "";
	if (spec->base == 16)
		return spec->upper ? "0X" : "0x";
	return spec->base == 8 ? "0" : "";
}

void fmt_number(struct fmt_out *o, unsigned long long v, const struct fmt_spec *spec)
{
	bool minus = spec->is_signed && (long long)v < 0;
	char buf[24], *end = buf + sizeof(buf), *start;	/* 22 octal digits are the most */
	const char *prefix;
	int len, zeros, pad;

	if (minus)
		v = -v;
	start = digits_before(end, v, spec);
	if (!v && !spec->precision)
		start = end;
	prefix = number_prefix(v, minus, spec);
	len = strlen(prefix) + (end - start);
	zeros = max(spec->precision - (int)(end - start), 0);
	pad = max(spec->width - len - zeros, 0);
	if (spec->zero && !spec->left && spec->precision < 0) {
		zeros += pad;
		pad = 0;
	}
	if (!spec->left)
		fmt_pad(o, ' ', pad);
	while (*prefix)
		fmt_putc(o, *prefix++);
	fmt_pad(o, '0', zeros);
	while (start < end)
		fmt_putc(o, *start++);
	if (spec->left)
		fmt_pad(o, ' ', pad);
}

/* A decimal number in the format, advancing it. */
static int parse_int(const char **fmt)
{
	int v = 0;

	while (isdigit(**fmt))
		v = v * 10 + *(*fmt)++ - '0';
	return v;
}

static const char *parse_flags(const char *f, struct fmt_spec *spec)
{
	for (;; f++) {
		switch (*f) {
		case '-':
			spec->left = true;
			break;
		case '+':
			spec->plus = true;
			break;
		case ' ':
			spec->space = true;
			break;
		case '#':
			spec->alt = true;
			break;
		case '0':
			spec->zero = true;
			break;
		default:
			return f;
		}
	}
}

static const char *parse_size(const char *f, struct fmt_spec *spec)
{
	spec->size = 4;
	switch (*f) {
	case 'h':
		spec->size = f[1] == 'h' ? 1 : 2;
		return f + (f[1] == 'h' ? 2 : 1);
	case 'l':
		spec->size = 8;
		return f + (f[1] == 'l' ? 2 : 1);
	case 'L':
	case 'j':
	case 'z':
	case 't':
		spec->size = 8;
		return f + 1;
	}
	return f;
}

/* C promotes char and short to int, so every integer is fetched as int or as 64 bits. */
static unsigned long long fetch_integer(va_list *ap, const struct fmt_spec *spec)
{
	unsigned long long v = spec->size == 8 ? va_arg(*ap, unsigned long long)
					       : va_arg(*ap, unsigned int);
	int shift = 64 - 8 * spec->size;

	return spec->is_signed ? (unsigned long long)((long long)(v << shift) >> shift)
			       : v << shift >> shift;
}

static bool integer_conversion(char conv, struct fmt_spec *spec)
{
	spec->base = 10;
	switch (conv) {
	case 'd':
	case 'i':
		spec->is_signed = true;
		return true;
	case 'u':
		return true;
	case 'X':
		spec->upper = true;
		fallthrough;
	case 'x':
		spec->base = 16;
		return true;
	case 'o':
		spec->base = 8;
		return true;
	}
	return false;
}

static void fmt_char(struct fmt_out *o, char c, const struct fmt_spec *spec)
{
	if (!spec->left)
		fmt_pad(o, ' ', spec->width - 1);
	fmt_putc(o, c);
	if (spec->left)
		fmt_pad(o, ' ', spec->width - 1);
}

/* Parses flags, width, precision and size at @f; returns the conversion character's place. */
static const char *parse_spec(const char *f, struct fmt_spec *spec, va_list *ap)
{
	*spec = (struct fmt_spec){ .precision = -1, .width = -1 };
	f = parse_flags(f, spec);
	if (*f == '*') {
		spec->width = va_arg(*ap, int);
		if (spec->width < 0) {
			spec->left = true;
			spec->width = -spec->width;
		}
		f++;
	} else if (isdigit(*f)) {
		spec->width = parse_int(&f);
	}
	if (*f == '.') {
		f++;
		if (*f == '*') {
			spec->precision = va_arg(*ap, int);
			f++;
		} else {
			spec->precision = parse_int(&f);
		}
	}
	return parse_size(f, spec);
}

void fmt_vprintf(struct fmt_out *o, const char *fmt, va_list args)
{
	struct fmt_spec spec;
	va_list ap;

	va_copy(ap, args);
	while (*fmt) {
		const char *start = fmt;

		if (*fmt != '%') {
			fmt_putc(o, *fmt++);
			continue;
		}
		fmt = parse_spec(fmt + 1, &spec, &ap);
		spec.conv = *fmt;
		if (*fmt)
			fmt++;
		if (spec.conv == '%')
			fmt_putc(o, '%');
		else if (spec.conv == 's')
			fmt_string(o, va_arg(ap, const char *), &spec);
		else if (spec.conv == 'c')
			fmt_char(o, va_arg(ap, int), &spec);
		else if (spec.conv == 'p')
			fmt += fmt_pointer(o, fmt, va_arg(ap, const void *), &spec);
		else if (integer_conversion(spec.conv, &spec))
			fmt_number(o, fetch_integer(&ap, &spec), &spec);
		else
			while (start < fmt)
				fmt_putc(o, *start++);
	}
	va_end(ap);
}

void fmt_printf(struct fmt_out *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fmt_vprintf(o, fmt, ap);
	va_end(ap);
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct fmt_out o = { buf, buf + size };

	if (size > INT_MAX)
		o.end = (char *)-1;	/* sprintf(): no limit is known */
	fmt_vprintf(&o, fmt, ap);
	if (size)
		*(o.pos < o.end ? o.pos : o.end - 1) = '\0';
	return o.pos - buf;
}
EXPORT_SYMBOL(vsnprintf);

int vscnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	int len = vsnprintf(buf, size, fmt, ap);

	return len < size ? len : size ? size - 1 : 0;
}
EXPORT_SYMBOL(vscnprintf);

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return len;
}
EXPORT_SYMBOL(snprintf);

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vscnprintf(buf, size, fmt, ap);
	va_end(ap);
	return len;
}
EXPORT_SYMBOL(scnprintf);

int vsprintf(char *buf, const char *fmt, va_list ap)
{
	return vsnprintf(buf, SIZE_MAX, fmt, ap);
}
EXPORT_SYMBOL(vsprintf);

int sprintf(char *buf, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsprintf(buf, fmt, ap);
	va_end(ap);
	return len;
}
EXPORT_SYMBOL(sprintf);
