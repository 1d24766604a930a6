/* SPDX-License-Identifier: MIT */
/*
 * locktorture: every flavour of lock under threads, softirqs and hardirqs of all CPUs at once, with a
 * check of mutual exclusion inside, and a lock that does nothing, which the check must catch.
 *
 * On each CPU there are up to three users: a thread that never rests, a tasklet, and the hrtimer that
 * schedules it. They share one lock and close their context as the table in linux/spinlock.h says; at
 * level "nested" each context has a lock of its own and closes nothing, so that an interrupt may wait
 * on top of a softirq that waits on top of a thread (L11).
 *
 * Inside, a writer leaves its name, counts by a plain read and a plain write with a pause in between,
 * and looks whether its name is still there. Whoever meets somebody else, or loses a count, is an error.
 */
#include <kunit/test.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/random.h>
#include <linux/rwlock.h>
#include <linux/sched_clock.h>
#include <linux/seqlock.h>
#include <linux/shell.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include "sched_util.h"

enum level { TASKS, SOFTIRQS, HARDIRQS, NESTED, NR_LEVELS };
static const char *const level_names[NR_LEVELS] = { "task", "softirq", "hardirq", "nested" };

enum context { IN_TASK, IN_SOFTIRQ, IN_HARDIRQ, NR_CONTEXTS };

/* What is fought for. */
struct arena {
	union {
		qspin_t qspin;
		ticket_t ticket;
		mcs_t mcs;
		tas_t tas;
	};
	spinlock_t spin;
	rwlock_t rw;
	seqlock_t seq;
	int writer;		/* its name, 0 while there is none */
	atomic_t readers;
	u64 count, again;	/* written by writers, first the one, then the other */
} ____cacheline_aligned;

struct user {
	int name;
	u32 random;
	struct arena *arena;
	u64 writes, reads, errors;
};

struct torture_type {
	const char *name;
	bool fair, busted;
	void (*write)(struct user *u, struct arena *a);
	void (*read)(struct user *u, struct arena *a);	/* or NULL */
};

static struct arena arenas[NR_CONTEXTS];
static DEFINE_PER_CPU(struct user [NR_CONTEXTS], users);

static const struct torture_type *type;
static enum level level;
static bool stop;

/* --- inside the lock --- */

/* Everybody has a sequence of his own: no shared state but the lock. */
static u32 next_random(struct user *u)
{
	u->random = u->random * 1664525 + 1013904223;
	return u->random >> 16;
}

/* Some time, now and then a turn for another CPU under -icount. */
static void dawdle(struct user *u)
{
	u32 r = next_random(u);

	for (int i = r & 31; i; i--)
		barrier();
	if (!(r & 0x700))
		cpu_relax();
}

static void write_inside(struct user *u, struct arena *a)
{
	u64 n = READ_ONCE(a->count) + 1;

	u->errors += READ_ONCE(a->writer) || atomic_read(&a->readers);
	WRITE_ONCE(a->writer, u->name);
	WRITE_ONCE(a->count, n);
	dawdle(u);
	WRITE_ONCE(a->again, n);
	u->errors += READ_ONCE(a->writer) != u->name || READ_ONCE(a->count) != n;
	WRITE_ONCE(a->writer, 0);
	u->writes++;
}

static void read_inside(struct user *u, struct arena *a)
{
	u64 n = READ_ONCE(a->count);

	atomic_inc(&a->readers);
	dawdle(u);
	u->errors += READ_ONCE(a->writer) || READ_ONCE(a->again) != n;
	atomic_dec(&a->readers);
	u->reads++;
}

/* --- the flavours --- */

