/* SPDX-License-Identifier: MIT */
/*
 * Workqueues: an item runs once per queueing, never beside itself, in the right context and as many at
 * once as its queue allows; what waits for it waits for it; what takes it back tells what it took.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <trace/events/irq.h>

#include "sched_util.h"

/* An item that records its runs; it may wait for @gate, and queue itself again. */
struct job {
	struct work_struct work;
	struct completion gate;
	bool gated, sleeps;
	int nr, runs, again, cpu, runs_here, runs_in_ksoftirqd;
	struct workqueue_struct *wq;
	bool in_softirq, irqs_off;
	struct task_struct *here, *task;	/* who counts in runs_here; who ran it last */
	unsigned long when;
};

static atomic_t running, most_running;
static int order[64], nr_done;

static void job_main(struct work_struct *work)
{
	struct job *j = container_of(work, struct job, work);
	int now = atomic_inc_return(&running);

	if (now > atomic_read(&most_running))
		atomic_set(&most_running, now);
	j->in_softirq = in_softirq();
	j->irqs_off = irqs_disabled();
	j->task = current;
	j->runs_here += current == j->here;
	j->runs_in_ksoftirqd += current == this_cpu_ksoftirqd();
	j->cpu = raw_smp_processor_id();
	j->when = jiffies;
	if (j->gated)
		wait_for_completion(&j->gate);
	if (j->sleeps)
		msleep(1);
	if (__atomic_fetch_sub(&j->again, 1, __ATOMIC_RELAXED) > 0)	/* a case may say: no more */
		queue_work(j->wq, work);
	atomic_dec(&running);
	order[__atomic_fetch_add(&nr_done, 1, __ATOMIC_RELAXED) % ARRAY_SIZE(order)] = j->nr;
	WRITE_ONCE(j->runs, j->runs + 1);
}

static struct job *new_jobs(struct kunit *test, int n, struct workqueue_struct *wq)
{
	struct job *j = kunit_kcalloc(test, n, sizeof(*j), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, j);
	for (int i = 0; i < n; i++) {
		INIT_WORK(&j[i].work, job_main);
		init_completion(&j[i].gate);
		j[i].nr = i;
		j[i].wq = wq;
	}
	atomic_set(&running, 0);
	atomic_set(&most_running, 0);
	nr_done = 0;
	return j;
}

static void destroy(void *wq)
{
	destroy_workqueue(wq);
}

static struct workqueue_struct *new_wq(struct kunit *test, unsigned int flags, int max_active)
{
	struct workqueue_struct *wq = alloc_workqueue("test", flags, max_active);

	KUNIT_ASSERT_NOT_NULL(test, wq);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, destroy, wq), 0);
	return wq;
}

/* --- once per queueing --- */

static void an_item_runs_once_per_queueing(struct kunit *test)
{
	struct job *j = new_jobs(test, 1, system_wq);

	pin_to_cpu(nth_cpu(test, 0));
	preempt_disable();
	KUNIT_EXPECT_TRUE(test, schedule_work(&j->work));
	KUNIT_EXPECT_FALSE(test, schedule_work(&j->work));
	KUNIT_EXPECT_TRUE(test, work_pending(&j->work));
	KUNIT_EXPECT_EQ(test, j->runs, 0);
	preempt_enable();
	flush_work(&j->work);
	KUNIT_EXPECT_EQ(test, j->runs, 1);
	KUNIT_EXPECT_FALSE(test, j->in_softirq);
	KUNIT_EXPECT_FALSE(test, j->irqs_off);
	KUNIT_EXPECT_EQ(test, j->cpu, raw_smp_processor_id());
	KUNIT_EXPECT_TRUE(test, strstarts(j->task->comm, "kworker/"));
	KUNIT_EXPECT_FALSE(test, flush_work(&j->work));
	KUNIT_EXPECT_FALSE(test, cancel_work_sync(&j->work));
}

static void queue_in_hardirq(void *work)
{
	schedule_work(work);
}

static void it_may_be_queued_in_hardirq_and_may_sleep(struct kunit *test)
{
	struct job *j = new_jobs(test, 1, system_wq);

	pin_to_cpu(nth_cpu(test, 0));
	j->sleeps = true;
	call_in_hardirq(queue_in_hardirq, &j->work);
	flush_work(&j->work);
	KUNIT_EXPECT_EQ(test, j->runs, 1);
	KUNIT_EXPECT_FALSE(test, j->in_softirq);
}

