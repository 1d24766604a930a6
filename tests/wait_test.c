/* SPDX-License-Identifier: MIT */
/* Wait queues, completions, mutexes, semaphores: who is woken, in which order, and that none is lost. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/semaphore.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "line_util.h"
#include "sched_util.h"

static DECLARE_WAIT_QUEUE_HEAD(wq);
static int condition, woken;

static int wait_test_init(struct kunit *test)
{
	condition = woken = 0;
	forget_notes();
	return 0;
}

static unsigned int waiters(struct wait_queue_head *head)
{
	struct wait_queue_entry *e;
	unsigned int n = 0;

	spin_lock_irq(&head->lock);
	list_for_each_entry(e, &head->head, entry)
		n++;
	spin_unlock_irq(&head->lock);
	return n;
}

/* Of these, who has found the condition false and sleeps: it sees nothing of what is done next. */
static unsigned int sleepers(struct wait_queue_head *head)
{
	struct wait_queue_entry *e;
	unsigned int n = 0;

	spin_lock_irq(&head->lock);
	list_for_each_entry(e, &head->head, entry)
		n += !READ_ONCE(e->task->on_rq);
	spin_unlock_irq(&head->lock);
	return n;
}

/* ---- wait queues ---- */

static int wait_plain(struct member *me)
{
	wait_event(wq, READ_ONCE(condition));
	__atomic_fetch_add(&woken, 1, __ATOMIC_RELAXED);
	return 0;
}

static int wait_exclusive(struct member *me)
{
	if (!wait_event_interruptible_exclusive(wq, READ_ONCE(condition)))
		note(me->arg);
	return 0;
}

static void wake_up_wakes_all_others_and_one_exclusive(struct kunit *test)
{
	struct crew *c = crew_new(test);

	for (int i = 0; i < 3; i++)
		crew_add(test, c, -1, wait_plain, 0);
	for (char name = 'a'; name <= 'c'; name++) {
		wake_up_process(crew_add(test, c, -1, wait_exclusive, name)->task);
		KUNIT_EXPECT_TRUE(test, wait_until(waiters(&wq) == name - 'a' + 1));
	}
	for (int i = 0; i < 3; i++)
		wake_up_process(c->member[i].task);
	KUNIT_EXPECT_TRUE(test, wait_until(sleepers(&wq) == 6));
	WRITE_ONCE(condition, 1);
	wake_up(&wq);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(woken) == 3 && notes() == 1));
	msleep(2);
	KUNIT_EXPECT_STREQ(test, order, "a");		/* who came first */
	KUNIT_EXPECT_EQ(test, waiters(&wq), 2);
	wake_up_nr(&wq, 1);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 2));
	wake_up_all(&wq);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 3));
	KUNIT_EXPECT_STREQ(test, order, "abc");
	KUNIT_EXPECT_FALSE(test, waitqueue_active(&wq));
}

static void wake_up_interruptible_leaves_the_others(struct kunit *test)
{
	struct crew *c = crew_new(test);

	crew_add(test, c, -1, wait_plain, 0);
	crew_add(test, c, -1, wait_exclusive, 'i');
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(sleepers(&wq) == 2));
	WRITE_ONCE(condition, 1);
	wake_up_interruptible_all(&wq);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 1));
	msleep(2);
	KUNIT_EXPECT_EQ(test, woken, 0);
	wake_up_all(&wq);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(woken) == 1));
}

static void a_wakeup_without_the_condition_wakes_nobody_for_good(struct kunit *test)
{
	struct crew *c = crew_new(test);

	crew_add(test, c, -1, wait_plain, 0);
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(sleepers(&wq) == 1));
	for (int i = 0; i < 5; i++) {
		wake_up_all(&wq);
		msleep(1);
	}
	KUNIT_EXPECT_TRUE(test, wait_until(sleepers(&wq) == 1));	/* looked, and waits again */
	KUNIT_EXPECT_EQ(test, woken, 0);
	WRITE_ONCE(condition, 1);
	wake_up_all(&wq);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(woken) == 1));
}

