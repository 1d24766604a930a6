/* SPDX-License-Identifier: MIT */
/*
 * The lock family: every flavour of the spinlock word by itself, whichever the kernel runs on, then
 * rwlocks, sequence locks and bit locks, and what the debug build says of their misuse (L7-L17).
 */
#include <kunit/test.h>
#include <linux/bit_spinlock.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/rwlock.h>
#include <linux/seqlock.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include "sched_util.h"

/* --- flavours, side by side --- */

union any_lock {
	qspin_t qspin;
	ticket_t ticket;
	mcs_t mcs;
	tas_t tas;
	u64 word[2];
};

struct flavour {
	const char *name;
	size_t size;
	bool fair;
	void (*lock)(union any_lock *l);
	bool (*trylock)(union any_lock *l);
	void (*unlock)(union any_lock *l);
	bool (*is_locked)(union any_lock *l);
	bool (*is_contended)(union any_lock *l);
};

#define FLAVOUR_FUNCTIONS(f)								\
static void f##_do_lock(union any_lock *l) { f##_lock(&l->f); }				\
static bool f##_do_trylock(union any_lock *l) { return f##_trylock(&l->f); }		\
static void f##_do_unlock(union any_lock *l) { f##_unlock(&l->f); }			\
static bool f##_do_is_locked(union any_lock *l) { return f##_is_locked(&l->f); }		\
static bool f##_do_is_contended(union any_lock *l) { return f##_is_contended(&l->f); }
FLAVOUR_FUNCTIONS(qspin)
FLAVOUR_FUNCTIONS(ticket)
FLAVOUR_FUNCTIONS(mcs)
FLAVOUR_FUNCTIONS(tas)

#define FLAVOUR(f, is_fair) { .name = #f, .size = sizeof(f##_t), .fair = is_fair,	\
	.lock = f##_do_lock, .trylock = f##_do_trylock, .unlock = f##_do_unlock,	\
	.is_locked = f##_do_is_locked, .is_contended = f##_do_is_contended }
static const struct flavour flavours[] = {
	FLAVOUR(qspin, true), FLAVOUR(ticket, true), FLAVOUR(mcs, true), FLAVOUR(tas, false),
};

KUNIT_ARRAY_PARAM_DESC(flavours, flavours, name);

static void flavour_states(struct kunit *test)
{
	const struct flavour *f = test->param_value;
	union any_lock l = { };

	preempt_disable();
	KUNIT_EXPECT_FALSE(test, f->is_locked(&l));
	f->lock(&l);
	KUNIT_EXPECT_TRUE(test, f->is_locked(&l));
	KUNIT_EXPECT_FALSE(test, f->is_contended(&l));
	KUNIT_EXPECT_FALSE(test, f->trylock(&l));
	f->unlock(&l);
	KUNIT_EXPECT_FALSE(test, f->is_locked(&l));
	KUNIT_EXPECT_TRUE(test, f->trylock(&l));
	f->unlock(&l);
	KUNIT_EXPECT_FALSE(test, f->is_locked(&l));
	preempt_enable();
}

/* A line of CPUs at one lock, each known to stand in it before the next comes. */
static struct {
	const struct flavour *f;
	union any_lock lock;
	int order[8], n;
	int through;		/* who has let go of the lock, and touches it no more */
} line;

static int stand_in_line(struct member *me)
{
	preempt_disable();
	line.f->lock(&line.lock);
	line.order[line.n++] = me->nr;
	line.f->unlock(&line.lock);
	__atomic_fetch_add(&line.through, 1, __ATOMIC_RELEASE);
	preempt_enable();
	return 0;
}

