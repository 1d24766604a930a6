/* SPDX-License-Identifier: MIT */
/*
 * console.h - where kernel messages leave the machine.
 *
 * Invariant: write() is only ever called by the one CPU that holds the console try-lock (or by a
 * panicking CPU after the others were stopped), in any context including NMI, and must not sleep,
 * take a lock that it cannot try, or call printk.
 */
#ifndef _LINUX_CONSOLE_H
#define _LINUX_CONSOLE_H

#include <linux/types.h>

#define CON_PRINTBUFFER	(1 << 0)	/* print what the log already holds when registered */
#define CON_ENABLED	(1 << 2)
#define CON_BOOT	(1 << 3)	/* leaves when the first real console registers */

struct console {
	char name[16];			/* "ttyS"; with index 1 it is console=ttyS1 */
	/* Prints @count bytes, polled. Context: any, NMI and panic included. */
	void (*write)(struct console *con, const char *s, unsigned int count);
	/* Optional: @options is what followed the comma in console=ttyS0,115200. 0 or -errno. */
	int (*setup)(struct console *con, char *options);
	short flags;
	short index;			/* -1: take the one console= names, else 0 */
	void *data;			/* the driver's */
	u64 seq;			/* next log record to print; printk's */
	struct console *next;
};

/*
 * register_console - adds a console. It is enabled when console= names it, or when no console=
 * was given and no real console is enabled yet; CON_BOOT ones are always enabled.
 * Context: task, or early boot.
 */
void register_console(struct console *con);
/* Takes a console out; 0, or -ENODEV when it was not registered. */
int unregister_console(struct console *con);
/* Registers the machine's consoles; the serial driver's. Does nothing the second time. Any context. */
void console_init(void);
/* Pushes everything committed to the consoles, unless another CPU is doing it. Context: any. */
void console_flush(void);

extern int console_printk[4];
#define console_loglevel (console_printk[0])

#endif
