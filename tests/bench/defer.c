/* SPDX-License-Identifier: MIT */
/*
 * One device, one piece of work, and every place where the work can be done: in the hard handler, in a
 * softirq on its exit, in ksoftirqd, a tasklet, BH work, work, a threaded irq. For each: how long the
 * work's first line waits, how much gets done when more is offered than can be, what a thread of
 * normal priority on that CPU gets of it, and whether the work runs with interrupts on and could have
 * slept. docs/defer.md reads the table.
 *
 * The device is edu, its interrupt goes to CPU 0, and an hrtimer on the last CPU is the world that raises
 * it: an event is a time in a ring. One call of the work takes one event and says whether there are
 * more; each way then has itself called again by its own means. Every event ends in one count.
 */
#include <linux/edu.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/delay.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/sort.h>
#include <linux/workqueue.h>

#include "bench_util.h"

#define WORK_NS		20000	/* what an event costs: 50,000 a second are all that CPU 0 can do */
#define MODERATE	10000	/* events a second, at random distances: a fifth of the CPU */
#define OVERLOAD	100000	/* evenly: twice the CPU */
#define OVERLOAD_MS	50
#define WARM_UP_MS	10	/* threads exist and have their policy, queues are as full as they get */
#define RING		256	/* events that wait; as the rings of real devices */
#define MAX_EVENTS	10000

enum { NOTHING, HARDIRQ, SOFTIRQ, KSOFTIRQD, TASKLET, BH_WORK, WORK, THREAD, THREAD_FIFO, NR_WAYS };

static struct {
	int way;
	unsigned int work_ns;
	/* the world's CPU writes, CPU 0 reads, and the other way round for tail */
	u64 ring[RING];			/* when the device raised its interrupt, ns */
	unsigned int head, tail;
	struct hrtimer timer;
	ktime_t interval;
	bool evenly;
	u32 random;
	u64 offered, missed;		/* missed: the ring was full */
	/* CPU 0 */
	u64 done, thread_ns;
	bool recording, irqs_off, may_sleep;
	unsigned int recorded;
	u32 latency[MAX_EVENTS];	/* ns */
} d;

/* ---- the work, and the ways to have it done; all on CPU 0 ---------------------------------- */

static bool more(void)
{
	return READ_ONCE(d.head) != d.tail;
}

/* One event, if there is one. True: there are more. Context: the way's. */
static bool work_on_event(void)
{
	u64 now = ktime_get();		/* the work's first line */

	if (!more())
		return false;
	if (d.recording && d.recorded < MAX_EVENTS)
		d.latency[d.recorded++] = now - d.ring[d.tail % RING];
	d.irqs_off = irqs_disabled();
	d.may_sleep = preemptible();
	WRITE_ONCE(d.tail, d.tail + 1);
	if (d.way != NOTHING)
		burn(d.work_ns);
	WRITE_ONCE(d.done, d.done + 1);
	return more();
}

/* The vector's owner, if it has work, comes after us. */
static void (*block_action)(void);

static void softirq_work(void)
{
	if (work_on_event())
		raise_softirq(BLOCK_SOFTIRQ);
	block_action();
}

static void tasklet_work(struct tasklet_struct *t)
{
	if (work_on_event())
		tasklet_schedule(t);
}
static DECLARE_TASKLET(defer_tasklet, tasklet_work);

/* Two items: one that ran in both would be a lock of both, to lockdep. */
static void queued_bh_work(struct work_struct *work)
{
	if (work_on_event())
		queue_work(system_bh_wq, work);
}
static DECLARE_WORK(defer_bh_work, queued_bh_work);

static void queued_work(struct work_struct *work)
{
	if (work_on_event())
		queue_work(system_wq, work);
}
static DECLARE_WORK(defer_work, queued_work);

/* An irq thread begins as FIFO 50; the first event, in the warm-up, makes it what it shall be. */
static irqreturn_t thread_work(int irq, void *unused)
{
	if (d.way == THREAD && current->policy != SCHED_NORMAL)
		sched_set_normal(current, 0);
	while (work_on_event())
		;
	return IRQ_HANDLED;
}

