/* SPDX-License-Identifier: MIT */
/*
 * IO-APICs: from a wire (GSI, global system interrupt) to an irq number.
 * irq 0-15 are the ISA interrupts, moved to other pins where the MADT overrides say so;
 * every other pin's irq number is its GSI.
 */
#ifndef _ASM_IO_APIC_H
#define _ASM_IO_APIC_H

#include <linux/types.h>

/* The 82093AA's registers, as every IO-APIC since has them. */
#define IOAPIC_REG_VERSION	0x01
#define IOAPIC_REG_REDIR(pin)	(0x10 + 2 * (pin))

/* From this version on: a vector written there ends it as a broadcast EOI would. */
#define IOAPIC_VERSION_EOI	0x20
#define IOAPIC_EOI		0x40

/* Redirection entry, low word. [82093AA] 3.2.4 "IOREDTBL[23:0]" */
#define IOAPIC_REDIR_VECTOR	0xff
#define IOAPIC_REDIR_DELIVERY	(7 << 8)	/* 0: fixed */
#define IOAPIC_REDIR_NMI	(4 << 8)
#define IOAPIC_REDIR_LOGICAL	(1 << 11)
#define IOAPIC_REDIR_ACTIVE_LOW	(1 << 13)
#define IOAPIC_REDIR_REMOTE_IRR	(1 << 14)
#define IOAPIC_REDIR_LEVEL	(1 << 15)
#define IOAPIC_REDIR_MASKED	(1 << 16)

struct irq_data;

/* The column "MIS" of /proc/interrupts: level interrupts whose end the pin had to be told by hand. */
extern unsigned int irq_mis_count;

/* Number of IO-APICs in use: 0 with `noapic`, or when the MADT names none. */
extern unsigned int nr_ioapics;
/* One above the highest GSI any IO-APIC serves; MSI irq numbers start there. */
extern unsigned int gsi_top;

/** ioapic_init - map and mask all IO-APICs, create the irqs of their pins. Returns how many. */
unsigned int ioapic_init(void);

/** ioapic_gsi_to_irq - the irq number of @gsi, -EINVAL if no IO-APIC has that pin. */
int ioapic_gsi_to_irq(unsigned int gsi);

/**
 * ioapic_set_nmi - the edges of @gsi become NMIs of the boot CPU, or, @on false, nothing. False if
 * no IO-APIC has the pin. The pin's irq must not be in use.
 */
bool ioapic_set_nmi(unsigned int gsi, bool on);

/** ioapic_read_entry - raw redirection entry of a pin, 0 if there is none. For tests. */
u64 ioapic_read_entry(unsigned int gsi);
/** ioapic_peek_entry - the same for reports: false if it would have to wait. Any context. */
bool ioapic_peek_entry(unsigned int gsi, u64 *entry);

#endif /* _ASM_IO_APIC_H */
