/* SPDX-License-Identifier: MIT */
/*
 * /proc/interrupts, /proc/softirqs and /proc/irq/: the interrupt layer as the user sees it, in
 * Linux's format (I39-I42, Q21).
 */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/proc_fs.h>
#include <asm/apic.h>
#include <asm/hardirq.h>
#include <asm/io_apic.h>
#include "internals.h"

/* --- /proc/interrupts --- */

static void show_chip(struct seq_file *m, struct irq_desc *desc, int width)
{
	struct irq_data *d = &desc->irq_data;

	if (d->chip->irq_print_chip)
		d->chip->irq_print_chip(d, m);
	else
		seq_printf(m, " %8s", d->chip->name ?: "None");
	seq_printf(m, " %*lu", width, d->hwirq);
	if (desc->name)
		seq_printf(m, "-%-8s", desc->name);
}

static void show_irq(struct seq_file *m, unsigned int irq, int width)
{
	struct irq_desc *desc = irq_to_desc(irq);
	struct irqaction *action;
	unsigned int cpu;

	if (!irq_desc_has_action(desc))
		return;
	seq_printf(m, "%*d: ", width, irq);
	for_each_online_cpu(cpu)
		seq_printf(m, "%10u ", kstat_irqs_cpu(irq, cpu));
	guard(raw_spinlock_irqsave)(&desc->lock);
	show_chip(m, desc, width);
	for_each_action_of_desc(desc, action)
		seq_printf(m, "%s%s", action == desc->action ? "  " : ", ", action->name);
	seq_putc(m, '\n');
}

/* A row about all of the machine: what happened on vectors without a descriptor. */
static const struct arch_row {
	const char *name, *text;
	int offset;	/* of an unsigned int in irq_stat, or -1: nothing here counts it, 0 */
	const unsigned int *sum;	/* of a row without text: of the machine, not of a CPU */
} arch_rows[] = {
	{ "NMI", "Non-maskable interrupts", offsetof(irq_cpustat_t, nmis) },
	{ "LOC", "Local timer interrupts", offsetof(irq_cpustat_t, apic_timer_irqs) },
	{ "SPU", "Spurious interrupts", offsetof(irq_cpustat_t, irq_spurious_count) },
	{ "PMI", "Performance monitoring interrupts", -1 },
	{ "IWI", "IRQ work interrupts", offsetof(irq_cpustat_t, irq_work_irqs) },
	{ "RTR", "APIC ICR read retries", offsetof(irq_cpustat_t, icr_read_retry_count) },
	{ "RES", "Rescheduling interrupts", offsetof(irq_cpustat_t, irq_resched_count) },
	{ "CAL", "Function call interrupts", offsetof(irq_cpustat_t, irq_call_count) },
	{ "TLB", "TLB shootdowns", -1 },
	{ "TRM", "Thermal event interrupts", -1 },
	{ "THR", "Threshold APIC interrupts", -1 },
	{ "DFR", "Deferred Error APIC interrupts", -1 },
	{ "MCE", "Machine check exceptions", offsetof(irq_cpustat_t, mces) },
	{ "MCP", "Machine check polls", -1 },
	{ "ERR", NULL, -1, &irq_err_count },
	{ "MIS", NULL, -1, &irq_mis_count },
	{ "PIN", "Posted-interrupt notification event", -1 },
	{ "NPI", "Nested posted-interrupt event", -1 },
	{ "PIW", "Posted-interrupt wakeup event", -1 },
};

static void show_arch_row(struct seq_file *m, const struct arch_row *row, int width)
{
	unsigned int cpu;

	seq_printf(m, "%*s: ", width, row->name);
	if (row->sum) {
		seq_printf(m, "%10u\n", READ_ONCE(*row->sum));
		return;
	}
	for_each_online_cpu(cpu) {
		void *stat = &per_cpu(irq_stat, cpu);

		seq_printf(m, "%10u ",
			   row->offset < 0 ? 0 : READ_ONCE(*(unsigned int *)(stat + row->offset)));
	}
	seq_printf(m, "  %s\n", row->text);
}

static int interrupts_show(struct seq_file *m, void *v)
{
	int width = max(3, snprintf(NULL, 0, "%u", nr_irqs));	/* of the irq column */
	unsigned int i;

	seq_printf(m, "%*s", width + 8, "");
	for_each_online_cpu(i)
		seq_printf(m, "CPU%-8d", i);
	seq_putc(m, '\n');
	for (i = 0; i < nr_irqs; i++)
		show_irq(m, i, width);
	for (i = 0; i < ARRAY_SIZE(arch_rows); i++)
		show_arch_row(m, &arch_rows[i], width);
	return 0;
}

/* --- /proc/softirqs: how often each vector's handler was called on each possible CPU (Q21) --- */

static int softirqs_show(struct seq_file *m, void *v)
{
	unsigned int cpu;

	seq_puts(m, "                    ");
	for_each_possible_cpu(cpu)
		seq_printf(m, "CPU%-8d", cpu);
	seq_putc(m, '\n');
	for (int i = 0; i < NR_SOFTIRQS; i++) {
		seq_printf(m, "%12s:", softirq_to_name[i]);
		for_each_possible_cpu(cpu)
			seq_printf(m, " %10u", kstat_softirqs_cpu(i, cpu));
		seq_putc(m, '\n');
	}
	return 0;
}

/* --- /proc/irq/N/ --- */

/* m->private and data are the descriptor. Its number may have been given back meanwhile. */
static struct irq_desc *live_desc(void *data)
{
	struct irq_desc *desc = data;