static int make_true_later(struct member *me)
{
	while (!sleepers(&wq) && !READ_ONCE(me->stop))
		msleep(1);
	msleep(me->arg);
	WRITE_ONCE(condition, 1);
	wake_up(&wq);
	return 0;
}

static void timeouts(struct kunit *test)
{
	struct crew *c = crew_new(test);
	unsigned long start = jiffies;
	long left;

	KUNIT_EXPECT_EQ(test, wait_event_timeout(wq, false, 5), 0);
	KUNIT_EXPECT_GE(test, jiffies - start, 5);
	KUNIT_EXPECT_EQ(test, wait_event_timeout(wq, true, 5), 5);
	KUNIT_EXPECT_EQ(test, wait_event_timeout(wq, true, 0), 1);
	KUNIT_EXPECT_EQ(test, wait_event_interruptible_timeout(wq, false, 2), 0);
	crew_add(test, c, -1, make_true_later, 3);
	crew_start(c);
	left = wait_event_timeout(wq, READ_ONCE(condition), 10 * HZ);
	KUNIT_EXPECT_GT(test, left, 1);
	KUNIT_EXPECT_LT(test, left, 10 * HZ);
}

/* The second look, when the thread is on the queue, sees nothing; then comes the wake-up, before it sleeps. */
static bool woken_behind_the_look(int *looks)
{
	bool was = READ_ONCE(condition);

	if (++*looks == 2) {
		WRITE_ONCE(condition, 1);
		wake_up(&wq);
	}
	return was;
}

static void a_wakeup_between_look_and_sleep_counts(struct kunit *test)
{
	int looks = 0;
	long left = wait_event_timeout(wq, woken_behind_the_look(&looks), 10 * HZ);

	KUNIT_EXPECT_GT(test, left, 1);		/* 1: it slept until the time was over */
	KUNIT_EXPECT_EQ(test, looks, 3);
}

static int sleep_with_a_signal_pending(struct member *me)
{
	allow_signal(SIGINT);
	send_sig(SIGINT, current, 1);
	set_current_state(TASK_INTERRUPTIBLE);
	me->count = schedule_timeout(10 * HZ);
	__atomic_fetch_add(&woken, 1, __ATOMIC_RELAXED);
	return 0;
}

static void nobody_sleeps_over_a_signal(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *m = crew_add(test, c, -1, sleep_with_a_signal_pending, 0);

	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(woken) == 1));
	KUNIT_EXPECT_GT(test, (long)m->count, 0);
}

static int wait_with_signals(struct member *me)
{
	if (me->arg)
		allow_signal(SIGINT);
	me->count = wait_event_interruptible(wq, READ_ONCE(condition));
	__atomic_fetch_add(&woken, 1, __ATOMIC_RELAXED);
	return 0;
}

static void interruptible_ends_by_an_allowed_signal(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *deaf = crew_add(test, c, -1, wait_with_signals, 0);
	struct member *hears = crew_add(test, c, -1, wait_with_signals, 1);

	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(waiters(&wq) == 2));
	send_sig(SIGINT, deaf->task, 1);
	send_sig(SIGINT, hears->task, 1);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(woken) == 1));
	KUNIT_EXPECT_EQ(test, (long)hears->count, -ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, waiters(&wq), 1);
	WRITE_ONCE(condition, 1);
	wake_up_all(&wq);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(woken) == 2));
	KUNIT_EXPECT_EQ(test, (long)deaf->count, 0);
}

/* A ring of threads, each waiting for its turn: every wake-up matters. */
#define RING	4
#define LAPS	500

static DECLARE_WAIT_QUEUE_HEAD(ring_wq);
static int turn;