static void it_may_free_itself_main(struct work_struct *work)
{
	struct job *j = container_of(work, struct job, work);
	struct completion *done = (struct completion *)j->wq;

	memset(j, 0xee, sizeof(*j));
	kfree(j);
	complete(done);
}

static void it_may_free_itself(struct kunit *test)
{
	struct job *j = kzalloc(sizeof(*j), GFP_KERNEL);
	DECLARE_COMPLETION_ONSTACK(done);

	KUNIT_ASSERT_NOT_NULL(test, j);
	INIT_WORK(&j->work, it_may_free_itself_main);
	j->wq = (void *)&done;
	schedule_work(&j->work);
	wait_for_completion(&done);
}

/* --- W5: what flush and cancel return --- */

static void W5_cancel_tells_what_it_took(struct kunit *test)
{
	struct workqueue_struct *wq = new_wq(test, 0, 1);
	struct job *j = new_jobs(test, 3, wq);

	pin_to_cpu(nth_cpu(test, 0));
	j[0].gated = true;
	for (int i = 0; i < 3; i++)
		KUNIT_EXPECT_TRUE(test, queue_work(wq, &j[i].work));
	KUNIT_EXPECT_TRUE(test, wait_until(atomic_read(&running) == 1));
	/* one that waits behind max_active, one that runs */
	KUNIT_EXPECT_TRUE(test, cancel_work_sync(&j[1].work));
	KUNIT_EXPECT_FALSE(test, cancel_work_sync(&j[1].work));
	KUNIT_EXPECT_FALSE(test, cancel_work(&j[0].work));
	complete(&j[0].gate);
	KUNIT_EXPECT_FALSE(test, cancel_work_sync(&j[0].work));
	KUNIT_EXPECT_EQ(test, j[0].runs, 1);
	flush_work(&j[2].work);
	KUNIT_EXPECT_EQ(test, j[1].runs, 0);
	KUNIT_EXPECT_EQ(test, j[2].runs, 1);
	/* no place of max_active got lost */
	KUNIT_EXPECT_TRUE(test, queue_work(wq, &j[1].work));
	flush_work(&j[1].work);
	KUNIT_EXPECT_EQ(test, j[1].runs, 1);
}

struct flusher {
	struct work_struct *work;
	bool began, result, over;
};

static int flushes(struct member *me)
{
	struct flusher *f = (struct flusher *)me->arg;

	WRITE_ONCE(f->began, true);
	f->result = flush_work(f->work);
	WRITE_ONCE(f->over, true);
	return 0;
}

/* Two threads wait for an item behind max_active, which is then cancelled. */
static void who_waits_for_a_cancelled_item_is_let_go(struct kunit *test)
{
	struct workqueue_struct *wq = new_wq(test, 0, 1);
	struct job *j = new_jobs(test, 2, wq);
	struct crew *c = crew_new(test);
	struct flusher f[2] = { { .work = &j[1].work }, { .work = &j[1].work } };

	pin_to_cpu(nth_cpu(test, 0));
	j[0].gated = true;
	queue_work(wq, &j[0].work);
	queue_work(wq, &j[1].work);
	for (int i = 0; i < 2; i++)
		crew_add(test, c, -1, flushes, (long)&f[i]);
	crew_start(c);
	for (int i = 0; i < 2; i++)	/* flush_work() finds the item pending, and sleeps */
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(f[i].began) &&
			READ_ONCE(c->member[i].task->__state) == TASK_UNINTERRUPTIBLE));
	KUNIT_EXPECT_FALSE(test, READ_ONCE(f[0].over) || READ_ONCE(f[1].over));
	KUNIT_EXPECT_TRUE(test, cancel_work(&j[1].work));
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(f[0].over) && READ_ONCE(f[1].over)));
	KUNIT_EXPECT_TRUE(test, f[0].result && f[1].result);
	complete(&j[0].gate);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(j[0].runs)));
	KUNIT_EXPECT_EQ(test, j[1].runs, 0);
	crew_dismiss(c);
}

