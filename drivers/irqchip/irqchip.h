/* SPDX-License-Identifier: MIT */
/*
 * Between the interrupt controllers, all called once by init_IRQ() on the boot CPU.
 */
#ifndef _DRIVERS_IRQCHIP_H
#define _DRIVERS_IRQCHIP_H

/** i8259_init - remap and mask both 8259s. i8259_use - let them serve irq 0-15. */
void i8259_init(void);
void i8259_use(void);

void vector_init(void);
void early_irq_init(void);

#endif /* _DRIVERS_IRQCHIP_H */
