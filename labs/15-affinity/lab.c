// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * 15 affinity: where an interrupt goes, from the mask it may go to, to the CPU that runs the
 * handler; and where its tasklet runs then. The interrupt is an MSI of the edu device.
 */
#include "lab.h"
#include <linux/cpumask.h>
#include <linux/irq.h>
#include <linux/sched.h>
#include <linux/smp.h>

#define HITS	20
#define CPUS	4
#define TIDY_UP	200	/* ms: far more than a CPU needs to give a vector back (V5) */

static struct lab_edu edu;
module_param_named(irq, edu.irq, int, 0444);	/* for the shell: which line it is */
static unsigned int hits, ran_on, tasklet_ran_on;
static unsigned int cpus_seen;		/* bits */

static void bottom_fn(struct tasklet_struct *t)
{
	tasklet_ran_on = smp_processor_id();
}
static DECLARE_TASKLET(bottom, bottom_fn);

static irqreturn_t top(int irq, void *dev)
{
	lab_edu_ack(&edu, lab_edu_status(&edu));
	ran_on = smp_processor_id();
	cpus_seen |= 1u << ran_on;
	tasklet_schedule(&bottom);
	WRITE_ONCE(hits, hits + 1);
	return IRQ_HANDLED;
}

/* One interrupt; returns when its handler and its tasklet have run. May sleep. */
static void hit(void)
{
	unsigned int before = hits;

	lab_edu_raise(&edu, 1);
	if (!lab_wait(READ_ONCE(hits) != before))
		pr_info("an interrupt was lost\n");
	tasklet_kill(&bottom);
}

/* May sleep. */
static void move(int irq, unsigned int cpu)
{
	/* LAB BEGIN: the next interrupt of line @irq after this function is to come on @cpu */
	irq_set_affinity(irq, cpumask_of(cpu));
	hit();
	/* LAB END */
}

/* @mask as the number that smp_affinity shows. */
static unsigned int number(const struct cpumask *mask)
{
	unsigned int bits = 0, cpu;

	for_each_cpu(cpu, mask)
		bits |= 1u << cpu;
	return bits;
}

static void show(void)
{
	struct irq_data *line = irq_get_irq_data(edu.irq);

	for (unsigned int cpu = 0; cpu < CPUS; cpu++) {
		msleep(TIDY_UP);
		move(edu.irq, cpu);
		hit();
		pr_info("CPU %u: the thread may run on %x\n", cpu, number(current->cpus_ptr));
		pr_info("CPU %u: the line may go to %x\n", cpu,
			number(irq_data_get_affinity_mask(line)));
		pr_info("CPU %u: handler on CPU %u\n", cpu, ran_on);
		pr_info("CPU %u: tasklet on CPU %u\n", cpu, tasklet_ran_on);
	}
	irq_set_affinity(edu.irq, cpu_online_mask);
	hit();
	cpus_seen = 0;
	for (int i = 0; i < HITS; i++)
		hit();
	pr_info("all: the line may go to %x\n", number(irq_data_get_affinity_mask(line)));
	pr_info("all: CPUs that took %d interrupts: %u\n", HITS, hweight32(cpus_seen));
	msleep(TIDY_UP);
}

static int __init lab_init(void)
{
	int ret = lab_edu_open(&edu, PCI_IRQ_MSI);

	if (ret)
		return ret;
	ret = request_irq(edu.irq, top, 0, "lab", &edu);
	if (ret) {
		lab_edu_close(&edu);
		return ret;
	}
	show();
	return 0;
}

static void __exit lab_exit(void)
{
	struct irq_data *line = irq_get_irq_data(edu.irq);

	hit();				/* the shell has written to smp_affinity meanwhile: `conf` */
	hit();
	pr_info("by the file: the line may go to %x\n", number(irq_data_get_affinity_mask(line)));
	pr_info("by the file: handler on CPU %u\n", ran_on);
	free_irq(edu.irq, &edu);
	tasklet_kill(&bottom);
	lab_edu_close(&edu);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("Lab 15: affinity of interrupts");
MODULE_LICENSE("Dual MIT/GPL");
