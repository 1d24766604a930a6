/* SPDX-License-Identifier: MIT */
/*
 * Starting another CPU: INIT, SIPI to the trampoline page, then the CPU climbs by itself and marks
 * each stage it reaches. And its end.
 *
 * Invariant: at most one CPU climbs. One that does not arrive is named with its last stage and held by
 * an INIT, so that the next finds the trampoline, the words in it and its own stack to itself.
 */
#define pr_fmt(fmt) "smpboot: " fmt

#include <linux/acpi.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/time.h>
#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/tsc.h>

/* boot/ap_trampoline.S */
extern char ap_trampoline[], ap_trampoline_end[];
extern u64 ap_cr3, ap_stack, ap_gs, ap_entry, ap_stage, ap_stop;

enum ap_stages {
	AP_SENT, AP_REAL_MODE, AP_PROTECTED, AP_LONG_MODE, AP_C, AP_TABLES, AP_APIC, AP_ONLINE
};
static const char * const ap_stage_names[] = {
	[AP_SENT]	= "did not answer the startup IPI",
	[AP_REAL_MODE]	= "stopped in real mode",
	[AP_PROTECTED]	= "stopped in 32-bit mode, before paging",
	[AP_LONG_MODE]	= "stopped in the trampoline's 64-bit code",
	[AP_C]		= "stopped before its tables were loaded",
	[AP_TABLES]	= "stopped before its local APIC was set up",
	[AP_APIC]	= "stopped before it was online",
};

/* How long a CPU may take from SIPI to online. Emulators on a loaded host are slow. */
#define AP_TIMEOUT_MS	5000
#define AP_TIMEOUT_STOP_MS	20	/* one that was told to stop */

/*
 * smp_stop=STAGES, for tests: when CPU N first comes it stops at the stage (enum ap_stages) that the
 * Nth character is, if that is a digit.
 */
static const char *smp_stop = "";

static int __init smp_stop_setup(char *arg)
{
	smp_stop = arg;
	return 0;
}
__setup("smp_stop=", smp_stop_setup);

/* The stage that @cpu shall stop at, AP_ONLINE: none. */
static enum ap_stages stop_of(unsigned int cpu)
{
	char c = cpu <= strlen(smp_stop) ? smp_stop[cpu - 1] : 0;

	if (c < '0' || c >= '0' + AP_ONLINE || system_state == SYSTEM_RUNNING)
		return AP_ONLINE;
	return c - '0';
}

/* A word at the end of the trampoline, in its copy below 1 MiB. */
#define TRAMPOLINE_VAR(sym) \
	(*(volatile u64 *)(__va(TRAMPOLINE_PA) + ((char *)&(sym) - ap_trampoline)))

static void set_stage(enum ap_stages stage)
{
	TRAMPOLINE_VAR(ap_stage) = stage;
	while (TRAMPOLINE_VAR(ap_stop) == stage)
		cpu_relax();
}

/*
 * A secondary CPU's first C, on its idle thread's stack. Context: IRQs off, count 1, current is the
 * idle thread. Ends in the idle loop.
 */
static void __noreturn secondary_start(void)
{
	unsigned int cpu = raw_smp_processor_id();

	__asm__ (".cfi_undefined rip");	/* gdb: there is nobody above */
	set_stage(AP_C);
	cpu_init();
	set_stage(AP_TABLES);
	lapic_setup_cpu();
	tsc_check_ap();
	set_stage(AP_APIC);
	notify_cpu_starting();
	setup_local_timer();
	set_cpu_online(cpu, true);
	local_irq_enable();
	cpu_startup_entry();
}

