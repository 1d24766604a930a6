/* SPDX-License-Identifier: MIT */
/*
 * The timer wheel.
 *
 * Nine levels of 64 buckets. Level n has buckets 8^n jiffies wide, so a timer goes by its distance:
 *
 *   level  granularity     distance (jiffies)        at 1000 Hz
 *     0          1               0 -         62       1 ms ..  62 ms
 *     1          8              63 -        503       8 ms .. 503 ms
 *     2         64             504 -       4031      64 ms ..   4 s
 *     3        512            4032 -      32255     512 ms ..  32 s
 *     4       4096           32256 -     258047       4 s  ..   4 min
 *     5      32768          258048 -    2064383      33 s  ..  34 min
 *     6     262144         2064384 -   16515071       4 min..   5 h
 *     7    2097152        16515072 -  132120575      35 min..   1.5 d
 *     8   16777216       132120576 - 1056964607       5 h  ..  12 d
 *
 * A timer is put into the bucket after the one its expiry falls in, and stays there: no cascading.
 * So it is never early, and late by at most one granule of its level (M2); most timeouts are far
 * away and deleted before they expire, and this makes both operations constant.
 *
 * Invariants: base->clk is the next jiffy to look at; no bucket that is due before clk holds a
 * timer. next_expiry is the earliest bucket's, or earlier if next_expiry_recalc says that it may be
 * old. Everything in a base is under its lock; timer->flags names the base, or carries
 * TIMER_MIGRATING.
 */
#define pr_fmt(fmt) "timer: " fmt

#include <linux/context_leak.h>
#include <linux/cpu.h>
#include <linux/export.h>
#include <linux/callbacks.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/tick.h>
#include <asm/processor.h>
#include <trace/events/timer.h>
#include "timer_base.h"

#define LVL_CLK_SHIFT 3 /* each level is 8 times coarser: error at most 1/8 of the distance */
#define LVL_CLK_DIV (1UL << LVL_CLK_SHIFT)
#define LVL_CLK_MASK (LVL_CLK_DIV - 1)
#define LVL_SHIFT(n) ((n) * LVL_CLK_SHIFT)
#define LVL_GRAN(n) (1UL << LVL_SHIFT(n))
#define LVL_MASK (LVL_SIZE - 1)
/*
 * First distance of level n. 63, not 64: the bucket after the last would be the one being emptied.
 */
#define LVL_START(n) ((LVL_SIZE - 1) << (((n) - 1) * LVL_CLK_SHIFT))
/* Longer timeouts are cut to the wheel's reach: 12 days at 1000 Hz. */
#define WHEEL_TIMEOUT_CUTOFF LVL_START(LVL_DEPTH)
#define WHEEL_TIMEOUT_MAX (WHEEL_TIMEOUT_CUTOFF - LVL_GRAN(LVL_DEPTH - 1))
/* next_expiry of an empty base: beyond everything the wheel can hold. */
#define NEXT_TIMER_MAX_DELTA ((1UL << 30) - 1)

DEFINE_PER_CPU(timer_bases_t, timer_bases);

/* Where a timer goes: its bucket, and the jiffy in *@bucket_expiry when that bucket is due. */
static unsigned int calc_wheel_index(unsigned long expires, unsigned long clk,
				     unsigned long *bucket_expiry)
{
	unsigned long delta = expires - clk;
	unsigned int lvl = 0;

	if ((long)delta < 0) {
		*bucket_expiry = clk;
		return clk & LVL_MASK;
	}
	if (delta >= WHEEL_TIMEOUT_CUTOFF) {
		expires = clk + WHEEL_TIMEOUT_MAX;
		lvl = LVL_DEPTH - 1;
	}
	while (lvl < LVL_DEPTH - 1 && delta >= LVL_START(lvl + 1))
		lvl++;
	expires = (expires >> LVL_SHIFT(lvl)) + 1;
	*bucket_expiry = expires << LVL_SHIFT(lvl);
	return lvl * LVL_SIZE + (expires & LVL_MASK);
}

