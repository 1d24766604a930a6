/* SPDX-License-Identifier: MIT */
/*
 * kcsan.c - data races, found by waiting for them (BUILD=kcsan).
 *
 * The compiler calls us before every access to memory (-fsanitize=thread). Of a few plain accesses a
 * second we make a watchpoint: we note address, size and kind in a table, and stand still for a while.
 * Everybody's accesses look into that table first; one that overlaps, where either writes, is a race: the two
 * were about to happen at once, and at least ours is not marked. The one who came leaves its stack, and the one
 * who stood still prints both. What is not caught now may be caught in the next boot: no report is
 * wrong, but silence proves nothing.
 *
 * Marked accesses (READ_ONCE, WRITE_ONCE, atomics) are never watched, only looked up. The interrupts of
 * our own CPU may come while we stand still: a race between a thread and its interrupt is a race, too.
 *
 * Invariant: a slot is 0 (free), a watchpoint, or CONSUMED; only its watcher makes it 0 again, only one
 * visitor makes it CONSUMED, and hit[slot] is that visitor's until it sets ready.
 *
 * This file is not instrumented. What it calls is, so each entry first looks whether this CPU is
 * inside already. Context of everything here: any, also NMI.
 */
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kallsyms.h>
#include <linux/kcsan.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/random.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/sprintf.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/version.h>
#include <asm/sections.h>

/* One access in so many, on average, becomes a watchpoint. Linux: 4000, but it has hours. */
static unsigned int skip_watch = 400;
/* For so many turns of a spin loop. On the seeded machine each turn lets every other CPU run. */
static unsigned int delay = 6;
/* And where interrupts are on, for so many turns that do not pause: time for ours to come. */
static unsigned int delay_irq = 500;
module_param(skip_watch, uint, 0444);
module_param(delay, uint, 0444);
module_param(delay_irq, uint, 0444);

static bool enabled;

#define WRITE	1
#define MARKED	2

/* ---- the table ---- */

#define NR_SLOTS	256	/* a power of two; CPUs watch one address each at a time */
#define GRANULE_SHIFT	4	/* a watchpoint stays within 16 bytes, and so in one slot */
#define MAX_FRAMES	24
#define CONSUMED	1UL	/* no watchpoint has this value: its address would be 0 */

/* From high to low: 48 bits of address, whose sign is known; 8 of size; 1 says write. */
#define ENCODE(addr, size, write)	((addr) << 16 | (unsigned long)(size) << 8 | !!(write))
#define WP_ADDR(w)	((unsigned long)((long)(w) >> 16))
#define WP_SIZE(w)	((w) >> 8 & 0xff)
#define WP_WRITE(w)	((w) & 1)

/* One of the two who met. */
struct side {
	unsigned long addr;
	size_t size;
	int type, cpu, pid;
	bool in_task;
	unsigned int nr;
	unsigned long stack[MAX_FRAMES];
};

static unsigned long slots[NR_SLOTS];
static struct hit {
	int ready;
	struct side side;
} hits[NR_SLOTS];

static unsigned int slot_of(unsigned long addr)
{
	return (addr >> GRANULE_SHIFT) * 0x9e3779b97f4a7c15UL >> 56;
}

/* The watchpoint that [addr, addr + size) meets, its slot in *nr; 0: none. */
static unsigned long find_watchpoint(unsigned long addr, size_t size, int type, unsigned int *nr)
{
	unsigned long end = addr + size;

	for (unsigned long a = addr & -(1UL << GRANULE_SHIFT); a < end; a += 1UL << GRANULE_SHIFT) {
		unsigned long w = READ_ONCE(slots[slot_of(a)]);

		if (likely(w <= CONSUMED))
			continue;
		if (WP_ADDR(w) < end && addr < WP_ADDR(w) + WP_SIZE(w) &&
		    (WP_WRITE(w) || type & WRITE)) {
			*nr = slot_of(a);
			return w;
		}
	}
	return 0;
}

/* ---- who is who ---- */

/* This CPU is inside the detector's own business: what that touches is not looked at. */
static DEFINE_PER_CPU(int, busy);
/* It stands still at a watchpoint: what its interrupts touch is looked up, but not watched. */
static DEFINE_PER_CPU(int, watching);

