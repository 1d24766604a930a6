/* SPDX-License-Identifier: MIT */
/* why_softirq.c - why a softirq does not run: it is not raised, its CPU keeps it out, or what runs does not end. */
#include <linux/callbacks.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_poll.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/netdevice.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/string.h>
#include "why.h"

static unsigned int kstat_softirqs(unsigned int nr)
{
	unsigned int cpu, runs = 0;

	for_each_online_cpu(cpu)
		runs += kstat_softirqs_cpu(nr, cpu);
	return runs;
}

/* The first function of @callers that is not about raising. */
static unsigned long raiser(const unsigned long *callers, unsigned int n)
{
	unsigned long start;
	unsigned int i;

	for (i = 0; i + 1 < n && callers[i + 1]; i++) {
		const char *name = function_of(callers[i] - 1, &start);

		if (!strstr(name, "raise_softirq") && !strstr(name, "tasklet_"))
			break;
	}
	return callers[i];
}

/* "softirq NET_RX is pending on CPU 1 (raised at e1000_intr+0x12 by sh/7 in a hardirq 2.1 s ago)" */
static void add_pending(struct line *l, unsigned int nr, unsigned int cpu)
{
	struct softirq_raise r;

	add(l, "softirq %s is pending on CPU %u", softirq_to_name[nr], cpu);
	if (!DEBUG_LOCKS)
		return;
	r = debug_softirq_raised(nr, cpu);
	if (!r.when)
		return;
	add(l, " (raised at %pS by %s/%d%s", (void *)raiser(r.callers, ARRAY_SIZE(r.callers)),
	    r.comm, r.pid, r.preempt_count & HARDIRQ_MASK ? " in a hardirq" :
	    r.preempt_count & SOFTIRQ_OFFSET ? " in a softirq" : "");
	add_age(l, " ", r.when, " s ago)");
}

/* It is left to ksoftirqd: why does that not run? */
static void ksoftirqd_says(struct why *w, const char *pending, unsigned int cpu)
{
	struct task_struct *p = per_cpu(ksoftirqd, cpu);
	struct why thread = why_then(w);

	if (!p)
		return why_say(w, WHY_STOPS, "%s, and there is no ksoftirqd/%u yet", pending, cpu);
	if (READ_ONCE(p->__state) == TASK_INTERRUPTIBLE && !READ_ONCE(p->on_rq))
		return why_say(w, WHY_STOPS, "%s, and nobody woke ksoftirqd/%u (__raise_softirq_irqoff "
			       "in a thread?): it waits for an interrupt there", pending, cpu);
	why_thread(&thread, p);
	why_say(w, thread.rank[0], "%s and left to ksoftirqd/%u. %s", pending, cpu, thread.text[0]);
}

/* @nr was pending on @cpu at two looks: it has not run in between, or never to the end. */
static void pending_says(struct why *w, unsigned int nr, unsigned int cpu)
{
	struct line pending = {}, l = {};

	add_pending(&pending, nr, cpu);
	if (!softirq_vec[nr].action)
		why_say(w, WHY_STOPS, "%s, but has no handler (open_softirq)", pending.text);
	else if (cpu_obstacle_now(cpu, &l) >= SOFTIRQS)
		why_say(w, WHY_STOPS, "%s: %s", pending.text, l.text);
	else
		ksoftirqd_says(w, pending.text, cpu);
}

/* While its softirq runs it is on no list. */
#define MARKED_LOOKS	20

/* A disabled tasklet makes its softirq run and run, and never runs. */
static void probe_tasklets(struct why *w, unsigned int cpu)
{
	struct cpu_sample s = {};

	for (int looks = 0; looks < LOOKS && !s.disabled_tasklet; looks++)
		if (!cpu_sample(cpu, &s))
			return;
	if (s.disabled_tasklet)
		why_say(w, WHY_STOPS, "tasklet %ps is scheduled on CPU %u but disabled: its softirq "
			"raises itself again and again until tasklet_enable()", s.disabled_tasklet,
			cpu);
}

/* Only debug builds know of the calls. */
static bool is_being_called(const void *fn)
{
	const struct callback *c = callback_of(fn);

	return !c || atomic_read(&c->notes[CALLBACK_CALLED].times) !=
		     atomic_read(&c->notes[CALLBACK_RETURNED].times);
}