unsigned long timer_wheel_bucket_expiry(unsigned long clk, unsigned long expires,
					unsigned int *level)
{
	unsigned long due;

	*level = calc_wheel_index(expires, clk, &due) / LVL_SIZE;
	return due;
}

/* Buckets from the one at @clk to the next occupied one of level @lvl; -1 if the level is empty. */
static long next_pending_bucket(struct timer_base *base, unsigned int lvl, unsigned long clk)
{
	unsigned long start = lvl * LVL_SIZE, end = start + LVL_SIZE;
	unsigned long here = start + (clk & LVL_MASK);
	unsigned long pos = find_next_bit(base->pending_map, end, here);

	if (pos < end)
		return pos - here;
	pos = find_next_bit(base->pending_map, here, start);
	return pos < here ? (long)(pos + LVL_SIZE - here) : -1;
}

/*
 * Find the earliest occupied bucket by one bitmap look at each level. A level's clock is the one
 * below it divided by eight and rounded up, because a bucket there is due when the lower clock
 * wraps to 0.
 */
static void recalc_next_expiry(struct timer_base *base)
{
	unsigned long clk = base->clk, next = clk + NEXT_TIMER_MAX_DELTA;

	base->timers_pending = false;
	for (unsigned int lvl = 0; lvl < LVL_DEPTH; lvl++) {
		long pos = next_pending_bucket(base, lvl, clk);

		if (pos >= 0) {
			unsigned long due = (clk + pos) << LVL_SHIFT(lvl);

			base->timers_pending = true;
			if (time_before(due, next))
				next = due;
		}
		clk = (clk >> LVL_CLK_SHIFT) + ((clk & LVL_CLK_MASK) != 0);
	}
	WRITE_ONCE(base->next_expiry, next);
	base->next_expiry_recalc = false;
}

/* True if @base holds a timer; then next_expiry is up to date. */
static bool has_timers(struct timer_base *base)
{
	if (base->next_expiry_recalc)
		recalc_next_expiry(base);
	return base->timers_pending;
}

/*
 * Bring the clock of a base that slept up to now, so that new timers get the right level. Never
 * beyond a timer that is due.
 */
static void forward_timer_base(struct timer_base *base)
{
	unsigned long now = READ_ONCE(jiffies);

	if (time_before_eq(now, base->clk))
		return;
	if (!has_timers(base)) {
		base->clk = now;
		base->next_expiry = now + NEXT_TIMER_MAX_DELTA;
	} else if (time_after(base->next_expiry, now)) {
		base->clk = now;
	} else if (time_after(base->next_expiry, base->clk)) {
		base->clk = base->next_expiry;
	}
}

static void enqueue_timer(struct timer_base *base, struct timer_list *timer)
{
	unsigned int cpu = timer->flags & TIMER_CPUMASK;
	unsigned long due;
	unsigned int idx = calc_wheel_index(timer->expires, base->clk, &due);

	hlist_add_head(&timer->entry, &base->vectors[idx]);
	__set_bit(idx, base->pending_map);
	trace_timer_start(timer, due, idx);
	if (base->timers_pending && !time_before(due, base->next_expiry))
		return;
	WRITE_ONCE(base->next_expiry, due);
	base->timers_pending = true;
	base->next_expiry_recalc = false;
	/*
	 * An idle CPU decided by the old next_expiry. If it is this one, its idle loop looks again
	 * anyway.
	 */
	if (base->is_idle && cpu != smp_processor_id())
		tick_kick_cpu(cpu);
}

/*
 * Take @timer out; true if it was queued (in a bucket, or on expire_timers()' list). Base locked.
 */
static bool detach_timer(struct timer_base *base, struct timer_list *timer)
{
	struct hlist_node *n = &timer->entry;
	struct hlist_head *bucket = container_of(n->pprev, struct hlist_head, first);

	if (!timer_pending(timer))
		return false;
	/* Alone in its bucket: what it hangs on is the bucket's head. */
	if (!n->next && bucket >= base->vectors && bucket < base->vectors + WHEEL_SIZE) {
		__clear_bit(bucket - base->vectors, base->pending_map);
		base->next_expiry_recalc = true;
	}
	hlist_del_init(n);
	trace_timer_cancel(timer);
	return true;
}

