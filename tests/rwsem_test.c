/* SPDX-License-Identifier: MIT */
/*
 * Read/write semaphores: who shares, who waits behind whom, what a signal and a downgrade do to the line,
 * what lockdep says. Nothing is done before those who must wait are asleep in the line.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <trace/events/lock.h>

#include "line_util.h"
#include "sched_util.h"

static DECLARE_RWSEM(sem);
static int inside;		/* readers that have it */

static int rwsem_test_init(struct kunit *test)
{
	inside = 0;
	forget_notes();
	return 0;
}

/* How many stand in the line, asleep: they see nothing of what is done next. */
static unsigned int asleep(void)
{
	struct line_waiter *w;
	unsigned int n = 0;

	guard(raw_spinlock_irq)(&sem.wait_lock);
	list_for_each_entry(w, &sem.wait_list, list)
		n += !READ_ONCE(w->task->on_rq);
	return n;
}

static int write_once(struct member *me)
{
	down_write(&sem);
	note(me->arg);
	up_write(&sem);
	return 0;
}

static int read_once(struct member *me)
{
	down_read(&sem);
	note(me->arg);
	up_read(&sem);
	return 0;
}

static int read_until_stopped(struct member *me)
{
	down_read(&sem);
	__atomic_fetch_add(&inside, 1, __ATOMIC_SEQ_CST);
	while (!READ_ONCE(me->stop))
		msleep(1);
	up_read(&sem);
	note(me->arg);
	return 0;
}

static int write_until_stopped(struct member *me)
{
	down_write(&sem);
	note(me->arg);
	while (!READ_ONCE(me->stop))
		msleep(1);
	up_write(&sem);
	return 0;
}

/* One more thread, which falls asleep in the line. */
static struct member *line_up(struct kunit *test, struct crew *c, int (*fn)(struct member *me),
			      long arg)
{
	struct member *m = crew_add(test, c, -1, fn, arg);
	unsigned int before = asleep();

	wake_up_process(m->task);
	KUNIT_EXPECT_TRUE(test, wait_until(asleep() == before + 1));
	return m;
}

static void stop_all(struct crew *c)
{
	for (int i = 0; i < c->size; i++)
		WRITE_ONCE(c->member[i].stop, true);
}

static void expect_free(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, wait_until(!rwsem_is_locked(&sem)));
	KUNIT_EXPECT_FALSE(test, rwsem_is_contended(&sem));
	KUNIT_EXPECT_EQ(test, atomic_long_read(&sem.holders), 0);
}

/* ---- who shares ---- */

static void trylocks_do_not_wait(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&sem));
	KUNIT_EXPECT_EQ(test, down_read_trylock(&sem), 1);
	KUNIT_EXPECT_EQ(test, down_read_trylock(&sem), 1);
	KUNIT_EXPECT_EQ(test, down_write_trylock(&sem), 0);
	KUNIT_EXPECT_EQ(test, rwsem_readers(&sem), 2);
	KUNIT_EXPECT_NULL(test, rwsem_writer(&sem));
	up_read(&sem);
	KUNIT_EXPECT_TRUE(test, rwsem_is_locked(&sem));
	up_read(&sem);
	KUNIT_EXPECT_EQ(test, down_write_trylock(&sem), 1);
	KUNIT_EXPECT_PTR_EQ(test, rwsem_writer(&sem), current);
	KUNIT_EXPECT_EQ(test, rwsem_readers(&sem), 0);
	KUNIT_EXPECT_EQ(test, down_read_trylock(&sem), 0);
	KUNIT_EXPECT_EQ(test, down_write_trylock(&sem), 0);
	up_write(&sem);
	expect_free(test);
}

static void readers_share_a_writer_waits(struct kunit *test)
{
	struct crew *c = crew_new(test);

	for (int i = 0; i < 3; i++)
		crew_add(test, c, -1, read_until_stopped, 'r');
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(inside) == 3));
	line_up(test, c, write_once, 'w');
	KUNIT_EXPECT_EQ(test, rwsem_readers(&sem), 3);
	KUNIT_EXPECT_EQ(test, notes(), 0);
	stop_all(c);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 4));
	expect_free(test);
}

