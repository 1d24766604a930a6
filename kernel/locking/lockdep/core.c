/* SPDX-License-Identifier: MIT */
/*
 * lockdep: deadlocks found before they happen.
 *
 * A deadlock needs two CPUs, or an interrupt, at the right moment; the mistake behind it shows each
 * time the code runs, alone and in the wrong order of nothing. So lockdep does not watch for deadlocks
 * but for the two habits that make them possible (D5, D7):
 *
 *   order	A was once held while B was acquired, and B while A was: some day two CPUs do both.
 *   context	a lock is taken in an interrupt, and once was taken where that interrupt could come.
 *
 * Both are learned per class: all locks initialised at one place are one class (D1). This file keeps
 * each thread's stack of held locks and each class's usage; graph.c keeps "acquired while held" as a
 * graph and searches it; chain.c remembers which stacks of locks were checked, so that one seen before
 * costs a hash lookup; report.c says what was found. The first finding ends it: after one broken rule
 * the rest is noise.
 *
 * Whether IRQs and BH are on, and in which context we are, is read from IF and preempt_count().
 * Nothing here takes a lock that is checked, allocates, or trusts a lock's memory beyond its map.
 */
#include <linux/export.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <asm/page.h>
#include "internal.h"

#define CLASS_HASH_BITS	9
#define TRACE_DEPTH	24

extern char __per_cpu_start[], __per_cpu_modules_end[];	/* linker.ld */

struct lock_class lock_classes[MAX_LOCK_CLASSES];
unsigned int nr_lock_classes = 1;
static u16 class_hash[1 << CLASS_HASH_BITS];
/* Places of classes that are gone, by hash_next. */
static u16 free_classes;

/* 0: locks are followed, but no rule is checked; who never takes a lock wrongly needs none. */
static unsigned int prove_locking = 1;
SYSCTL_UINT("kernel/prove_locking", &prove_locking, 0, 1);
module_param(prove_locking, uint, 0444);

tas_t graph_word;
/* lockdep runs on this CPU: what its own reports do with locks is not looked at. */
static DEFINE_PER_CPU(bool, lockdep_busy);

/* Who waits while somebody prints a report leaves: it may have the lock that the printing wants. */
bool graph_lock(void)
{
	while (!tas_trylock(&graph_word)) {
		if (!READ_ONCE(debug_locks))
			return false;
		cpu_relax();
	}
	if (debug_locks)
		return true;
	tas_unlock(&graph_word);
	return false;
}

void graph_unlock(void)
{
	tas_unlock(&graph_word);
}

/* --- stack traces, stored once --- */

static struct {
	unsigned int first;
	unsigned int nr;
	u32 hash;
} traces[MAX_TRACES];
static unsigned long words[MAX_TRACE_WORDS];
static unsigned int nr_traces = 1;
unsigned int nr_trace_words;

u16 save_trace(void)
{
	unsigned long now[TRACE_DEPTH];
	unsigned int nr = stack_trace_save(now, TRACE_DEPTH, 2), i;
	u32 hash = nr;

	for (i = 0; i < nr; i++)
		hash = hash * 31 + (u32)now[i];
	for (i = 1; i < nr_traces; i++)
		if (traces[i].hash == hash && traces[i].nr == nr &&
		    !memcmp(&words[traces[i].first], now, nr * sizeof(now[0])))
			return i;
	if (nr_traces == MAX_TRACES || nr_trace_words + nr > MAX_TRACE_WORDS)
		return report_overflow("MAX_STACK_TRACE_ENTRIES");
	memcpy(&words[nr_trace_words], now, nr * sizeof(now[0]));
	traces[nr_traces].first = nr_trace_words;
	traces[nr_traces].nr = nr;
	traces[nr_traces].hash = hash;
	nr_trace_words += nr;
	return nr_traces++;
}

unsigned int trace_words(unsigned int nr, const unsigned long **out)
{
	*out = &words[traces[nr].first];
	return traces[nr].nr;
}

/* --- classes --- */

struct lock_class_key __lockdep_no_validate__;
EXPORT_SYMBOL_GPL(__lockdep_no_validate__);

