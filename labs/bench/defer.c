/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * Work that is put off, from the call that schedules it to its first line: under bottom halves held
 * off, where enabling them runs it; from a thread, where ksoftirqd or a worker does; and a tasklet
 * that schedules itself until the softirq loop hands over to ksoftirqd.
 */
#include <linux/bottom_half.h>
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "bench.h"

static DECLARE_COMPLETION(ran);
static bool tell;		/* complete @ran */
static u64 t_run;
static bool in_ksoftirqd;
static struct series scheduled, to_run, whole;

static bool ksoftirqd_runs(void)
{
	return !strncmp(current->comm, "ksoftirqd/", 10);
}

static void run(void)
{
	t_run = now();
	in_ksoftirqd = ksoftirqd_runs();
	if (tell)
		complete(&ran);
}

static void run_tasklet(struct tasklet_struct *t)
{
	run();
}
static DECLARE_TASKLET(tasklet, run_tasklet);

static void run_work(struct work_struct *work)
{
	run();
}
static DECLARE_WORK(bh_work, run_work);
static DECLARE_WORK(work, run_work);

#define UNDER_BH_OFF(schedule) do {			\
	int __i;					\
							\
	scheduled.n = to_run.n = whole.n = 0;		\
	tell = false;					\
	for (__i = 0; __i < SAMPLES; __i++) {		\
		u64 t0, t1, t2;				\
							\
		local_bh_disable();			\
		t0 = now();				\
		schedule;				\
		t1 = now();				\
		local_bh_enable();			\
		t2 = now();				\
		add_sample(&scheduled, t1 - t0);	\
		add_sample(&to_run, t_run - t1);	\
		add_sample(&whole, t2 - t0);		\
	}						\
} while (0)

#define FROM_A_THREAD(schedule, counts) do {		\
	int __i;					\
							\
	to_run.n = 0;					\
	tell = true;					\
	for (__i = 0; __i < SAMPLES; __i++) {		\
		u64 t0;					\
							\
		reinit_completion(&ran);		\
		t0 = now();				\
		schedule;				\
		wait_for_completion(&ran);		\
		if (counts)				\
			add_sample(&to_run, t_run - t0);\
	}						\
} while (0)

/* ---- the storm ----------------------------------------------------------------------------- */

static unsigned int inline_runs;
static u64 t_last_inline;

/* Again and again, until ksoftirqd runs it. */
static void run_storm(struct tasklet_struct *t)
{
	u64 t_now = now();

	if (!ksoftirqd_runs()) {
		if (inline_runs)
			add_sample(&scheduled, t_now - t_last_inline);
		inline_runs++;
		t_last_inline = now();
		tasklet_schedule(t);
		return;
	}
	add_sample(&to_run, t_now - t_last_inline);
	complete(&ran);
}
static DECLARE_TASKLET(storm_tasklet, run_storm);

static void start_storm(struct irq_work *work)
{
	tasklet_schedule(&storm_tasklet);
}
static struct irq_work storm_start;

static void storm(void)
{
	static struct series runs;
	int i;

	scheduled.n = to_run.n = runs.n = 0;
	init_irq_work(&storm_start, start_storm);
	for (i = 0; i < SAMPLES; i++) {
		inline_runs = 0;
		reinit_completion(&ran);
		irq_work_queue(&storm_start);
		wait_for_completion(&ran);
		add_sample(&runs, inline_runs);
	}
	report("storm.inline_runs", median(&runs), "runs");
	report_median("storm.run_to_run", &scheduled);
	report_median("storm.to_ksoftirqd", &to_run);
}

void bench_defer(void)
{
	UNDER_BH_OFF(tasklet_schedule(&tasklet));
	report_median("tasklet.schedule", &scheduled);
	report_median("tasklet.enable_to_run", &to_run);
	report_median("tasklet.whole", &whole);
	UNDER_BH_OFF(queue_work(system_bh_wq, &bh_work));
	report_median("bh_work.schedule", &scheduled);
	report_median("bh_work.enable_to_run", &to_run);
	report_median("bh_work.whole", &whole);
	FROM_A_THREAD(queue_work_on(BENCH_CPU, system_wq, &work), true);
	report_median("work.to_run", &to_run);
	FROM_A_THREAD(tasklet_schedule(&tasklet), in_ksoftirqd);
	report_median("tasklet.task_to_ksoftirqd", &to_run);
	storm();
	tasklet_kill(&tasklet);
	tasklet_kill(&storm_tasklet);
	cancel_work_sync(&work);
}
