/* SPDX-License-Identifier: MIT */
/* What `why` says of who waits for the end of something, or for a wake-up that came in vain or will not come. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/semaphore.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "context.h"
#include "why_util.h"

/* --- the end of something --- */

static void tasklet_to_kill(struct tasklet_struct *t)
{
}
static DECLARE_TASKLET(victim, tasklet_to_kill);

static int killer(void *unused)
{
	tasklet_kill(&victim);
	return 0;
}

static void tasklet_is_disabled_and_killed(struct kunit *test)
{
	int cpu = second_cpu(test);
	struct task_struct *p;

	needs_notes(test);
	tasklet_disable(&victim);
	tasklet_schedule(&victim);
	p = start_on(test, cpu, killer, "why_killer/%u");
	EXPECT_SAYS(test, thread_says(p, "waits in tasklet_kill"),
		    "waits in tasklet_kill() for tasklet tasklet_to_kill, which is scheduled but disabled, "
		    "and so never runs (tasklet_enable).");
	tasklet_enable(&victim);
	has_ended(test, p);
}

static void busy_tasklet(struct tasklet_struct *t)
{
	stay();
}
static DECLARE_TASKLET(busy, busy_tasklet);

static void schedule_busy(void *unused)
{
	tasklet_schedule(&busy);
}

static int patient(void *unused)
{
	tasklet_kill(&busy);
	return 0;
}

/* Killing one that runs is not for ever. */
static void tasklet_runs_and_is_killed(struct kunit *test)
{
	int cpu = second_cpu(test);
	struct task_struct *p;

	needs_notes(test);
	stay_soon();
	smp_call_function_single(cpu, schedule_busy, NULL, 1);
	KUNIT_ASSERT_TRUE(test, spin_until(stays()));
	p = start_on(test, 0, patient, "why_patient/%u");
	EXPECT_SAYS(test, thread_says(p, "waits in tasklet_kill"),
		    "waits in tasklet_kill() for tasklet busy_tasklet, which runs.");
	let_go(NULL);
	has_ended(test, p);
	softirqs_done(test, cpu);
}

static struct napi_struct closed;

static int closed_poll(struct napi_struct *n, int budget)
{
	napi_complete_done(n, 0);
	return 0;
}

static int closer(void *unused)
{
	napi_disable(&closed);
	return 0;
}

static void napi_is_disabled_twice(struct kunit *test)
{
	struct net_device *dev = alloc_netdev_dummy(0);
	struct task_struct *p;

	needs_notes(test);
	KUNIT_ASSERT_NOT_NULL(test, dev);
	netif_napi_add(dev, &closed, closed_poll);	/* a new one is disabled */
	p = start_on(test, 0, closer, "why_closer/%u");
	EXPECT_SAYS(test, thread_says(p, "waits in napi_disable"),
		    "(closed_poll), which is disabled already (napi_enable).");
	napi_enable(&closed);
	has_ended(test, p);
	netif_napi_del(&closed);
	free_netdev(dev);
}

/* Two callbacks, each of which waits for the end of the other; the second gives up when it is told to. */
static void waits_for_ever(struct timer_list *t);
static void waits_until_told(struct timer_list *t);
static DEFINE_TIMER(for_ever_timer, waits_for_ever);
static DEFINE_TIMER(until_told_timer, waits_until_told);
static bool first_runs, both_run, told, over[2];

static void waits_for_ever(struct timer_list *t)
{
	WRITE_ONCE(first_runs, true);
	while (!READ_ONCE(both_run))
		cpu_relax();
	timer_delete_sync(&until_told_timer);
	WRITE_ONCE(over[0], true);
}

/* What timer_delete_sync() does, with a way out. */
static void waits_until_told(struct timer_list *t)
{
	struct wait_note before = note_awaited(NOTE(WAITS_TIMER, &for_ever_timer));

	while (!READ_ONCE(first_runs))
		cpu_relax();
	WRITE_ONCE(both_run, true);
	while (!READ_ONCE(told) && try_to_del_timer_sync(&for_ever_timer) < 0)
		cpu_relax();
	note_awaited(before);
	WRITE_ONCE(over[1], true);
}

static void timers_wait_for_each_other(struct kunit *test)
{
	int cpu = second_cpu(test);
	char want[96];

	needs_notes(test);
	if (num_online_cpus() < 3)
		kunit_skip(test, "needs 3 CPUs");
	first_runs = both_run = told = over[0] = over[1] = false;
	for_ever_timer.expires = until_told_timer.expires = jiffies + 2;
	add_timer_on(&for_ever_timer, cpu);
	add_timer_on(&until_told_timer, cpu + 1);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(both_run)));
	mdelay(2);
	scnprintf(want, sizeof(want), "for timer waits_until_told, which runs on CPU %d and waits there for "
		  "waits_for_ever: a deadlock", cpu + 1);
	EXPECT_SAYS(test, ask_softirq(TIMER_SOFTIRQ), want);
	WRITE_ONCE(told, true);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(over[0]) && READ_ONCE(over[1])));
	EXPECT_SAYS(test, ask_cpu(cpu), "is idle");
}