static void a_disabled_item_is_not_queued(struct kunit *test)
{
	struct job *j = new_jobs(test, 1, system_wq);

	pin_to_cpu(nth_cpu(test, 0));
	preempt_disable();
	schedule_work(&j->work);
	KUNIT_EXPECT_TRUE(test, disable_work(&j->work));
	preempt_enable();
	KUNIT_EXPECT_FALSE(test, disable_work_sync(&j->work));
	KUNIT_EXPECT_FALSE(test, schedule_work(&j->work));
	KUNIT_EXPECT_FALSE(test, work_pending(&j->work));
	KUNIT_EXPECT_FALSE(test, enable_work(&j->work));
	KUNIT_EXPECT_FALSE(test, schedule_work(&j->work));
	KUNIT_EXPECT_TRUE(test, enable_work(&j->work));
	KUNIT_EXPECT_TRUE(test, schedule_work(&j->work));
	flush_work(&j->work);
	KUNIT_EXPECT_EQ(test, j->runs, 1);
}

/* --- how many at once --- */

static void M7_an_item_never_runs_beside_itself(struct kunit *test)
{
	struct job *j = new_jobs(test, 1, system_wq);
	int here = nth_cpu(test, 0), there = nth_cpu(test, 1);

	pin_to_cpu(there);
	j->gated = true;
	schedule_work_on(here, &j->work);
	KUNIT_EXPECT_TRUE(test, wait_until(atomic_read(&running) == 1));
	/* it runs, so it is not pending: queue it elsewhere, and it comes back to where it runs */
	KUNIT_EXPECT_TRUE(test, schedule_work_on(there, &j->work));
	KUNIT_EXPECT_FALSE(test, schedule_work_on(there, &j->work));
	msleep(5);
	KUNIT_EXPECT_EQ(test, atomic_read(&most_running), 1);
	complete(&j->gate);
	complete(&j->gate);
	flush_work(&j->work);
	KUNIT_EXPECT_EQ(test, j->runs, 2);
	KUNIT_EXPECT_EQ(test, j->cpu, here);
	KUNIT_EXPECT_EQ(test, atomic_read(&most_running), 1);
}

static void a_sleeping_item_makes_room_for_the_next(struct kunit *test)
{
	struct job *j = new_jobs(test, 20, system_wq);

	pin_to_cpu(nth_cpu(test, 0));
	for (int i = 0; i < 20; i++) {
		j[i].gated = true;
		schedule_work(&j[i].work);
	}
	KUNIT_EXPECT_TRUE(test, wait_until(atomic_read(&running) == 20));
	for (int i = 19; i >= 0; i--) {
		complete(&j[i].gate);
		flush_work(&j[i].work);
		KUNIT_EXPECT_EQ(test, order[19 - i], i);
	}
}

static void busy_main(struct work_struct *work)
{
	struct job *j = container_of(work, struct job, work);
	int now = atomic_inc_return(&running);

	if (now > atomic_read(&most_running))
		atomic_set(&most_running, now);
	for (int i = 0; i < 5; i++) {
		mdelay(1);	/* ticks come in, and whoever is as entitled as we are runs */
		cond_resched();
	}
	atomic_dec(&running);
	j->runs++;
}

/* Items that use the CPU follow each other, unless they are said to be long. */
static void busy_items_of_a_cpu_take_turns(struct kunit *test)
{
	struct workqueue_struct *wq = new_wq(test, 0, 0), *intensive = new_wq(test,
									      WQ_CPU_INTENSIVE, 0);
	struct job *j = new_jobs(test, 4, wq);

	pin_to_cpu(nth_cpu(test, 0));
	for (int round = 0; round < 2; round++) {
		atomic_set(&most_running, 0);
		for (int i = 0; i < 4; i++) {
			INIT_WORK(&j[i].work, busy_main);
			queue_work(round ? intensive : wq, &j[i].work);
		}
		flush_workqueue(round ? intensive : wq);
		if (!round)
			KUNIT_EXPECT_EQ(test, atomic_read(&most_running), 1);
		else
			KUNIT_EXPECT_GT(test, atomic_read(&most_running), 1);
	}
	for (int i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, j[i].runs, 2);
}

