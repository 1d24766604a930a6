/* SPDX-License-Identifier: MIT */
/* Private to the text screen and its suite. */
#ifndef _DRIVERS_TTY_VGACON_H
#define _DRIVERS_TTY_VGACON_H

#include <linux/console.h>
#include <linux/io.h>
#include <linux/tty.h>

#define VC_ROWS		25
#define VC_COLS		80
#define VC_ATTR		0x07		/* light grey on black */
#define VC_PARAMS	2

/* A screen of text. What it shows is in @cells; the card's memory is only written, which is slow enough. */
struct vc_data {
	raw_spinlock_t lock;		/* protects all below */
	int lock_cpu;			/* who holds it, for a message printed in between; else -1 */
	u16 __iomem *mem;		/* the card's; NULL: there is none, and cells are all */
	u16 cells[VC_ROWS][VC_COLS];	/* character, attribute << 8 */
	u32 dirty;			/* a bit for each row that the card has not got yet */
	unsigned int row, col;		/* of the cursor; col VC_COLS: the next character wraps first */
	enum { VC_PLAIN, VC_ESCAPE, VC_CSI } state;
	unsigned int params[VC_PARAMS], nr_params;

	u16 kept[VC_COLS];		/* threads' row while a kernel message is on it */
	unsigned int kept_col;
	bool kept_row;
	struct tty_struct tty;
	struct console con;
};

/* Empty, cursor at the top left, no card. */
void vc_init(struct vc_data *vc);
void vc_console_write(struct console *con, const char *s, unsigned int count);

#endif
