/* SPDX-License-Identifier: MIT */
/*
 * Every execution of a few threads of real compiled code, under SC or x86-TSO.
 *
 *	SCENARIO sc|tso [most states]
 *
 * Depth first over states: shared memory, stacks above sp, store buffers, ghosts. A thread is a
 * coroutine that comes back here before each step that others can notice. Fails on: what the scenario
 * asserts; two inside at once; somebody overtaken; all blocked (deadlock, lost wake-up); a state that
 * leads to itself (livelock); and under SC a data race by C11's rules. A scenario ends "OK" only if
 * every execution ends, in a final state that smc_final() accepts.
 *
 * Four things keep it small, and none of them hides an execution that matters:
 *
 *  - cpu_relax() blocks until something the loop has read since the last time changes: a round with the
 *    same values would do the same again. So waiting is no loop, and a loop that goes on is a finding.
 *  - What concerns nobody else is done without a choice: plain accesses (order.c finds those that do
 *    concern somebody) and, under TSO, a store into the own buffer. Its arrival is a step.
 *  - Threads with one function are alike, so they take their first steps in the order of their numbers.
 *  - States are kept as 64 bits of hash: of ten million the chance that two share one is 3 in a million.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "internal.h"

#define MAX_STEPS	4000	/* of one execution; a lock needs a few hundred */
#define MAX_LOG		8000
#define MAX_COVER	16

struct machine m;
int nr_threads, cur = -1;
bool tso;
void (*irq_handler[NT])(int me);

static void (*function[NT])(int me);
static void *scheduler_sp;
static bool irq_wanted, restart_wanted;
static jmp_buf from_the_start;

static uint64_t nr_states, nr_steps, max_states = 100000000;
static int max_depth;
static bool buffer_was_full;

/* --- reports --- */

static struct log {
	const void *place;
	const char *what;
	uintptr_t a;
	uint64_t from, to;
	uint8_t i, size;
} steps[MAX_LOG];
static int nr_log;

void log_step(int i, const void *place, const char *what, uintptr_t a, unsigned int size,
	      uint64_t from, uint64_t to)
{
	if (nr_log < MAX_LOG)
		steps[nr_log++] = (struct log){ place, what, a, from, to, i, size };
}

static double seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static void figures(const char *verdict)
{
	printf("%s %s states=%lu steps=%lu depth=%d time=%.2f\n", verdict, tso ? "tso" : "sc", nr_states,
	       nr_steps, max_depth, seconds());
}

/* One line that says what, then how it came to that. Addresses become names in ../explorer.py. */
void smc_fail(const char *what)
{
	printf("FAIL %s\n", what);
	figures("FAIL");
	for (int k = 0; k < nr_log; k++) {
		const struct log *l = &steps[k];

		printf("  T%d %-18s", l->i, l->what);
		if (l->size)
			printf(" @%lx/%d %lx -> %lx", (unsigned long)l->a, l->size, l->from, l->to);
		if (l->place)
			printf("  at %lx", (unsigned long)l->place);
		printf("\n");
	}
	fflush(stdout);
	_exit(1);
}

static void crashed(int sig)
{
	smc_fail(sig == SIGSEGV ? "crash: a wild pointer" : "crash");
}

static const char *covered[MAX_COVER];
static int nr_covered;

void smc_cover(const char *what)
{
	for (int k = 0; k < nr_covered; k++)
		if (covered[k] == what)
			return;
	covered[nr_covered++] = what;
}

/* --- threads --- */

void restart(void)
{
	restart_wanted = true;
}

void yield(void)
{
	smc_switch(&m.cpu[cur].sp, scheduler_sp);
}

bool resumed_by_irq(void)
{
	return irq_wanted;
}

/* Let thread @i go on to its next step, or take its interrupt. */
static void run(int i, bool irq)
{
	nr_steps++;
	m.cpu[i].started = 1;
	cur = i;
	irq_wanted = irq;
	buffer_on(i);
	smc_switch(&scheduler_sp, m.cpu[i].sp);
	buffer_off(i);
	cur = -1;
	if (restart_wanted)
		longjmp(from_the_start, 1);
	if (m.cpu[i].op != OP_DONE)
		stack_clean(i);
	if (nr_log >= MAX_LOG)
		smc_fail("no end: an execution longer than MAX_LOG");
}

static void thread_start(void)
{
	function[cur](cur);
	thread_end();
	abort();
}

void smc_thread(void (*fn)(int me))
{
	if (nr_threads == NT)
		smc_fail("more threads than SMC_MAX_THREADS");
	function[nr_threads++] = fn;
}