static DEFINE_SEQLOCK(half_written);

static int reads_it(void *unused)
{
	read_seqbegin(&half_written);
	return 0;
}

static void write_does_not_end(struct kunit *test)
{
	static const char waits[] = "waits for the end of a write under seqlock half_written, begun at "
				    "write_does_not_end+0x";
	int cpu = second_cpu(test);
	struct task_struct *p;
	const char *said;

	needs_notes(test);
	p = create_on(test, cpu, reads_it, "why_reader/%u");
	write_seqlock(&half_written);
	wake_up_process(p);
	spin_until(strstr(said = ask_thread(p), waits));	/* twice, and then it stays */
	EXPECT_SAYS(test, said, waits);
	write_sequnlock(&half_written);
	has_ended(test, p);
}

static seqcount_t left_open = SEQCNT_ZERO(left_open);

static noinline void opens_it(void)
{
	raw_write_seqcount_begin(&left_open);
}

static int reads_what_is_open(void *unused)
{
	read_seqcount_begin(&left_open);
	return 0;
}

static void write_was_not_ended(struct kunit *test)
{
	static const char waits[] = "; it waits for the end of a write under seqlock left_open, begun at opens_it+0x";
	int cpu = second_cpu(test);
	struct task_struct *p;
	const char *said;

	needs_notes(test);
	opens_it();
	p = start_on(test, cpu, reads_what_is_open, "why_reader/%u");
	spin_until(strstr(said = ask_cpu(cpu), waits));
	EXPECT_SAYS(test, said, waits);
	raw_write_seqcount_end(&left_open);
	has_ended(test, p);
}

/* --- mutexes and semaphores --- */

static DEFINE_SEMAPHORE(why_sem, 1);

static noinline void takes_the_only_unit(void)
{
	down(&why_sem);
}

static int wants_a_unit(void *unused)
{
	down(&why_sem);
	up(&why_sem);
	return 0;
}

static void semaphore_is_kept(struct kunit *test)
{
	struct task_struct *p;
	char want[128];

	needs_notes(test);
	takes_the_only_unit();
	p = start_on(test, 0, wants_a_unit, "why_unit/%u");
	scnprintf(want, sizeof(want), "waits for semaphore why_sem, which %s/%d was the last to take, at "
		  "takes_the_only_unit+0x", current->comm, current->pid);
	EXPECT_SAYS(test, thread_says(p, want), want);
	KUNIT_EXPECT_NULL(test, strstr(ask_thread(p), "complete()"));
	up(&why_sem);
	has_ended(test, p);
}

static DEFINE_MUTEX(both_want);
static DECLARE_COMPLETION(its_answer);

static void answers_under_the_mutex(struct work_struct *work)
{
	scoped_guard(mutex, &both_want)
		complete(&its_answer);
}
static DECLARE_WORK(answering, answers_under_the_mutex);

static int asks_under_the_mutex(void *unused)
{
	mutex_lock(&both_want);
	schedule_work(&answering);
	wait_for_completion_timeout(&its_answer, HZ);
	mutex_unlock(&both_want);
	return 0;
}

static void who_holds_up_its_waker(struct kunit *test)
{
	static const char want[] = " with work answers_under_the_mutex waits for mutex both_want, which it has: "
				   "is it who should?";
	struct task_struct *p;

	needs_notes(test);
	p = start_on(test, 0, asks_under_the_mutex, "why_asks/%u");
	EXPECT_SAYS(test, thread_says(p, want), want);
	has_ended(test, p);
	flush_work(&answering);
	KUNIT_EXPECT_TRUE(test, try_wait_for_completion(&its_answer));
}

static DEFINE_MUTEX(why_mutex);

static noinline void takes_and_returns(void)
{
	mutex_lock(&why_mutex);
}

static int forgets(void *unused)
{
	takes_and_returns();
	barrier();
	stay_asleep();
	mutex_unlock(&why_mutex);
	return 0;
}

static int keeps(void *unused)
{
	mutex_lock(&why_mutex);
	stay_asleep();
	mutex_unlock(&why_mutex);
	return 0;
}

static int wants(void *unused)
{
	mutex_lock(&why_mutex);
	mutex_unlock(&why_mutex);
	return 0;
}