static void max_active_limits_those_that_sleep(struct kunit *test)
{
	struct workqueue_struct *wq = new_wq(test, 0, 3);
	struct job *j = new_jobs(test, 10, wq);

	pin_to_cpu(nth_cpu(test, 0));
	for (int i = 0; i < 10; i++) {
		j[i].gated = true;
		queue_work(wq, &j[i].work);
	}
	KUNIT_EXPECT_TRUE(test, wait_until(atomic_read(&running) == 3));
	msleep(5);
	KUNIT_EXPECT_EQ(test, atomic_read(&running), 3);
	for (int i = 0; i < 10; i++)
		complete(&j[i].gate);
	flush_workqueue(wq);
	KUNIT_EXPECT_EQ(test, atomic_read(&most_running), 3);
	KUNIT_EXPECT_EQ(test, nr_done, 10);
}

static void unbound_items_run_side_by_side(struct kunit *test)
{
	struct workqueue_struct *wq = new_wq(test, WQ_UNBOUND, 0);
	struct job *j = new_jobs(test, 8, wq);

	for (int i = 0; i < 8; i++) {
		j[i].gated = true;
		queue_work(wq, &j[i].work);
	}
	KUNIT_EXPECT_TRUE(test, wait_until(atomic_read(&running) == 8));
	for (int i = 0; i < 8; i++)
		complete(&j[i].gate);
	flush_workqueue(wq);
	KUNIT_EXPECT_EQ(test, nr_done, 8);
}

static void an_ordered_queue_keeps_the_order(struct kunit *test)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("ordered/%d", 0, 7);
	struct job *j = new_jobs(test, 20, wq);
	int cpu, n = 0;

	KUNIT_ASSERT_NOT_NULL(test, wq);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, destroy, wq), 0);
	while (n < 20)
		for_each_online_cpu(cpu)
			if (n < 20) {
				pin_to_cpu(cpu);
				j[n].sleeps = n % 3 == 0;
				queue_work(wq, &j[n++].work);
			}
	flush_workqueue(wq);
	for (int i = 0; i < 20; i++)
		KUNIT_EXPECT_EQ(test, order[i], i);
	KUNIT_EXPECT_EQ(test, atomic_read(&most_running), 1);
}

/* --- flush, drain, destroy --- */

static void flush_waits_for_what_was_queued_before(struct kunit *test)
{
	struct workqueue_struct *wq = new_wq(test, 0, 0);
	struct job *j = new_jobs(test, 2, wq);

	pin_to_cpu(nth_cpu(test, 0));
	j[0].sleeps = true;
	j[0].again = 1000000;	/* always there again: a flush must not wait for that */
	queue_work(wq, &j[0].work);
	j[1].sleeps = true;
	for (int i = 0; i < 5; i++) {
		int before = j[0].runs;

		queue_work(wq, &j[1].work);
		flush_workqueue(wq);
		KUNIT_EXPECT_EQ(test, j[1].runs, i + 1);
		KUNIT_EXPECT_GT(test, j[0].runs, before);
	}
	WRITE_ONCE(j[0].again, 0);
	drain_workqueue(wq);
	KUNIT_EXPECT_FALSE(test, work_pending(&j[0].work));
}

static void destroying_runs_what_is_queued(struct kunit *test)
{
	struct workqueue_struct *wq = alloc_workqueue("short", 0, 2);
	struct job *j = new_jobs(test, 10, wq);

	KUNIT_ASSERT_NOT_NULL(test, wq);
	for (int i = 0; i < 10; i++) {
		j[i].sleeps = true;
		j[i].again = i % 2;	/* its own items may still come */
		queue_work(wq, &j[i].work);
	}
	destroy_workqueue(wq);
	for (int i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, j[i].runs, 1 + i % 2);
}

static int drains(struct member *me)
{
	WRITE_ONCE(me->count, 1);
	drain_workqueue((struct workqueue_struct *)me->arg);
	return 0;
}

