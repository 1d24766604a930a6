/* SPDX-License-Identifier: MIT */
/*
 * What each CPU owns: its per-CPU area, GDT, TSS, and the stacks of its interrupts. The CPU masks
 * live here too. Areas exist for every possible CPU before any but the first runs.
 */
#include <linux/acpi.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <asm/apic.h>
#include <asm/cpu.h>
#include <asm/desc.h>
#include <asm/entry.h>
#include <asm/msr.h>
#include <asm/sections.h>

struct cpumask __cpu_possible_mask, __cpu_present_mask, __cpu_online_mask, __cpu_active_mask,
	       __cpu_dying_mask;
EXPORT_SYMBOL(__cpu_possible_mask);
EXPORT_SYMBOL(__cpu_present_mask);
EXPORT_SYMBOL(__cpu_online_mask);
EXPORT_SYMBOL(__cpu_active_mask);
unsigned int nr_cpu_ids = 1;
EXPORT_SYMBOL(nr_cpu_ids);
unsigned int __num_online_cpus;
EXPORT_SYMBOL(__num_online_cpus);
unsigned long __per_cpu_offset[NR_CPUS];
EXPORT_SYMBOL(__per_cpu_offset);

/* The words every interrupt reads: first in the area, in one or two cache lines. */
DEFINE_PER_CPU_HOT(u32, __preempt_count) = PREEMPT_ENABLED + INIT_PREEMPT_COUNT;
DEFINE_PER_CPU_HOT(int, cpu_number);
DEFINE_PER_CPU_HOT(unsigned long, this_cpu_off);
DEFINE_PER_CPU_HOT(void *, hardirq_stack_ptr);
DEFINE_PER_CPU_HOT(unsigned long, irq_stack_user);
EXPORT_PER_CPU_SYMBOL(__preempt_count);
EXPORT_PER_CPU_SYMBOL(cpu_number);
EXPORT_PER_CPU_SYMBOL(this_cpu_off);

struct cpu_tables {
	u64 gdt[10];
	struct x86_tss tss;
};
static DEFINE_PER_CPU_ALIGNED(struct cpu_tables, cpu_tables);
static DEFINE_PER_CPU(struct cpu_stacks, cpu_stacks);

/* cpumask_of(): one mask per CPU with that bit alone. */
#define M1(n)	[n] = { { [(n) / 64] = 1UL << ((n) % 64) } }
#define M4(n)	M1(n), M1((n) + 1), M1((n) + 2), M1((n) + 3)
#define M16(n)	M4(n), M4((n) + 4), M4((n) + 8), M4((n) + 12)
#define M64(n)	M16(n), M16((n) + 16), M16((n) + 32), M16((n) + 48)
const struct cpumask cpu_single_mask[NR_CPUS + 1] = { M64(0), M64(64), M64(128), M64(192) };
EXPORT_SYMBOL(cpu_single_mask);

/*
 * Active: threads are placed there, once those of its own are awake, ksoftirqd before all. Dying: nor are threads
 * that are bound to it woken there. Context: as set_cpu_online().
 */
void set_cpu_active(unsigned int cpu, bool active)
{
	cpumask_assign_cpu(cpu, &__cpu_active_mask, active);
}

void set_cpu_dying(unsigned int cpu, bool dying)
{
	cpumask_assign_cpu(cpu, &__cpu_dying_mask, dying);
}

/*
 * Context: the CPU itself while it comes, kernel/cpu.c when it goes; others read the masks at any
 * time.
 */
void set_cpu_online(unsigned int cpu, bool online)
{
	if (online) {
		if (!cpumask_test_and_set_cpu(cpu, &__cpu_online_mask))
			__atomic_fetch_add(&__num_online_cpus, 1, __ATOMIC_RELAXED);
	} else {
		set_cpu_active(cpu, false);
		if (cpumask_test_and_clear_cpu(cpu, &__cpu_online_mask))
			__atomic_fetch_sub(&__num_online_cpus, 1, __ATOMIC_RELAXED);
	}
}

/*
 * Number the CPUs: the one that boots is 0, the others follow in the MADT's order. A CPU that the
 * table names but marks unusable is neither possible nor present.
 */
static void number_cpus(u32 boot_apicid)
{
	unsigned int n = 1;

	cpu_apicid[0] = boot_apicid;
	for (u32 i = 0; i < acpi_info.nr_cpus && n < NR_CPUS - 1; i++)
		if (acpi_info.apic_ids[i] != boot_apicid)
			cpu_apicid[n++] = acpi_info.apic_ids[i];
	nr_cpu_ids = n;
	for (unsigned int cpu = 0; cpu < n; cpu++) {
		cpumask_set_cpu(cpu, &__cpu_possible_mask);
		cpumask_set_cpu(cpu, &__cpu_present_mask);
	}
}

/*
 * Copy the template for every possible CPU. The boot CPU's copy takes over the values it has been
 * using in the template until now. Context: boot CPU, IRQs off, page allocator up.
 */