/* @test's CPU holds the lock while others queue one after the other. Returns how many queued. */
static int form_line(struct kunit *test, struct crew *c, const struct flavour *f)
{
	int waiters = min_t(int, num_online_cpus() - 1, 3);

	line.f = f;
	line.n = line.through = 0;
	memset(&line.lock, 0, sizeof(line.lock));
	pin_to_cpu(nth_cpu(test, 0));
	for (int i = 0; i < waiters; i++)
		crew_add(test, c, nth_cpu(test, i + 1), stand_in_line, 0);
	f->lock(&line.lock);
	for (int i = 0; i < waiters; i++) {
		/* Each flavour's place in the line is in its first word; mcs then links up in the second. */
		u64 before = READ_ONCE(line.lock.word[0]);

		wake_up_process(c->member[i].task);
		while (READ_ONCE(line.lock.word[0]) == before)
			cpu_relax();
	}
	return waiters;
}

static void L10_first_come_first_served(struct kunit *test)
{
	const struct flavour *f = test->param_value;
	struct crew *c = crew_new(test);
	int waiters;

	if (!f->fair)
		kunit_skip(test, "test and set has no order");
	nth_cpu(test, 1);
	waiters = form_line(test, c, f);
	KUNIT_EXPECT_TRUE(test, f->is_contended(&line.lock));
	KUNIT_EXPECT_FALSE(test, f->trylock(&line.lock));
	f->unlock(&line.lock);
	KUNIT_EXPECT_TRUE(test, wait_until(smp_load_acquire(&line.through) == waiters));
	for (int i = 0; i < waiters; i++)
		KUNIT_EXPECT_EQ(test, line.order[i], i);
	KUNIT_EXPECT_FALSE(test, f->is_locked(&line.lock));
	unpin();
}

/* (tail, pending, locked): 0,0,1 held; 0,1,1 one waits; n,1,1 more wait. */
static void L9_the_word_of_a_queued_lock(struct kunit *test)
{
	struct crew *c = crew_new(test);
	qspin_t *q = &line.lock.qspin;
	int waiters;

	KUNIT_EXPECT_EQ(test, sizeof(qspin_t), 4);
	if (!DEBUG_LOCKS)
		KUNIT_EXPECT_EQ(test, sizeof(spinlock_t), sizeof(arch_spinlock_t));
	qspin_lock(q);
	KUNIT_EXPECT_EQ(test, q->val, QSPIN_LOCKED);
	qspin_unlock(q);
	nth_cpu(test, 1);
	waiters = form_line(test, c, &flavours[0]);
	KUNIT_EXPECT_EQ(test, q->locked, 1);
	KUNIT_EXPECT_EQ(test, q->pending, 1);
	/* The last in the queue, by CPU + 1, at nesting level 0; the first one is not in it. */
	KUNIT_EXPECT_EQ(test, q->tail, waiters > 1 ? (nth_cpu(test, waiters) + 1) << 2 : 0);
	qspin_unlock(q);
	KUNIT_EXPECT_TRUE(test, wait_until(smp_load_acquire(&line.through) == waiters));
	KUNIT_EXPECT_EQ(test, q->val, 0);
	unpin();
}

/*
 * L11: on one CPU a task waits, on top of it a softirq, on top of that an interrupt, for three locks.
 * Each is made to look as if somebody waited already, so all three must queue.
 */
static union any_lock nested[3];
static int nested_got;

static void wait_for_nested(int level)
{
	qspin_lock(&nested[level].qspin);
	nested_got++;
	qspin_unlock(&nested[level].qspin);
}

static int wait_in_task(struct member *me)
{
	preempt_disable();
	wait_for_nested(0);
	preempt_enable();
	return 0;
}

static void wait_in_softirq(struct tasklet_struct *t)
{
	wait_for_nested(1);
}
static DECLARE_TASKLET(nested_tasklet, wait_in_softirq);

static void start_softirq(void *unused)
{
	tasklet_schedule(&nested_tasklet);
}

static void wait_in_hardirq(void *unused)
{
	wait_for_nested(2);
}