/* One that is queued and marked as running, and no call of it is under way: it was marked by something else. */
static void probe_marked_tasklet(struct why *w, unsigned int cpu)
{
	const void *fn = NULL;
	unsigned int seen = 0;
	struct cpu_sample s;

	for (int looks = 0; looks < MARKED_LOOKS && can_look_again(cpu); looks++) {
		if (!cpu_sample(cpu, &s))
			return;
		if (s.running_tasklet && is_being_called(s.running_tasklet))
			return;
		fn = s.running_tasklet ?: fn;
		seen += !!s.running_tasklet;
		udelay(LOOK_US);
	}
	if (seen > 1)
		why_say(w, WHY_STOPS, "tasklet %ps is scheduled on CPU %u and marked as running (TASKLET_STATE_RUN), "
			"but no CPU runs it: its softirq raises itself again and again. Was its struct copied, "
			"or overwritten?", fn, cpu);
}

/* Many runs within a look, each raised by a tasklet in the one before. */
static void probe_again(struct why *w, unsigned int nr, unsigned int cpu)
{
	unsigned int runs = kstat_softirqs_cpu(nr, cpu);
	struct cpu_sample s;
	struct line l = {};
	struct softirq_raise r;

	if (!DEBUG_LOCKS || !runs || !can_look_again(cpu))
		return;
	udelay(LOOKS * LOOK_US);
	r = debug_softirq_raised(nr, cpu);
	runs = kstat_softirqs_cpu(nr, cpu) - runs;
	if (!(r.preempt_count & SOFTIRQ_OFFSET) || r.preempt_count & HARDIRQ_MASK ||
	    runs < MANY_RUNS)
		return;
	if (nr == NET_RX_SOFTIRQ && cpu_sample(cpu, &s))
		add_insatiable(&l, &s);
	why_say(w, WHY_DELAYS, "softirq %s runs again and again on CPU %u, %u times within the last ms: "
		"it is raised in itself at %pS%s", softirq_to_name[nr], cpu, runs,
		(void *)raiser(r.callers, ARRAY_SIZE(r.callers)), l.text);
}

static bool pending_on(unsigned int nr, unsigned int cpu)
{
	return READ_ONCE(per_cpu(__softirq_pending, cpu)) & BIT(nr);
}

/* Woken, and somebody else has the CPU. */
static bool ksoftirqd_waits(unsigned int cpu)
{
	struct task_struct *p = per_cpu(ksoftirqd, cpu);

	return p && READ_ONCE(p->on_rq) && !READ_ONCE(p->on_cpu);
}

/* Interrupts may run some of it on their way out: what matters then is the rest. */
static void probe_pending(struct why *w, unsigned int nr, unsigned int cpu)
{
	unsigned int runs = kstat_softirqs_cpu(nr, cpu);

	if (!pending_on(nr, cpu))
		return;
	if (can_look_again(cpu))
		udelay(LOOKS * LOOK_US);
	if (pending_on(nr, cpu) && (runs == kstat_softirqs_cpu(nr, cpu) || ksoftirqd_waits(cpu)))
		pending_says(w, nr, cpu);
}

/*
 * It runs, and for longer than a softirq should. A handler that ends in a call of the next function, as
 * release builds compile them, is not seen: then it may be any.
 */
static void probe_endless(struct why *w, unsigned int nr, unsigned int cpu)
{
	unsigned int runs = kstat_softirqs_cpu(nr, cpu);
	bool seen = false;
	struct cpu_sample s;
	struct line l = {};

	if (!runs || !cpu_look(cpu, &s) || !sample_softirq(&s) ||
	    kstat_softirqs_cpu(nr, cpu) != runs)
		return;
	for (int i = 0; i < NR_SOFTIRQS; i++)
		seen |= sample_serves(&s, i);
	if (seen && !sample_serves(&s, nr))
		return;
	add_serving(&l, &s);
	why_say(w, WHY_DELAYS, "softirq %s %s not come to its end: %s", softirq_to_name[nr],
		seen ? "does" : "may", l.text);
}

/* One that never completes; IRQ_POLL goes round with it, in ksoftirqd. */
static void probe_irq_poll(struct why *w, unsigned int cpu)
{
	struct irq_poll_look look;

	if (!irq_poll_look(cpu, &look))
		return;
	why_say(w, WHY_DELAYS, "softirq IRQ_POLL goes round on CPU %u: %ps has used its whole weight, %d, %u times "
		"in a row%s", cpu, look.poll, look.weight, look.full_polls, look.weight > 0 ?
		" (was there so much to do?)" : ": with that it may take nothing");
}

