/* SPDX-License-Identifier: MIT */
/*
 * IO-APICs: where wires become messages.
 *
 * Three name spaces meet here. A pin is an input of one IO-APIC. A GSI numbers the pins of all of
 * them: pin + gsi_base. An irq is Linux's number: ISA interrupts keep 0-15 wherever the MADT says
 * their pin is (irq 0 usually is GSI 2), all other pins have irq = GSI.
 *
 * The life of one interrupt: the device raises the wire; the pin's redirection entry sends its
 * vector to one CPU's local APIC; do_IRQ() finds the descriptor; the flow handler runs. An edge pin
 * is done with it by then. A level pin sets Remote-IRR and sends nothing more until the CPU's EOI,
 * which the local APIC broadcasts, clears it; if the wire is still up, it sends again (V6).
 *
 * Invariant: an entry is only changed while it is masked, or in its last write is unmasked.
 */
#define pr_fmt(fmt) "IOAPIC: " fmt

#include <linux/acpi.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <asm/apic.h>
#include <asm/io_apic.h>
#include <asm/page.h>

#define IOAPIC_MAX_PINS	240

struct ioapic {
	void __iomem *base;
	unsigned int id, version, gsi_base, nr_pins;
};

static struct ioapic ioapics[ACPI_MAX_IOAPICS];
unsigned int nr_ioapics;
unsigned int gsi_top;
unsigned int irq_mis_count;
/* Register select and window are two accesses. Nests inside desc->lock. */
static DEFINE_RAW_SPINLOCK(ioapic_lock);

/* --- registers. ioapic_lock held. --- */

static u32 ioapic_read(struct ioapic *io, unsigned int reg)
{
	writel(reg, io->base);
	return readl(io->base + 0x10);
}

static void ioapic_write(struct ioapic *io, unsigned int reg, u32 val)
{
	writel(reg, io->base);
	writel(val, io->base + 0x10);
}

/* --- one pin --- */

/* The low word of the entry as @d's type and vector want it. */
static u32 entry_low(struct irq_data *d, bool masked)
{
	struct irq_cfg *cfg = irqd_cfg(d);
	u32 type = irqd_get_trigger_type(d), low = cfg ? cfg->vector : 0;

	if (type & IRQ_TYPE_LEVEL_MASK)
		low |= IOAPIC_REDIR_LEVEL;
	if (type & (IRQ_TYPE_LEVEL_LOW | IRQ_TYPE_EDGE_FALLING))
		low |= IOAPIC_REDIR_ACTIVE_LOW;
	return masked || !cfg ? low | IOAPIC_REDIR_MASKED : low;
}

static void ioapic_set_mask(struct irq_data *d, bool masked)
{
	struct ioapic *io = d->chip_data;

	guard(raw_spinlock_irqsave)(&ioapic_lock);
	ioapic_write(io, IOAPIC_REG_REDIR(d->hwirq), entry_low(d, masked));
	if (masked)	/* the write has arrived before we go on */
		ioapic_read(io, IOAPIC_REG_REDIR(d->hwirq));
}

static void ioapic_mask(struct irq_data *d)
{
	ioapic_set_mask(d, true);
}

static void ioapic_unmask(struct irq_data *d)
{
	ioapic_set_mask(d, false);
}

/* Write the whole entry: masked, then the target, then what it is to be. */
static void ioapic_program(struct irq_data *d, bool masked)
{
	struct ioapic *io = d->chip_data;
	struct irq_cfg *cfg = irqd_cfg(d);
	unsigned int reg = IOAPIC_REG_REDIR(d->hwirq);

	guard(raw_spinlock_irqsave)(&ioapic_lock);
	ioapic_write(io, reg, entry_low(d, true));
	ioapic_write(io, reg + 1, cfg ? cpu_apicid[cfg->cpu] << 24 : 0);
	if (!masked)
		ioapic_write(io, reg, entry_low(d, false));
}

static bool ioapic_remote_irr(struct irq_data *d)
{
	struct ioapic *io = d->chip_data;

	guard(raw_spinlock_irqsave)(&ioapic_lock);
	return ioapic_read(io, IOAPIC_REG_REDIR(d->hwirq)) & IOAPIC_REDIR_REMOTE_IRR;
}

/* --- the chip --- */

static int ioapic_request_resources(struct irq_data *d)
{
	int ret = vector_alloc(d);

	if (!ret)
		ioapic_program(d, true);
	return ret;
}

static void ioapic_release_resources(struct irq_data *d)
{
	vector_free(d);
	ioapic_program(d, true);
}

/* @d's pin sees an EOI of its vector. Before version 0x20: what is made an edge has no Remote-IRR. */
static void ioapic_eoi_pin(struct irq_data *d)
{
	struct ioapic *io = d->chip_data;
	unsigned int reg = IOAPIC_REG_REDIR(d->hwirq);
	u32 entry;

	guard(raw_spinlock_irqsave)(&ioapic_lock);
	irq_mis_count++;
	if (io->version >= IOAPIC_VERSION_EOI) {
		writel(irqd_cfg(d)->vector, io->base + IOAPIC_EOI);
		return;
	}
	entry = ioapic_read(io, reg) & ~IOAPIC_REDIR_REMOTE_IRR;
	ioapic_write(io, reg, (entry & ~IOAPIC_REDIR_LEVEL) | IOAPIC_REDIR_MASKED);
	ioapic_write(io, reg, entry);
}