/*
 * The base of @timer, locked: callers __assume_held(&base->lock). It may change until the lock is held.
 */
static struct timer_base *lock_timer_base(struct timer_list *timer, unsigned long *flags)
	__no_lock_analysis
{
	for (;;) {
		u32 tf = READ_ONCE(timer->flags);

		if (!(tf & TIMER_MIGRATING)) {
			struct timer_base *base = cpu_base(tf & TIMER_CPUMASK, tf);

			raw_spin_lock_irqsave(&base->lock, *flags);
			if (timer->flags == tf)
				return base;
			raw_spin_unlock_irqrestore(&base->lock, *flags);
		}
		cpu_relax();
	}
}

/*
 * Move an unqueued timer to @cpu's base, -1: the calling one's; returns the base it is in now, locked.
 * irqs off.
 */
static struct timer_base *switch_timer_base(struct timer_base *base, struct timer_list *timer,
					    int cpu)
	__no_lock_analysis	/* comes with one base locked and returns with perhaps another */
{
	unsigned int to = cpu < 0 ? smp_processor_id() : cpu;
	struct timer_base *new = cpu_base(to, timer->flags);
	bool runs = base->running_timer == timer;

	/*
	 * A running callback pins the timer, so that it never runs beside itself. Only who names a CPU
	 * gets that one; from then on timer_delete_sync() looks for the callback on all of them.
	 */
	if (new == base || (runs && cpu < 0))
		return base;
	WRITE_ONCE(timer->flags, timer->flags | TIMER_MIGRATING | (runs ? TIMER_MOVED : 0));
	raw_spin_unlock(&base->lock);
	raw_spin_lock(&new->lock);
	WRITE_ONCE(timer->flags, (timer->flags & ~TIMER_BASEMASK) | to);
	return new;
}

int timer_running_cpu(const struct timer_list *timer)
{
	u32 flags = READ_ONCE(timer->flags);
	unsigned int cpu = flags & TIMER_CPUMASK;

	if (READ_ONCE(cpu_base(cpu, flags)->running_timer) == timer)
		return cpu;
	if (flags & TIMER_MOVED)
		for_each_possible_cpu(cpu)
			if (smp_load_acquire(&cpu_base(cpu, flags)->running_timer) == timer)
				return cpu;
	return -1;
}

/*
 * @base, which is locked, is the timer's: the callback begins nowhere else. On the CPUs that it was
 * moved away from it can only end.
 */
static bool callback_runs(struct timer_base *base, struct timer_list *timer)
{
	if (base->running_timer == timer)
		return true;
	if (likely(!(timer->flags & TIMER_MOVED)))
		return false;
	if (timer_running_cpu(timer) >= 0)
		return true;
	WRITE_ONCE(timer->flags, timer->flags & ~TIMER_MOVED);
	return false;
}

void timer_init_key(struct timer_list *timer, void (*func)(struct timer_list *), unsigned int flags)
{
	if (WARN_ON_ONCE(flags & ~TIMER_INIT_FLAGS))
		flags &= TIMER_INIT_FLAGS;
	timer->entry.pprev = NULL;
	timer->function = func;
	timer->flags = flags | raw_smp_processor_id();
	trace_timer_init(timer);
}
EXPORT_SYMBOL(timer_init_key);

/* @fn NULL: it has been shut down, and its function is known from before. */
static void note(const struct timer_list *timer, void (*fn)(struct timer_list *),
		 enum callback_event event, unsigned long ip)
{
	note_callback(CALLBACK_TIMER, fn, timer, event, ip);
}

/* Which timers are armed: all, those that are pending, those that are not or would expire later. */
enum arm { ARM_ANY, ARM_PENDING, ARM_EARLIER };

