/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * Threads: woken on this CPU and on another that idles, switched to in two ways; and a function
 * called on another CPU.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <asm/processor.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include "bench.h"

#define ROUNDS	100

/* ---- wake-ups ------------------------------------------------------------------------------ */

static DECLARE_COMPLETION(awake);
static bool go;
static u64 t_awake;

/* Each wake-up is one @go; kthread_stop() ends it. */
static int sleeper(void *unused)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		while (!READ_ONCE(go) && !kthread_should_stop()) {
			schedule();
			set_current_state(TASK_INTERRUPTIBLE);
		}
		WRITE_ONCE(t_awake, now());
		__set_current_state(TASK_RUNNING);
		if (kthread_should_stop())
			return 0;
		WRITE_ONCE(go, false);
		complete(&awake);
	}
}

static void wake_up_on(const char *name, unsigned int cpu)
{
	static struct series s;
	struct task_struct *p = thread_on(cpu, sleeper, NULL);
	int i;

	s.n = 0;
	if (!p)
		return;
	wake_up_process(p);
	for (i = 0; i < SAMPLES; i++) {
		u64 t0;

		msleep(1);		/* it sleeps, its CPU idles */
		reinit_completion(&awake);
		WRITE_ONCE(go, true);
		t0 = now();
		wake_up_process(p);
		wait_for_completion(&awake);
		add_sample(&s, t_awake - t0);
	}
	kthread_stop(p);
	report_median(name, &s);
}

/* ---- switches ------------------------------------------------------------------------------ */

static struct task_struct *player[2];
static unsigned int turn;
static u64 t_start, t_end;
static DECLARE_COMPLETION(over);

static int ping_pong(void *data)
{
	unsigned int me = (unsigned long)data, i;

	for (i = 0; i < ROUNDS; i++) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		while (READ_ONCE(turn) != me) {
			schedule();
			set_current_state(TASK_UNINTERRUPTIBLE);
		}
		__set_current_state(TASK_RUNNING);
		if (i == 10 && !me)
			t_start = now();
		if (i == ROUNDS - 1 && !me)
			t_end = now();
		WRITE_ONCE(turn, !me);
		wake_up_process(player[!me]);
	}
	complete(&over);
	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/* Two of equal priority that hand the CPU to each other. */
static int yielder(void *data)
{
	unsigned int me = (unsigned long)data, i;

	for (i = 0; i < ROUNDS; i++) {
		if (i == 10 && !me)
			t_start = now();
		if (i == ROUNDS - 1 && !me)
			t_end = now();
		yield();
	}
	complete(&over);
	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/* Two threads run @fn on this CPU; what one switch cost. */
static void switches(const char *name, int (*fn)(void *), bool fifo)
{
	unsigned long i;

	reinit_completion(&over);
	turn = 0;
	for (i = 0; i < 2; i++) {
		player[i] = thread_on(BENCH_CPU, fn, (void *)i);
		if (!player[i])
			return;
		if (fifo)
			sched_set_fifo(player[i]);
	}
	/* Both are there before the first runs, since FIFO threads come before this one. */
	if (fifo)
		sched_set_fifo(current);
	for (i = 0; i < 2; i++)
		wake_up_process(player[i]);
	for (i = 0; i < 2; i++)
		wait_for_completion(&over);
	if (fifo)
		sched_set_normal(current, 0);
	for (i = 0; i < 2; i++)
		kthread_stop(player[i]);
	report(name, (t_end - t_start) / (2 * (ROUNDS - 11)), "instructions");
}

/* ---- a function on another CPU -------------------------------------------------------------- */

static u64 t_called;

static void called(void *unused)
{
	WRITE_ONCE(t_called, now());
}

static void calls(void)
{
	static struct series to_function, whole;
	int i;

	to_function.n = whole.n = 0;
	for (i = 0; i < SAMPLES; i++) {
		u64 t0, t1;

		msleep(1);
		t0 = now();
		smp_call_function_single(OTHER_CPU, called, NULL, 1);
		t1 = now();
		add_sample(&to_function, t_called - t0);
		add_sample(&whole, t1 - t0);
	}
	report_median("smp_call.to_function", &to_function);
	report_median("smp_call.whole", &whole);
}

void bench_thread(void)
{
	wake_up_on("wake.same_cpu", BENCH_CPU);
	switches("switch.ping_pong", ping_pong, false);
	switches("switch.yield_fifo", yielder, true);
	if (num_online_cpus() < 2) {
		report_missing("wake.other_cpu", "one CPU only");
		report_missing("smp_call", "one CPU only");
		return;
	}
	wake_up_on("wake.other_cpu", OTHER_CPU);
	calls();
}
