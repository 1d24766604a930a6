/* SPDX-License-Identifier: MIT */
/*
 * hexdump.c - memory as lines of hex digits: see linux/printk.h and linux/hex.h.
 *
 * A line is put together whole, on the stack, before any of it is given away: so it is cut like any
 * other text when the caller's buffer is too small, and its whole length is known.
 */
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/hex.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/string.h>

/* 32 bytes with a blank behind each, one more blank, 32 characters, NUL. */
#define HEX_LINE_MAX	(32 * 3 + 1 + 32 + 1)

const char hex_asc[] = "0123456789abcdef";
EXPORT_SYMBOL(hex_asc);
const char hex_asc_upper[] = "0123456789ABCDEF";
EXPORT_SYMBOL(hex_asc_upper);

char *bin2hex(char *dst, const void *src, size_t count)
{
	const u8 *p = src;

	while (count--)
		dst = hex_byte_pack(dst, *p++);
	return dst;
}
EXPORT_SYMBOL(bin2hex);

int hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize, char *linebuf,
		       size_t linebuflen, bool ascii)
{
	char line[HEX_LINE_MAX], *end = line;
	const u8 *p = buf;

	if (rowsize != 16 && rowsize != 32)
		rowsize = 16;
	len = min(len, (size_t)rowsize);
	if (!is_power_of_2(groupsize) || groupsize > 8 || len % groupsize)
		groupsize = 1;
	for (int i = 0; i < len; i += groupsize) {
		if (i)
			*end++ = ' ';
		for (int k = groupsize - 1; k >= 0; k--)	/* a number, its highest byte first */
			end = hex_byte_pack(end, p[i + k]);
	}
	if (ascii && len) {
		char *column = line + rowsize * 2 + rowsize / groupsize + 1;

		while (end < column)
			*end++ = ' ';
		for (int i = 0; i < len; i++)
			*end++ = isprint(p[i]) ? p[i] : '.';
	}
	*end = '\0';
	if (linebuflen)
		strscpy(linebuf, line, linebuflen);
	return end - line;
}
EXPORT_SYMBOL(hex_dump_to_buffer);

void print_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize,
		    int groupsize, const void *buf, size_t len, bool ascii)
{
	char line[HEX_LINE_MAX];

	if (rowsize != 16 && rowsize != 32)
		rowsize = 16;
	for (size_t i = 0; i < len; i += rowsize) {
		hex_dump_to_buffer(buf + i, len - i, rowsize, groupsize, line, sizeof(line), ascii);
		if (prefix_type == DUMP_PREFIX_ADDRESS)
			printk("%s%s%p: %s\n", level, prefix_str, buf + i, line);
		else if (prefix_type == DUMP_PREFIX_OFFSET)
			printk("%s%s%.8zx: %s\n", level, prefix_str, i, line);
		else
			printk("%s%s%s\n", level, prefix_str, line);
	}
}
EXPORT_SYMBOL(print_hex_dump);
