/* SPDX-License-Identifier: MIT */
/*
 * High-resolution timers: two red-black trees per CPU, by expiry. The timer interrupt runs the one, and
 * raises HRTIMER_SOFTIRQ to run the other (M5).
 *
 * Invariant: while a CPU is not inside hrtimer_interrupt(), its clock event device is programmed
 * for the head of its queues or for something earlier; of the hard one alone while the softirq is
 * raised, which looks at the soft one. A timer is on a queue of timer->cpu, or its callback runs there,
 * or it is idle; base->lock of that CPU guards which.
 */
#define pr_fmt(fmt) "hrtimer: " fmt

#include <linux/callbacks.h>
#include <linux/clockchips.h>
#include <linux/context_leak.h>
#include <linux/cpu.h>
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/sysctl.h>
#include <asm/processor.h>

#include "hrtimer_base.h"

DEFINE_PER_CPU(struct hrtimer_base, hrtimer_bases);

/* timer->cpu while it is between two bases: whoever wants its lock looks again. */
#define CPU_MIGRATING -1

/* So often the interrupt looks again for timers that expired meanwhile, before it gives way. */
static unsigned int hrtimer_retries = 3;
SYSCTL_UINT("kernel/hrtimer_retries", &hrtimer_retries, 0, 1000);
/* The longest pause that a hanging interrupt is made to take. */
#define HANG_PAUSE_MAX (100 * NSEC_PER_MSEC)

static void hrtimer_run_softirq(void);
static int hrtimers_dead_cpu(unsigned int cpu);

void hrtimers_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct hrtimer_base *base = per_cpu_ptr(&hrtimer_bases, cpu);

		raw_spin_lock_init(&base->lock);
		base->hard.timers = base->soft.timers = RB_ROOT_CACHED;
	}
	open_softirq(HRTIMER_SOFTIRQ, hrtimer_run_softirq);
	cpuhp_setup_state_nocalls(CPUHP_HRTIMERS_PREPARE, "hrtimers:prepare", NULL,
				  hrtimers_dead_cpu);
}

void hrtimer_init(struct hrtimer *timer, clockid_t clock, enum hrtimer_mode mode)
{
	WARN_ON_ONCE(clock != CLOCK_MONOTONIC);
	*timer = (struct hrtimer){ };
	timer->cpu = raw_smp_processor_id();
	timer->is_soft = mode & HRTIMER_MODE_SOFT;
}
EXPORT_SYMBOL_GPL(hrtimer_init);

/* The base that @timer belongs to, locked: callers __assume_held(&base->lock). */
static struct hrtimer_base *lock_base(const struct hrtimer *timer, unsigned long *flags)
	__no_lock_analysis
{
	for (;;) {
		int cpu = READ_ONCE(timer->cpu);

		if (cpu != CPU_MIGRATING) {
			struct hrtimer_base *base = per_cpu_ptr(&hrtimer_bases, cpu);

			raw_spin_lock_irqsave(&base->lock, *flags);
			if (cpu == timer->cpu)
				return base;
			raw_spin_unlock_irqrestore(&base->lock, *flags);
		}
		cpu_relax();
	}
}

static struct hrtimer_queue *queue_of(struct hrtimer_base *base, const struct hrtimer *timer)
{
	return timer->is_soft ? &base->soft : &base->hard;
}

static bool is_running(struct hrtimer_base *base, const struct hrtimer *timer)
{
	return READ_ONCE(queue_of(base, timer)->running) == timer;
}

static struct hrtimer *first_timer(struct hrtimer_queue *queue)
{
	return rb_entry_safe(rb_first_cached(&queue->timers), struct hrtimer, node);
}

static ktime_t first_expiry(struct hrtimer_queue *queue)
{
	struct hrtimer *first = first_timer(queue);

	return first ? first->expires : KTIME_MAX;
}

/* When the device must interrupt. */
static ktime_t next_event(struct hrtimer_base *base)
{
	return base->softirq_raised ? first_expiry(&base->hard) :
				      min(first_expiry(&base->hard), first_expiry(&base->soft));
}

ktime_t hrtimer_first_expiry(unsigned int cpu)
{
	struct hrtimer_base *base = per_cpu_ptr(&hrtimer_bases, cpu);
	ktime_t expires = KTIME_MAX;
	unsigned long flags;

	if (raw_spin_trylock_irqsave(&base->lock, flags)) {
		expires = next_event(base);
		raw_spin_unlock_irqrestore(&base->lock, flags);
	}
	return expires;
}

/* The timer may be freed at any time: one that is looked at runs without end. */
bool hrtimer_look(unsigned int cpu, struct hrtimer_look *look)
{
	struct hrtimer_base *base = per_cpu_ptr(&hrtimer_bases, cpu);
	struct hrtimer *timer = READ_ONCE(base->hard.running);

	if (!timer)
		return false;
	look->function = READ_ONCE(timer->function);
	look->expires = READ_ONCE(timer->expires);
	look->nr_runs = READ_ONCE(base->nr_runs);
	return true;
}