static void L11_every_context_has_a_node(struct kunit *test)
{
	struct crew *c = crew_new(test);
	int cpu = nth_cpu(test, 1);

	pin_to_cpu(nth_cpu(test, 0));
	nested_got = 0;
	for (int i = 0; i < 3; i++)
		nested[i].qspin.val = QSPIN_LOCKED | QSPIN_PENDING;
	crew_add(test, c, cpu, wait_in_task, 0);
	crew_start(c);
	for (int level = 0; level < 3; level++) {
		if (level)
			smp_call_function_single(cpu, level == 1 ? start_softirq : wait_in_hardirq,
						 NULL, 0);
		while (!READ_ONCE(nested[level].qspin.tail))
			cpu_relax();
		KUNIT_EXPECT_EQ(test, nested[level].qspin.tail, (cpu + 1) << 2 | level);
	}
	for (int level = 2; level >= 0; level--) {
		KUNIT_EXPECT_EQ(test, nested_got, 2 - level);
		smp_store_release(&nested[level].qspin.locked_pending, 0);
		while (READ_ONCE(nested[level].qspin.val))
			cpu_relax();
	}
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(nested_got) == 3));
	tasklet_kill(&nested_tasklet);
	unpin();
}

static void L12_is_locked_is_not_mine(struct kunit *test)
{
	static DEFINE_SPINLOCK(l);

	KUNIT_EXPECT_FALSE(test, spin_is_locked(&l));
	spin_lock(&l);
	KUNIT_EXPECT_TRUE(test, spin_is_locked(&l));
	if (DEBUG_LOCKS)
		KUNIT_EXPECT_EQ(test, lock_is_held(&l.dep_map), 1);
	spin_unlock(&l);
	if (DEBUG_LOCKS)
		KUNIT_EXPECT_EQ(test, lock_is_held(&l.dep_map), 0);
}

/* --- rwlocks --- */

static DEFINE_RWLOCK(rw);
static int rw_step;

static int write_once(struct member *me)
{
	write_lock_irq(&rw);
	WRITE_ONCE(rw_step, 1);
	write_unlock_irq(&rw);
	return 0;
}

static int read_once(struct member *me)
{
	int step;

	read_lock(&rw);
	step = READ_ONCE(rw_step);
	read_unlock(&rw);
	WRITE_ONCE(me->count, 1 + step);
	return 0;
}

static void read_in_hardirq(void *got)
{
	read_lock(&rw);
	*(bool *)got = true;
	read_unlock(&rw);
}

static void L13_readers_share_writers_do_not(struct kunit *test)
{
	static DEFINE_RWLOCK(l);

	read_lock(&l);
	KUNIT_EXPECT_EQ(test, read_trylock(&l), 1);
	KUNIT_EXPECT_EQ(test, write_trylock(&l), 0);
	read_unlock(&l);
	read_unlock(&l);
	write_lock(&l);
	KUNIT_EXPECT_EQ(test, read_trylock(&l), 0);
	KUNIT_EXPECT_EQ(test, write_trylock(&l), 0);
	write_unlock(&l);
	KUNIT_EXPECT_EQ(test, l.raw_lock.cnts, 0);
}

static void rwlock_guards_close_the_context(struct kunit *test)
{
	static DEFINE_RWLOCK(l);

	scoped_guard(read_lock_irq, &l) {
		KUNIT_EXPECT_TRUE(test, irqs_disabled());
		KUNIT_EXPECT_EQ(test, write_trylock(&l), 0);
	}
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	scoped_guard(write_lock_irq, &l) {
		KUNIT_EXPECT_TRUE(test, irqs_disabled());
		KUNIT_EXPECT_EQ(test, read_trylock(&l), 0);
	}
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_EQ(test, l.raw_lock.cnts, 0);
}

