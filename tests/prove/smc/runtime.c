/* SPDX-License-Identifier: MIT */
/*
 * What the compiled code calls instead of touching memory. gcc's -fsanitize=thread turns each atomic
 * operation into a call that does it, and puts a call before each plain access to memory that somebody
 * else could reach; this file has those calls in place of libtsan's. So what is explored is the object
 * code of the kernel's own source, with every access a step of its own.
 */
#include <string.h>
#include "internal.h"

/* A plain write that the code is about to do by itself, or has just done, and where it says so. */
static struct access open_write;
static const void *open_place;

#define HERE	__builtin_return_address(0)	/* in what the compiled code calls: where in that code */

/* --- a step --- */

static void seen_clear(struct cpu *c)
{
	memset(c->seen, 0, c->nr_seen * sizeof(c->seen[0]));
	c->nr_seen = 0;
}

/* A round of a waiting loop reads this; while it stays, the next round would be the same. */
static void seen_add(struct cpu *c, uintptr_t a, uint64_t v, unsigned int size)
{
	for (int k = 0; k < c->nr_seen; k++)
		if (c->seen[k].a == a && c->seen[k].size == size) {
			c->seen[k].v = v;
			return;
		}
	if (c->nr_seen == NR_SEEN) {
		memmove(c->seen, c->seen + 1, (NR_SEEN - 1) * sizeof(c->seen[0]));
		c->nr_seen--;
	}
	c->seen[c->nr_seen++] = (struct access){ a, v, size };
}

/* The plain write announced last is in memory now; under TSO it belongs into the buffer. */
static void close_write(void)
{
	struct access w = open_write;
	uint64_t v;

	open_write = (struct access){ 0 };
	if (!w.size)
		return;
	if (where(cur, w.a) == OWN_STACK)
		return;			/* a local variable, or a node that nobody has found yet */
	v = mem_read(w.a, w.size);
	log_step(cur, open_place, "plain write", w.a, w.size, w.v, v);
	seen_clear(&m.cpu[cur]);
	if (!tso)
		return;
	mem_write(w.a, w.v, w.size);
	buffer_push(cur, w.a, v, w.size);
}

/* The interrupt runs on top of the thread, as it does on its CPU. */
static void take_irq(struct cpu *c)
{
	uint8_t op = c->op, size = c->size, irqs_off = c->irqs_off, nr_seen = c->nr_seen;
	uintptr_t a = c->a;
	struct access seen[NR_SEEN];

	memcpy(seen, c->seen, sizeof(seen));
	c->irqs_left--;
	c->irqs_off = 1;
	seen_clear(c);
	log_step(cur, NULL, "interrupt", 0, 0, 0, 0);
	irq_handler[cur](cur);
	close_write();
	log_step(cur, NULL, "interrupt returns", 0, 0, 0, 0);
	c->irqs_off = irqs_off;
	c->op = op;
	c->a = a;
	c->size = size;
	memcpy(c->seen, seen, sizeof(seen));
	c->nr_seen = nr_seen;
}

/* Of no interest to other CPUs: done at once, unless an interrupt could come in between. */
static bool is_local(enum op op)
{
	return op <= OP_LOCAL || (op == OP_STORE && tso) || op == OP_FENCE;
}

/* The first step after smc_queue(): who spins now has come first. */
static void stamp(struct cpu *c)
{
	c->stamped = 1;
	for (int j = 0; j < nr_threads; j++)
		if (m.cpu[j].spinning)
			c->before |= 1 << j;
}

/* Returns when it is this thread's turn to do @op on @a. */
static void step(enum op op, const volatile void *p, unsigned int size)
{
	struct cpu *c = &m.cpu[cur];

	close_write();
	c->op = op;
	c->a = (uintptr_t)p;
	c->size = size;
	if (size && where(cur, c->a) == ELSEWHERE && op != OP_READ)
		smc_fail("access to memory that nobody shares: a wild pointer");
	if (can_step(cur) && ((is_local(op) && !irq_possible(cur)) || c->woken)) {
		c->woken = 0;
	} else {
		c->woken = 0;
		yield();
		while (resumed_by_irq()) {
			take_irq(c);
			yield();
		}
	}
	if (c->trying && !c->stamped)
		stamp(c);
}

/* --- what the code calls --- */

static uint64_t load(const void *place, const volatile void *p, unsigned int size, int mo)
{
	uint64_t v;

	if (cur < 0)
		return mem_read((uintptr_t)p, size);
	step(OP_LOAD, p, size);
	v = mem_read((uintptr_t)p, size);
	if (!tso)
		order_atomic(cur, (uintptr_t)p, size, true, false, mo);
	seen_add(&m.cpu[cur], (uintptr_t)p, v, size);
	log_step(cur, place, "load", (uintptr_t)p, size, v, v);
	return v;
}