/* What all ways of arming share. @cpu -1: the calling one. A timer that was shut down stays so. */
static int arm_timer(struct timer_list *timer, unsigned long expires, int cpu, enum arm which,
		     unsigned long ip)
{
	unsigned long flags;
	struct timer_base *base = lock_timer_base(timer, &flags);
	bool was_pending;

	__assume_held(&base->lock);
	if (which == ARM_EARLIER && timer_pending(timer) &&
	    time_before_eq(timer->expires, expires)) {
		raw_spin_unlock_irqrestore(&base->lock, flags);
		return 1;
	}
	was_pending = detach_timer(base, timer);
	if (was_pending && time_after(expires, timer->expires))
		note(timer, timer->function, CALLBACK_PUT_OFF, ip);
	if (timer->function && (was_pending || which != ARM_PENDING)) {
		base = switch_timer_base(base, timer, cpu);
		forward_timer_base(base);
		WRITE_ONCE(timer->expires, expires);
		enqueue_timer(base, timer);
		note(timer, timer->function, CALLBACK_QUEUED, ip);
	} else if (!timer->function) {
		note(timer, NULL, CALLBACK_REFUSED, ip);
	}
	raw_spin_unlock_irqrestore(&base->lock, flags);
	return was_pending;
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	/* Networking re-arms with the same expiry again and again within a tick. */
	if (timer_pending(timer) && READ_ONCE(timer->expires) == expires)
		return 1;
	return arm_timer(timer, expires, -1, ARM_ANY, _RET_IP_);
}
EXPORT_SYMBOL(mod_timer);

int mod_timer_pending(struct timer_list *timer, unsigned long expires)
{
	return arm_timer(timer, expires, -1, ARM_PENDING, _RET_IP_);
}
EXPORT_SYMBOL(mod_timer_pending);

int timer_reduce(struct timer_list *timer, unsigned long expires)
{
	return arm_timer(timer, expires, -1, ARM_EARLIER, _RET_IP_);
}
EXPORT_SYMBOL(timer_reduce);

void add_timer(struct timer_list *timer)
{
	if (!WARN_ON_ONCE(timer_pending(timer)))
		arm_timer(timer, timer->expires, -1, ARM_ANY, _RET_IP_);
}
EXPORT_SYMBOL(add_timer);

void add_timer_on(struct timer_list *timer, int cpu)
{
	if (!WARN_ON_ONCE(timer_pending(timer) || !cpu_possible(cpu)))
		arm_timer(timer, timer->expires, cpu, ARM_ANY, _RET_IP_);
}
EXPORT_SYMBOL_GPL(add_timer_on);

/* @sync: refuse (-1) while the callback runs. @shutdown: no arming ever again. */
static int disarm_timer(struct timer_list *timer, bool sync, bool shutdown, unsigned long ip)
{
	struct timer_base *base;
	unsigned long flags;
	int ret = -1;

	base = lock_timer_base(timer, &flags);
	__assume_held(&base->lock);
	if (!sync || !callback_runs(base, timer))
		ret = detach_timer(base, timer);
	if (ret > 0)
		note(timer, timer->function, CALLBACK_TAKEN_BACK, ip);
	if (shutdown && ret >= 0)
		timer->function = NULL;
	raw_spin_unlock_irqrestore(&base->lock, flags);
	return ret;
}

/*
 * The callback itself, or something it called, asks to wait for its end. Base need not be locked.
 */
static bool in_own_callback(struct timer_list *timer)
{
	struct timer_base *base = cpu_base(raw_smp_processor_id(), READ_ONCE(timer->flags));

	return in_serving_softirq() && READ_ONCE(base->running_timer) == timer;
}

static int disarm_timer_sync(struct timer_list *timer, bool shutdown, unsigned long ip)
{
	struct wait_note before;
	int ret;

	WARN_RATELIMIT(in_hardirq() && !(READ_ONCE(timer->flags) & TIMER_IRQSAFE),
		       "timer_delete_sync(%pS) in hardirq: its callback may be what was interrupted\n",
		       timer->function);
	if (in_own_callback(timer)) {
		WARN_RATELIMIT(1, "timer_delete_sync(%pS) from its own callback waits for itself\n",
			       timer->function);
		return disarm_timer(timer, false, shutdown, ip);
	}
	before = note_awaited(NOTE(WAITS_TIMER, timer));
	while ((ret = disarm_timer(timer, true, shutdown, ip)) < 0)
		cpu_relax();
	note_awaited(before);
	return ret;
}

