/* SPDX-License-Identifier: MIT */
/*
 * Between the halves of the lock benchmark, which cannot see each other's headers: ours.c is compiled
 * with the kernel's, ck.c with Concurrency Kit's, main.c with libc's.
 */
#ifndef _BENCH_H
#define _BENCH_H

/* Takes and gives back a lock that nobody else wants, @n times. */
typedef void pairs_fn(long n);

pairs_fn ours_qspin, ours_ticket, ours_mcs, ours_tas, ours_read, ours_write, ours_seq_write;
pairs_fn ours_seq_read;
pairs_fn ck_cas, ck_ticket, ck_mcs, ck_fas, ck_read, ck_write, ck_seq_write, ck_seq_read;

#endif