void smc_irq(void (*handler)(int me))
{
	irq_handler[nr_threads - 1] = handler;
}

static void thread_init(int i)
{
	enum { PUSHED = 6 };	/* callee-saved registers, see switch.S */
	void **sp = (void **)stack_top(i);

	*--sp = NULL;
	*--sp = (void *)thread_start;
	sp -= PUSHED;
	m.cpu[i] = (struct cpu){ .sp = sp, .op = OP_START, .irqs_left = irq_handler[i] != NULL };
}

/* --- what can happen --- */

static bool something_changed(int i)
{
	const struct cpu *c = &m.cpu[i];

	for (int k = 0; k < c->nr_seen; k++)
		if (view(i, c->seen[k].a, c->seen[k].size) != c->seen[k].v)
			return true;
	return !c->nr_seen;
}

/* Context: of the scheduler, or of thread @i itself. */
bool can_step(int i)
{
	const struct cpu *c = &m.cpu[i];

	switch ((enum op)c->op) {
	case OP_WRITE:
		if (tso && where(i, c->a) == OWN_STACK)
			return !buffer_overlaps(i, c->a, c->size);
		/* fall through */
	case OP_STORE:
		if (tso && c->nr_buffer == BUFFER_SIZE) {
			buffer_was_full = true;
			return false;
		}
		return true;
	case OP_XSTORE:
	case OP_RMW:
	case OP_FENCE:
		return !c->nr_buffer;
	case OP_WAIT:
		return something_changed(i);
	case OP_DONE:
		return false;
	default:
		return true;
	}
}

bool irq_possible(int i)
{
	const struct cpu *c = &m.cpu[i];

	return c->irqs_left && !c->irqs_off && c->op != OP_DONE && c->op != OP_START;
}

/* Threads that are alike start in the order of their numbers. */
static bool may_start(int i)
{
	return m.cpu[i].started || !i || function[i] != function[i - 1] || m.cpu[i - 1].started;
}

enum { RUN, FLUSH, IRQ, NR_WAYS };
struct choice {
	uint8_t i, way;
};

/* All steps that are possible. @progress: one that needs no interrupt to come. */
static int choices(struct choice *c, bool *progress)
{
	int n = 0;

	*progress = false;
	for (int i = 0; i < nr_threads; i++) {
		const struct cpu *cpu = &m.cpu[i];
		bool runs = may_start(i) && can_step(i), irq = may_start(i) && irq_possible(i);

		if (cpu->nr_buffer) {
			c[n++] = (struct choice){ i, FLUSH };
			*progress = true;
		}
		if (runs)
			c[n++] = (struct choice){ i, RUN };
		if (irq)
			c[n++] = (struct choice){ i, IRQ };
		*progress |= runs;
		/* Its own affair: only whether the interrupt comes first is open. */
		if (runs && irq && (cpu->op <= OP_LOCAL || (tso && cpu->op == OP_STORE))) {
			c[0] = (struct choice){ i, RUN };
			c[1] = (struct choice){ i, IRQ };
			return 2;
		}
	}
	return n;
}

static void take(struct choice c)
{
	if (c.way == FLUSH) {
		nr_steps++;
		buffer_flush(c.i);
	} else {
		run(c.i, c.way == IRQ);
	}
}

/* --- states --- */

static int state_pieces(struct piece *p)
{
	int n = memory_pieces(p);

	p[n++] = (struct piece){ (char *)m.cpu, sizeof(m.cpu[0]) * nr_threads };
	p[n++] = (struct piece){ (char *)m.writers, sizeof(m) - sizeof(m.cpu) };
	if (!tso)
		p[n++] = order_state();
	return n;
}

enum { MAX_PIECES = 2 * NT + 4 };

static uint64_t hash_state(void)
{
	struct piece p[MAX_PIECES];
	int n = state_pieces(p);
	uint64_t h = 1;

	for (int k = 0; k < n; k++) {
		for (unsigned long b = 0; b < p[k].size; b += 8) {
			uint64_t v = 0;

			memcpy(&v, p[k].start + b, p[k].size - b < 8 ? p[k].size - b : 8);
			h = (h ^ v) * 0x9e3779b97f4a7c15UL;
			h ^= h >> 32;
		}
	}
	return h ?: 1;
}

static char *save_state(void)
{
	struct piece p[MAX_PIECES];
	int n = state_pieces(p);
	unsigned long size = 0;
	char *saved, *q;

	for (int k = 0; k < n; k++)
		size += p[k].size;
	q = saved = malloc(size + sizeof(m));
	memcpy(q, &m, sizeof(m));
	q += sizeof(m);
	for (int k = 0; k < n; k++, q += p[k - 1].size)
		memcpy(q, p[k].start, p[k].size);
	return saved;
}

