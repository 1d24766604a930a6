/* SPDX-License-Identifier: MIT */
/*
 * lockdep's self-test: 272 small programs over spinlocks and rwlocks, each run with a lockdep that
 * has just forgotten everything, each either to be reported or not (D13). They are the rows of
 * Linux's "Locking API testsuite" that spinlocks and rwlocks have, written as a table in a language
 * of our own. Behind it the minimum-lock table (L16), cell by cell.
 *
 * A row's steps. A, B, C, D are locks of four classes, X and Y two locks of one class; each is
 * there as a spinlock and as an rwlock.
 *
 *	+A -A	take it as the column says, give it back: spin_lock, write_lock or read_lock
 *	SA WA RA UA	spin_lock, write_lock, read_lock, unlock whatever the column
 *	IA	initialise it again
 *	[ ... ]	in an interrupt: a hardirq or a softirq, whichever the row is about now
 *	( ... )	with those interrupts disabled
 *	< ... >	in a softirq		{ ... }	with hardirqs disabled
 *
 * A row runs once for each kind of interrupt it names, for each order of its events, and for each
 * column. The verdicts stand in the order of the columns: ! must be reported, . must stay silent.
 */
#include <kunit/test.h>
#include <linux/interrupt.h>
#include <linux/lockdep.h>
#include <linux/rwlock.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include "context.h"

static const struct row {
	const char *name;
	const char *irqs;		/* h hardirq, s softirq, - none, q hardirq and queued readers */
	const char *columns;		/* s spin, w write, r read, - none */
	const char *verdicts;
	char finding;			/* what those with ! are reported as: finding_of() */
	const char *events[3];		/* run in every order */
} rows[] = {
	/* name			  irqs columns verdicts finding events */
	{ "A-A deadlock",		"-", "swr", "!!.", 'r', { "+A +A -A -A" } },
	{ "A-B-B-A deadlock",		"-", "swr", "!!.", 'c', { "+A +B -B -A  +B +A -A -B" } },
	{ "A-B-B-C-C-A deadlock",	"-", "swr", "!!.", 'c', { "+A +B -B -A  +B +C -C -B  +C +A -A -C" } },
	{ "A-B-C-A-B-C deadlock",	"-", "swr", "!!.", 'c', { "+A +B -B -A  +C +A -A -C  +B +C -C -B" } },
	{ "A-B-B-C-C-D-D-A deadlock",	"-", "swr", "!!.", 'c',
	  { "+A +B -B -A  +B +C -C -B  +C +D -D -C  +D +A -A -D" } },
	{ "A-B-C-D-B-D-D-A deadlock",	"-", "swr", "!!.", 'c',
	  { "+A +B -B -A  +C +D -D -C  +B +D -D -B  +D +A -A -D" } },
	{ "A-B-C-D-B-C-D-A deadlock",	"-", "swr", "!!.", 'c',
	  { "+A +B -B -A  +C +D -D -C  +B +C -C -B  +D +A -A -D" } },
	{ "double unlock",		"-", "swr", "!!!", 'u', { "+A -A -A" } },
	{ "initialize held",		"-", "swr", "!!!", 'f', { "+A IA -A" } },

	{ "recursive read-lock",	"-", "-", ".", '-', { "RX RX UX UX" } },
	{ "recursive read-lock #2",	"-", "-", ".", '-', { "RX RY UY UX" } },
	{ "mixed read-write-lock",	"-", "-", "!", 'r', { "RX WX UX UX" } },
	{ "mixed write-read-lock",	"-", "-", "!", 'r', { "WX RX UX UX" } },
	{ "mixed read-lock/lock-write ABBA",	"-", "-", "!", 'c', { "RX SA UA UX  SA WX UX UA" } },
	{ "mixed read-lock/lock-read ABBA",	"-", "-", ".", '-', { "RX SA UA UX  SA RX UX UA" } },
	{ "mixed write-lock/lock-write ABBA",	"-", "-", "!", 'c', { "WX SA UA UX  SA WX UX UA" } },
	{ "chain cached mixed R-L/L-W ABBA",	"-", "-", "!", 'c', { "RX SA UA UX  SA RX UX UA  SA WX UX UA" } },

	{ "rlock W1R2/W2R3/W3R1", "-", "-", "!", 'c', { "WA RB UB UA", "WB RC UC UB", "WC RA UA UC" } },
	{ "rlock W1W2/R2R3/W3R1", "-", "-", "!", 'c', { "WA WB UB UA", "RB RC UC UB", "WC RA UA UC" } },
	{ "rlock W1W2/R2R3/R3W1", "-", "-", ".", '-', { "WA WB UB UA", "RB RC UC UB", "RC WA UA UC" } },
	{ "rlock W1R2/R2R3/W3W1", "-", "-", ".", '-', { "WA RB UB UA", "RB RC UC UB", "WC WA UA UC" } },

	{ "irqs-on + irq-safe-A",   "hs", "swr", "!!.", 's', { "[ +A -A ]", "+A -A" } },
	{ "sirq-safe-A => hirqs-on", "-", "swr", "!!.", 's', { "< +A -A >", "{ +A } -A" } },
	{ "safe-A + irqs-on",	    "hs", "swr", "!!.", 's', { "[ +A -A ]", "( +A ) -A" } },
	{ "safe-A + unsafe-B #1",   "hs", "swr", "!!.", 's', { "+A +B -B -A", "+B -B", "[ +A -A ]" } },
	{ "safe-A + unsafe-B #2",   "hs", "swr", "!!.", 'i', { "( +A +B -B -A )", "+B -B", "[ +A -A ]" } },
	{ "irq lock-inversion",	    "hs", "swr", "!!.", 'i', { "( WA +B -B UA )", "+B -B", "[ RA UA ]" } },

	{ "irq read-recursion",	    "hs", "wr", "!.", 's', { "( WA UA )", "RA UA", "[ SB +A -A UB ]" } },
	{ "irq read-recursion #2",  "hs", "wr", "!.", 'i', { "( +B SA UA -B )", "SA UA", "[ RB UB ]" } },
	{ "irq read-recursion #3",  "hs", "wr", "!.", 'i', { "( RB +A -A UB )", "RA UA", "[ WB UB ]" } },

	{ "hardirq read-lock/lock-read", "q", "-", "!", 'c', { "[ RA SB UB UA ] ( SB RA UA UB )" } },
	{ "hardirq lock-read/read-lock", "q", "-", ".", '-', { "[ SB RA UA UB ] ( RA SB UB UA )" } },
	{ "hardirq inversion",		 "q", "-", "!", 'i', { "[ SB UB ] ( SB RA UA UB ) RA UA" } },
};

