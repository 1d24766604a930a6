/* SPDX-License-Identifier: MIT */
/*
 * make bench-ck: the kernel's locks beside Concurrency Kit's, on this machine, nobody else wanting them.
 *
 * Both of a pair run in turns, in many batches far shorter than a time slice, and the best batch of
 * each counts: so another process costs batches, not the figure. Exit status 1 if one of ours takes
 * more than 1.1 times as long.
 */
#include <stdio.h>
#include <time.h>
#include "bench.h"

enum { BATCHES = 2000, PAIRS_PER_BATCH = 2000 };
static const double most = 1.1;

static const struct {
	const char *name, *ck_name;
	pairs_fn *ours, *ck;
} rows[] = {
	{ "qspin", "ck_spinlock_cas", ours_qspin, ck_cas },
	{ "ticket", "ck_spinlock_ticket", ours_ticket, ck_ticket },
	{ "mcs", "ck_spinlock_mcs", ours_mcs, ck_mcs },
	{ "tas", "ck_spinlock_fas", ours_tas, ck_fas },
	{ "rwlock, read", "ck_rwlock, read", ours_read, ck_read },
	{ "rwlock, write", "ck_rwlock, write", ours_write, ck_write },
	{ "seqcount, write", "ck_sequence, write", ours_seq_write, ck_seq_write },
	{ "seqcount, read", "ck_sequence, read", ours_seq_read, ck_seq_read },
};

static double batch(pairs_fn *f)
{
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	f(PAIRS_PER_BATCH);
	clock_gettime(CLOCK_MONOTONIC, &b);
	return ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / PAIRS_PER_BATCH;
}

int main(void)
{
	int slow = 0;

	printf("%-18s %9s   %-20s %9s   %s\n", "ours", "ns/pair", "Concurrency Kit", "ns/pair",
	       "ratio");
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double ours = 1e9, ck = 1e9, ratio;

		for (int k = 0; k < BATCHES; k++) {
			double a = batch(rows[i].ours), b = batch(rows[i].ck);

			ours = a < ours ? a : ours;
			ck = b < ck ? b : ck;
		}
		ratio = ours / ck;
		slow += ratio > most;
		printf("%-18s %9.2f   %-20s %9.2f   %.2f%s\n", rows[i].name, ours, rows[i].ck_name,
		       ck, ratio, ratio > most ? "   TOO SLOW" : "");
	}
	printf("%s: the limit is %.1f\n", slow ? "FAILED" : "ok", most);
	return slow != 0;
}