/* The hard handler: acknowledge, and have the work done. Context: hardirq. */
static irqreturn_t defer_interrupt(int irq, void *unused)
{
	edu_ack(1);
	switch (d.way) {
	case NOTHING:
	case HARDIRQ:
		if (work_on_event())
			edu_raise(1);
		break;
	case SOFTIRQ:
	case KSOFTIRQD:			/* the exit wakes it, instead of running them */
		raise_softirq_irqoff(BLOCK_SOFTIRQ);
		break;
	case TASKLET:
		tasklet_schedule(&defer_tasklet);
		break;
	case BH_WORK:
		queue_work(system_bh_wq, &defer_bh_work);
		break;
	case WORK:
		queue_work(system_wq, &defer_work);
		break;
	default:
		return IRQ_WAKE_THREAD;
	}
	return IRQ_HANDLED;
}

/* The thread that wants to get on: counts what it got, by what it did with it. */
static int normal_thread(void *unused)
{
	while (!kthread_should_stop()) {
		burn(1000);
		WRITE_ONCE(d.thread_ns, d.thread_ns + 1000);
	}
	return 0;
}

/* ---- the world, on the last CPU ------------------------------------------------------------ */

/* It interrupts also for what finds the ring full, as NICs do for an overrun. */
static void event(void)
{
	d.offered++;
	if (d.head - READ_ONCE(d.tail) < RING) {
		d.ring[d.head % RING] = ktime_get();
		smp_store_release(&d.head, d.head + 1);
	} else {
		d.missed++;
	}
	edu_raise(1);
}

/* From 0 to twice the interval, the same distances for every way. */
static ktime_t random_distance(void)
{
	d.random = d.random * 1664525 + 1013904223;
	return 1 + (u64)d.random * 2 * d.interval / U32_MAX;
}

/* Context: hardirq. */
static enum hrtimer_restart world(struct hrtimer *timer)
{
	u64 due = 1;

	if (d.evenly)
		due = hrtimer_forward_now(timer, d.interval);
	else
		hrtimer_forward(timer, hrtimer_get_expires(timer), random_distance());
	while (due--)
		event();
	return HRTIMER_RESTART;
}

/* ---- one way ------------------------------------------------------------------------------- */

struct load {
	u64 done;			/* a second */
	unsigned int left;		/* thousandths of the CPU that the thread got */
	bool all_ended;
};

/* Offer @per_second for @ms. Context: task, on the world's CPU. */
static void offer(unsigned int per_second, bool evenly, unsigned int ms, struct load *l)
{
	u64 start, ns, done, thread_ns;

	d.interval = NSEC_PER_SEC / per_second;
	d.evenly = evenly;
	d.offered = d.missed = d.done = 0;
	hrtimer_start(&d.timer, d.interval, HRTIMER_MODE_REL_PINNED);
	msleep(WARM_UP_MS);
	start = ktime_get();
	done = READ_ONCE(d.done);
	thread_ns = READ_ONCE(d.thread_ns);
	WRITE_ONCE(d.recording, !evenly);
	msleep(ms);
	WRITE_ONCE(d.recording, false);
	ns = ktime_get() - start;
	l->done = (READ_ONCE(d.done) - done) * NSEC_PER_SEC / ns;
	l->left = (READ_ONCE(d.thread_ns) - thread_ns) * 1000 / ns;
	hrtimer_cancel(&d.timer);
	/* What waits ends now: a ring full of it is 5 ms of work; a second is ample. */
	for (int i = 0; i < 1000 && READ_ONCE(d.done) + d.missed < d.offered; i++)
		msleep(1);
	l->all_ended = READ_ONCE(d.done) + d.missed == d.offered;
}