/* Two of one class, in an order that the caller vouches for: no report (D11). */
static void nested_writers_are_silent(struct kunit *test)
{
	static rwlock_t two[2];

	for (int i = 0; i < 2; i++)
		rwlock_init(&two[i]);
	write_lock(&two[0]);
	write_lock_nested(&two[1], SINGLE_DEPTH_NESTING);
	KUNIT_EXPECT_EQ(test, read_trylock(&two[1]), 0);
	write_unlock(&two[1]);
	write_unlock(&two[0]);
	KUNIT_EXPECT_EQ(test, smp_cond_load_relaxed(&two[1].raw_lock.cnts, !VAL), 0);
}

/* While a writer waits: a reader in an interrupt gets in, one in a task waits behind the writer. */
static void L13_interrupt_readers_pass_waiting_writers(struct kunit *test)
{
	struct crew *c = crew_new(test);
	bool got = false;

	nth_cpu(test, 2);
	rw_step = 0;
	pin_to_cpu(nth_cpu(test, 0));
	crew_add(test, c, nth_cpu(test, 1), write_once, 0);
	crew_add(test, c, nth_cpu(test, 2), read_once, 0);
	read_lock(&rw);
	wake_up_process(c->member[0].task);
	while (!(READ_ONCE(rw.raw_lock.cnts) & QRW_WAITING))
		cpu_relax();
	call_in_hardirq(read_in_hardirq, &got);
	KUNIT_EXPECT_TRUE(test, got);
	KUNIT_EXPECT_EQ(test, rw_step, 0);
	wake_up_process(c->member[1].task);
	/* until it stands in line behind the writer; a flavour without a line does not show it */
	for (int i = 0; i < 100000 && !arch_spin_is_contended(&rw.raw_lock.wait_lock); i++)
		cpu_relax();
	KUNIT_EXPECT_EQ(test, READ_ONCE(c->member[1].count), 0);
	read_unlock(&rw);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(c->member[1].count)));
	KUNIT_EXPECT_EQ(test, c->member[1].count, 2);	/* it saw what the writer wrote */
	KUNIT_EXPECT_EQ(test, rw.raw_lock.cnts, 0);
	unpin();
}

static void read_lock_static(void *l)
{
	read_lock((rwlock_t *)l);
	read_unlock((rwlock_t *)l);
}

/* L14: plain read_lock in the task, write_lock_irq in the task, read_lock in the interrupt: fine. */
static void L14_only_the_writer_closes_the_context(struct kunit *test)
{
	static DEFINE_RWLOCK(l);

	pin_to_cpu(0);
	call_in_hardirq(read_lock_static, &l);
	read_lock(&l);
	read_unlock(&l);
	write_lock_irq(&l);
	write_unlock_irq(&l);
	KUNIT_EXPECT_EQ(test, debug_locks, 1);
	unpin();
}

static void L14_writer_with_irqs_on_is_reported(struct kunit *test)
{
	static DEFINE_RWLOCK(l);
	struct log_mark *log;

	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds have no lockdep");
	kunit_expect_report(test, "inconsistent lock state");
	log = log_mark(test);
	pin_to_cpu(0);
	call_in_hardirq(read_lock_static, &l);
	write_lock(&l);
	write_unlock(&l);
	KUNIT_EXPECT_EQ(test, log_count(log, "inconsistent {IN-HARDIRQ-R} -> {HARDIRQ-ON-W} usage."), 1);
	unpin();
}

/* D9: R -> R circles without a writer are no deadlocks when the inner one is recursive. */
static void take_rw_both(rwlock_t *a, rwlock_t *b)
{
	read_lock(a);
	read_lock(b);
	read_unlock(b);
	read_unlock(a);
}

static rwlock_t *d9_pair[2];

static void d9_in_hardirq(void *unused)
{
	take_rw_both(d9_pair[0], d9_pair[1]);
	take_rw_both(d9_pair[1], d9_pair[0]);
}

static void D9_readers_in_interrupts_are_recursive(struct kunit *test)
{
	static DEFINE_RWLOCK(a);
	static DEFINE_RWLOCK(b);

	pin_to_cpu(0);
	d9_pair[0] = &a;
	d9_pair[1] = &b;
	call_in_hardirq(d9_in_hardirq, NULL);
	KUNIT_EXPECT_EQ(test, debug_locks, 1);
	unpin();
}

