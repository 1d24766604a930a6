/* SPDX-License-Identifier: MIT */
/*
 * The local APIC: one per CPU, between the world and the CPU's interrupt pin.
 *
 * It keeps a bit for each of 256 vectors in three registers. IRR: arrived, not taken. ISR: taken,
 * not ended; while a bit is set, vectors of the same or a lower class (vector >> 4) wait. TMR: was
 * level triggered, so its end is told to the IO-APICs. apic_eoi() ends the highest one in ISR.
 *
 * Invariant: an IPI is one write in x2APIC mode and two in xAPIC mode (target, then command), so
 * the latter are made with irqs off. An NMI that sends an IPI in between changes the target of the
 * interrupted one; only panic does that.
 */
#define pr_fmt(fmt) "APIC: " fmt

#include <linux/acpi.h>
#include <linux/hardirq.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/page.h>
#include <asm/pgtable.h>

#define APICBASE_BSP		(1UL << 8)
#define APICBASE_EXTD		(1UL << 10)	/* x2APIC */
#define APICBASE_ENABLE		(1UL << 11)

#define CPUID_1_EDX_APIC	(1U << 9)
#define CPUID_1_ECX_X2APIC	(1U << 21)

/* Delivery status polls before an IPI is called stuck: some 100 ms. */
#define ICR_BUSY_POLLS		1000000

void __iomem *apic_base;
bool x2apic_mode;
u32 cpu_apicid[NR_CPUS];
unsigned int irq_err_count;
static bool x2apic_disabled;
early_flag("nox2apic", x2apic_disabled);

u32 read_apic_id(void)
{
	u32 id = lapic_read(APIC_ID);

	return x2apic_mode ? id : id >> 24;
}

/* --- sending --- */

bool apic_wait_icr_idle(void)
{
	if (x2apic_mode)
		return true;
	for (unsigned int polls = 0; lapic_read(APIC_ICR) & APIC_ICR_BUSY; polls++) {
		if (polls == ICR_BUSY_POLLS)
			return false;
		inc_irq_stat(icr_read_retry_count);
		cpu_relax();
	}
	return true;
}

void apic_icr_write(u32 low, u32 dest)
{
	if (x2apic_mode) {
		/* MSR writes to the x2APIC do not order earlier stores, which the receiver is
		 * about to read. [SDM 3A] 11.12.3 "MSR Access in x2APIC Mode" */
		smp_mb();
		__asm__ __volatile__("lfence" : : : "memory");
		wrmsrl(MSR_X2APIC_BASE + (APIC_ICR >> 4), (u64)dest << 32 | low);
		return;
	}
	guard(irqsave)();
	if (!apic_wait_icr_idle())
		pr_err_ratelimited("CPU%d: an IPI does not leave, ICR %08x\n",
				   raw_smp_processor_id(), lapic_read(APIC_ICR));
	lapic_write(APIC_ICR2, dest << 24);
	lapic_write(APIC_ICR, low);
}

void apic_send_IPI(int cpu, unsigned int vector)
{
	apic_icr_write(APIC_DM_FIXED | APIC_INT_ASSERT | vector, cpu_apicid[cpu]);
}

void apic_send_IPI_mask(const struct cpumask *mask, unsigned int vector)
{
	unsigned int cpu;

	for_each_cpu(cpu, mask)
		apic_send_IPI(cpu, vector);
}

void apic_send_IPI_allbutself(unsigned int vector)
{
	unsigned int cpu, me = raw_smp_processor_id();

	for_each_online_cpu(cpu)
		if (cpu != me)
			apic_send_IPI(cpu, vector);
}

void apic_send_IPI_self(unsigned int vector)
{
	if (x2apic_mode)
		lapic_write(APIC_SELF_IPI, vector);
	else
		apic_send_IPI(raw_smp_processor_id(), vector);
}

void apic_send_NMI(int cpu)
{
	apic_icr_write(APIC_DM_NMI | APIC_INT_ASSERT, cpu_apicid[cpu]);
}

/* --- the two vectors the APIC raises by itself --- */

void apic_spurious_interrupt(unsigned int vector)
{
	int cpu = raw_smp_processor_id();

	/* The true spurious interrupt sets no ISR bit; ending it would end another one (X12). */
	if (vector == SPURIOUS_APIC_VECTOR) {
		pr_info("Spurious APIC interrupt (vector 0xFF) on CPU#%d, should never happen.\n",
			cpu);
	} else if (lapic_vector_bit(APIC_ISR, vector)) {
		pr_info("Spurious APIC interrupt (vector 0x%02X) on CPU#%d. Acked\n", vector, cpu);
		apic_eoi();
	} else {
		pr_info("Spurious APIC interrupt (vector 0x%02X) on CPU#%d. Not pending!\n", vector,
			cpu);
	}
}

u32 lapic_clear_esr(void)
{
	lapic_write(APIC_ESR, 0);
	return lapic_read(APIC_ESR);
}

