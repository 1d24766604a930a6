/* SPDX-License-Identifier: MIT */
/*
 * why_function.c - why a function is not called: who was to call it, a handler's irq, a thread, a napi, or what it
 * was given to (callbacks.c), and what became of that.
 */
#include <linux/callbacks.h>
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/irqdesc.h>
#include <linux/jiffies.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/kthread_worker.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/sched_clock.h>
#include <linux/smp.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include "why.h"

#define TASKLET_LOST \
	", and was set up again or killed while it was queued (tasklet_setup, tasklet_kill)"

#define CSD_IN_USE	" while its csd was in use (CSD_FLAG_LOCK): that does nothing (-EBUSY)"

static const struct {
	const char *name, *queued, *refused;
} kinds[] = {
	[CALLBACK_TIMER] = { "timer", "armed", ", after timer_shutdown_sync(): that does nothing (timer_setup)" },
	[CALLBACK_HRTIMER] = { "hrtimer", "started", "" },
	[CALLBACK_TASKLET] = { "tasklet", "scheduled", TASKLET_LOST },
	[CALLBACK_HI_TASKLET] = { "tasklet", "scheduled", TASKLET_LOST },
	[CALLBACK_WORK] = { "work", "queued", " while it was disabled: that does nothing (enable_work)" },
	[CALLBACK_KTHREAD_WORK] = { "kthread work", "queued", " while it was cancelled: that does nothing" },
	[CALLBACK_RCU] = { "RCU callback", "queued", "" },
	[CALLBACK_NAPI] = { "napi", "scheduled", " while it was disabled: that does nothing (napi_enable)" },
	[CALLBACK_IRQ_WORK] = { "irq_work", "queued", "" },
	[CALLBACK_CALL] = { "call of", "sent", CSD_IN_USE },
	[CALLBACK_NOTIFIER] = { "notifier", "registered", "" },
};

