/* SPDX-License-Identifier: MIT */
/* What `why` says of a function: who is to call it, and what became of that. */
#include <kunit/test.h>
#include <linux/callbacks.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/kthread_worker.h>
#include <linux/ktime.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/timer.h>
#include <linux/why.h>
#include <linux/workqueue.h>

#include "context.h"
#include "why_util.h"

/*
 * Release builds do not keep what @fn was given to. Others begin anew: the suite may run a second time in one
 * boot.
 */
static void notes_of(struct kunit *test, const void *fn)
{
	needs_notes(test);
	callbacks_forget(fn, 1);
}

/* --- who calls it --- */

static void __attribute__((__used__)) never_given(struct timer_list *unused)
{
}

static void nobody_is_to_call_it(struct kunit *test)
{
	EXPECT_SAYS(test, ask_function("never_given"),
		    "Nobody is to call never_given: it is no handler, thread or poll function");
	KUNIT_EXPECT_STREQ(test, ask_function("never_written"), "no such symbol");
}

static irqreturn_t its_handler(int irq, void *dev)
{
	return IRQ_HANDLED;
}

static void a_handler_is_asked_irq(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);

	KUNIT_ASSERT_EQ(test, request_irq(f->irq, its_handler, 0, "why", f), 0);
	ask_function("its_handler");
	KUNIT_EXPECT_EQ(test, asked_irq, f->irq);
	free_irq(f->irq, f);
	EXPECT_SAYS(test, ask_function("its_handler"), "Nobody is to call its_handler");
	KUNIT_EXPECT_EQ(test, asked_irq, -1);
}

static DECLARE_COMPLETION(thread_may_end);

static int its_thread(void *unused)
{
	wait_for_completion(&thread_may_end);
	return 0;
}

static void a_thread_function_is_its_thread(struct kunit *test)
{
	struct task_struct *p = kthread_run(its_thread, NULL, "why_function");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	get_task_struct(p);
	EXPECT_SAYS(test, function_says("its_thread", "wait_for_completion"),
		    "sleeps (D) in wait_for_completion");
	complete(&thread_may_end);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(p->__state) == TASK_DEAD));
	put_task_struct(p);
}

static void a_softirq_handler_is_its_softirq(struct kunit *test)
{
	EXPECT_SAYS(test, ask_function("tasklet_action"), "Softirq TASKLET");
}

/* --- timers --- */

static void far_away(struct timer_list *t)
{
}
static DEFINE_TIMER(far_timer, far_away);

static void a_timer_is_far_away_and_taken_back(struct kunit *test)
{
	notes_of(test, far_away);
	mod_timer(&far_timer, jiffies + 3600 * HZ);
	EXPECT_SAYS(test, ask_function("far_away"), "Timer far_timer is pending on CPU 0, due in 3");
	EXPECT_SAYS(test, ask_function("far_timer"),
		    "So far: armed once at a_timer_is_far_away_and_taken_back+0x");
	timer_delete(&far_timer);
	EXPECT_SAYS(test, ask_function("far_away"), "Timer far_timer was taken back before it was called, at "
		    "a_timer_is_far_away_and_taken_back+0x");
	EXPECT_SAYS(test, ask_function("far_away"), "taken back once at");
}

static void soon_called(struct timer_list *t)
{
}
static DEFINE_TIMER(soon_timer, soon_called);

static void a_timer_was_called_and_is_shut_down(struct kunit *test)
{
	notes_of(test, soon_called);
	mod_timer(&soon_timer, jiffies + 1);
	EXPECT_SAYS(test, function_says("soon_called", "has been called"), "has been called 1 times, last 0.0");
	timer_shutdown_sync(&soon_timer);
	add_timer(&soon_timer);
	EXPECT_SAYS(test, ask_function("soon_called"), "Timer soon_timer was armed at "
		    "a_timer_was_called_and_is_shut_down+0x");
	EXPECT_SAYS(test, ask_function("soon_called"), "after timer_shutdown_sync(): that does nothing "
		    "(timer_setup). So far: armed once at");
	timer_setup(&soon_timer, soon_called, 0);
}

static void put_off(struct timer_list *t)
{
}
static DEFINE_TIMER(put_off_timer, put_off);