static unsigned int hash_key(const void *key)
{
	return ((unsigned long)key * 0x9e3779b97f4a7c15UL) >> (64 - CLASS_HASH_BITS);
}

/*
 * Static memory lives as long as the kernel or its module, so its addresses can be keys. A per-CPU variable's key is
 * its address in the template: all CPUs' are one class. NULL: @addr is not static.
 */
static const void *static_address(const void *addr)
{
	unsigned int cpu;

	if (((const char *)addr >= _text && (const char *)addr < _end) || is_module_address(addr))
		return addr;
	for_each_possible_cpu(cpu) {
		const char *template = (const char *)addr - __per_cpu_offset[cpu];

		if (template >= __per_cpu_start && template < __per_cpu_modules_end)
			return template;
	}
	return NULL;
}

static const void *lock_key(struct lockdep_map *map, unsigned int subclass)
{
	const void *key = map->key ? (const void *)map->key : static_address(map);

	return key ? (const char *)key + subclass : NULL;
}

static u16 find_class(const void *key)
{
	u16 i = READ_ONCE(class_hash[hash_key(key)]);

	while (i && class_of(i)->key != key)
		i = class_of(i)->hash_next;
	return i;
}

static const char unloaded[] = "(unloaded module)";

/* @c is found no more; who still holds such a lock reads a name. Context: graph_lock held. */
static void free_class(struct lock_class *c)
{
	u16 *link = &class_hash[hash_key(c->key)];

	while (*link != class_index(c))
		link = &class_of(*link)->hash_next;
	WRITE_ONCE(*link, c->hash_next);
	*c = (struct lock_class){ .name = unloaded, .hash_next = free_classes };
	free_classes = class_index(c);
	stat_forget(free_classes);
}

/*
 * Keys and names in [start, start + size) go away with their module, and with a key what was learnt of
 * its class: all locks of it must be gone. Sequences are learnt anew when they come again. Lockdep on or
 * off: its files still tell the names.
 */
void __lockdep_free_key_range(void *start, unsigned long size)
{
	unsigned long flags = arch_local_irq_save();
	struct lock_class *c;
	bool some = false;

	tas_lock(&graph_word);
	for_each_class(c) {
		if ((unsigned long)c->name - (unsigned long)start < size)
			c->name = unloaded;
		if ((unsigned long)c->key - (unsigned long)start < size) {
			free_class(c);
			some = true;
		}
	}
	if (some) {
		forget_free_deps();
		forget_chains();
	}
	graph_unlock();
	arch_local_irq_restore(flags);
}

/* Context: graph_lock held. 0: the table is full. */
static u16 new_class(struct lockdep_map *map, const void *key, unsigned int subclass)
{
	u16 i = free_classes ?: nr_lock_classes;
	struct lock_class *c = class_of(i);

	if (i == MAX_LOCK_CLASSES)
		return report_overflow("MAX_LOCKDEP_KEYS");
	if (free_classes)
		free_classes = c->hash_next;
	else
		nr_lock_classes++;
	*c = (struct lock_class){ .key = key, .name = map->name ?: "?", .subclass = subclass,
				  .wait_type = map->wait_type,
				  .hash_next = class_hash[hash_key(key)] };
	smp_store_release(&class_hash[hash_key(key)], i);
	return i;
}

/* The class of @map, registered if it is new; 0: there was a report. */
static u16 lookup_class(struct lockdep_map *map, unsigned int subclass)
{
	const void *key;
	u16 i;

	if (likely(subclass < ARRAY_SIZE(map->class) && map->class[subclass]))
		return map->class[subclass];
	if (unlikely(subclass >= MAX_LOCKDEP_SUBCLASSES))
		return report_subclass(subclass);
	key = lock_key(map, subclass);
	if (!key || !static_address(key)) {
		report_nonstatic(map);
		return 0;
	}
	i = find_class(key);
	if (!i) {
		if (!graph_lock())
			return 0;
		i = find_class(key) ?: new_class(map, key, subclass);
		graph_unlock();
	}
	if (subclass < ARRAY_SIZE(map->class))
		map->class[subclass] = i;
	return i;
}