static void a_drained_queue_takes_nothing_from_outside(struct kunit *test)
{
	struct workqueue_struct *wq = new_wq(test, 0, 0);
	struct job *j = new_jobs(test, 2, wq);
	struct crew *c = crew_new(test);
	struct member *m;

	kunit_expect_report(test, "job_main queued on test while it is drained");
	j[0].gated = true;
	queue_work(wq, &j[0].work);
	KUNIT_EXPECT_TRUE(test, wait_until(atomic_read(&running) == 1));
	m = crew_add(test, c, -1, drains, (long)wq);
	crew_start(c);
	/* drain_workqueue() has shut the door, and sleeps */
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(m->count) &&
			READ_ONCE(m->task->__state) == TASK_UNINTERRUPTIBLE));
	queue_work(wq, &j[1].work);
	KUNIT_EXPECT_FALSE(test, work_pending(&j[1].work));
	complete(&j[0].gate);
	crew_dismiss(c);
	KUNIT_EXPECT_EQ(test, j[0].runs, 1);
	KUNIT_EXPECT_EQ(test, j[1].runs, 0);
	KUNIT_EXPECT_TRUE(test, queue_work(wq, &j[1].work));
	flush_work(&j[1].work);
	KUNIT_EXPECT_EQ(test, j[1].runs, 1);
}

/* --- delayed --- */

static struct delayed_work late;
static unsigned long ran_at;
static int late_runs;

static void late_main(struct work_struct *work)
{
	ran_at = jiffies;
	WRITE_ONCE(late_runs, late_runs + 1);
}

static void delayed_items_are_not_early(struct kunit *test)
{
	unsigned long from;

	INIT_DELAYED_WORK(&late, late_main);
	late_runs = 0;
	for (int delay = 0; delay < 10; delay += 3) {
		scoped_guard(preempt) {		/* no worker here between the two */
			from = jiffies;
			KUNIT_EXPECT_TRUE(test, schedule_delayed_work(&late, delay));
			KUNIT_EXPECT_FALSE(test, schedule_delayed_work(&late, 0));
		}
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(late_runs) == delay / 3 + 1));
		KUNIT_EXPECT_GE(test, ran_at - from, delay);
	}
}

static void delayed_items_are_moved_flushed_and_cancelled(struct kunit *test)
{
	INIT_DELAYED_WORK(&late, late_main);
	late_runs = 0;
	KUNIT_EXPECT_FALSE(test, mod_delayed_work(system_wq, &late, 1000 * HZ));
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&late));
	KUNIT_EXPECT_TRUE(test, mod_delayed_work(system_wq, &late, 1));
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(late_runs) == 1));

	KUNIT_EXPECT_TRUE(test, schedule_delayed_work(&late, 1000 * HZ));
	flush_delayed_work(&late);		/* false, if the worker is done before we look for it */
	KUNIT_EXPECT_EQ(test, late_runs, 2);
	KUNIT_EXPECT_FALSE(test, flush_delayed_work(&late));

	KUNIT_EXPECT_TRUE(test, schedule_delayed_work(&late, 1000 * HZ));
	KUNIT_EXPECT_TRUE(test, cancel_delayed_work(&late));
	KUNIT_EXPECT_FALSE(test, cancel_delayed_work_sync(&late));
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&late));
	KUNIT_EXPECT_EQ(test, late_runs, 2);
}

static int interruptions, met_taken;

/* Takes the item as well. One that is pending and nowhere is the interrupted thread's: we would wait for ever. */
static enum hrtimer_restart takes_late(struct hrtimer *timer)
{
	interruptions++;
	if (work_pending(&late.work) && !timer_pending(&late.timer) && list_empty(&late.work.entry))
		met_taken++;
	else if (interruptions % 2)
		mod_delayed_work(system_wq, &late, 1000 * HZ);
	else
		cancel_delayed_work(&late);
	hrtimer_forward_now(timer, 10000 + get_random_u32() % 30000);
	return HRTIMER_RESTART;
}

