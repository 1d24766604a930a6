/* SPDX-License-Identifier: MIT */
/*
 * QEMU's pc-testdev (`-device pc-testdev`): one output port for each ISA interrupt wire, and a
 * scratch register by which it is recognised.
 */
#define pr_fmt(fmt) "pc-testdev: " fmt

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/pc_testdev.h>
#include <linux/printk.h>

#define TESTDEV_SCRATCH		0xe0	/* 32 bits, reads back what was written */
#define TESTDEV_IRQ_LINE(gsi)	(0x2000 + (gsi))
#define TESTDEV_NR_LINES	16	/* QEMU's region is wider, but it aborts beyond the ISA ones */

static bool present;

bool pc_testdev_present(void)
{
	return present;
}

int pc_testdev_set_gsi(unsigned int gsi, bool level)
{
	if (!present)
		return -ENODEV;
	if (gsi >= TESTDEV_NR_LINES)
		return -EINVAL;
	outb(level, TESTDEV_IRQ_LINE(gsi));
	return 0;
}

static bool scratch_holds(u32 val)
{
	outl(val, TESTDEV_SCRATCH);
	return inl(TESTDEV_SCRATCH) == val;
}

static int __init pc_testdev_init(void)
{
	if (!scratch_holds(0x5aa51234) || !scratch_holds(~0x5aa51234)) {
		pr_info("not present\n");
		return 0;
	}
	if (!request_region(TESTDEV_IRQ_LINE(0), TESTDEV_NR_LINES, "pc-testdev"))
		return -EBUSY;
	present = true;
	pr_info("present, drives the wires of GSI 0-%d\n", TESTDEV_NR_LINES - 1);
	return 0;
}
device_initcall(pc_testdev_init);