/* "Timer poll_timer [mod] ..." */
#define say(w, rank, c, fmt, ...) \
	why_say(w, rank, "%s %ps " fmt, kinds[(c)->kind].name, callback_name(c), ##__VA_ARGS__)

static unsigned int times(const struct callback *c, enum callback_event e)
{
	return atomic_read(&c->notes[e].times);
}

/* 0: never. */
static u64 when(const struct callback *c, enum callback_event e)
{
	return times(c, e) ? READ_ONCE(c->notes[e].when) : 0;
}

static const void *callback_name(const struct callback *c)
{
	unsigned long size, offset;
	const void *object = READ_ONCE(c->object);

	return kallsyms_lookup((unsigned long)object, &size, &offset) && !offset ? object : c->fn;
}

/* " at foo+0x12 [mod] on CPU 2 1.204 s ago" */
static void add_note(struct line *l, const struct callback_note *n)
{
	unsigned long ip = READ_ONCE(n->ip);

	if (ip)
		add(l, " at %pS", (void *)ip);
	add(l, " on CPU %u", READ_ONCE(n->cpu));
	add_age(l, " ", READ_ONCE(n->when), " s ago");
}

/* "so far: armed 3 times, last at ...; called 2 times, last ...; taken back once at ..." */
static void add_story(struct line *l, const struct callback *c)
{
	const char *words[] = {
		[CALLBACK_QUEUED] = kinds[c->kind].queued,
		[CALLBACK_CALLED] = "called",
		[CALLBACK_TAKEN_BACK] = "taken back",
		[CALLBACK_REFUSED] = "in vain",
		[CALLBACK_ASTRAY] = "to no CPU",
		[CALLBACK_SOONER] = "in vain for sooner",
		[CALLBACK_PUT_OFF] = "put off",
	};

	for (int e = 0; e < CALLBACK_EVENTS; e++) {
		unsigned int n = times(c, e);

		if (!words[e] || (!n && e != CALLBACK_CALLED))
			continue;
		add(l, "%s%s ", l->len ? "; " : "", words[e]);
		if (!n) {
			add(l, "never");
			continue;
		}
		if (n > 1)
			add(l, "%u times, last", n);
		else
			add(l, "once");
		add_note(l, &c->notes[e]);
	}
}

/* --- it is being called --- */

/* So long, and a callback is asked about as one that does not come back. */
#define LONG_CALL_NS	(10 * NSEC_PER_MSEC)

static bool probe_called(const struct callback *c, struct why *w)
{
	u64 since = when(c, CALLBACK_CALLED);
	unsigned int cpu = READ_ONCE(c->notes[CALLBACK_CALLED].cpu);
	struct line l = {}, where = {};

	if (c->kind == CALLBACK_WORK || c->kind == CALLBACK_KTHREAD_WORK || !since ||
	    when(c, CALLBACK_RETURNED) > since || sched_clock() - since < LONG_CALL_NS ||
	    times(c, CALLBACK_RETURNED) == times(c, CALLBACK_CALLED))
		return false;
	add_age(&l, "was called ", since, " s ago");
	add(&l, " on CPU %u and has not returned", cpu);
	cpu_obstacle_now(cpu, &where);
	say(w, WHY_STOPS, c, "%s%s%s", l.text, where.len ? ": " : "", where.text);
	return true;
}

/* --- it is queued --- */

/* What a sentence about something else says, as the end of this one. */
static void add_then(struct line *l, const struct why *then)
{
	add(l, ". %s", then->text[0]);
}

bool is_function(const void *fn, const void *arg)
{
	return fn == arg;
}

static void add_seconds(struct line *l, const char *before, long jiffies_left)
{
	unsigned int ms = jiffies_to_msecs(jiffies_left);

	add(l, "%s%u.%03u s", before, ms / 1000, ms % 1000);
}

/* Who arms a timer again and again before it is due has one that is never called. */
#define MANY_PUT_OFF	3

static bool add_put_off(struct line *l, const struct callback *c)
{
	const struct callback_note *n = &c->notes[CALLBACK_PUT_OFF];

	if (times(c, CALLBACK_PUT_OFF) < MANY_PUT_OFF ||
	    when(c, CALLBACK_PUT_OFF) < when(c, CALLBACK_CALLED))
		return false;
	add(l, "; it is put off before it is due, %u times so far, last at %pS", times(c, CALLBACK_PUT_OFF),
	    (void *)READ_ONCE(n->ip));
	return true;
}

static bool probe_timer(const struct callback *c, struct why *w)
{
	struct timer_look look;
	struct why then = why_then(w);
	struct line l = {};
	bool put_off;
	long left;

	if (!timer_look(is_function, c->fn, &look))
		return false;
	left = look.expires - jiffies;
	add(&l, "is pending on CPU %u%s, ", look.cpu, cpu_online(look.cpu) ? "" : ", which is offline");
	if (left >= -LATE) {
		add_seconds(&l, "due in ", max(left, 0L));
		if (times(c, CALLBACK_SOONER))
			add(&l, "; what queued it for sooner did nothing (mod_delayed_work)");
		put_off = add_put_off(&l, c);
		say(w, left > FAR_AWAY || put_off ? WHY_DELAYS : WHY_WORKS, c, "%s", l.text);
		return true;
	}
	add_seconds(&l, "and was due ", -left);
	add(&l, " ago");
	if (add_deferrable(&l, &look)) {
		say(w, WHY_DELAYS, c, "%s", l.text);
		return true;
	}
	if (cpu_online(look.cpu)) {
		why_softirq(&then, TIMER_SOFTIRQ);
		add_then(&l, &then);
	}
	say(w, WHY_STOPS, c, "%s", l.text);
	return true;
}

static bool probe_hrtimer_of(const struct callback *c, struct why *w)
{
	struct line l = {};
	ktime_t expires;
	unsigned int cpu;
	s64 left;

	if (!hrtimer_find(c->fn, &cpu, &expires))
		return false;
	left = expires - ktime_get();
	if (left > -(LATE * (s64)TICK_NSEC)) {
		left = max_t(s64, left, 0) / (s64)NSEC_PER_USEC;
		say(w, WHY_WORKS, c, "is queued on CPU %u, due in %lld.%06lld s", cpu, left / (s64)USEC_PER_SEC,
		    left % (s64)USEC_PER_SEC);
		return true;
	}
	add(&l, "is queued on CPU %u, and was due %lld ms ago: ", cpu, -left / (s64)NSEC_PER_MSEC);
	if (cpu_obstacle_now(cpu, &l) == NOTHING)
		add(&l, "CPU %u's timer has not interrupted since", cpu);
	say(w, WHY_STOPS, c, "%s", l.text);
	return true;
}

/* So long, and a work that runs keeps the others of its pool waiting. */
#define LONG_RUN_NS	(10 * NSEC_PER_MSEC)

/* False: it has begun just now. */
static bool add_running_on(struct line *l, work_func_t func)
{
	const struct callback *c = func ? callback_of(func) : NULL;
	u64 since = c ? when(c, CALLBACK_CALLED) : 0;

	if (!since || sched_clock() - since < LONG_RUN_NS)
		return false;
	add(l, "is queued behind %ps, which runs", func);
	add_age(l, " for ", since, " s " WORK_KEEPS_POOL ",");
	return true;
}

static bool probe_work_of(const struct callback *c, struct why *w)
{
	struct wq_item_look look;
	struct why then = why_then(w);
	struct line l = {};

	if (!wq_item_look((work_func_t)c->fn, &look))
		return false;
	if (look.runs)
		add(&l, "is being run");
	else if (look.inactive)
		add(&l, "waits for %ps: workqueue %s runs %d at a time", look.before, look.wq, look.max_active);
	else if (look.before)
		add(&l, "waits for %ps", look.before);
	else if (!add_running_on(&l, look.runs_on))
		add(&l, "is queued and nobody runs it yet");
	if (look.cpu >= 0)
		add(&l, " on CPU %d", look.cpu);
	if (look.runner) {
		why_thread(&then, look.runner);
		put_task_struct(look.runner);
	} else if (look.bh) {
		why_softirq(&then, TASKLET_SOFTIRQ);
	} else if (look.cpu >= 0) {
		why_cpu(&then, look.cpu);
	}
	if (then.rank[0])
		add_then(&l, &then);
	say(w, look.runs ? WHY_WORKS : WHY_DELAYS, c, "%s", l.text);
	return true;
}

static bool probe_kthread_work(const struct callback *c, struct why *w)
{
	kthread_work_func_t func = (kthread_work_func_t)c->fn, current_func;
	struct task_struct *p;
	struct why then = why_then(w);
	struct line l = {};

	for_each_task(p) {
		if (!kthread_worker_look(p, func, &current_func))
			continue;
		if (current_func == func)
			add(&l, "is being run");
		else if (current_func)
			add(&l, "waits for %ps", current_func);
		else
			add(&l, "is queued");
		why_thread(&then, p);
		put_task_struct(p);
		add_then(&l, &then);
		say(w, current_func == func ? WHY_WORKS : WHY_DELAYS, c, "%s", l.text);
		return true;
	}
	return false;
}

/* Nobody lists these: what happened last says whether it is queued. */
static bool probe_softirq_of(const struct callback *c, struct why *w, unsigned int nr)
{
	struct why then = why_then(w);
	struct line l = {};
	u64 queued = when(c, CALLBACK_QUEUED);

	if (queued <= when(c, CALLBACK_CALLED) || queued <= when(c, CALLBACK_REFUSED))
		return false;
	add(&l, "was %s", kinds[c->kind].queued);
	add_note(&l, &c->notes[CALLBACK_QUEUED]);
	add(&l, " and not called since");
	why_softirq(&then, nr);
	add_then(&l, &then);
	say(w, then.rank[0], c, "%s", l.text);
	return true;
}

/* Nor these. @cpu: one that has such waiting, and may be why; -1: none. */
static bool probe_interrupt_of(const struct callback *c, struct why *w, int cpu)
{
	struct line l = {};
	u64 queued = when(c, CALLBACK_QUEUED);

	if (queued <= when(c, CALLBACK_CALLED))
		return false;
	add(&l, "was %s", kinds[c->kind].queued);
	add_note(&l, &c->notes[CALLBACK_QUEUED]);
	add(&l, " and not called since%s", cpu < 0 ? "" : ": ");
	if (cpu >= 0 && cpu_obstacle_now(cpu, &l) == NOTHING)
		add(&l, "CPU %d has such waiting, and has not been interrupted", cpu);
	say(w, WHY_STOPS, c, "%s", l.text);
	return true;
}

static bool probe_queued(const struct callback *c, struct why *w)
{
	switch (c->kind) {
	case CALLBACK_TIMER:
		return probe_timer(c, w);
	case CALLBACK_HRTIMER:
		return probe_hrtimer_of(c, w);
	case CALLBACK_TASKLET:
		return probe_softirq_of(c, w, TASKLET_SOFTIRQ);
	case CALLBACK_HI_TASKLET:
		return probe_softirq_of(c, w, HI_SOFTIRQ);
	case CALLBACK_WORK:
		return probe_work_of(c, w) || probe_timer(c, w);
	case CALLBACK_KTHREAD_WORK:
		return probe_kthread_work(c, w) || probe_timer(c, w);
	case CALLBACK_RCU:
		return probe_softirq_of(c, w, RCU_SOFTIRQ);
	case CALLBACK_IRQ_WORK:
		return probe_interrupt_of(c, w, irq_work_unserved());
	case CALLBACK_CALL:
		return probe_interrupt_of(c, w, smp_call_unserved());
	default:
		return false;
	}
}

/* --- it is not: how did it end? --- */

/* Did it happen, and is it the last of all that did? */
static bool is_latest(const struct callback *c, enum callback_event e)
{
	u64 then = when(c, e);

	for (int other = 0; other < CALLBACK_EVENTS; other++)
		if (when(c, other) > then)
			return false;
	return then;
}

/* What was to be called, and will not be. False: it was called. */
static bool add_end(struct line *l, const struct callback *c)
{
	enum callback_event e = CALLBACK_TAKEN_BACK;

	if (is_latest(c, CALLBACK_REFUSED))
		e = CALLBACK_REFUSED;
	else if (is_latest(c, CALLBACK_ASTRAY))
		e = CALLBACK_ASTRAY;
	else if (!is_latest(c, e))
		return false;
	if (c->kind == CALLBACK_NOTIFIER && e == CALLBACK_REFUSED) {
		add(l, "was not called: %ps, before it in the chain, ended the round (NOTIFY_STOP)",
		    (void *)READ_ONCE(c->notes[e].ip));
		add_age(l, " ", when(c, e), " s ago");
		return true;
	}
	add(l, "was %s", e == CALLBACK_TAKEN_BACK ? "taken back before it was called," : kinds[c->kind].queued);
	add_note(l, &c->notes[e]);
	if (e == CALLBACK_ASTRAY)
		add(l, " for a CPU that is not online: that does nothing (-ENXIO)");
	if (e == CALLBACK_REFUSED)
		add(l, "%s", kinds[c->kind].refused);
	if (e == CALLBACK_REFUSED && c->kind == CALLBACK_CALL && !times(c, CALLBACK_QUEUED))
		add(l, ", and it was never sent: has nobody initialised the csd (INIT_CSD)?");
	return true;
}

static void say_how_it_ended(const struct callback *c, struct why *w)
{
	struct line l = {};

	if (add_end(&l, c))
		return say(w, WHY_STOPS, c, "%s", l.text);
	add(&l, "has been called %u times", times(c, CALLBACK_CALLED));
	add_age(&l, ", last ", when(c, CALLBACK_CALLED), " s ago,");
	if (c->kind == CALLBACK_HRTIMER && is_latest(c, CALLBACK_RETURNED))
		add(&l, " when it returned HRTIMER_NORESTART,");
	say(w, WHY_WORKS, c, "%s and is not %s now", l.text, kinds[c->kind].queued);
}

void say_if_refused(const void *fn, struct why *w)
{
	const struct callback *c = callback_of(fn);

	if (c && is_latest(c, CALLBACK_REFUSED))
		say_how_it_ended(c, w);
}

void probe_callback(const struct callback *c, struct why *w)
{
	if (!probe_called(c, w))
		probe_queued(c, w);
}

static void why_callback(const struct callback *c, struct why *w)
{
	struct line story = {};

	if (!probe_called(c, w) && !probe_queued(c, w))
		say_how_it_ended(c, w);
	add_story(&story, c);
	why_say(w, WHY_REMARK, "so far: %s", story.text);
}

/* --- which was to be, and will not --- */

/* So long ago, it is not what is asked about. */
#define LONG_AGO_NS	(60ULL * NSEC_PER_SEC)

/* 0: it was not, or long ago. The kernel takes its own timers back all the time: those are not lost. */
static u64 lost_at(const struct callback *c)
{
	u64 at = 0;

	if (is_latest(c, CALLBACK_REFUSED))
		at = when(c, CALLBACK_REFUSED);
	else if (is_latest(c, CALLBACK_TAKEN_BACK) && kallsyms_module((unsigned long)c->fn))
		at = when(c, CALLBACK_TAKEN_BACK);
	return sched_clock() - at < LONG_AGO_NS ? at : 0;
}

/* The last that was lost, of that kind (-1: of any) and of that module (NULL: of all, and the kernel). */
static const struct callback *lost_callback(int kind, const char *module)
{
	const struct callback *c = NULL, *lost = NULL;

	while ((c = callback_next(c))) {
		if ((kind >= 0 && (int)c->kind != kind) ||
		    (module && kallsyms_module((unsigned long)c->fn) != module))
			continue;
		if (lost_at(c) > (lost ? lost_at(lost) : 0))
			lost = c;
	}
	return lost;
}

static void add_last_lost(struct line *l, const void *what, bool refused_only)
{
	const char *module = kallsyms_module((unsigned long)what);
	const struct callback *lost = module ? lost_callback(-1, module) : NULL;

	if (!lost || (refused_only && !is_latest(lost, CALLBACK_REFUSED)))
		return;
	add(l, "; %s %ps ", kinds[lost->kind].name, callback_name(lost));
	add_end(l, lost);
}

void add_lost_callback(struct line *l, const void *what)
{
	size_t before = l->len;

	add_far_timer(l, what);
	if (l->len == before)
		add_last_lost(l, what, false);
}

void add_refused(struct line *l, const void *what)
{
	add_last_lost(l, what, true);
}

static bool is_of_a_module(const void *fn, const void *unused)
{
	return kallsyms_module((unsigned long)fn);
}

/* Whose functions it calls; -1: of none that are noted. */
static int kind_of(unsigned int softirq)
{
	switch (softirq) {
	case HI_SOFTIRQ:
		return CALLBACK_HI_TASKLET;
	case TIMER_SOFTIRQ:
		return CALLBACK_TIMER;
	case TASKLET_SOFTIRQ:
		return CALLBACK_TASKLET;
	case HRTIMER_SOFTIRQ:
		return CALLBACK_HRTIMER;
	default:
		return -1;
	}
}

/* Longer ago than any softirq takes. */
#define LONG_QUEUED_NS	(NSEC_PER_SEC / 10)

static bool is_overdue(const struct callback *c)
{
	u64 queued = when(c, CALLBACK_QUEUED);

	return queued > when(c, CALLBACK_CALLED) && sched_clock() - queued > LONG_QUEUED_NS;
}

/* A tasklet that is set up while it is on a list takes those behind it off, and they do not know. */
static void probe_lost_tasklets(struct why *w, enum callback_kind kind)
{
	const struct callback *c = NULL, *refused = NULL, *behind = NULL;
	struct line l = {};

	while ((c = callback_next(c))) {
		if (c->kind != kind)
			continue;
		if (when(c, CALLBACK_REFUSED) > (refused ? when(refused, CALLBACK_REFUSED) : 0))
			refused = c;
		if (is_overdue(c))
			behind = c;
	}
	if (!refused || sched_clock() - when(refused, CALLBACK_REFUSED) > LONG_AGO_NS)
		return;
	add_age(&l, "was set up again or killed while it was queued, ", when(refused, CALLBACK_REFUSED),
		" s ago: what was behind it is lost, scheduled for ever");
	if (behind)
		add(&l, " (%ps)", callback_name(behind));
	say(w, WHY_DELAYS, refused, "%s: tasklet_setup, tasklet_kill", l.text);
}

void probe_lost_callbacks(struct why *w, unsigned int nr)
{
	int kind = kind_of(nr);
	const struct callback *lost = kind < 0 ? NULL : lost_callback(kind, NULL);
	struct timer_look look;
	struct line l = {};

	if (kind == CALLBACK_TASKLET || kind == CALLBACK_HI_TASKLET)
		probe_lost_tasklets(w, kind);
	else if (lost && add_end(&l, lost))
		say(w, is_latest(lost, CALLBACK_REFUSED) ? WHY_DELAYS : WHY_REMARK, lost, "%s", l.text);
	else if (nr == TIMER_SOFTIRQ && timer_look(is_of_a_module, NULL, &look) &&
		 (long)(look.expires - jiffies) > FAR_AWAY)
		why_say(w, WHY_REMARK, "%s %ps is not due for %ld s", look.delayed_work ? "delayed work" : "timer",
			look.function, (long)(look.expires - jiffies) / HZ);
}

/* @start, @size: of a function, or of the object that it was given with. */
static bool probe_callbacks(unsigned long start, unsigned long size, struct why *w)
{
	const struct callback *c = NULL;

	while ((c = callback_next(c))) {
		bool its = (unsigned long)c->fn - start < size ||
			   (unsigned long)READ_ONCE(c->object) - start < size, any = false;

		for (int e = 0; e < CALLBACK_EVENTS; e++)
			any |= times(c, e);
		if (!its || !any)
			continue;
		why_callback(c, w);
		return true;
	}
	return false;
}

bool why_function(struct why *w, const char *name, int *irq)
{
	unsigned long start, size;
	const void *found = NULL;

	*irq = -1;
	for (unsigned int nth = 0; (start = kallsyms_address(name, nth, &size)); nth++) {
		const void *fn = (void *)start;

		found = fn;
		*irq = irq_with_handler(fn);
		if (*irq >= 0 || probe_caller(fn, w) || probe_callbacks(start, size, w))
			return true;
	}
	if (!found)
		return false;
	why_say(w, WHY_STOPS, "nobody is to call %ps: it is no handler, thread or poll function%s", found,
		DEBUG_LOCKS ? ", and was never given to a timer, a tasklet, a workqueue or RCU" :
		"; what a timer, a tasklet, a workqueue or RCU was given, only debug builds keep");
	module_trouble(found, w);
	return true;
}
