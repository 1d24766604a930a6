/* SPDX-License-Identifier: MIT */
/* Bringing a CPU to where it can run threads: kernel/x86/cpu.c and smpboot.c. */
#ifndef _ASM_CPU_H
#define _ASM_CPU_H

#include <linux/types.h>
#include <asm/percpu.h>

enum { CPU_STACK_IRQ, CPU_STACK_DF, CPU_STACK_NMI, CPU_STACK_MC, NR_CPU_STACKS };

struct cpu_stacks {
	void *stack[NR_CPU_STACKS];
};

DECLARE_PER_CPU(void *, hardirq_stack_ptr);	/* top of this CPU's IRQ stack */
/* Who is on it: 0 nobody, IRQ_STACK_SOFTIRQ a thread's softirqs, else the interrupt's pt_regs. */
DECLARE_PER_CPU(unsigned long, irq_stack_user);
#define IRQ_STACK_SOFTIRQ	1

extern const u64 boot_gdt[];
/* Thread 0's stack, and the absent page below it. */
extern char boot_stack_guard[], boot_stack[], boot_stack_end[];

int alloc_cpu_stacks(unsigned int cpu);
void cpu_early_init(void);
void cpu_init(void);
void mce_cpu_init(void);
/* "IRQ", "#DF", "NMI" or "#MC" and the bounds of the stack of @cpu that @addr is on; else NULL. */
const char *cpu_stack_of(unsigned int cpu, unsigned long addr, unsigned long *lo,
			 unsigned long *hi);

/* Start every present CPU; a CPU that does not come up is named with the stage it reached. */
void smp_init(void);

/* Have @cpu print its registers and backtrace by NMI. False if it did not answer. */
bool trigger_single_cpu_backtrace(int cpu);

/* switch.S */
struct task_struct;
struct task_struct *__switch_to_asm(struct task_struct *prev, struct task_struct *next);
void ret_from_fork(void);
/* Make @p's stack so that its first switch calls fn(arg) after schedule_tail(). */
void thread_stack_init(struct task_struct *p, int (*fn)(void *), void *arg);

/* reboot.c: leave the machine. status 0 ok, 1 a command failed, 3 panic. */
void machine_exit(int status) __attribute__((__noreturn__));

#endif
