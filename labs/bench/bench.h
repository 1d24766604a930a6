/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * What the files of this module share. The clock is the TSC: under `-icount shift=0` one tick is one
 * guest instruction, of whatever CPU. Every figure contains its two clock reads (row `clock`).
 */
#ifndef _BENCH_H
#define _BENCH_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#define SAMPLES	101	/* odd, for a median; under icount nearly all are equal */

#define now()	rdtsc_ordered()

/* Samples of one row. */
struct series {
	unsigned int n;
	u64 v[SAMPLES];
};

static inline void add_sample(struct series *s, u64 value)
{
	if (s->n < SAMPLES)
		s->v[s->n++] = value;
}

/* Sorts. 0 without samples. */
u64 median(struct series *s);

/* The result lines: "bench: NAME VALUE UNIT" and "bench: NAME - why there is none". */
void report(const char *name, u64 value, const char *unit);
void report_hundredths(const char *name, u64 hundredths, const char *unit);
void report_median(const char *name, struct series *s);
void report_missing(const char *name, const char *why);

#define BENCH_CPU	0	/* measures, and takes edu's interrupts */
#define OTHER_CPU	1

/* Run @fn in a thread of its own, bound to @cpu, and wait for its end. May sleep. */
void run_on(unsigned int cpu, void (*fn)(void));
/* Create a thread bound to @cpu, not yet woken; NULL if that fails, which is reported. May sleep. */
struct task_struct *thread_on(unsigned int cpu, int (*fn)(void *), void *data);

/* The groups. Context: a thread bound to BENCH_CPU. */
void bench_lock(void);
void bench_irq(void);
void bench_defer(void);
void bench_thread(void);
void bench_time(void);
void bench_contend(void);
void bench_net(void);

#endif