static void restore_state(const char *q)
{
	struct piece p[MAX_PIECES];
	int n;

	memcpy(&m, q, sizeof(m));	/* first: sp says what else there is */
	q += sizeof(m);
	n = state_pieces(p);
	for (int k = 0; k < n; k++, q += p[k - 1].size)
		memcpy(p[k].start, q, p[k].size);
}

/* Open hash table of states; grows at three quarters. */
static uint64_t *table, mask;

static bool find(uint64_t h, uint64_t *at)
{
	uint64_t k = h & mask;

	while (table[k] && table[k] != h)
		k = (k + 1) & mask;
	*at = k;
	return table[k];
}

static void table_init(uint64_t size)
{
	mask = size - 1;
	table = calloc(size, sizeof(*table));
	if (!table)
		smc_fail("out of memory");
}

static void table_grow(void)
{
	uint64_t old_mask = mask, *old = table, at;

	table_init((mask + 1) * 2);
	for (uint64_t k = 0; k <= old_mask; k++)
		if (old[k] && !find(old[k], &at))
			table[at] = old[k];
	free(old);
}

static bool seen_before(uint64_t h)
{
	uint64_t at;

	if (find(h, &at))
		return true;
	table[at] = h;
	if (++nr_states * 4 > mask * 3)
		table_grow();
	if (nr_states > max_states)
		smc_fail("LIMIT: more states than allowed");
	return false;
}

/* --- the search --- */

static uint64_t path[MAX_STEPS];	/* states with a choice, from the start to here */

static void blocked(void)
{
	for (int i = 0; i < nr_threads; i++)
		if (m.cpu[i].op != OP_DONE)
			smc_fail("deadlock or lost wake-up: nobody can go on");
	smc_final();
}

static void explore(int depth)
{
	int log_here = nr_log;
	struct choice c[NT * NR_WAYS];
	bool progress;
	char *saved;
	uint64_t h;
	int n;

	if (depth > max_depth)
		max_depth = depth;
	if (depth >= MAX_STEPS)
		smc_fail("no end: an execution longer than MAX_STEPS");
	n = choices(c, &progress);
	if (!progress)
		blocked();
	if (!n)
		return;
	path[depth] = 0;
	if (n == 1) {			/* nothing to come back for */
		take(c[0]);
		explore(depth + 1);
		return;
	}
	h = hash_state();
	if (seen_before(h)) {
		for (int k = 0; k < depth; k++)
			if (path[k] == h)
				smc_fail("livelock: this can go on for ever");
		return;
	}
	path[depth] = h;
	saved = save_state();
	for (int k = 0; k < n; k++) {
		if (k)
			restore_state(saved);
		nr_log = log_here;
		take(c[k]);
		explore(depth + 1);
	}
	free(saved);
	nr_log = log_here;
}

static void start(void)
{
	memset(&m, 0, sizeof(m));
	nr_threads = nr_log = nr_covered = max_depth = 0;
	nr_states = nr_steps = 0;
	memset(irq_handler, 0, sizeof(irq_handler));
	restart_wanted = false;
	memory_reset();
	order_reset();
	smc_setup();
	restart_wanted = false;		/* nothing was lost yet */
	for (int i = 0; i < nr_threads; i++)
		thread_init(i);
	/* Up to the first step that others can notice. */
	for (int i = 0; i < nr_threads; i++) {
		run(i, false);
		m.cpu[i].started = 0;
	}
}

int main(int argc, char **argv)
{
	static char signal_stack[1 << 16];
	struct sigaction crash = { .sa_handler = crashed, .sa_flags = SA_ONSTACK };

	tso = argc > 1 && !strcmp(argv[1], "tso");
	if (argc > 2)
		max_states = strtoull(argv[2], NULL, 0);
	sigaltstack(&(stack_t){ .ss_sp = signal_stack, .ss_size = sizeof(signal_stack) }, NULL);
	sigaction(SIGSEGV, &crash, NULL);
	sigaction(SIGBUS, &crash, NULL);
	sigaction(SIGILL, &crash, NULL);
	sigaction(SIGFPE, &crash, NULL);
	memory_init();

	setjmp(from_the_start);
	free(table);
	table_init(1 << 16);
	start();
	explore(0);

	for (int k = 0; k < nr_covered; k++)
		printf("seen: %s\n", covered[k]);
	if (buffer_was_full)
		smc_fail("LIMIT: a store found BUFFER_SIZE others on their way");
	figures("OK");
	return 0;
}