static void a_writer_keeps_all_out(struct kunit *test)
{
	struct crew *c = crew_new(test);

	down_write(&sem);
	lockdep_assert_held_write(&sem);
	line_up(test, c, write_once, 'a');
	line_up(test, c, read_once, 'b');
	line_up(test, c, write_once, 'c');
	KUNIT_EXPECT_EQ(test, notes(), 0);
	up_write(&sem);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 3));
	KUNIT_EXPECT_STREQ(test, order, "abc");
	expect_free(test);
}

static void guards(struct kunit *test)
{
	scoped_guard(rwsem_read, &sem) {
		KUNIT_EXPECT_EQ(test, rwsem_readers(&sem), 1);
		lockdep_assert_held_read(&sem);
	}
	scoped_guard(rwsem_write, &sem) {
		KUNIT_EXPECT_PTR_EQ(test, rwsem_writer(&sem), current);
		lockdep_assert_held_write(&sem);
	}
	expect_free(test);
}

static void one_on_the_heap(struct kunit *test)
{
	struct rw_semaphore *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	init_rwsem(s);
	down_read(s);
	up_read(s);
	down_write(s);
	up_write(s);
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(s));
}

/* ---- who is first ---- */

/* R W R: the second reader could share with the first, and waits behind the writer. */
static void a_reader_waits_behind_a_waiting_writer(struct kunit *test)
{
	struct crew *c = crew_new(test);

	down_read(&sem);
	KUNIT_EXPECT_FALSE(test, rwsem_is_contended(&sem));
	line_up(test, c, write_once, 'w');
	KUNIT_EXPECT_TRUE(test, rwsem_is_contended(&sem));
	KUNIT_EXPECT_EQ(test, down_read_trylock(&sem), 0);
	line_up(test, c, read_once, 'r');
	KUNIT_EXPECT_EQ(test, notes(), 0);
	up_read(&sem);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 2));
	KUNIT_EXPECT_STREQ(test, order, "wr");
	expect_free(test);
}

/* W: r w r r. With the first reader come the others, also those behind the writer. */
static void all_readers_in_line_come_together(struct kunit *test)
{
	struct crew *c = crew_new(test);

	down_write(&sem);
	line_up(test, c, read_until_stopped, 'r');
	line_up(test, c, write_once, 'w');
	line_up(test, c, read_until_stopped, 'r');
	line_up(test, c, read_until_stopped, 'r');
	up_write(&sem);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(inside) == 3));
	KUNIT_EXPECT_EQ(test, asleep(), 1);
	KUNIT_EXPECT_EQ(test, notes(), 0);
	/* and who comes now is behind the writer */
	line_up(test, c, read_once, 'z');
	stop_all(c);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 5));
	KUNIT_EXPECT_NOT_NULL(test, strstr(order, "w"));
	KUNIT_EXPECT_TRUE(test, strchr(order, 'z') > strchr(order, 'w'));
	expect_free(test);
}

/* R: w r r. The line begins with a writer: it is alone, then come both readers. */
static void a_writer_is_let_in_alone(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *w;

	down_read(&sem);
	w = line_up(test, c, write_until_stopped, 'w');
	line_up(test, c, read_until_stopped, 'r');
	line_up(test, c, read_until_stopped, 'r');
	up_read(&sem);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 1));
	KUNIT_EXPECT_PTR_EQ(test, rwsem_writer(&sem), w->task);
	KUNIT_EXPECT_EQ(test, asleep(), 2);
	KUNIT_EXPECT_EQ(test, READ_ONCE(inside), 0);
	WRITE_ONCE(w->stop, true);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(inside) == 2));
	stop_all(c);
	expect_free(test);
}

/* ---- downgrade ---- */

static void downgrade_lets_waiting_readers_in(struct kunit *test)
{
	struct crew *c = crew_new(test);

	down_write(&sem);
	line_up(test, c, read_until_stopped, 'r');
	line_up(test, c, read_until_stopped, 'r');
	line_up(test, c, write_once, 'w');
	downgrade_write(&sem);
	lockdep_assert_held_read(&sem);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(inside) == 2));
	KUNIT_EXPECT_EQ(test, rwsem_readers(&sem), 3);
	KUNIT_EXPECT_EQ(test, asleep(), 1);
	up_read(&sem);
	stop_all(c);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 3));
	expect_free(test);
}

