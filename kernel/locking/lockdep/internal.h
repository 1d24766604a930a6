/* SPDX-License-Identifier: MIT */
/*
 * Between the files of lockdep. Everything below is under graph_lock, IRQs off, except what a thread
 * has of its own (current->lockdep) and what is only ever set: usage bits and class pointers, which
 * are read without it.
 */
#ifndef _LOCKDEP_INTERNAL_H
#define _LOCKDEP_INTERNAL_H

#include <linux/hardirq.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <asm/tas_spinlock.h>

/* Room: some 200 classes and 500 dependencies are in use on a running machine. */
#define MAX_LOCK_CLASSES	1024
#define MAX_LOCK_DEPS		8192
#define MAX_LOCK_CHAINS		8192
#define MAX_CHAIN_LINKS		65536
#define MAX_TRACES		4096
#define MAX_TRACE_WORDS		65536

/*
 * How a class has been used (D2, D3). A bit's number is four facts: hardirq or softirq (bit 2), "taken
 * while X was enabled" or "taken in X" (bit 1), read or write (bit 0).
 */
enum lock_usage {
	USED_IN_HARDIRQ, USED_IN_HARDIRQ_READ, ENABLED_HARDIRQ, ENABLED_HARDIRQ_READ,
	USED_IN_SOFTIRQ, USED_IN_SOFTIRQ_READ, ENABLED_SOFTIRQ, ENABLED_SOFTIRQ_READ,
	LOCK_USED, NR_LOCK_USAGES
};
#define USAGE_READ		1
#define USAGE_ENABLED		2
#define USAGE_SOFTIRQ		4
#define USAGES_IN_IRQ		0x33	/* the four USED_IN bits */
#define USAGES_WRITE		0x55	/* the four that are not _READ */

struct lock_class {
	const void *key;		/* subkey of a lock_class_key, or the static lock's map; NULL: gone */
	const char *name;
	u16 hash_next;			/* class index; 0 ends, as class 0 does not exist */
	u8 subclass, wait_type;
	u16 usage;			/* bits by enum lock_usage */
	u16 traces[NR_LOCK_USAGES];	/* where each was first seen */
	u16 after, before;		/* first dependency from, to this class */
	u8 visited;			/* by the search that runs: bit 0 strong, bit 1 weak */
};

/*
 * A dependency: `to` was acquired while `from` was held. Kinds are sets, because it may have been
 * acquired in several ways: bit number 2 * (to is not a recursive read) + (from is a writer). See
 * graph.c.
 */
struct lock_dep {
	u16 from, to;
	u16 next_after, next_before;
	u16 trace;
	u8 kinds;
	u8 distance;			/* 1: nothing between them on the stack of held locks */
};

/* A node of a search: a class, how it was reached, and the node before it. */
struct lock_node {
	u16 class, parent, dep;
	bool weak;			/* reached through a recursive read only; see graph.c */
};

extern struct lock_class lock_classes[MAX_LOCK_CLASSES];
extern struct lock_dep lock_deps[MAX_LOCK_DEPS];
extern struct lock_node lock_nodes[2 * MAX_LOCK_CLASSES];
extern unsigned int nr_lock_classes, nr_lock_deps, nr_lock_chains;	/* [0] is unused in each */
extern unsigned int nr_trace_words, chains_in[4];	/* by irq_context */

#define class_of(i)	(&lock_classes[i])
#define class_index(c)	((u16)((c) - lock_classes))
#define for_each_class(c)							\
	for ((c) = class_of(1); (c) < class_of(nr_lock_classes); (c)++)		\
		if ((c)->key)

/* core.c */
extern tas_t graph_word;		/* tas_lock(): to look, lockdep on or off */
bool graph_lock(void);			/* to learn; false: lockdep went off meanwhile */
void graph_unlock(void);
u16 save_trace(void);			/* of this moment; the same trace once */
unsigned int trace_words(unsigned int nr, const unsigned long **words);

/* graph.c: dependencies and searches. Return false when there was a report. */
bool add_dependencies(struct lockdep_task *lt, struct held_lock *next);
bool check_usage_in_graph(struct held_lock *this, enum lock_usage bit);
void forget_free_deps(void);
unsigned int count_deps(u16 class, bool forward);
unsigned int find_path(u16 from, u16 to);

/* chain.c: which sequences of held locks have been checked already. */
bool chain_is_known(u64 key);
void forget_chains(void);
bool add_chain(struct lockdep_task *lt, struct held_lock *next, u64 key);

/* report.c: each turns lockdep off, prints, and returns false. Called under graph_lock or not. */
bool report_recursion(struct held_lock *prev, struct held_lock *next);
bool report_cycle(struct held_lock *prev, struct held_lock *next, unsigned int node);
bool report_usage(struct held_lock *this, enum lock_usage old, enum lock_usage new);
bool report_irq_order(struct held_lock *prev, struct held_lock *next, u16 safe, u16 unsafe,
		      enum lock_usage in, enum lock_usage on);
bool report_inversion(struct held_lock *this, u16 other, enum lock_usage bit, bool forwards);
bool report_unlock(struct lockdep_map *map, unsigned long ip);
bool report_freed(const void *from, unsigned long len, struct held_lock *held);
bool report_exit(void);
bool report_nonstatic(struct lockdep_map *map);
bool report_subclass(unsigned int subclass);
bool report_wait_context(struct held_lock *next);
bool report_nest(struct held_lock *next);
bool report_overflow(const char *table);
bool report_nmi(struct lockdep_map *map, u16 class, unsigned long ip);
const char *class_usage(const struct lock_class *c, char *buf);	/* "+.-?" (D4); 5 bytes */

/* proc.c */
struct seq_file;
void put_class_name(struct seq_file *m, const struct lock_class *c);	/* "name/1\n" */

/* stat.c */
void stat_released(struct held_lock *held);
void stat_forget(u16 class);

#endif
