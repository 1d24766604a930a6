/* SPDX-License-Identifier: MIT */
/*
 * The PC's serial ports: COM1 (ttyS0, 0x3f8, irq 4) and COM2 (ttyS1, 0x2f8, irq 3).
 */
#ifndef _LINUX_SERIAL_8250_H
#define _LINUX_SERIAL_8250_H

#include <linux/types.h>

/*
 * serial8250_early_init - probe both ports and set 115200 8N1. Needs nothing: usable as the first
 * thing in start_kernel, long before memory or interrupts. From now on printk can reach a port, but
 * records wait in printk's ring until console_init() knows which one was asked for.
 */
void serial8250_early_init(void);

/*
 * console_init - register the ports named by console= (several allowed; default ttyS0) as consoles;
 * what was printed so far is sent then. Call once the command line is known; panic() calls it too,
 * for a machine that dies before. Any context; the second call does nothing.
 */
void console_init(void);

#endif
