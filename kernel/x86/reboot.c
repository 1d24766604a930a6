/* SPDX-License-Identifier: MIT */
/*
 * Leaving the machine. Each way out that some machine has is tried in turn; on real hardware none
 * of the emulators' ports answers and the CPU halts.
 */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <asm/cpu.h>
#include <asm/io.h>

/* QEMU's isa-debug-exit: the process ends with status (value << 1) | 1. */
#define DEBUG_EXIT_PORT		0xf4
#define DEBUG_EXIT_BASE		0x10
/* Bochs: the word "Shutdown", letter by letter. */
#define BOCHS_SHUTDOWN_PORT	0x8900
/* PM1a control of QEMU's chipsets as the firmware sets it up: SLP_EN with SLP_TYP 0, soft off. */
#define QEMU_PM1A_CNT		0x604
#define PM1_SLP_EN		0x2000

/*
 * machine_exit - end of the machine. @status: 0 all went well, 1 a command failed, 3 panic.
 * Context: any; does not come back. The last line of the log says the status for harnesses that
 * cannot see QEMU's own.
 */
void machine_exit(int status)
{
	local_irq_disable();
	system_state = SYSTEM_HALT;
	pr_emerg("bottomhalf: exit status %d\n", status);
	outb(DEBUG_EXIT_BASE + status, DEBUG_EXIT_PORT);
	for (const char *s = "Shutdown"; *s; s++)
		outb(*s, BOCHS_SHUTDOWN_PORT);
	outw(PM1_SLP_EN, QEMU_PM1A_CNT);
	pr_emerg("bottomhalf: this machine cannot switch itself off; it may be switched off now\n");
	for (;;)
		arch_halt();
}
