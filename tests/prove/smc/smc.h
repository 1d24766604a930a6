/* SPDX-License-Identifier: MIT */
/*
 * smc.h - what a scenario says to the explorer (smc.c), and what the explorer says to it.
 *
 * A scenario is C like any other, compiled with the lock's own source: smc_setup() makes the threads,
 * smc_final() looks at the end of every execution. One thread is one CPU. All memory that threads
 * share is SMC_SHARED, per-CPU or on a thread's stack; the explorer saves, restores and hashes that.
 *
 * The words in capitals are for people: what the ghost knows is not in the memory of the program, no
 * instruction of the code under test can see it, and it costs no ordering.
 */
#ifndef _SMC_H
#define _SMC_H

#define SMC_SHARED	__attribute__((__section__("smcshared")))
#define SMC_MAX_THREADS	4

/* --- the scenario's part --- */

void smc_setup(void);
void smc_final(void);

/* --- in smc_setup(): one more thread; an interrupt that may hit the last one made, once --- */

void smc_thread(void (*fn)(int me));
void smc_irq(void (*handler)(int me));
/* Memory whose last write smc_knows() shall be able to ask about. */
void smc_track(const volatile void *p, int size);

/* --- in threads --- */

int smc_me(void);
void smc_relax(void);			/* cpu_relax(): wait until something read since the last one changes */
void smc_point(void);			/* anything may happen elsewhere in between */
void smc_fail(const char *what) __attribute__((__noreturn__));
#define SMC_ASSERT(c)	do { if (!(c)) smc_fail("assertion: " #c); } while (0)
/* Some execution must come by here, or the scenario proves nothing. @what: a literal. */
#define SMC_COVER(what)	smc_cover(what)
void smc_cover(const char *what);

/* GHOST: who is inside. A second writer, or a writer beside readers, fails. */
void smc_enter(int lock, int write);
void smc_leave(int lock, int write);
int smc_readers(int lock);
/*
 * GHOST: first come, first served. smc_queue() before a lock is asked for; who spins when the thread
 * takes its first step after that has come first, and smc_served() fails if it was not served first.
 */
void smc_queue(void);
void smc_served(void);
/* GHOST: an int in memory, whoever is about to see it. */
int smc_peek(const volatile void *p);
/* GHOST: does the last write to @p happen before this point, by C11's rules? True where not tracked. */
int smc_knows(const volatile void *p, int size);

/* --- the shims' part: this CPU's interrupt flag and context word --- */

int smc_irqs_off(void);
void smc_set_irqs_off(int off);
unsigned int smc_pc(void);
void smc_set_pc(unsigned int pc);
unsigned long smc_percpu_offset(int cpu);

#endif
