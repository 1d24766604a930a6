/* SPDX-License-Identifier: MIT */
/*
 * High-resolution timers: a queue per CPU, sorted by expiry, run by the timer interrupt.
 *
 * Invariant: while a CPU is not inside hrtimer_interrupt(), its clock event device is programmed
 * for the head of its queue or for something earlier. A timer is on the queue of timer->cpu, or its
 * callback runs there, or it is idle; base->lock of that CPU guards which.
 *
 * The queue is a plain list: besides the tick it holds the few threads in usleep_range().
 */
#define pr_fmt(fmt) "hrtimer: " fmt

#include <linux/clockchips.h>
#include <linux/context_leak.h>
#include <linux/errno.h>
#include <linux/hrtimer.h>
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
#include <linux/time.h>
#include <asm/processor.h>

struct hrtimer_base {
	raw_spinlock_t lock;
	struct list_head queue;
	struct hrtimer *running;
	bool in_interrupt; /* the device is programmed at the end, not in between */
};

static DEFINE_PER_CPU(struct hrtimer_base, hrtimer_bases);

/* timer->cpu while it is between two bases: whoever wants its lock looks again. */
#define CPU_MIGRATING -1

/* So often the interrupt looks again for timers that expired meanwhile, before it gives way. */
static unsigned int hrtimer_retries = 3;
SYSCTL_UINT("kernel/hrtimer_retries", &hrtimer_retries, 0, 1000);
/* The longest pause that a hanging interrupt is made to take. */
#define HANG_PAUSE_MAX (100 * NSEC_PER_MSEC)

void hrtimers_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct hrtimer_base *base = per_cpu_ptr(&hrtimer_bases, cpu);

		raw_spin_lock_init(&base->lock);
		INIT_LIST_HEAD(&base->queue);
	}
}

void hrtimer_init(struct hrtimer *timer, clockid_t clock, enum hrtimer_mode mode)
{
	WARN_ON_ONCE(clock != CLOCK_MONOTONIC);
	*timer = (struct hrtimer){.cpu = raw_smp_processor_id()};
	INIT_LIST_HEAD(&timer->node);
}

/* The base that @timer belongs to, locked. */
static struct hrtimer_base *lock_base(const struct hrtimer *timer, unsigned long *flags)
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

static struct hrtimer *first_timer(struct hrtimer_base *base)
{
	return list_first_entry_or_null(&base->queue, struct hrtimer, node);
}

static void dequeue(struct hrtimer *timer)
{
	list_del_init(&timer->node);
	WRITE_ONCE(timer->queued, false);
}

/* Behind those that expire at the same time. Returns true if it is the first now. */
static bool enqueue(struct hrtimer_base *base, struct hrtimer *timer)
{
	struct list_head *where = &base->queue;
	struct hrtimer *pos;

	list_for_each_entry(pos, &base->queue, node) {
		if (timer->expires < pos->expires) {
			where = &pos->node;
			break;
		}
	}
	list_add_tail(&timer->node, where);
	WRITE_ONCE(timer->queued, true);
	return first_timer(base) == timer;
}

/*
 * The head of @base's queue changed: tell the device. Not inside hrtimer_interrupt(), which does it
 * at its end, and not for another CPU, whose interrupt then finds nothing and programs the next
 * event.
 */
static void reprogram(struct hrtimer_base *base)
{
	struct clock_event_device *dev = tick_device(smp_processor_id());
	struct hrtimer *first = first_timer(base);

	if (dev && !base->in_interrupt && base == this_cpu_ptr(&hrtimer_bases))
		clockevents_program_event(dev, first ? first->expires : KTIME_MAX);
}

/* Bring @timer's base to this CPU unless its callback is running where it is. */
static struct hrtimer_base *switch_base(struct hrtimer *timer, struct hrtimer_base *base)
{
	struct hrtimer_base *here = this_cpu_ptr(&hrtimer_bases);

	if (base == here || base->running == timer)
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
	unsigned long flags;

	if (WARN_ON_ONCE(!timer->function || in_nmi()))
		return;
	base = lock_base(timer, &flags);
	if (timer->queued)
		dequeue(timer);
	base = switch_base(timer, base);
	timer->expires = mode & HRTIMER_MODE_REL ? ktime_add_safe(ktime_get(), tim) : tim;
	if (enqueue(base, timer))
		reprogram(base);
	raw_spin_unlock_irqrestore(&base->lock, flags);
}

int hrtimer_try_to_cancel(struct hrtimer *timer)
{
	struct hrtimer_base *base;
	unsigned long flags;
	int ret = 0;

	base = lock_base(timer, &flags);
	if (base->running == timer) {
		ret = -1;
	} else if (timer->queued) {
		bool was_first = first_timer(base) == timer;

		dequeue(timer);
		if (was_first)
			reprogram(base);
		ret = 1;
	}
	raw_spin_unlock_irqrestore(&base->lock, flags);
	return ret;
}

