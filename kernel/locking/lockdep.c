/* SPDX-License-Identifier: MIT */
/*
 * What every lock operation passes in debug builds. It keeps each thread's stack of held locks,
 * youngest last, so that a panic can print them. An interrupt adds to the stack of the thread it
 * interrupted and gives back what it took before it ends.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/sched.h>

int debug_locks = 1;

/* Context: any. */
void __lock_acquire(struct lockdep_map *map, unsigned long ip)
{
	struct task_struct *t = current;
	unsigned int i = READ_ONCE(t->lockdep_depth);

	/* The slot is taken before it is filled: an interrupt in between uses the next one. */
	WRITE_ONCE(t->lockdep_depth, i + 1);
	barrier();
	if (i < MAX_LOCK_DEPTH)
		t->held_locks[i] = (struct held_lock){ map, ip };
	else if (debug_locks && xchg(&debug_locks, 0))
		pr_err("BUG: MAX_LOCK_DEPTH too low!\n");
}

static unsigned int held_count(const struct task_struct *t)
{
	return min(READ_ONCE(t->lockdep_depth), (unsigned int)MAX_LOCK_DEPTH);
}

/*
 * Usually the newest; an older one when locks are released in another order. A lock that is not
 * there was handed over: the run queue's lock is taken by one thread and released by the next.
 */
void __lock_release(struct lockdep_map *map, unsigned long ip)
{
	struct task_struct *t = current;
	unsigned int n = held_count(t), i = n;

	while (i-- > 0) {
		if (t->held_locks[i].map != map)
			continue;
		for (; i + 1 < n; i++)
			t->held_locks[i] = t->held_locks[i + 1];
		WRITE_ONCE(t->lockdep_depth, t->lockdep_depth - 1);
		return;
	}
}

bool lock_is_held(const struct lockdep_map *map)
{
	struct task_struct *t = current;

	if (!debug_locks)
		return true;	/* unknown: do not accuse */
	for (unsigned int i = 0; i < held_count(t); i++)
		if (t->held_locks[i].map == map)
			return true;
	return false;
}

void debug_show_held_locks(struct task_struct *t)
{
	unsigned int n = held_count(t);

	if (!n)
		return;
	pr_emerg("%u lock%s held by %s/%d:\n", n, n > 1 ? "s" : "", t->comm, t->pid);
	for (unsigned int i = 0; i < n; i++)
		pr_emerg(" #%u: %px (%s), at: %pS\n", i, t->held_locks[i].map,
			 t->held_locks[i].map->name ?: "?", (void *)t->held_locks[i].ip);
}

/* Context: any; reads other CPUs' threads while they may change, for a dying machine. */
static void show_held_locks(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		debug_show_held_locks(per_cpu(current_task, cpu));
}

static int lockdep_init(void)
{
	if (DEBUG_LOCKS)
		panic_show_locks = show_held_locks;
	return 0;
}
early_initcall(lockdep_init);
