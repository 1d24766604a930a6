/* SPDX-License-Identifier: MIT */
/*
 * ring.c - a ring of records per CPU (its layout: trace.h).
 *
 * Only the CPU itself writes its ring, with interrupts off, so only an NMI can come in between;
 * it takes the next index and is done before the interrupted writer goes on. No locks anywhere.
 * Invariant: a slot is whole exactly while its seq is its index + 1; the writer zeroes seq first
 * and sets it last, a reader looks before and after copying.
 * A full ring overwrites its oldest records, and how many follows from head; or it stops and counts
 * what it did not write (options/overwrite).
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>
#include <asm/irqflags.h>
#include <asm/tsc.h>
#include "trace.h"

/*
 * Per CPU unless trace_buf_size= says otherwise: 2048 records; all CPUs together take at most
 * RINGS_MAX, so that 255 of them still boot in 128 MiB.
 */
#define RING_DEFAULT	(256UL << 10)
#define RINGS_MAX	(16UL << 20)
#define RING_MIN	4096UL

DEFINE_PER_CPU_ALIGNED(struct trace_ring, rings);
DEFINE_MUTEX(trace_mutex);
bool trace_overwrite = true;
static bool recording = true;		/* tracing_on */
static unsigned long ring_bytes;	/* of each ring; before there are any: what was asked for */
static u64 nr_slots;			/* of each ring, a power of two; 0: not allocated */

/* --- shape --- */

unsigned long trace_ring_bytes(void)
{
	unsigned long bytes = min(RING_DEFAULT, RINGS_MAX / nr_cpu_ids);

	return ring_bytes ?: 1UL << (fls64(max(bytes, RING_MIN)) - 1);
}

static void free_slots(struct trace_entry **slots)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		vfree(slots[cpu]);
	kfree(slots);
}

/* A new ring for each CPU, or NULL. A half of the free memory is for others. */
static struct trace_entry **alloc_slots(unsigned long bytes)
{
	struct trace_entry **slots = kcalloc(nr_cpu_ids, sizeof(*slots), GFP_KERNEL);
	unsigned int cpu;

	if (!slots)
		return NULL;
	if (bytes / PAGE_SIZE > nr_free_pages() / 2 / num_possible_cpus()) {
		kfree(slots);
		return NULL;
	}
	for_each_possible_cpu(cpu) {
		slots[cpu] = vzalloc(bytes);
		if (!slots[cpu]) {
			free_slots(slots);
			return NULL;
		}
	}
	return slots;
}

int trace_resize(unsigned long bytes)
{
	static_assert(sizeof(struct trace_entry) == 128, "slots are a power of two");
	struct trace_entry **slots;
	unsigned int cpu;

	if (!bytes || bytes > LONG_MAX / 2)
		return -EINVAL;
	guard(mutex)(&trace_mutex);
	bytes = roundup_pow_of_two(max(bytes, RING_MIN));
	slots = alloc_slots(bytes);
	if (!slots)
		return -ENOMEM;
	WRITE_ONCE(nr_slots, 0);
	kick_all_cpus_sync();		/* writers have IRQs off: none is in the old rings any more */
	for_each_possible_cpu(cpu) {
		struct trace_ring *ring = &per_cpu(rings, cpu);

		swap(ring->slots, slots[cpu]);
		ring->base = ring->head;
	}
	ring_bytes = bytes;
	smp_store_release(&nr_slots, bytes / sizeof(struct trace_entry));
	free_slots(slots);
	return 0;
}

int trace_alloc_rings(void)
{
	return READ_ONCE(nr_slots) ? 0 : trace_resize(trace_ring_bytes());
}

static int __init trace_buf_size_setup(char *arg)
{
	ring_bytes = memparse(arg, NULL);
	return ring_bytes ? 0 : -EINVAL;
}
early_param("trace_buf_size", trace_buf_size_setup);

/* --- switches --- */

void tracing_set(bool on)
{
	WRITE_ONCE(recording, on);
}

bool tracing_is_on(void)
{
	return READ_ONCE(recording);
}

void tracing_reset(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct trace_ring *ring = &per_cpu(rings, cpu);

		WRITE_ONCE(ring->base, READ_ONCE(ring->head));
		WRITE_ONCE(ring->dropped, 0);
	}
}

/* One count for all CPUs: an order, and no time. */
static u64 clock_counter(void)
{
	static u64 count;

	return __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
}

