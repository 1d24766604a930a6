/* SPDX-License-Identifier: MIT */
/*
 * QEMU's teaching device: a register that raises an interrupt when it is written. The interrupt
 * source from inside for tests, benchmarks and labs. [edu] docs/specs/edu.txt in QEMU
 */
#ifndef _LINUX_EDU_H
#define _LINUX_EDU_H

#include <linux/io.h>

#define EDU_IRQ_STATUS	0x24	/* bits raised and not acknowledged */
#define EDU_IRQ_RAISE	0x60	/* ORs bits into the status; nonzero status = interrupt */
#define EDU_IRQ_ACK	0x64	/* clears bits */

/** edu_base - its registers, NULL without the device. edu_irq - its irq number, or -ENODEV. */
void __iomem *edu_base(void);
int edu_irq(void);
/** edu_uses_msi - MSI (edge) or INTx (level, shared)? */
bool edu_uses_msi(void);

/** edu_raise - interrupt with status bits @val. edu_ack - acknowledge them. Any context. */
#define edu_raise(val)	writel(val, edu_base() + EDU_IRQ_RAISE)
#define edu_ack(val)	writel(val, edu_base() + EDU_IRQ_ACK)
#define edu_status()	readl(edu_base() + EDU_IRQ_STATUS)
/** edu_count - interrupts the driver's own handler has served. */
unsigned long edu_count(void);

/**
 * edu_release - the driver gives up its irq, so that the caller may request it.
 * edu_claim - it takes the irq again, as MSI or as INTx. The caller must have freed it.
 * 0, -ENODEV, -EBUSY (not the driver's now), or what the irq layer says. May sleep.
 */
int edu_release(void);
int edu_claim(bool msi);

#endif /* _LINUX_EDU_H */