void __lockdep_init_map(struct lockdep_map *map, const char *name, struct lock_class_key *key,
			int wait)
{
	*map = (struct lockdep_map){ .key = key, .name = name, .wait_type = wait };
}
EXPORT_SYMBOL(__lockdep_init_map);

void __lockdep_set_class(struct lockdep_map *map, const char *name, struct lock_class_key *key)
{
	__lockdep_init_map(map, name, key, map->wait_type);
}
EXPORT_SYMBOL(__lockdep_set_class);

/* --- usage: where the locks of a class are taken (D2, D3) --- */

/* Note @bit for the class of @h; the first time check what it collides with. */
static bool mark_usage(struct held_lock *h, enum lock_usage bit)
{
	struct lock_class *c = class_of(h->class);
	enum lock_usage collides = (bit ^ USAGE_ENABLED) & ~USAGE_READ;
	bool good = true;

	if (likely(READ_ONCE(c->usage) & BIT(bit)))
		return true;
	if (!graph_lock())
		return false;
	if (!(c->usage & BIT(bit))) {
		c->traces[bit] = save_trace();
		WRITE_ONCE(c->usage, c->usage | BIT(bit));
		if (bit == LOCK_USED)
			goto out;
		/* Readers do not exclude each other: a read collides with writes only. */
		if (c->usage & BIT(collides))
			good = report_usage(h, collides, bit);
		else if (!(bit & USAGE_READ) && (c->usage & BIT(collides | USAGE_READ)))
			good = report_usage(h, collides | USAGE_READ, bit);
		else
			good = check_usage_in_graph(h, bit);
	}
out:
	graph_unlock();
	return good && debug_locks;
}

/*
 * What taking a lock here and now says of its class, as bits. D8: a trylock does not wait, so in an
 * interrupt it can do no harm. @pc: preempt_count().
 */
static unsigned int usages_now(const struct held_lock *h, unsigned int pc)
{
	unsigned int bits = 0;

	if (!h->trylock && (pc & HARDIRQ_MASK))
		bits |= BIT(USED_IN_HARDIRQ);
	if (!h->trylock && (pc & SOFTIRQ_OFFSET))
		bits |= BIT(USED_IN_SOFTIRQ);
	if (!h->hardirqs_off)
		bits |= BIT(ENABLED_HARDIRQ) | (pc & SOFTIRQ_MASK ? 0 : BIT(ENABLED_SOFTIRQ));
	return (h->read ? bits << USAGE_READ : bits) | BIT(LOCK_USED);
}

/* False: there was a report. */
static bool mark_usages(struct held_lock *h, unsigned int pc)
{
	unsigned int new = usages_now(h, pc) & ~READ_ONCE(class_of(h->class)->usage);

	for (; unlikely(new); new &= new - 1)
		if (!mark_usage(h, __ffs(new)))
			return false;
	return true;
}

/* IRQs or BH come on while locks are held: they are held with them enabled now. */
static void mark_held_locks(struct lockdep_task *t, enum lock_usage enabled)
{
	for (unsigned int i = 0; i < t->depth; i++) {
		struct held_lock *h = &t->held[i];

		if (h->check && !mark_usage(h, enabled | (h->read ? USAGE_READ : 0)))
			return;
	}
}

/* --- the stack of held locks --- */

/* 64 bits that name a sequence of classes and how each was taken. */
static u64 chain_step(u64 key, const struct held_lock *h)
{
	key = (key ^ (h->class | h->read << 12 | !!h->nest_lock << 14)) * 0xff51afd7ed558ccdUL;
	return key ^ key >> 32;
}

/* What lies below in another context was there before the interrupt: a new sequence begins. */
static u64 chain_below(const struct lockdep_task *t, const struct held_lock *h)
{
	return h > t->held && h[-1].irq_context == h->irq_context ? h->chain_before : 0;
}