static bool earlier(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct hrtimer, node)->expires <
	       rb_entry(b, struct hrtimer, node)->expires;
}

/* Behind those that expire at the same time. Returns true if it is the first now. */
static bool enqueue(struct hrtimer_base *base, struct hrtimer *timer)
{
	WRITE_ONCE(timer->is_queued, true);
	return rb_add_cached(&timer->node, &queue_of(base, timer)->timers, earlier);
}

static void dequeue(struct hrtimer_queue *queue, struct hrtimer *timer)
{
	rb_erase_cached(&timer->node, &queue->timers);
	WRITE_ONCE(timer->is_queued, false);
}

/*
 * The head of a queue changed: tell the device. Not inside hrtimer_interrupt(), which does it at its
 * end, and not for another CPU, whose interrupt then finds nothing and programs the next event.
 */
static void reprogram(struct hrtimer_base *base)
{
	if (base->in_interrupt || base != this_cpu_ptr(&hrtimer_bases))
		return;
	base->expires_next = next_event(base);
	tick_program_event(base->expires_next);
}

/* Bring @timer's base to this CPU unless its callback is running where it is. */
static struct hrtimer_base *switch_base(struct hrtimer *timer, struct hrtimer_base *base)
	__no_lock_analysis	/* comes with one base locked and returns with perhaps another */
{
	struct hrtimer_base *here = this_cpu_ptr(&hrtimer_bases);

	if (base == here || is_running(base, timer))
		return base;
	WRITE_ONCE(timer->cpu, CPU_MIGRATING);
	raw_spin_unlock(&base->lock);
	raw_spin_lock(&here->lock);
	WRITE_ONCE(timer->cpu, smp_processor_id());
	return here;
}

void hrtimer_start(struct hrtimer *timer, ktime_t tim, const enum hrtimer_mode mode)
{
	struct hrtimer_base *base;
	bool was_first = false;
	unsigned long flags;

	if (WARN_ON_ONCE(!timer->function || in_nmi()))
		return;
	base = lock_base(timer, &flags);
	__assume_held(&base->lock);
	if (hrtimer_is_queued(timer)) {
		was_first = first_timer(queue_of(base, timer)) == timer;
		dequeue(queue_of(base, timer), timer);
	}
	base = switch_base(timer, base);
	timer->expires = mode & HRTIMER_MODE_REL ? ktime_add_safe(ktime_get(), tim) : tim;
	/* The head that moves back takes its interrupt along: the tick of a CPU that idles does. */
	if (enqueue(base, timer) || was_first)
		reprogram(base);
	note_callback(CALLBACK_HRTIMER, timer->function, timer, CALLBACK_QUEUED, _RET_IP_);
	raw_spin_unlock_irqrestore(&base->lock, flags);
}
EXPORT_SYMBOL_GPL(hrtimer_start);

static int try_to_cancel(struct hrtimer *timer, unsigned long ip)
{
	struct hrtimer_base *base;
	unsigned long flags;
	int ret = 0;

	base = lock_base(timer, &flags);
	__assume_held(&base->lock);
	if (is_running(base, timer)) {
		ret = -1;
	} else if (hrtimer_is_queued(timer)) {
		bool was_first = first_timer(queue_of(base, timer)) == timer;

		dequeue(queue_of(base, timer), timer);
		if (was_first)
			reprogram(base);
		ret = 1;
		note_callback(CALLBACK_HRTIMER, timer->function, timer, CALLBACK_TAKEN_BACK, ip);
	}
	raw_spin_unlock_irqrestore(&base->lock, flags);
	return ret;
}

int hrtimer_try_to_cancel(struct hrtimer *timer)
{
	return try_to_cancel(timer, _RET_IP_);
}
EXPORT_SYMBOL_GPL(hrtimer_try_to_cancel);

int hrtimer_cancel(struct hrtimer *timer)
{
	struct hrtimer_base *base = this_cpu_ptr(&hrtimer_bases);
	int ret;

	if (WARN_ONCE((in_hardirq() || in_serving_softirq()) && is_running(base, timer),
		      "hrtimer %pS cancelled from its own callback, which would wait for itself\n",
		      timer->function))
		return 0;
	while ((ret = try_to_cancel(timer, _RET_IP_)) < 0)
		cpu_relax();
	return ret;
}
EXPORT_SYMBOL_GPL(hrtimer_cancel);

bool hrtimer_active(const struct hrtimer *timer)
{
	struct hrtimer_base *base;
	unsigned long flags;
	bool active;

	base = lock_base(timer, &flags);
	__assume_held(&base->lock);
	active = hrtimer_is_queued(timer) || is_running(base, timer);
	raw_spin_unlock_irqrestore(&base->lock, flags);
	return active;
}
EXPORT_SYMBOL_GPL(hrtimer_active);

u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval)
{
	s64 behind = now - timer->expires;
	u64 times;

	if (behind < 0 || WARN_ON_ONCE(hrtimer_is_queued(timer) || interval <= 0))
		return 0;
	times = behind / interval + 1;
	timer->expires += times * interval;
	return times;
}
EXPORT_SYMBOL_GPL(hrtimer_forward);