/* What is said of who waits for a mutex that @owner has taken. */
static void mutex_case(struct kunit *test, int (*owner)(void *), const char *phrase)
{
	struct task_struct *has, *p;

	stay_soon();
	has = start_on(test, 0, owner, "why_owner/%u");
	KUNIT_ASSERT_TRUE(test, wait_until(stays() && !READ_ONCE(has->on_rq)));
	p = start_on(test, 0, wants, "why_wants/%u");
	EXPECT_SAYS(test, thread_says(p, "waits for mutex"), phrase);
	let_go(NULL);
	has_ended(test, p);
	has_ended(test, has);
}

static void mutex_is_forgotten(struct kunit *test)
{
	mutex_case(test, forgets, DEBUG_LOCKS ? "from where it has returned: is a mutex_unlock() "
		   "missing on a way out?" : "why_owner/0");
}

static void mutex_is_kept(struct kunit *test)
{
	mutex_case(test, keeps, DEBUG_LOCKS ? "has since keeps+0x" : "why_owner/0");
	KUNIT_EXPECT_NULL(test, strstr(ask_cpu(0), "mutex_unlock"));
}

/* --- wake-ups --- */

static DECLARE_WAIT_QUEUE_HEAD(why_queue);
static bool condition;

static int waits(void *unused)
{
	wait_event(why_queue, READ_ONCE(condition));
	return 0;
}

static noinline void too_early(void)
{
	wake_up(&why_queue);
	barrier();
}

static void wake_up_was_in_vain(struct kunit *test)
{
	struct task_struct *p;

	needs_notes(test);
	condition = false;
	p = start_on(test, 0, waits, "why_waits/%u");
	KUNIT_EXPECT_TRUE(test, wait_until(waitqueue_active(&why_queue)));
	EXPECT_SAYS(test, ask_thread(p), ": no wake_up() of why_queue has reached it since.");
	too_early();
	KUNIT_EXPECT_TRUE(test, wait_until(waitqueue_active(&why_queue) && !READ_ONCE(p->on_rq)));
	EXPECT_SAYS(test, ask_thread(p), ": a wake_up() of why_queue at too_early+0x");
	WRITE_ONCE(condition, true);
	wake_up(&why_queue);
	has_ended(test, p);
}

static int naps_often(void *unused)
{
	while (!kthread_should_stop())
		usleep_range(200, 300);	/* on a slow machine, too, longer than a look at its stack */
	return 0;
}

static void who_looks_now_and_then_is_asked_asleep(struct kunit *test)
{
	struct task_struct *p = start_on(test, second_cpu(test), naps_often, "why_often/%u");
	static const char naps[] = "sleeps (D) in usleep_range";

	EXPECT_SAYS(test, thread_says(p, naps), naps);
	kthread_stop(p);
	put_task_struct(p);
}

static DECLARE_COMPLETION(answered);

static int starts_and_waits(void *unused)
{
	complete(&answered);		/* the device is quick */
	reinit_completion(&answered);
	wait_for_completion(&answered);
	return 0;
}

static void complete_was_taken_back(struct kunit *test)
{
	static const char taken_back[] = "one that came before was taken back by reinit_completion() at "
					 "starts_and_waits+0x";
	struct task_struct *p;

	needs_notes(test);
	p = start_on(test, 0, starts_and_waits, "why_command/%u");
	EXPECT_SAYS(test, thread_says(p, taken_back), taken_back);
	complete(&answered);
	has_ended(test, p);
}

static void nothing_to_do(struct timer_list *t)
{
}

static void timer_is_armed_after_its_shutdown(struct kunit *test)
{
	static struct timer_list t;

	needs_notes(test);
	timer_setup(&t, nothing_to_do, 0);
	timer_shutdown_sync(&t);
	mod_timer(&t, jiffies + 1);
	EXPECT_SAYS(test, ask_softirq(TIMER_SOFTIRQ), "was armed at timer_is_armed_after_its_shutdown+0x");
}

static void reads_for_long(void *unused)
{
	rcu_read_lock();
	stay();
	rcu_read_unlock();
}

static void freed(struct rcu_head *head)
{
}

static void a_reader_holds_up_callbacks(struct kunit *test)
{
	static struct rcu_head head;
	int cpu = second_cpu(test);
	char want[64];

	stick(test, cpu, reads_for_long);
	call_rcu(&head, freed);
	scnprintf(want, sizeof(want), "before CPU %d has left its readers: preemption is off", cpu);
	for (int i = 0; i < 1000 && !strstr(ask_softirq(RCU_SOFTIRQ), want); i++)
		msleep(1);
	EXPECT_SAYS(test, ask_softirq(RCU_SOFTIRQ), want);
	let_go(NULL);
	rcu_barrier();
	KUNIT_EXPECT_NULL(test, strstr(ask_softirq(RCU_SOFTIRQ), "readers"));
}

static DEFINE_MUTEX(line_mutex);
static unsigned int mutex_irq;

static irqreturn_t wakes(int irq, void *dev)
{
	return IRQ_WAKE_THREAD;
}

