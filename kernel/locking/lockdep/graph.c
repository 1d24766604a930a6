/* SPDX-License-Identifier: MIT */
/*
 * The graph of "acquired while held", and the searches in it.
 *
 * Writers only: a cycle of dependencies is a possible deadlock, whatever its length. Readers make
 * it finer. A dependency prev -> next blocks in a certain way: prev was held by a writer (E) or
 * reader (S); next waits for readers too (N: a writer, or a reader that queues behind a waiting
 * writer) or is a recursive read that gets in wherever no writer holds (R), which is how interrupts
 * read (D9). A path deadlocks only if it is strong: nowhere "... -> R" followed by "S -> ...",
 * because a recursive reader is never stopped by a reader. A node that is reached through R edges
 * only is called weak: from there it goes on over E edges only. A search against the arrows meets
 * the two halves of an edge in the other order, so there a node is weak that only readers held, and
 * it goes on over N edges only.
 *
 * All searches are breadth first, so the path a report shows is a shortest one; a class is visited at
 * most once strong and once weak. Context: graph_lock held.
 */
#include <linux/kernel.h>
#include "internal.h"

#define KIND(writer, blocks)	BIT((writer) + 2 * (blocks))
#define KINDS_FROM_WRITER	(KIND(1, 0) | KIND(1, 1))
#define KINDS_BLOCKING		(KIND(0, 1) | KIND(1, 1))

struct lock_dep lock_deps[MAX_LOCK_DEPS];
unsigned int nr_lock_deps = 1;
/* The queue of the search that runs; a report reads the path from it. [0] is unused. */
struct lock_node lock_nodes[2 * MAX_LOCK_CLASSES];

/* What a search looks for at each node: true ends it there. */
typedef bool (*match_t)(const struct lock_node *n, void *arg);

static unsigned int visit(unsigned int tail, struct lock_node n)
{
	struct lock_class *c = class_of(n.class);

	/* Having been there strong includes everything weak. */
	if (c->visited & (n.weak ? 3 : 1))
		return tail;
	c->visited |= n.weak ? 2 : 1;
	lock_nodes[tail] = n;
	return tail + 1;
}

/* The node where @match said yes, or 0. @weak: the start is weak, see the top. */
static unsigned int search(u16 class, bool weak, bool forward, match_t match, void *arg)
{
	const unsigned int from_weak = forward ? KINDS_FROM_WRITER : KINDS_BLOCKING;
	const unsigned int to_strong = forward ? KINDS_BLOCKING : KINDS_FROM_WRITER;
	unsigned int head = 1, tail;
	struct lock_class *any;

	for_each_class(any)
		any->visited = 0;
	tail = visit(1, (struct lock_node){ .class = class, .weak = weak });
	for (; head < tail; head++) {
		const struct lock_node *n = &lock_nodes[head];
		const struct lock_class *c = class_of(n->class);
		unsigned int i = forward ? c->after : c->before;

		if (match(n, arg))
			return head;
		while (i) {
			const struct lock_dep *d = &lock_deps[i];
			unsigned int kinds = d->kinds;

			if (n->weak)
				kinds &= from_weak;
			if (kinds)
				tail = visit(tail, (struct lock_node){
					.class = forward ? d->to : d->from, .parent = head,
					.dep = i, .weak = !(kinds & to_strong)
				});
			i = forward ? d->next_after : d->next_before;
		}
	}
	return 0;
}

/* --- what is looked for --- */

/* The path comes back to a held lock in a way that waits for it. */
static bool closes_cycle(const struct lock_node *n, void *arg)
{
	const struct held_lock *prev = arg;

	return n->class == prev->class && (prev->read == LOCK_WRITE || !n->weak);
}

/* A weak node's readers do not matter: only what writers did to it. */
static unsigned int usage_that_counts(const struct lock_node *n)
{
	return class_of(n->class)->usage & (n->weak ? USAGES_WRITE : 0xff);
}

static bool has_usage(const struct lock_node *n, void *mask)
{
	return usage_that_counts(n) & *(unsigned int *)mask;
}

static bool collect_usage(const struct lock_node *n, void *sum)
{
	*(unsigned int *)sum |= usage_that_counts(n);
	return false;
}

static bool count_node(const struct lock_node *n, void *count)
{
	++*(unsigned int *)count;
	return false;
}

/* How many classes can be reached, itself included: FD and BD of /proc/lockdep. */
unsigned int count_deps(u16 class, bool forward)
{
	unsigned int n = 0;

	search(class, false, forward, count_node, &n);
	return n;
}

/* --- the rules --- */

/* For each usage in @in_irq what it collides with: enabled, read or write, of the same kind of irq. */
static unsigned int collisions(unsigned int in_irq)
{
	unsigned int any = (in_irq | in_irq >> 1) & 0x11;	/* USED_IN_HARDIRQ, USED_IN_SOFTIRQ */

	return any << ENABLED_HARDIRQ | any << ENABLED_HARDIRQ_READ;
}

static enum lock_usage lowest(unsigned int mask)
{
	return __builtin_ctz(mask);
}

/*
 * D10: prev -> next would lead from a lock that interrupts take to one that is held with interrupts on:
 * whoever holds that one is interrupted, and the interrupt waits for prev, whose holder waits for it.
 */
