/* SPDX-License-Identifier: MIT */
/*
 * ignored.c - the last calls that did nothing. A ring without a lock: a slot whose kind is IGNORED_NOTHING is being
 * written, and two that write the same slot at once spoil no more than that one.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/ignored.h>
#include <linux/sched_clock.h>

#define CALLS	16U	/* a power of two */

static struct ignored_call calls[CALLS];
static atomic_t next = ATOMIC_INIT(0);

void __note_ignored(enum ignored kind, const void *what, unsigned long ip)
{
	struct ignored_call *c = &calls[(unsigned int)atomic_fetch_inc(&next) % CALLS];

	WRITE_ONCE(c->kind, IGNORED_NOTHING);
	smp_wmb();
	WRITE_ONCE(c->what, what);
	WRITE_ONCE(c->ip, ip);
	WRITE_ONCE(c->when, sched_clock());
	smp_store_release(&c->kind, kind);
}
EXPORT_SYMBOL(__note_ignored);

bool last_ignored(enum ignored kind, const void *what, struct ignored_call *call)
{
	unsigned int end = atomic_read(&next);

	for (unsigned int i = 1; i <= CALLS; i++) {
		const struct ignored_call *c = &calls[(end - i) % CALLS];

		if (smp_load_acquire(&c->kind) != kind || (what && READ_ONCE(c->what) != what))
			continue;
		*call = data_race(*c);
		return true;
	}
	return false;
}
