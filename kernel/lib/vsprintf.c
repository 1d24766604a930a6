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

static void fmt_pad(struct fmt_out *o, char c, int n)
{
	while (n-- > 0)
		fmt_putc(o, c);
}

/* @n bytes in a field of the width asked for. */
static void fmt_field(struct fmt_out *o, const char *s, int n, const struct fmt_spec *spec)
{
	int pad = spec->width - n;

	if (!(spec->flags & FMT_LEFT))
		fmt_pad(o, ' ', pad);
	for (; n > 0; n--)
		fmt_putc(o, *s++);
	if (spec->flags & FMT_LEFT)
		fmt_pad(o, ' ', pad);
}

void fmt_string(struct fmt_out *o, const char *s, const struct fmt_spec *spec)
{
	if ((unsigned long)s < 4096)	/* NULL, or a field of a NULL struct */
		s = "(null)";
	fmt_field(o, s, strnlen(s, spec->precision < 0 ? SIZE_MAX : spec->precision), spec);
}

static const char *number_prefix(unsigned long long v, bool minus, const struct fmt_spec *spec)
{
	if (spec->is_signed)
		return minus ? "-" : spec->flags & FMT_PLUS ? "+" : spec->flags & FMT_SPACE ? " " : "";
	if (!(spec->flags & FMT_ALT) || !v)
		return "";
	if (spec->base == 16)
		return spec->upper ? "0X" : "0x";
	return spec->base == 8 ? "0" : "";
}

void fmt_number(struct fmt_out *o, unsigned long long v, const struct fmt_spec *spec)
{
	const char *set = spec->upper ? "0123456789ABCDEF" : "0123456789abcdef", *prefix;
	bool minus = spec->is_signed && (long long)v < 0;
	char buf[24], *end = buf + sizeof(buf), *digit = end;	/* 22 octal digits are the most */
	int zeros, pad;

	prefix = number_prefix(v, minus, spec);
	for (v = minus ? -v : v; v; v /= spec->base)
		*--digit = set[v % spec->base];
	zeros = max((spec->precision < 0 ? 1 : spec->precision) - (int)(end - digit), 0);
	pad = max(spec->width - (int)strlen(prefix) - zeros - (int)(end - digit), 0);
	if ((spec->flags & (FMT_ZERO | FMT_LEFT)) == FMT_ZERO && spec->precision < 0) {
		zeros += pad;
		pad = 0;
	}
	if (!(spec->flags & FMT_LEFT))
		fmt_pad(o, ' ', pad);
	while (*prefix)
		fmt_putc(o, *prefix++);
	fmt_pad(o, '0', zeros);
	while (digit < end)
		fmt_putc(o, *digit++);
	if (spec->flags & FMT_LEFT)
		fmt_pad(o, ' ', pad);
}

/* A decimal number in the format, or an argument in the place of a *; 0 if neither is there. */
static int parse_count(const char **fmt, va_list *ap)
{
	int v = 0;

	if (**fmt == '*') {
		(*fmt)++;
		return va_arg(*ap, int);
	}
	while (isdigit(**fmt))
		v = v * 10 + *(*fmt)++ - '0';
	return v;
}

/* Parses flags, width, precision and size at @f; returns the conversion character's place. */
static const char *parse_spec(const char *f, struct fmt_spec *spec, va_list *ap)
{
	static const u8 flags[256] = {
		['-'] = FMT_LEFT, ['+'] = FMT_PLUS, [' '] = FMT_SPACE, ['#'] = FMT_ALT, ['0'] = FMT_ZERO,
	};
	static const u8 sizes[256] = { ['l'] = 8, ['L'] = 8, ['j'] = 8, ['z'] = 8, ['t'] = 8 };

	*spec = (struct fmt_spec){ .precision = -1, .width = -1, .size = 4 };
	for (; flags[(u8)*f]; f++)
		spec->flags |= flags[(u8)*f];
	if (*f == '*' || isdigit(*f)) {
		spec->width = parse_count(&f, ap);
		if (spec->width < 0) {
			spec->flags |= FMT_LEFT;
			spec->width = -spec->width;
		}
	}
	if (*f == '.') {
		f++;
		spec->precision = parse_count(&f, ap);
	}
	for (; *f == 'h'; f++)
		spec->size /= 2;
	for (; sizes[(u8)*f]; f++)
		spec->size = sizes[(u8)*f];
	return f;
}

static bool is_integer(char conv, struct fmt_spec *spec)
{
	spec->is_signed = conv == 'd' || conv == 'i';
	spec->upper = conv == 'X';
	spec->base = conv == 'o' ? 8 : conv == 'x' || conv == 'X' ? 16 : 10;
	return spec->is_signed || conv == 'u' || conv == 'o' || spec->base == 16;
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

void fmt_vprintf(struct fmt_out *o, const char *fmt, va_list args)
{
	struct fmt_spec spec;
	va_list ap;

	va_copy(ap, args);
	while (*fmt) {
		const char *start = fmt;
		char conv;

		if (*fmt != '%') {
			fmt_putc(o, *fmt++);
			continue;
		}
		fmt = parse_spec(fmt + 1, &spec, &ap);
		conv = *fmt;
		if (conv)
			fmt++;
		if (conv == '%')
			fmt_putc(o, '%');
		else if (conv == 's')
			fmt_string(o, va_arg(ap, const char *), &spec);
		else if (conv == 'c')
			fmt_field(o, (char []){ va_arg(ap, int) }, 1, &spec);
		else if (conv == 'p')
			fmt += fmt_pointer(o, fmt, va_arg(ap, const void *), &spec);
		else if (is_integer(conv, &spec))
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
	/* sprintf(): no limit is known */
	struct fmt_out o = { buf, size > INT_MAX ? (char *)-1 : buf + size };

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
