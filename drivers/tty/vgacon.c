/* SPDX-License-Identifier: MIT */
/*
 * tty0: the VGA card's text screen, a second console beside the serial line. Threads write to it as to
 * any terminal; console=tty0 also sends kernel messages there. Its keyboard is drivers/input.
 *
 * Invariants. A message is whole: what threads have on the current row is put aside while it is written,
 * and stands below it afterwards. The card's memory is written only, a row at a time, after the text of
 * a write has taken effect on our own copy.
 *
 * Of a terminal's escape sequences it knows those that are sent here: ESC [ n A B C D, H, J, K; m
 * (colours) and others are read and do nothing.
 */
#define pr_fmt(fmt) "vgacon: " fmt

#include <linux/ctype.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/smp.h>
#include <linux/string.h>
#include "vgacon.h"

/* [VGA] "CRT Controller Registers", "Graphics Registers", "Miscellaneous Output Register" */
#define VGA_MEM		0xb8000
#define VGA_MISC_R	0x3cc
#define  VGA_MISC_COLOR	0x01		/* its registers are at 0x3dx */
#define VGA_GFX_INDEX	0x3ce
#define VGA_GFX_DATA	0x3cf
#define  VGA_GFX_MISC	0x06
#define  VGA_GFX_GRAPHICS	0x01
#define  VGA_GFX_MAP(misc)	((misc) >> 2 & 3)	/* 3: 32 KiB from 0xb8000 */
#define VGA_CRT_INDEX	0x3d4
#define VGA_CRT_DATA	0x3d5
#define  VGA_CRT_START_HI	0x0c
#define  VGA_CRT_START_LO	0x0d
#define  VGA_CRT_CURSOR_HI	0x0e
#define  VGA_CRT_CURSOR_LO	0x0f

#define BLANK		(VC_ATTR << 8 | ' ')
#define TAB_WIDTH	8

/* Tries for a lock whose holder writes a screen at most; then a garbled line beats none. */
#define CONSOLE_LOCK_TRIES	200000
/* So much text at a time with interrupts off: about two rows. */
#define VC_CHUNK	160

/* ---- cells ------------------------------------------------------------------------------- */

static void clear_cells(struct vc_data *vc, unsigned int row, unsigned int from, unsigned int to)
{
	for (; from < to; from++)
		vc->cells[row][from] = BLANK;
	vc->dirty |= BIT(row);
}

static void clear_rows(struct vc_data *vc, unsigned int from)
{
	for (; from < VC_ROWS; from++)
		clear_cells(vc, from, 0, VC_COLS);
}

static void new_line(struct vc_data *vc)
{
	if (++vc->row < VC_ROWS)
		return;
	vc->row = VC_ROWS - 1;
	memmove(vc->cells[0], vc->cells[1], sizeof(vc->cells) - sizeof(vc->cells[0]));
	clear_rows(vc, VC_ROWS - 1);
	vc->dirty = BIT(VC_ROWS) - 1;
}

static void put_visible(struct vc_data *vc, unsigned char c)
{
	if (vc->col == VC_COLS) {
		vc->col = 0;
		new_line(vc);
	}
	vc->cells[vc->row][vc->col++] = VC_ATTR << 8 | c;
	vc->dirty |= BIT(vc->row);
}

/* ESC [ params final: the cursor moves, or what is from it on is cleared. */
static void control_sequence(struct vc_data *vc, char final)
{
	unsigned int n = max(vc->params[0], 1U), col = min(vc->col, VC_COLS - 1);

	switch (final) {
	case 'A':
		vc->row -= min(n, vc->row);
		break;
	case 'B':
		vc->row = min(vc->row + n, VC_ROWS - 1);
		break;
	case 'C':
		vc->col = min(col + n, VC_COLS - 1);
		break;
	case 'D':
		vc->col = col - min(n, col);
		break;
	case 'H':
		vc->row = min(n, VC_ROWS) - 1;
		vc->col = min(max(vc->params[1], 1U), VC_COLS) - 1;
		break;
	case 'J':
		if (vc->params[0] == 2)
			return clear_rows(vc, 0);
		clear_rows(vc, vc->row + 1);
		clear_cells(vc, vc->row, vc->col, VC_COLS);
		break;
	case 'K':
		clear_cells(vc, vc->row, vc->col, VC_COLS);
		break;
	}
}

