/* SPDX-License-Identifier: MIT */
/* The kernel's locks, from the kernel's own source, as a release build has them: see ../shim. */
#include <linux/seqlock.h>
#include <asm/qrwlock.h>
#include "bench.h"

__thread int shim_this_cpu;
__thread unsigned int shim_context_word, shim_if_off;

unsigned long shim_percpu_offset(int cpu)
{
	return 0;	/* one CPU */
}

void shim_pause(void)
{
	__builtin_ia32_pause();
}

/* A lock with a cache line pair of its own. */
#define LINE	__aligned(128)

#define PAIRS(name, type, lock, unlock)		\
void ours_##name(long n)			\
{						\
	static type l LINE;			\
						\
	for (long i = 0; i < n; i++) {		\
		lock;				\
		barrier();			\
		unlock;				\
		barrier();			\
	}					\
}
PAIRS(qspin, qspin_t, qspin_lock(&l), qspin_unlock(&l))
PAIRS(ticket, ticket_t, ticket_lock(&l), ticket_unlock(&l))
PAIRS(mcs, mcs_t, mcs_lock(&l), mcs_unlock(&l))
PAIRS(tas, tas_t, tas_lock(&l), tas_unlock(&l))
PAIRS(read, qrwlock_t, qrw_read_lock(&l, false), qrw_read_unlock(&l))
PAIRS(write, qrwlock_t, qrw_write_lock(&l), qrw_write_unlock(&l))
PAIRS(seq_write, seqcount_t, raw_write_seqcount_begin(&l), raw_write_seqcount_end(&l))

void ours_seq_read(long n)
{
	static seqcount_t l LINE;

	for (long i = 0; i < n; i++) {
		unsigned int seq;

		do {
			seq = raw_read_seqcount_begin(&l);
			barrier();
		} while (read_seqcount_retry(&l, seq));
	}
}