/* May a lock that its holder sleeps on be taken here? */
static bool wait_context_ok(struct lockdep_task *t, struct held_lock *next)
{
	if (likely(class_of(next->class)->wait_type != LD_WAIT_SLEEP) || next->trylock)
		return true;
	for (unsigned int i = 0; i < t->depth; i++)
		if (class_of(t->held[i].class)->wait_type == LD_WAIT_SPIN)
			return false;
	return !in_hardirq() && !in_serving_softirq();
}

/* All rules for one more lock on top of those @t holds. False: a report was made. */
static bool validate(struct lockdep_task *t, struct held_lock *next, u64 key)
{
	bool good;

	if (next->trylock || !next->check || likely(chain_is_known(key)))
		return true;
	if (!graph_lock())
		return false;
	good = add_dependencies(t, next) && add_chain(t, next, key);
	graph_unlock();
	return good;
}

/* @h is the free place on top of the stack, filled in but for what follows from where it stands. */
static void acquire(struct lockdep_task *lt, struct held_lock *h, unsigned int subclass)
{
	unsigned int pc = preempt_count();
	u64 key;

	h->class = lookup_class(h->map, subclass);
	if (unlikely(!h->class))
		return;
	h->irq_context = !!(pc & SOFTIRQ_OFFSET) + 2 * !!(pc & HARDIRQ_MASK);
	h->chain_before = lt->chain_key;
	key = chain_step(chain_below(lt, h), h);
	if (unlikely(h->nest_lock) && !__lock_is_held(h->nest_lock, -1) && !report_nest(h))
		return;
	if (h->check && !mark_usages(h, pc))
		return;
	if (h->check && !wait_context_ok(lt, h) && !report_wait_context(h))
		return;
	if (!validate(lt, h, key))
		return;
	lt->chain_key = key;
	lt->depth++;
}

/* IRQs off, and once on each CPU: what this does itself is not checked. */
static bool lockdep_enter(unsigned long *flags)
{
	*flags = arch_local_irq_save();
	if (likely(debug_locks && !this_cpu_read(lockdep_busy))) {
		this_cpu_write(lockdep_busy, true);
		return true;
	}
	arch_local_irq_restore(*flags);
	return false;
}

static void lockdep_leave(unsigned long flags)
{
	this_cpu_write(lockdep_busy, false);
	arch_local_irq_restore(flags);
}

/*
 * An NMI comes anywhere, also into lockdep: it leaves the stack alone. A lock that anybody takes
 * elsewhere must not be waited for here, because the interrupted code may have it.
 */
static void check_in_nmi(struct lockdep_map *map, int trylock, unsigned long ip)
{
	u16 class = map->class[0];

	if (!trylock && class && READ_ONCE(class_of(class)->usage) & BIT(LOCK_USED))
		report_nmi(map, class, ip);
}

void __lock_acquire(struct lockdep_map *map, unsigned int subclass, int trylock, int read,
		    int check,
		    struct lockdep_map *nest_lock, unsigned long ip)
{
	struct lockdep_task *lt = &current->lockdep;
	struct held_lock *h;
	unsigned long flags;

	if (unlikely(in_nmi()))
		return check_in_nmi(map, trylock, ip);
	if (!lockdep_enter(&flags))
		return;
	if (likely(lt->depth < MAX_LOCK_DEPTH)) {
		h = &lt->held[lt->depth];
		h->map = map;
		h->nest_lock = nest_lock;
		h->ip = ip;
		h->since = 0;
		h->read = read;
		h->trylock = trylock;
		h->check = check && map->key != &__lockdep_no_validate__ &&
			   READ_ONCE(prove_locking);
		h->hardirqs_off = arch_irqs_disabled_flags(flags);
		h->contended = false;
		acquire(lt, h, subclass);
	} else {
		report_overflow("MAX_LOCK_DEPTH");
	}
	lockdep_leave(flags);
}
EXPORT_SYMBOL(__lock_acquire);

/* Usually the youngest; an older one when locks are released in another order. NULL: not held. */
static struct held_lock *find_held(struct lockdep_task *t, const struct lockdep_map *map)
{
	for (unsigned int i = t->depth; i-- > 0;)
		if (t->held[i].map == map)
			return &t->held[i];
	return NULL;
}

