/* SPDX-License-Identifier: MIT */
/*
 * SCHED_NORMAL, SCHED_BATCH and SCHED_IDLE: every thread's virtual time advances with its CPU time,
 * slower the more it weighs, and the one that is furthest behind runs. Over time all virtual times
 * are equal, so CPU shares are as the weights.
 *
 * Who waits is in a leftist heap: links inside the entities, insert, remove and merge walk right
 * spines only, and those are at most log2(n + 1) long. The running thread is not in the heap.
 */
#include <linux/init.h>
#include <linux/minmax.h>
#include <linux/sysctl.h>
#include "sched.h"

/*
 * All threads of a queue run once in this time, if there are few: what a thread may wait against how
 * often caches are disturbed.
 */
static unsigned int sched_latency_ns = 6000000;
/* But each runs at least this long: one tick, which is how exactly a turn can be ended. */
static unsigned int sched_min_granularity_ns = 1000000;
/* A woken thread takes the CPU only if it is this far behind: no switch for small change. */
static unsigned int sched_wakeup_granularity_ns = 1000000;
SYSCTL_UINT("kernel/sched_latency_ns", &sched_latency_ns, 1000000, 1000000000);
SYSCTL_UINT("kernel/sched_min_granularity_ns", &sched_min_granularity_ns, 100000, 1000000000);
SYSCTL_UINT("kernel/sched_wakeup_granularity_ns", &sched_wakeup_granularity_ns, 0, 1000000000);

#define NICE_0_WEIGHT	1024
#define WEIGHT_IDLE	3	/* SCHED_IDLE: a fifth of nice 19 */

/* Each nice level is 25 % more than the next: one level is then about 10 % of CPU between two. */
static unsigned int nice_weight[MAX_NICE - MIN_NICE + 1];

void fair_init(void)
{
	u64 up = (u64)NICE_0_WEIGHT << 32, down = up;

	for (int i = 0; i <= MAX_NICE; i++) {
		nice_weight[i - MIN_NICE] = (down + (1ULL << 31)) >> 32;
		down = down / 5 * 4;
		up = up / 4 * 5;
		nice_weight[-i - 1 - MIN_NICE] = (up + (1ULL << 31)) >> 32;
	}
}

void fair_rq_init(struct fair_rq *fair)
{
	fair->root = NULL;
}

void set_load_weight(struct task_struct *p)
{
	p->se.weight = p->policy == SCHED_IDLE ? WEIGHT_IDLE : nice_weight[task_nice(p) - MIN_NICE];
}

u64 fair_scale(const struct sched_entity *se, u64 delta)
{
	return se->weight == NICE_0_WEIGHT ? delta : delta * NICE_0_WEIGHT / se->weight;
}

/* --- The heap. rank 0: not in it --- */

static bool before(const struct sched_entity *a, const struct sched_entity *b)
{
	return (s64)(a->vruntime - b->vruntime) < 0;
}

static unsigned int rank(const struct sched_entity *se)
{
	return se ? se->rank : 0;
}

/* The longer spine goes left; the rank is the length of the right one. */
static void lean_left(struct sched_entity *se)
{
	if (rank(se->left) < rank(se->right))
		swap(se->left, se->right);
	se->rank = rank(se->right) + 1;
}

/* Recursion is as deep as both right spines together. */
static struct sched_entity *heap_merge(struct sched_entity *a, struct sched_entity *b)
{
	if (!a || !b)
		return a ?: b;
	if (before(b, a))
		swap(a, b);
	a->right = heap_merge(a->right, b);
	a->right->parent = a;
	lean_left(a);
	return a;
}

static void heap_insert(struct fair_rq *fair, struct sched_entity *se)
{
	se->left = se->right = NULL;
	se->rank = 1;
	fair->root = heap_merge(fair->root, se);
	fair->root->parent = NULL;
}

static void heap_remove(struct fair_rq *fair, struct sched_entity *se)
{
	struct sched_entity *sub = heap_merge(se->left, se->right), *up = se->parent;

	if (sub)
		sub->parent = up;
	if (!up)
		fair->root = sub;
	else if (up->left == se)
		up->left = sub;
	else
		up->right = sub;
	se->rank = 0;
	for (unsigned int old; up; up = up->parent) {
		old = up->rank;
		lean_left(up);
		if (up->rank == old)
			break;
	}
}

/* --- Time --- */

static struct task_struct *se_task(struct sched_entity *se)
{
	return container_of(se, struct task_struct, se);
}

static bool curr_is_fair(struct rq *rq)
{
	return rq->curr->sched_class == &fair_sched_class;
}

