/* SPDX-License-Identifier: MIT */
/* Between entry.S and the C it calls. */
#ifndef _ASM_ENTRY_H
#define _ASM_ENTRY_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/ptrace.h>

#define ENTRY_STUB_SIZE	16	/* entry.S aligns each stub to this */

extern char irq_entries[];		/* stubs of vectors 32 to 255 */
extern char exception_entries[];	/* stubs of vectors 0 to 31 */

void do_IRQ(struct pt_regs *regs, unsigned long vector);
void do_system_vector(struct pt_regs *regs, unsigned int vector);
void do_exception(struct pt_regs *regs, unsigned int vector);

/* Exceptions by number ([SDM 3A] 6.3.1 "External Interrupts", table 6-1). */
enum {
	X86_TRAP_DE, X86_TRAP_DB, X86_TRAP_NMI, X86_TRAP_BP, X86_TRAP_OF, X86_TRAP_BR, X86_TRAP_UD,
	X86_TRAP_NM, X86_TRAP_DF, X86_TRAP_OLD_MF, X86_TRAP_TS, X86_TRAP_NP, X86_TRAP_SS,
	X86_TRAP_GP, X86_TRAP_PF, X86_TRAP_SPURIOUS, X86_TRAP_MF, X86_TRAP_AC, X86_TRAP_MC,
	X86_TRAP_XF, X86_TRAP_VE, X86_TRAP_CP,
};

/* Slots of the TSS's interrupt stack table, counted from 1 as in a gate. */
enum { IST_DF = 1, IST_NMI, IST_MC, NR_IST = 3 };

void idt_init(void);		/* boot CPU: fill the table */
void idt_load(void);		/* each CPU */
void idt_replace_gate(unsigned int vector, void (*entry)(void));
unsigned long idt_gate_target(unsigned int vector);
void exc_nmi(struct pt_regs *regs);
void exc_machine_check(struct pt_regs *regs);
void exc_page_fault(struct pt_regs *regs);
void __noreturn stack_overflow(struct pt_regs *regs, unsigned long addr);

#endif