static int run_ring(struct member *me)
{
	for (int lap = 0; lap < LAPS; lap++) {
		wait_event(ring_wq, READ_ONCE(turn) == me->nr);
		WRITE_ONCE(me->count, me->count + 1);
		WRITE_ONCE(turn, (me->nr + 1) % RING);
		wake_up_all(&ring_wq);
	}
	return 0;
}

static void no_wakeup_is_lost_in_a_ring(struct kunit *test)
{
	struct crew *c = crew_new(test);

	turn = 0;
	for (int i = 0; i < RING; i++)
		crew_add(test, c, -1, run_ring, 0);
	crew_start(c);
	for (int i = 0; i < RING; i++)
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[i].count) == LAPS));
}

static DEFINE_SPINLOCK(cond_lock);

static int wait_under_lock(struct member *me)
{
	spin_lock_irq(&cond_lock);
	wait_event_lock_irq(wq, condition > 0, cond_lock);
	condition--;
	WRITE_ONCE(woken, woken + 1);
	spin_unlock_irq(&cond_lock);
	return 0;
}

static void condition_under_a_lock(struct kunit *test)
{
	struct crew *c = crew_new(test);

	for (int i = 0; i < 8; i++)
		crew_add(test, c, -1, wait_under_lock, 0);
	crew_start(c);
	for (int i = 0; i < 8; i++) {
		spin_lock_irq(&cond_lock);
		condition++;
		spin_unlock_irq(&cond_lock);
		wake_up(&wq);
	}
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(woken) == 8));
	KUNIT_EXPECT_EQ(test, condition, 0);
}

/* ---- completions ---- */

static struct completion done;

static int wait_done(struct member *me)
{
	wait_for_completion(&done);
	note(me->arg);
	return 0;
}

static void completion_before_and_after(struct kunit *test)
{
	struct crew *c = crew_new(test);

	init_completion(&done);
	complete(&done);
	complete(&done);
	KUNIT_EXPECT_TRUE(test, completion_done(&done));
	wait_for_completion(&done);
	KUNIT_EXPECT_TRUE(test, try_wait_for_completion(&done));
	KUNIT_EXPECT_FALSE(test, try_wait_for_completion(&done));
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&done, 3), 0);
	for (char name = 'a'; name <= 'c'; name++) {
		wake_up_process(crew_add(test, c, -1, wait_done, name)->task);
		KUNIT_EXPECT_TRUE(test,
				  wait_until(in_line(&done.lock, &done.line) == name - 'a' + 1));
	}
	for (int i = 1; i <= 3; i++) {
		complete(&done);		/* one each, in order */
		KUNIT_EXPECT_TRUE(test, wait_until(notes() == i));
	}
	KUNIT_EXPECT_STREQ(test, order, "abc");
}

static void complete_all_is_for_ever(struct kunit *test)
{
	struct crew *c = crew_new(test);

	init_completion(&done);
	for (char name = 'a'; name <= 'e'; name++)
		crew_add(test, c, -1, wait_done, name);
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(in_line(&done.lock, &done.line) == 5));
	complete_all(&done);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 5));
	wait_for_completion(&done);
	KUNIT_EXPECT_TRUE(test, try_wait_for_completion(&done));
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&done, 7), 7);
	reinit_completion(&done);
	KUNIT_EXPECT_FALSE(test, completion_done(&done));
}

static void complete_it(void *x)
{
	complete(x);
}

static int wait_in_hardirq_completion(struct member *me)
{
	for (int i = 0; i < me->arg; i++) {
		wait_for_completion(&done);
		WRITE_ONCE(me->count, me->count + 1);
	}
	return 0;
}

static void completion_from_hardirq(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *m = crew_add(test, c, -1, wait_in_hardirq_completion, 200);

	init_completion(&done);
	crew_start(c);
	pin_to_cpu(0);
	for (int i = 0; i < 200; i++)
		call_in_hardirq(complete_it, &done);
	unpin();
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(m->count) == 200));
}

