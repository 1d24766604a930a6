/* SPDX-License-Identifier: MIT */
/*
 * L21: whatever may sleep says so under a spinlock, also when it has nothing to wait for. One case for
 * each such function, alone under the lock; where it goes on to do what is wrong anyway, that is
 * reported too.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include "context.h"
#include "irq_fake.h"

static struct fake_irq *line;
static void *memory;
static char bytes[2];

static void does_kmalloc(void)
{
	memory = kmalloc(8, GFP_KERNEL);
}

static void does_vmalloc(void)
{
	memory = vmalloc(8);
}

static void does_copy_to_user(void)
{
	bytes[0] = copy_to_user((void __user *)&bytes[0], &bytes[1], 1);
}

static void does_copy_from_user(void)
{
	bytes[0] = copy_from_user(&bytes[0], (void __user *)&bytes[1], 1);
}

static void does_mutex_lock(void)
{
	static DEFINE_MUTEX(m);

	mutex_lock(&m);
	mutex_unlock(&m);
}

static DECLARE_RWSEM(sem);

static void does_down_read(void)
{
	down_read(&sem);
	up_read(&sem);
}

static void does_down_write(void)
{
	down_write(&sem);
	up_write(&sem);
}

static void does_wait_for_completion(void)
{
	DECLARE_COMPLETION_ONSTACK(done);

	complete(&done);
	wait_for_completion(&done);
}

static void does_wait_event(void)
{
	DECLARE_WAIT_QUEUE_HEAD(wq);

	wait_event(wq, true);
}

static void nothing(struct work_struct *work)
{
}
static DECLARE_WORK(idle_work, nothing);

static void does_flush_work(void)
{
	flush_work(&idle_work);
}

static void does_cancel_work_sync(void)
{
	cancel_work_sync(&idle_work);
}

static void does_synchronize_rcu(void)
{
	synchronize_rcu();
}

static void does_disable_irq(void)
{
	disable_irq(line->irq);
	enable_irq(line->irq);
}

static void does_free_irq(void)
{
	fake_free(line);
}

#define AT	"BUG: sleeping function called from invalid context at "
#define WAITS	"[ BUG: Invalid wait context ]"

static const struct sleeper {
	const char *name;
	void (*fn)(void);
	const char *says, *also;	/* @also: in builds with lockdep */
} sleepers[] = {
	{ "kmalloc(GFP_KERNEL)", does_kmalloc, AT },
	{ "vmalloc", does_vmalloc, AT },
	{ "copy_to_user", does_copy_to_user, AT "kernel/fs/uaccess.c" },
	{ "copy_from_user", does_copy_from_user, AT "kernel/fs/uaccess.c" },
	{ "mutex_lock", does_mutex_lock, AT "kernel/locking/mutex.c", WAITS },
	{ "down_read", does_down_read, AT "kernel/locking/rwsem.c", WAITS },
	{ "down_write", does_down_write, AT "kernel/locking/rwsem.c", WAITS },
	{ "wait_for_completion", does_wait_for_completion, AT "kernel/sched/completion.c" },
	{ "wait_event", does_wait_event, AT "tests/might_sleep_test.c" },
	{ "flush_work", does_flush_work, AT "kernel/workqueue/workqueue.c" },
	{ "cancel_work_sync", does_cancel_work_sync, AT "kernel/workqueue/workqueue.c" },
	{ "synchronize_rcu", does_synchronize_rcu, AT "kernel/rcu/tree.c", "scheduling while atomic" },
	{ "disable_irq", does_disable_irq, AT "kernel/irq/manage.c" },
	{ "free_irq", does_free_irq, AT "kernel/locking/mutex.c", WAITS },
};
KUNIT_ARRAY_PARAM_DESC(sleepers, sleepers, name);

static void L21_says_so_under_a_spinlock(struct kunit *test)
{
	const struct sleeper *s = test->param_value;
	static DEFINE_SPINLOCK(held);

	line = fake_irq_create(test, handle_level_irq);
	fake_request(test, line, 0);
	memory = NULL;
	msleep(1100);		/* at most one report a second */
	kunit_expect_report(test, s->says);
	if (s->also)
		kunit_expect_report(test, s->also);
	spin_lock(&held);
	s->fn();
	if (!preempt_count())	/* it has slept: "scheduling while atomic" has forced the count */
		preempt_disable();
	spin_unlock(&held);
	kvfree(memory);
}

static int might_sleep_init(struct kunit *test)
{
	if (!DEBUG_ATOMIC_SLEEP || !DEBUG_LOCKS)
		kunit_skip(test, "release builds do not check might_sleep()");
	if (!deterministic())
		kunit_skip(test, "a second of real time for each function");
	pin_to_cpu(0);
	return 0;
}

static void might_sleep_exit(struct kunit *test)
{
	unpin();
}

static struct kunit_case might_sleep_cases[] = {
	KUNIT_CASE_PARAM(L21_says_so_under_a_spinlock, sleepers_gen_params),
	{}
};

static struct kunit_suite might_sleep_suite = {
	.name = "might_sleep",
	.init = might_sleep_init,
	.exit = might_sleep_exit,
	.test_cases = might_sleep_cases,
};
kunit_test_suite(might_sleep_suite);
