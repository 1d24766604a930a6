/* SPDX-License-Identifier: MIT */
/*
 * What an interrupt handler answers. The values are bits: the results of all
 * handlers of a shared line are ORed together (I14).
 */
#ifndef _LINUX_IRQRETURN_H
#define _LINUX_IRQRETURN_H

enum irqreturn {
	IRQ_NONE = 0,		/* not my device, or nothing to do */
	IRQ_HANDLED = 1,	/* it was my device and it is served */
	IRQ_WAKE_THREAD = 2,	/* wake this action's thread for the rest */
};

typedef enum irqreturn irqreturn_t;

#define IRQ_RETVAL(x)	((x) ? IRQ_HANDLED : IRQ_NONE)

#endif /* _LINUX_IRQRETURN_H */