static void a_timer_is_put_off(struct kunit *test)
{
	notes_of(test, put_off);
	for (int i = 0; i < 4; i++)
		mod_timer(&put_off_timer, jiffies + HZ + i);
	EXPECT_SAYS(test, ask_function("put_off"), "; it is put off before it is due, 3 times so far, last at "
		    "a_timer_is_put_off+0x");
	mod_timer(&put_off_timer, jiffies + 1);		/* for sooner is something else */
	EXPECT_SAYS(test, function_says("put_off", "has been called"), "has been called 1 times");
	mod_timer(&put_off_timer, jiffies + HZ);
	KUNIT_EXPECT_NULL(test, strstr(ask_function("put_off"), "it is put off"));
	timer_delete(&put_off_timer);
}

static void does_not_return(struct timer_list *t)
{
	stay();
}
static DEFINE_TIMER(endless_timer, does_not_return);

static void a_timer_does_not_come_back(struct kunit *test)
{
	int cpu = second_cpu(test);
	char want[64];

	notes_of(test, does_not_return);
	stay_soon();
	endless_timer.expires = jiffies + 1;
	add_timer_on(&endless_timer, cpu);
	KUNIT_ASSERT_TRUE(test, spin_until(stays()));
	scnprintf(want, sizeof(want), "s ago on CPU %d and has not returned: ", cpu);
	EXPECT_SAYS(test, function_says("does_not_return", want), want);
	let_go(NULL);
	softirqs_done(test, cpu);
	EXPECT_SAYS(test, function_says("does_not_return", "has been called"), "has been called 1 times");
}

static enum hrtimer_restart never_expires(struct hrtimer *t)
{
	return HRTIMER_NORESTART;
}

static void an_hrtimer_is_queued_and_cancelled(struct kunit *test)
{
	static struct hrtimer t;

	notes_of(test, never_expires);
	hrtimer_init(&t, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	t.function = never_expires;
	hrtimer_start(&t, ms_to_ktime(60000), HRTIMER_MODE_REL);
	EXPECT_SAYS(test, ask_function("never_expires"), "is queued on CPU 0, due in 59.");
	EXPECT_SAYS(test, ask_function("never_expires"), "So far: started once at an_hrtimer_is_queued");
	hrtimer_cancel(&t);
	EXPECT_SAYS(test, ask_function("never_expires"),
		    "was taken back before it was called, at an_hrtimer_is_queued");
}

/* --- tasklets, work, RCU --- */

static void its_tasklet(struct tasklet_struct *t)
{
}
static DECLARE_TASKLET(why_tasklet, its_tasklet);

static void a_tasklet_is_disabled(struct kunit *test)
{
	notes_of(test, its_tasklet);
	tasklet_disable(&why_tasklet);
	tasklet_schedule(&why_tasklet);
	EXPECT_SAYS(test, function_says("its_tasklet", "but disabled"), "Tasklet why_tasklet was scheduled at "
		    "a_tasklet_is_disabled+0x");
	EXPECT_SAYS(test, function_says("why_tasklet", "but disabled"),
		    "s ago and not called since. Tasklet its_tasklet is scheduled on CPU 0 but disabled");
	tasklet_enable(&why_tasklet);
	tasklet_kill(&why_tasklet);
	EXPECT_SAYS(test, ask_function("its_tasklet"), "has been called 1 times");
}

static DECLARE_COMPLETION(work_may_end);

static void waiting_work(struct work_struct *work)
{
	wait_for_completion(&work_may_end);
}
static DECLARE_WORK(first_item, waiting_work);

static void next_work(struct work_struct *work)
{
}
static DECLARE_WORK(second_item, next_work);

static void work_waits_for_other_work(struct kunit *test)
{
	struct workqueue_struct *wq;

	notes_of(test, waiting_work);
	notes_of(test, next_work);
	wq = alloc_ordered_workqueue("why_ordered", 0);
	KUNIT_ASSERT_NOT_NULL(test, wq);
	queue_work(wq, &first_item);
	queue_work(wq, &second_item);
	EXPECT_SAYS(test, function_says("waiting_work", "is being run"),
		    "Work first_item is being run. Thread kworker/u");
	EXPECT_SAYS(test, ask_function("next_work"), "Work second_item waits for waiting_work: workqueue "
		    "why_ordered runs 1 at a time. Thread kworker/u");
	complete(&work_may_end);
	destroy_workqueue(wq);
	EXPECT_SAYS(test, ask_function("next_work"), "Work second_item has been called 1 times");
}

static void work_is_disabled(struct kunit *test)
{
	notes_of(test, next_work);
	disable_work(&second_item);
	schedule_work(&second_item);
	EXPECT_SAYS(test, ask_function("next_work"), "Work second_item was queued at work_is_disabled+0x");
	EXPECT_SAYS(test, ask_function("next_work"), "while it was disabled: that does nothing (enable_work).");
	enable_work(&second_item);
}

static void delayed(struct work_struct *work)
{
}
static DECLARE_DELAYED_WORK(later, delayed);

static void delayed_work_is_not_sooner(struct kunit *test)
{
	notes_of(test, delayed);
	schedule_delayed_work(&later, 3600 * HZ);
	schedule_delayed_work(&later, 1);
	EXPECT_SAYS(test, ask_function("delayed"), "is pending on CPU 0, due in 3");
	EXPECT_SAYS(test, ask_function("delayed"), "s; what queued it for sooner did nothing (mod_delayed_work).");
	cancel_delayed_work_sync(&later);
	EXPECT_SAYS(test, ask_function("later"),
		    "was taken back before it was called, at delayed_work_is_not_sooner+0x");
}

static DECLARE_COMPLETION(kthread_work_may_end);

static void waiting_kthread_work(struct kthread_work *work)
{
	wait_for_completion(&kthread_work_may_end);
}
static DEFINE_KTHREAD_WORK(first_of_thread, waiting_kthread_work);

static void next_kthread_work(struct kthread_work *work)
{
}
static DEFINE_KTHREAD_WORK(second_of_thread, next_kthread_work);

static void kthread_work_waits_for_the_one_before(struct kunit *test)
{
	struct kthread_worker *worker;

	notes_of(test, waiting_kthread_work);
	notes_of(test, next_kthread_work);
	worker = kthread_create_worker(0, "why_worker");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, worker);
	kthread_queue_work(worker, &first_of_thread);
	kthread_queue_work(worker, &second_of_thread);
	EXPECT_SAYS(test, function_says("waiting_kthread_work", "is being run"),
		    "Kthread work first_of_thread is being run. Thread why_worker/");
	EXPECT_SAYS(test, ask_function("next_kthread_work"),
		    "Kthread work second_of_thread waits for waiting_kthread_work. Thread why_worker/");
	complete(&kthread_work_may_end);
	kthread_destroy_worker(worker);
	EXPECT_SAYS(test, ask_function("next_kthread_work"),
		    "Kthread work second_of_thread has been called 1 times");
}