/* ---- mutexes ---- */

static DEFINE_MUTEX(mutex);
static u64 guarded;
static int inside, most_inside;

static int mutex_user(struct member *me)
{
	for (int i = 0; i < me->arg; i++) {
		mutex_lock(&mutex);
		most_inside = max(most_inside, ++inside);
		guarded++;
		if (i % 16 == 0)
			msleep(1);	/* a mutex may be held over a sleep */
		else if (i % 4 == 0)
			yield();
		inside--;
		mutex_unlock(&mutex);
	}
	WRITE_ONCE(me->count, me->arg);
	return 0;
}

static void mutex_excludes(struct kunit *test)
{
	struct crew *c = crew_new(test);

	guarded = inside = most_inside = 0;
	for (int i = 0; i < 6; i++)
		crew_add(test, c, -1, mutex_user, 100);
	crew_start(c);
	for (int i = 0; i < c->size; i++)
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[i].count) == 100));
	KUNIT_EXPECT_EQ(test, guarded, 600);
	KUNIT_EXPECT_EQ(test, most_inside, 1);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&mutex));
}

static int mutex_once(struct member *me)
{
	mutex_lock(&mutex);
	note(me->arg);
	mutex_unlock(&mutex);
	return 0;
}

static void mutex_is_handed_over_in_order(struct kunit *test)
{
	struct crew *c = crew_new(test);

	mutex_lock(&mutex);
	for (char name = 'a'; name <= 'e'; name++) {
		wake_up_process(crew_add(test, c, -1, mutex_once, name)->task);
		KUNIT_EXPECT_TRUE(test, wait_until(in_line(&mutex.wait_lock, &mutex.wait_list) ==
						   name - 'a' + 1));
	}
	KUNIT_EXPECT_TRUE(test, mutex_is_locked(&mutex));
	mutex_unlock(&mutex);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 5));
	KUNIT_EXPECT_STREQ(test, order, "abcde");
}

static int mutex_try(struct member *me)
{
	int got = mutex_trylock(&mutex);

	if (got)
		mutex_unlock(&mutex);
	WRITE_ONCE(me->count, 10 + got);
	return 0;
}

static void mutex_trylock_does_not_wait(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *m = crew_add(test, c, -1, mutex_try, 0);

	KUNIT_EXPECT_EQ(test, mutex_trylock(&mutex), 1);
	lockdep_assert_held(&mutex);
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(m->count) == 10));
	mutex_unlock(&mutex);
}

static int mutex_interruptible(struct member *me)
{
	allow_signal(SIGINT);
	me->count = mutex_lock_interruptible(&mutex);
	if (!me->count)
		mutex_unlock(&mutex);
	WRITE_ONCE(woken, 1);
	return 0;
}

static void mutex_wait_ends_by_a_signal(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *m = crew_add(test, c, -1, mutex_interruptible, 0);

	mutex_lock(&mutex);
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(in_line(&mutex.wait_lock, &mutex.wait_list) == 1));
	send_sig(SIGINT, m->task, 1);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(woken)));
	KUNIT_EXPECT_EQ(test, (long)m->count, -EINTR);
	KUNIT_EXPECT_EQ(test, in_line(&mutex.wait_lock, &mutex.wait_list), 0);
	mutex_unlock(&mutex);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&mutex));
}

static int mutex_take_and_keep(struct member *me)
{
	mutex_lock(&mutex);
	WRITE_ONCE(woken, 1);
	while (!READ_ONCE(me->stop))
		msleep(1);
	mutex_unlock(&mutex);
	return 0;
}