/*
 * End the interrupt in service here. What came as a message of a CPU has no TMR bit, so its EOI is not
 * broadcast: such is a level interrupt that had arrived at a CPU that went, and was sent again (H5).
 * Its pin would wait for ever. [SDM 3A] 11.8.4 "Interrupt Acceptance for Fixed Interrupts"
 */
static void ioapic_eoi(struct irq_data *d)
{
	bool level = lapic_vector_bit(APIC_TMR, irqd_cfg(d)->vector);

	apic_eoi();
	if (unlikely(!level))
		ioapic_eoi_pin(d);
}

/*
 * The end of a level interrupt. A deferred move is made here: masked, because the entry must not
 * change while Remote-IRR is set, or the EOI of the old vector would never clear it (V8).
 */
static void ioapic_eoi_level(struct irq_data *d)
{
	bool move;

	irq_complete_move(d);
	move = unlikely(irqd_is_setaffinity_pending(d)) && !irqd_irq_disabled(d);
	if (move && !irqd_irq_masked(d))
		ioapic_mask(d);
	ioapic_eoi(d);
	if (!move)
		return;
	if (!ioapic_remote_irr(d))
		irq_move_masked_irq(d);
	if (!irqd_irq_masked(d))
		ioapic_unmask(d);
}

static int ioapic_set_affinity(struct irq_data *d, const struct cpumask *mask, bool force)
{
	unsigned int old_cpu = irqd_cfg(d)->cpu;
	int ret = vector_set_affinity(d, mask, force);

	if (ret >= 0 && irqd_cfg(d)->cpu != old_cpu)
		ioapic_program(d, irqd_irq_masked(d));
	return ret;
}

/* The trigger chooses the flow handler. Context: desc->lock held. */
static int ioapic_set_type(struct irq_data *d, unsigned int type)
{
	struct irq_desc *desc = irq_to_desc(d->irq);
	bool level = type & IRQ_TYPE_LEVEL_MASK;

	if (type == IRQ_TYPE_EDGE_BOTH || type == IRQ_TYPE_NONE || (type & (type - 1)))
		return -EINVAL;
	irqd_set_trigger_type(d, type);
	desc->handle_irq = level ? handle_fasteoi_irq : handle_edge_irq;
	desc->name = level ? "fasteoi" : "edge";
	ioapic_program(d, irqd_irq_masked(d));
	return 0;
}

static int ioapic_get_state(struct irq_data *d, enum irqchip_irq_state which, bool *state)
{
	if (which != IRQCHIP_STATE_ACTIVE)
		return -EINVAL;
	*state = (irqd_get_trigger_type(d) & IRQ_TYPE_LEVEL_MASK) && ioapic_remote_irr(d);
	return 0;
}

static struct irq_chip ioapic_chip = {
	.name = "IO-APIC",
	.irq_request_resources = ioapic_request_resources,
	.irq_release_resources = ioapic_release_resources,
	.irq_ack = vector_ack_edge,
	.irq_eoi = ioapic_eoi_level,
	.irq_mask = ioapic_mask,
	.irq_unmask = ioapic_unmask,
	.irq_set_affinity = ioapic_set_affinity,
	.irq_retrigger = vector_retrigger,
	.irq_set_type = ioapic_set_type,
	.irq_get_irqchip_state = ioapic_get_state,
	.flags = IRQCHIP_SET_TYPE_MASKED,
};

/* --- finding them --- */

static struct ioapic *gsi_to_ioapic(unsigned int gsi)
{
	for (unsigned int i = 0; i < nr_ioapics; i++)
		if (gsi - ioapics[i].gsi_base < ioapics[i].nr_pins)
			return &ioapics[i];
	return NULL;
}

/* The ISA interrupt on @gsi with its trigger, or -1. Input 2 of the 8259 is no interrupt. */
static int gsi_to_isa_irq(unsigned int gsi, u8 *trigger, u8 *polarity)
{
	u32 isa_gsi;

	for (int irq = 0; irq < NR_IRQS_LEGACY; irq++) {
		acpi_isa_irq(irq, &isa_gsi, trigger, polarity);
		if (isa_gsi == gsi && (irq != 2 || acpi_info.overrides[2].valid))
			return irq;
	}
	return -1;
}

int ioapic_gsi_to_irq(unsigned int gsi)
{
	u8 trigger, polarity;
	int irq = gsi_to_isa_irq(gsi, &trigger, &polarity);

	if (!gsi_to_ioapic(gsi))
		return -EINVAL;
	if (irq >= 0)
		return irq;
	return gsi < NR_IRQS_LEGACY ? -EINVAL : (int)gsi;
}

