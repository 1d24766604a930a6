/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * A sender of frames that is no network device of the kernel: a Realtek 8139 at the other end of the
 * cable, driven by hand, without interrupts. What it costs is the same on every kernel: two register
 * writes for a frame.
 */
#ifndef _BENCH_RTL8139_H
#define _BENCH_RTL8139_H

#include <linux/types.h>

/* 0, or -errno: there is none, or no memory. May sleep. */
int sender_open(void);
void sender_close(void);

/* The memory of the frame that sender_send() sends, SENDER_FRAME bytes. */
#define SENDER_FRAME	1536
u8 *sender_frame(unsigned int which);
#define SENDER_FRAMES	2	/* that may be prepared at a time */

/* Send frame @which, @len bytes: on the wire, and at its receiver, when this returns. */
void sender_send(unsigned int which, unsigned int len);

/* Bytes that came for the sender's address since the last call, with a header of 4 and a checksum of 4 each. */
unsigned int sender_received(void);
void sender_address(u8 *mac);

#endif