	return irq_to_desc(desc->irq_data.irq);
}

static int show_mask(struct seq_file *m, const struct cpumask *mask, bool list)
{
	seq_printf(m, list ? "%*pbl\n" : "%*pb\n", cpumask_pr_args(mask));
	return 0;
}

/* A pending move shows already: it is what the user asked for. */
static void get_affinity(struct irq_desc *desc, struct cpumask *mask)
{
	guard(raw_spinlock_irqsave)(&desc->lock);
	cpumask_copy(mask, irqd_is_setaffinity_pending(&desc->irq_data) ?
			   &desc->pending_mask : &desc->irq_data.affinity);
}

static int show_affinity(struct seq_file *m, bool effective, bool list)
{
	struct irq_desc *desc = live_desc(m->private);
	struct cpumask mask;

	if (!desc)
		return -ESRCH;
	if (effective)
		cpumask_copy(&mask, &desc->irq_data.effective_affinity);
	else
		get_affinity(desc, &mask);
	return show_mask(m, &mask, list);
}

#define AFFINITY_SHOW(name, effective, list)						\
	static int name##_show(struct seq_file *m, void *v)				\
	{										\
		return show_affinity(m, effective, list);				\
	}
AFFINITY_SHOW(smp_affinity, false, false)
AFFINITY_SHOW(smp_affinity_list, false, true)
AFFINITY_SHOW(effective_affinity, true, false)
AFFINITY_SHOW(effective_affinity_list, true, true)

/* The driver's mask is there under desc->lock: who takes it back may free it then. */
static int affinity_hint_show(struct seq_file *m, void *v)
{
	struct irq_desc *desc = live_desc(m->private);
	struct cpumask mask = {};

	if (!desc)
		return -ESRCH;
	scoped_guard(raw_spinlock_irqsave, &desc->lock)
		if (desc->affinity_hint)
			cpumask_copy(&mask, desc->affinity_hint);
	return show_mask(m, &mask, false);
}

/* Text to a mask with an online CPU in it. Of an empty one x86 makes nothing (I40). */
static int parse_affinity(const char *buf, bool list, struct cpumask *mask)
{
	int ret = list ? cpulist_parse(buf, mask) : cpumask_parse(buf, mask);

	return ret ?: cpumask_intersects(mask, cpu_online_mask) ? 0 : -EINVAL;
}

static int write_affinity(void *data, const char *buf, bool list)
{
	struct irq_desc *desc = live_desc(data);
	struct cpumask mask;

	if (!desc)
		return -ESRCH;
	if (!irq_can_set_affinity(desc->irq_data.irq))
		return -EIO;
	return parse_affinity(buf, list, &mask) ?: irq_set_affinity(desc->irq_data.irq, &mask);
}

static int smp_affinity_write(void *data, char *buf, size_t len)
{
	return write_affinity(data, buf, false);
}

static int smp_affinity_list_write(void *data, char *buf, size_t len)
{
	return write_affinity(data, buf, true);
}

static int spurious_show(struct seq_file *m, void *v)
{
	struct irq_desc *desc = m->private;

	seq_printf(m, "count %u\nunhandled %u\nlast_unhandled %u ms\n", desc->irq_count,
		   desc->irqs_unhandled, jiffies_to_msecs(desc->last_unhandled));
	return 0;
}

static int node_show(struct seq_file *m, void *v)
{
	seq_puts(m, "-1\n");	/* no NUMA: Linux's NUMA_NO_NODE */
	return 0;
}

static const struct proc_numbered_file irq_files[] = {
	{ "smp_affinity", 0644, smp_affinity_show, smp_affinity_write },
	{ "affinity_hint", 0444, affinity_hint_show, NULL },
	{ "smp_affinity_list", 0644, smp_affinity_list_show, smp_affinity_list_write },
	{ "node", 0444, node_show, NULL },
	{ "effective_affinity", 0444, effective_affinity_show, NULL },
	{ "effective_affinity_list", 0444, effective_affinity_list_show, NULL },
	{ "spurious", 0444, spurious_show, NULL },
	{ 0 }
};

static bool has_chip(struct irq_desc *desc)
{
	return desc && desc->irq_data.chip != &no_irq_chip;
}

static void *irq_dir_get(int id)
{
	struct irq_desc *desc = irq_to_desc(id);

	return has_chip(desc) ? desc : NULL;
}

static int irq_dir_next(int id)
{
	for (; id < (int)nr_irqs; id++)
		if (has_chip(irq_to_desc(id)))
			return id;
	return -1;
}

/* Nothing to put: descriptors live for ever. */
static const struct proc_numbered irq_dirs = {
	.get = irq_dir_get,
	.next = irq_dir_next,
	.files = irq_files,
};

static int default_affinity_show(struct seq_file *m, void *v)
{
	return show_mask(m, &irq_default_affinity, false);
}

static int default_affinity_write(void *data, char *buf, size_t len)
{
	struct cpumask mask;
	int ret = parse_affinity(buf, false, &mask);

	if (!ret)
		cpumask_copy(&irq_default_affinity, &mask);
	return ret;
}

static int __init init_irq_proc(void)
{
	struct proc_dir_entry *dir = proc_mkdir("irq", NULL);

	proc_create_single("interrupts", 0444, NULL, interrupts_show);
	proc_create_single("softirqs", 0444, NULL, softirqs_show);
	proc_create_rw("default_smp_affinity", 0644, dir, default_affinity_show,
		       default_affinity_write, NULL);
	return proc_create_numbered(dir, &irq_dirs);
}
fs_initcall(init_irq_proc);