static bool check_irq_order(struct held_lock *prev, struct held_lock *next)
{
	unsigned int in = 0, on, safe;
	u16 unsafe;

	search(prev->class, prev->read, false, collect_usage, &in);
	on = collisions(in & USAGES_IN_IRQ);
	unsafe = on ? search(next->class, next->read == LOCK_READ_RECURSIVE, true, has_usage,
			     &on) : 0;
	if (likely(!unsafe))
		return true;
	unsafe = lock_nodes[unsafe].class;
	on &= class_of(unsafe)->usage;
	/* back from "enabled" to the two bits of "in" that it collides with */
	in = (on | on >> 1) & 0x44;
	in = in >> 2 | in >> 1;
	safe = search(prev->class, prev->read, false, has_usage, &in);
	safe = lock_nodes[safe].class ?: prev->class;
	in &= class_of(safe)->usage;
	on &= collisions(in);
	return report_irq_order(prev, next, safe, unsafe, lowest(in), lowest(on));
}

/* A new usage @bit of the class of @this: does a dependency that was fine become a bad one? */
bool check_usage_in_graph(struct held_lock *this, enum lock_usage bit)
{
	bool forwards = !(bit & USAGE_ENABLED);
	enum lock_usage other = (bit ^ USAGE_ENABLED) & ~USAGE_READ;
	unsigned int mask = BIT(other) | BIT(other | USAGE_READ), node;
	bool weak = forwards ? this->read == LOCK_READ_RECURSIVE : this->read;

	node = search(this->class, weak, forwards, has_usage, &mask);
	if (likely(!node))
		return true;
	if (!(class_of(lock_nodes[node].class)->usage & BIT(other)))
		other |= USAGE_READ;
	return report_inversion(this, lock_nodes[node].class, other, forwards);
}

/* --- adding --- */

static struct lock_dep *find_dep(u16 from, u16 to)
{
	for (unsigned int i = class_of(from)->after; i; i = lock_deps[i].next_after)
		if (lock_deps[i].to == to)
			return &lock_deps[i];
	return NULL;
}

static struct lock_dep *link_dep(struct lock_dep d)
{
	struct lock_class *from = class_of(d.from), *to = class_of(d.to);

	d.next_after = from->after;
	d.next_before = to->before;
	lock_deps[nr_lock_deps] = d;
	from->after = to->before = nr_lock_deps;
	return &lock_deps[nr_lock_deps++];
}

static struct lock_dep *new_dep(u16 from, u16 to)
{
	if (nr_lock_deps == MAX_LOCK_DEPS) {
		report_overflow("MAX_LOCKDEP_ENTRIES");
		return NULL;
	}
	return link_dep((struct lock_dep){ .from = from, .to = to, .trace = save_trace(),
					   .distance = 0xff });
}

/* Of classes that are gone. */
void forget_free_deps(void)
{
	unsigned int end = nr_lock_deps;
	struct lock_class *c;

	for_each_class(c)
		c->after = c->before = 0;
	nr_lock_deps = 1;
	for (struct lock_dep *d = &lock_deps[1]; d < &lock_deps[end]; d++)
		if (class_of(d->from)->key && class_of(d->to)->key)
			link_dep(*d);
}

static bool add_dependency(struct held_lock *prev, struct held_lock *next, unsigned int distance)
{
	unsigned int node = search(next->class, next->read == LOCK_READ_RECURSIVE, true,
				   closes_cycle, prev);
	struct lock_dep *d;

	if (unlikely(node))
		return report_cycle(prev, next, node);
	if (!check_irq_order(prev, next))
		return false;
	d = find_dep(prev->class, next->class) ?: new_dep(prev->class, next->class);
	if (!d)
		return false;
	d->kinds |= KIND(!prev->read, next->read != LOCK_READ_RECURSIVE);
	d->distance = min_t(unsigned int, d->distance, distance);
	return true;
}

/*
 * The same class again: waiting for oneself, unless it is a recursive read under a read, or the order
 * within the class is kept by @nest_lock, taken before them. 1: so it is, and there is no new dependency;
 * 0: go on; -1: reported. That a read is one more says nothing of the locks between, which for an
 * interrupt are all it has: the next time it may interrupt no reader.
 */
static int same_class_held(struct lockdep_task *t, struct held_lock *next)
{
	bool nested = false;

	for (struct held_lock *h = t->held; h < next; h++) {
		nested |= h->map == next->nest_lock;
		if (h->class != next->class)
			continue;
		if (next->read == LOCK_READ_RECURSIVE && h->read)
			continue;
		return nested ? 1 : report_recursion(h, next) - 1;
	}
	return 0;
}

/*
 * All new dependencies of @next, which lies on top of what @lt holds: from the locks of the same context
 * down to the first that is checked and was waited for, but not by a recursive reader. From those below
 * there is a strong path over that one, whose own were learnt when it was taken; over a recursive reader
 * there may be none. A lock that is not checked has no dependencies.
 */
bool add_dependencies(struct lockdep_task *lt, struct held_lock *next)
{
	int same = same_class_held(lt, next);
	struct held_lock *prev;

	if (same)
		return same > 0;
	for (prev = next - 1; prev >= lt->held && prev->irq_context == next->irq_context; prev--) {
		if (!prev->check || prev->class == next->class)
			continue;
		if (!add_dependency(prev, next, next - prev))
			return false;
		if (!prev->trylock && prev->read != LOCK_READ_RECURSIVE)
			break;
	}
	return true;
}

static bool is_class(const struct lock_node *n, void *class)
{
	return n->class == *(u16 *)class;
}

/* The shortest path between two classes, for a report: its last node, 0 if there is none. */
unsigned int find_path(u16 from, u16 to)
{
	return search(from, false, true, is_class, &to);
}
