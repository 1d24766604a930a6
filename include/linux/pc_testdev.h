/* SPDX-License-Identifier: MIT */
/*
 * QEMU's pc-testdev: raises and lowers interrupt wires from inside.
 */
#ifndef _LINUX_PC_TESTDEV_H
#define _LINUX_PC_TESTDEV_H

#include <linux/types.h>

bool pc_testdev_present(void);

/**
 * pc_testdev_set_gsi - drive the wire of @gsi high or low. Any context.
 * 0, -ENODEV, -EINVAL (not 0-15: the device has the ISA wires only).
 */
int pc_testdev_set_gsi(unsigned int gsi, bool level);

#endif /* _LINUX_PC_TESTDEV_H */