static void mutex_is_unlocked_by_its_owner_only(struct kunit *test)
{
	static bool warned;
	struct crew *c = crew_new(test);
	struct log_mark *log;

	if (xchg(&warned, true))
		kunit_skip(test, "the kernel warns once per boot");
	kunit_expect_report(test, "which does not own it");
	if (DEBUG_LOCKS)
		kunit_expect_report(test, "bad unlock balance detected!");
	log = log_mark(test);
	crew_add(test, c, -1, mutex_take_and_keep, 0);
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(woken)));
	mutex_unlock(&mutex);
	KUNIT_EXPECT_TRUE(test, mutex_is_locked(&mutex));
	KUNIT_EXPECT_EQ(test, log_count(log, "is trying to release lock (mutex) at:"), DEBUG_LOCKS);
}

/* ---- semaphores ---- */

static struct semaphore sem;

static int sem_user(struct member *me)
{
	for (int i = 0; i < me->arg; i++) {
		int now, most;

		down(&sem);
		now = __atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST);
		most = READ_ONCE(most_inside);
		while (now > most && !try_cmpxchg(&most_inside, &most, now))
			cpu_relax();
		if (i % 8 == 0)
			msleep(1);
		__atomic_fetch_sub(&inside, 1, __ATOMIC_SEQ_CST);
		up(&sem);
	}
	WRITE_ONCE(me->count, me->arg);
	return 0;
}

static void semaphore_lets_n_in(struct kunit *test)
{
	struct crew *c = crew_new(test);

	sema_init(&sem, 3);
	inside = most_inside = 0;
	for (int i = 0; i < 8; i++)
		crew_add(test, c, -1, sem_user, 50);
	crew_start(c);
	for (int i = 0; i < c->size; i++)
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[i].count) == 50));
	KUNIT_EXPECT_EQ(test, most_inside, 3);
	KUNIT_EXPECT_EQ(test, sem.units.done, 3);
}

static void up_it(void *x)
{
	up(x);
}

static void semaphore_try_timeout_and_up_from_hardirq(struct kunit *test)
{
	sema_init(&sem, 1);
	KUNIT_EXPECT_EQ(test, down_trylock(&sem), 0);
	KUNIT_EXPECT_EQ(test, down_trylock(&sem), 1);
	KUNIT_EXPECT_EQ(test, down_timeout(&sem, 3), -ETIME);
	pin_to_cpu(0);
	call_in_hardirq(up_it, &sem);
	unpin();
	KUNIT_EXPECT_EQ(test, down_timeout(&sem, 3), 0);
	KUNIT_EXPECT_EQ(test, sem.units.done, 0);
}

static struct kunit_case wait_cases[] = {
	KUNIT_CASE(wake_up_wakes_all_others_and_one_exclusive),
	KUNIT_CASE(wake_up_interruptible_leaves_the_others),
	KUNIT_CASE(a_wakeup_without_the_condition_wakes_nobody_for_good),
	KUNIT_CASE(timeouts),
	KUNIT_CASE(a_wakeup_between_look_and_sleep_counts),
	KUNIT_CASE(nobody_sleeps_over_a_signal),
	KUNIT_CASE(interruptible_ends_by_an_allowed_signal),
	KUNIT_CASE(no_wakeup_is_lost_in_a_ring),
	KUNIT_CASE(condition_under_a_lock),
	KUNIT_CASE(completion_before_and_after),
	KUNIT_CASE(complete_all_is_for_ever),
	KUNIT_CASE(completion_from_hardirq),
	KUNIT_CASE(mutex_excludes),
	KUNIT_CASE(mutex_is_handed_over_in_order),
	KUNIT_CASE(mutex_trylock_does_not_wait),
	KUNIT_CASE(mutex_wait_ends_by_a_signal),
	KUNIT_CASE(mutex_is_unlocked_by_its_owner_only),
	KUNIT_CASE(semaphore_lets_n_in),
	KUNIT_CASE(semaphore_try_timeout_and_up_from_hardirq),
	{}
};

static struct kunit_suite wait_suite = {
	.name = "wait",
	.init = wait_test_init,
	.test_cases = wait_cases,
};
kunit_test_suite(wait_suite);