/* All on one CPU: whoever has the pending bit is not interrupted. */
static void an_interrupt_may_take_the_item_from_a_thread(struct kunit *test)
{
	struct hrtimer timer;

	pin_to_cpu(nth_cpu(test, 0));
	INIT_DELAYED_WORK(&late, late_main);
	interruptions = met_taken = 0;
	hrtimer_setup(&timer, takes_late, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	hrtimer_start(&timer, 10000, HRTIMER_MODE_REL_HARD);
	while (READ_ONCE(interruptions) < 1000) {
		schedule_delayed_work(&late, 1000 * HZ);
		mod_delayed_work(system_wq, &late, 2000 * HZ);
		flush_delayed_work(&late);
		mod_delayed_work(system_wq, &late, 0);
		cancel_delayed_work_sync(&late);
		disable_work(&late.work);
		enable_work(&late.work);
	}
	hrtimer_cancel(&timer);
	KUNIT_EXPECT_EQ(test, met_taken, 0);
	cancel_delayed_work_sync(&late);
}

/* --- WQ_BH --- */

static char letters[16];
static int nr_letters;

static void note_letter(char c)
{
	letters[nr_letters++ % ARRAY_SIZE(letters)] = c;
}

static void work_notes(struct work_struct *work)	{ note_letter('w'); }
static void high_work_notes(struct work_struct *work)	{ note_letter('W'); }
static void tasklet_notes(struct tasklet_struct *t)	{ note_letter('t'); }
static void high_tasklet_notes(struct tasklet_struct *t) { note_letter('T'); }

static DECLARE_WORK(bh_work, work_notes);
static DECLARE_WORK(bh_high_work, high_work_notes);
static DECLARE_TASKLET(bh_tasklet, tasklet_notes);
static DECLARE_TASKLET(bh_high_tasklet, high_tasklet_notes);

static void queue_letters(void *unused)
{
	tasklet_schedule(&bh_tasklet);
	queue_work(system_bh_wq, &bh_work);
	tasklet_hi_schedule(&bh_high_tasklet);
	queue_work(system_bh_highpri_wq, &bh_high_work);
}

static void T11_bh_items_run_in_softirq_before_the_tasklets(struct kunit *test)
{
	struct job *j = new_jobs(test, 1, system_bh_wq);

	pin_to_cpu(nth_cpu(test, 0));
	memset(letters, 0, sizeof(letters));
	nr_letters = 0;
	call_in_hardirq(queue_letters, NULL);
	KUNIT_EXPECT_STREQ(test, letters, "WTwt");

	local_bh_disable();
	queue_work(system_bh_wq, &j->work);
	KUNIT_EXPECT_EQ(test, j->runs, 0);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, j->runs, 1);
	KUNIT_EXPECT_TRUE(test, j->in_softirq);
	KUNIT_EXPECT_FALSE(test, j->irqs_off);
	KUNIT_EXPECT_PTR_EQ(test, j->task, current);
	KUNIT_EXPECT_FALSE(test, flush_work(&j->work));
}

static void bh_items_reach_other_cpus(struct kunit *test)
{
	struct job *j = new_jobs(test, 1, system_bh_wq);
	int there = nth_cpu(test, 1);

	pin_to_cpu(nth_cpu(test, 0));
	for (int i = 0; i < 10; i++) {
		KUNIT_EXPECT_TRUE(test, queue_work_on(there, system_bh_wq, &j->work));
		flush_work(&j->work);
		KUNIT_EXPECT_EQ(test, j->runs, i + 1);
		KUNIT_EXPECT_EQ(test, j->cpu, there);
	}
}

static void bh_items_are_cancelled_without_sleeping(struct kunit *test)
{
	struct job *j = new_jobs(test, 1, system_bh_wq);

	pin_to_cpu(nth_cpu(test, 0));
	local_bh_disable();
	queue_work(system_bh_wq, &j->work);
	KUNIT_EXPECT_TRUE(test, cancel_work_sync(&j->work));
	KUNIT_EXPECT_FALSE(test, cancel_work_sync(&j->work));
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, j->runs, 0);
}

static int runs_at_the_end;

/* The first run of softirqs that called it is over. An interrupt over us, later, runs some more (Q16). */
static void note_runs(void *data, unsigned int end, unsigned int passes, unsigned int left)
{
	struct job *j = data;

	if (current == j->here && !runs_at_the_end)
		runs_at_the_end = j->runs_here;
}

/*
 * Its own requeueing is not run for ever on interrupt exit: ksoftirqd goes on (Q3). Before that come ten
 * rounds of the worker in each of ten passes of the softirq, fewer where the tick wants the CPU.
 */
