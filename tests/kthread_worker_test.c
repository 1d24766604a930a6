/* SPDX-License-Identifier: MIT */
/* kthread_worker: order, one at a time, a thread with a policy of its own, delays, taking back. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/kthread_worker.h>

#include "sched_util.h"

struct job {
	struct kthread_work work;
	struct completion *gate;
	int nr, runs;
	bool again;
};

static struct kthread_worker *worker;
static int order[32], nr_done, inside, most_inside;

static void job_main(struct kthread_work *work)
{
	struct job *j = container_of(work, struct job, work);

	WRITE_ONCE(inside, inside + 1);
	most_inside = max(most_inside, inside);
	if (j->gate)
		wait_for_completion(j->gate);
	msleep(1);
	if (j->again) {
		j->again = false;
		kthread_queue_work(worker, work);
	}
	WRITE_ONCE(inside, inside - 1);
	order[nr_done++ % ARRAY_SIZE(order)] = j->nr;
	WRITE_ONCE(j->runs, j->runs + 1);
}

static void set_up(struct kunit *test, struct job *j, int n)
{
	worker = kthread_create_worker(0, "test_worker/%d", 7);
	KUNIT_ASSERT_FALSE(test, IS_ERR(worker));
	KUNIT_EXPECT_STREQ(test, worker->task->comm, "test_worker/7");
	nr_done = inside = most_inside = 0;
	for (int i = 0; i < n; i++) {
		j[i] = (struct job){ .nr = i };
		kthread_init_work(&j[i].work, job_main);
	}
}

static void items_run_one_by_one_in_order(struct kunit *test)
{
	static struct job j[10];
	DECLARE_COMPLETION_ONSTACK(all_queued);
	DECLARE_COMPLETION_ONSTACK(gate);

	set_up(test, j, 10);
	j[0].gate = &all_queued;	/* then j[3] comes again behind all others */
	j[3].again = true;
	j[5].gate = &gate;		/* so far, and no further */
	for (int i = 0; i < 10; i++)
		KUNIT_EXPECT_TRUE(test, kthread_queue_work(worker, &j[i].work));
	KUNIT_EXPECT_FALSE(test, kthread_queue_work(worker, &j[9].work));
	complete(&all_queued);
	kthread_flush_work(&j[4].work);
	KUNIT_EXPECT_EQ(test, nr_done, 5);
	complete(&gate);
	kthread_flush_worker(worker);
	kthread_flush_worker(worker);
	KUNIT_EXPECT_EQ(test, nr_done, 11);
	for (int i = 0; i < 11; i++)
		KUNIT_EXPECT_EQ(test, order[i], i < 10 ? i : 3);
	KUNIT_EXPECT_EQ(test, most_inside, 1);
	kthread_destroy_worker(worker);
}

static bool is_being_cancelled(struct job *j)
{
	guard(raw_spinlock_irq)(&worker->lock);
	return j->work.canceling;
}

/* Lets a job on when it is being cancelled, so that it cannot have come again before. */
static int opens_the_gate(struct member *me)
{
	struct job *j = (struct job *)me->arg;

	while (!is_being_cancelled(j) && !READ_ONCE(me->stop))
		msleep(1);
	complete(j->gate);
	return 0;
}

static void cancelling_waits_for_the_running_and_takes_the_queued(struct kunit *test)
{
	static struct job j[2];
	struct crew *c = crew_new(test);
	DECLARE_COMPLETION_ONSTACK(gate);

	set_up(test, j, 2);
	j[0].gate = &gate;
	j[0].again = true;	/* but it is being cancelled */
	kthread_queue_work(worker, &j[0].work);
	kthread_queue_work(worker, &j[1].work);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(inside) == 1));
	KUNIT_EXPECT_TRUE(test, kthread_cancel_work_sync(&j[1].work));
	KUNIT_EXPECT_FALSE(test, kthread_cancel_work_sync(&j[1].work));
	crew_add(test, c, -1, opens_the_gate, (long)&j[0]);
	crew_start(c);
	KUNIT_EXPECT_FALSE(test, kthread_cancel_work_sync(&j[0].work));
	crew_dismiss(c);
	KUNIT_EXPECT_EQ(test, j[0].runs, 1);
	KUNIT_EXPECT_EQ(test, j[1].runs, 0);
	kthread_destroy_worker(worker);
}

static void the_owner_chooses_cpu_and_policy(struct kunit *test)
{
	static struct job j;
	int there = nth_cpu(test, 1);

	set_up(test, &j, 1);
	kthread_destroy_worker(worker);
	worker = kthread_create_worker_on_cpu(there, 0, "test_worker/%u");
	KUNIT_ASSERT_FALSE(test, IS_ERR(worker));
	sched_set_fifo(worker->task);
	kthread_queue_work(worker, &j.work);
	kthread_flush_work(&j.work);
	KUNIT_EXPECT_EQ(test, task_cpu(worker->task), there);
	KUNIT_EXPECT_EQ(test, j.runs, 1);
	kthread_destroy_worker(worker);
}

static struct kthread_delayed_work late;
static unsigned long ran_at;
static int late_runs;

static void late_main(struct kthread_work *work)
{
	ran_at = jiffies;
	WRITE_ONCE(late_runs, late_runs + 1);
}

static void delayed_items_come_when_they_should(struct kunit *test)
{
	unsigned long from = jiffies;

	set_up(test, NULL, 0);
	kthread_init_delayed_work(&late, late_main);
	late_runs = 0;
	scoped_guard(irqsave) {		/* its timer cannot come between the two */
		KUNIT_EXPECT_TRUE(test, kthread_queue_delayed_work(worker, &late, 5));
		KUNIT_EXPECT_FALSE(test, kthread_queue_delayed_work(worker, &late, 5));
	}
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(late_runs) == 1));
	KUNIT_EXPECT_GE(test, ran_at - from, 5);

	KUNIT_EXPECT_FALSE(test, kthread_mod_delayed_work(worker, &late, 1000 * HZ));
	from = jiffies;
	KUNIT_EXPECT_TRUE(test, kthread_mod_delayed_work(worker, &late, 3));
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(late_runs) == 2));
	KUNIT_EXPECT_GE(test, ran_at - from, 3);

	KUNIT_EXPECT_TRUE(test, kthread_queue_delayed_work(worker, &late, 1000 * HZ));
	KUNIT_EXPECT_TRUE(test, kthread_cancel_delayed_work_sync(&late));
	KUNIT_EXPECT_FALSE(test, kthread_cancel_delayed_work_sync(&late));
	KUNIT_EXPECT_TRUE(test, kthread_queue_delayed_work(worker, &late, 0));
	kthread_flush_worker(worker);
	KUNIT_EXPECT_EQ(test, late_runs, 3);
	kthread_destroy_worker(worker);
}

static struct kunit_case kthread_worker_cases[] = {
	KUNIT_CASE(items_run_one_by_one_in_order),
	KUNIT_CASE(cancelling_waits_for_the_running_and_takes_the_queued),
	KUNIT_CASE(the_owner_chooses_cpu_and_policy),
	KUNIT_CASE(delayed_items_come_when_they_should),
	{}
};

static struct kunit_suite kthread_worker_suite = {
	.name = "kthread_worker",
	.test_cases = kthread_worker_cases,
};
kunit_test_suite(kthread_worker_suite);