/* The stack from the access on: what is above it is the detector. */
static void fill_side(struct side *s, unsigned long addr, size_t size, int type, unsigned long ip)
{
	unsigned int i;

	s->addr = addr;
	s->size = size;
	s->type = type;
	s->cpu = raw_smp_processor_id();
	s->pid = current->pid;
	s->in_task = in_task();
	s->nr = stack_trace_save(s->stack, MAX_FRAMES, 0);
	for (i = 0; i < s->nr && s->stack[i] != ip; i++)
		;
	if (i == s->nr) {	/* the walk missed it: the place alone */
		s->stack[0] = ip;
		s->nr = 1;
	} else {
		s->nr -= i;
		memmove(s->stack, s->stack + i, s->nr * sizeof(s->stack[0]));
	}
}

/* ---- reports ---- */

#define MAX_PAIRS	256

static struct { unsigned long a, b; } pairs[MAX_PAIRS];	/* functions that have been reported */
static unsigned int nr_pairs;
static int pairs_lock;
static unsigned int nr_reports;

unsigned int kcsan_reports(void)
{
	return READ_ONCE(nr_reports);
}

/* For tests that provoke the same race again. */
void kcsan_forget(void)
{
	__atomic_store_n(&nr_pairs, 0, __ATOMIC_RELAXED);
}

static unsigned long function_of(unsigned long ip)
{
	unsigned long size, offset;

	return kallsyms_lookup(ip, &size, &offset) ? ip - offset : ip;
}

/* Is it the first time that these two functions race? Context: interrupts off, busy. */
static bool new_pair(unsigned long f, unsigned long g)
{
	unsigned long a = min(f, g), b = max(f, g);
	bool fresh = true;

	while (__atomic_exchange_n(&pairs_lock, 1, __ATOMIC_ACQUIRE))
		cpu_relax();
	for (unsigned int i = 0; i < nr_pairs; i++)
		fresh &= pairs[i].a != a || pairs[i].b != b;
	if (fresh && nr_pairs < MAX_PAIRS) {
		pairs[nr_pairs].a = a;
		pairs[nr_pairs++].b = b;
	}
	__atomic_store_n(&pairs_lock, 0, __ATOMIC_RELEASE);
	return fresh;
}

static void print_side(const struct side *s)
{
	pr_err("%s%s to 0x%px of %zu bytes by %s %d on cpu %d:\n", s->type & WRITE ? "write" : "read",
	       s->type & MARKED ? " (marked)" : "", (void *)s->addr, s->size,
	       s->in_task ? "task" : "interrupt in task", s->pid, s->cpu);
	for (unsigned int i = 0; i < s->nr; i++)
		pr_err(" %pB\n", (void *)s->stack[i]);
}

#define RULER	"=================================================================="

/* Linux's form; in the headline the names are in order, so that a pair is always the same text. */
static void report(const struct side *visitor, const struct side *watcher)
{
	char f[KSYM_SYMBOL_LEN], g[KSYM_SYMBOL_LEN];
	unsigned long cookie;
	bool swap;

	if (!new_pair(function_of(visitor->stack[0]), function_of(watcher->stack[0])))
		return;
	sprint_symbol(f, visitor->stack[0], 's');
	sprint_symbol(g, watcher->stack[0], 's');
	swap = strcmp(f, g) > 0;
	cookie = report_begin();
	pr_err(RULER "\n");
	pr_err("BUG: KCSAN: data-race in %s / %s\n", swap ? g : f, swap ? f : g);
	print_side(visitor);
	print_side(watcher);
	pr_err("Reported by Kernel Concurrency Sanitizer on:\n");
	pr_err("CPU: %d UID: 0 PID: %d Comm: %.20s %s\n", raw_smp_processor_id(), current->pid,
	       current->comm, UTS_RELEASE);
	pr_err(RULER "\n");
	report_end(cookie);
	__atomic_fetch_add(&nr_reports, 1, __ATOMIC_RELAXED);
}

/* ---- both ends of a meeting ---- */

