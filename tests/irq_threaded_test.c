/* SPDX-License-Identifier: MIT */
/*
 * Threaded interrupts (I28-I32, I41), with a chip of letters. Runs on CPU 0.
 */
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <asm/apic.h>

#include "../kernel/irq/internals.h"
#include "context.h"
#include "irq_fake.h"

/* What the thread functions see and do. */
static struct {
	unsigned int runs;
	char comm[TASK_COMM_LEN];
	unsigned int policy, rt_priority;
	int cpu;
	bool may_sleep, line_masked, hold, exit;
	struct completion go;
} thr;

static int threaded_test_init(struct kunit *test)
{
	pin_to_cpu(0);
	memset(&thr, 0, sizeof(thr));
	init_completion(&thr.go);
	return 0;
}

static void threaded_test_exit(struct kunit *test)
{
	force_irqthreads = false;
	unpin();
}

static irqreturn_t thread_fn(int irq, void *fake)
{
	struct fake_irq *f = fake;
	bool hold = thr.hold;	/* before the case, which changes it, sees the run */

	thr.line_masked = f->masked;
	strscpy(thr.comm, current->comm);
	thr.policy = current->policy;
	thr.rt_priority = current->rt_priority;
	thr.cpu = raw_smp_processor_id();
	thr.may_sleep = preemptible() && in_task();
	WRITE_ONCE(thr.runs, thr.runs + 1);
	if (hold)
		wait_for_completion(&thr.go);
	if (thr.exit)
		kthread_exit(0);
	return IRQ_HANDLED;
}

static void request_thread(struct kunit *test, struct fake_irq *f, irq_handler_t handler,
			   unsigned long flags)
{
	KUNIT_ASSERT_EQ(test, request_threaded_irq(f->irq, handler, thread_fn, flags, "thr", f), 0);
	f->requested = true;
	fake_log_clear(f);
}

static void I28_name_policy_cpu(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);
	int cpu = cpumask_next(0, cpu_online_mask) < nr_cpu_ids ?
		  cpumask_next(0, cpu_online_mask) : 0;
	char comm[TASK_COMM_LEN];

	irq_set_affinity(f->irq, cpumask_of(cpu));
	request_thread(test, f, NULL, IRQF_ONESHOT);
	apic_send_IPI(cpu, irqd_cfg(&f->desc->irq_data)->vector);
	wait_until(READ_ONCE(thr.runs));
	snprintf(comm, sizeof(comm), "irq/%d-thr", f->irq);
	KUNIT_EXPECT_EQ(test, thr.runs, 1);
	KUNIT_EXPECT_STREQ(test, thr.comm, comm);
	KUNIT_EXPECT_EQ(test, thr.policy, SCHED_FIFO);
	KUNIT_EXPECT_EQ(test, thr.rt_priority, 50);
	KUNIT_EXPECT_EQ(test, thr.cpu, cpu);
	KUNIT_EXPECT_TRUE(test, thr.may_sleep);
}

static void I29_default_primary_handler(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);

	request_thread(test, f, NULL, IRQF_ONESHOT);
	fake_fire(f);
	wait_until(READ_ONCE(thr.runs) && !READ_ONCE(f->masked));
	KUNIT_EXPECT_EQ(test, thr.runs, 1);
	KUNIT_EXPECT_TRUE(test, thr.line_masked);
	KUNIT_EXPECT_STREQ(test, f->log, "mau");
}

static void I29_oneshot_fasteoi(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_fasteoi_irq);

	request_thread(test, f, NULL, IRQF_ONESHOT);
	fake_fire(f);
	wait_until(READ_ONCE(thr.runs) && !READ_ONCE(f->masked));
	KUNIT_EXPECT_TRUE(test, thr.line_masked);
	KUNIT_EXPECT_STREQ(test, f->log, "meu");
}

static void I29_eoi_threaded(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_fasteoi_irq);

	f->chip.flags = IRQCHIP_EOI_THREADED;
	request_thread(test, f, NULL, IRQF_ONESHOT);
	fake_fire(f);
	wait_until(READ_ONCE(thr.runs) && !READ_ONCE(f->masked));
	KUNIT_EXPECT_STREQ(test, f->log, "meu");
}

static void I29_oneshot_without_wake(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_fasteoi_irq);

	request_thread(test, f, fake_handler, IRQF_ONESHOT);
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "mheu");
	KUNIT_EXPECT_EQ(test, thr.runs, 0);
}

/* The second action of the line. */
static irqreturn_t second_thread(int irq, void *unused)
{
	return IRQ_HANDLED;
}

static void I29_masked_until_the_last_thread(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);

	thr.hold = true;
	request_thread(test, f, NULL, IRQF_ONESHOT | IRQF_SHARED);
	KUNIT_ASSERT_EQ(test, request_threaded_irq(f->irq, NULL, second_thread,
						   IRQF_ONESHOT | IRQF_SHARED, "two", &thr), 0);
	fake_fire(f);
	wait_until(READ_ONCE(thr.runs) && atomic_read(&f->desc->threads_active) == 1);
	KUNIT_EXPECT_TRUE(test, f->masked);
	KUNIT_EXPECT_EQ(test, f->desc->threads_oneshot, f->desc->action->thread_mask);
	complete(&thr.go);
	wait_until(!READ_ONCE(f->masked));
	KUNIT_EXPECT_FALSE(test, f->masked);
	KUNIT_EXPECT_EQ(test, f->desc->threads_oneshot, 0);
	free_irq(f->irq, &thr);
}