static void downgrade_is_no_way_past_a_writer(struct kunit *test)
{
	struct crew *c = crew_new(test);

	down_write(&sem);
	line_up(test, c, write_once, 'w');
	line_up(test, c, read_once, 'r');
	downgrade_write(&sem);
	KUNIT_EXPECT_EQ(test, rwsem_readers(&sem), 1);
	KUNIT_EXPECT_EQ(test, in_line(&sem.wait_lock, &sem.wait_list), 2);
	KUNIT_EXPECT_EQ(test, asleep(), 2);
	up_read(&sem);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 2));
	KUNIT_EXPECT_STREQ(test, order, "wr");
	expect_free(test);
}

static void downgrade_with_nobody_in_line(struct kunit *test)
{
	down_write(&sem);
	downgrade_write(&sem);
	KUNIT_EXPECT_EQ(test, down_read_trylock(&sem), 1);
	KUNIT_EXPECT_EQ(test, down_write_trylock(&sem), 0);
	up_read(&sem);
	up_read(&sem);
	expect_free(test);
}

/* ---- signals ---- */

/* How down_read and down_write wait, by number; what they said goes to count, 'x' to the notes. */
enum how { READ_INTERRUPTIBLE, READ_KILLABLE, WRITE_KILLABLE };

static int signalled(struct member *me)
{
	int err = 0;

	allow_signal(SIGINT);
	allow_signal(SIGKILL);
	if (me->arg == READ_INTERRUPTIBLE)
		err = down_read_interruptible(&sem);
	else if (me->arg == READ_KILLABLE)
		err = down_read_killable(&sem);
	else
		err = down_write_killable(&sem);
	if (!err && me->arg == WRITE_KILLABLE)
		up_write(&sem);
	else if (!err)
		up_read(&sem);
	me->count = err;
	note('x');
	return 0;
}

static void a_signal_ends_an_interruptible_wait(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *m;

	down_write(&sem);
	m = line_up(test, c, signalled, READ_INTERRUPTIBLE);
	send_sig(SIGINT, m->task, 1);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 1));
	KUNIT_EXPECT_EQ(test, (long)m->count, -EINTR);
	KUNIT_EXPECT_FALSE(test, rwsem_is_contended(&sem));
	up_write(&sem);
	expect_free(test);
}

static void a_deadly_signal_ends_a_killable_wait(struct kunit *test)
{
	for (enum how how = READ_KILLABLE; how <= WRITE_KILLABLE; how++) {
		struct crew *c = crew_new(test);
		struct member *m;

		rwsem_test_init(test);
		down_write(&sem);
		m = line_up(test, c, signalled, how);
		send_sig(SIGINT, m->task, 1);
		KUNIT_EXPECT_EQ(test, in_line(&sem.wait_lock, &sem.wait_list), 1);
		KUNIT_EXPECT_EQ(test, notes(), 0);
		send_sig(SIGKILL, m->task, 1);
		KUNIT_EXPECT_TRUE(test, wait_until(notes() == 1));
		KUNIT_EXPECT_EQ(test, (long)m->count, -EINTR);
		KUNIT_EXPECT_FALSE(test, rwsem_is_contended(&sem));
		up_write(&sem);
		expect_free(test);
	}
}

/* Who has it does not look at signals, nor does who comes when it is free. */
static void without_a_wait_no_signal_counts(struct kunit *test)
{
	for (enum how how = READ_INTERRUPTIBLE; how <= WRITE_KILLABLE; how++) {
		struct crew *c = crew_new(test);
		struct member *m = crew_add(test, c, -1, signalled, how);

		rwsem_test_init(test);
		m->task->sig_allowed = BIT(SIGKILL);
		send_sig(SIGKILL, m->task, 1);
		crew_start(c);
		KUNIT_EXPECT_TRUE(test, wait_until(notes() == 1));
		KUNIT_EXPECT_EQ(test, (long)m->count, 0);
		expect_free(test);
	}
}