/* A store that is also a full fence is an xchg on x86: see locked(). */
static void store(const void *place, volatile void *p, uint64_t v, unsigned int size, int mo)
{
	bool full = mo == __ATOMIC_SEQ_CST;

	if (cur < 0)
		return mem_write((uintptr_t)p, v, size);
	step(full ? OP_XSTORE : OP_STORE, p, size);
	log_step(cur, place, full ? "store, fence" : "store", (uintptr_t)p, size,
		 mem_read((uintptr_t)p, size), v);
	seen_clear(&m.cpu[cur]);
	if (!tso)
		order_atomic(cur, (uintptr_t)p, size, false, true, mo);
	if (tso && !full)
		buffer_push(cur, (uintptr_t)p, v, size);
	else
		mem_write((uintptr_t)p, v, size);
}

enum rmw { XCHG, ADD, SUB, AND, OR, XOR, NAND };

static uint64_t combine(enum rmw how, uint64_t old, uint64_t v)
{
	switch (how) {
	case ADD:	return old + v;
	case SUB:	return old - v;
	case AND:	return old & v;
	case OR:	return old | v;
	case XOR:	return old ^ v;
	case NAND:	return ~(old & v);
	default:	return v;
	}
}

/* A locked instruction: the buffer is empty before it, and nothing comes between read and write. */
static uint64_t locked(const void *place, volatile void *p, uint64_t v, unsigned int size, int mo,
		       enum rmw how)
{
	uint64_t old, new;

	if (cur >= 0)
		step(OP_RMW, p, size);
	old = mem_read((uintptr_t)p, size);
	new = combine(how, old, v);
	mem_write((uintptr_t)p, new, size);
	if (cur < 0)
		return old;
	new = mem_read((uintptr_t)p, size);
	log_step(cur, place, "locked", (uintptr_t)p, size, old, new);
	seen_clear(&m.cpu[cur]);
	seen_add(&m.cpu[cur], (uintptr_t)p, new, size);
	if (!tso)
		order_atomic(cur, (uintptr_t)p, size, true, true, mo);
	return old;
}

static bool compare_exchange(const void *place, volatile void *p, void *expected, uint64_t v,
			     unsigned int size, int mo, int fail_mo)
{
	uint64_t old, want = 0;
	bool same;

	if (cur >= 0)
		step(OP_RMW, p, size);
	memcpy(&want, expected, size);
	old = mem_read((uintptr_t)p, size);
	same = old == want;
	if (same)
		mem_write((uintptr_t)p, v, size);
	else
		memcpy(expected, &old, size);
	if (cur < 0)
		return same;
	log_step(cur, place, same ? "cmpxchg" : "cmpxchg fails", (uintptr_t)p, size, old,
		 same ? v : old);
	if (same)
		seen_clear(&m.cpu[cur]);
	seen_add(&m.cpu[cur], (uintptr_t)p, same ? v : old, size);
	if (!tso)
		order_atomic(cur, (uintptr_t)p, size, true, same, same ? mo : fail_mo);
	return same;
}

#define ATOMICS(bits, T)									\
T __tsan_atomic##bits##_load(const volatile T *p, int mo)					\
{ return load(HERE, p, sizeof(T), mo); }							\
void __tsan_atomic##bits##_store(volatile T *p, T v, int mo)					\
{ store(HERE, p, v, sizeof(T), mo); }								\
T __tsan_atomic##bits##_exchange(volatile T *p, T v, int mo)					\
{ return locked(HERE, p, v, sizeof(T), mo, XCHG); }						\
T __tsan_atomic##bits##_fetch_add(volatile T *p, T v, int mo)					\
{ return locked(HERE, p, v, sizeof(T), mo, ADD); }						\
T __tsan_atomic##bits##_fetch_sub(volatile T *p, T v, int mo)					\
{ return locked(HERE, p, v, sizeof(T), mo, SUB); }						\
T __tsan_atomic##bits##_fetch_and(volatile T *p, T v, int mo)					\
{ return locked(HERE, p, v, sizeof(T), mo, AND); }						\
T __tsan_atomic##bits##_fetch_or(volatile T *p, T v, int mo)					\
{ return locked(HERE, p, v, sizeof(T), mo, OR); }						\
T __tsan_atomic##bits##_fetch_xor(volatile T *p, T v, int mo)					\
{ return locked(HERE, p, v, sizeof(T), mo, XOR); }						\
T __tsan_atomic##bits##_fetch_nand(volatile T *p, T v, int mo)					\
{ return locked(HERE, p, v, sizeof(T), mo, NAND); }						\
_Bool __tsan_atomic##bits##_compare_exchange_strong(volatile T *p, T *e, T v, int mo, int fail)	\
{ return compare_exchange(HERE, p, e, v, sizeof(T), mo, fail); }				\
_Bool __tsan_atomic##bits##_compare_exchange_weak(volatile T *p, T *e, T v, int mo, int fail)	\
{ return compare_exchange(HERE, p, e, v, sizeof(T), mo, fail); }
ATOMICS(8, uint8_t)
ATOMICS(16, uint16_t)
ATOMICS(32, uint32_t)
ATOMICS(64, uint64_t)

