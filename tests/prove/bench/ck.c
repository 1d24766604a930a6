/* SPDX-License-Identifier: MIT */
/*
 * Concurrency Kit's locks of the same kind. It has no queued spinlock of four bytes; without contention
 * that is a compare-and-swap and a store, so its compare-and-swap lock stands beside it.
 */
#include <ck_rwlock.h>
#include <ck_sequence.h>
#include <ck_spinlock.h>
#include "bench.h"

#define LINE		__attribute__((__aligned__(128)))
#define barrier()	__asm__ __volatile__("" : : : "memory")

#define PAIRS(name, type, init, lock, unlock)	\
void ck_##name(long n)				\
{						\
	static type l LINE = init;		\
						\
	for (long i = 0; i < n; i++) {		\
		lock;				\
		barrier();			\
		unlock;				\
		barrier();			\
	}					\
}
PAIRS(cas, ck_spinlock_cas_t, CK_SPINLOCK_CAS_INITIALIZER, ck_spinlock_cas_lock(&l),
      ck_spinlock_cas_unlock(&l))
PAIRS(ticket, ck_spinlock_ticket_t, CK_SPINLOCK_TICKET_INITIALIZER, ck_spinlock_ticket_lock(&l),
      ck_spinlock_ticket_unlock(&l))
PAIRS(fas, ck_spinlock_fas_t, CK_SPINLOCK_FAS_INITIALIZER, ck_spinlock_fas_lock(&l),
      ck_spinlock_fas_unlock(&l))
PAIRS(read, ck_rwlock_t, CK_RWLOCK_INITIALIZER, ck_rwlock_read_lock(&l), ck_rwlock_read_unlock(&l))
PAIRS(write, ck_rwlock_t, CK_RWLOCK_INITIALIZER, ck_rwlock_write_lock(&l),
      ck_rwlock_write_unlock(&l))
PAIRS(seq_write, ck_sequence_t, CK_SEQUENCE_INITIALIZER, ck_sequence_write_begin(&l),
      ck_sequence_write_end(&l))

void ck_mcs(long n)
{
	static ck_spinlock_mcs_t l LINE = CK_SPINLOCK_MCS_INITIALIZER;
	static ck_spinlock_mcs_context_t node LINE;

	for (long i = 0; i < n; i++) {
		ck_spinlock_mcs_lock(&l, &node);
		barrier();
		ck_spinlock_mcs_unlock(&l, &node);
		barrier();
	}
}

void ck_seq_read(long n)
{
	static ck_sequence_t l LINE = CK_SEQUENCE_INITIALIZER;

	for (long i = 0; i < n; i++) {
		unsigned int seq;

		do {
			seq = ck_sequence_read_begin(&l);
			barrier();
		} while (ck_sequence_read_retry(&l, seq));
	}
}