/* R: a writer that would have to wait and is dying does not even line up, and leaves no note. */
static void who_is_dying_does_not_line_up(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *m = crew_add(test, c, -1, signalled, WRITE_KILLABLE);

	down_read(&sem);
	m->task->sig_allowed = BIT(SIGKILL);
	send_sig(SIGKILL, m->task, 1);
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 1));
	KUNIT_EXPECT_EQ(test, (long)m->count, -EINTR);
	KUNIT_EXPECT_EQ(test, down_read_trylock(&sem), 1);
	up_read(&sem);
	up_read(&sem);
	expect_free(test);
}

/* R: w r. The writer gives up, and nothing stands between the readers any more. */
static void a_writer_that_gives_up_makes_way(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *w;

	down_read(&sem);
	w = line_up(test, c, signalled, WRITE_KILLABLE);
	line_up(test, c, read_until_stopped, 'r');
	send_sig(SIGKILL, w->task, 1);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(inside) == 1));
	KUNIT_EXPECT_EQ(test, rwsem_readers(&sem), 2);
	KUNIT_EXPECT_EQ(test, in_line(&sem.wait_lock, &sem.wait_list), 0);
	KUNIT_EXPECT_EQ(test, down_read_trylock(&sem), 1);
	up_read(&sem);
	up_read(&sem);
	stop_all(c);
	expect_free(test);
}

/* R: w w r. With another writer before it the reader goes on waiting. */
static void a_writer_that_gives_up_leaves_the_next(struct kunit *test)
{
	struct crew *c = crew_new(test);
	struct member *w;

	down_read(&sem);
	w = line_up(test, c, signalled, WRITE_KILLABLE);
	line_up(test, c, write_once, 'w');
	line_up(test, c, read_once, 'r');
	send_sig(SIGKILL, w->task, 1);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 1));
	KUNIT_EXPECT_EQ(test, in_line(&sem.wait_lock, &sem.wait_list), 2);
	KUNIT_EXPECT_EQ(test, rwsem_readers(&sem), 1);
	up_read(&sem);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 3));
	KUNIT_EXPECT_STREQ(test, order, "xwr");
	expect_free(test);
}

/* ---- on all CPUs ---- */

#define TURNS	60

static u64 first, second;	/* both go up under the semaphore, one after the other */
static int torn, writers_inside;

static void write_turn(bool then_read)
{
	u64 mine;

	if (__atomic_fetch_add(&writers_inside, 1, __ATOMIC_SEQ_CST))
		WRITE_ONCE(torn, torn + 1);
	first++;
	cond_resched();
	mine = ++second;
	__atomic_fetch_sub(&writers_inside, 1, __ATOMIC_SEQ_CST);
	if (!then_read)
		return up_write(&sem);
	downgrade_write(&sem);
	if (first != mine || second != mine)	/* no writer came in between */
		WRITE_ONCE(torn, torn + 1);
	up_read(&sem);
}

static int stress_writer(struct member *me)
{
	for (int i = 0; i < TURNS; i++) {
		if (i % 4 || !down_write_trylock(&sem))
			down_write(&sem);
		write_turn(i % 3 == 0);
		if (i % 8 == 0)
			msleep(1);
	}
	WRITE_ONCE(me->count, TURNS);
	return 0;
}

static int stress_reader(struct member *me)
{
	for (int i = 0; i < TURNS; i++) {
		if (i % 4 || !down_read_trylock(&sem))
			down_read(&sem);
		if (first != second || READ_ONCE(writers_inside))
			WRITE_ONCE(torn, torn + 1);
		if (i % 16 == 0)
			msleep(1);	/* a reader may sleep too */
		else
			cond_resched();
		if (first != second)
			WRITE_ONCE(torn, torn + 1);
		up_read(&sem);
	}
	WRITE_ONCE(me->count, TURNS);
	return 0;
}

static void readers_and_writers_on_all_cpus(struct kunit *test)
{
	struct crew *c = crew_new(test);
	unsigned int writers = 0;
	int cpu;

	first = second = 0;
	torn = writers_inside = 0;
	for_each_online_cpu(cpu) {
		if (c->size + 3 > MAX_CREW)
			break;
		crew_add(test, c, cpu, stress_writer, 0);
		crew_add(test, c, cpu, stress_reader, 0);
		crew_add(test, c, cpu, stress_reader, 0);
		writers++;
	}
	crew_start(c);
	for (int i = 0; i < c->size; i++)
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[i].count) == TURNS));
	expect_free(test);
	KUNIT_EXPECT_EQ(test, torn, 0);
	KUNIT_EXPECT_EQ(test, first, writers * TURNS);
	KUNIT_EXPECT_EQ(test, second, writers * TURNS);
}