/* Take @h from the stack. The sequences above it are new ones, of dependencies known already. */
static void release(struct lockdep_task *t, struct held_lock *h)
{
	struct held_lock *end = &t->held[--t->depth];
	u64 key = h->chain_before;

	stat_released(h);
	for (; h < end; h++) {
		*h = h[1];
		h->chain_before = key;
		key = chain_step(chain_below(t, h), h);
	}
	t->chain_key = key;
}

void __lock_release(struct lockdep_map *map, unsigned long ip)
{
	struct lockdep_task *t = &current->lockdep;
	struct held_lock *h;
	unsigned long flags;

	if (unlikely(in_nmi()) || !lockdep_enter(&flags))
		return;
	h = find_held(t, map);
	if (likely(h))
		release(t, h);
	else
		report_unlock(map, ip);
	lockdep_leave(flags);
}
EXPORT_SYMBOL(__lock_release);

int __lock_is_held(const struct lockdep_map *map, int read)
{
	struct held_lock *h;

	if (!debug_locks || in_nmi())
		return -1;
	h = find_held(&current->lockdep, map);
	return h && (read < 0 || !h->read == !read);
}
EXPORT_SYMBOL_GPL(__lock_is_held);

/* --- IF and BH --- */

/* The code switches IRQs on after this, or has just switched them off. */
void __trace_hardirqs(bool on, unsigned long ip)
{
	struct irqtrace_events *e = &current->lockdep.irqtrace;
	unsigned long flags;

	if (in_nmi() || !irqs_disabled() || !lockdep_enter(&flags))
		return;
	e->hardirq_event[on] = ++e->irq_events;
	e->hardirq_ip[on] = ip;
	if (on) {
		mark_held_locks(&current->lockdep, ENABLED_HARDIRQ);
		if (!softirq_count())
			mark_held_locks(&current->lockdep, ENABLED_SOFTIRQ);
	}
	lockdep_leave(flags);
}
EXPORT_SYMBOL(__trace_hardirqs);

/* Context: BH have just gone off, or come on after this: only the outermost change counts. */
void __trace_softirqs(bool on, unsigned long ip)
{
	struct irqtrace_events *e = &current->lockdep.irqtrace;
	unsigned long flags;

	if (softirq_count() > SOFTIRQ_DISABLE_OFFSET || !lockdep_enter(&flags))
		return;
	e->softirq_event[on] = ++e->irq_events;
	e->softirq_ip[on] = ip;
	if (on && !arch_irqs_disabled_flags(flags))
		mark_held_locks(&current->lockdep, ENABLED_SOFTIRQ);
	lockdep_leave(flags);
}
EXPORT_SYMBOL(__trace_softirqs);

/* --- locks that are left behind --- */

void __debug_check_no_locks_freed(const void *from, unsigned long len)
{
	struct lockdep_task *t = &current->lockdep;
	unsigned long flags;

	if (in_nmi() || !lockdep_enter(&flags))
		return;
	for (unsigned int i = 0; i < t->depth; i++)
		if ((unsigned long)t->held[i].map - (unsigned long)from < len) {
			report_freed(from, len, &t->held[i]);
			break;
		}
	lockdep_leave(flags);
}

/* Context: the thread's own end. */
void __debug_check_no_locks_held(void)
{
	if (current->lockdep.depth)
		report_exit();
}

/* --- tests --- */

/* All that was learned is forgotten; classes and what threads hold stay. Context: any but NMI. */
void lockdep_reset(void)
{
	struct lock_class *c;
	unsigned long flags;

	if (!lockdep_enter(&flags))
		return;
	if (graph_lock()) {
		for_each_class(c)
			c->usage = c->after = c->before = 0;
		nr_lock_deps = 1;
		forget_chains();
		graph_unlock();
	}
	lockdep_leave(flags);
}

const char *__lockdep_forget_above(unsigned int depth)
{
	struct lockdep_task *t = &current->lockdep;
	const char *name = NULL;

	while (t->depth > depth) {
		struct held_lock *h = &t->held[t->depth - 1];

		name = name ?: h->map->name ?: "?";
		t->chain_key = h->chain_before;
		t->depth--;
	}
	return name;
}