/* A run that is ordered during a run keeps the line masked over the end of the first. */
static void I29_masked_until_the_last_run(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);

	thr.hold = true;
	request_thread(test, f, NULL, IRQF_ONESHOT);
	fake_fire(f);
	wait_until(READ_ONCE(thr.runs) == 1);
	thr.hold = false;
	irq_wake_thread(f->irq, f);
	complete(&thr.go);
	wait_until(READ_ONCE(thr.runs) == 2 && !READ_ONCE(f->masked));
	KUNIT_EXPECT_EQ(test, thr.runs, 2);
	KUNIT_EXPECT_TRUE(test, thr.line_masked);
	KUNIT_EXPECT_STREQ(test, f->log, "mau");
}

static void I30_wakes_collapse(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	thr.hold = true;
	f->ret = IRQ_WAKE_THREAD;
	request_thread(test, f, fake_handler, 0);
	fake_fire(f);
	wait_until(READ_ONCE(thr.runs) == 1);
	thr.hold = false;
	for (int i = 0; i < 3; i++)
		fake_fire(f);
	complete(&thr.go);
	synchronize_irq(f->irq);
	KUNIT_EXPECT_EQ(test, f->calls, 4);
	KUNIT_EXPECT_EQ(test, thr.runs, 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->desc->threads_active), 0);
}

static void I30_irq_wake_thread(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	request_thread(test, f, fake_handler, 0);
	irq_wake_thread(f->irq, test);	/* nobody's cookie */
	irq_wake_thread(f->irq, f);
	synchronize_irq(f->irq);
	KUNIT_EXPECT_EQ(test, thr.runs, 1);
}

static void let_go(struct timer_list *unused)
{
	complete(&thr.go);
}
static DEFINE_TIMER(let_go_later, let_go);

/* It sleeps for it: the end of the run has to wake it. */
static void I22_synchronize_waits_for_the_thread(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	thr.hold = true;
	request_thread(test, f, NULL, IRQF_ONESHOT);
	fake_fire(f);
	wait_until(READ_ONCE(thr.runs) == 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->desc->threads_active), 1);
	mod_timer(&let_go_later, jiffies + 3);
	synchronize_irq(f->irq);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->desc->threads_active), 0);
	timer_delete_sync(&let_go_later);
}

static void I22_hardirq_only_ignores_threads(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	thr.hold = true;
	f->ret = IRQ_WAKE_THREAD;
	request_thread(test, f, fake_handler, 0);
	fake_fire(f);
	KUNIT_EXPECT_FALSE(test, synchronize_hardirq(f->irq));
	complete(&thr.go);
	synchronize_irq(f->irq);
	KUNIT_EXPECT_TRUE(test, synchronize_hardirq(f->irq));
}

/* An ordered run that has not begun is still made before free_irq() returns. */
static void I21_free_waits_for_the_thread(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	f->ret = IRQ_WAKE_THREAD;
	request_thread(test, f, fake_handler, 0);
	fake_fire(f);
	fake_free(f);
	KUNIT_EXPECT_EQ(test, thr.runs, 1);
}

static void W2_free_before_the_thread_ran(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_edge_irq);

	for (int i = 0; i < 20; i++) {
		request_thread(test, f, fake_handler, 0);
		fake_free(f);
	}
	KUNIT_EXPECT_EQ(test, thr.runs, 0);
}

static void I32_thread_that_exits(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);

	thr.exit = true;
	log_mark();
	request_thread(test, f, NULL, IRQF_ONESHOT);
	fake_fire(f);
	wait_until(READ_ONCE(thr.runs) && !atomic_read(&f->desc->threads_active));
	KUNIT_EXPECT_TRUE(test, log_has("exiting task \"irq/"));
	KUNIT_EXPECT_TRUE(test, log_has("is an active IRQ thread (irq "));
	KUNIT_EXPECT_FALSE(test, f->masked);
	/* Later interrupts find no thread and do no harm; free_irq() does not hang. */
	fake_fire(f);
	fake_free(f);
	KUNIT_EXPECT_EQ(test, thr.runs, 1);
}

static void I41_thread_follows_its_irq(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);
	int cpu = second_cpu(test);

	irq_set_affinity(f->irq, cpumask_of(0));
	f->ret = IRQ_WAKE_THREAD;
	request_thread(test, f, fake_handler, 0);
	fake_send(f);
	synchronize_irq(f->irq);
	KUNIT_EXPECT_EQ(test, thr.cpu, 0);
	irq_set_affinity(f->irq, cpumask_of(cpu));
	fake_send(f);	/* makes the move */
	fake_send(f);
	synchronize_irq(f->irq);
	KUNIT_EXPECT_EQ(test, f->cpu, cpu);
	KUNIT_EXPECT_EQ(test, thr.cpu, cpu);
}