/* ---- misuse ---- */

static void need_first_run(struct kunit *test, bool *before)
{
	if (xchg(before, true))
		kunit_skip(test, "the kernel warns once per boot");
}

static void up_write_by_another(struct kunit *test)
{
	static bool before;
	struct crew *c = crew_new(test);
	struct log_mark *log;

	need_first_run(test, &before);
	kunit_expect_report(test, "up_write by");
	if (DEBUG_LOCKS)
		kunit_expect_report(test, "bad unlock balance detected!");
	log = log_mark(test);
	crew_add(test, c, -1, write_until_stopped, 'w');
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 1));
	up_write(&sem);
	KUNIT_EXPECT_PTR_EQ(test, rwsem_writer(&sem), c->member[0].task);
	KUNIT_EXPECT_EQ(test, log_count(log, "rwsem sem+0x0"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, ", which does not write"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "is trying to release lock (sem) at:"), DEBUG_LOCKS);
	stop_all(c);
	expect_free(test);
}

static void up_read_while_nobody_reads(struct kunit *test)
{
	static bool before;
	struct log_mark *log;

	need_first_run(test, &before);
	kunit_expect_report(test, ", and nobody reads");
	if (DEBUG_LOCKS)
		kunit_expect_report(test, "bad unlock balance detected!");
	log = log_mark(test);
	down_write(&sem);
	up_read(&sem);
	KUNIT_EXPECT_PTR_EQ(test, rwsem_writer(&sem), current);
	KUNIT_EXPECT_EQ(test, log_count(log, "bad unlock balance"), 0);
	up_write(&sem);
	up_read(&sem);
	expect_free(test);
}

static void downgrade_by_who_does_not_write(struct kunit *test)
{
	static bool before;
	struct crew *c = crew_new(test);
	struct log_mark *log;

	need_first_run(test, &before);
	kunit_expect_report(test, "downgrade_write by");
	if (DEBUG_LOCKS)
		kunit_expect_report(test, "bad unlock balance detected!");
	log = log_mark(test);
	down_read(&sem);
	downgrade_write(&sem);
	KUNIT_EXPECT_EQ(test, rwsem_readers(&sem), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "bad unlock balance"), 0);	/* it has it, in another way */
	up_read(&sem);
	crew_add(test, c, -1, write_until_stopped, 'w');
	crew_start(c);
	KUNIT_EXPECT_TRUE(test, wait_until(notes() == 1));
	downgrade_write(&sem);
	KUNIT_EXPECT_PTR_EQ(test, rwsem_writer(&sem), c->member[0].task);
	stop_all(c);
	expect_free(test);
}

static void a_writer_that_waits_for_itself(struct kunit *test)
{
	static bool before;
	unsigned int allowed = current->sig_allowed;

	need_first_run(test, &before);
	kunit_expect_report(test, "writes and waits for itself");
	if (DEBUG_LOCKS)
		kunit_expect_report(test, "possible recursive locking detected");
	allow_signal(SIGKILL);
	down_write(&sem);
	send_sig(SIGKILL, current, 1);		/* or it would */
	KUNIT_EXPECT_EQ(test, down_read_killable(&sem), -EINTR);
	flush_signals(current);
	current->sig_allowed = allowed;
	up_write(&sem);
	expect_free(test);
}

/* ---- what a trace says ---- */

static unsigned int seen_flags, seen_begins, seen_ends;

static void begins(void *data, void *lock, unsigned int flags)
{
	if (lock != &sem)
		return;
	seen_flags |= flags;
	seen_begins++;
}

static void ends(void *data, void *lock, int ret)
{
	if (lock == &sem && !ret)
		seen_ends++;
}

static void no_probes(void *unused)
{
	unregister_trace_contention_begin(begins, NULL);
	unregister_trace_contention_end(ends, NULL);
}