static u64 clock_mono(void)
{
	return ktime_get_ns();
}

const struct trace_clock trace_clocks[] = {
	{ "local", sched_clock, true },
	{ "global", clock_mono, true },		/* ordered: later on another CPU is not earlier */
	{ "counter", clock_counter, false },
	{ "mono", clock_mono, true },
	{ "x86-tsc", rdtsc_ordered, false },
	{}
}, *trace_clock = trace_clocks;

int trace_set_clock(const char *name)
{
	for (const struct trace_clock *c = trace_clocks; c->name; c++) {
		if (strcmp(c->name, name))
			continue;
		WRITE_ONCE(trace_clock, c);
		kick_all_cpus_sync();
		tracing_reset();
		return 0;
	}
	return -EINVAL;
}

/* --- writing --- */

u8 trace_context_flags(unsigned long flags)
{
	unsigned int pc = preempt_count();

	return (arch_irqs_disabled_flags(flags) ? TRACE_FLAG_IRQS_OFF : 0) |
	       (pc & NMI_MASK ? TRACE_FLAG_NMI : 0) |
	       (pc & HARDIRQ_MASK ? TRACE_FLAG_HARDIRQ : 0) |
	       (pc & SOFTIRQ_OFFSET ? TRACE_FLAG_SOFTIRQ : 0) |
	       ((pc & SOFTIRQ_MASK) >= SOFTIRQ_DISABLE_OFFSET ? TRACE_FLAG_BH_OFF : 0) |
	       (need_resched() ? TRACE_FLAG_NEED_RESCHED : 0) |
	       (test_preempt_need_resched() ? TRACE_FLAG_PREEMPT_RESCHED : 0);
}

/* An index nobody else gets; false: full, and nothing is to be overwritten. Context: IRQs off. */
static bool take_index(struct trace_ring *ring, u64 n, u64 *index)
{
	if (likely(READ_ONCE(trace_overwrite))) {
		*index = this_cpu_inc_return(rings.head) - 1;
		return true;
	}
	*index = READ_ONCE(ring->head);
	do {
		if (*index - READ_ONCE(ring->base) >= n) {
			this_cpu_inc(rings.dropped);
			return false;
		}
	} while (!try_cmpxchg(&ring->head, index, *index + 1));	/* an NMI came in between */
	return true;
}

/* A slot with everything but its payload. Context: IRQs off; @slot->flags is what they were. */
static struct trace_entry *reserve(struct trace_slot *slot, u64 n)
{
	struct trace_ring *ring = this_cpu_ptr(&rings);
	struct trace_entry *e;

	if (!take_index(ring, n, &slot->index))
		return NULL;
	e = ring->slots + (slot->index & (n - 1));
	WRITE_ONCE(e->seq, 0);
	barrier();
	e->ts = READ_ONCE(trace_clock)->now();
	e->id = trace_event_id(slot->ev);
	e->flags = trace_context_flags(slot->flags);
	e->preempt_depth = preempt_count() & PREEMPT_MASK;
	e->pid = current->pid;
	memcpy(e->comm, current->comm, sizeof(e->comm));
	return e;
}

/* trace_begin() but for the IRQs. */
static __always_inline void *begin(const struct trace_event *ev, struct trace_slot *slot)
{
	u64 n;

	slot->ev = ev;
	slot->entry = NULL;
	slot->filter = READ_ONCE(ev->tp->filter);
	n = smp_load_acquire(&nr_slots);
	if (n && slot->filter)
		return slot->payload;
	if (n)
		slot->entry = reserve(slot, n);
	return slot->entry ? ((struct trace_entry *)slot->entry)->payload : NULL;
}

static __always_inline void end(struct trace_slot *slot)
{
	struct trace_entry *e = slot->entry;
	u64 n;

	if (unlikely(slot->filter) && filter_match(slot->filter, slot)) {
		n = smp_load_acquire(&nr_slots);	/* 0: since begin(), for other rings to come */
		e = n ? reserve(slot, n) : NULL;
		if (e)
			memcpy(e->payload, slot->payload, slot->ev->size);
	}
	if (e)
		smp_store_release(&e->seq, slot->index + 1);
}

/* Context: any, NMI included. */
void *trace_begin(const struct trace_event *ev, struct trace_slot *slot)
{
	void *payload;

	if (!READ_ONCE(recording))
		return NULL;
	slot->flags = arch_local_irq_save();
	payload = begin(ev, slot);
	if (!payload)
		arch_local_irq_restore(slot->flags);
	return payload;
}

