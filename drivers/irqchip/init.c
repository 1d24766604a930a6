/* SPDX-License-Identifier: MIT */
/*
 * Which interrupt controllers this machine uses: IO-APICs, or the 8259 pair.
 */
#include <linux/init.h>
#include <linux/irq.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <asm/apic.h>
#include <asm/io_apic.h>
#include "irqchip.h"

static bool noapic;
early_flag("noapic", noapic);

void __init init_IRQ(void)
{
	early_irq_init();
	vector_init();
	if (irq_alloc_descs(0, 0, NR_IRQS_LEGACY, -1) < 0)
		panic("the 16 ISA interrupts cannot be set up");
	i8259_init();
	if (noapic)
		pr_info("IO-APIC not used (noapic)\n");
	else if (ioapic_init())
		return;
	else
		pr_warn("no usable IO-APIC\n");
	i8259_use();
}

void ack_bad_irq(unsigned int irq)
{
	pr_crit("unexpected IRQ trap at vector %02x\n", irq);
	/* Whatever it was, let lower priorities in again. */
	apic_eoi();
}