static void who_waits_is_traced(struct kunit *test)
{
	static const struct {
		int (*fn)(struct member *me);
		unsigned int flags;
	} kinds[] = { { read_once, LCB_F_READ }, { write_once, LCB_F_WRITE } };
	struct crew *c = crew_new(test);

	if (!IS_ENABLED(CONFIG_TRACING))
		kunit_skip(test, "a kernel without tracing");
	KUNIT_ASSERT_EQ(test, register_trace_contention_begin(begins, NULL), 0);
	KUNIT_ASSERT_EQ(test, register_trace_contention_end(ends, NULL), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, no_probes, NULL), 0);
	for (int i = 0; i < ARRAY_SIZE(kinds); i++) {
		seen_flags = seen_begins = seen_ends = 0;
		down_write(&sem);
		line_up(test, c, kinds[i].fn, 'x');
		KUNIT_EXPECT_EQ(test, seen_begins, 1);
		KUNIT_EXPECT_EQ(test, seen_flags, kinds[i].flags);
		KUNIT_EXPECT_EQ(test, seen_ends, 0);
		up_write(&sem);
		KUNIT_EXPECT_TRUE(test, wait_until(notes() == i + 1));
		KUNIT_EXPECT_EQ(test, seen_begins, 1);
		KUNIT_EXPECT_EQ(test, seen_ends, 1);
	}
}

/* ---- what lockdep says ---- */

static struct log_mark *expect_lockdep(struct kunit *test, const char *title)
{
	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds have no lockdep");
	kunit_expect_report(test, title);
	return log_mark(test);
}

static void nesting_is_silent(struct kunit *test)
{
	static struct rw_semaphore pair[2];

	for (int i = 0; i < 2; i++)
		init_rwsem(&pair[i]);
	down_write(&pair[0]);
	down_write_nested(&pair[1], SINGLE_DEPTH_NESTING);
	up_write(&pair[1]);
	down_read_nested(&pair[1], SINGLE_DEPTH_NESTING);
	up_read(&pair[1]);
	up_write(&pair[0]);
	KUNIT_EXPECT_EQ(test, debug_locks, 1);
}

static void two_of_a_class_are_reported(struct kunit *test)
{
	struct log_mark *log = expect_lockdep(test, "possible recursive locking detected");
	static struct rw_semaphore pair[2];

	for (int i = 0; i < 2; i++)
		init_rwsem(&pair[i]);
	down_write(&pair[0]);
	down_write(&pair[1]);
	up_write(&pair[1]);
	up_write(&pair[0]);
	KUNIT_EXPECT_EQ(test, log_count(log, "(&pair[i]){"), 3);
}

/* D9: a writer that comes in between is in front of the second read, and behind the first. */
static void D9_reading_twice_is_reported(struct kunit *test)
{
	struct log_mark *log = expect_lockdep(test, "possible recursive locking detected");

	down_read(&sem);
	down_read(&sem);
	up_read(&sem);
	up_read(&sem);
	KUNIT_EXPECT_EQ(test, log_count(log, "rlock(sem);"), 2);
}

/* D9: readers wait too, for the writer before them, so they make circles. */
static void D9_a_circle_with_a_mutex_is_reported(struct kunit *test)
{
	struct log_mark *log = expect_lockdep(test, "possible circular locking dependency detected");
	static DEFINE_MUTEX(mutex);

	down_read(&sem);
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	up_read(&sem);
	mutex_lock(&mutex);
	down_read(&sem);
	up_read(&sem);
	mutex_unlock(&mutex);
	KUNIT_EXPECT_EQ(test, log_count(log, "-> #1 (mutex){"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "-> #0 (sem){"), 1);
	KUNIT_EXPECT_EQ(test, log_count(log, "  rlock(sem);"), 1);
}

/* What is read after a downgrade keeps its place in the order. */
static void a_circle_after_a_downgrade_is_reported(struct kunit *test)
{
	struct log_mark *log = expect_lockdep(test, "possible circular locking dependency detected");
	static DEFINE_MUTEX(mutex);

	down_write(&sem);
	downgrade_write(&sem);
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	up_read(&sem);
	mutex_lock(&mutex);
	down_write(&sem);
	up_write(&sem);
	mutex_unlock(&mutex);
	KUNIT_EXPECT_EQ(test, log_count(log, "circular"), 1);
}

