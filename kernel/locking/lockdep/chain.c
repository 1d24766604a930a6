/* SPDX-License-Identifier: MIT */
/*
 * Sequences of held locks that have been checked. A key of 64 bits stands for a whole sequence, so that
 * the everyday acquire costs one lookup; two sequences with one key would hide one check, at odds of
 * one in 2^64 for each pair.
 */
#include <linux/init.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include "internal.h"

#define CHAIN_HASH_BITS	13

struct lock_chain {
	u64 key;
	unsigned int first;		/* of its classes in links[] */
	u16 hash_next;
	u8 nr, irq_context;
};

static struct lock_chain chains[MAX_LOCK_CHAINS];
static u16 chain_hash[1 << CHAIN_HASH_BITS];
static u16 links[MAX_CHAIN_LINKS];
static unsigned int nr_links;
unsigned int nr_lock_chains = 1, chains_in[4];

static u16 *bucket(u64 key)
{
	return &chain_hash[key >> (64 - CHAIN_HASH_BITS)];
}

/* Context: any; a chain that is just being added is found or not. */
bool chain_is_known(u64 key)
{
	u16 i = smp_load_acquire(bucket(key));

	while (i && chains[i].key != key)
		i = chains[i].hash_next;
	return i;
}

/* Remember @next on top of what @lt holds in the same context. Context: graph_lock held. */
bool add_chain(struct lockdep_task *lt, struct held_lock *next, u64 key)
{
	struct lock_chain *c = &chains[nr_lock_chains];
	struct held_lock *h = next;

	while (h > lt->held && h[-1].irq_context == next->irq_context)
		h--;
	if (nr_lock_chains == MAX_LOCK_CHAINS)
		return report_overflow("MAX_LOCKDEP_CHAINS");
	if (nr_links + (next - h) + 1 > MAX_CHAIN_LINKS)
		return report_overflow("MAX_LOCKDEP_CHAIN_HLOCKS");
	*c = (struct lock_chain){ .key = key, .first = nr_links, .nr = next - h + 1,
				  .irq_context = next->irq_context, .hash_next = *bucket(key) };
	for (; h <= next; h++)
		links[nr_links++] = h->class;
	smp_store_release(bucket(key), (u16)nr_lock_chains);
	nr_lock_chains++;
	chains_in[next->irq_context]++;
	return true;
}

/* Context: graph_lock held. */
void forget_chains(void)
{
	memset(chain_hash, 0, sizeof(chain_hash));
	memset(chains_in, 0, sizeof(chains_in));
	nr_lock_chains = 1;
	nr_links = 0;
}

static int chains_show(struct seq_file *m, void *v)
{
	static const char *const context[] = { "0", "softirq", "hardirq", "hardirq|softirq" };

	seq_puts(m, "all lock chains:\n");
	for (unsigned int i = 1; i < nr_lock_chains; i++) {
		const struct lock_chain *c = &chains[i];

		seq_printf(m, "irq_context: %s\n", context[c->irq_context]);
		for (unsigned int k = 0; k < c->nr; k++) {
			const struct lock_class *class = class_of(links[c->first + k]);

			seq_printf(m, "[%px] ", class->key);
			put_class_name(m, class);
		}
		seq_putc(m, '\n');
	}
	return 0;
}

static int lockdep_chains_init(void)
{
	proc_create_single("lockdep_chains", 0400, NULL, chains_show);
	return 0;
}
core_initcall(lockdep_chains_init);
