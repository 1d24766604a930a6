// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * 13 slow-handler: the same twenty milliseconds of work, once in one call of a tasklet and once
 * split into twenty. Who is kept waiting? During the third piece an interrupt comes; it schedules
 * a tasklet and wakes a real-time thread, and both say how many pieces they had to wait for.
 */
#include "lab.h"
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sched.h>

#define PIECES		20	/* of a millisecond: many times what a batch may take */
#define INTERRUPTED	3	/* the piece in which the interrupt comes */

static bool split;
static unsigned int calls, done, on_starter;
static unsigned int done_at_irq, tasklet_after, thread_after;
static bool irq_over_softirq, urgent_on_starter;
static struct task_struct *starter, *rival;
static int rival_called;
static DECLARE_COMPLETION(finished);

/* Context: softirq. */
static void urgent_fn(struct tasklet_struct *t)
{
	tasklet_after = done - done_at_irq;
	urgent_on_starter = current == starter;
}
static DECLARE_TASKLET(urgent, urgent_fn);

/* Context: hardirq. */
static void interrupt_fn(struct irq_work *work)
{
	irq_over_softirq = in_hardirq() && in_serving_softirq();
	done_at_irq = done;
	tasklet_schedule(&urgent);
	WRITE_ONCE(rival_called, 1);
	wake_up_process(rival);
}
static DEFINE_IRQ_WORK(interrupt, interrupt_fn);

static int rival_fn(void *unused)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		if (READ_ONCE(rival_called)) {
			rival_called = 0;
			thread_after = done - done_at_irq;
		}
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/* A millisecond of work by the clock: mdelay() counts, and a busy host may have taught it wrong. */
static void piece(void)
{
	u64 end;

	if (done + 1 == INTERRUPTED)
		irq_work_queue(&interrupt);	/* comes at once: interrupts are on */
	end = ktime_get_ns() + NSEC_PER_MSEC;
	while (ktime_get_ns() < end)
		;
	done++;
	if (current == starter)
		on_starter++;
}

/* Context: softirq. */
static void work_fn(struct tasklet_struct *t)
{
	calls++;
	if (!split) {
		while (done < PIECES)
			piece();
		complete(&finished);
		return;
	}
	/* LAB BEGIN: the same, nobody waits for more than a piece; then complete(&finished) */
	piece();
	if (done < PIECES)
		tasklet_schedule(t);
	else
		complete(&finished);
	/* LAB END */
}
static DECLARE_TASKLET(work, work_fn);

static void run(const char *how)
{
	unsigned long now = jiffies;

	calls = done = on_starter = 0;
	while (READ_ONCE(jiffies) == now)
		cpu_relax();
	local_bh_disable();
	tasklet_schedule(&work);
	local_bh_enable();
	if (!wait_for_completion_timeout(&finished, 2 * HZ))
		pr_info("%s: it never ended\n", how);
	tasklet_kill(&urgent);
	pr_info("%s: pieces %u\n", how, done);
	pr_info("%s: calls %u\n", how, calls);
	pr_info("%s: an interrupt came in while a softirq ran: %s\n", how,
		irq_over_softirq ? "yes" : "no");
	pr_info("%s: pieces until its tasklet ran: %u\n", how, tasklet_after);
	pr_info("%s: pieces until its thread ran: %u\n", how, thread_after);
	pr_info("%s: pieces paid for by the starter: %s\n", how,
		on_starter == PIECES ? "all" : on_starter < PIECES / 2 ? "few" : "most");
}

static int __init lab_init(void)
{
	starter = current;
	rival = kthread_create(rival_fn, NULL, "rival");
	if (IS_ERR(rival))
		return PTR_ERR(rival);
	set_cpus_allowed_ptr(current, cpumask_of(1));
	kthread_bind(rival, 1);
	sched_set_fifo(rival);
	wake_up_process(rival);
	run("whole");
	pr_info("whole: its tasklet ran in ksoftirqd: %s\n", urgent_on_starter ? "no" : "yes");
	split = true;
	run("split");
	kthread_stop(rival);
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	return 0;
}

static void __exit lab_exit(void)
{
	irq_work_sync(&interrupt);
	tasklet_kill(&urgent);
	tasklet_kill(&work);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_DESCRIPTION("Lab 13: a slow softirq handler");
MODULE_LICENSE("Dual MIT/GPL");