/* Somebody watches what we are about to touch. The first who comes leaves its stack there. */
static noinline void visit(unsigned int nr, unsigned long w, unsigned long addr, size_t size,
			   int type, unsigned long ip)
{
	unsigned long flags = arch_local_irq_save();

	if (__atomic_compare_exchange_n(&slots[nr], &w, CONSUMED, false, __ATOMIC_ACQUIRE,
					__ATOMIC_RELAXED)) {
		this_cpu_inc(busy);
		fill_side(&hits[nr].side, addr, size, type, ip);
		__atomic_store_n(&hits[nr].ready, 1, __ATOMIC_RELEASE);
		this_cpu_dec(busy);
	}
	arch_local_irq_restore(flags);
}

/* The watchpoint was met: wait for the visitor's stack, copy it, and print both. */
static noinline void met(unsigned int nr, unsigned long addr, size_t size, int type,
			 unsigned long ip)
{
	static struct side visitor, watcher;	/* too large for a stack; under lock */
	static int lock;
	unsigned long flags = arch_local_irq_save();

	this_cpu_inc(busy);
	while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
		cpu_relax();
	while (!__atomic_load_n(&hits[nr].ready, __ATOMIC_ACQUIRE))
		cpu_relax();
	visitor = hits[nr].side;
	hits[nr].ready = 0;
	__atomic_store_n(&slots[nr], 0, __ATOMIC_RELEASE);
	fill_side(&watcher, addr, size, type, ip);
	report(&visitor, &watcher);
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
	this_cpu_dec(busy);
	arch_local_irq_restore(flags);
}

/* Of a larger access one aligned word, or what of it lies in one granule. */
static size_t narrow(unsigned long *addr, size_t size)
{
	unsigned long left = (1UL << GRANULE_SHIFT) - (*addr & ((1UL << GRANULE_SHIFT) - 1));

	return min(size, left);
}

/* Until the time is over or somebody came. */
static void stand_still(const unsigned long *slot, unsigned long w)
{
	bool irqs_on = !arch_irqs_disabled_flags(arch_local_save_flags());

	for (unsigned int i = 0; i < delay && READ_ONCE(*slot) == w; i++)
		cpu_relax();
	for (unsigned int i = 0; irqs_on && i < delay_irq && READ_ONCE(*slot) == w; i++)
		barrier();
}

/* Watch [addr, addr + size). Preemption is off: a thread that moved would leave its mark on another CPU. */
static noinline void watch(unsigned long addr, size_t size, int type, unsigned long ip)
{
	unsigned long w, none = 0;
	unsigned int nr = slot_of(addr);

	size = narrow(&addr, size);
	w = ENCODE(addr, size, type & WRITE);
	__preempt_count_add(1);
	this_cpu_inc(watching);
	if (__atomic_compare_exchange_n(&slots[nr], &none, w, false, __ATOMIC_ACQ_REL,
					__ATOMIC_RELAXED)) {
		stand_still(&slots[nr], w);
		if (!__atomic_compare_exchange_n(&slots[nr], &w, 0, false, __ATOMIC_ACQ_REL,
						 __ATOMIC_ACQUIRE))
			met(nr, addr, size, type, ip);
	}
	this_cpu_dec(watching);
	if (__preempt_count_dec_and_test())
		preempt_schedule();
}

/* ---- every access ---- */

struct sampler {
	int left;		/* accesses until the next watchpoint */
	u32 random;
};
static DEFINE_PER_CPU(struct sampler, sampler);

/*
 * Is it this access's turn? The gaps are drawn, from half to one and a half of skip_watch, from a
 * sequence of this CPU's own: the same seed watches the same accesses.
 */
static __always_inline bool its_turn(void)
{
	struct sampler *s = this_cpu_ptr(&sampler);

	if (likely(--s->left > 0))
		return false;
	s->random = s->random * 1664525 + 1013904223;	/* Numerical Recipes' generator */
	s->left = skip_watch / 2 + ((u64)s->random * skip_watch >> 32);
	return !this_cpu_read(watching) && !in_nmi();
}

static DEFINE_PER_CPU(struct kcsan_ctx, interrupt_ctx[3]);

