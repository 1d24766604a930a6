/* SPDX-License-Identifier: MIT */
/*
 * The whole machine in one page: an interrupt raises a softirq, the softirq raises itself a thousand
 * times, ten of its runs happen inline on the interrupt's exit, ksoftirqd does the rest. Linked into
 * `make tiny` only, which has no shell: it runs once and powers off.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <asm/cpu.h>

#define RUNS 1000

static unsigned int runs, in_ksoftirqd;

/* BLOCK_SOFTIRQ's action. Context: softirq, IRQs on. */
static void storm(void)
{
	runs++;
	if (current == this_cpu_ksoftirqd())
		in_ksoftirqd++;
	if (runs < RUNS)
		raise_softirq(BLOCK_SOFTIRQ);
}

/* Context: hardirq. Its irq_exit runs the first pass. */
static void top_half(struct irq_work *work)
{
	pr_info("demo: hardirq on CPU %d, preempt_count %08x: raise BLOCK\n",
		raw_smp_processor_id(), preempt_count());
	raise_softirq(BLOCK_SOFTIRQ);
}

static int demo(void)
{
	struct irq_work work = IRQ_WORK_INIT(top_half);
	unsigned long start = jiffies;

	open_softirq(BLOCK_SOFTIRQ, storm);
	irq_work_queue(&work);
	while (READ_ONCE(runs) < RUNS && time_before(jiffies, start + 10 * HZ))
		msleep(1);
	pr_info("demo: %u runs: %u on irq exit, %u in ksoftirqd\n", runs, runs - in_ksoftirqd,
		in_ksoftirqd);
	machine_exit(runs == RUNS ? 0 : 1);
}
test_initcall(demo);
