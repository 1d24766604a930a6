/* SPDX-License-Identifier: MIT */
/*
 * What the lock word and its neighbours say about misuse (L17), in debug builds: Linux's
 * CONFIG_DEBUG_SPINLOCK. Magic, owner and owner's CPU are written while the lock is held, so nobody
 * else changes them. One report, then silence: debug_locks is off.
 *
 * While a CPU spins it leaves a note of what it waits for and since when, which the watchdogs read
 * (kernel/debug/watchdog.c). An interrupt that spins on top of that puts the old note back.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/nmi.h>
#include <linux/panic.h>
#include <linux/report.h>
#include <linux/rwlock.h>
#include <linux/sched.h>
#include <linux/seqlock.h>
#include <linux/sched_clock.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/spinlock_debug.h>
#include <linux/ktime.h>

DEFINE_PER_CPU(struct spin_wait, spin_wait);
bool force_read_lock_recursive;
EXPORT_SYMBOL(force_read_lock_recursive);

static void print_lock_line(const void *lock, const struct spinlock_debug *d)
{
	struct task_struct *owner = READ_ONCE(d->owner);

	pr_emerg(" lock: %pS, .magic: %08x, .owner: %s/%d, .owner_cpu: %d", lock, d->magic,
		 owner ? owner->comm : "<none>", owner ? owner->pid : -1, d->owner_cpu);
}

static noinline void spin_bug(raw_spinlock_t *l, const char *what)
{
	unsigned long cookie;

	if (!debug_locks_off())
		return;
	cookie = report_begin();
	pr_emerg("BUG: spinlock %s on CPU#%d, %s/%d\n", what, raw_smp_processor_id(), current->comm,
		 current->pid);
	print_lock_line(l, &l->debug);
	pr_cont("\n");
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

/*
 * Replace this CPU's note of what it waits for; returns the old one, of the wait that this one
 * interrupted. Who reads `lock`, the rest, and the same `lock` again has read one whole note. An
 * interrupt in the middle brings the note back to what it found.
 */
static struct spin_wait swap_note(struct spin_wait new)
{
	struct spin_wait *w = this_cpu_ptr(&spin_wait), old = data_race(*w);
	const void *lock = new.lock;

	new.lock = NULL;
	WRITE_ONCE(w->lock, NULL);
	barrier();
	data_race(*w = new);
	barrier();
	WRITE_ONCE(w->lock, lock);
	return old;
}

#define note_wait(l, kind, ip) \
	swap_note((struct spin_wait){ (l), &(l)->debug, &(l)->dep_map, (kind), (ip), \
				      sched_clock() })

static noinline void spin_noted(raw_spinlock_t *l, unsigned long ip)
{
	struct spin_wait old = note_wait(l, "spinlock", ip);

	lock_contended(&l->dep_map, ip);
	arch_spin_lock(&l->raw_lock);
	swap_note(old);
}

/*
 * Who reads the rwlock @w does not sleep meanwhile, so it is on some CPU. For lockdep who spins has it, too.
 * NULL: nobody, or lockdep is off.
 */
static struct task_struct *reader_of(const struct spin_wait *w, unsigned long *since)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct task_struct *p = READ_ONCE(per_cpu(current_task, cpu));

		if (READ_ONCE(per_cpu(spin_wait, cpu).lock) == w->lock)
			continue;
		*since = lockdep_held_since(p, w->map);
		if (*since)
			return p;
	}
	return NULL;
}

bool debug_spin_look(unsigned int cpu, char *buf, size_t size)
{
	struct spin_wait w = data_race(per_cpu(spin_wait, cpu));
	struct task_struct *owner, *reader;
	unsigned long since;
	int n;

	if (!w.lock || READ_ONCE(per_cpu(spin_wait, cpu).lock) != w.lock)
		return false;
	owner = READ_ONCE(w.debug->owner);
	n = scnprintf(buf, size, "spins at %pS for '%s', which ", (void *)w.ip, lockdep_map_name(w.map) ?: "?");
	if (owner)
		scnprintf(buf + n, size - n, "%s/%d has had since %pS%s", owner->comm, owner->pid,
			  (void *)w.debug->owner_ip,
			  READ_ONCE(w.debug->owner_cpu) == cpu ? " on this very CPU: a deadlock" : "");
	else if ((reader = reader_of(&w, &since)))
		scnprintf(buf + n, size - n, "%s/%d has read since %pS", reader->comm, reader->pid, (void *)since);
	else
		scnprintf(buf + n, size - n, "nobody has at this moment, unless readers do");
	return true;
}

struct task_struct *debug_spin_owner(unsigned int cpu)
{
	struct spin_wait w = data_race(per_cpu(spin_wait, cpu));

