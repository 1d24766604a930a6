/* SPDX-License-Identifier: MIT */
/*
 * The interrupt descriptor table: 256 gates, one table for all CPUs, written once. All are interrupt
 * gates, which clear IF ([SDM 3A] 6.12.1.3 "Flag Usage By Exception- or Interrupt-Handler
 * Procedure"). Three exceptions get a stack of their own, because they may come when the current
 * one cannot be used: double fault, NMI, machine check.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <asm/desc.h>
#include <asm/entry.h>

/* [SDM 3A] 6.14.1 "64-Bit Mode IDT", figure 6-8. */
struct idt_gate {
	u16 offset_low;
	u16 segment;
	u8 ist;
	u8 type;
	u16 offset_mid;
	u32 offset_high;
	u32 reserved;
} __packed;

#define GATE_INTERRUPT	0x8e	/* present, DPL 0, 64-bit interrupt gate */

static struct idt_gate idt[256] __aligned(4096);

static void set_gate(unsigned int vector, unsigned long addr, u8 ist)
{
	idt[vector] = (struct idt_gate){
		.offset_low = addr,
		.offset_mid = addr >> 16,
		.offset_high = addr >> 32,
		.segment = __KERNEL_CS,
		.ist = ist,
		.type = GATE_INTERRUPT,
	};
}

void idt_load(void)
{
	load_idt(idt, sizeof(idt));
}

/* Boot CPU, after cpu_early_init(): every CPU loads a TSS with its three stacks before this table. */
void idt_init(void)
{
	static const u8 ist[32] = {
		[X86_TRAP_DF] = IST_DF, [X86_TRAP_NMI] = IST_NMI, [X86_TRAP_MC] = IST_MC,
	};

	for (unsigned int v = 0; v < 32; v++)
		set_gate(v, (unsigned long)exception_entries + v * ENTRY_STUB_SIZE, ist[v]);
	for (unsigned int v = 32; v < 256; v++)
		set_gate(v, (unsigned long)irq_entries + (v - 32) * ENTRY_STUB_SIZE, 0);
	idt_load();
}

/* A benchmark's or a lab's own code behind @vector; NULL puts the kernel's back. */
void idt_replace_gate(unsigned int vector, void (*entry)(void))
{
	set_gate(vector, entry ? (unsigned long)entry :
		 (unsigned long)irq_entries + (vector - 32) * ENTRY_STUB_SIZE, 0);
}
