/* SPDX-License-Identifier: MIT */
/*
 * The kernel's locks, from the kernel's own source, for real threads under the host's sanitizers. What a
 * lock guards is plain memory: an order that the lock does not give is a data race to ThreadSanitizer.
 */
#include <linux/seqlock.h>
#include <asm/qrwlock.h>
#include "locks.h"

__thread int shim_this_cpu;
__thread unsigned int shim_context_word, shim_if_off;

extern char __start_shimpercpu[], __stop_shimpercpu[];

unsigned long shim_percpu_offset(int cpu)
{
	return cpu_memory[cpu] - __start_shimpercpu;
}

unsigned long cpu_memory_size(void)
{
	return __stop_shimpercpu - __start_shimpercpu;
}

void shim_pause(void)
{
	give_way();
}

void become_cpu(int cpu)
{
	shim_this_cpu = cpu;
}

/* Now and then in the middle, so that others come while the lock is held. */
static void linger(long n)
{
	if (n % 8 == 0)
		give_way();
}

#define TURNS(name, type, lock, unlock)			\
long name##_turns(long n)				\
{							\
	static type l;					\
	static long turns;				\
	long all = 0;					\
							\
	while (n--) {					\
		lock;					\
		all = ++turns;				\
		linger(n);				\
		unlock;					\
	}						\
	return all;					\
}
TURNS(qspin, qspin_t, qspin_lock(&l), qspin_unlock(&l))
TURNS(ticket, ticket_t, ticket_lock(&l), ticket_unlock(&l))
TURNS(mcs, mcs_t, mcs_lock(&l), mcs_unlock(&l))
TURNS(tas, tas_t, tas_lock(&l), tas_unlock(&l))

static qrwlock_t rw;
static long first, second;

long write_turns(long n)
{
	while (n--) {
		qrw_write_lock(&rw);
		first++;
		linger(n);
		second++;
		qrw_write_unlock(&rw);
	}
	return 0;
}

/* Every eighth turn is a writer's. */
long read_turns(long n)
{
	bool torn = false;

	while (n--) {
		if (n % 8 == 0)
			write_turns(1);	/* n is 0 there: it lingers */
		qrw_read_lock(&rw, false);
		torn |= first != second;
		qrw_read_unlock(&rw);
	}
	return torn ? -1 : 0;
}

long seq_turns(long n)
{
	static seqcount_t seq;
	static qspin_t writers;
	static long a, b;
	bool torn = false;

	while (n--) {
		unsigned int start;
		long x, y;

		if (n % 8 == 0) {
			qspin_lock(&writers);
			raw_write_seqcount_begin(&seq);
			WRITE_ONCE(a, a + 1);
			linger(n);
			WRITE_ONCE(b, b + 1);
			raw_write_seqcount_end(&seq);
			qspin_unlock(&writers);
		}
		do {
			start = raw_read_seqcount_begin(&seq);
			x = READ_ONCE(a);
			y = READ_ONCE(b);
		} while (read_seqcount_retry(&seq, start));
		torn |= x != y;
	}
	return torn ? -1 : 0;
}
