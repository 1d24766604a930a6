/* SPDX-License-Identifier: MIT */
/*
 * apic_witness.c - two commands for a host test that asks the emulator about local APICs: what the
 * kernel reads in one, and a level interrupt that stays in service until the emulator writes a port.
 *
 * What is printed is cpu_sample()'s, from which `why` draws its conclusions; another CPU reads its own
 * registers in an NMI, which leaves no trace in ISR and IRR.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kstrtox.h>
#include <linux/pc_testdev.h>
#include <linux/shell.h>
#include <asm/apic.h>
#include <asm/cpu_sample.h>
#include <asm/hw_irq.h>
#include <asm/io_apic.h>

static void print_vectors(struct shell_io *io, const char *name, const u32 *reg)
{
	bool none = true;

	sh_printf(io, "%s", name);
	for (unsigned int v = 0; v < NR_VECTORS; v++)
		if (sample_bit(reg, v)) {
			sh_printf(io, " %u", v);
			none = false;
		}
	sh_puts(io, none ? " (none)\n" : "\n");
}

COMMAND(apic_for_test, "apic_for_test CPU", "registers of a CPU's local APIC; a host test's")
{
	struct cpu_sample s = {};
	unsigned int cpu;

	if (argc != 2 || kstrtouint(argv[1], 10, &cpu) || cpu >= nr_cpu_ids)
		return sh_usage(io);
	if (!cpu_sample(cpu, &s))
		return sh_error(io, "CPU %u does not answer", cpu);
	sh_printf(io, "APICID %#x\nTPR %#x\nSPIV %#x\nLVTT %#x\nLVT0 %#x\n", cpu_apicid[cpu], s.tpr,
		  s.spiv, s.lvt_timer, s.lvt_lint0);
	print_vectors(io, "ISR", s.isr);
	print_vectors(io, "IRR", s.irr);
	return 0;
}

#define HELD_GSI	12	/* the mouse's: nobody's here */
#define GO_ON_PORT	0xe0	/* pc-testdev's scratch register */

/* Whoever is on this CPU stays there meanwhile: the caller's shell and its devices are elsewhere. */
static irqreturn_t hold_until_told(int irq, void *dev)
{
	while (inl(GO_ON_PORT))
		cpu_relax();
	pc_testdev_set_gsi(HELD_GSI, 0);
	return IRQ_HANDLED;
}

COMMAND(hold_for_test, "hold_for_test CPU",
	"a level interrupt, in service on that CPU until port 0xe0 is 0; a host test's")
{
	unsigned int cpu;
	int irq, err;

	if (argc != 2 || kstrtouint(argv[1], 10, &cpu) || !cpu_online(cpu))
		return sh_usage(io);
	if (!pc_testdev_present() || !nr_ioapics)
		return sh_error(io, "no pc-testdev, or no IO-APIC");
	irq = ioapic_gsi_to_irq(HELD_GSI);
	pc_testdev_set_gsi(HELD_GSI, 0);
	outl(1, GO_ON_PORT);
	/* Before it is requested: a line in use would move with its next interrupt only. */
	err = irq_set_affinity(irq, cpumask_of(cpu)) ?:
	      request_irq(irq, hold_until_told, IRQF_TRIGGER_HIGH, "held", &hold_until_told);
	if (err)
		return sh_errno(io, "request", err);
	pc_testdev_set_gsi(HELD_GSI, 1);
	while (inl(GO_ON_PORT))
		msleep(1);
	free_irq(irq, &hold_until_told);
	return 0;
}