/* A character inside an escape sequence. */
static void put_escaped(struct vc_data *vc, unsigned char c)
{
	if (vc->state == VC_ESCAPE) {
		vc->state = c == '[' ? VC_CSI : VC_PLAIN;
		memset(vc->params, 0, sizeof(vc->params));
		vc->nr_params = 0;
	} else if (isdigit(c)) {
		unsigned int *param = &vc->params[min(vc->nr_params, VC_PARAMS - 1U)];

		*param = min(*param * 10 + c - '0', 9999U);
	} else if (c == ';') {
		vc->nr_params++;
	} else if (c >= '@' && c <= '~') {
		vc->state = VC_PLAIN;
		control_sequence(vc, c);
	}
}

static void put_char(struct vc_data *vc, unsigned char c)
{
	if (vc->state != VC_PLAIN)
		return put_escaped(vc, c);
	switch (c) {
	case '\033':
		vc->state = VC_ESCAPE;
		break;
	case '\n':
		new_line(vc);
		break;
	case '\r':
		vc->col = 0;
		break;
	case '\b':
		vc->col = min(vc->col, VC_COLS - 1) - !!vc->col;
		break;
	case '\t':
		vc->col = min(ALIGN_DOWN(vc->col, TAB_WIDTH) + TAB_WIDTH, VC_COLS - 1);
		break;
	default:
		if (c >= ' ' && c != 0x7f)
			put_visible(vc, c);
	}
}

/* ---- the card ---------------------------------------------------------------------------- */

static void crt_write(u8 reg, u8 val)
{
	outb(reg, VGA_CRT_INDEX);
	outb(val, VGA_CRT_DATA);
}

/* What has changed goes to the card. Lock held. */
static void vc_flush(struct vc_data *vc)
{
	unsigned int at = vc->row * VC_COLS + min(vc->col, VC_COLS - 1), row, col;

	if (!vc->mem)
		return;
	for (row = 0; row < VC_ROWS; row++)
		for (col = 0; vc->dirty & BIT(row) && col < VC_COLS; col++)
			writew(vc->cells[row][col], vc->mem + row * VC_COLS + col);
	vc->dirty = 0;
	crt_write(VGA_CRT_CURSOR_HI, at >> 8);
	crt_write(VGA_CRT_CURSOR_LO, at);
}

/* ---- threads ----------------------------------------------------------------------------- */

static size_t vc_write(struct tty_struct *tty, const char *buf, size_t count)
{
	struct vc_data *vc = container_of(tty, struct vc_data, tty);
	size_t n = min(count, (size_t)VC_CHUNK);

	guard(raw_spinlock_irqsave)(&vc->lock);
	WRITE_ONCE(vc->lock_cpu, raw_smp_processor_id());
	for (size_t i = 0; i < n; i++) {
		if (buf[i] == '\n' && !tty->raw)
			vc->col = 0;
		put_char(vc, buf[i]);
	}
	vc_flush(vc);
	WRITE_ONCE(vc->lock_cpu, -1);
	return n;
}

static size_t vc_write_room(struct tty_struct *tty)
{
	return VC_CHUNK;
}

static const struct tty_operations vc_ops = {
	.write = vc_write,
	.write_room = vc_write_room,
};

/* ---- kernel messages --------------------------------------------------------------------- */

static void put_row_aside(struct vc_data *vc)
{
	if (!vc->col || vc->kept_row)
		return;
	vc->kept_row = true;
	vc->kept_col = vc->col;
	memcpy(vc->kept, vc->cells[vc->row], sizeof(vc->kept));
	clear_cells(vc, vc->row, 0, VC_COLS);
	vc->col = 0;
}