	return w.lock ? READ_ONCE(w.debug->owner) : NULL;
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
EXPORT_SYMBOL(debug_spin_lock);

bool debug_spin_trylock(raw_spinlock_t *l, unsigned long ip)
{
	if (!arch_spin_trylock(&l->raw_lock))
		return false;
	got_it(l, ip);
	return true;
}
EXPORT_SYMBOL(debug_spin_trylock);

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
EXPORT_SYMBOL(debug_spin_unlock);

/* The run queue's lock is taken by one thread and given back by the next. */
void debug_spin_handover(raw_spinlock_t *l)
{
	WRITE_ONCE(l->debug.owner, current);
}
EXPORT_SYMBOL(debug_spin_handover);

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

static void check_rw(rwlock_t *l, bool write)
{
	if (unlikely(l->debug.magic != SPINLOCK_MAGIC))
		rw_bug(l, "bad magic");
	else if (unlikely(write && READ_ONCE(l->debug.owner) == current))
		rw_bug(l, "recursion");
	else if (unlikely(write && READ_ONCE(l->debug.owner_cpu) == raw_smp_processor_id()))
		rw_bug(l, "cpu recursion");
}

void debug_read_lock(rwlock_t *l, unsigned long ip)
{
	struct spin_wait old;

	check_rw(l, false);
	if (qrw_read_trylock(&l->raw_lock))
		return;
	old = note_wait(l, "rwlock", ip);
	lock_contended(&l->dep_map, ip);
	qrw_read_lock(&l->raw_lock, in_interrupt());
	swap_note(old);
}
EXPORT_SYMBOL(debug_read_lock);

void debug_write_lock(rwlock_t *l, unsigned long ip)
{
	struct spin_wait old;

	check_rw(l, true);
	if (!qrw_write_trylock(&l->raw_lock)) {
		old = note_wait(l, "rwlock", ip);
		lock_contended(&l->dep_map, ip);
		qrw_write_lock(&l->raw_lock);
		swap_note(old);
	}
	debug_write_locked(l, ip);
}
EXPORT_SYMBOL(debug_write_lock);

void debug_write_locked(rwlock_t *l, unsigned long ip)
{
	WRITE_ONCE(l->debug.owner_cpu, raw_smp_processor_id());	/* others look without the lock */
	WRITE_ONCE(l->debug.owner_ip, ip);
	WRITE_ONCE(l->debug.owner, current);
}
EXPORT_SYMBOL(debug_write_locked);

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
EXPORT_SYMBOL(debug_rw_unlock);

/* --- spinning for too long (L18) --- */

/* The wait that was reported last, by its beginning: no wait is reported twice. */
static DEFINE_PER_CPU(u64, spin_reported);

static void spin_lockup(int cpu, const struct spin_wait *w, u64 ns)
{
	struct task_struct *p = per_cpu(current_task, cpu);
	int owner_cpu = READ_ONCE(w->debug->owner_cpu);
	unsigned long cookie = report_begin();

	pr_emerg("BUG: %s lockup suspected on CPU#%d, %s/%d\n", w->kind, cpu, p->comm, p->pid);
	print_lock_line(w->lock, w->debug);
	if (READ_ONCE(w->debug->owner))
		pr_cont(", taken at %pS", (void *)w->debug->owner_ip);
	pr_cont("\n");
	pr_emerg(" wanted for %llu ms at %pS\n", ns / 1000000, (void *)w->ip);
	add_taint(TAINT_WARN);
	report_end(cookie);
	trigger_single_cpu_backtrace(cpu);
	if (owner_cpu != cpu && owner_cpu >= 0 && cpu_online(owner_cpu)) {
		report_cpu(owner_cpu);
		trigger_single_cpu_backtrace(owner_cpu);
	}
}

void debug_check_spins(u64 limit)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct spin_wait *theirs = per_cpu_ptr(&spin_wait, cpu), w;
		const void *lock = READ_ONCE(theirs->lock);
		u64 now = sched_clock();

		if (likely(!lock))
			continue;
		smp_rmb();
		w = data_race(*theirs);
		smp_rmb();
		if (READ_ONCE(theirs->lock) != lock || (s64)(now - w.since) < (s64)limit)
			continue;
		w.lock = lock;
		if (xchg(per_cpu_ptr(&spin_reported, cpu), w.since) != w.since)
			spin_lockup(cpu, &w, now - w.since);
	}
}

unsigned int seqcount_wait(const seqcount_t *s)
{
	struct wait_note before = note_awaited(NOTE(WAITS_SEQCOUNT, s));
	unsigned int seq = smp_cond_load_acquire(&s->sequence, !(VAL & 1));

	note_awaited(before);
	return seq;
}
EXPORT_SYMBOL(seqcount_wait);