static void D9_readers_in_tasks_are_not(struct kunit *test)
{
	static DEFINE_RWLOCK(a);
	static DEFINE_RWLOCK(b);
	struct log_mark *log;

	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds have no lockdep");
	kunit_expect_report(test, "possible circular locking dependency detected");
	log = log_mark(test);
	take_rw_both(&a, &b);
	take_rw_both(&b, &a);
	KUNIT_EXPECT_EQ(test, log_count(log, "  rlock("), 2);
}

/* A writer that comes in between is in front of the second read, and behind the first. */
static void D9_a_reader_in_a_task_is_not_taken_twice(struct kunit *test)
{
	static DEFINE_RWLOCK(a);
	struct log_mark *log;

	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds have no lockdep");
	kunit_expect_report(test, "possible recursive locking detected");
	log = log_mark(test);
	read_lock(&a);
	read_lock(&a);
	read_unlock(&a);
	read_unlock(&a);
	KUNIT_EXPECT_EQ(test, log_count(log, "is trying to acquire lock:"), 1);
}

/* --- sequence locks --- */

static DEFINE_SEQLOCK(seq);

static void L15_reader_sees_a_change(struct kunit *test)
{
	unsigned int start = read_seqbegin(&seq);

	KUNIT_EXPECT_FALSE(test, read_seqretry(&seq, start));
	write_seqlock(&seq);
	KUNIT_EXPECT_EQ(test, seq.seqcount.sequence & 1, 1);
	write_sequnlock(&seq);
	KUNIT_EXPECT_TRUE(test, read_seqretry(&seq, start));
	KUNIT_EXPECT_EQ(test, read_seqbegin(&seq), start + 2);
}

static struct {
	seqlock_t lock;
	u64 a, b;
} pair;

static int writes_pairs(struct member *me)
{
	for (u64 i = 1; i <= (u64)me->arg; i++) {
		write_seqlock(&pair.lock);
		WRITE_ONCE(pair.a, i);
		cpu_relax();
		WRITE_ONCE(pair.b, i);
		write_sequnlock(&pair.lock);
	}
	return 0;
}

static void L15_what_is_read_fits_together(struct kunit *test)
{
	struct crew *c = crew_new(test);
	unsigned int seq, torn = 0, reads = 0;
	u64 a, b;

	nth_cpu(test, 1);
	seqlock_init(&pair.lock);
	pair.a = pair.b = 0;
	pin_to_cpu(nth_cpu(test, 0));
	crew_add(test, c, nth_cpu(test, 1), writes_pairs, 2000);
	crew_start(c);
	do {
		do {
			seq = read_seqbegin(&pair.lock);
			a = READ_ONCE(pair.a);
			cpu_relax();
			b = READ_ONCE(pair.b);
		} while (read_seqretry(&pair.lock, seq));
		torn += a != b;
		reads++;
	} while (a < 2000);
	KUNIT_EXPECT_EQ(test, torn, 0);
	KUNIT_EXPECT_GT(test, reads, 0);
	unpin();
}

static void seq_read_in_hardirq(void *l)
{
	read_seqbegin((seqlock_t *)l);
}

/* The reader in the interrupt would look for ever if it came while the writer writes. */
static void L15_reader_in_interrupt_needs_write_irq(struct kunit *test)
{
	static DEFINE_SEQLOCK(l);
	struct log_mark *log;

	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds have no lockdep");
	kunit_expect_report(test, "inconsistent lock state");
	log = log_mark(test);
	pin_to_cpu(0);
	call_in_hardirq(seq_read_in_hardirq, &l);
	write_seqlock(&l);
	write_sequnlock(&l);
	KUNIT_EXPECT_EQ(test, log_count(log, "inconsistent {IN-HARDIRQ-R} -> {HARDIRQ-ON-W} usage."), 1);
	unpin();
}