#define NR_ROWS	272	/* Linux's 358 without mutexes, rwsems, rtmutexes, ww_mutexes and the rest (D13) */

/* --- the locks --- */

#define NAMES	"ABCDXY"
static struct {
	spinlock_t spin;
	rwlock_t rw;
	bool as_rw[4];		/* how it was taken, the youngest last */
	bool phantom[4];	/* only lockdep was told, because the lock itself would wait for ever */
	int depth;
} locks[6];
static struct lock_class_key spin_keys[6], rw_keys[6];

static int index_of(char name)
{
	return strchr(NAMES, name) - NAMES;
}

static void init_lock(int i, bool as_rw)
{
	static const char *const names[] = { "lock_A", "lock_B", "lock_C", "lock_D", "lock_X", "lock_X" };
	int class = i == 5 ? 4 : i;	/* Y is X's class */

	if (as_rw)
		__rwlock_init(&locks[i].rw, names[i], &rw_keys[class]);
	else
		__raw_spin_lock_init(&locks[i].spin.rlock, names[i], &spin_keys[class]);
}

static void take(int i, char how)
{
	spinlock_t *spin = &locks[i].spin;
	rwlock_t *rw = &locks[i].rw;
	bool waits = how == 's' ? spin_is_locked(spin) : how == 'w' ? rw->raw_lock.cnts != 0 :
							rw->raw_lock.wlocked != 0;
	int read = how == 'r' ? read_lock_kind() : LOCK_WRITE;

	locks[i].as_rw[locks[i].depth] = how != 's';
	locks[i].phantom[locks[i].depth++] = waits;
	if (waits)
		lock_acquire(how == 's' ? &spin->dep_map : &rw->dep_map, 0, 0, read, 1, NULL,
			     _THIS_IP_);
	else if (how == 's')
		spin_lock(spin);
	else if (how == 'w')
		write_lock(rw);
	else
		read_lock(rw);
}