/* Does nobody poll? @runs: how many runs of NET_RX had begun before, on all CPUs. */
static bool nobody_polls(unsigned int runs)
{
	unsigned int cpu;
	struct cpu_sample s;

	for_each_online_cpu(cpu)
		if (!cpu_sample(cpu, &s) || sample_softirq(&s))
			return false;
	return runs == kstat_softirqs(NET_RX_SOFTIRQ);
}

/* A napi that the softirq does not know of, and that can be given to it no more. */
static void probe_napis(struct why *w)
{
	unsigned int runs = kstat_softirqs(NET_RX_SOFTIRQ);
	struct napi_look before, n;

	if (!napi_look(napi_is_lost, NULL, &before))
		return;
	udelay(LOOKS * LOOK_US);	/* was it just on the way to the list? */
	if (!nobody_polls(runs) || !napi_look(napi_is_lost, NULL, &n) || n.id != before.id ||
	    runs != kstat_softirqs(NET_RX_SOFTIRQ))
		return;
	if (n.off)
		why_say(w, WHY_STOPS, "napi %u of %s (%ps) was scheduled while it was disabled "
			"(napi_enable)", n.id, n.dev, n.poll);
	else if (!n.was_listed)
		why_say(w, WHY_STOPS, "napi %u of %s (%ps) was claimed (napi_schedule_prep) and then put on no CPU's "
			"list (__napi_schedule)", n.id, n.dev, n.poll);
	else
		why_say(w, WHY_STOPS, "napi %u of %s is scheduled and on no CPU's list: %ps returned "
			"less than its budget and did not complete it (napi_complete_done)", n.id,
			n.dev, n.poll);
}

/* Callbacks wait for a grace period, and that for readers. */
static void probe_readers_of_rcu(struct why *w)
{
	struct line l = {};
	int cpu = rcu_obstacle(&l);

	if (cpu >= 0)
		why_say(w, WHY_STOPS, "softirq RCU has nothing to do before CPU %d has left its readers: %s", cpu,
			l.text);
}

/* What a tick raises, when it finds it due, is not raised on a CPU whose ticks do not come. */
static void probe_tick(struct why *w, unsigned int nr, unsigned int cpu)
{
	const unsigned int by_tick =
		BIT(TIMER_SOFTIRQ) | BIT(HRTIMER_SOFTIRQ) | BIT(SCHED_SOFTIRQ) | BIT(RCU_SOFTIRQ);
	struct cpu_sample s;
	struct line l = {};

	if (by_tick & BIT(nr) && cpu_look(cpu, &s) &&
	    (apic_obstacle(&s, 0, &l) || timer_obstacle(&s, &l)))
		why_say(w, WHY_STOPS, "softirq %s is not raised on CPU %u, which misses interrupts: %s",
			softirq_to_name[nr], cpu, l.text);
}

void why_softirq(struct why *w, unsigned int nr)
{
	unsigned int cpu, n, runs = 0;
	struct line where = {};

	for_each_online_cpu(cpu) {
		if (nr == TASKLET_SOFTIRQ || nr == HI_SOFTIRQ) {
			probe_tasklets(w, cpu);
			probe_marked_tasklet(w, cpu);
		}
		probe_pending(w, nr, cpu);
		probe_endless(w, nr, cpu);
		if (nr == IRQ_POLL_SOFTIRQ && !w->rank[0])
			probe_irq_poll(w, cpu);
		if (!w->rank[0])
			probe_again(w, nr, cpu);
		if (!w->rank[0])
			probe_tick(w, nr, cpu);
		n = kstat_softirqs_cpu(nr, cpu);
		runs += n;
		if (n)
			add(&where, "%s%u on CPU %u", where.len ? ", " : "", n, cpu);
	}
	if (nr == NET_RX_SOFTIRQ && !w->rank[0])
		probe_napis(w);
	if (nr == RCU_SOFTIRQ && !w->rank[0])
		probe_readers_of_rcu(w);
	if (!w->rank[0])
		probe_lost_callbacks(w, nr);
	why_say(w, WHY_WORKS, "softirq %s%s: %u runs so far (%s)%s", softirq_to_name[nr],
		w->rank[0] ? "" : " is pending nowhere", runs, runs ? where.text : "none",
		softirq_vec[nr].action ? "" : "; it has no handler (open_softirq)");
}
