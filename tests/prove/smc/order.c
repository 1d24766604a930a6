/* SPDX-License-Identifier: MIT */
/*
 * Happens-before, by C11's rules, on executions under sequential consistency.
 *
 * A lock has to order the accesses of its critical sections also for the compiler, and on machines
 * that are less strict than x86; that is what acquire and release say in its source. So each access to
 * memory that is anywhere accessed without atomics is an event, and each thread knows a set of them:
 * those that happen before its next step. Two accesses to one place, one of them a write and one of
 * them plain, are a race if the later one does not know the earlier one, however far they are apart.
 *
 *   release	the place's set becomes (a store) or gains (read-modify-write) what the thread knows
 *   acquire	the thread learns the place's set
 *   relaxed	the same, but for the two: what the last release fence knew; not before an acquire fence
 *
 * Only the last event of a kind counts, so the sets are small. Places that are accessed in several
 * sizes keep a set for each piece of the smallest size.
 */
#include <stdio.h>
#include <string.h>
#include "internal.h"

#define NR_PLACES	40	/* tracked: plain somewhere, or smc_track() */
#define NR_SYNCS	96
#define NR_GRAINS	64
/* Events of a place: the last plain write, and each thread's last atomic write, plain and atomic read. */
#define PER_PLACE	(1 + 3 * NT)
#define WORDS		((NR_PLACES * PER_PLACE + 63) / 64)

struct set {
	uint64_t w[WORDS];
};

/* What was learned about the program; it stays over backtracking and restarts. */
static struct place {
	uintptr_t a;
	unsigned int size;
} places[NR_PLACES];
static int nr_places;
static struct grain {
	uintptr_t word;			/* 8 aligned bytes */
	unsigned int size;
} grains[NR_GRAINS];
static int nr_grains;
static uintptr_t syncs[NR_SYNCS];
static int nr_syncs;

/* What belongs to an execution. */
static struct {
	struct set happened;
	struct set knows[NT], pending[NT], fence[NT];
	struct set released[NR_SYNCS];
} s;

enum kind { PLAIN_WRITE, ATOMIC_WRITE, PLAIN_READ, ATOMIC_READ };

static unsigned int event(int place, enum kind kind, int i)
{
	return place * PER_PLACE + (kind == PLAIN_WRITE ? 0 : 1 + (kind - 1) * NT + i);
}

static bool has(const struct set *set, unsigned int e)
{
	return set->w[e / 64] >> (e % 64) & 1;
}

static void add(struct set *set, unsigned int e)
{
	set->w[e / 64] |= 1UL << (e % 64);
}

static void join(struct set *to, const struct set *from)
{
	for (int k = 0; k < WORDS; k++)
		to->w[k] |= from->w[k];
}

/* A new event takes the place of the last of its kind: nobody knows it, except the thread itself. */
static void forget(unsigned int e)
{
	struct set *all = (struct set *)&s;

	for (int k = 0; k < 1 + 3 * NT + nr_syncs; k++)
		all[k].w[e / 64] &= ~(1UL << (e % 64));
}

static void happens(int i, unsigned int e)
{
	forget(e);
	add(&s.happened, e);
	add(&s.knows[i], e);
}

static bool overlap(const struct place *p, uintptr_t a, unsigned int size)
{
	return a < p->a + p->size && p->a < a + size;
}

static void track(uintptr_t a, unsigned int size)
{
	for (int k = 0; k < nr_places; k++)
		if (places[k].a == a && places[k].size == size)
			return;
	if (nr_places == NR_PLACES)
		smc_fail("more plain places than NR_PLACES");
	places[nr_places++] = (struct place){ a, size };
	restart();
}

void smc_track(const volatile void *p, int size)
{
	track((uintptr_t)p, size);
}

static void must_know(int i, int place, enum kind kind, const char *race)
{
	for (int j = 0; j < (kind == PLAIN_WRITE ? 1 : NT); j++)
		if (has(&s.happened, event(place, kind, j)) &&
		    !has(&s.knows[i], event(place, kind, j)))
			smc_fail(race);
}

static void order_read(int i, int place, bool plain)
{
	must_know(i, place, PLAIN_WRITE, plain ? "data race: a plain read after a plain write" :
		  "data race: an atomic read after a plain write");
	if (plain)
		must_know(i, place, ATOMIC_WRITE, "data race: a plain read after an atomic write");
	happens(i, event(place, plain ? PLAIN_READ : ATOMIC_READ, i));
}