static irqreturn_t wants_the_mutex(int irq, void *dev)
{
	guard(mutex)(&line_mutex);
	return IRQ_HANDLED;
}

static int synchronizes(void *unused)
{
	synchronize_irq(mutex_irq);
	return 0;
}

/* Who waits for a line waits for its thread, and for what that waits for. */
static void irq_thread_waits_for_a_mutex(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);
	struct task_struct *p;
	char want[160];

	needs_notes(test);
	KUNIT_ASSERT_EQ(test, request_threaded_irq(f->irq, wakes, wants_the_mutex, 0, "why", f), 0);
	mutex_irq = f->irq;
	mutex_lock(&line_mutex);
	fake_send(f);
	p = start_on(test, 0, synchronizes, "why_sync/%u");
	scnprintf(want, sizeof(want), "waits until irq %d has no handler running (disable_irq, "
		  "synchronize_irq, free_irq). Thread irq/%d-why/", f->irq, f->irq);
	EXPECT_SAYS(test, thread_says(p, "waits for mutex line_mutex"), want);
	mutex_unlock(&line_mutex);
	has_ended(test, p);
	free_irq(f->irq, f);
}

static irqreturn_t handles_it_alone(int irq, void *dev)
{
	return IRQ_HANDLED;
}

static irqreturn_t never_called(int irq, void *dev)
{
	return IRQ_HANDLED;
}

static void irq_thread_is_not_woken(struct kunit *test)
{
	struct fake_irq *f = fake_irq_create_vector(test);
	struct task_struct *p;
	char want[128];

	KUNIT_ASSERT_EQ(test, request_threaded_irq(f->irq, handles_it_alone, never_called, 0, "why", f), 0);
	p = f->desc->action->thread;
	EXPECT_SAYS(test, thread_says(p, "never woken"), "came in 0 times; its handler is handles_it_alone.");
	fake_send(f);
	fake_send(f);
	scnprintf(want, sizeof(want), "was never woken: irq %d came in 2 times, and its handler handles_it_alone never "
		  "returned IRQ_WAKE_THREAD.", f->irq);
	EXPECT_SAYS(test, ask_thread(p), want);
	EXPECT_SAYS(test, ask_irq(f->irq), "; its thread was never woken: handles_it_alone never returned");
	free_irq(f->irq, f);
}

static DEFINE_RWLOCK(read_elsewhere);

static void reads_there(void *unused)
{
	read_lock(&read_elsewhere);
	stay();
	read_unlock(&read_elsewhere);
}

static int writes_there(void *unused)
{
	write_lock(&read_elsewhere);
	write_unlock(&read_elsewhere);
	return 0;
}

/* Of two who have it in lockdep's eyes, the one that spins does not. */
static void writer_waits_for_a_reader(struct kunit *test)
{
	unsigned int cpu = second_cpu(test), last = cpumask_last(cpu_online_mask);
	struct task_struct *p;
	const char *said;

	needs_notes(test);
	if (last == cpu)
		kunit_skip(test, "needs a third CPU");
	stick(test, last, reads_there);
	p = start_on(test, cpu, writes_there, "why_writes/%u");
	KUNIT_EXPECT_TRUE(test, spin_until(strstr(said = ask_cpu(cpu), "; it spins")));
	let_go(NULL);
	has_ended(test, p);
	EXPECT_SAYS(test, said, "for 'read_elsewhere', which ");
	EXPECT_SAYS(test, said, " has read since reads_there+0x");
}

static struct kunit_case why_awaits_cases[] = {
	KUNIT_CASE(tasklet_is_disabled_and_killed),
	KUNIT_CASE(tasklet_runs_and_is_killed),
	KUNIT_CASE(napi_is_disabled_twice),
	KUNIT_CASE(timers_wait_for_each_other),
	KUNIT_CASE(write_does_not_end),
	KUNIT_CASE(write_was_not_ended),
	KUNIT_CASE(semaphore_is_kept),
	KUNIT_CASE(who_holds_up_its_waker),
	KUNIT_CASE(mutex_is_forgotten),
	KUNIT_CASE(mutex_is_kept),
	KUNIT_CASE(wake_up_was_in_vain),
	KUNIT_CASE(who_looks_now_and_then_is_asked_asleep),
	KUNIT_CASE(irq_thread_is_not_woken),
	KUNIT_CASE(irq_thread_waits_for_a_mutex),
	KUNIT_CASE(complete_was_taken_back),
	KUNIT_CASE(timer_is_armed_after_its_shutdown),
	KUNIT_CASE(a_reader_holds_up_callbacks),
	KUNIT_CASE(writer_waits_for_a_reader),
	{}
};

static struct kunit_suite why_awaits_suite = {
	.name = "why_awaits",
	.init = why_test_init,
	.exit = why_test_exit,
	.test_cases = why_awaits_cases,
};
kunit_test_suite(why_awaits_suite);