int timer_delete(struct timer_list *timer)
{
	/* Without the lock: what races with arming may miss it either way. */
	return timer_pending(timer) ? disarm_timer(timer, false, false, _RET_IP_) : 0;
}
EXPORT_SYMBOL(timer_delete);

int try_to_del_timer_sync(struct timer_list *timer)
{
	return disarm_timer(timer, true, false, _RET_IP_);
}
EXPORT_SYMBOL(try_to_del_timer_sync);

int timer_delete_sync(struct timer_list *timer)
{
	return disarm_timer_sync(timer, false, _RET_IP_);
}
EXPORT_SYMBOL(timer_delete_sync);

int timer_shutdown_sync(struct timer_list *timer)
{
	return disarm_timer_sync(timer, true, _RET_IP_);
}
EXPORT_SYMBOL_GPL(timer_shutdown_sync);

/* M4: a callback must leave the context word as it found it, and IF, at which debug builds look. */
static void call_timer_fn(struct timer_list *timer, void (*fn)(struct timer_list *),
			  unsigned long baseclk)
{
	int count = preempt_count();
	bool irqs_off = DEBUG_LOCKS && irqs_disabled();

	trace_timer_expire_entry(timer, baseclk);
	note(timer, fn, CALLBACK_CALLED, 0);
	fn(timer);
	note(timer, fn, CALLBACK_RETURNED, 0);
	trace_timer_expire_exit(timer);
	if (unlikely(count != preempt_count())) {
		WARN_RATELIMIT(1, "timer: %pS preempt leak: %08x -> %08x\n", fn, count,
			       preempt_count());
		preempt_count_set(count);
	}
	if (DEBUG_LOCKS && unlikely(irqs_disabled() != irqs_off)) {
		WARN_RATELIMIT(1, "timer: %pS returned with interrupts %s\n", fn,
			       irqs_off ? "enabled" : "disabled");
		context_put_right((struct context_state){ count, irqs_off });
	}
}

/*
 * Run a detached bucket, the base's lock dropped around each callback. Entered and left locked,
 * irqs off.
 */
static void expire_timers(struct timer_base *base, struct hlist_head *head)
	__must_hold(&base->lock)
{
	unsigned long baseclk = base->clk - 1;	/* the jiffy this bucket was due at */

	while (!hlist_empty(head)) {
		struct timer_list *timer = hlist_entry(head->first, struct timer_list, entry);
		void (*fn)(struct timer_list *) = timer->function;
		bool irqsafe = timer->flags & TIMER_IRQSAFE;

		WRITE_ONCE(base->running_timer, timer);
		base->running_function = fn;
		hlist_del_init(&timer->entry);
		trace_timer_cancel(timer);
		raw_spin_unlock(&base->lock);
		if (!irqsafe)
			local_irq_enable();
		call_timer_fn(timer, fn, baseclk);
		local_irq_disable();
		raw_spin_lock(&base->lock);
		smp_store_release(&base->running_timer, NULL);	/* callback_runs() may look unlocked */
	}
}

/* Move the buckets that are due at base->clk to @heads, finest first; returns how many. */
static int collect_expired(struct timer_base *base, struct hlist_head *heads)
{
	unsigned long clk = base->clk;
	int n = 0;

	for (unsigned int lvl = 0; lvl < LVL_DEPTH; lvl++) {
		unsigned int idx = lvl * LVL_SIZE + (clk & LVL_MASK);

		if (__test_and_clear_bit(idx, base->pending_map))
			hlist_move_list(&base->vectors[idx], &heads[n++]);
		/* The next level turns only when this one's lowest three bits are 0. */
		if (clk & LVL_CLK_MASK)
			break;
		clk >>= LVL_CLK_SHIFT;
	}
	return n;
}

