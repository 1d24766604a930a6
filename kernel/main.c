/* SPDX-License-Identifier: MIT */
/*
 * start_kernel(): the boot order, one captioned line each. This file alone may name everybody.
 *
 * First half as thread 0 on the boot stack, which it keeps: one CPU, interrupts off. Second half in
 * kernel_init, a thread that may sleep: the other CPUs, then whatever registered itself by initcall,
 * then the shell.
 */
#include <linux/acpi.h>
#include <linux/boot_info.h>
#include <linux/context_leak.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/kasan.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/panic.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/serial_8250.h>
#include <linux/smp.h>
#include <linux/smpboot.h>
#include <linux/time.h>
#include <linux/version.h>
#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/entry.h>

enum system_states system_state = SYSTEM_BOOTING;
EXPORT_SYMBOL(system_state);

/* linker.ld: early initcalls, core to late, then the users of a running machine. */
extern const struct initcall __initcall_start[], __initcall1_start[], __initcall8_start[],
	__initcall_end[];
static const struct initcall *next_initcall = __initcall_start;

/* Run *@next and those behind it up to @end. An error is logged, not fatal. */
void run_initcalls(const struct initcall **next, const struct initcall *end)
{
	for (; *next < end; ++*next) {
		struct context_state before = context_state();
		int err = (*next)->fn();
		const char *leak = context_put_right(before);

		if (err && err != -ENODEV)
			pr_warn("initcall %s returned %pe\n", (*next)->name, ERR_PTR(err));
		WARN(leak, "initcall %s returned with %s\n", (*next)->name, leak);
	}
}

/* Initcalls lie in order of level; run those before @end. */
static void do_initcalls(const struct initcall *end)
{
	run_initcalls(&next_initcall, end);
}

static int kernel_init(void *unused)
{
	do_initcalls(__initcall1_start);		/* early: what must exist before other CPUs do */
	smp_init();				/* requires per-CPU threads to be registered */
	do_initcalls(__initcall8_start);	/* core, subsys, fs, drivers, late */
	system_state = SYSTEM_RUNNING;
	random_phase();
	do_initcalls(__initcall_end);		/* ktest= runs and powers off, the shell starts */
	do {					/* thread 1 is init: it never ends */
		set_current_state(TASK_IDLE);
		schedule();
	} while (true);
	return 0;
}

/* Second part of the boot CPU's life: thread 0, which becomes its idle loop. */
static void __noreturn rest_init(void)
{
	local_irq_enable();
	kthread_run(kernel_init, NULL, "kernel_init");	/* 1 */
	kthread_run(kthreadd, NULL, "kthreadd");	/* 2 */
	system_state = SYSTEM_SCHEDULING;	/* from here on might_sleep() means it */
	cpu_startup_entry();
}

/*
 * start_kernel - from boot/. @magic, @info_pa: what the loader left. Context: boot CPU, IRQs off,
 * boot page tables, boot stack.
 */
void __noreturn __no_sanitize_address start_kernel(u32 magic, u64 info_pa)
{
	kasan_early_init();		/* BUILD=kasan: what every other function's first lines need */
	cpu_early_init();		/* GDT, TSS */
	idt_init();			/* from here on a fault prints, a stack overflow too */
	serial8250_early_init();	/* COM1 and COM2, polled */
	bootinfo_parse(magic, info_pa);	/* command line, memory map, modules, RSDP */
	parse_early_param();
	console_init();			/* from here on the log is seen */
	pr_notice("bottomhalf " UTS_RELEASE ": Linux's interrupt path, small. Command line: %s\n",
		  boot_info.cmdline);
	mm_core_init();			/* page tables, pages, kmalloc, stacks */
	acpi_boot_init();		/* CPUs, IO-APICs, timers */
	setup_per_cpu_areas();		/* requires acpi, pages */
	if (alloc_cpu_stacks(0))
		panic("no memory for the boot CPU's interrupt stacks");
	cpu_init();			/* GDT, TSS */
	sched_init();			/* requires per-CPU areas */
	parse_boot_params();		/* requires kmalloc */
	lapic_init();			/* local APIC */
	init_IRQ();			/* descriptors, 8259, IO-APIC, vectors */
	softirq_init();			/* requires per-CPU areas */
	rcu_init();			/* requires per-CPU areas */
	time_init();			/* requires lapic, irq; starts the tick */

	*end_of_stack(&init_task) = STACK_END_MAGIC;
	rest_init();
}
