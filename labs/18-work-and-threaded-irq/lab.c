// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * 18 work-and-threaded-irq: one interrupt, three ways to go on afterwards. A tasklet, the thread
 * of the interrupt, and a work item are started by the same handler; each says where it runs, and
 * two of them sleep.
 */
#include "lab.h"
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/workqueue.h>

enum { TOP, TASKLET, THREAD, WORK, WAYS };
static const char * const names[WAYS] = { "top", "tasklet", "thread", "work" };

static struct lab_edu edu;
static DEFINE_MUTEX(device);
static unsigned int jobs, job_policy, job_priority;

/* What each way saw of itself in its last run. */
static struct seen {
	unsigned int runs, place;	/* place: in the order of one interrupt */
	unsigned int cpu, policy, priority;
	const char *context;
} seen[WAYS];
static atomic_t place = ATOMIC_INIT(0);

static bool hold;			/* the two that may sleep wait until they are let go */
static DECLARE_COMPLETION(thread_may_go);
static DECLARE_COMPLETION(work_may_go);

/* Context: any. */
static void look(int way)
{
	struct seen *s = &seen[way];

	s->place = atomic_inc_return(&place);
	s->cpu = raw_smp_processor_id();
	s->context = in_hardirq() ? "hardirq" : in_serving_softirq() ? "softirq" : "task";
	s->policy = current->policy;
	s->priority = current->rt_priority;
	WRITE_ONCE(s->runs, s->runs + 1);
}

/* Talks to a slow device. May sleep. */
static void slow_job(void)
{
	mutex_lock(&device);
	msleep(1);
	jobs++;
	job_policy = current->policy;
	job_priority = current->rt_priority;
	mutex_unlock(&device);
}

static void go_on(int way)
{
	look(way);
	/* LAB BEGIN: slow_job(), once an interrupt, in the most urgent way that may sleep */
	if (way == THREAD)
		slow_job();
	/* LAB END */
}

static void bottom_fn(struct tasklet_struct *t)
{
	go_on(TASKLET);
}
static DECLARE_TASKLET(bottom, bottom_fn);

static irqreturn_t thread_fn(int irq, void *dev)
{
	go_on(THREAD);
	if (READ_ONCE(hold))
		wait_for_completion(&thread_may_go);
	return IRQ_HANDLED;
}

static void work_fn(struct work_struct *unused)
{
	go_on(WORK);
	if (READ_ONCE(hold))
		wait_for_completion(&work_may_go);
}
static DECLARE_WORK(work, work_fn);

static irqreturn_t top(int irq, void *dev)
{
	irqreturn_t ret = IRQ_HANDLED;

	look(TOP);
	lab_edu_ack(&edu, lab_edu_status(&edu));
	/* LAB BEGIN: have the tasklet run, the work item, and the interrupt's thread */
	tasklet_schedule(&bottom);
	schedule_work(&work);
	ret = IRQ_WAKE_THREAD;
	/* LAB END */
	return ret;
}

/*
 * It comes on this CPU, over this very thread. Over a softirq its tasklet would have to wait for
 * the next pass, which may be ksoftirqd's: behind the thread. May sleep.
 */
static void interrupt(void)
{
	unsigned int before = READ_ONCE(seen[TOP].runs);

	lab_edu_raise(&edu, 1);
	lab_wait(READ_ONCE(seen[TOP].runs) != before);
	tasklet_kill(&bottom);
}

/* Until everything an interrupt has started is over. */
static void settle(void)
{
	synchronize_irq(edu.irq);
	flush_work(&work);
}

static void one_interrupt(void)
{
	interrupt();			/* the thread finds out where it belongs */
	settle();
	for (int way = TOP; way < WAYS; way++)
		seen[way].runs = seen[way].place = 0;
	atomic_set(&place, 0);
	jobs = 0;
	interrupt();
	settle();
	for (int way = TOP; way < WAYS; way++) {
		struct seen *s = &seen[way];

		if (s->runs)
			pr_info("%s: number %u, in a %s\n", names[way], s->place, s->context);
		else
			pr_info("%s: never ran\n", names[way]);
	}
	pr_info("slow jobs: %u\n", jobs);
	pr_info("slow job: policy %u, priority %u\n", job_policy, job_priority);
	pr_info("thread: policy %u, priority %u; work: policy %u\n", seen[THREAD].policy,
		seen[THREAD].priority, seen[WORK].policy);
	pr_info("all on the CPU of the interrupt: %s\n",
		seen[TASKLET].cpu == seen[TOP].cpu && seen[THREAD].cpu == seen[TOP].cpu &&
		seen[WORK].cpu == seen[TOP].cpu && seen[TOP].cpu == 1 ? "yes" : "no");
}

static void three_interrupts(void)
{
	for (int way = TOP; way < WAYS; way++)
		seen[way].runs = 0;
	WRITE_ONCE(hold, true);
	interrupt();
	lab_wait(READ_ONCE(seen[THREAD].runs) && READ_ONCE(seen[WORK].runs));
	interrupt();
	interrupt();
	WRITE_ONCE(hold, false);
	complete(&thread_may_go);
	complete(&work_may_go);
	settle();
	pr_info("three interrupts, two held in the first: tasklet %u, thread %u, work %u\n",
		seen[TASKLET].runs, seen[THREAD].runs, seen[WORK].runs);
}

/* --- The interrupt's way to this CPU (lab 15) --- */

static unsigned int moving;

static irqreturn_t on_the_way(int irq, void *dev)
{
	lab_edu_ack(&edu, lab_edu_status(&edu));
	WRITE_ONCE(moving, moving + 1);
	return IRQ_HANDLED;
}

/* 0 or an error; then no handler is left. May sleep. */
static int bring_to_cpu_1(void)
{
	int ret = request_irq(edu.irq, on_the_way, 0, "on the way", &edu);

	if (ret)
		return ret;
	ret = irq_set_affinity(edu.irq, cpumask_of(1));
	for (unsigned int i = 1; !ret && i <= 2; i++) {
		lab_edu_raise(&edu, 1);
		if (!lab_wait(READ_ONCE(moving) == i))
			ret = -EIO;
		msleep(jiffies_to_msecs(3));
	}
	free_irq(edu.irq, &edu);
	return ret;
}

static int __init lab_init(void)
{
	int ret = lab_edu_open(&edu, PCI_IRQ_MSI);

	if (ret)
		return ret;
	set_cpus_allowed_ptr(current, cpumask_of(1));
	ret = bring_to_cpu_1();
	if (!ret)
		ret = request_threaded_irq(edu.irq, top, thread_fn, 0, "lab", &edu);
	if (ret) {
		set_cpus_allowed_ptr(current, cpu_possible_mask);
		lab_edu_close(&edu);
		return ret;
	}
	one_interrupt();
	three_interrupts();
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	return 0;
}

static void __exit lab_exit(void)
{
	free_irq(edu.irq, &edu);
	tasklet_kill(&bottom);
	cancel_work_sync(&work);
	lab_edu_close(&edu);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("Lab 18: tasklet, threaded interrupt and work item side by side");
MODULE_LICENSE("Dual MIT/GPL");
