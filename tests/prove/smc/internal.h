/* SPDX-License-Identifier: MIT */
/*
 * internal.h - between the explorer's files: the state of a model machine.
 *
 * Everything that decides how an execution goes on is in struct machine, in the shared memory and on
 * the threads' stacks; so two states with the same bytes have the same future. Fields that have no
 * meaning any more are zeroed for that reason.
 *
 *   explore.c	which steps are possible, depth-first search, what was seen, reports
 *   runtime.c	the step itself, as the compiled code calls for it (gcc -fsanitize=thread)
 *   memory.c	x86-TSO: store buffers with forwarding, by bytes
 *   order.c	C11's happens-before, under SC: races of plain accesses
 */
#ifndef _SMC_INTERNAL_H
#define _SMC_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include "smc.h"

#define NT		SMC_MAX_THREADS
#define STACK_SIZE	65536	/* reports are printed on it; a lock uses a few hundred bytes */
#define PERCPU_SIZE	512
/*
 * A real store buffer holds 50 stores and more. The code under test never has more than this many
 * on their way between two instructions that drain it; a store that finds it full is reported.
 */
#define BUFFER_SIZE	8
#define NR_SEEN		4	/* different places that one round of a waiting loop reads */
#define NR_LOCKS	2

/* What a thread is about to do. Up to LOCAL it concerns nobody else. */
enum op { OP_READ, OP_WRITE, OP_LOCAL = OP_WRITE, OP_LOAD, OP_STORE, OP_XSTORE, OP_RMW, OP_FENCE,
	  OP_WAIT, OP_POINT, OP_START, OP_DONE };

struct access {
	uintptr_t a;
	uint64_t v;
	uint64_t size;
};

struct cpu {
	void *sp;
	uintptr_t a;			/* the step it is about to take */
	uint8_t op, size;
	uint8_t nr_buffer, nr_seen;
	uint8_t started, woken, irqs_off, irqs_left;
	uint8_t trying, stamped, spinning, before;	/* first come, first served */
	uint32_t pc;
	struct access buffer[BUFFER_SIZE];
	struct access seen[NR_SEEN];	/* read since the last store or cpu_relax() */
};

struct machine {
	struct cpu cpu[NT];
	uint8_t writers[NR_LOCKS], readers[NR_LOCKS];
	uint8_t pad[4];
};

extern struct machine m;
extern int nr_threads, cur;		/* cur: -1 outside of threads */
extern bool tso;
extern void (*irq_handler[NT])(int me);

/* --- explore.c --- */
void smc_switch(void **save, void *to);
void yield(void);			/* to the scheduler, until it is this thread's turn */
bool resumed_by_irq(void);
bool can_step(int i);
bool irq_possible(int i);
/* What the thread really did, for the report. @place: in the code, NULL: nowhere. */
void log_step(int i, const void *place, const char *what, uintptr_t a, unsigned int size,
	      uint64_t from, uint64_t to);
void restart(void);			/* something was learned: explore all from the beginning */

/* --- runtime.c --- */
void thread_end(void);			/* context: the thread; does not return */

/* --- memory.c --- */
enum where { ELSEWHERE, SHARED, OWN_STACK, OTHER_STACK };
enum where where(int i, uintptr_t a);
char *stack_top(int i);
uint64_t mem_read(uintptr_t a, unsigned int size);
void mem_write(uintptr_t a, uint64_t v, unsigned int size);
/* As thread @i sees it, its own stores on their way included. */
uint64_t view(int i, uintptr_t a, unsigned int size);
/* Memory is as thread @i sees it, from buffer_on() to buffer_off(): while it runs. */
void buffer_on(int i);
void buffer_off(int i);
void buffer_push(int i, uintptr_t a, uint64_t v, unsigned int size);
bool buffer_overlaps(int i, uintptr_t a, unsigned int size);
void buffer_flush(int i);		/* the oldest store arrives */
/* What is saved, restored and hashed beside struct machine. */
struct piece {
	char *start;
	unsigned long size;
};
int memory_pieces(struct piece *p);	/* at most 2 * NT + 1 */
void memory_init(void);
void memory_reset(void);
void stack_clean(int i);		/* zero what is below sp: nothing old shows up in later frames */

/* --- order.c --- */
void order_init(void);
void order_reset(void);
void order_plain(int i, uintptr_t a, unsigned int size, bool write);
/* An atomic access; @loads, @stores: a read-modify-write is both. @mo: __ATOMIC_*. */
void order_atomic(int i, uintptr_t a, unsigned int size, bool loads, bool stores, int mo);
void order_fence(int i, int mo);
struct piece order_state(void);

#endif
