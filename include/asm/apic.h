/* SPDX-License-Identifier: MIT */
/*
 * The local APIC, one per CPU: interrupt acknowledge, IPIs, the local vector table.
 *
 * The same registers are reached in two ways: xAPIC by memory at 0xfee00000, x2APIC by MSRs
 * from 0x800 (register offset >> 4). x2apic_mode, fixed before the second CPU starts,
 * chooses. [SDM 3A] 11.4 "Local APIC", 11.12 "Extended XAPIC (X2APIC)"
 */
#ifndef _ASM_APIC_H
#define _ASM_APIC_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <asm/irq_vectors.h>
#include <asm/hw_irq.h>
#include <asm/msr.h>

/* Register offsets in the xAPIC page. [SDM 3A] table 11-1 "Local APIC Register Address Map" */
#define APIC_ID			0x020
#define APIC_LVR		0x030
#define APIC_TASKPRI		0x080
#define APIC_EOI		0x0b0
#define APIC_SPIV		0x0f0
#define APIC_ISR		0x100
#define APIC_TMR		0x180
#define APIC_IRR		0x200
#define APIC_ESR		0x280
#define APIC_ICR		0x300
#define APIC_ICR2		0x310
#define APIC_LVTT		0x320
#define APIC_LVT0		0x350
#define APIC_LVT1		0x360
#define APIC_LVTERR		0x370
#define APIC_TMICT		0x380
#define APIC_TMCCT		0x390
#define APIC_TDCR		0x3e0
#define APIC_SELF_IPI		0x3f0	/* x2APIC only */

#define APIC_SPIV_APIC_ENABLED	(1 << 8)

/* ICR and LVT fields */
#define APIC_DM_FIXED		0x00000
#define APIC_DM_NMI		0x00400
#define APIC_DM_INIT		0x00500
#define APIC_DM_STARTUP		0x00600
#define APIC_DM_EXTINT		0x00700
#define APIC_ICR_BUSY		0x01000
#define APIC_INT_ASSERT		0x04000
#define APIC_INT_LEVELTRIG	0x08000
#define APIC_INPUT_POLARITY	(1 << 13)
#define APIC_LVT_MASKED		(1 << 16)
#define APIC_LVT_TIMER_TSCDEADLINE (2 << 17)
#define APIC_TDR_DIV_1		0xb

#define MSR_X2APIC_BASE		0x800
#define APIC_DEFAULT_PHYS_BASE	0xfee00000UL

/* Where the xAPIC page is mapped; NULL in x2APIC mode and before lapic_init(). */
extern void __iomem *apic_base;
/* Set once in lapic_init() on the boot CPU, then constant. */
extern bool x2apic_mode;
/* What lapic_init() will choose. Context: boot CPU, early parameters parsed. */
bool x2apic_wanted(void);
/*
 * APIC ID of each logical CPU. [0] is set by lapic_init(), the others by whoever numbers the
 * CPUs, before they are started or sent an IPI.
 */
extern u32 cpu_apicid[NR_CPUS];

/** lapic_read - one 32-bit register of this CPU's local APIC, by xAPIC offset. Any context. */
static inline u32 lapic_read(u32 reg)
{
	if (x2apic_mode)
		return (u32)rdmsrl_value(MSR_X2APIC_BASE + (reg >> 4));
	return *(volatile u32 __force *)(apic_base + reg);
}

/** lapic_write - the same for writing. In x2APIC mode not for ICR, which is one 64-bit MSR. */
static inline void lapic_write(u32 reg, u32 val)
{
	if (x2apic_mode)
		wrmsrl(MSR_X2APIC_BASE + (reg >> 4), val);
	else
		*(volatile u32 __force *)(apic_base + reg) = val;
}

/**
 * apic_eoi - end of interrupt: clears the highest bit in this CPU's ISR; for a level
 * interrupt also tells the IO-APICs to clear Remote-IRR.
 * Context: hardirq, irqs off. [SDM 3A] 11.8.5 "Signaling Interrupt Servicing Completion"
 */
static inline void apic_eoi(void)
{
	lapic_write(APIC_EOI, 0);
}

/** lapic_vector_bit - a vector's bit in one of the 256-bit registers IRR, ISR, TMR. */
static inline bool lapic_vector_bit(u32 reg, unsigned int vector)
{
	return lapic_read(reg + (vector / 32) * 0x10) & (1U << (vector % 32));
}