/* threadirqs, for one case. */
static void force_threads(struct kunit *test)
{
	KUNIT_ASSERT_FALSE(test, force_irqthreads);
	force_irqthreads = true;
}

static unsigned int bh_runs_in_handler, bh_runs_after;

static void count_tasklet(struct tasklet_struct *t)
{
	WRITE_ONCE(bh_runs_after, bh_runs_after + 1);
}
static DECLARE_TASKLET(forced_tasklet, count_tasklet);

static void raise_and_look(struct fake_irq *f)
{
	strscpy(thr.comm, current->comm);
	thr.may_sleep = in_task() && !in_softirq();
	tasklet_schedule(&forced_tasklet);
	bh_runs_in_handler = bh_runs_after;
}

static void I31_handler_forced_into_a_thread(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);
	int handled = atomic_read(&f->desc->threads_handled);
	char comm[TASK_COMM_LEN];

	force_threads(test);
	bh_runs_after = 0;
	f->action = raise_and_look;
	fake_request(test, f, 0);
	force_irqthreads = false;
	KUNIT_ASSERT_NOT_NULL(test, f->desc->action->thread);
	fake_fire(f);
	wait_until(READ_ONCE(f->calls) && !READ_ONCE(f->masked));
	KUNIT_EXPECT_STREQ(test, f->log, "mahu");	/* masked for as long, as a ONESHOT's */
	snprintf(comm, sizeof(comm), "irq/%d-fake", f->irq);
	KUNIT_EXPECT_STREQ(test, thr.comm, comm);
	KUNIT_EXPECT_EQ(test, f->pc, SOFTIRQ_DISABLE_OFFSET);
	KUNIT_EXPECT_TRUE(test, f->irqs_off);
	wait_until(READ_ONCE(bh_runs_after));
	KUNIT_EXPECT_EQ(test, bh_runs_in_handler, 0);
	KUNIT_EXPECT_EQ(test, bh_runs_after, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->desc->threads_handled), handled + 1);
}

static void I31_thread_fn_gets_a_thread_of_its_own(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);
	char comm[TASK_COMM_LEN];

	force_threads(test);
	f->ret = IRQ_WAKE_THREAD;
	request_thread(test, f, fake_handler, 0);
	force_irqthreads = false;
	fake_fire(f);
	wait_until(READ_ONCE(thr.runs) && !atomic_read(&f->desc->threads_active));
	KUNIT_EXPECT_STREQ(test, f->log, "mahu");
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	KUNIT_EXPECT_EQ(test, thr.runs, 1);
	snprintf(comm, sizeof(comm), "irq/%d-s-thr", f->irq);
	KUNIT_EXPECT_STREQ(test, thr.comm, comm);
	KUNIT_EXPECT_TRUE(test, thr.may_sleep);		/* as without threadirqs */
	KUNIT_EXPECT_FALSE(test, thr.line_masked);
}

static void expect_not_forced(struct kunit *test, unsigned long flags)
{
	struct fake_irq *f = fake_irq_create(test, handle_level_irq);

	force_threads(test);
	fake_request(test, f, flags);
	force_irqthreads = false;
	KUNIT_EXPECT_NULL(test, f->desc->action->thread);
	fake_fire(f);
	KUNIT_EXPECT_STREQ(test, f->log, "mahu");
	KUNIT_EXPECT_EQ(test, f->calls, 1);
	fake_free(f);
}

static void I31_who_is_spared(struct kunit *test)
{
	expect_not_forced(test, IRQF_NO_THREAD);
	expect_not_forced(test, IRQF_PERCPU);
	expect_not_forced(test, IRQF_ONESHOT);
}

static struct kunit_case threaded_cases[] = {
	KUNIT_CASE(I28_name_policy_cpu),
	KUNIT_CASE(I29_default_primary_handler),
	KUNIT_CASE(I29_oneshot_fasteoi),
	KUNIT_CASE(I29_eoi_threaded),
	KUNIT_CASE(I29_oneshot_without_wake),
	KUNIT_CASE(I29_masked_until_the_last_thread),
	KUNIT_CASE(I29_masked_until_the_last_run),
	KUNIT_CASE(I30_wakes_collapse),
	KUNIT_CASE(I30_irq_wake_thread),
	KUNIT_CASE(I22_synchronize_waits_for_the_thread),
	KUNIT_CASE(I22_hardirq_only_ignores_threads),
	KUNIT_CASE(I21_free_waits_for_the_thread),
	KUNIT_CASE(W2_free_before_the_thread_ran),
	KUNIT_CASE(I32_thread_that_exits),
	KUNIT_CASE(I41_thread_follows_its_irq),
	KUNIT_CASE(I31_handler_forced_into_a_thread),
	KUNIT_CASE(I31_thread_fn_gets_a_thread_of_its_own),
	KUNIT_CASE(I31_who_is_spared),
	{}
};

static struct kunit_suite threaded_suite = {
	.name = "irq_threaded",
	.init = threaded_test_init,
	.exit = threaded_test_exit,
	.test_cases = threaded_cases,
};
kunit_test_suite(threaded_suite);