/* The smallest virtual time here, never going back. */
static void update_min_vruntime(struct rq *rq)
{
	struct fair_rq *fair = &rq->fair;
	struct sched_entity *se = fair->root;

	if (curr_is_fair(rq) && rq->curr->on_rq && (!se || before(&rq->curr->se, se)))
		se = &rq->curr->se;
	if (se && (s64)(se->vruntime - fair->min_vruntime) > 0)
		WRITE_ONCE(fair->min_vruntime, se->vruntime);
}

/* How long @se may run in one turn, ns. */
static u64 fair_slice(struct fair_rq *fair, struct sched_entity *se)
{
	u64 min = READ_ONCE(sched_min_granularity_ns);
	u64 period = max((u64)READ_ONCE(sched_latency_ns), min * fair->nr_running);

	return max(min, period * se->weight / max(fair->load, 1UL));
}

/*
 * Who slept gets at most half a period of credit: enough to run soon, too little to starve the
 * others. Who is new starts where the queue is.
 */
static void place_entity(struct fair_rq *fair, struct sched_entity *se)
{
	u64 floor = fair->min_vruntime - READ_ONCE(sched_latency_ns) / 2;

	if ((s64)(se->vruntime - floor) < 0)
		se->vruntime = floor;
}

void fair_migrate(struct task_struct *p, const struct rq *from, const struct rq *to)
{
	p->se.vruntime += READ_ONCE(to->fair.min_vruntime) - READ_ONCE(from->fair.min_vruntime);
}

/* --- The class --- */

static void enqueue_task_fair(struct rq *rq, struct task_struct *p, int flags)
{
	struct fair_rq *fair = &rq->fair;

	fair->nr_running++;
	WRITE_ONCE(fair->load, fair->load + p->se.weight);	/* see nr_running in core.c */
	if (flags & ENQUEUE_WAKEUP) {
		update_curr(rq);
		update_min_vruntime(rq);
		place_entity(fair, &p->se);
	}
	heap_insert(fair, &p->se);
}

static void dequeue_task_fair(struct rq *rq, struct task_struct *p, int flags)
{
	struct fair_rq *fair = &rq->fair;

	fair->nr_running--;
	WRITE_ONCE(fair->load, fair->load - p->se.weight);
	if (p->se.rank)
		heap_remove(fair, &p->se);
	update_min_vruntime(rq);
}

static void yield_task_fair(struct rq *rq)
{
	struct sched_entity *se = &rq->curr->se, *first = rq->fair.root;

	se->vruntime += fair_scale(se, fair_slice(&rq->fair, se));
	if (first && !before(first, se))
		se->vruntime = first->vruntime + 1;
}

static void wakeup_preempt_fair(struct rq *rq, struct task_struct *p)
{
	struct sched_entity *se = &p->se, *curr = &rq->curr->se;

	if (p->policy != SCHED_NORMAL && rq->curr->policy != SCHED_IDLE)
		return;
	update_curr(rq);
	if ((s64)(curr->vruntime - se->vruntime) >
	    (s64)fair_scale(se, READ_ONCE(sched_wakeup_granularity_ns)))
		resched_curr(rq);
}

static struct task_struct *pick_task_fair(struct rq *rq)
{
	return se_task(rq->fair.root);
}

static void set_next_task_fair(struct rq *rq, struct task_struct *p)
{
	if (p->se.rank)
		heap_remove(&rq->fair, &p->se);
	p->se.slice_start = p->se.sum_exec_runtime;
}

static void put_prev_task_fair(struct rq *rq, struct task_struct *p)
{
	if (task_on_rq_queued(p))
		heap_insert(&rq->fair, &p->se);
	update_min_vruntime(rq);
}

/* Context: tick. Ends a turn that is over, or one that has gone too far ahead of who waits. */
static void task_tick_fair(struct rq *rq, struct task_struct *p)
{
	struct sched_entity *se = &p->se, *first = rq->fair.root;
	u64 slice, ran;

	update_min_vruntime(rq);
	if (!first)
		return;
	slice = fair_slice(&rq->fair, se);
	ran = se->sum_exec_runtime - se->slice_start;
	if (ran >= slice || (ran >= READ_ONCE(sched_min_granularity_ns) &&
			     (s64)(se->vruntime - first->vruntime) > (s64)slice))
		resched_curr(rq);
}

const struct sched_class fair_sched_class = {
	.rank = 1,
	.enqueue_task = enqueue_task_fair,
	.dequeue_task = dequeue_task_fair,
	.yield_task = yield_task_fair,
	.wakeup_preempt = wakeup_preempt_fair,
	.pick_task = pick_task_fair,
	.set_next_task = set_next_task_fair,
	.put_prev_task = put_prev_task_fair,
	.task_tick = task_tick_fair,
};