static void a_trylock_makes_no_circle(struct kunit *test)
{
	static DEFINE_MUTEX(mutex);

	down_write(&sem);
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	up_write(&sem);
	mutex_lock(&mutex);
	KUNIT_EXPECT_EQ(test, down_write_trylock(&sem), 1);
	downgrade_write(&sem);
	up_read(&sem);
	KUNIT_EXPECT_EQ(test, down_read_trylock(&sem), 1);
	up_read(&sem);
	mutex_unlock(&mutex);
	KUNIT_EXPECT_EQ(test, debug_locks, 1);
}

static void up_read_by_another(struct kunit *test)
{
	struct log_mark *log = expect_lockdep(test, "bad unlock balance detected");

	down_read(&sem);
	lock_release(&sem.dep_map, _THIS_IP_);	/* as if another thread had it */
	up_read(&sem);
	KUNIT_EXPECT_EQ(test, log_count(log, "bad unlock balance"), 1);
	expect_free(test);
}

static void reinit_while_held_is_reported(struct kunit *test)
{
	struct log_mark *log = expect_lockdep(test, "held lock freed!");
	static DECLARE_RWSEM(again);

	down_read(&again);
	init_rwsem(&again);
	lock_release(&again.dep_map, _THIS_IP_);
	KUNIT_EXPECT_EQ(test, log_count(log, "with a lock still held there!"), 1);
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&again));
}

static void under_a_spinlock(struct kunit *test)
{
	static DEFINE_SPINLOCK(spin);
	struct log_mark *log = expect_lockdep(test, "[ BUG: Invalid wait context ]");

	kunit_expect_report(test, "sleeping function called from invalid context");
	spin_lock(&spin);
	down_read(&sem);
	spin_unlock(&spin);
	up_read(&sem);
	KUNIT_EXPECT_EQ(test, log_count(log, "context-{0:2}"), 1);
}

static struct kunit_case rwsem_cases[] = {
	KUNIT_CASE(trylocks_do_not_wait),
	KUNIT_CASE(readers_share_a_writer_waits),
	KUNIT_CASE(a_writer_keeps_all_out),
	KUNIT_CASE(guards),
	KUNIT_CASE(one_on_the_heap),
	KUNIT_CASE(a_reader_waits_behind_a_waiting_writer),
	KUNIT_CASE(all_readers_in_line_come_together),
	KUNIT_CASE(a_writer_is_let_in_alone),
	KUNIT_CASE(downgrade_lets_waiting_readers_in),
	KUNIT_CASE(downgrade_is_no_way_past_a_writer),
	KUNIT_CASE(downgrade_with_nobody_in_line),
	KUNIT_CASE(a_signal_ends_an_interruptible_wait),
	KUNIT_CASE(a_deadly_signal_ends_a_killable_wait),
	KUNIT_CASE(without_a_wait_no_signal_counts),
	KUNIT_CASE(who_is_dying_does_not_line_up),
	KUNIT_CASE(a_writer_that_gives_up_makes_way),
	KUNIT_CASE(a_writer_that_gives_up_leaves_the_next),
	KUNIT_CASE(readers_and_writers_on_all_cpus),
	KUNIT_CASE(up_write_by_another),
	KUNIT_CASE(up_read_while_nobody_reads),
	KUNIT_CASE(downgrade_by_who_does_not_write),
	KUNIT_CASE(a_writer_that_waits_for_itself),
	KUNIT_CASE(who_waits_is_traced),
	KUNIT_CASE(nesting_is_silent),
	KUNIT_CASE(two_of_a_class_are_reported),
	KUNIT_CASE(D9_reading_twice_is_reported),
	KUNIT_CASE(D9_a_circle_with_a_mutex_is_reported),
	KUNIT_CASE(a_circle_after_a_downgrade_is_reported),
	KUNIT_CASE(a_trylock_makes_no_circle),
	KUNIT_CASE(up_read_by_another),
	KUNIT_CASE(reinit_while_held_is_reported),
	KUNIT_CASE(under_a_spinlock),
	{}
};

static struct kunit_suite rwsem_suite = {
	.name = "rwsem",
	.init = rwsem_test_init,
	.test_cases = rwsem_cases,
};
kunit_test_suite(rwsem_suite);