void setup_per_cpu_areas(void)
{
	size_t used = __per_cpu_modules_end - __per_cpu_start;	/* with room for modules' variables */
	size_t size = PAGE_ALIGN(used);
	unsigned int cpu;

	number_cpus(cpuid(1).ebx >> 24);	/* [SDM 2A] CPUID leaf 1: initial APIC id */
	for_each_possible_cpu(cpu) {
		void *area = alloc_pages_exact(size, GFP_KERNEL);

		if (!area)
			panic("per-CPU area of CPU %u: no %zu bytes of memory", cpu, size);
		memset(area, 0, size);
		memcpy(area, __per_cpu_start, used);
		__per_cpu_offset[cpu] = (unsigned long)area - (unsigned long)__per_cpu_start;
		per_cpu(cpu_number, cpu) = cpu;
		per_cpu(this_cpu_off, cpu) = __per_cpu_offset[cpu];
		/* Until its stack exists an interrupt must not switch to it. */
		per_cpu(irq_stack_user, cpu) = IRQ_STACK_SOFTIRQ;
	}
	/* Point GS at our copy: from here on every per-CPU access is this CPU's own. */
	wrmsrl(MSR_GS_BASE, __per_cpu_offset[0]);
	set_cpu_online(0, true);
	set_cpu_active(0, true);
}

static void *stack_top(void *stack)
{
	return stack + THREAD_SIZE;
}

/*
 * The four stacks of @cpu besides its threads': interrupts, double fault, NMI, machine check.
 * Returns 0 or -ENOMEM. Context: may sleep.
 */
int alloc_cpu_stacks(unsigned int cpu)
{
	struct cpu_stacks *s = &per_cpu(cpu_stacks, cpu);

	for (unsigned int i = 0; i < ARRAY_SIZE(s->stack); i++) {
		if (!s->stack[i])
			s->stack[i] = alloc_thread_stack();
		if (!s->stack[i])
			return -ENOMEM;
	}
	per_cpu(hardirq_stack_ptr, cpu) = stack_top(s->stack[CPU_STACK_IRQ]);
	per_cpu(irq_stack_user, cpu) = 0;
	return 0;
}

static const char * const cpu_stack_names[] = {
	[CPU_STACK_IRQ] = "IRQ", [CPU_STACK_DF] = "#DF",
	[CPU_STACK_NMI] = "NMI", [CPU_STACK_MC] = "#MC",
};

/* Which of @cpu's own stacks @addr is on: its name and bounds, or NULL. Context: any. */
const char *cpu_stack_of(unsigned int cpu, unsigned long addr, unsigned long *lo,
			 unsigned long *hi)
{
	struct cpu_stacks *s = &per_cpu(cpu_stacks, cpu);

	for (unsigned int i = 0; i < ARRAY_SIZE(s->stack); i++) {
		unsigned long base = (unsigned long)s->stack[i];

		if (base && addr - base <= THREAD_SIZE) {
			*lo = base;
			*hi = base + THREAD_SIZE;
			return cpu_stack_names[i];
		}
	}
	return NULL;
}

/* [SDM 3A] 8.2.3 "TSS Descriptor in 64-bit mode": 16 bytes, type 9 = available 64-bit TSS. */
static void set_tss_desc(u64 *gdt, struct x86_tss *tss)
{
	u64 base = (u64)tss, limit = sizeof(*tss) - 1;

	gdt[0] = limit | (base & 0xffffff) << 16 | 0x89ULL << 40 | (base >> 24 & 0xff) << 56;
	gdt[1] = base >> 32;
}

/* The running CPU's GDT and TSS. The arguments: the tops of the stacks of three exceptions. */
static void load_tables(void *df, void *nmi, void *mc)
{
	struct cpu_tables *t = this_cpu_ptr(&cpu_tables);

	memcpy(t->gdt, boot_gdt, 4 * sizeof(u64));
	memset(&t->tss, 0, sizeof(t->tss));
	t->tss.iomap_base = sizeof(t->tss);
	t->tss.ist[IST_DF - 1] = (u64)df;
	t->tss.ist[IST_NMI - 1] = (u64)nmi;
	t->tss.ist[IST_MC - 1] = (u64)mc;
	set_tss_desc(&t->gdt[__TSS_SEL / 8], &t->tss);
	load_gdt(t->gdt, sizeof(t->gdt));
	load_tr(__TSS_SEL);
}

/*
 * Until the boot CPU's own stacks exist its three exceptions share a static one: two of them at once
 * cost the report of the first, no more. Context: start_kernel()'s first statement; the tables are
 * those in the per-CPU template.
 */
void cpu_early_init(void)
{
	static u8 stack[THREAD_SIZE] __aligned(16);

	load_tables(stack_top(stack), stack_top(stack), stack_top(stack));
}

/* GDT, TSS, IDT, protections and machine checks of the running CPU. Context: that CPU, IRQs off. */
void cpu_init(void)
{
	struct cpu_stacks *s = this_cpu_ptr(&cpu_stacks);

	load_tables(stack_top(s->stack[CPU_STACK_DF]), stack_top(s->stack[CPU_STACK_NMI]),
		    stack_top(s->stack[CPU_STACK_MC]));
	cpu_enable_protection();
	idt_load();
	mce_cpu_init();
}