static void order_write(int i, int place, bool plain)
{
	must_know(i, place, PLAIN_WRITE, plain ? "data race: a plain write after a plain write" :
		  "data race: an atomic write after a plain write");
	must_know(i, place, PLAIN_READ, plain ? "data race: a plain write after a plain read" :
		  "data race: an atomic write after a plain read");
	if (!plain) {
		happens(i, event(place, ATOMIC_WRITE, i));
		return;
	}
	must_know(i, place, ATOMIC_WRITE, "data race: a plain write after an atomic write");
	must_know(i, place, ATOMIC_READ, "data race: a plain write after an atomic read");
	/* It knows all earlier ones; who knows it knows them too. */
	for (unsigned int e = event(place, PLAIN_WRITE, 0);
	     e < event(place + 1, PLAIN_WRITE, 0); e++)
		forget(e);
	happens(i, event(place, PLAIN_WRITE, i));
}

static void touch(int i, uintptr_t a, unsigned int size, bool write, bool plain)
{
	for (int k = 0; k < nr_places; k++) {
		if (!overlap(&places[k], a, size))
			continue;
		if (write)
			order_write(i, k, plain);
		else
			order_read(i, k, plain);
	}
}

void order_plain(int i, uintptr_t a, unsigned int size, bool write)
{
	if (where(i, a) != OWN_STACK)	/* else a local variable, until somebody else finds it */
		track(a, size);
	touch(i, a, size, write, true);
}

int smc_knows(const volatile void *p, int size)
{
	if (tso || cur < 0)
		return 1;
	for (int k = 0; k < nr_places; k++) {
		if (!overlap(&places[k], (uintptr_t)p, size))
			continue;
		for (int j = 0; j < NT; j++)
			if ((has(&s.happened, event(k, ATOMIC_WRITE, j)) &&
			     !has(&s.knows[cur], event(k, ATOMIC_WRITE, j))))
				return 0;
		if (has(&s.happened, event(k, PLAIN_WRITE, 0)) &&
		    !has(&s.knows[cur], event(k, PLAIN_WRITE, 0)))
			return 0;
	}
	return 1;
}

/* --- synchronisation --- */

/* The size in which the word around @a is accessed, at its smallest. */
static unsigned int grain_of(uintptr_t a, unsigned int size)
{
	uintptr_t word = a & ~7UL;
	int k;

	for (k = 0; k < nr_grains && grains[k].word != word; k++)
		continue;
	if (k == NR_GRAINS)
		smc_fail("more words with atomics than NR_GRAINS");
	if (k == nr_grains)
		grains[nr_grains++] = (struct grain){ word, size };
	if (size < grains[k].size) {
		grains[k].size = size;
		restart();
	}
	return grains[k].size;
}

static struct set *sync_at(uintptr_t a)
{
	int k;

	for (k = 0; k < nr_syncs && syncs[k] != a; k++)
		continue;
	if (k == NR_SYNCS)
		smc_fail("more atomic places than NR_SYNCS");
	if (k == nr_syncs)
		syncs[nr_syncs++] = a;
	return &s.released[k];
}

static bool acquires(int mo)
{
	return mo != __ATOMIC_RELAXED && mo != __ATOMIC_RELEASE;
}

static bool releases(int mo)
{
	return mo == __ATOMIC_RELEASE || mo == __ATOMIC_ACQ_REL || mo == __ATOMIC_SEQ_CST;
}

void order_atomic(int i, uintptr_t a, unsigned int size, bool loads, bool stores, int mo)
{
	unsigned int grain = grain_of(a, size);

	if (where(i, a) == OTHER_STACK)
		track(a, size);
	if (loads)
		for (unsigned int b = 0; b < size; b += grain)
			join(acquires(mo) ? &s.knows[i] : &s.pending[i], sync_at(a + b));
	if (loads)
		touch(i, a, size, false, false);
	if (!stores)
		return;
	touch(i, a, size, true, false);
	for (unsigned int b = 0; b < size; b += grain) {
		struct set *set = sync_at(a + b);

		if (!loads)
			memset(set, 0, sizeof(*set));
		join(set, releases(mo) ? &s.knows[i] : &s.fence[i]);
	}
}

void order_fence(int i, int mo)
{
	if (acquires(mo))
		join(&s.knows[i], &s.pending[i]);
	if (releases(mo))
		s.fence[i] = s.knows[i];
}

void order_reset(void)
{
	memset(&s, 0, sizeof(s));
}

struct piece order_state(void)
{
	return (struct piece){ (char *)&s, sizeof(struct set) * (1 + 3 * NT + nr_syncs) };
}