static __always_inline struct kcsan_ctx *get_ctx(void)
{
	if (in_task())
		return &current->kcsan;
	return this_cpu_ptr(&interrupt_ctx[in_nmi() ? 2 : !!in_hardirq()]);
}

/* In a seqcount's section accesses count as marked. */
static __always_inline bool counts_as_marked(struct kcsan_ctx *ctx)
{
	if (unlikely(ctx->atomic_nest))
		return true;
	if (likely(!ctx->atomic_next))
		return false;
	ctx->atomic_next--;
	return true;
}

/*
 * An address in the template of the per-CPU areas is that of an access through GS: what is meant is this
 * CPU's copy. It is one instruction and one word of the CPU's own, as good as marked: its interrupts come
 * before or after it, and whoever else touches the word is told.
 */
static __always_inline bool through_gs(unsigned long addr)
{
	return addr - (unsigned long)__per_cpu_start <
	       (unsigned long)__per_cpu_modules_end - (unsigned long)__per_cpu_start;
}

static __always_inline void access(const volatile void *p, size_t size, int type, unsigned long ip)
{
	struct kcsan_ctx *ctx;
	unsigned long addr, w;
	unsigned int nr;

	if (unlikely(!READ_ONCE(enabled)) || unlikely(this_cpu_read(busy)))
		return;
	ctx = get_ctx();
	if (unlikely(ctx->disabled))
		return;
	if (counts_as_marked(ctx))
		type |= MARKED;
	addr = (unsigned long)p;
	if (through_gs(addr)) {
		addr += this_cpu_read(this_cpu_off);
		type |= MARKED;
	}
	w = find_watchpoint(addr, size, type, &nr);
	if (unlikely(w))
		visit(nr, w, addr, size, type, ip);
	else if (!(type & MARKED) && unlikely(its_turn()))
		watch(addr, size, type, ip);
}

void kcsan_check_access(const volatile void *p, size_t size, bool write, unsigned long ip)
{
	if (size)
		access(p, size, write ? WRITE : 0, ip);
}

void kcsan_atomic_next(int n)
{
	get_ctx()->atomic_next = n;
}

void kcsan_nestable_atomic_begin(void)
{
	get_ctx()->atomic_nest++;
}

void kcsan_nestable_atomic_end(void)
{
	get_ctx()->atomic_nest--;
}

/* data_race() */
void kcsan_disable_current(void)
{
	get_ctx()->disabled++;
}

void kcsan_enable_current(void)
{
	get_ctx()->disabled--;
}

/* ---- what the compiler calls; the names are its ---- */

#define DEFINE_ACCESS(name, size, type)						\
	void name(void *p);							\
	void name(void *p)							\
	{									\
		access(p, size, type, _RET_IP_);				\
	}									\
	EXPORT_SYMBOL(name);