/* The lock words by themselves, whichever the kernel is built with; every eighth time it is tried first. */
#define TORTURE_WORD(f)							\
static void f##_write(struct user *u, struct arena *a)			\
{									\
	if (next_random(u) % 8 || !f##_trylock(&a->f))			\
		f##_lock(&a->f);					\
	write_inside(u, a);						\
	f##_unlock(&a->f);						\
}
TORTURE_WORD(qspin)
TORTURE_WORD(ticket)
TORTURE_WORD(mcs)
TORTURE_WORD(tas)

static void spin_write(struct user *u, struct arena *a)
{
	spin_lock(&a->spin);
	write_inside(u, a);
	spin_unlock(&a->spin);
}

static void rw_write(struct user *u, struct arena *a)
{
	write_lock(&a->rw);
	write_inside(u, a);
	write_unlock(&a->rw);
}

static void rw_read(struct user *u, struct arena *a)
{
	read_lock(&a->rw);
	read_inside(u, a);
	read_unlock(&a->rw);
}

static void seq_write(struct user *u, struct arena *a)
{
	write_seqlock(&a->seq);
	write_inside(u, a);
	write_sequnlock(&a->seq);
}

static void seq_read(struct user *u, struct arena *a)
{
	unsigned int seq;
	u64 n, again;

	do {
		seq = read_seqbegin(&a->seq);
		n = READ_ONCE(a->count);
		dawdle(u);
		again = READ_ONCE(a->again);
	} while (read_seqretry(&a->seq, seq));
	u->errors += n != again;
	u->reads++;
}

static void busted_write(struct user *u, struct arena *a)
{
	write_inside(u, a);
}

static const struct torture_type types[] = {
	{ "qspin", .fair = true, .write = qspin_write },
	{ "ticket", .fair = true, .write = ticket_write },
	{ "mcs", .fair = true, .write = mcs_write },
	{ "tas", .write = tas_write },
	{ "spin_lock", .write = spin_write },
	{ "rw_lock", .write = rw_write, .read = rw_read },
	{ "seqlock", .write = seq_write, .read = seq_read },
	{ "lock_busted", .busted = true, .write = busted_write },
};

/* --- the users --- */

static void use(struct user *u)
{
	if (type->read && next_random(u) % 4)
		type->read(u, u->arena);
	else
		type->write(u, u->arena);
}

/* A thread or softirq that shares its lock with those that can interrupt it. */
static void use_in(struct user *u, enum context context)
{
	unsigned long flags;

	if (level == HARDIRQS && context < IN_HARDIRQ) {
		local_irq_save(flags);
		use(u);
		local_irq_restore(flags);
	} else if (level == SOFTIRQS && context < IN_SOFTIRQ) {
		local_bh_disable();
		use(u);
		local_bh_enable();
	} else {
		preempt_disable();
		use(u);
		preempt_enable();
	}
}

static int torture_thread(void *user)
{
	while (!READ_ONCE(stop))
		use_in(user, IN_TASK);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void torture_tasklet(struct tasklet_struct *t)
{
	use_in(&(*this_cpu_ptr(&users))[IN_SOFTIRQ], IN_SOFTIRQ);
}

static DEFINE_PER_CPU(struct tasklet_struct, tasklets);
static DEFINE_PER_CPU(struct hrtimer, timers);
static DEFINE_PER_CPU(struct task_struct *, threads);

/* 30 to 60 us from now: often enough to hit somebody inside, rare enough to let the threads on. */
static enum hrtimer_restart torture_timer(struct hrtimer *timer)
{
	struct user *u = &(*this_cpu_ptr(&users))[IN_HARDIRQ];

	if (READ_ONCE(stop))
		return HRTIMER_NORESTART;
	if (level >= HARDIRQS)
		use_in(u, IN_HARDIRQ);
	tasklet_schedule(this_cpu_ptr(&tasklets));
	hrtimer_forward_now(timer, 30000 + next_random(u) % 30000);
	return HRTIMER_RESTART;
}

static void start_timer(void *unused)
{
	struct hrtimer *timer = this_cpu_ptr(&timers);

	hrtimer_setup(timer, torture_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	hrtimer_start(timer, 30000, HRTIMER_MODE_REL_PINNED_HARD);
}

/* --- a run --- */

struct outcome {
	u64 writes, reads, errors;
	u64 min, max;			/* of the threads' uses: one CPU's share */
	u64 of[NR_CONTEXTS];
};

static struct lock_class_key keys[NR_LEVELS][NR_CONTEXTS][4];

static void set_up(void)
{
	unsigned int cpu;

	memset(arenas, 0, sizeof(arenas));
	for (int i = 0; i < NR_CONTEXTS; i++) {
		spin_lock_init(&arenas[i].spin);
		rwlock_init(&arenas[i].rw);
		seqlock_init(&arenas[i].seq);
		/* each level has rules of its own, and at "nested" each context */
		lockdep_set_class(&arenas[i].spin, &keys[level][i][0]);
		lockdep_set_class(&arenas[i].rw, &keys[level][i][1]);
		lockdep_set_class(&arenas[i].seq.lock, &keys[level][i][2]);
		lockdep_set_class(&arenas[i].seq.seqcount, &keys[level][i][3]);
	}
	for_each_online_cpu(cpu) {
		for (int i = 0; i < NR_CONTEXTS; i++)
			per_cpu(users, cpu)[i] = (struct user){
				.name = 1 + cpu * NR_CONTEXTS + i,
				.random = get_random_u32(),
				.arena = &arenas[level == NESTED ? i : 0],
			};
		tasklet_setup(per_cpu_ptr(&tasklets, cpu), torture_tasklet);
	}
}

/* False without memory. */
static bool start(void)
{
	unsigned int cpu;

	stop = false;
	for_each_online_cpu(cpu) {
		struct task_struct *p = kthread_create(torture_thread,
						       &per_cpu(users, cpu)[IN_TASK],
						       "torture/%u", cpu);

		per_cpu(threads, cpu) = IS_ERR(p) ? NULL : p;
		if (IS_ERR(p))
			return false;
		kthread_bind(p, cpu);
	}
	for_each_online_cpu(cpu)
		wake_up_process(per_cpu(threads, cpu));
	if (level > TASKS)
		on_each_cpu(start_timer, NULL, 1);
	return true;
}

static void finish(void)
{
	unsigned int cpu;

	WRITE_ONCE(stop, true);
	for_each_online_cpu(cpu) {
		if (level > TASKS)
			hrtimer_cancel(per_cpu_ptr(&timers, cpu));
		tasklet_kill(per_cpu_ptr(&tasklets, cpu));
		if (per_cpu(threads, cpu))
			kthread_stop(per_cpu(threads, cpu));
	}
}

/* A count that is not the sum of its parts was lost inside. */
static void sum_up(struct outcome *o)
{
	u64 counted = 0;
	unsigned int cpu;

	*o = (struct outcome){ .min = U64_MAX };
	for_each_online_cpu(cpu) {
		for (int i = 0; i < NR_CONTEXTS; i++) {
			struct user *u = &per_cpu(users, cpu)[i];

			o->writes += u->writes;
			o->reads += u->reads;
			o->errors += u->errors;
			o->of[i] += u->writes + u->reads;
			if (i == IN_TASK) {
				o->min = min(o->min, u->writes + u->reads);
				o->max = max(o->max, u->writes + u->reads);
			}
		}
	}
	for (int i = 0; i < NR_CONTEXTS; i++)
		counted += arenas[i].count;
	o->errors += counted != o->writes;
}

static bool torture(const struct torture_type *t, enum level l, unsigned int ms, struct outcome *o)
{
	bool good;

	type = t;
	level = l;
	set_up();
	good = start();
	if (good)
		msleep(ms);
	finish();
	sum_up(o);
	return good;
}

/* --- the suite --- */

struct torture_param {
	const struct torture_type *type;
	enum level level;
};

static const void *torture_gen_params(const void *prev, char *desc)
{
	static struct torture_param p;
	static int n;

	n = prev ? n + 1 : 0;
	if (n == ARRAY_SIZE(types) * NR_LEVELS)
		return NULL;
	p = (struct torture_param){ &types[n / NR_LEVELS], n % NR_LEVELS };
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s_%s", p.type->name, level_names[p.level]);
	return &p;
}

/* What the checkers of these builds do in between is many times the work. */
#define INSTRUMENTED	(IS_ENABLED(CONFIG_KASAN) || IS_ENABLED(CONFIG_KCSAN))

/*
 * Few virtual milliseconds cost the host seconds: every pause is a switch of CPUs. But so many that each
 * of the CPUs, which share them, has its turn.
 */
static unsigned int torture_ms(void)
{
	return deterministic() ? 5 * DIV_ROUND_UP(num_online_cpus(), 4) : 100;
}

static void mutual_exclusion(struct kunit *test)
{
	const struct torture_param *p = test->param_value;
	struct outcome o;

	if (p->type->busted)
		nth_cpu(test, 1);	/* on one CPU to close the context is exclusion enough */
	KUNIT_ASSERT_TRUE(test, torture(p->type, p->level, torture_ms(), &o));
	if (p->type->busted)
		KUNIT_EXPECT_GT(test, o.errors, 0);
	else
		KUNIT_EXPECT_EQ(test, o.errors, 0);
	KUNIT_EXPECT_GT(test, o.writes, 0);
	KUNIT_EXPECT_EQ(test, !o.reads, !p->type->read);
	if (deterministic() && !p->type->busted && !INSTRUMENTED)
		KUNIT_EXPECT_GT(test, o.min, 0);
	for (int i = 0; i < NR_CONTEXTS; i++)
		KUNIT_EXPECT_EQ(test, !o.of[i], i > IN_TASK && p->level < i);
}

/* L10: in a fixed time each CPU gets as much as any other. */
static void L10_equal_shares(struct kunit *test)
{
	struct outcome o;

	nth_cpu(test, 1);
	if (!deterministic())
		kunit_skip(test, "the host shares out its time as it likes: test_locktorture.py");
	if (INSTRUMENTED)
		kunit_skip(test, "what the checkers do in between is no part of the shares");
	for (int i = 0; i < ARRAY_SIZE(types); i++) {
		if (!types[i].fair)
			continue;
		KUNIT_ASSERT_TRUE(test, torture(&types[i], TASKS, torture_ms(), &o));
		KUNIT_EXPECT_GE_MSG(test, o.min * 10, o.max * 9, "%s", types[i].name);
	}
}

static struct kunit_case torture_cases[] = {
	KUNIT_CASE_PARAM(mutual_exclusion, torture_gen_params),
	KUNIT_CASE(L10_equal_shares),
	{}
};

static struct kunit_suite torture_suite = {
	.name = "locktorture",
	.test_cases = torture_cases,
};
kunit_test_suite(torture_suite);

/* --- the command --- */

static int torture_and_print(struct shell_io *io, const struct torture_type *t, enum level l,
			     unsigned int ms)
{
	struct outcome o;

	if (!torture(t, l, ms, &o))
		return sh_errno(io, "thread", ENOMEM);
	sh_printf(io, "%-12s %-8s %u CPUs: %llu writes, %llu reads, Max/Min: %llu/%llu, "
		      "errors: %llu\n", t->name, level_names[l], num_online_cpus(), o.writes, o.reads,
		  o.max, o.min, o.errors);
	return !o.errors == t->busted;
}

/* The index of @name in the level names, or -1. */
static int find_level(const char *name)
{
	for (int i = 0; i < NR_LEVELS; i++)
		if (!strcmp(level_names[i], name))
			return i;
	return -1;
}

COMMAND(locktorture, "locktorture [LOCK|all [task|softirq|hardirq|nested|all [MS]]]",
	"locks under threads and interrupts of all CPUs; errors are failures of mutual exclusion")
{
	const char *lock = argc > 1 ? argv[1] : "all", *where = argc > 2 ? argv[2] : "all";
	int only = find_level(where), status = 0;
	unsigned int ms = 100;
	bool found = false;

	if (argc > 4 || (argc == 4 && kstrtouint(argv[3], 10, &ms)) || (only < 0 && strcmp(where, "all")))
		return sh_usage(io);
	for (int i = 0; i < ARRAY_SIZE(types); i++) {
		if (strcmp(lock, "all") && strcmp(lock, types[i].name))
			continue;
		found = true;
		for (enum level l = 0; l < NR_LEVELS; l++)
			if ((only < 0 || l == only) && !sh_interrupted(io))
				status |= torture_and_print(io, &types[i], l, ms);
	}
	return found ? status : sh_error(io, "no lock '%s'", lock);
}
