/* SPDX-License-Identifier: MIT */
/* Helpers of the suites about threads: groups of threads, a record of who ran in which order. */
#ifndef _TESTS_SCHED_UTIL_H
#define _TESTS_SCHED_UTIL_H

#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "context.h"

#define MAX_CREW	64

/* Threads that call fn(&member) once started; member->arg is the test's. */
struct member {
	int (*fn)(struct member *me);
	long arg;
	int nr;
	u64 count;		/* the thread's own result */
	bool stop;
	struct task_struct *task;
};

struct crew {
	int size;
	struct member member[MAX_CREW];
};

static int member_main(void *data)
{
	struct member *m = data;
	int ret = m->fn(m);

	while (!kthread_should_stop()) {
		set_current_state(TASK_IDLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return ret;
}

static inline void crew_dismiss(void *data)
{
	struct crew *c = data;

	for (int i = 0; i < c->size; i++)
		WRITE_ONCE(c->member[i].stop, true);
	for (int i = 0; i < c->size; i++)
		kthread_stop(c->member[i].task);
	c->size = 0;
}

/* An empty crew; its threads are stopped after the case at the latest. */
static inline struct crew *crew_new(struct kunit *test)
{
	struct crew *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, c);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, crew_dismiss, c), 0);
	return c;
}

/* One more thread, not started; @cpu < 0: any CPU. */
static inline struct member *crew_add(struct kunit *test, struct crew *c, int cpu,
				      int (*fn)(struct member *me), long arg)
{
	struct member *m = &c->member[c->size];

	KUNIT_ASSERT_LT(test, c->size, MAX_CREW);
	*m = (struct member){ .fn = fn, .arg = arg, .nr = c->size };
	m->task = kthread_create(member_main, m, "crew/%d", m->nr);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, m->task);
	if (cpu >= 0)
		KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(m->task, cpumask_of(cpu)), 0);
	c->size++;
	return m;
}

static inline void crew_start(struct crew *c)
{
	for (int i = 0; i < c->size; i++)
		wake_up_process(c->member[i].task);
}

/*
 * Use the CPU until told to stop. A pause now and then lets the other CPUs on under -icount; at every
 * turn it would cost the host more than the work does.
 */
static inline int spin_until_stopped(struct member *me)
{
	while (!READ_ONCE(me->stop)) {
		WRITE_ONCE(me->count, me->count + 1);
		for (int i = 0; i < 2000; i++)
			barrier();
		cpu_relax();
	}
	return 0;
}

static inline void set_policy(struct kunit *test, struct task_struct *p, int policy, int prio)
{
	struct sched_param param = { .sched_priority = prio };

	KUNIT_EXPECT_EQ(test, sched_setscheduler(p, policy, &param), 0);
}

/* The @n-th online CPU, counted from 0; the case is skipped if there are not so many. */
static inline int nth_cpu(struct kunit *test, int n)
{
	int cpu, i = 0;

	for_each_online_cpu(cpu)
		if (i++ == n)
			return cpu;
	kunit_skip(test, "needs %d CPUs", n + 1);
	return -1;
}

/* What the kernel logs from log_mark() on. */
struct log_mark {
	struct kmsg_iter from;
	struct kmsg_record rec;
};

static inline struct log_mark *log_mark(struct kunit *test)
{
	struct log_mark *l = kunit_kzalloc(test, sizeof(*l), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, l);
	kmsg_rewind(&l->from);
	while (kmsg_next(&l->from, &l->rec)) {
		/* old */
	}
	return l;
}

/* How many lines since the mark hold @text. */
static inline int log_count(struct log_mark *l, const char *text)
{
	struct kmsg_iter it = l->from;
	int n = 0;

	while (kmsg_next(&it, &l->rec))
		n += strstr(l->rec.text, text) != NULL;
	return n;
}

#endif