/* Only the full fence is an instruction; the others say something to the compiler and to order.c. */
void __tsan_atomic_thread_fence(int mo)
{
	if (cur < 0)
		return;
	if (mo == __ATOMIC_SEQ_CST) {
		step(OP_FENCE, NULL, 0);
		log_step(cur, HERE, "fence", 0, 0, 0, 0);
	} else {
		close_write();
	}
	if (!tso)
		order_fence(cur, mo);
}

void __tsan_atomic_signal_fence(int mo)
{
}

static void plain(const void *place, void *p, unsigned int size, bool write)
{
	enum where w;

	if (cur < 0)
		return;
	if (size > 8) {
		plain(place, p, 8, write);
		return plain(place, (char *)p + 8, size - 8, write);
	}
	w = where(cur, (uintptr_t)p);
	if (w == ELSEWHERE && !write)
		return;			/* a constant */
	step(write ? OP_WRITE : OP_READ, p, size);
	if (!tso)
		order_plain(cur, (uintptr_t)p, size, write);
	if (!write)
		return;
	open_write = (struct access){ (uintptr_t)p, mem_read((uintptr_t)p, size), size };
	open_place = place;
}

/* READ_ONCE() and WRITE_ONCE() are atomics in shim/shim.h: a volatile access is somebody's own. */
#define PLAIN(size)										\
void __tsan_read##size(void *p) { plain(HERE, p, size, false); }				\
void __tsan_write##size(void *p) { plain(HERE, p, size, true); }				\
void __tsan_unaligned_read##size(void *p) { plain(HERE, p, size, false); }			\
void __tsan_unaligned_write##size(void *p) { plain(HERE, p, size, true); }			\
void __tsan_volatile_read##size(void *p) { smc_fail("volatile access: not modelled"); }		\
void __tsan_volatile_write##size(void *p) { smc_fail("volatile access: not modelled"); }
PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)

void __tsan_func_entry(void *p)
{
}

void __tsan_func_exit(void)
{
}

void __tsan_init(void)
{
}

void thread_end(void)
{
	struct cpu *c = &m.cpu[cur];

	close_write();
	seen_clear(c);
	c->op = OP_DONE;
	c->a = c->size = 0;
	yield();
}

/* --- what scenarios and shims call --- */

int smc_me(void)
{
	return cur;
}

void smc_relax(void)
{
	struct cpu *c = &m.cpu[cur];

	if (c->trying)
		c->spinning = 1;
	step(OP_WAIT, NULL, 0);
	seen_clear(c);
	c->woken = 1;
}

void smc_point(void)
{
	step(OP_POINT, NULL, 0);
}

void smc_enter(int lock, int write)
{
	close_write();
	log_step(cur, HERE, write ? "ENTERS" : "ENTERS to read", 0, 0, 0, 0);
	if (m.writers[lock])
		smc_fail("mutual exclusion: enters beside a writer");
	if (write && m.readers[lock])
		smc_fail("mutual exclusion: a writer enters beside a reader");
	(write ? m.writers : m.readers)[lock]++;
}

void smc_leave(int lock, int write)
{
	close_write();
	log_step(cur, HERE, "LEAVES", 0, 0, 0, 0);
	(write ? m.writers : m.readers)[lock]--;
}

int smc_readers(int lock)
{
	return m.readers[lock];
}

int smc_peek(const volatile void *p)
{
	return mem_read((uintptr_t)p, sizeof(int));
}

void smc_queue(void)
{
	m.cpu[cur].trying = 1;
}

void smc_served(void)
{
	struct cpu *c = &m.cpu[cur];

	if (c->before)
		smc_fail("order of arrival: one that spun already is overtaken");
	c->trying = c->stamped = c->spinning = 0;
	for (int j = 0; j < nr_threads; j++)
		m.cpu[j].before &= ~(1 << cur);
}

int smc_irqs_off(void)
{
	return m.cpu[cur].irqs_off;
}

void smc_set_irqs_off(int off)
{
	close_write();
	m.cpu[cur].irqs_off = off;
}

unsigned int smc_pc(void)
{
	return cur < 0 ? 0 : m.cpu[cur].pc;
}

void smc_set_pc(unsigned int pc)
{
	if (cur >= 0)
		m.cpu[cur].pc = pc;
}