int hrtimer_cancel(struct hrtimer *timer)
{
	struct hrtimer_base *base = this_cpu_ptr(&hrtimer_bases);
	int ret;

	if (WARN_ONCE(in_hardirq() && READ_ONCE(base->running) == timer,
		      "hrtimer %pS cancelled from its own callback, which would wait for itself\n",
		      timer->function))
		return 0;
	while ((ret = hrtimer_try_to_cancel(timer)) < 0)
		cpu_relax();
	return ret;
}

bool hrtimer_active(const struct hrtimer *timer)
{
	struct hrtimer_base *base;
	unsigned long flags;
	bool active;

	base = lock_base(timer, &flags);
	active = timer->queued || base->running == timer;
	raw_spin_unlock_irqrestore(&base->lock, flags);
	return active;
}

u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval)
{
	s64 behind = now - timer->expires;
	u64 times;

	if (behind < 0 || WARN_ON_ONCE(timer->queued || interval <= 0))
		return 0;
	times = behind / interval + 1;
	timer->expires += times * interval;
	return times;
}

/* Debug builds: a callback must leave the context word and IF as it found them. */
static enum hrtimer_restart call_checked(struct hrtimer *timer)
{
	struct context_state before = context_state();
	enum hrtimer_restart (*fn)(struct hrtimer *) = timer->function;
	enum hrtimer_restart restart = fn(timer);
	const char *leak = context_put_right(before);

	WARN_RATELIMIT(leak, "hrtimer: %pS returned with %s\n", fn, leak);
	return restart;
}

/* Run one expired timer with the lock dropped. Context: hardirq, base locked, irqs off. */
static void run_timer(struct hrtimer_base *base, struct hrtimer *timer)
{
	enum hrtimer_restart restart;

	dequeue(timer);
	base->running = timer;
	raw_spin_unlock(&base->lock);
	restart = DEBUG_LOCKS ? call_checked(timer) : timer->function(timer);
	raw_spin_lock(&base->lock);
	/* The callback, or another CPU meanwhile, may have started it again by itself. */
	if (restart == HRTIMER_RESTART && !timer->queued)
		enqueue(base, timer);
	WRITE_ONCE(base->running, NULL);
}

/* Run everything that has expired by now; returns the next expiry. */
static ktime_t run_expired(struct hrtimer_base *base)
{
	ktime_t now = ktime_get();
	struct hrtimer *timer;

	while ((timer = first_timer(base)) && timer->expires <= now)
		run_timer(base, timer);
	return timer ? timer->expires : KTIME_MAX;
}

void hrtimer_interrupt(void)
{
	struct hrtimer_base *base = this_cpu_ptr(&hrtimer_bases);
	ktime_t start = ktime_get(), next, now;
	unsigned int retries = 0;

	lockdep_assert_irqs_disabled();
	raw_spin_lock(&base->lock);
	base->in_interrupt = true;
	do {
		next = run_expired(base);
		now = ktime_get();
	} while (next <= now && retries++ < READ_ONCE(hrtimer_retries));
	base->in_interrupt = false;
	if (next <= now) {
		/*
		 * Callbacks take longer than their period: let the rest of the machine run as long.
		 */
		pr_warn_once("interrupt took %llu ns\n", (u64)(now - start));
		next = now + min_t(s64, now - start, HANG_PAUSE_MAX);
	}
	clockevents_program_event(tick_device(smp_processor_id()), next);
	raw_spin_unlock(&base->lock);
}

struct hrtimer_sleeper {
	struct hrtimer timer;
	struct task_struct *task;
};

static enum hrtimer_restart wake_sleeper(struct hrtimer *timer)
{
	struct hrtimer_sleeper *s = container_of(timer, struct hrtimer_sleeper, timer);
	struct task_struct *task = s->task;

	/* The sleeper's stack frame, and @s with it, may be gone as soon as it sees this. */
	WRITE_ONCE(s->task, NULL);
	wake_up_process(task);
	return HRTIMER_NORESTART;
}

int schedule_hrtimeout(ktime_t *expires, const enum hrtimer_mode mode)
{
	struct hrtimer_sleeper s = {.task = current};

	hrtimer_setup(&s.timer, wake_sleeper, CLOCK_MONOTONIC, mode);
	hrtimer_start(&s.timer, *expires, mode);
	schedule();
	/* Waits for a running callback, so @s stays until nobody uses it. */
	hrtimer_cancel(&s.timer);
	__set_current_state(TASK_RUNNING);
	return READ_ONCE(s.task) ? -EINTR : 0;
}
