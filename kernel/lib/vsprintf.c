/* SPDX-License-Identifier: MIT */
/*
 * vsprintf.c - the formatter behind printk, seq_printf and the shell.
 *
 * No allocation, no locks, no recursion except %pV: usable in any context and on a small stack.
 * An unknown conversion is printed as it stands in the format, so the mistake is visible.
 *
 * The letters after %p print what Linux prints, except that plain %p is the address itself: without
 * user mode nobody is to be kept from seeing it, and a hash would make logs useless next to a
 * debugger.
 */
#include <linux/bitops.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/sprintf.h>
#include <linux/string.h>

/* Where text goes: pos counts on beyond end, so that the whole length is known. */
struct fmt_out {
	char *pos, *end;
};

#define FMT_LEFT	1
#define FMT_PLUS	2
#define FMT_SPACE	4
#define FMT_ALT		8
#define FMT_ZERO	16

/* One conversion as parsed from the format. */
struct fmt_spec {
	u8 flags;
	u8 size, base;		/* of an integer argument, in bytes; of its digits */
	bool is_signed, upper;
	int width;		/* -1: none */
	int precision;		/* -1: none */
};

static void fmt_vprintf(struct fmt_out *o, const char *fmt, va_list args);

static void fmt_putc(struct fmt_out *o, char c)
{
	if (o->pos < o->end)
		*o->pos = c;
	o->pos++;
}

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

static void fmt_string(struct fmt_out *o, const char *s, const struct fmt_spec *spec)
{
	if ((unsigned long)s < 4096)	/* NULL, or a field of a NULL struct */
		s = "(null)";
	fmt_field(o, s, strnlen(s, spec->precision < 0 ? SIZE_MAX : spec->precision), spec);
}

static const char *number_prefix(unsigned long long v, bool minus, const struct fmt_spec *spec)
{
	if (spec->is_signed)
		return minus ? "-" : spec->flags & FMT_PLUS ? "+" :
		       spec->flags & FMT_SPACE ? " " : "";
	if (!(spec->flags & FMT_ALT))
		return "";
	if (spec->base == 16)	/* of 0 as well, as in Linux and unlike in C */
		return spec->upper ? "0X" : "0x";
	return spec->base == 8 && v ? "0" : "";
}

static void fmt_number(struct fmt_out *o, unsigned long long v, const struct fmt_spec *spec)
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

/* --- the letters after %p --- */

/* snprintf into @o. */
__printf(2, 3) static void fmt_printf(struct fmt_out *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fmt_vprintf(o, fmt, ap);
	va_end(ap);
}

static void fmt_address(struct fmt_out *o, const void *ptr, struct fmt_spec *spec)
{
	spec->base = 16;
	spec->flags |= FMT_ZERO;
	if (spec->width < 0)
		spec->width = 16;
	fmt_number(o, (unsigned long)ptr, spec);
}

/* %pS name+off/size, %ps name, %pB the same for a return address. */
static void fmt_symbol(struct fmt_out *o, char kind, const void *ptr, struct fmt_spec *spec)
{
	char name[KSYM_SYMBOL_LEN];

	sprint_symbol(name, (unsigned long)ptr, kind);
	fmt_string(o, name, spec);
}

/* %*ph: width bytes in hex, for 'C' with colons, 'D' with dashes, 'N' nothing between them. */
static void fmt_hex_bytes(struct fmt_out *o, char letter, const u8 *bytes, int n)
{
	const char *sep = letter == 'C' ? ":" : letter == 'D' ? "-" : letter == 'N' ? "" : " ";

	n = clamp(n, 1, 64);	/* Linux's limit */
	for (int i = 0; i < n; i++)
		fmt_printf(o, "%s%02x", i ? sep : "", bytes[i]);
}