/**
 * lapic_init - find the local APIC, choose xAPIC or x2APIC, set up the boot CPU's.
 * Called once on the boot CPU, before irq_init(). Panics if the CPU has no APIC: without
 * one there are neither IPIs nor a local timer.
 */
void lapic_init(void);

/** lapic_setup_cpu - the calling CPU's part: enable, accept all priorities, error LVT.
 * Each CPU, irqs off, before it takes interrupts. */
void lapic_setup_cpu(void);

/** read_apic_id - the calling CPU's APIC ID as the hardware has it. */
u32 read_apic_id(void);

/**
 * apic_send_IPI - send fixed vector @vector to logical CPU @cpu, which must be present.
 * apic_send_IPI_mask - to each CPU in @mask, this one included if it is in there.
 * apic_send_IPI_allbutself - to each online CPU but this one.
 * apic_send_IPI_self - to this CPU.
 * apic_send_NMI - NMI to @cpu.
 * Context: any, NMI included (the NMI path waits for the ICR like everybody else).
 */
void apic_send_IPI(int cpu, unsigned int vector);
void apic_send_IPI_mask(const struct cpumask *mask, unsigned int vector);
void apic_send_IPI_allbutself(unsigned int vector);
void apic_send_IPI_self(unsigned int vector);
void apic_send_NMI(int cpu);

/** apic_icr_write - raw ICR command (@low) to APIC ID @dest; waits until the xAPIC has taken
 * the one before. For INIT and STARTUP in smpboot. */
void apic_icr_write(u32 low, u32 dest);

/** apic_wait_icr_idle - wait until this CPU's last IPI has left; false after 100 ms. */
bool apic_wait_icr_idle(void);

/** lapic_clear_esr - write, then read the error status. Returns the errors since the last time. */
u32 lapic_clear_esr(void);

/** lapic_virtual_wire - let the boot CPU's LINT0 carry the 8259's ExtINT (noapic), or mask it. */
void lapic_virtual_wire(bool on);

/**
 * Bodies of the two APIC system vectors; the caller does irq_enter/irq_exit but no EOI.
 * apic_spurious_interrupt: counted in SPU, no EOI unless the ISR bit is set (X12).
 * apic_error_interrupt: write ESR, read ESR, EOI, counted in ERR (V10).
 */
void apic_spurious_interrupt(unsigned int vector);
void apic_error_interrupt(void);

/* The column "ERR" of /proc/interrupts. */
extern unsigned int irq_err_count;

/* --- the vector domain, drivers/irqchip/vector.c --- */

struct irq_data;
struct msi_msg;

/** vector_alloc - give @d a vector on a CPU of its affinity mask; -ENOSPC when all are full.
 * For irq_request_resources(). May not sleep; takes vector_lock. */
int vector_alloc(struct irq_data *d);
/** vector_free - the opposite; a late interrupt is swallowed (VECTOR_SHUTDOWN). */
void vector_free(struct irq_data *d);
/** vector_set_affinity - pick a vector on a CPU in @mask. IRQ_SET_MASK_OK, -EBUSY while the
 * last move is not finished, -ENOSPC. The caller reprograms its hardware afterwards. */
int vector_set_affinity(struct irq_data *d, const struct cpumask *mask, bool force);
/** vector_ack_edge - move if asked to, finish a move, EOI: irq_ack of all edge chips (V6). */
void vector_ack_edge(struct irq_data *d);
/** irq_complete_move - an interrupt came in on the new vector: release the old one (V5). */
void irq_complete_move(struct irq_data *d);
/** vector_retrigger - send @d's vector to its CPU by IPI (V9). Returns 1. */
int vector_retrigger(struct irq_data *d);
/** vector_compose_msi_msg - address and data that raise @d's vector on its CPU. */
void vector_compose_msi_msg(struct irq_data *d, struct msi_msg *msg);

/* Where an interrupt goes now: */
struct irq_cfg {
	unsigned int vector;
	unsigned int cpu;
};
/** irqd_cfg - @d's current vector and target; NULL if @d is not of the vector domain. */
struct irq_cfg *irqd_cfg(struct irq_data *d);

/** vector_legacy_claim - bind 8259 line @irq to vector 0x30+irq of the boot CPU (noapic). */
void vector_legacy_claim(unsigned int irq);

/* Free vectors of a CPU, for tests and for `why`. */
unsigned int vector_available(int cpu);

#endif /* _ASM_APIC_H */