static u64 read_entry(struct ioapic *io, unsigned int gsi)
{
	unsigned int reg = IOAPIC_REG_REDIR(gsi - io->gsi_base);

	return ioapic_read(io, reg) | (u64)ioapic_read(io, reg + 1) << 32;
}

u64 ioapic_read_entry(unsigned int gsi)
{
	struct ioapic *io = gsi_to_ioapic(gsi);

	if (!io)
		return 0;
	guard(raw_spinlock_irqsave)(&ioapic_lock);
	return read_entry(io, gsi);
}

bool ioapic_peek_entry(unsigned int gsi, u64 *entry)
{
	struct ioapic *io = gsi_to_ioapic(gsi);
	unsigned long flags;

	if (!io || !raw_spin_trylock_irqsave(&ioapic_lock, flags))
		return false;
	*entry = read_entry(io, gsi);
	raw_spin_unlock_irqrestore(&ioapic_lock, flags);
	return true;
}

bool ioapic_set_nmi(unsigned int gsi, bool on)
{
	struct ioapic *io = gsi_to_ioapic(gsi);
	unsigned int reg;

	if (!io)
		return false;
	reg = IOAPIC_REG_REDIR(gsi - io->gsi_base);
	guard(raw_spinlock_irqsave)(&ioapic_lock);
	ioapic_write(io, reg, IOAPIC_REDIR_NMI | IOAPIC_REDIR_MASKED);
	ioapic_write(io, reg + 1, cpu_apicid[0] << 24);
	if (on)
		ioapic_write(io, reg, IOAPIC_REDIR_NMI);
	return true;
}

/* Level and active low for PCI's pins, the MADT's word for ISA's. */
static unsigned int pin_type(bool isa, u8 trigger, u8 polarity)
{
	if (!isa)
		return IRQ_TYPE_LEVEL_LOW;
	if (trigger == ACPI_TRIGGER_LEVEL)
		return polarity == ACPI_POLARITY_HIGH ? IRQ_TYPE_LEVEL_HIGH : IRQ_TYPE_LEVEL_LOW;
	return polarity == ACPI_POLARITY_LOW ? IRQ_TYPE_EDGE_FALLING : IRQ_TYPE_EDGE_RISING;
}

static void __init setup_pin(struct ioapic *io, unsigned int pin)
{
	unsigned int gsi = io->gsi_base + pin;
	u8 trigger, polarity;
	int isa = gsi_to_isa_irq(gsi, &trigger, &polarity);
	int irq = ioapic_gsi_to_irq(gsi);

	raw_spin_lock(&ioapic_lock);
	ioapic_write(io, IOAPIC_REG_REDIR(pin), IOAPIC_REDIR_MASKED);
	ioapic_write(io, IOAPIC_REG_REDIR(pin) + 1, 0);
	raw_spin_unlock(&ioapic_lock);
	if (irq < 0 || (irq >= NR_IRQS_LEGACY && irq_alloc_desc_at(irq, -1) < 0))
		return;
	irq_set_chip_data(irq, io);
	irq_get_irq_data(irq)->hwirq = pin;
	irq_set_chip_and_handler_name(irq, &ioapic_chip, handle_edge_irq, "edge");
	irq_set_irq_type(irq, pin_type(isa >= 0, trigger, polarity));
}

static bool __init setup_ioapic(const struct acpi_ioapic *entry)
{
	struct ioapic *io = &ioapics[nr_ioapics];
	u32 reg;

	io->base = ioremap(entry->pa, PAGE_SIZE);
	if (!io->base) {
		pr_err("no memory to map the one at %#llx\n", entry->pa);
		return false;
	}
	reg = ioapic_read(io, IOAPIC_REG_VERSION);
	io->version = reg & 0xff;
	io->id = entry->id;
	io->gsi_base = entry->gsi_base;
	io->nr_pins = ((reg >> 16) & 0xff) + 1;
	if (reg == ~0U || io->nr_pins > IOAPIC_MAX_PINS ||
	    io->gsi_base + io->nr_pins > NR_IRQS || gsi_to_ioapic(io->gsi_base)) {
		pr_err("id %u at %#llx is unusable: version register %#x, GSIs from %u\n", io->id,
		       entry->pa, reg, io->gsi_base);
		iounmap(io->base);
		return false;
	}
	nr_ioapics++;
	gsi_top = max(gsi_top, io->gsi_base + io->nr_pins);
	for (unsigned int pin = 0; pin < io->nr_pins; pin++)
		setup_pin(io, pin);
	pr_info("id %u, version %#x, address %#llx, GSI %u-%u\n", io->id, io->version,
		entry->pa, io->gsi_base, io->gsi_base + io->nr_pins - 1);
	return true;
}

unsigned int __init ioapic_init(void)
{
	for (u32 i = 0; i < acpi_info.nr_ioapics; i++)
		setup_ioapic(&acpi_info.ioapics[i]);
	return nr_ioapics;
}