static void bit_lock_is_a_bit(struct kunit *test)
{
	unsigned long word = 0x80;

	bit_spin_lock(3, &word);
	KUNIT_EXPECT_EQ(test, word, 0x88);
	KUNIT_EXPECT_EQ(test, preempt_count(), 1);
	KUNIT_EXPECT_EQ(test, bit_spin_trylock(3, &word), 0);
	KUNIT_EXPECT_TRUE(test, bit_spin_is_locked(3, &word));
	bit_spin_unlock(3, &word);
	KUNIT_EXPECT_EQ(test, word, 0x80);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

/* --- L17: what the word and its neighbours say --- */

#ifdef CONFIG_DEBUG_LOCKS	/* other builds do not even have the fields */

static struct log_mark *expect_spin_bug(struct kunit *test, const char *what)
{
	kunit_expect_report(test, what);
	return log_mark(test);
}

static void L17_bad_magic(struct kunit *test)
{
	struct log_mark *log = expect_spin_bug(test, "BUG: spinlock bad magic on CPU#");
	static spinlock_t zeroed;	/* no DEFINE_SPINLOCK */

	memset(&zeroed, 0, sizeof(zeroed));
	spin_lock(&zeroed);
	spin_unlock(&zeroed);
	KUNIT_EXPECT_EQ(test, log_count(log, ".magic: 00000000, .owner: <none>/-1, .owner_cpu: 0"), 1);
}

/* lockdep speaks first of the others (L17); here it is not asked. */
static void L17_recursion(struct kunit *test)
{
	struct log_mark *log = expect_spin_bug(test, "BUG: spinlock recursion on CPU#");
	static DEFINE_RAW_SPINLOCK(l);

	preempt_disable();
	debug_spin_lock(&l, _THIS_IP_);
	arch_spin_unlock(&l.raw_lock);	/* or it would wait for ever */
	debug_spin_lock(&l, _THIS_IP_);
	debug_spin_unlock(&l);
	arch_spin_unlock(&l.raw_lock);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, log_count(log, ".magic: dead4ead, .owner: "), 1);
}

static void L17_already_unlocked(struct kunit *test)
{
	expect_spin_bug(test, "BUG: spinlock already unlocked on CPU#");
	static DEFINE_RAW_SPINLOCK(l);

	debug_spin_unlock(&l);
}

static void L17_wrong_owner(struct kunit *test)
{
	expect_spin_bug(test, "BUG: spinlock wrong owner on CPU#");
	static DEFINE_RAW_SPINLOCK(l);

	preempt_disable();
	debug_spin_lock(&l, _THIS_IP_);
	l.debug.owner = &init_task;
	debug_spin_unlock(&l);
	arch_spin_unlock(&l.raw_lock);
	preempt_enable();
}

static void L17_wrong_cpu(struct kunit *test)
{
	expect_spin_bug(test, "BUG: spinlock wrong CPU on CPU#");
	static DEFINE_RAW_SPINLOCK(l);

	preempt_disable();
	debug_spin_lock(&l, _THIS_IP_);
	l.debug.owner_cpu = 77;
	debug_spin_unlock(&l);
	arch_spin_unlock(&l.raw_lock);
	preempt_enable();
}

/* The owner's CPU is right by chance: another thread has it, and was moved away. */
static void L17_cpu_recursion(struct kunit *test)
{
	expect_spin_bug(test, "BUG: spinlock cpu recursion on CPU#");
	static DEFINE_RAW_SPINLOCK(l);

	preempt_disable();
	l.debug.owner_cpu = raw_smp_processor_id();
	debug_spin_lock(&l, _THIS_IP_);
	debug_spin_unlock(&l);
	arch_spin_unlock(&l.raw_lock);
	preempt_enable();
}

