/* SPDX-License-Identifier: MIT */
/* hexdump.c - print_hex_dump(): bytes as lines of hex and text. */
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#define ROW_MAX 32

/* One row of @n bytes into @line: groups of @group bytes, then the characters. */
static void format_row(char *line, size_t size, const u8 *p, int n, int row, int group, bool ascii)
{
	int len = 0;

	for (int i = 0; i < n; i += group) {
		if (i)
			len += scnprintf(line + len, size - len, " ");
		/* A group is a number of the machine: its last byte first. */
		for (int b = min(group, n - i) - 1; b >= 0; b--)
			len += scnprintf(line + len, size - len, "%02x", p[i + b]);
	}
	if (!ascii)
		return;
	len += scnprintf(line + len, size - len, "%*s  ", row * 2 + row / group - 1 - len, "");
	for (int i = 0; i < n; i++)
		len += scnprintf(line + len, size - len, "%c", isprint(p[i]) ? p[i] : '.');
}

void print_hex_dump(const char *level, const char *prefix, int prefix_type, int rowsize,
		    int groupsize, const void *buf, size_t len, bool ascii)
{
	int row = rowsize == 32 ? 32 : 16, group = groupsize == 2 || groupsize == 4 ||
		  groupsize == 8 ? groupsize : 1;
	char line[ROW_MAX * 3 + ROW_MAX + 8];

	for (size_t off = 0; off < len; off += row) {
		const u8 *p = (const u8 *)buf + off;

		format_row(line, sizeof(line), p, min_t(size_t, row, len - off), row, group, ascii);
		if (prefix_type == DUMP_PREFIX_ADDRESS)
			printk("%s%s%px: %s\n", level, prefix, p, line);
		else if (prefix_type == DUMP_PREFIX_OFFSET)
			printk("%s%s%.8zx: %s\n", level, prefix, off, line);
		else
			printk("%s%s%s\n", level, prefix, line);
	}
}
EXPORT_SYMBOL(print_hex_dump);
