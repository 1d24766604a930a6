/* SPDX-License-Identifier: MIT */
/* What the softirq and ksoftirqd suites share: borrowed vectors, counting handlers, a case's frame. */
#ifndef _TESTS_SOFTIRQ_UTIL_H
#define _TESTS_SOFTIRQ_UTIL_H

#include <linux/types.h>

struct kunit;
struct task_struct;

/* The order in which handlers ran, as letters. */
extern char order[64];
extern unsigned int order_len;
void note(char c);

/* What count_run() saw of the calls of one case. */
extern struct softirq_seen {
	unsigned int runs, inline_runs, ksoftirqd_runs;
	struct task_struct *last;
	bool irqs_were_off, nested, preemptible;
} st;
extern bool inside;	/* a handler that calls count_run() again while this is set is nested */
void count_run(void);

/* Actions for BLOCK_SOFTIRQ; the second raises itself again @reraise_left times. */
void block_counts(void);
void block_raises_itself(void);
extern unsigned int reraise_left;

void note_tx(void);
void note_poll(void);
void note_hr(void);

/* For call_in_hardirq() and smp_call_function(). Context: IRQs off. */
void raise_block(void *unused);
void just_raise(void *unused);		/* __raise: no wake-up */
void raise_downwards(void *unused);	/* HRTIMER, IRQ_POLL, NET_TX, NET_TX */

/*
 * To its owner, who runs once on every CPU: what it was raised for meanwhile, it was told once.
 * No CPU runs what was there before any more. May sleep.
 */
void give_vector_back(unsigned int nr, void (*action)(void));

/* A suite's init and exit: on CPU 0, nothing pending, BLOCK counts; all vectors given back. */
int softirq_test_init(struct kunit *test);
void softirq_test_exit(struct kunit *test);

#endif
