/* SPDX-License-Identifier: MIT */
/*
 * The interrupt controller of message signalled interrupts: there is none. The device itself
 * writes the vector to the target CPU's local APIC, so "programming the controller" is writing
 * address and data into the device. Always edge (V6).
 */
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/msi.h>
#include <linux/pci.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/io_apic.h>

static int msi_request_resources(struct irq_data *d)
{
	struct msi_desc *desc = d->chip_data;
	struct msi_msg msg;
	int ret = vector_alloc(d);

	if (ret)
		return ret;
	vector_compose_msi_msg(d, &msg);
	pci_write_msi_msg(desc, &msg);
	pci_msi_activate(desc, true);
	return 0;
}

static void msi_release_resources(struct irq_data *d)
{
	pci_msi_activate(d->chip_data, false);
	vector_free(d);
}

static void msi_mask(struct irq_data *d)
{
	pci_msi_mask(d->chip_data, true);
}

static void msi_unmask(struct irq_data *d)
{
	pci_msi_mask(d->chip_data, false);
}

/*
 * Address and data are two registers, and a device without mask bit may send between our two
 * writes. So go through "new vector on the old CPU", which is this one: what arrives there in
 * between shows in our IRR, is sent again to the new CPU, and is swallowed here.
 * Context: hardirq on the old CPU, irqs off.
 */
static void msi_update_unmaskable(struct irq_data *d, const struct msi_msg *msg)
{
	struct msi_desc *desc = d->chip_data;
	struct msi_msg halfway = desc->msg;
	unsigned int vector = msg->data & 0xff;
	struct irq_desc *was = this_cpu_read(vector_irq[vector]);

	if (vector_is_vacant(was))
		this_cpu_write(vector_irq[vector], VECTOR_RETRIGGERED);
	halfway.data = msg->data;
	pci_write_msi_msg(desc, &halfway);
	pci_write_msi_msg(desc, msg);
	if (lapic_vector_bit(APIC_IRR, vector))
		vector_retrigger(d);
	else
		this_cpu_write(vector_irq[vector], was);
}

static int msi_set_affinity(struct irq_data *d, const struct cpumask *mask, bool force)
{
	struct msi_desc *desc = d->chip_data;
	struct irq_cfg old = *irqd_cfg(d), *cfg;
	int ret = vector_set_affinity(d, mask, force);
	struct msi_msg msg;

	cfg = irqd_cfg(d);
	if (ret < 0 || cfg->cpu == old.cpu)
		return ret;
	vector_compose_msi_msg(d, &msg);
	if (desc->can_mask || cfg->vector == old.vector || old.cpu != raw_smp_processor_id())
		pci_write_msi_msg(desc, &msg);
	else
		msi_update_unmaskable(d, &msg);
	return ret;
}

static void msi_print_chip(struct irq_data *d, struct seq_file *m)
{
	struct msi_desc *desc = d->chip_data;

	seq_printf(m, " PCI-MSI%s-%s", desc->is_msix ? "X" : "", pci_name(desc->dev));
}

static struct irq_chip msi_chip = {
	.name = "PCI-MSI",
	.irq_request_resources = msi_request_resources,
	.irq_release_resources = msi_release_resources,
	.irq_ack = vector_ack_edge,
	.irq_mask = msi_mask,
	.irq_unmask = msi_unmask,
	.irq_set_affinity = msi_set_affinity,
	.irq_retrigger = vector_retrigger,
	.irq_print_chip = msi_print_chip,
	/* An edge needs no masking while its thread works. */
	.flags = IRQCHIP_ONESHOT_SAFE,
};

int msi_setup_irq(struct msi_desc *desc)
{
	int irq = irq_alloc_desc_from(max(gsi_top, (unsigned int)NR_IRQS_LEGACY), -1);

	if (irq < 0)
		return irq;
	desc->irq = irq;
	irq_set_chip_data(irq, desc);
	irq_get_irq_data(irq)->hwirq = desc->msi_index;
	irq_set_chip_and_handler_name(irq, &msi_chip, handle_edge_irq, "edge");
	return 0;
}

void msi_teardown_irq(struct msi_desc *desc)
{
	irq_free_desc(desc->irq);
	desc->irq = 0;
}