static void T11_bh_items_that_come_again_leave_the_cpu(struct kunit *test)
{
	struct job *j = new_jobs(test, 1, system_bh_wq);

	pin_to_cpu(nth_cpu(test, 0));
	j->again = 1000;
	j->here = current;
	runs_at_the_end = 0;
	if (IS_ENABLED(CONFIG_TRACING))
		KUNIT_ASSERT_EQ(test, register_trace_softirq_pass(note_runs, j), 0);
	local_bh_disable();
	queue_work(system_bh_wq, &j->work);
	local_bh_enable();
	unregister_trace_softirq_pass(note_runs, j);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(j->runs) == 1001));
	if (IS_ENABLED(CONFIG_TRACING)) {
		KUNIT_EXPECT_GE(test, runs_at_the_end, deterministic() ? 10 : 1);
		KUNIT_EXPECT_LE(test, runs_at_the_end, 100);
	}
	KUNIT_EXPECT_GT(test, j->runs_in_ksoftirqd, 0);
}

/* --- misuse --- */

static DEFINE_MUTEX(outer);

static void takes_outer(struct work_struct *work)
{
	guard(mutex)(&outer);
}

static void waiting_with_a_lock_that_the_item_takes_is_reported(struct kunit *test)
{
	static DECLARE_WORK(work, takes_outer);

	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds have no lockdep");
	kunit_expect_report(test, "possible circular locking dependency");
	schedule_work(&work);
	flush_work(&work);
	guard(mutex)(&outer);
	flush_work(&work);	/* done already: only the order is wrong */
}

static DEFINE_MUTEX(leaked_mutex);

static void leaks_preemption(struct work_struct *work)
{
	preempt_disable();
}

static void leaks_irqs(struct work_struct *work)
{
	local_irq_disable();
}

static void leaks_mutex(struct work_struct *work)
{
	mutex_lock(&leaked_mutex);
}

static const struct leak {
	const char *name, *says;
	work_func_t fn;
} leaks[] = {
	{ "preemption", "preempt=0x00000001 irqs=on lock=0->0 workfn=leaks_preemption", leaks_preemption },
	{ "irqs", "preempt=0x00000000 irqs=off lock=0->0 workfn=leaks_irqs", leaks_irqs },
	{ "a mutex", "preempt=0x00000000 irqs=on lock=0->1 workfn=leaks_mutex", leaks_mutex },
};
KUNIT_ARRAY_PARAM_DESC(leaks, leaks, name);

static void an_item_that_leaks_is_named(struct kunit *test)
{
	const struct leak *leak = test->param_value;
	struct job *j = new_jobs(test, 1, system_wq);
	struct log_mark *log = log_mark(test);
	static struct work_struct work;

	if (leak->fn == leaks_mutex && !DEBUG_LOCKS)
		kunit_skip(test, "release builds do not know who holds a mutex");
	INIT_WORK(&work, leak->fn);
	kunit_expect_report(test, "BUG: workqueue leaked atomic, lock or RCU: kworker/");
	schedule_work(&work);
	flush_work(&work);
	KUNIT_EXPECT_TRUE(test, wait_until(log_count(log, leak->says) == 1));
	KUNIT_EXPECT_EQ(test, log_count(log, "leaked_mutex){"), leak->fn == leaks_mutex);
	mutex_init(&leaked_mutex);
	schedule_work(&j->work);	/* and the worker goes on */
	flush_work(&j->work);
	KUNIT_EXPECT_EQ(test, j->runs, 1);
}

/* --- all at once --- */

#define STORM_ITEMS	8
#define STORM_TURNS	200

static struct work_struct storm_work[STORM_ITEMS];
static int storm_inside[STORM_ITEMS];
static atomic_t storm_ran, storm_beside;
static struct workqueue_struct *storm_wqs[4];

static void storm_main(struct work_struct *work)
{
	int i = work - storm_work;

	if (__atomic_fetch_add(&storm_inside[i], 1, __ATOMIC_RELAXED))
		atomic_inc(&storm_beside);
	if (i % 2)
		msleep(1);
	__atomic_fetch_sub(&storm_inside[i], 1, __ATOMIC_RELAXED);
	atomic_inc(&storm_ran);
}

