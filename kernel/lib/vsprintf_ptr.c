/* SPDX-License-Identifier: MIT */
/*
 * vsprintf_ptr.c - the letters after %p.
 *
 * What Linux prints, except that plain %p is the address itself: without user mode nobody is to
 * be kept from seeing it, and a hash would make logs useless next to a debugger.
 */
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include "vsprintf.h"

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

/* %*ph: width bytes in hex. Returns letters taken beyond 'h'. */
static int fmt_hex_bytes(struct fmt_out *o, const char *fmt, const u8 *bytes, int n)
{
	char sep = *fmt == 'C' ? ':' : *fmt == 'D' ? '-' : *fmt == 'N' ? '\0' : ' ';

	n = clamp(n, 1, 64);	/* Linux's limit: a longer dump is print_hex_dump()'s */
	for (int i = 0; i < n; i++) {
		if (i && sep)
			fmt_putc(o, sep);
		fmt_printf(o, "%02x", bytes[i]);
	}
	return sep != ' ';
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
	int top = nbits % 32 ?: 32;

	for (int group = DIV_ROUND_UP(nbits, 32) - 1; group >= 0; group--) {
		u32 v = map[group / 2] >> (group % 2 * 32);

		if (top < 32)
			v &= (1U << top) - 1;
		fmt_printf(o, "%0*x", DIV_ROUND_UP(top, 4), v);
		if (group)
			fmt_putc(o, ',');
		top = 32;
	}
}

static void fmt_text(struct fmt_out *o, struct fmt_spec *spec, const char *fmt, ...)
{
	char buf[64];
	va_list ap;

	va_start(ap, fmt);
	vscnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	fmt_string(o, buf, spec);
}

/* %pM aa:bb:..., %pm aabb... */
static void fmt_mac(struct fmt_out *o, bool colons, const u8 *m, struct fmt_spec *spec)
{
	fmt_text(o, spec, colons ? "%02x:%02x:%02x:%02x:%02x:%02x" : "%02x%02x%02x%02x%02x%02x",
		 m[0], m[1], m[2], m[3], m[4], m[5]);
}

/* %pI4 1.2.3.4, %pi4 001.002.003.004, from network byte order. Returns the letters it took. */
static int fmt_ip4(struct fmt_out *o, const char *fmt, const u8 *a, struct fmt_spec *spec)
{
	if (fmt[1] != '4') {
		fmt_address(o, a, spec);
		return 1;
	}
	fmt_text(o, spec, *fmt == 'I' ? "%u.%u.%u.%u" : "%03u.%03u.%03u.%03u",
		 a[0], a[1], a[2], a[3]);
	return 2;
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

/* %pR: [mem 0xfebc0000-0xfebdffff]. */
static void fmt_resource(struct fmt_out *o, const struct resource *r, struct fmt_spec *spec)
{
	const char *type = r->flags & IORESOURCE_IO ? "io " : r->flags & IORESOURCE_MEM ? "mem"
			 : r->flags & IORESOURCE_IRQ ? "irq" : "???";
	int width = r->flags & IORESOURCE_IO ? 6 : 10;

	fmt_text(o, spec, "[%s %#0*llx-%#0*llx]", type, width, (u64)r->start, width, (u64)r->end);
}

static void fmt_va_format(struct fmt_out *o, const struct va_format *vf)
{
	va_list ap;

	va_copy(ap, *vf->va);
	fmt_vprintf(o, vf->fmt, ap);
	va_end(ap);
}

/* Extensions that read what @ptr points to; a NULL or error pointer is printed instead. */
static bool reads_memory(char c)
{
	return c && strchr("hbMmIiRVa", c);
}

int fmt_pointer(struct fmt_out *o, const char *fmt, const void *ptr, struct fmt_spec *spec)
{
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
		return 1 + fmt_hex_bytes(o, fmt + 1, ptr, spec->width);
	case 'b':
		if (fmt[1] == 'l') {
			fmt_bitmap_list(o, ptr, max(spec->width, 0));
			return 2;
		}
		fmt_bitmap_hex(o, ptr, max(spec->width, 0));
		return 1;
	case 'M':
	case 'm':
		fmt_mac(o, *fmt == 'M', ptr, spec);
		return 1;
	case 'I':
	case 'i':
		return fmt_ip4(o, fmt, ptr, spec);
	case 'e':
		fmt_error(o, ptr, spec);
		return 1;
	case 'R':
		fmt_resource(o, ptr, spec);
		return 1;
	case 'V':
		fmt_va_format(o, ptr);
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