enum rw_misuse { RW_RECURSION, RW_CPU_RECURSION, RW_WRONG_OWNER, RW_WRONG_CPU };
static const struct rw_bug {
	const char *name, *says;
	enum rw_misuse misuse;
} rw_bugs[] = {
	{ "recursion", "BUG: rwlock recursion on CPU#", RW_RECURSION },
	{ "cpu recursion", "BUG: rwlock cpu recursion on CPU#", RW_CPU_RECURSION },
	{ "wrong owner", "BUG: rwlock wrong owner on CPU#", RW_WRONG_OWNER },
	{ "wrong CPU", "BUG: rwlock wrong CPU on CPU#", RW_WRONG_CPU },
};
KUNIT_ARRAY_PARAM_DESC(rw_bugs, rw_bugs, name);

/* The word itself is free when the lock is taken, or it would wait for ever. */
static void L17_rwlock_writer(struct kunit *test)
{
	const struct rw_bug *bug = test->param_value;
	static rwlock_t l;

	rwlock_init(&l);
	expect_spin_bug(test, bug->says);
	preempt_disable();
	if (bug->misuse == RW_RECURSION)
		l.debug.owner = current;
	else if (bug->misuse == RW_CPU_RECURSION)
		l.debug.owner_cpu = raw_smp_processor_id();
	debug_write_lock(&l, _THIS_IP_);
	if (bug->misuse == RW_WRONG_OWNER)
		l.debug.owner = &init_task;
	else if (bug->misuse == RW_WRONG_CPU)
		l.debug.owner_cpu = 77;
	debug_rw_unlock(&l, true);
	qrw_write_unlock(&l.raw_lock);
	preempt_enable();
}

static void L17_rwlock_bad_magic(struct kunit *test)
{
	expect_spin_bug(test, "BUG: rwlock bad magic on CPU#");
	static rwlock_t zeroed;

	read_lock(&zeroed);
	read_unlock(&zeroed);
}

#endif

static struct kunit_case lock_cases[] = {
	KUNIT_CASE_PARAM(flavour_states, flavours_gen_params),
	KUNIT_CASE_PARAM(L10_first_come_first_served, flavours_gen_params),
	KUNIT_CASE(L9_the_word_of_a_queued_lock),
	KUNIT_CASE(L11_every_context_has_a_node),
	KUNIT_CASE(L12_is_locked_is_not_mine),
	KUNIT_CASE(L13_readers_share_writers_do_not),
	KUNIT_CASE(L13_interrupt_readers_pass_waiting_writers),
	KUNIT_CASE(rwlock_guards_close_the_context),
	KUNIT_CASE(nested_writers_are_silent),
	KUNIT_CASE(L14_only_the_writer_closes_the_context),
	KUNIT_CASE(L14_writer_with_irqs_on_is_reported),
	KUNIT_CASE(D9_readers_in_interrupts_are_recursive),
	KUNIT_CASE(D9_readers_in_tasks_are_not),
	KUNIT_CASE(D9_a_reader_in_a_task_is_not_taken_twice),
	KUNIT_CASE(L15_reader_sees_a_change),
	KUNIT_CASE(L15_what_is_read_fits_together),
	KUNIT_CASE(L15_reader_in_interrupt_needs_write_irq),
	KUNIT_CASE(bit_lock_is_a_bit),
#ifdef CONFIG_DEBUG_LOCKS
	KUNIT_CASE(L17_bad_magic),
	KUNIT_CASE(L17_recursion),
	KUNIT_CASE(L17_cpu_recursion),
	KUNIT_CASE(L17_already_unlocked),
	KUNIT_CASE(L17_wrong_owner),
	KUNIT_CASE(L17_wrong_cpu),
	KUNIT_CASE(L17_rwlock_bad_magic),
	KUNIT_CASE_PARAM(L17_rwlock_writer, rw_bugs_gen_params),
#endif
	{}
};

static struct kunit_suite lock_suite = {
	.name = "locks",
	.test_cases = lock_cases,
};
kunit_test_suite(lock_suite);