static void prepare_trampoline(unsigned int cpu, struct task_struct *idle)
{
	TRAMPOLINE_VAR(ap_cr3) = kernel_cr3();
	TRAMPOLINE_VAR(ap_stack) = (u64)idle->stack + THREAD_SIZE - 16;
	TRAMPOLINE_VAR(ap_gs) = __per_cpu_offset[cpu];
	TRAMPOLINE_VAR(ap_entry) = (u64)secondary_start;
	TRAMPOLINE_VAR(ap_stage) = AP_SENT;
	TRAMPOLINE_VAR(ap_stop) = stop_of(cpu);
	per_cpu(current_task, cpu) = idle;
	per_cpu(__preempt_count, cpu) = PREEMPT_ENABLED + INIT_PREEMPT_COUNT;
	smp_mb();
}

/* Whatever that CPU does, it stops and waits for a SIPI. */
static void send_init(u32 apicid)
{
	lapic_clear_esr();
	apic_icr_write(APIC_DM_INIT | APIC_INT_LEVELTRIG | APIC_INT_ASSERT, apicid);
	udelay(10);
	apic_icr_write(APIC_DM_INIT | APIC_INT_LEVELTRIG, apicid);
}

/* [SDM 3A] 9.4.4.1 "Typical BSP Initialization Sequence": INIT, then SIPI twice. */
static void send_init_sipi(u32 apicid)
{
	u32 vector = TRAMPOLINE_PA >> PAGE_SHIFT;

	send_init(apicid);
	if (TRAMPOLINE_VAR(ap_stop) == AP_SENT)
		return;
	for (int i = 0; i < 2; i++) {
		apic_icr_write(APIC_DM_STARTUP | vector, apicid);
		for (int us = 0; us < 300 && TRAMPOLINE_VAR(ap_stage) == AP_SENT; us++) {
			udelay(1);
			cpu_relax();	/* where one host thread runs all CPUs, the new one's turn */
		}
		if (TRAMPOLINE_VAR(ap_stage) != AP_SENT)
			return;
	}
}

static bool wait_for_online(unsigned int cpu)
{
	unsigned int ms = stop_of(cpu) == AP_ONLINE ? AP_TIMEOUT_MS : AP_TIMEOUT_STOP_MS;
	u64 end = ktime_get_ns() + ms * NSEC_PER_MSEC;

	while (!cpu_online(cpu)) {
		tsc_check_poll(0);
		if (ktime_get_ns() > end)
			return false;
		cpu_relax();
	}
	return true;
}

/* It may come at this very moment: then it is online, and stopped, and has to be taken back. */
static void hold_cpu(unsigned int cpu)
{
	u64 stage = TRAMPOLINE_VAR(ap_stage);

	send_init(cpu_apicid[cpu]);
	mdelay(10);	/* [SDM 3A] 9.4.4.1: so long an INIT may take */
	set_cpu_online(cpu, false);
	pr_err("CPU%u (APIC id %u) %s; held, going on without it\n", cpu, cpu_apicid[cpu],
	       stage < ARRAY_SIZE(ap_stage_names) ? ap_stage_names[stage] : "wrote nonsense");
}

int __cpu_up(unsigned int cpu)
{
	struct task_struct *idle = idle_task(cpu) ?: fork_idle(cpu);
	int err;

	if (IS_ERR(idle))
		return PTR_ERR(idle);
	err = alloc_cpu_stacks(cpu);
	if (err)
		return err;
	init_idle(idle, cpu);
	prepare_trampoline(cpu, idle);
	send_init_sipi(cpu_apicid[cpu]);
	if (!wait_for_online(cpu)) {
		hold_cpu(cpu);
		return -EIO;
	}
	return 0;
}

void smp_prepare_cpus(void)
{
	map_trampoline();
	memcpy(__va(TRAMPOLINE_PA), ap_trampoline, ap_trampoline_end - ap_trampoline);
}

void smp_cpus_done(void)
{
	unmap_trampoline();
}

/*
 * Off, until an INIT ([SDM 3A] 9.4): nothing is asked of this CPU any more, and what reaches it
 * all the same, an NMI, finds nothing changed. The stack may be in use by the next who starts here.
 */
void __noreturn play_dead(void)
{
	local_irq_disable();
	for (;;)
		arch_halt();
}