static int cmp_u32(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

/* @ns as microseconds with two digits behind the point. */
static void print_us(struct shell_io *io, u32 ns)
{
	sh_printf(io, " %7u.%02u", ns / 1000, ns / 10 % 100);
}

static const char *const way_names[NR_WAYS] = {
	"nothing", "hardirq", "softirq", "ksoftirqd", "tasklet", "bh-work", "work", "thread",
	"thread-fifo",
};

/* 0, or 1: an event was lost, or none came. */
static int print_way(struct shell_io *io, const struct load *moderate, const struct load *over)
{
	unsigned int n = d.recorded;

	if (!n || !moderate->all_ended || !over->all_ended)
		return sh_error(io, "%s: %llu events came, %llu were too many, %llu were worked on",
				way_names[d.way], d.offered, d.missed, d.done);
	sort(d.latency, n, sizeof(d.latency[0]), cmp_u32, NULL);
	sh_printf(io, "%-11s", way_names[d.way]);
	print_us(io, d.latency[0]);
	print_us(io, d.latency[n / 2]);
	print_us(io, d.latency[n * 99 / 100]);
	print_us(io, d.latency[n - 1]);
	sh_printf(io, " %6u.%u %9llu %6u.%u %5s %6s\n", moderate->left / 10, moderate->left % 10,
		  over->done, over->left / 10, over->left % 10, d.irqs_off ? "off" : "on", d.may_sleep ? "yes" : "no");
	return 0;
}

static int run_way(struct shell_io *io, unsigned int events, u32 seed)
{
	unsigned int defer = softirq_defer_to_ksoftirqd;
	struct load moderate, over;
	int err;

	if (d.way == KSOFTIRQD)
		WRITE_ONCE(softirq_defer_to_ksoftirqd, DEFER_ALL);
	d.random = seed;
	d.recorded = 0;
	/* NO_THREAD: the hard handler stays one, also with threadirqs */
	err = request_threaded_irq(edu_irq(), defer_interrupt, thread_work, IRQF_NO_THREAD, "defer", &d);
	if (!err) {
		err = irq_set_affinity(edu_irq(), cpumask_of(0));
		offer(MODERATE, false, events / (MODERATE / MSEC_PER_SEC), &moderate);
		offer(OVERLOAD, true, OVERLOAD_MS, &over);
		free_irq(edu_irq(), &d);
	}
	WRITE_ONCE(softirq_defer_to_ksoftirqd, defer);
	return err ? sh_errno(io, way_names[d.way], err) : print_way(io, &moderate, &over);
}

/* ---- the table ----------------------------------------------------------------------------- */

static int run_ways(struct shell_io *io, unsigned int events)
{
	u32 seed = get_random_u32();
	int status = 0;

	sh_printf(io, "%-11s %10s %10s %10s %10s %8s %9s %8s %5s %6s\n", "way", "min", "median",
		  "99%", "max", "left%", "done/s", "left%", "irqs", "sleep");
	for (d.way = 0; d.way < NR_WAYS && !status; d.way++)
		status = sh_interrupted(io) ? 130 : run_way(io, events, seed);
	return status;
}

/* With the interrupt ours and the thread running. Context: task on the world's CPU. */
static int with_machine(struct shell_io *io, unsigned int events)
{
	struct task_struct *thread = kthread_create(normal_thread, NULL, "defer-normal");
	int status;

	if (IS_ERR(thread))
		return sh_errno(io, "thread", PTR_ERR(thread));
	kthread_bind(thread, 0);
	wake_up_process(thread);
	block_action = softirq_vec[BLOCK_SOFTIRQ].action;
	open_softirq(BLOCK_SOFTIRQ, softirq_work);
	status = run_ways(io, events);
	open_softirq(BLOCK_SOFTIRQ, block_action);
	tasklet_kill(&defer_tasklet);
	cancel_work_sync(&defer_bh_work);
	cancel_work_sync(&defer_work);
	kthread_stop(thread);
	return status;
}

COMMAND(defer, "defer [-n EVENTS] [-w NANOSECONDS]",
	"one piece of work in hardirq, softirq, tasklet, work or thread, compared (make figures)")
{
	unsigned int opt[2] = { 1000, WORK_NS };
	int status;

	if (!parse_numbers(argc, argv, "nw", opt) || opt[0] < 100 || opt[0] > MAX_EVENTS / 2 ||
	    opt[1] > NSEC_PER_MSEC)
		return sh_usage(io);
	if (num_online_cpus() < 2)
		return sh_error(io, "one CPU does the work, another one is the world: two are needed");
	status = edu_release();
	if (status)
		return sh_errno(io, "edu", status);
	memset(&d, 0, sizeof(d));
	d.work_ns = opt[1];
	hrtimer_setup(&d.timer, world, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	set_cpus_allowed_ptr(current, cpumask_of(num_online_cpus() - 1));
	calibrate();
	status = with_machine(io, opt[0]);
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	edu_claim(true);
	return status;
}
