/* SPDX-License-Identifier: MIT */
/*
 * Sequence locks (L15). WRITERS threads change two words that belong together ROUNDS times each,
 * READERS look at them: what read_seqretry() lets pass is whole, and not older than what the count
 * says. With IRQ a reader comes on top of the writers' CPUs, which keep it out by _irqsave.
 *
 * The words are read and written as relaxed atomics, as KCSAN wants them. On x86 that alone is in
 * order; the fences are for the compiler and for the rule (order.c), and are checked by what they make
 * known: who has seen an even count knows the data before it, and who has seen data that are being
 * written knows, after read_seqretry(), the odd count before them.
 */
#include <linux/seqlock.h>

static seqlock_t lock SMC_SHARED;
static int data[2] SMC_SHARED;

static void look(int me)
{
	unsigned int seq;
	int first, second;
	bool again;

	do {
		seq = read_seqbegin(&lock);
		first = READ_ONCE(data[0]);
		if (2 * first <= seq)		/* the count came after it */
			SMC_ASSERT(smc_knows(&data[0], sizeof(data[0])));
		second = READ_ONCE(data[1]);
		again = read_seqretry(&lock, seq);
		if (smc_peek(&lock.seqcount.sequence) == 2 * first - 1)
			SMC_ASSERT(smc_knows(&lock.seqcount.sequence, sizeof(int)));
		if (again)
			SMC_COVER("a reader has to look again");
		/* Seen data that belong to a later count: then that count is known, or it was not read. */
		if (2 * first > seq || 2 * second > seq)
			SMC_ASSERT(again);
	} while (again);
	SMC_ASSERT(first == second);
	SMC_ASSERT(2 * first == seq);
}

static void writer(int me)
{
	unsigned long flags;

	for (int i = 0; i < ROUNDS; i++) {
		int v;

		write_seqlock_irqsave(&lock, flags);
		smc_enter(0, 1);
		v = READ_ONCE(data[0]);
		WRITE_ONCE(data[0], v + 1);
		WRITE_ONCE(data[1], v + 1);
		smc_leave(0, 1);
		write_sequnlock_irqrestore(&lock, flags);
	}
}

static void reader(int me)
{
	look(me);
}

void smc_setup(void)
{
	smc_track(&lock.seqcount.sequence, sizeof(int));
	smc_track(&data[0], sizeof(data[0]));
	for (int i = 0; i < WRITERS; i++) {
		smc_thread(writer);
		if (IRQ)
			smc_irq(look);
	}
	for (int i = 0; i < READERS; i++)
		smc_thread(reader);
}

void smc_final(void)
{
	SMC_ASSERT(data[0] == WRITERS * ROUNDS && data[1] == WRITERS * ROUNDS);
	SMC_ASSERT(lock.seqcount.sequence == 2 * WRITERS * ROUNDS);
	SMC_ASSERT(!spin_is_locked(&lock.lock));
}