static void give_back(int i)
{
	bool as_rw, phantom = true;

	if (locks[i].depth) {
		as_rw = locks[i].as_rw[--locks[i].depth];
		phantom = locks[i].phantom[locks[i].depth];
	} else {
		as_rw = locks[i].as_rw[0];	/* once too often: the same as before */
	}
	if (phantom)
		lock_release(as_rw ? &locks[i].rw.dep_map : &locks[i].spin.dep_map, _THIS_IP_);
	else if (!as_rw)
		spin_unlock(&locks[i].spin);
	else if (locks[i].rw.raw_lock.wlocked)
		write_unlock(&locks[i].rw);
	else
		read_unlock(&locks[i].rw);
}

/* --- the steps --- */

struct program {
	const char *p;
	char irq, column;
};

static void run(struct program *prog);

static void run_in_hardirq(void *prog)
{
	run(prog);
}

static void run_in_tasklet(struct tasklet_struct *t)
{
	run((void *)t->data);
}

static void run_in_softirq(struct program *prog)
{
	struct tasklet_struct t = { .callback = run_in_tasklet, .use_callback = true,
				    .data = (unsigned long)prog };

	local_bh_disable();
	tasklet_schedule(&t);
	local_bh_enable();
	tasklet_kill(&t);
}

/* "A" behind the operator. */
static int operand(struct program *prog)
{
	return index_of(*prog->p++);
}

static void close_context(bool soft)
{
	if (soft)
		local_bh_disable();
	else
		local_irq_disable();
}

static void open_context(bool soft)
{
	if (soft)
		local_bh_enable();
	else
		local_irq_enable();
}

static void step(struct program *prog)
{
	bool soft = prog->irq == 's';
	char op = *prog->p++;
	int i;

	if (op == '<' || (op == '[' && soft)) {
		run_in_softirq(prog);
	} else if (op == '[') {
		call_in_hardirq(run_in_hardirq, prog);
	} else if (strchr("({", op)) {
		close_context(op == '(' && soft);
	} else if (strchr(")}", op)) {
		open_context(op == ')' && soft);
	} else if (op == '+') {
		take(operand(prog), prog->column);
	} else if (strchr("SWR", op)) {
		take(operand(prog), op - 'A' + 'a');
	} else if (op == 'I') {
		i = operand(prog);
		init_lock(i, locks[i].as_rw[0]);
		/* the word is free now: giving it back must not touch it */
		locks[i].phantom[0] = true;
		preempt_enable();
	} else {
		give_back(operand(prog));	/* - and U */
	}
}

/* To the end, or to the end of the interrupt we are in. */
static void run(struct program *prog)
{
	while (*prog->p && *prog->p != ']' && *prog->p != '>')
		step(prog);
	if (*prog->p)
		prog->p++;
}

/* --- one of the 272 --- */

struct param {
	const struct row *row;
	char irq, column, verdict;
	int order[3], nr_events;
};

