/* SPDX-License-Identifier: MIT */
/*
 * The 256 interrupt vectors of a CPU: who owns which (V1-V3).
 *
 *   0x00-0x1f  exceptions
 *   0x20-0x2f  devices
 *   0x30-0x3f  ISA interrupts 0-15 as the 8259 pair delivers them
 *   0x40-0xea  devices (0x80 stays free, Linux's system call gate)
 *   0xeb-0xff  system vectors: IPIs, local timer, errors
 *
 * The local APIC's priority class is vector >> 4: a higher vector wins, which is
 * why the IPIs sit on top. [SDM 3A] 11.8.3 "Interrupt, Task, and Processor Priority"
 */
#ifndef _ASM_IRQ_VECTORS_H
#define _ASM_IRQ_VECTORS_H

#define NR_VECTORS			256
#define NR_EXCEPTION_VECTORS		32
#define FIRST_EXTERNAL_VECTOR		0x20

#define NR_IRQS_LEGACY			16
#define ISA_IRQ_VECTOR(irq)		(0x30 + (irq))

#define IA32_SYSCALL_VECTOR		0x80

/* The spurious vector must end in 0xf on old parts. [SDM 3A] 11.9 "Spurious Interrupt" */
#define SPURIOUS_APIC_VECTOR		0xff
#define ERROR_APIC_VECTOR		0xfe
#define RESCHEDULE_VECTOR		0xfd
#define CALL_FUNCTION_VECTOR		0xfc
#define CALL_FUNCTION_SINGLE_VECTOR	0xfb
#define THERMAL_APIC_VECTOR		0xfa
#define THRESHOLD_APIC_VECTOR		0xf9
#define REBOOT_VECTOR			0xf8
#define X86_PLATFORM_IPI_VECTOR		0xf7
#define IRQ_WORK_VECTOR			0xf6
#define DEFERRED_ERROR_VECTOR		0xf4
#define LOCAL_TIMER_VECTOR		0xec
#define FIRST_SYSTEM_VECTOR		0xeb

/*
 * Linux interrupt numbers: 0-15 are ISA, then one for each IO-APIC pin (irq = GSI), then
 * MSIs. 512 covers two 24-pin IO-APICs and seven devices with 65 MSI-X vectors each.
 */
#define NR_IRQS				512

#endif /* _ASM_IRQ_VECTORS_H */