#define DEFINE_ACCESSES(size)							\
	DEFINE_ACCESS(__tsan_read##size, size, 0)				\
	DEFINE_ACCESS(__tsan_write##size, size, WRITE)				\
	DEFINE_ACCESS(__tsan_unaligned_read##size, size, 0)			\
	DEFINE_ACCESS(__tsan_unaligned_write##size, size, WRITE)		\
	DEFINE_ACCESS(__tsan_volatile_read##size, size, MARKED)			\
	DEFINE_ACCESS(__tsan_volatile_write##size, size, MARKED | WRITE)	\
	DEFINE_ACCESS(__tsan_unaligned_volatile_read##size, size, MARKED)	\
	DEFINE_ACCESS(__tsan_unaligned_volatile_write##size, size, MARKED | WRITE)

DEFINE_ACCESSES(1)
DEFINE_ACCESSES(2)
DEFINE_ACCESSES(4)
DEFINE_ACCESSES(8)
DEFINE_ACCESSES(16)

void __tsan_read_range(void *p, size_t size);
void __tsan_read_range(void *p, size_t size)
{
	access(p, size, 0, _RET_IP_);
}
EXPORT_SYMBOL(__tsan_read_range);

void __tsan_write_range(void *p, size_t size);
void __tsan_write_range(void *p, size_t size)
{
	access(p, size, WRITE, _RET_IP_);
}
EXPORT_SYMBOL(__tsan_write_range);

void __tsan_init(void);
void __tsan_init(void)
{
}
EXPORT_SYMBOL(__tsan_init);

/*
 * Atomics arrive as calls, too, and are done here, in the strongest order: on x86 that is what the
 * others compile to as well, but for a store.
 */
#define DEFINE_RMW(bits, type, op)						\
	type __tsan_atomic##bits##_##op(volatile type *p, type v, int order);	\
	type __tsan_atomic##bits##_##op(volatile type *p, type v, int order)	\
	{									\
		access(p, sizeof(type), MARKED | WRITE, _RET_IP_);		\
		return __atomic_##op(p, v, __ATOMIC_SEQ_CST);			\
	}									\
	EXPORT_SYMBOL(__tsan_atomic##bits##_##op);

#define __atomic_exchange(p, v, order)	__atomic_exchange_n(p, v, order)

#define DEFINE_CMPXCHG(bits, type, kind)						\
	int __tsan_atomic##bits##_compare_exchange_##kind(volatile type *p, type *old,	\
							  type new, int yes, int no);	\
	int __tsan_atomic##bits##_compare_exchange_##kind(volatile type *p, type *old,	\
							  type new, int yes, int no)	\
	{										\
		access(p, sizeof(type), MARKED | WRITE, _RET_IP_);			\
		return __atomic_compare_exchange_n(p, old, new, false, __ATOMIC_SEQ_CST,\
						   __ATOMIC_SEQ_CST);			\
	}										\
	EXPORT_SYMBOL(__tsan_atomic##bits##_compare_exchange_##kind);

#define DEFINE_ATOMICS(bits, type)						\
	type __tsan_atomic##bits##_load(const volatile type *p, int order);	\
	type __tsan_atomic##bits##_load(const volatile type *p, int order)	\
	{									\
		access(p, sizeof(type), MARKED, _RET_IP_);			\
		return __atomic_load_n(p, __ATOMIC_SEQ_CST);			\
	}									\
	EXPORT_SYMBOL(__tsan_atomic##bits##_load);				\
	void __tsan_atomic##bits##_store(volatile type *p, type v, int order);	\
	void __tsan_atomic##bits##_store(volatile type *p, type v, int order)	\
	{									\
		access(p, sizeof(type), MARKED | WRITE, _RET_IP_);		\
		if (order == __ATOMIC_SEQ_CST)					\
			__atomic_store_n(p, v, __ATOMIC_SEQ_CST);		\
		else								\
			__atomic_store_n(p, v, __ATOMIC_RELEASE);		\
	}									\
	EXPORT_SYMBOL(__tsan_atomic##bits##_store);				\
	DEFINE_RMW(bits, type, exchange)					\
	DEFINE_RMW(bits, type, fetch_add)					\
	DEFINE_RMW(bits, type, fetch_sub)					\
	DEFINE_RMW(bits, type, fetch_and)					\
	DEFINE_RMW(bits, type, fetch_or)					\
	DEFINE_RMW(bits, type, fetch_xor)					\
	DEFINE_CMPXCHG(bits, type, strong)					\
	DEFINE_CMPXCHG(bits, type, weak)

DEFINE_ATOMICS(8, u8)
DEFINE_ATOMICS(16, u16)
DEFINE_ATOMICS(32, u32)
DEFINE_ATOMICS(64, u64)

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_thread_fence(int order)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}
EXPORT_SYMBOL(__tsan_atomic_thread_fence);

void __tsan_atomic_signal_fence(int order);
void __tsan_atomic_signal_fence(int order)
{
	barrier();
}
EXPORT_SYMBOL(__tsan_atomic_signal_fence);

/* Before the other CPUs start, once seed= is known. */
static int __init kcsan_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct sampler *s = per_cpu_ptr(&sampler, cpu);

		s->random = get_random_u32();
		s->left = 1 + get_random_u32_below(skip_watch);
	}
	pr_info("kcsan: one access in %u is watched for %u turns\n", skip_watch, delay);
	WRITE_ONCE(enabled, true);
	return 0;
}
early_initcall(kcsan_init);