static const int orders[6][3] = {
	{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
};

/* The @n-th run of the whole table; false behind its end. */
static bool nth_run(int n, struct param *p)
{
	for (const struct row *r = rows; r < rows + ARRAY_SIZE(rows); r++) {
		int nr_events = 1 + !!r->events[1] + !!r->events[2];
		int nr_orders = nr_events == 3 ? 6 : nr_events, columns = strlen(r->columns);
		int runs = strlen(r->irqs) * nr_orders * columns;

		if (n >= runs) {
			n -= runs;
			continue;
		}
		*p = (struct param){
			.row = r, .nr_events = nr_events, .column = r->columns[n % columns],
			.verdict = r->verdicts[n % columns],
			.irq = r->irqs[n / columns / nr_orders]
		};
		/* with two events, the orders 0 and 2 of the table of three */
		memcpy(p->order, orders[n / columns % nr_orders * (nr_events == 2 ? 2 : 1)],
		       sizeof(p->order));
		return true;
	}
	return false;
}

static const void *runs_gen_params(const void *prev, char *desc)
{
	static struct param p;
	static int n;
	char order[4] = "";
	const char *column;

	n = prev ? n + 1 : 0;
	if (!nth_run(n, &p))
		return NULL;
	for (int i = 0; i < p.nr_events && p.nr_events > 1; i++)
		order[i] = '1' + p.order[i];
	column = p.column == 's' ? " spin" : p.column == 'w' ? " wlock" : p.column == 'r' ? " rlock" : "";
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s%s%s%s%s", p.irq == 's' ? "soft-" : p.irq == 'h' ? "hard-" : "",
		 p.row->name, *order ? "/" : "", order, column);
	return &p;
}

static void start_afresh(void)
{
	for (int i = 0; i < ARRAY_SIZE(locks); i++) {
		init_lock(i, false);
		init_lock(i, true);
		locks[i].depth = 0;
	}
	if (DEBUG_LOCKS)
		lockdep_reset();
}

/* The steps of all events in the order wanted, blanks left out. */
static void assemble(const struct param *p, char *steps)
{
	for (int i = 0; i < p->nr_events; i++)
		for (const char *s = p->row->events[p->order[i]]; *s; s++)
			if (*s != ' ')
				*steps++ = *s;
	*steps = '\0';
}

static int need_lockdep(struct kunit *test)
{
	if (!DEBUG_LOCKS)
		kunit_skip(test, "release builds have no lockdep");
	if (!debug_locks)
		kunit_skip(test, "lockdep is off: an earlier report");
	pin_to_cpu(raw_smp_processor_id());
	return 0;
}

static void unpin_after(struct kunit *test)
{
	unpin();
	if (!DEBUG_LOCKS)
		return;
	force_read_lock_recursive = false;
	lockdep_reset();
}

/* The report's first line: another checker's finding, or another of lockdep's, is not what is asked for. */
static const char *finding_of(const struct param *p)
{
	switch (p->row->finding) {
	case 'r':
		return "WARNING: possible recursive locking detected";
	case 'c':
		return "WARNING: possible circular locking dependency detected";
	case 's':
		return "WARNING: inconsistent lock state";
	case 'u':
		return "WARNING: bad unlock balance detected!";
	case 'f':
		return "WARNING: held lock freed!";
	case 'i':	/* the first event makes a dependency, the others only use its ends */
		if (p->order[2] != 0)
			return "WARNING: possible irq lock inversion dependency detected";
		return p->irq == 's' ? "WARNING: SOFTIRQ-safe -> SOFTIRQ-unsafe lock order detected" :
				       "WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected";
	}
	return "none";
}

static void D13_verdict(struct kunit *test)
{
	const struct param *p = test->param_value;
	unsigned int depth = lockdep_depth(current), found;
	char steps[128];
	struct program prog = {
		.p = steps, .irq = p->irq == 'q' ? 'h' : p->irq, .column = p->column
	};

	assemble(p, steps);
	start_afresh();
	if (DEBUG_LOCKS)
		force_read_lock_recursive = p->irq != 'q';
	debug_locks_catch(true);
	run(&prog);
	found = debug_locks_catch(false);
	if (DEBUG_LOCKS)
		__lockdep_forget_above(depth);
	if (p->verdict == '!')
		KUNIT_EXPECT_STREQ(test, debug_locks_first_caught(), finding_of(p));
	else
		KUNIT_EXPECT_EQ(test, found, 0);
	KUNIT_EXPECT_EQ(test, *prog.p, '\0');
}