static void reads(void *unused)
{
	rcu_read_lock();
	stay();
	rcu_read_unlock();
}

static void after_readers(struct rcu_head *head)
{
}

static void an_rcu_callback_waits_for_a_reader(struct kunit *test)
{
	static struct rcu_head head;
	int cpu = second_cpu(test);
	char want[64];

	notes_of(test, after_readers);
	stick(test, cpu, reads);
	call_rcu(&head, after_readers);
	scnprintf(want, sizeof(want), "before CPU %d has left its readers", cpu);
	EXPECT_SAYS(test, function_says("after_readers", want), "RCU callback after_readers was queued at "
		    "an_rcu_callback_waits_for_a_reader+0x");
	EXPECT_SAYS(test, function_says("after_readers", want), want);
	let_go(NULL);
	rcu_barrier();
	EXPECT_SAYS(test, ask_function("after_readers"), "has been called 1 times");
}

static struct kunit_case why_function_cases[] = {
	KUNIT_CASE(nobody_is_to_call_it),
	KUNIT_CASE(a_handler_is_asked_irq),
	KUNIT_CASE(a_thread_function_is_its_thread),
	KUNIT_CASE(a_softirq_handler_is_its_softirq),
	KUNIT_CASE(a_timer_is_far_away_and_taken_back),
	KUNIT_CASE(a_timer_was_called_and_is_shut_down),
	KUNIT_CASE(a_timer_is_put_off),
	KUNIT_CASE(a_timer_does_not_come_back),
	KUNIT_CASE(an_hrtimer_is_queued_and_cancelled),
	KUNIT_CASE(a_tasklet_is_disabled),
	KUNIT_CASE(work_waits_for_other_work),
	KUNIT_CASE(work_is_disabled),
	KUNIT_CASE(delayed_work_is_not_sooner),
	KUNIT_CASE(kthread_work_waits_for_the_one_before),
	KUNIT_CASE(an_rcu_callback_waits_for_a_reader),
	{}
};

static struct kunit_suite why_function_suite = {
	.name = "why_function",
	.init = why_test_init,
	.exit = why_test_exit,
	.test_cases = why_function_cases,
};
kunit_test_suite(why_function_suite);