static void put_row_back(struct vc_data *vc)
{
	if (!vc->kept_row)
		return;
	vc->kept_row = false;
	vc->col = vc->kept_col;
	memcpy(vc->cells[vc->row], vc->kept, sizeof(vc->kept));
	vc->dirty |= BIT(vc->row);
}

/* Context: any, NMI included; false: go on without the lock. */
static bool vc_trylock(struct vc_data *vc) __try_acquires(&vc->lock)
{
	int tries = this_cpu_in_panic() ? 1 : CONSOLE_LOCK_TRIES;

	if (READ_ONCE(vc->lock_cpu) == raw_smp_processor_id())
		return false;			/* we interrupted its holder */
	while (tries--) {
		if (raw_spin_trylock(&vc->lock)) {
			WRITE_ONCE(vc->lock_cpu, raw_smp_processor_id());
			return true;
		}
		cpu_relax();
	}
	return false;
}

/* Not analysed: with the lock if it can be had, else without it. */
void vc_console_write(struct console *con, const char *s, unsigned int count)
	__no_lock_analysis
{
	struct vc_data *vc = con->data;
	unsigned long flags;
	bool locked;

	if (!count)
		return;
	local_irq_save(flags);
	locked = vc_trylock(vc);
	put_row_aside(vc);
	for (unsigned int i = 0; i < count; i++) {
		if (s[i] == '\n')
			vc->col = 0;
		put_char(vc, s[i]);
	}
	if (s[count - 1] == '\n')
		put_row_back(vc);
	vc_flush(vc);
	if (locked) {
		WRITE_ONCE(vc->lock_cpu, -1);
		raw_spin_unlock(&vc->lock);
	}
	local_irq_restore(flags);
}

/* ---- beginning --------------------------------------------------------------------------- */

void vc_init(struct vc_data *vc)
{
	memset(vc, 0, sizeof(*vc));
	raw_spin_lock_init(&vc->lock);
	vc->lock_cpu = -1;
	vc->tty = (struct tty_struct)TTY_INITIALIZER(vc->tty, "tty0");
	vc->tty.ops = &vc_ops;
	vc->con = (struct console){ .name = "tty", .write = vc_console_write,
				    .flags = CON_PRINTBUFFER, .data = vc };
	clear_rows(vc, 0);
}

/* Why there is no text screen, or NULL. */
static const char *why_no_text(void)
{
	u8 misc = inb(VGA_MISC_R);

	if (misc == 0xff)
		return "there is no VGA card";
	if (!(misc & VGA_MISC_COLOR))
		return "the VGA card is monochrome";
	outb(VGA_GFX_MISC, VGA_GFX_INDEX);
	misc = inb(VGA_GFX_DATA);
	if (misc & VGA_GFX_GRAPHICS || VGA_GFX_MAP(misc) != 3)
		return "the VGA card shows graphics (UEFI does that)";
	return NULL;
}

static struct vc_data screen;

/* Before the keyboard, whose keys go to tty0. */
static int __init vgacon_init(void)
{
	const char *why = why_no_text();

	if (why) {
		pr_info("no text screen, no tty0: %s\n", why);
		return 0;
	}
	vc_init(&screen);
	screen.mem = ioremap(VGA_MEM, VC_ROWS * VC_COLS * sizeof(u16));
	if (!screen.mem)
		return -ENOMEM;
	crt_write(VGA_CRT_START_HI, 0);
	crt_write(VGA_CRT_START_LO, 0);
	tty_register(&screen.tty, &vc_ops);
	pr_info("tty0 is a VGA text screen of %u by %u\n", VC_COLS, VC_ROWS);
	register_console(&screen.con);
	vc_write(&screen.tty, "", 0);		/* wipe what the firmware left */
	return 0;
}
subsys_initcall(vgacon_init);
