/* SPDX-License-Identifier: MIT */
/*
 * The queued spinlock when somebody has it already (L9-L11). In the order (tail, pending, locked):
 *
 *   (0,0,1)	held. The first who comes sets pending and spins on the locked byte:
 *   (0,1,1)	every later one enters a queue of nodes and spins on its own node;
 *   (n,1,1)	the head of the queue spins on the word until pending and locked are both 0.
 *
 * A waiter never overtakes: a fast path needs the whole word 0, and pending can be had only while the
 * tail is 0. Who sets pending too late takes it back and queues; that the head may see it for a
 * moment does no harm, because its setter will be behind the head in the queue.
 *
 * Nodes are per CPU, one for each context that can wait on top of another: so a lock word has room
 * for the tail, and nothing is allocated.
 */
#include <linux/export.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <asm/qspinlock.h>
#include <trace/events/lock.h>

struct qnode {
	struct qnode *next;
	u32 is_head;
	u32 depth;	/* of the CPU's first node: how many are in use */
};

static DEFINE_PER_CPU_ALIGNED(struct qnode [QSPIN_NODES], qnodes);

static u16 encode_tail(unsigned int cpu, unsigned int level)
{
	return (cpu + 1) << QSPIN_TAIL_CPU_SHIFT | level;
}

static struct qnode *decode_tail(u16 tail)
{
	unsigned int cpu = (tail >> QSPIN_TAIL_CPU_SHIFT) - 1;

	return &per_cpu(qnodes, cpu)[tail & (QSPIN_NODES - 1)];
}

/* The first waiter. False: somebody else is that, or there is a queue. */
static bool wait_as_pending(qspin_t *l)
{
	u32 val = __atomic_fetch_or(&l->val, QSPIN_PENDING, __ATOMIC_ACQUIRE);

	if (unlikely(val & ~QSPIN_LOCKED_MASK)) {
		if (!(val & QSPIN_PENDING))
			__atomic_store_n(&l->pending, 0, __ATOMIC_RELAXED);
		return false;
	}
	while (__atomic_load_n(&l->locked, __ATOMIC_ACQUIRE))
		cpu_relax();
	__atomic_store_n(&l->locked_pending, QSPIN_LOCKED, __ATOMIC_RELAXED);
	return true;
}

/* Behind the one that @tail was; returns as the head of the queue. */
static void wait_in_queue(struct qnode *node, u16 tail)
{
	if (!tail)
		return;
	__atomic_store_n(&decode_tail(tail)->next, node, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&node->is_head, __ATOMIC_ACQUIRE))
		cpu_relax();
}

/* The head of the queue: holder and pending waiter first, then ours, and the next one is the head. */
static void wait_as_head(qspin_t *l, struct qnode *node, u16 tail)
{
	u32 val;

	while ((val = __atomic_load_n(&l->val, __ATOMIC_ACQUIRE)) &
	       (QSPIN_LOCKED_MASK | QSPIN_PENDING_MASK))
		cpu_relax();
	/* If this fails, somebody is behind us or will be: see above. */
	if (val >> 16 == tail &&
	    __atomic_compare_exchange_n(&l->val, &val, QSPIN_LOCKED, false, __ATOMIC_RELAXED,
					__ATOMIC_RELAXED))
		return;
	__atomic_store_n(&l->locked, QSPIN_LOCKED, __ATOMIC_RELAXED);
	__atomic_store_n(&smp_cond_load_acquire(&node->next, VAL)->is_head, 1, __ATOMIC_RELEASE);
}

/* Not the first waiter. Context: as qspin_lock_slow(). */
static void wait_with_node(qspin_t *l)
{
	struct qnode *nodes = this_cpu_ptr(&qnodes[0]);
	/* No race: interrupts of this CPU bring it back to what they found. */
	unsigned int level = data_race(nodes->depth++);
	u16 tail;

	barrier();	/* an interrupt from here on takes the next node */
	if (unlikely(level >= QSPIN_NODES)) {
		while (!qspin_trylock(l))
			cpu_relax();
	} else {
		nodes[level].next = NULL;
		nodes[level].is_head = 0;
		tail = encode_tail(raw_smp_processor_id(), level);
		/* release: the node is set up before anybody can find it */
		wait_in_queue(&nodes[level], __atomic_exchange_n(&l->tail, tail, __ATOMIC_ACQ_REL));
		wait_as_head(l, &nodes[level], tail);
	}
	data_race(nodes->depth--);
}

/* @val: what the fast path found. Context: any, preemption off. */
void qspin_lock_slow(qspin_t *l, u32 val)
{
	trace_contention_begin(l, LCB_F_SPIN);
	if ((val & ~QSPIN_LOCKED_MASK) || !wait_as_pending(l))
		wait_with_node(l);
	trace_contention_end(l, 0);
}
EXPORT_SYMBOL(qspin_lock_slow);