static void D13_there_are_272_rows(struct kunit *test)
{
	struct param p;
	int n = 0, bad = 0;

	while (nth_run(n, &p)) {
		n++;
		bad += p.verdict == '!';
	}
	KUNIT_EXPECT_EQ(test, n, NR_ROWS);
	KUNIT_EXPECT_EQ(test, bad, 167);
}

/* --- L16: who needs what against whom --- */

enum where { TASK, SOFTIRQ, HARDIRQ };
enum how { LOCK, LOCK_BH, LOCK_IRQ, LOCK_IRQSAVE };

static const struct minimum {
	enum where user;
	enum how how;
	const char *verdicts;	/* against spin_lock() in a task, a softirq, a hardirq */
} minimums[] = {
	{ TASK,    LOCK,	 ".!!" },
	{ TASK,    LOCK_BH,	 "..!" },
	{ TASK,    LOCK_IRQ,	 "..." },
	{ TASK,    LOCK_IRQSAVE, "..." },
	{ SOFTIRQ, LOCK,	 "!.!" },
	{ SOFTIRQ, LOCK_IRQSAVE, "!.." },
	{ HARDIRQ, LOCK,	 "!!." },
	{ HARDIRQ, LOCK_IRQSAVE, "!!." },
};

static const char *const where_names[] = { "task", "softirq", "hardirq" };
static const char *const how_names[] = { "spin_lock", "spin_lock_bh", "spin_lock_irq", "spin_lock_irqsave" };

struct l16_param {
	const struct minimum *m;
	enum where against;
};

static const void *minimums_gen_params(const void *prev, char *desc)
{
	static struct l16_param p;
	static int n;

	n = prev ? n + 1 : 0;
	if (n == 3 * ARRAY_SIZE(minimums))
		return NULL;
	p.m = &minimums[n / 3];
	p.against = n % 3;
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s in a %s against spin_lock in a %s", how_names[p.m->how],
		 where_names[p.m->user], where_names[p.against]);
	return &p;
}

static void use_lock(void *how)
{
	spinlock_t *l = &locks[0].spin;
	unsigned long flags;

	switch (*(enum how *)how) {
	case LOCK:
		spin_lock(l);
		spin_unlock(l);
		break;
	case LOCK_BH:
		spin_lock_bh(l);
		spin_unlock_bh(l);
		break;
	case LOCK_IRQ:
		spin_lock_irq(l);
		spin_unlock_irq(l);
		break;
	case LOCK_IRQSAVE:
		spin_lock_irqsave(l, flags);
		spin_unlock_irqrestore(l, flags);
	}
}

static void use_in_tasklet(struct tasklet_struct *t)
{
	use_lock((void *)t->data);
}

static void use_in(enum where where, enum how how)
{
	struct tasklet_struct t = { .callback = use_in_tasklet, .use_callback = true,
				    .data = (unsigned long)&how };

	if (where == HARDIRQ)
		return call_in_hardirq(use_lock, &how);
	if (where == TASK)
		return use_lock(&how);
	local_bh_disable();
	tasklet_schedule(&t);
	local_bh_enable();
	tasklet_kill(&t);
}

static void L16_minimum_lock(struct kunit *test)
{
	const struct l16_param *p = test->param_value;
	unsigned int found;

	start_afresh();
	debug_locks_catch(true);
	use_in(p->m->user, p->m->how);
	use_in(p->against, LOCK);
	found = debug_locks_catch(false);
	KUNIT_EXPECT_EQ(test, found ? '!' : '.', p->m->verdicts[p->against]);
	KUNIT_EXPECT_STREQ(test, debug_locks_first_caught(), found ? "WARNING: inconsistent lock state" : "");
}

static struct kunit_case selftest_cases[] = {
	KUNIT_CASE(D13_there_are_272_rows),
	KUNIT_CASE_PARAM(D13_verdict, runs_gen_params),
	KUNIT_CASE_PARAM(L16_minimum_lock, minimums_gen_params),
	{}
};

static struct kunit_suite selftest_suite = {
	.name = "lockdep_selftest",
	.init = need_lockdep,
	.exit = unpin_after,
	.test_cases = selftest_cases,
};
kunit_test_suite(selftest_suite);