static void run_base(struct timer_base *base)
{
	struct hlist_head heads[LVL_DEPTH];

	raw_spin_lock_irq(&base->lock);
	for (;;) {
		int n;

		if (!has_timers(base) || time_before(jiffies, base->next_expiry))
			break;
		base->clk = base->next_expiry;
		n = collect_expired(base, heads);
		base->clk++;
		recalc_next_expiry(base);
		while (n--)
			expire_timers(base, &heads[n]);
	}
	raw_spin_unlock_irq(&base->lock);
}

/* TIMER_SOFTIRQ. */
static void run_timer_softirq(void)
{
	struct timer_base *bases = *this_cpu_ptr(&timer_bases);

	run_base(&bases[BASE_STD]);
	run_base(&bases[BASE_DEF]);
}

/*
 * Something in @base is due. A next_expiry left behind by a deleted timer is put right first (M1).
 */
static bool base_expired(struct timer_base *base)
{
	if (time_before(jiffies, READ_ONCE(base->next_expiry)))
		return false;
	guard(raw_spinlock)(&base->lock);
	if (has_timers(base))
		return time_after_eq(jiffies, base->next_expiry);
	WRITE_ONCE(base->next_expiry, jiffies + NEXT_TIMER_MAX_DELTA);
	return false;
}

void run_local_timers(void)
{
	struct timer_base *bases = *this_cpu_ptr(&timer_bases);

	lockdep_assert_irqs_disabled();
	if (base_expired(&bases[BASE_STD]) || base_expired(&bases[BASE_DEF]))
		raise_softirq_irqoff(TIMER_SOFTIRQ);
}

u64 get_next_timer_interrupt(unsigned long basej, u64 basem)
{
	struct timer_base *base = &(*this_cpu_ptr(&timer_bases))[BASE_STD];

	lockdep_assert_irqs_disabled();
	guard(raw_spinlock)(&base->lock);
	base->is_idle = true;
	if (!has_timers(base))
		return KTIME_MAX;
	return basem + max_t(long, base->next_expiry - basej, 0) * TICK_NSEC;
}

void timer_clear_idle(void)
{
	/* A remote CPU that still sees true sends one IPI for nothing. */
	WRITE_ONCE((*this_cpu_ptr(&timer_bases))[BASE_STD].is_idle, false);
}

/* Context: both bases locked, IRQs off. */
static void take_over_base(struct timer_base *to, struct timer_base *from)
{
	WARN_ON_ONCE(from->running_timer);
	forward_timer_base(to);
	for (unsigned int i = 0; i < WHEEL_SIZE; i++)
		while (!hlist_empty(&from->vectors[i])) {
			struct timer_list *timer = hlist_entry(from->vectors[i].first,
							       struct timer_list, entry);

			detach_timer(from, timer);
			timer->flags = (timer->flags & ~TIMER_BASEMASK) | smp_processor_id();
			enqueue_timer(to, timer);
		}
}

/* H3: the dead CPU's timers expire here. */
static int timers_dead_cpu(unsigned int cpu)
{
	guard(irqsave)();
	for (int i = 0; i < NR_BASES; i++) {
		struct timer_base *to = &(*this_cpu_ptr(&timer_bases))[i];
		struct timer_base *from = &per_cpu(timer_bases, cpu)[i];

		raw_spin_lock(&to->lock);
		raw_spin_lock_nested(&from->lock, SINGLE_DEPTH_NESTING);
		take_over_base(to, from);
		raw_spin_unlock(&from->lock);
		raw_spin_unlock(&to->lock);
	}
	return 0;
}

void timers_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		for (int i = 0; i < NR_BASES; i++) {
			struct timer_base *base = &per_cpu(timer_bases, cpu)[i];

			raw_spin_lock_init(&base->lock);
			base->clk = jiffies;
			base->next_expiry = base->clk + NEXT_TIMER_MAX_DELTA;
		}
	}
	open_softirq(TIMER_SOFTIRQ, run_timer_softirq);
	cpuhp_setup_state_nocalls(CPUHP_TIMERS_PREPARE, "timers:prepare", NULL, timers_dead_cpu);
}