void trace_end(struct trace_slot *slot)
{
	end(slot);
	arch_local_irq_restore(slot->flags);
}

void *trace_begin_irqs_off(const struct trace_event *ev, struct trace_slot *slot)
{
	return READ_ONCE(recording) ? begin(ev, slot) : NULL;
}

void trace_end_irqs_off(struct trace_slot *slot)
{
	end(slot);
}

/* --- reading --- */

/* The oldest record that cannot have been overwritten yet. */
static u64 oldest(u64 head)
{
	return head > nr_slots ? head - nr_slots : 0;
}

void trace_iter_refresh(struct trace_iter *it)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct trace_ring *ring = &per_cpu(rings, cpu);
		u64 from = max(it->next[cpu], READ_ONCE(ring->base)), kept;

		it->end[cpu] = READ_ONCE(ring->head);
		kept = oldest(it->end[cpu]);
		it->lost[cpu] += kept > from ? kept - from : 0;
		it->next[cpu] = max(from, kept);
	}
}

void trace_iter_start(struct trace_iter *it)
{
	unsigned int cpu;

	memset(it, 0, sizeof(*it));
	trace_iter_refresh(it);
	for_each_possible_cpu(cpu) {
		it->lost[cpu] = 0;	/* from before: the header's two numbers tell */
		it->in_buffer += it->end[cpu] - it->next[cpu];
		it->written += it->end[cpu] - READ_ONCE(per_cpu(rings, cpu).base);
	}
}

void trace_iter_consume(struct trace_iter *it)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (it->next[cpu] > READ_ONCE(per_cpu(rings, cpu).base))
			WRITE_ONCE(per_cpu(rings, cpu).base, it->next[cpu]);
}

static struct trace_entry *slot_at(unsigned int cpu, u64 index)
{
	return &per_cpu(rings, cpu).slots[index & (nr_slots - 1)];
}

/*
 * Time of @cpu's next whole record; skips and counts what was overwritten. One that is being written
 * right now ends what there is to read on this CPU. U64_MAX: none left.
 */
static u64 peek(struct trace_iter *it, unsigned int cpu)
{
	for (; it->next[cpu] < it->end[cpu]; it->next[cpu]++) {
		struct trace_entry *e = slot_at(cpu, it->next[cpu]);
		u64 ts = READ_ONCE(e->ts);

		if (smp_load_acquire(&e->seq) == it->next[cpu] + 1)
			return ts;
		if (it->next[cpu] >= oldest(READ_ONCE(per_cpu(rings, cpu).head)))
			it->end[cpu] = it->next[cpu];
		else
			it->lost[cpu]++;
	}
	return U64_MAX;
}

/* Copies @cpu's next record; false if it was overwritten meanwhile. */
static bool take(struct trace_iter *it, unsigned int cpu)
{
	u64 index = it->next[cpu]++;
	struct trace_entry *e = slot_at(cpu, index);

	it->entry = *e;
	smp_rmb();
	return READ_ONCE(e->seq) == index + 1;
}

bool trace_iter_next(struct trace_iter *it)
{
	unsigned int cpu;

	for (;;) {
		u64 best = U64_MAX;

		it->cpu = -1;
		it->len = 0;
		for_each_possible_cpu(cpu) {
			u64 ts = peek(it, cpu);

			if (ts < best) {
				best = ts;
				it->cpu = cpu;
			}
		}
		if (it->cpu < 0)
			return false;
		if (take(it, it->cpu))
			return true;
		it->lost[it->cpu]++;
	}
}

bool trace_iter_peek(const struct trace_iter *it, int cpu, struct trace_entry *e)
{
	u64 index = it->next[cpu];
	const struct trace_entry *slot;

	if (index >= it->end[cpu])
		return false;
	slot = slot_at(cpu, index);
	if (smp_load_acquire(&slot->seq) != index + 1)
		return false;
	*e = *slot;
	smp_rmb();
	return READ_ONCE(slot->seq) == index + 1;
}

void trace_iter_tail(struct trace_iter *it, unsigned int nr)
{
	u64 skip = it->in_buffer > nr ? it->in_buffer - nr : 0;

	while (skip-- && trace_iter_next(it))
		continue;
}
