/* SPDX-License-Identifier: MIT */
/* Private to the keyboard: the controller's driver, the keys, their suite. */
#ifndef _DRIVERS_INPUT_I8042_H
#define _DRIVERS_INPUT_I8042_H

#include <linux/tty.h>

/* [8042] "Keyboard Controller": ports, status bits, commands */
#define I8042_DATA		0x60
#define I8042_STATUS		0x64		/* read */
#define  I8042_STR_OBF		0x01		/* a byte waits in DATA */
#define  I8042_STR_IBF		0x02		/* the last one written has not been taken */
#define  I8042_STR_AUXDATA	0x20		/* the byte is the mouse's */
#define I8042_COMMAND		0x64		/* write */
#define  I8042_CMD_READ_CTR	0x20
#define  I8042_CMD_WRITE_CTR	0x60
#define  I8042_CMD_AUX_OFF	0xa7
#define  I8042_CMD_KBD_OFF	0xad
#define  I8042_CMD_KBD_ON	0xae
#define  I8042_CMD_WRITE_OBUF	0xd2		/* the next byte comes back as if a key had sent it */
#define I8042_CTR_KBDINT	0x01
#define I8042_CTR_AUXINT	0x02
#define I8042_CTR_KBD_OFF	0x10
#define I8042_CTR_AUX_OFF	0x20
#define I8042_CTR_XLATE		0x40		/* scan codes as the PC/XT's, set 1 */

#define KBD_ENABLE		0xf4		/* to the keyboard itself: scan */
#define KBD_ACK			0xfa

#define I8042_RING		64		/* bytes between the halves: more keys than fingers; a power of 2 */

/* What the keys that are down mean; the bottom half's. */
struct keyboard {
	struct tty_struct *tty;		/* whose keys they are; NULL: nobody's */
	bool shift[2], ctrl[2], alt;	/* left, right */
	bool caps;
	bool extended;			/* the byte before was 0xe0 */
	unsigned long keys, unknown;	/* characters and sequences made; codes without meaning */
};

/* One byte from the keyboard. Context: softirq, one at a time. */
void keyboard_byte(struct keyboard *kbd, u8 byte);

struct i8042 {
	unsigned int irq;		/* 0: no controller */
	u8 ring[I8042_RING];
	unsigned int head, tail;	/* free running: the top half's, the bottom half's */
	unsigned long bytes, dropped;	/* taken from the controller; of them no room for, or the mouse's */
	struct keyboard kbd;
};
extern struct i8042 i8042;
/* The bottom half. */
extern struct tasklet_struct i8042_tasklet;
/* 0, or -EIO: the controller does not take it. Context: any; for the driver and its suite. */
int i8042_command(u8 command, int param);

#endif