/* Debug builds: a callback must leave the context word and IF as it found them. */
static enum hrtimer_restart call_checked(struct hrtimer *timer)
{
	struct context_state before = context_state();
	enum hrtimer_restart (*fn)(struct hrtimer *) = timer->function;
	enum hrtimer_restart restart;
	const char *leak;

	note_callback(CALLBACK_HRTIMER, fn, timer, CALLBACK_CALLED, 0);
	restart = fn(timer);
	note_callback(CALLBACK_HRTIMER, fn, timer, CALLBACK_RETURNED, 0);
	if (restart == HRTIMER_RESTART)
		note_callback(CALLBACK_HRTIMER, fn, timer, CALLBACK_QUEUED, 0);
	leak = context_put_right(before);
	WARN_RATELIMIT(leak, "hrtimer: %pS returned with %s\n", fn, leak);
	return restart;
}

/* Run one expired timer with the lock dropped, and as the caller was. Context: base locked, irqs off. */
static void run_timer(struct hrtimer_base *base, struct hrtimer_queue *queue, struct hrtimer *timer,
		      unsigned long flags) __must_hold(&base->lock)
{
	enum hrtimer_restart restart;

	dequeue(queue, timer);
	queue->running = timer;
	queue->running_function = timer->function;
	base->nr_runs++;
	raw_spin_unlock_irqrestore(&base->lock, flags);
	restart = DEBUG_LOCKS ? call_checked(timer) : timer->function(timer);
	raw_spin_lock_irqsave(&base->lock, flags);
	/* The callback, or another CPU meanwhile, may have started it again by itself. */
	if (restart == HRTIMER_RESTART && !hrtimer_is_queued(timer))
		enqueue(base, timer);
	WRITE_ONCE(queue->running, NULL);
}

/* Run everything that has expired by now. */
static void run_expired(struct hrtimer_base *base, struct hrtimer_queue *queue, unsigned long flags)
	__must_hold(&base->lock)
{
	ktime_t now = ktime_get();
	struct hrtimer *timer;

	while ((timer = first_timer(queue)) && timer->expires <= now)
		run_timer(base, queue, timer, flags);
}

/* Context: HRTIMER softirq. */
static void hrtimer_run_softirq(void)
{
	struct hrtimer_base *base = this_cpu_ptr(&hrtimer_bases);
	unsigned long flags;

	raw_spin_lock_irqsave(&base->lock, flags);
	run_expired(base, &base->soft, flags);
	base->softirq_raised = false;
	reprogram(base);
	raw_spin_unlock_irqrestore(&base->lock, flags);
}

void hrtimer_interrupt(void)
{
	struct hrtimer_base *base = this_cpu_ptr(&hrtimer_bases);
	ktime_t start = ktime_get(), now = start, next;
	unsigned int retries = 0;
	unsigned long flags;

	lockdep_assert_irqs_disabled();
	raw_spin_lock_irqsave(&base->lock, flags);
	base->in_interrupt = true;
	base->nr_events++;
	do {
		if (first_expiry(&base->soft) <= now && !base->softirq_raised) {
			base->softirq_raised = true;
			raise_softirq_irqoff(HRTIMER_SOFTIRQ);
		}
		run_expired(base, &base->hard, flags);
		next = next_event(base);
		now = ktime_get();
	} while (next <= now && retries++ < READ_ONCE(hrtimer_retries));
	base->in_interrupt = false;
	base->nr_retries += retries;
	if (next <= now) {
		base->nr_hangs++;
		base->max_hang_ns = max_t(u64, base->max_hang_ns, now - start);
		/*
		 * Callbacks take longer than their period: let the rest of the machine run as long.
		 */
		pr_warn_once("interrupt took %llu ns\n", (u64)(now - start));
		next = now + min_t(s64, now - start, HANG_PAUSE_MAX);
	}
	base->expires_next = next;
	tick_program_event(next);
	raw_spin_unlock_irqrestore(&base->lock, flags);
}

/* Context: both bases locked. */
static void take_over_queue(struct hrtimer_base *to, struct hrtimer_queue *queue)
{
	struct hrtimer *timer;

	WARN_ON_ONCE(queue->running);
	while ((timer = first_timer(queue))) {
		dequeue(queue, timer);
		WRITE_ONCE(timer->cpu, smp_processor_id());
		enqueue(to, timer);
	}
}

/* H3: what was to expire on the dead CPU expires here. What is late by now is due at once. */
static int hrtimers_dead_cpu(unsigned int cpu)
{
	struct hrtimer_base *from = per_cpu_ptr(&hrtimer_bases, cpu), *to;

	guard(irqsave)();
	to = this_cpu_ptr(&hrtimer_bases);
	raw_spin_lock(&to->lock);
	raw_spin_lock_nested(&from->lock, SINGLE_DEPTH_NESTING);
	take_over_queue(to, &from->hard);
	take_over_queue(to, &from->soft);
	from->softirq_raised = false;
	raw_spin_unlock(&from->lock);
	reprogram(to);
	raw_spin_unlock(&to->lock);
	return 0;
}