/* %*pbl: "0-3,8". */
static void fmt_bitmap_list(struct fmt_out *o, const unsigned long *map, int nbits)
{
	const char *comma = "";
	int first, last;

	for (first = find_first_bit(map, nbits); first < nbits;
	     first = find_next_bit(map, nbits, last + 1)) {
		last = find_next_zero_bit(map, nbits, first) - 1;
		fmt_printf(o, first == last ? "%s%d" : "%s%d-%d", comma, first, last);
		comma = ",";
	}
}

/* %*pb: groups of 32 bits in hex, highest first; the top group only as wide as it needs. */
static void fmt_bitmap_hex(struct fmt_out *o, const unsigned long *map, int nbits)
{
	for (int group = DIV_ROUND_UP(nbits, 32) - 1; group >= 0; group--) {
		int bits = min(nbits - group * 32, 32);
		u32 v = map[group / 2] >> (group % 2 * 32) & (~0U >> (32 - bits));

		fmt_printf(o, "%0*x%s", DIV_ROUND_UP(bits, 4), v, group ? "," : "");
	}
}

__printf(3, 4) static void fmt_text(struct fmt_out *o, struct fmt_spec *spec, const char *fmt, ...)
{
	char buf[64];
	va_list ap;

	va_start(ap, fmt);
	vscnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	fmt_string(o, buf, spec);
}

/* %pe: -ENOMEM for ERR_PTR(-ENOMEM), the address for a good pointer. */
static void fmt_error(struct fmt_out *o, const void *ptr, struct fmt_spec *spec)
{
	const char *name = IS_ERR(ptr) ? errname(PTR_ERR(ptr)) : NULL;

	if (name)
		fmt_text(o, spec, "-%s", name);
	else if (IS_ERR(ptr))
		fmt_text(o, spec, "%ld", PTR_ERR(ptr));
	else
		fmt_address(o, ptr, spec);
}

/* Extensions that read what @ptr points to; a NULL or error pointer is printed instead. */
static bool reads_memory(char c)
{
	return c && strchr("hbMIVa", c);
}

/* Prints @ptr as the extension letters at @fmt ask; returns how many letters it took. */
static int fmt_pointer(struct fmt_out *o, const char *fmt, const void *ptr, struct fmt_spec *spec)
{
	const struct va_format *vf = ptr;
	const u8 *ip = ptr;

	if (reads_memory(*fmt) && (unsigned long)ptr < 4096) {
		spec->width = -1;	/* it may have been a byte or bit count */
		fmt_string(o, "(null)", spec);
		return fmt[1] && strchr("4lCDNdp", fmt[1]) ? 2 : 1;
	}
	switch (*fmt) {
	case 'S':
	case 's':
	case 'B':
		fmt_symbol(o, *fmt, ptr, spec);
		return 1;
	case 'h':
		fmt_hex_bytes(o, fmt[1], ptr, spec->width);
		return fmt[1] && strchr("CDN", fmt[1]) ? 2 : 1;
	case 'b':
		if (fmt[1] == 'l') {
			fmt_bitmap_list(o, ptr, max(spec->width, 0));
			return 2;
		}
		fmt_bitmap_hex(o, ptr, max(spec->width, 0));
		return 1;
	case 'M':
		fmt_text(o, spec, "%6phC", ptr);
		return 1;
	case 'I':
		fmt_text(o, spec, "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
		return 1 + (fmt[1] == '4');
	case 'e':
		fmt_error(o, ptr, spec);
		return 1;
	case 'V':
		fmt_vprintf(o, vf->fmt, *vf->va);
		return 1;
	case 'a':
		fmt_text(o, spec, "0x%016llx", *(const phys_addr_t *)ptr);
		return 1 + (fmt[1] == 'd' || fmt[1] == 'p');
	case 'x':
	case 'K':
		fmt_address(o, ptr, spec);
		return 1;
	}
	fmt_address(o, ptr, spec);
	return 0;
}

/* --- the format --- */

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
		['-'] = FMT_LEFT, ['+'] = FMT_PLUS, [' '] = FMT_SPACE, ['#'] = FMT_ALT,
		['0'] = FMT_ZERO,
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

static void fmt_vprintf(struct fmt_out *o, const char *fmt, va_list args)
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