/* [SDM 3A] 11.5.3 "Error Handling": bits 0-7 of the error status register. */
static const char * const esr_names[] = {
	"Send CS error", "Receive CS error", "Send accept error", "Receive accept error",
	"Redirectable IPI", "Send illegal vector", "Received illegal vector",
	"Illegal register address",
};

void apic_error_interrupt(void)
{
	u32 esr = lapic_clear_esr();

	apic_eoi();
	__atomic_fetch_add(&irq_err_count, 1, __ATOMIC_RELAXED);
	pr_warn_ratelimited("APIC error on CPU%d: %02x\n", raw_smp_processor_id(), esr);
	for (int i = 0; i < ARRAY_SIZE(esr_names); i++)
		if (esr & BIT(i))
			pr_warn_ratelimited("APIC error on CPU%d: %s\n", raw_smp_processor_id(),
					    esr_names[i]);
}

/* --- setting up --- */

/* The LINT pins that the MADT names as NMI inputs. */
static void setup_lint_nmi(void)
{
	for (int pin = 0; pin < 2; pin++) {
		u8 polarity = acpi_info.lint_nmi[pin];

		if (polarity)
			lapic_write(pin ? APIC_LVT1 : APIC_LVT0, APIC_DM_NMI |
				    (polarity == ACPI_POLARITY_LOW ? APIC_INPUT_POLARITY : 0));
	}
}

/* Bring the hardware into the mode chosen at boot. xAPIC to x2APIC goes through "enabled" only. */
static void lapic_set_mode(void)
{
	u64 base = rdmsrl_value(MSR_IA32_APICBASE) | APICBASE_ENABLE;

	wrmsrl(MSR_IA32_APICBASE, base);
	if (x2apic_mode)
		wrmsrl(MSR_IA32_APICBASE, base | APICBASE_EXTD);
}

/* An earlier owner (firmware, a kernel before a crash) may have left interrupts in service. */
static void lapic_drain(void)
{
	for (unsigned int vector = NR_VECTORS - 1; vector >= FIRST_EXTERNAL_VECTOR; vector--)
		if (lapic_vector_bit(APIC_ISR, vector))
			apic_eoi();
}

void lapic_setup_cpu(void)
{
	unsigned int cpu = raw_smp_processor_id();

	lapic_set_mode();
	if (read_apic_id() != cpu_apicid[cpu])
		pr_warn("CPU%u has APIC ID %u, the MADT says %u\n", cpu, read_apic_id(),
			cpu_apicid[cpu]);
	lapic_write(APIC_TASKPRI, 0);
	lapic_write(APIC_LVTT, APIC_LVT_MASKED | LOCAL_TIMER_VECTOR);
	lapic_write(APIC_LVT0, APIC_LVT_MASKED | APIC_DM_EXTINT);
	lapic_write(APIC_LVT1, APIC_LVT_MASKED | APIC_DM_NMI);
	lapic_drain();
	lapic_write(APIC_SPIV, APIC_SPIV_APIC_ENABLED | SPURIOUS_APIC_VECTOR);
	setup_lint_nmi();
	lapic_clear_esr();
	lapic_write(APIC_LVTERR, ERROR_APIC_VECTOR);
}

void lapic_virtual_wire(bool on)
{
	lapic_write(APIC_LVT0, APIC_DM_EXTINT | (on ? 0 : APIC_LVT_MASKED));
}

/* Once on, x2APIC mode is only left through reset: it is kept whatever was asked for. */
bool __init x2apic_wanted(void)
{
	return (rdmsrl_value(MSR_IA32_APICBASE) & APICBASE_EXTD) ||
	       ((cpuid(1).ecx & CPUID_1_ECX_X2APIC) && !x2apic_disabled);
}

/* Where the registers are. The CPU knows it; the MADT may have been written for another machine. */
static u64 __init lapic_address(void)
{
	u64 pa = rdmsrl_value(MSR_IA32_APICBASE) & PTE_PFN_MASK;

	if (pa != acpi_info.lapic_pa)
		pr_warn("the local APIC's registers are at %#llx (IA32_APIC_BASE), not at %#llx as the %s\n",
			pa, acpi_info.lapic_pa, acpi_info.have_madt ? "MADT says" : "default is");
	return pa;
}

void __init lapic_init(void)
{
	if (!(cpuid(1).edx & CPUID_1_EDX_APIC))
		panic("this CPU has no local APIC: neither IPIs nor a timer without one");
	x2apic_mode = x2apic_wanted();
	if (!x2apic_mode) {
		apic_base = ioremap(lapic_address(), PAGE_SIZE);
		if (!apic_base)
			panic("no memory to map the local APIC");
	}
	lapic_set_mode();
	cpu_apicid[0] = read_apic_id();
	lapic_setup_cpu();
	pr_info("local APIC in %s mode, boot CPU has ID %u, version %#x\n",
		x2apic_mode ? "x2APIC" : "xAPIC", cpu_apicid[0], lapic_read(APIC_LVR) & 0xff);
}
