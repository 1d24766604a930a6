/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * Interrupts, from the instruction that raises them: edu's MSI by one MMIO write, and the self-IPI of
 * an irq_work. Under icount both are taken before the next instruction; one that comes later is not
 * counted. The handler reads edu's status (0x24) and acknowledges it (0x64).
 */
#include <lab.h>
#include <linux/irq_work.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "bench.h"

enum then { NOTHING, TASKLET, BH_WORK, THREAD };

static struct lab_edu edu;
static int nth_edu;
module_param_named(edu, nth_edu, int, 0444);
MODULE_PARM_DESC(edu, "which edu device to interrupt with, from 0 (one that no driver has)");
static enum then then;
static u64 t_handler, t_handler_end, t_deferred;
static unsigned int handler_cpu;

static void run_tasklet(struct tasklet_struct *t)
{
	t_deferred = now();
}
static DECLARE_TASKLET(tasklet, run_tasklet);

static void run_bh_work(struct work_struct *work)
{
	t_deferred = now();
}
static DECLARE_WORK(bh_work, run_bh_work);

static irqreturn_t irq_thread(int irq, void *unused)
{
	t_deferred = now();
	return IRQ_HANDLED;
}

static irqreturn_t handler(int irq, void *unused)
{
	irqreturn_t ret = IRQ_HANDLED;

	t_handler = now();
	handler_cpu = smp_processor_id();
	lab_edu_ack(&edu, lab_edu_status(&edu));
	if (then == TASKLET)
		tasklet_schedule(&tasklet);
	else if (then == BH_WORK)
		queue_work(system_bh_wq, &bh_work);
	else if (then == THREAD)
		ret = IRQ_WAKE_THREAD;
	t_handler_end = now();
	return ret;
}

static struct series to_handler, to_deferred, to_resume, whole;

/* SAMPLES interrupts, raised by @raise; what comes late, or not at all, leaves the series short. */
#define SAMPLE(raise) do {							\
	unsigned int __try;							\
										\
	to_handler.n = to_deferred.n = to_resume.n = whole.n = 0;		\
	for (__try = 0; __try < 10 * SAMPLES && whole.n < SAMPLES; __try++) {	\
		u64 t0, t1;							\
										\
		t_handler = t_deferred = 0;					\
		t0 = now();							\
		raise;								\
		t1 = now();							\
		udelay(20);							\
		if (!READ_ONCE(t_handler) || t_handler > t1)			\
			continue;						\
		add_sample(&to_handler, t_handler - t0);			\
		add_sample(&to_deferred, t_deferred - t_handler_end);		\
		add_sample(&to_resume, t1 - (t_deferred ?: t_handler_end));	\
		add_sample(&whole, t1 - t0);					\
	}									\
} while (0)

static void sample_edu(enum then what)
{
	then = what;
	SAMPLE(lab_edu_raise(&edu, 1));
}

static void edu_rows(void)
{
	sample_edu(NOTHING);
	report_median("msi.to_handler", &to_handler);
	report_median("msi.handler_to_resumed", &to_resume);
	report_median("msi.whole", &whole);
	sample_edu(TASKLET);
	report_median("msi.handler_to_tasklet", &to_deferred);
	report_median("msi.tasklet_to_resumed", &to_resume);
	report_median("msi.whole_tasklet", &whole);
	sample_edu(BH_WORK);
	report_median("msi.handler_to_bh_work", &to_deferred);
	report_median("msi.whole_bh_work", &whole);
	sample_edu(THREAD);
	report_median("msi.handler_to_irq_thread", &to_deferred);
	report_median("msi.whole_irq_thread", &whole);
}

/* An interrupt moves to its CPU when the next one comes in. */
static bool settle(void)
{
	int i;

	handler_cpu = ~0;
	then = NOTHING;
	if (irq_set_affinity(edu.irq, cpumask_of(BENCH_CPU)))
		return false;
	for (i = 0; i < 10 && handler_cpu != BENCH_CPU; i++) {
		lab_edu_raise(&edu, 1);
		msleep(1);
	}
	return handler_cpu == BENCH_CPU;
}

static void bench_edu(void)
{
	if (lab_edu_open_nth(&edu, nth_edu, PCI_IRQ_MSI)) {
		report_missing("msi", "there is no edu device with an MSI");
		return;
	}
	if (request_threaded_irq(edu.irq, handler, irq_thread, 0, "bench", &edu)) {
		report_missing("msi", "request_threaded_irq failed");
	} else {
		if (settle())
			edu_rows();
		else
			report_missing("msi", "it does not come to the measuring CPU");
		free_irq(edu.irq, &edu);
	}
	lab_edu_close(&edu);
}

/* ---- the self-IPI -------------------------------------------------------------------------- */

static void run_irq_work(struct irq_work *work)
{
	t_handler = t_handler_end = now();
}
static struct irq_work irq_work;

void bench_irq(void)
{
	init_irq_work(&irq_work, run_irq_work);
	SAMPLE(irq_work_queue(&irq_work));
	report_median("irq_work.to_handler", &to_handler);
	report_median("irq_work.handler_to_resumed", &to_resume);
	report_median("irq_work.whole", &whole);
	irq_work_sync(&irq_work);
	bench_edu();
}
