/* SPDX-License-Identifier: MIT */
/*
 * ring.c - a ring of records per CPU.
 *
 * Only the CPU itself writes its ring, with interrupts off, so only an NMI can come in between;
 * it takes the next index and is done before the interrupted writer goes on. No locks anywhere.
 * Invariant: a slot is whole exactly while its seq is its index + 1; the writer zeroes seq first
 * and sets it last, a reader looks before and after copying.
 * Oldest records are overwritten; how many follows from head, no counter is needed.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/irqflags.h>
#include "trace.h"

/*
 * Per CPU unless trace_buf_size= says otherwise: 2048 records; all CPUs together take at most
 * RINGS_MAX, so that 255 of them still boot in 128 MiB.
 */
#define RING_DEFAULT	(256UL << 10)
#define RINGS_MAX	(16UL << 20)

unsigned long trace_buf_size;
static bool recording = true;		/* tracing_on */
static u64 nr_slots;			/* of each ring, a power of two; 0: not allocated */

/* Written by the owning CPU only; base by resets. */
struct trace_ring {
	struct trace_entry *slots;
	u64 head;			/* index of the next record */
	u64 base;			/* records before this one are forgotten */
};
static DEFINE_PER_CPU_ALIGNED(struct trace_ring, rings);

static unsigned long ring_bytes(void)
{
	unsigned long bytes = trace_buf_size ?: min(RING_DEFAULT, RINGS_MAX / nr_cpu_ids);

	bytes = clamp(bytes, 4096UL, 64UL << 20);
	return 1UL << (fls64(bytes) - 1);
}

int trace_alloc_rings(void)
{
	static_assert(sizeof(struct trace_entry) == 128, "slots are a power of two");
	unsigned long bytes = ring_bytes();
	unsigned int cpu;

	if (nr_slots)
		return 0;
	for_each_possible_cpu(cpu) {
		struct trace_ring *ring = &per_cpu(rings, cpu);

		if (!ring->slots)
			ring->slots = vzalloc(bytes);
		if (!ring->slots)
			return -ENOMEM;
	}
	trace_buf_size = bytes;
	smp_store_release(&nr_slots, bytes / sizeof(struct trace_entry));
	return 0;
}

static int __init trace_buf_size_setup(char *arg)
{
	trace_buf_size = memparse(arg, NULL);
	return trace_buf_size ? 0 : -EINVAL;
}
early_param("trace_buf_size", trace_buf_size_setup);

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
	}
}

static u8 context_flags(unsigned int pc, bool irqs_off)
{
	return (irqs_off ? TRACE_FLAG_IRQS_OFF : 0) |
	       (pc & NMI_MASK ? TRACE_FLAG_NMI : 0) |
	       (pc & HARDIRQ_MASK ? TRACE_FLAG_HARDIRQ : 0) |
	       (pc & SOFTIRQ_OFFSET ? TRACE_FLAG_SOFTIRQ : 0) |
	       ((pc & SOFTIRQ_MASK) >= SOFTIRQ_DISABLE_OFFSET ? TRACE_FLAG_BH_OFF : 0) |
	       (test_preempt_need_resched() ? TRACE_FLAG_NEED_RESCHED : 0);
}

/* Context: any, NMI included. */
void *trace_begin(const struct trace_event *ev, struct trace_slot *slot)
{
	u64 n = smp_load_acquire(&nr_slots);
	struct trace_entry *e;
	unsigned int pc;

	if (!n || !READ_ONCE(recording))
		return NULL;
	slot->flags = arch_local_irq_save();
	slot->index = this_cpu_inc_return(rings.head) - 1;
	e = this_cpu_read(rings.slots) + (slot->index & (n - 1));
	WRITE_ONCE(e->seq, 0);
	barrier();
	pc = preempt_count();
	e->ts = sched_clock();
	e->id = ev - __start_trace_events;
	e->flags = context_flags(pc, arch_irqs_disabled_flags(slot->flags));
	e->preempt_depth = pc & PREEMPT_MASK;
	e->pid = current->pid;
	memcpy(e->comm, current->comm, sizeof(e->comm));
	slot->entry = e;
	return e->payload;
}

void trace_end(struct trace_slot *slot)
{
	struct trace_entry *e = slot->entry;

	smp_store_release(&e->seq, slot->index + 1);
	arch_local_irq_restore(slot->flags);
}

/* --- reading --- */

static u64 oldest(const struct trace_ring *ring, u64 head)
{
	u64 kept = head > nr_slots ? head - nr_slots : 0;

	return max(kept, READ_ONCE(ring->base));
}

void trace_iter_start(struct trace_iter *it)
{
	unsigned int cpu;

	memset(it, 0, sizeof(*it));
	for_each_possible_cpu(cpu) {
		struct trace_ring *ring = &per_cpu(rings, cpu);

		it->end[cpu] = READ_ONCE(ring->head);
		it->next[cpu] = oldest(ring, it->end[cpu]);
		it->in_buffer += it->end[cpu] - it->next[cpu];
		it->written += it->end[cpu] - READ_ONCE(ring->base);
	}
}

static struct trace_entry *slot_at(unsigned int cpu, u64 index)
{
	return &per_cpu(rings, cpu).slots[index & (nr_slots - 1)];
}

/* Time of @cpu's next whole record; skips and counts what was overwritten. U64_MAX: none left. */
static u64 peek(struct trace_iter *it, unsigned int cpu)
{
	for (; it->next[cpu] < it->end[cpu]; it->next[cpu]++) {
		struct trace_entry *e = slot_at(cpu, it->next[cpu]);
		u64 ts = READ_ONCE(e->ts);

		if (smp_load_acquire(&e->seq) == it->next[cpu] + 1)
			return ts;
		it->lost++;
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

	it->lost = 0;
	for (;;) {
		u64 best = U64_MAX;

		it->cpu = -1;
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
		it->lost++;
	}
}

void trace_iter_tail(struct trace_iter *it, unsigned int nr)
{
	u64 skip = it->in_buffer > nr ? it->in_buffer - nr : 0;

	while (skip-- && trace_iter_next(it))
		continue;
}
