/* SPDX-License-Identifier: MIT */
/* vsprintf.h - what vsprintf.c and its %p extensions in vsprintf_ptr.c share. */
#ifndef _KERNEL_LIB_VSPRINTF_H
#define _KERNEL_LIB_VSPRINTF_H

#include <linux/stdarg.h>
#include <linux/types.h>

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

static inline void fmt_putc(struct fmt_out *o, char c)
{
	if (o->pos < o->end)
		*o->pos = c;
	o->pos++;
}

void fmt_string(struct fmt_out *o, const char *s, const struct fmt_spec *spec);
void fmt_number(struct fmt_out *o, unsigned long long v, const struct fmt_spec *spec);
/* snprintf into @o. */
__printf(2, 3) void fmt_printf(struct fmt_out *o, const char *fmt, ...);
__printf(2, 0) void fmt_vprintf(struct fmt_out *o, const char *fmt, va_list ap);
/* Prints @ptr as the extension letters at @fmt ask; returns how many letters it took. */
int fmt_pointer(struct fmt_out *o, const char *fmt, const void *ptr, struct fmt_spec *spec);

#endif
