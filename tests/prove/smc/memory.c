/* SPDX-License-Identifier: MIT */
/*
 * Memory as x86-TSO has it: each CPU's stores pass through a buffer, first in, first out; its own
 * loads see them there, others' not. Locked instructions and fences drain it first.
 *
 * Accesses of different sizes to one word (a byte of `locked`, the 16 bits of `tail`, all 32) are
 * right because forwarding is by bytes: a load takes each byte from the youngest store of its own CPU
 * that covers it, and from memory otherwise. Processors do less: they let a load that would have to be
 * put together wait until the store has arrived. That is an execution here too, so this model allows
 * all that they do.
 *
 * While a thread runs, memory shows its view: its buffered stores are put over memory before its step
 * and taken off after it. So plain accesses of the compiled code, which go to memory by themselves,
 * see what a load of that CPU would.
 */
#include <stdlib.h>
#include <string.h>
#include "internal.h"

extern char __start_smcshared[], __stop_smcshared[];
extern char __start_smcpercpu[] __attribute__((weak));
extern char __stop_smcpercpu[] __attribute__((weak));

static char stacks[NT][STACK_SIZE] __attribute__((aligned(64)));
static char percpu[NT][PERCPU_SIZE] __attribute__((aligned(64)));
static char *initial_shared;

static char hidden[BUFFER_SIZE][8];	/* what is under the running thread's stores */

static unsigned long shared_size(void)
{
	return __stop_smcshared - __start_smcshared;
}

static unsigned long percpu_size(void)
{
	return (__stop_smcpercpu - __start_smcpercpu + 7) & ~7UL;
}

unsigned long smc_percpu_offset(int cpu)
{
	return percpu[cpu] - __start_smcpercpu;
}

void memory_init(void)
{
	if (percpu_size() > PERCPU_SIZE)
		smc_fail("the scenario has more per-CPU variables than PERCPU_SIZE");
	initial_shared = malloc(shared_size() + 1);
	memcpy(initial_shared, __start_smcshared, shared_size());
}

void memory_reset(void)
{
	memcpy(__start_smcshared, initial_shared, shared_size());
	for (int i = 0; i < NT; i++)
		if (percpu_size())
			memcpy(percpu[i], __start_smcpercpu, percpu_size());
	memset(stacks, 0, sizeof(stacks));
}

char *stack_top(int i)
{
	return stacks[i] + STACK_SIZE;
}

void stack_clean(int i)
{
	enum { REACH = 2048 };	/* deeper than any frame of the code under test */

	memset((char *)m.cpu[i].sp - REACH, 0, REACH);
}

int memory_pieces(struct piece *p)
{
	int n = 0;

	p[n++] = (struct piece){ __start_smcshared, shared_size() };
	for (int i = 0; i < nr_threads; i++) {
		char *sp = m.cpu[i].sp;

		if (percpu_size())
			p[n++] = (struct piece){ percpu[i], percpu_size() };
		if (m.cpu[i].op != OP_DONE)
			p[n++] = (struct piece){ sp, stack_top(i) - sp };
	}
	return n;
}

static bool within(uintptr_t a, const void *start, const void *end)
{
	return a >= (uintptr_t)start && a < (uintptr_t)end;
}

enum where where(int i, uintptr_t a)
{
	if (within(a, __start_smcshared, __stop_smcshared) || within(a, percpu, percpu + NT))
		return SHARED;
	if (!within(a, stacks, stacks + NT))
		return ELSEWHERE;
	if (i >= 0 && within(a, stacks[i], stack_top(i)))
		return OWN_STACK;
	for (int j = 0; j < nr_threads; j++)
		if (within(a, stacks[j], stack_top(j)) &&
		    (m.cpu[j].op == OP_DONE || a < (uintptr_t)m.cpu[j].sp))
			smc_fail("access to a stack frame that is gone");
	return OTHER_STACK;
}

uint64_t mem_read(uintptr_t a, unsigned int size)
{
	uint64_t v = 0;

	memcpy(&v, (void *)a, size);
	return v;
}

void mem_write(uintptr_t a, uint64_t v, unsigned int size)
{
	memcpy((void *)a, &v, size);
}

uint64_t view(int i, uintptr_t a, unsigned int size)
{
	uint64_t v = mem_read(a, size);

	for (int k = 0; k < m.cpu[i].nr_buffer; k++) {
		const struct access *e = &m.cpu[i].buffer[k];

		for (unsigned int b = 0; b < e->size; b++)
			if (e->a + b - a < size)
				((char *)&v)[e->a + b - a] = ((const char *)&e->v)[b];
	}
	return v;
}

static void put_over(int k, const struct access *e)
{
	memcpy(hidden[k], (void *)e->a, e->size);
	mem_write(e->a, e->v, e->size);
}

void buffer_on(int i)
{
	for (int k = 0; k < m.cpu[i].nr_buffer; k++)
		put_over(k, &m.cpu[i].buffer[k]);
}

void buffer_off(int i)
{
	for (int k = m.cpu[i].nr_buffer - 1; k >= 0; k--)
		memcpy((void *)m.cpu[i].buffer[k].a, hidden[k], m.cpu[i].buffer[k].size);
}

/* Context: thread @i runs, its buffer is on. */
void buffer_push(int i, uintptr_t a, uint64_t v, unsigned int size)
{
	struct cpu *c = &m.cpu[i];
	struct access *e = &c->buffer[c->nr_buffer];

	*e = (struct access){ a, v, size };
	put_over(c->nr_buffer++, e);
}

bool buffer_overlaps(int i, uintptr_t a, unsigned int size)
{
	for (int k = 0; k < m.cpu[i].nr_buffer; k++) {
		const struct access *e = &m.cpu[i].buffer[k];

		if (a < e->a + e->size && e->a < a + size)
			return true;
	}
	return false;
}

void buffer_flush(int i)
{
	struct cpu *c = &m.cpu[i];
	struct access e = c->buffer[0];

	where(-1, e.a);		/* its own frame may be gone as well */
	log_step(i, NULL, "  arrives", e.a, e.size, mem_read(e.a, e.size), e.v);
	mem_write(e.a, e.v, e.size);
	memmove(c->buffer, c->buffer + 1, --c->nr_buffer * sizeof(e));
	memset(&c->buffer[c->nr_buffer], 0, sizeof(e));
}
