/* SPDX-License-Identifier: MIT */
/*
 * The PS/2 keyboard, the classical split handler: the top half takes a byte out of the controller, which
 * has room for one, and the bottom half, a tasklet, makes keys of bytes.
 *
 * Invariant: the ring between the two has one writer, the interrupt, and one reader, the tasklet; neither
 * locks. A byte that finds it full is counted and dropped.
 */
#define pr_fmt(fmt) "i8042: " fmt

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/proc_fs.h>
#include <linux/ratelimit.h>
#include "i8042.h"

#define I8042_KBD_IRQ		1
/* A controller answers within 20 ms, if it is there; Linux waits for half a second. */
#define I8042_TRIES		400
#define I8042_TRY_US		50
#define I8042_FLUSH_MAX		32	/* bytes that may lie in a real one; a port without one never ends */

struct i8042 i8042;

/* ---- the bottom half --------------------------------------------------------------------- */

/* Context: TASKLET_SOFTIRQ. */
static void i8042_bottom_half(struct tasklet_struct *t)
{
	while (i8042.tail != smp_load_acquire(&i8042.head)) {
		keyboard_byte(&i8042.kbd, i8042.ring[i8042.tail % I8042_RING]);
		smp_store_release(&i8042.tail, i8042.tail + 1);
	}
}

DECLARE_TASKLET(i8042_tasklet, i8042_bottom_half);

/* ---- the top half ------------------------------------------------------------------------ */

/* Context: hardirq. */
static irqreturn_t i8042_interrupt(int irq, void *dev)
{
	u8 status = inb(I8042_STATUS), byte;

	if (!(status & I8042_STR_OBF))
		return IRQ_NONE;
	byte = inb(I8042_DATA);
	i8042.bytes++;
	if (status & I8042_STR_AUXDATA) {
		i8042.dropped++;
	} else if (i8042.head - smp_load_acquire(&i8042.tail) == I8042_RING) {
		i8042.dropped++;
		pr_warn_ratelimited("ring full, byte 0x%02x dropped: the tasklet does not run\n", byte);
	} else {
		i8042.ring[i8042.head % I8042_RING] = byte;
		smp_store_release(&i8042.head, i8042.head + 1);
		tasklet_schedule(&i8042_tasklet);
	}
	return IRQ_HANDLED;
}

/* ---- the controller ---------------------------------------------------------------------- */

/* Until the bits of @mask in the status are @want. */
static int wait_status(u8 mask, u8 want)
{
	for (int i = 0; i < I8042_TRIES; i++) {
		if ((inb(I8042_STATUS) & mask) == want)
			return 0;
		udelay(I8042_TRY_US);
	}
	return -EIO;
}

static int write_byte(u8 val, u16 port)
{
	int err = wait_status(I8042_STR_IBF, 0);

	if (!err)
		outb(val, port);
	return err;
}

int i8042_command(u8 command, int param)
{
	int err = write_byte(command, I8042_COMMAND);

	return err || param < 0 ? err : write_byte(param, I8042_DATA);
}

/* The byte that comes, or -EIO. */
static int read_byte(void)
{
	int err = wait_status(I8042_STR_OBF, I8042_STR_OBF);

	return err ?: inb(I8042_DATA);
}

/* What lies in it is from before us. */
static int flush(void)
{
	for (int i = 0; i < I8042_FLUSH_MAX; i++) {
		if (!(inb(I8042_STATUS) & I8042_STR_OBF))
			return 0;
		inb(I8042_DATA);
		udelay(I8042_TRY_US);
	}
	return -ENODEV;		/* no controller: all ones for ever */
}

/* Keyboard on, its interrupts too, mouse off. 0 or -errno. */
static int i8042_setup(void)
{
	int ctr, err = flush() ?: i8042_command(I8042_CMD_KBD_OFF, -1) ?:
		       i8042_command(I8042_CMD_AUX_OFF, -1) ?: flush() ?:
		       i8042_command(I8042_CMD_READ_CTR, -1);

	if (err)
		return err;
	ctr = read_byte();
	if (ctr < 0)
		return ctr;
	ctr |= I8042_CTR_XLATE | I8042_CTR_AUX_OFF;
	ctr &= ~(I8042_CTR_KBDINT | I8042_CTR_AUXINT | I8042_CTR_KBD_OFF);
	err = i8042_command(I8042_CMD_WRITE_CTR, ctr) ?: i8042_command(I8042_CMD_KBD_ON, -1) ?:
	      write_byte(KBD_ENABLE, I8042_DATA);
	if (err)
		return err;
	if (read_byte() != KBD_ACK)
		pr_info("the keyboard does not answer; perhaps one is plugged in later\n");
	err = request_irq(I8042_KBD_IRQ, i8042_interrupt, 0, "i8042", &i8042);
	if (err)
		return err;
	i8042.irq = I8042_KBD_IRQ;
	return i8042_command(I8042_CMD_WRITE_CTR, ctr | I8042_CTR_KBDINT);
}

static int i8042_show(struct seq_file *m, void *v)
{
	seq_printf(m, "bytes %lu\ndropped %lu\nkeys %lu\nunknown %lu\n", i8042.bytes, i8042.dropped,
		   i8042.kbd.keys, i8042.kbd.unknown);
	return 0;
}

static int __init i8042_init(void)
{
	int err;

	i8042.kbd.tty = tty_find("tty0");
	err = request_region(I8042_DATA, 1, "keyboard") ? i8042_setup() : -EBUSY;
	if (err) {
		pr_info("no keyboard: no controller answers at ports 0x60, 0x64 (error %d)\n", err);
		return 0;
	}
	pr_info("keyboard at ports 0x60, 0x64, irq %u, for %s\n", i8042.irq,
		i8042.kbd.tty ? "tty0" : "nobody: there is no screen");
	proc_create_single("tty/driver/i8042", 0444, NULL, i8042_show);
	return 0;
}
device_initcall(i8042_init);
