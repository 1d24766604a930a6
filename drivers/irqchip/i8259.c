/* SPDX-License-Identifier: MIT */
/*
 * The two 8259 interrupt controllers of the PC: fifteen lines, the second one chained to input 2 of
 * the first. Remapped away from the exceptions to 0x30-0x3f and masked; used only when there is no
 * IO-APIC or `noapic` was given. Then they interrupt the boot CPU through its LINT0 (ExtINT), which
 * sets no bit in the local APIC: the end is told to the 8259 alone.
 *
 * [8259A] "Programming the 8259A": ICW1-ICW4, OCW1 (mask), OCW2 (end), OCW3 (which register to read)
 */
#define pr_fmt(fmt) "i8259: " fmt

#include <linux/init.h>
#include <linux/io.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/printk.h>
#include <asm/apic.h>
#include "irqchip.h"

#define PIC_CASCADE_IR		2

#define ICW1_INIT_ICW4		0x11
#define ICW4_8086		0x01
#define OCW2_SPECIFIC_EOI	0x60
#define OCW3_READ_ISR		0x0b

/* Lines 0-7 and 8-15. @icw3: where the other one is chained. */
static const struct pic {
	u16 cmd, imr;
	u8 vector, icw3;
} pics[] = {
	{ 0x20, 0x21, ISA_IRQ_VECTOR(0), BIT(PIC_CASCADE_IR) },
	{ 0xa0, 0xa1, ISA_IRQ_VECTOR(8), PIC_CASCADE_IR },
};

static DEFINE_RAW_SPINLOCK(i8259_lock);
/* Bit n: line n is masked. The cascade is always open. */
static u16 cached_mask = (u16)~BIT(PIC_CASCADE_IR);

static void write_mask(unsigned int irq)
{
	outb(cached_mask >> (irq & 8), pics[irq >> 3].imr);
}

static void end_cascade(void)
{
	outb(OCW2_SPECIFIC_EOI + PIC_CASCADE_IR, pics[0].cmd);
}

static void i8259_mask(struct irq_data *d)
{
	guard(raw_spinlock_irqsave)(&i8259_lock);
	cached_mask |= BIT(d->irq);
	write_mask(d->irq);
}

static void i8259_unmask(struct irq_data *d)
{
	guard(raw_spinlock_irqsave)(&i8259_lock);
	cached_mask &= ~BIT(d->irq);
	write_mask(d->irq);
}

/* Mask first: a level line would come again at the end of interrupt. */
static void i8259_mask_ack(struct irq_data *d)
{
	guard(raw_spinlock_irqsave)(&i8259_lock);
	cached_mask |= BIT(d->irq);
	write_mask(d->irq);
	outb(OCW2_SPECIFIC_EOI + (d->irq & 7), pics[d->irq >> 3].cmd);
	if (d->irq & 8)
		end_cascade();
}

static bool in_service(unsigned int irq)
{
	unsigned int cmd = pics[irq >> 3].cmd;

	guard(raw_spinlock_irqsave)(&i8259_lock);
	outb(OCW3_READ_ISR, cmd);
	return inb(cmd) & BIT(irq & 7);
}

/*
 * A line that went away before the CPU asked for its number is answered with 7 of that
 * controller, without its in-service bit. It must not be ended, but the cascade must.
 */
static void handle_8259_line7(struct irq_desc *desc)
{
	unsigned int irq = irq_desc_get_irq(desc);

	if (likely(in_service(irq))) {
		handle_level_irq(desc);
		return;
	}
	pr_debug_ratelimited("spurious 8259A interrupt: IRQ%d.\n", irq);
	__atomic_fetch_add(&irq_err_count, 1, __ATOMIC_RELAXED);
	if (irq & 8) {
		guard(raw_spinlock_irqsave)(&i8259_lock);
		end_cascade();
	}
}

static struct irq_chip i8259_chip = {
	.name = "XT-PIC",
	.irq_mask = i8259_mask,
	.irq_disable = i8259_mask,
	.irq_unmask = i8259_unmask,
	.irq_mask_ack = i8259_mask_ack,
};

void __init i8259_init(void)
{
	for (const struct pic *p = pics; p < pics + ARRAY_SIZE(pics); p++) {
		outb(0xff, p->imr);
		outb(ICW1_INIT_ICW4, p->cmd);
		outb(p->vector, p->imr);
		outb(p->icw3, p->imr);
		outb(ICW4_8086, p->imr);
		outb(0xff, p->imr);
	}
}

void __init i8259_use(void)
{
	unsigned int irq;

	for (irq = 0; irq < NR_IRQS_LEGACY; irq++) {
		irq_set_chip_and_handler(irq, &i8259_chip,
					 (irq & 7) == 7 ? handle_8259_line7 : handle_level_irq);
		irq_set_status_flags(irq, IRQ_LEVEL);
		irq_data_update_effective_affinity(irq_get_irq_data(irq), cpumask_of(0));
		vector_legacy_claim(irq);
	}
	irq_set_status_flags(PIC_CASCADE_IR, IRQ_NOREQUEST);
	write_mask(0);
	write_mask(8);
	lapic_virtual_wire(true);
	pr_info("8259 pair on vectors 0x%02x-0x%02x of CPU0\n", ISA_IRQ_VECTOR(0),
		ISA_IRQ_VECTOR(15));
}
