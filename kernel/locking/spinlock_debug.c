/* SPDX-License-Identifier: MIT */
/*
 * What the lock word and its neighbours say about misuse (L17), in debug builds: Linux's
 * CONFIG_DEBUG_SPINLOCK. Magic, owner and owner's CPU are written while the lock is held, so nobody
 * else changes them. One report, then silence: debug_locks is off.
 *
 * While a CPU spins it leaves a note of what it waits for and since when; the watchdog of another CPU
 * reads it (kernel/debug/watchdog.c).
 */
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/report.h>
#include <linux/rwlock.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/spinlock_debug.h>

DEFINE_PER_CPU(struct spin_wait, spin_wait);
bool force_read_lock_recursive;

static noinline void spin_bug(raw_spinlock_t *l, const char *what)
{
	struct task_struct *owner = READ_ONCE(l->debug.owner);
	unsigned long cookie;

	if (!debug_locks_off())
		return;
	cookie = report_begin();
	pr_emerg("BUG: spinlock %s on CPU#%d, %s/%d\n", what, raw_smp_processor_id(), current->comm,
		 current->pid);
	pr_emerg(" lock: %pS, .magic: %08x, .owner: %s/%d, .owner_cpu: %d\n", l, l->debug.magic,
		 owner ? owner->comm : "<none>", owner ? owner->pid : -1, l->debug.owner_cpu);
	dump_stack();
	add_taint(TAINT_WARN);
	report_end(cookie);
}

static void got_it(raw_spinlock_t *l, unsigned long ip)
{
	WRITE_ONCE(l->debug.owner_cpu, raw_smp_processor_id());	/* others look without the lock */
	WRITE_ONCE(l->debug.owner_ip, ip);
	WRITE_ONCE(l->debug.owner, current);
}

/* Spin, with a note for the watchdog. An interrupt that spins on top puts the old one back. */
static noinline void spin_noted(raw_spinlock_t *l, unsigned long ip)
{
	struct spin_wait *w = this_cpu_ptr(&spin_wait), old = *w;

	w->ip = ip;
	w->since = sched_clock();
	WRITE_ONCE(w->lock, l);
	arch_spin_lock(&l->raw_lock);
	WRITE_ONCE(w->lock, NULL);
	*w = old;
}

void debug_spin_lock(raw_spinlock_t *l, unsigned long ip)
{
	if (unlikely(l->debug.magic != SPINLOCK_MAGIC))
		spin_bug(l, "bad magic");
	else if (unlikely(READ_ONCE(l->debug.owner) == current))
		spin_bug(l, "recursion");
	else if (unlikely(READ_ONCE(l->debug.owner_cpu) == raw_smp_processor_id()))
		spin_bug(l, "cpu recursion");
	if (!arch_spin_trylock(&l->raw_lock))
		spin_noted(l, ip);
	got_it(l, ip);
}

bool debug_spin_trylock(raw_spinlock_t *l, unsigned long ip)
{
	if (!arch_spin_trylock(&l->raw_lock))
		return false;
	got_it(l, ip);
	return true;
}

void debug_spin_unlock(raw_spinlock_t *l)
{
	if (unlikely(l->debug.magic != SPINLOCK_MAGIC))
		spin_bug(l, "bad magic");
	else if (unlikely(!arch_spin_is_locked(&l->raw_lock)))
		spin_bug(l, "already unlocked");
	else if (unlikely(l->debug.owner != current))
		spin_bug(l, "wrong owner");
	else if (unlikely(l->debug.owner_cpu != raw_smp_processor_id()))
		spin_bug(l, "wrong CPU");
	WRITE_ONCE(l->debug.owner, NULL);
	WRITE_ONCE(l->debug.owner_cpu, -1);
}

/* The run queue's lock is taken by one thread and given back by the next. */
void debug_spin_handover(raw_spinlock_t *l)
{
	WRITE_ONCE(l->debug.owner, current);
}

/* --- rwlocks: only the writer is known by name --- */

static noinline void rw_bug(rwlock_t *l, const char *what)
{
	unsigned long cookie;

	if (!debug_locks_off())
		return;
	cookie = report_begin();
	pr_emerg("BUG: rwlock %s on CPU#%d, %s/%d, %px\n", what, raw_smp_processor_id(), current->comm,
		 current->pid, l);
	dump_stack();
	add_taint(TAINT_WARN);
	report_end(cookie);
}

void debug_rw_before(rwlock_t *l, bool write)
{
	if (unlikely(l->debug.magic != SPINLOCK_MAGIC))
		rw_bug(l, "bad magic");
	else if (unlikely(write && READ_ONCE(l->debug.owner) == current))
		rw_bug(l, "recursion");
	else if (unlikely(write && READ_ONCE(l->debug.owner_cpu) == raw_smp_processor_id()))
		rw_bug(l, "cpu recursion");
}

void debug_rw_locked(rwlock_t *l, unsigned long ip)
{
	WRITE_ONCE(l->debug.owner_cpu, raw_smp_processor_id());	/* others look without the lock */
	WRITE_ONCE(l->debug.owner_ip, ip);
	WRITE_ONCE(l->debug.owner, current);
}

void debug_rw_unlock(rwlock_t *l, bool write)
{
	if (unlikely(l->debug.magic != SPINLOCK_MAGIC))
		rw_bug(l, "bad magic");
	if (!write)
		return;
	if (unlikely(l->debug.owner != current))
		rw_bug(l, "wrong owner");
	else if (unlikely(l->debug.owner_cpu != raw_smp_processor_id()))
		rw_bug(l, "wrong CPU");
	WRITE_ONCE(l->debug.owner, NULL);
	WRITE_ONCE(l->debug.owner_cpu, -1);
}