/* Counts what it queued less what it took back. An item stays with one queue: beside another it may run. */
static int storms(struct member *me)
{
	u32 x = me->nr * 7919 + 1;

	for (int i = 0; i < STORM_TURNS; i++) {
		struct work_struct *w;
		int k;

		x = x * 1664525 + 1013904223;
		k = x >> 16 & (STORM_ITEMS - 1);
		w = &storm_work[k];
		switch (x >> 24 & 7) {
		case 0:
			me->count -= cancel_work(w);
			break;
		case 1:
			me->count -= cancel_work_sync(w);
			break;
		case 2:
			flush_work(w);
			break;
		case 3:
			flush_workqueue(storm_wqs[k / 2]);
			break;
		default:
			me->count += queue_work(storm_wqs[k / 2], w);
		}
	}
	WRITE_ONCE(me->arg, true);
	return 0;
}

static void nothing_is_lost_in_a_storm(struct kunit *test)
{
	struct crew *c = crew_new(test);
	u64 queued = 0;

	storm_wqs[0] = new_wq(test, 0, 1);
	storm_wqs[1] = new_wq(test, WQ_HIGHPRI, 0);
	storm_wqs[2] = new_wq(test, WQ_UNBOUND, 1);
	storm_wqs[3] = new_wq(test, WQ_UNBOUND, 0);
	atomic_set(&storm_ran, 0);
	atomic_set(&storm_beside, 0);
	for (int i = 0; i < STORM_ITEMS; i++)
		INIT_WORK(&storm_work[i], storm_main);
	for (int i = 0; i < 6; i++)
		crew_add(test, c, -1, storms, false);
	crew_start(c);
	for (int i = 0; i < 6; i++)	/* who is stopped before it ran does nothing at all */
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[i].arg)));
	crew_dismiss(c);
	for (int i = 0; i < 4; i++)
		flush_workqueue(storm_wqs[i]);
	for (int i = 0; i < 6; i++)
		queued += c->member[i].count;
	KUNIT_EXPECT_EQ(test, atomic_read(&storm_ran), queued);
	KUNIT_EXPECT_GT(test, queued, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&storm_beside), 0);
}

static void workqueue_test_exit(struct kunit *test)
{
	unpin();
}

static struct kunit_case workqueue_cases[] = {
	KUNIT_CASE(an_item_runs_once_per_queueing),
	KUNIT_CASE(it_may_be_queued_in_hardirq_and_may_sleep),
	KUNIT_CASE(it_may_free_itself),
	KUNIT_CASE(W5_cancel_tells_what_it_took),
	KUNIT_CASE(who_waits_for_a_cancelled_item_is_let_go),
	KUNIT_CASE(a_disabled_item_is_not_queued),
	KUNIT_CASE(M7_an_item_never_runs_beside_itself),
	KUNIT_CASE(a_sleeping_item_makes_room_for_the_next),
	KUNIT_CASE(busy_items_of_a_cpu_take_turns),
	KUNIT_CASE(max_active_limits_those_that_sleep),
	KUNIT_CASE(unbound_items_run_side_by_side),
	KUNIT_CASE(an_ordered_queue_keeps_the_order),
	KUNIT_CASE(flush_waits_for_what_was_queued_before),
	KUNIT_CASE(destroying_runs_what_is_queued),
	KUNIT_CASE(a_drained_queue_takes_nothing_from_outside),
	KUNIT_CASE(delayed_items_are_not_early),
	KUNIT_CASE(delayed_items_are_moved_flushed_and_cancelled),
	KUNIT_CASE(an_interrupt_may_take_the_item_from_a_thread),
	KUNIT_CASE(T11_bh_items_run_in_softirq_before_the_tasklets),
	KUNIT_CASE(bh_items_reach_other_cpus),
	KUNIT_CASE(bh_items_are_cancelled_without_sleeping),
	KUNIT_CASE(T11_bh_items_that_come_again_leave_the_cpu),
	KUNIT_CASE(waiting_with_a_lock_that_the_item_takes_is_reported),
	KUNIT_CASE_PARAM(an_item_that_leaks_is_named, leaks_gen_params),
	KUNIT_CASE(nothing_is_lost_in_a_storm),
	{}
};

static struct kunit_suite workqueue_suite = {
	.name = "workqueue",
	.exit = workqueue_test_exit,
	.test_cases = workqueue_cases,
};
kunit_test_suite(workqueue_suite);
