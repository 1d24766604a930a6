/* SPDX-License-Identifier: MIT */
/* why_cpu.c - what a CPU does and what it keeps out. */
#include <linux/callbacks.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irqdesc.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/netdevice.h>
#include <linux/panic.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/softirq.h>
#include <linux/spinlock_debug.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/timekeeping.h>
#include <asm/apic.h>
#include <asm/hw_irq.h>
#include "why.h"

/* A timer interrupt that is so late does not come at all. */
#define OVERDUE_NS	(50 * NSEC_PER_MSEC)

bool can_look_again(unsigned int cpu)
{
	return cpu != raw_smp_processor_id() && !panic_in_progress();
}

/* Interrupts were on since @before, and so they are not kept out. */
static bool were_on_since(const struct cpu_sample *before, const struct cpu_sample *s)
{
	return s->curr == before->curr && s->locks.changes != before->locks.changes;
}

/* How much of what a CPU keeps out is an accident of the moment, if it is not there at the next look. */
static int severity(const struct cpu_sample *s)
{
	return sample_irqs_off(s) || sample_hardirq(s) ? 2 : !!sample_softirq(s);
}

bool cpu_look(unsigned int cpu, struct cpu_sample *s)
{
	struct cpu_sample now;

	for (int looks = 1; cpu_sample(cpu, &now); looks++) {
		if (looks > 1 && were_on_since(s, &now))
			now.flags |= X86_EFLAGS_IF;
		if (looks == 1 || severity(&now) <= severity(s))
			*s = now;
		if (!severity(s) || looks == LOOKS || !can_look_again(cpu))
			return true;
		udelay(LOOK_US);
	}
	return false;
}

bool sample_is_in(const struct cpu_sample *s, const void *fn)
{
	unsigned long start;

	for (unsigned int i = 0; i < s->nr_callers; i++) {
		function_of(s->callers[i], &start);
		if (start == (unsigned long)fn)
			return true;
	}
	return false;
}

/* --- what is in the way --- */

/* What is left of `while (!flag);` when the compiler need not read the flag again. [SDM 2A] "JMP" */
static bool jumps_to_itself(unsigned long ip)
{
	return kernel_text_address(ip) && kernel_text_address(ip + 1) && *(const u16 *)ip == 0xfeeb;
}

/* ", at hog_thread+0x12" */
static bool add_at(struct line *l, const struct cpu_sample *s)
{
	bool stays = jumps_to_itself(s->callers[0]);
	unsigned long start;

	add(l, ", at %pS%s", (void *)s->callers[0], stays ? ", a jump to itself: its loop reads nothing "
	    "again (READ_ONCE)" : "");
	if (s->nr_callers > 1 && strstr(function_of(s->callers[0], &start), "delay"))
		add(l, " < %pS", (void *)s->callers[1]);
	return stays;
}

/* "hog/23, at hog_thread+0x12" */
static bool add_where(struct line *l, const struct cpu_sample *s)
{
	add(l, "%s/%d", s->curr->comm, s->curr->pid);
	return add_at(l, s);
}

static void add_callers(struct line *l, const struct cpu_sample *s)
{
	for (unsigned int i = 1; i < min(s->nr_callers, 3U); i++)
		add(l, " < %ps", (void *)s->callers[i]);
}

bool add_place(struct line *l, unsigned int cpu, const struct task_struct *p)
{
	struct cpu_sample s;
	bool stays;

	if (!cpu_sample(cpu, &s) || s.curr != p || sample_hardirq(&s) || sample_softirq(&s))
		return false;
	stays = add_at(l, &s);
	if (!stays)
		add_callers(l, &s);
	return stays;
}

/* What keeps the owner of the lock that @cpu spins for: it sleeps, or waits for a timer function, the spinner's? */
static void add_owner(struct line *l, unsigned int cpu)
{
	struct task_struct *owner = debug_spin_owner(cpu);
	unsigned int owner_cpu;
	struct cpu_sample o;

	if (!owner)
		return;
	if (!READ_ONCE(owner->on_rq) && !READ_ONCE(owner->on_cpu))
		return add(l, "; its owner sleeps: is an unlock missing on a way out?");
	owner_cpu = task_cpu(owner);
	if (owner_cpu == cpu || owner_cpu == raw_smp_processor_id() || !cpu_sample(owner_cpu, &o))
		return;
	if (sample_is_in(&o, timer_delete_sync))
		add(l, " and keeps in timer_delete_sync(), until no timer's function runs");
}

/* The spinlock, or the end of something, that it waits for, where this build knows. */
static bool add_spinning(struct line *l, const struct cpu_sample *s)
{
	struct line awaited = {};
	char spin[200];

	if (!DEBUG_LOCKS)
		return false;
	if (debug_spin_look(s->cpu, spin, sizeof(spin))) {
		add(l, "; it %s", spin);
		add_owner(l, s->cpu);
		return true;
	}
	add_awaited(&awaited, s->curr);
	if (awaited.len)
		add(l, "; it %s", awaited.text);
	return awaited.len;
}

/* What its thread waits for or holds. */
static void add_locks(struct line *l, const struct cpu_sample *s)
{
	const struct lockdep_look *look = &s->locks;

	if (!add_spinning(l, s) && look->lock) {
		add(l, "; it took lock '%s' at %pS", look->lock, (void *)look->lock_ip);
		add_age(l, " ", look->lock_since, " s ago");
	}
}

/* [SDM 2A] "HLT" */
#define HLT	0xf4

/* Stands behind a hlt, at each look: an NMI ends it, as the one that asks does, an interrupt does not. */
static bool is_halted(const struct cpu_sample *s)
{
	unsigned long ip = s->callers[0];
	struct cpu_sample now;

	for (int looks = 0; looks < LOOKS; looks++) {
		if (!kernel_text_address(ip - 1) || *(const u8 *)(ip - 1) != HLT ||
		    !can_look_again(s->cpu) || !cpu_sample(s->cpu, &now) || now.callers[0] != ip)
			return false;
		udelay(LOOK_US);
	}
	return true;
}

/* " since irqs_off+0x12 in hog/23, at hog_thread+0x12" */
static void add_since(struct line *l, unsigned long ip, const struct cpu_sample *s)
{
	if (ip)
		add(l, " since %pS", (void *)ip);
	add(l, " in ");
	add_where(l, s);
}

/* The handler of softirq @nr is what @s's CPU is in. */
bool sample_serves(const struct cpu_sample *s, int nr)
{
	return softirq_vec[nr].action && sample_is_in(s, softirq_vec[nr].action);
}

/* "; napi 258 of eth0 (e1000_clean) has used its whole budget 6360 times in a row" */
void add_insatiable(struct line *l, const struct cpu_sample *s)
{
	struct napi_look n;

	if ((sample_serves(s, NET_RX_SOFTIRQ) || s->curr == per_cpu(ksoftirqd, s->cpu)) &&
	    napi_look(napi_is_insatiable, NULL, &n))
		add(l, "; napi %u of %s (%ps) has used its whole budget %u times in a row (was there so much "
		    "to do?)", n.id, n.dev, n.poll, n.full_polls);
}

/* "CPU 1 runs softirq TIMER (run_timer_softirq), at foo+0x12 < bar < run_base" */
void add_serving(struct line *l, const struct cpu_sample *s)
{
	add(l, "CPU %u runs softirq", s->cpu);
	for (int nr = 0; nr < NR_SOFTIRQS; nr++)
		if (sample_serves(s, nr))
			add(l, " %s (%ps)", softirq_to_name[nr], softirq_vec[nr].action);
	add_at(l, s);
	add_callers(l, s);
	if (!add_spinning(l, s))
		add_insatiable(l, s);
}

/* The call that @s's CPU is in for another; NULL: none, or this build does not know. */
static const struct callback *call_of(const struct cpu_sample *s)
{
	const struct callback *c = NULL;

	while (sample_hardirq(s) && (c = callback_next(c)))
		if (c->kind == CALLBACK_CALL && sample_is_in(s, c->fn))
			return c;
	return NULL;
}

/* "; it is in bank_switch, which bank_thread+0x12 had it call, and so is CPU 3" */
static void add_call(struct line *l, const struct cpu_sample *s)
{
	const struct callback *c = call_of(s);
	struct cpu_sample other;
	unsigned int cpu;

	if (!c)
		return;
	add(l, "; it is in %ps, which %pS had it call", c->fn, (void *)READ_ONCE(c->notes[CALLBACK_QUEUED].ip));
	for_each_online_cpu(cpu)
		if (cpu != s->cpu && can_look_again(cpu) && cpu_sample(cpu, &other) &&
		    sample_is_in(&other, c->fn))
			add(l, ", and so is CPU %u", cpu);
}

enum obstacle cpu_obstacle(const struct cpu_sample *s, struct line *l)
{
	if (sample_hardirq(s)) {
		add(l, "CPU %u is in an interrupt handler, on top of ", s->cpu);
		add_where(l, s);
		add_call(l, s);
		add_locks(l, s);
		return INTERRUPTS;
	}
	if (sample_irqs_off(s)) {
		add(l, "interrupts are off on CPU %u", s->cpu);
		add_since(l, s->locks.irqs_off_ip, s);
		if (is_halted(s))
			add(l, ", where it has halted (hlt), and no interrupt ends that");
		add_locks(l, s);
		return INTERRUPTS;
	}
	if (sample_softirq(s)) {
		add_serving(l, s);
		return SOFTIRQS;
	}
	if (sample_bh_off(s)) {
		add(l, "bottom halves are off on CPU %u", s->cpu);
		add_since(l, s->locks.bh_off_ip, s);
		add_locks(l, s);
		return SOFTIRQS;
	}
	if (s->preempt_count && !is_idle_task(s->curr)) {
		add(l, "preemption is off on CPU %u (%u deep)", s->cpu, s->preempt_count);
		add_since(l, 0, s);
		add_locks(l, s);
		return THREADS;
	}
	return NOTHING;
}

/*
 * What is raised or in service keeps out its class and those below.
 * [SDM 3A] 11.8.3.1 "Task and Processor Priorities"
 */
bool apic_obstacle(const struct cpu_sample *s, unsigned int vector, struct line *l)
{
	unsigned int v = NR_VECTORS - 1;

	if (!s->spiv)		/* early in the boot: nothing was read */
		return false;
	if (!(s->spiv & APIC_SPIV_APIC_ENABLED)) {
		add(l, "its local APIC is switched off (SPIV %#x)", s->spiv);
		return true;
	}
	if (s->tpr >> 4 >= max(vector >> 4, 1U)) {
		add(l, "its task priority (TPR) is %#x, so vectors below %#x wait", s->tpr,
		    (s->tpr | 0xf) + 1);
		return true;
	}
	if (sample_hardirq(s) || sample_irqs_off(s))
		return false;	/* what is in service is being served */
	while (v > FIRST_EXTERNAL_VECTOR && !sample_bit(s->isr, v))
		v--;
	if (!sample_bit(s->isr, v) || v >> 4 < vector >> 4)
		return false;
	add(l, "its vector %#x (irq %u) is in service though no handler runs: the end of interrupt "
	    "(EOI) was lost, and vectors below %#x wait", v,
	    irq_desc_get_irq(READ_ONCE(per_cpu(vector_irq[v], s->cpu))), (v | 0xf) + 1);
	return true;
}

void add_refusal(struct line *l, unsigned int cpu)
{
	struct cpuhp_refusal r;

	if (!cpuhp_refused(cpu, &r))
		return;
	add(l, ": when it was to %s", r.up ? "come" : "go");
	add_age(l, " ", r.when, " s ago");
	add(l, ", step %s (%ps) said %pe", r.step, r.fn, ERR_PTR(r.err));
}

static void add_no_answer(struct line *l, unsigned int cpu)
{
	add(l, cpu_online(cpu) ? "CPU %u does not answer an NMI: it is in another, or dead" :
	    "CPU %u is offline", cpu);
	if (!cpu_online(cpu))
		add_refusal(l, cpu);
}

/* --- cpu --- */

/* One that the host has kept from running gets what it has missed now. */
static bool still_due(unsigned int cpu, ktime_t due)
{
	if (can_look_again(cpu))
		udelay(LOOKS * LOOK_US);
	return hrtimer_first_expiry(cpu) == due;
}

/*
 * The first timer is long due, and interrupts are on: the hardware keeps it back. Not so where we keep it
 * back ourselves: a report from an interrupt on this very CPU may print for longer than that.
 */
bool timer_obstacle(const struct cpu_sample *s, struct line *l)
{
	ktime_t due = hrtimer_first_expiry(s->cpu);
	s64 late = ktime_get_ns() - due;

	if (due == KTIME_MAX || late < OVERDUE_NS || sample_irqs_off(s) ||
	    (s->cpu == raw_smp_processor_id() && irqs_disabled()) || !still_due(s->cpu, due))
		return false;
	add(l, "its timer interrupt is %lld ms overdue%s", late / NSEC_PER_MSEC,
	    s->lvt_timer & APIC_LVT_MASKED ? ", masked in the local vector table (LVT)" :
	    !s->timer_armed ? ": its local timer is not armed, and nobody arms it but that interrupt" : "");
	return true;
}

/* So many callbacks within a look are more than any clock device would ask for. */
#define MANY_CALLBACKS	5

/* It runs for moments only. */
static bool see_hrtimer(unsigned int cpu, struct hrtimer_look *look)
{
	for (int i = 0; i < 1000; i++)
		if (hrtimer_look(cpu, look))
			return true;
	return false;
}

/* A hrtimer that its callback leaves in the past expires again at once, and the interrupt never ends. */
static bool probe_hrtimer(const struct cpu_sample *s, struct why *w)
{
	struct hrtimer_look before, now;

	if (!sample_hardirq(s) || !can_look_again(s->cpu) || !see_hrtimer(s->cpu, &before))
		return false;
	udelay(LOOKS * LOOK_US);
	if (!see_hrtimer(s->cpu, &now) || now.function != before.function ||
	    now.expires != before.expires ||
	    now.nr_runs - before.nr_runs < MANY_CALLBACKS ||
	    (s64)(ktime_get_ns() - now.expires) < OVERDUE_NS)
		return false;
	why_say(w, WHY_STOPS, "CPU %u does not leave its timer interrupt: hrtimer %ps restarts and its "
		"time stays %lld ms in the past (hrtimer_forward)", s->cpu, now.function,
		(s64)(ktime_get_ns() - now.expires) / NSEC_PER_MSEC);
	return true;
}

/* The function of an irq_work that @cpu has called last; NULL: this build does not know. */
static const struct callback *last_irq_work(unsigned int cpu)
{
	const struct callback *c = NULL, *last = NULL;

	while ((c = callback_next(c)) != NULL)
		if (c->kind == CALLBACK_IRQ_WORK && c->notes[CALLBACK_CALLED].cpu == cpu &&
		    (!last || c->notes[CALLBACK_CALLED].when > last->notes[CALLBACK_CALLED].when))
			last = c;
	return last;
}

/* An irq_work that queues itself has its interrupt come again before anything else gets its turn. */
static bool probe_irq_work(const struct cpu_sample *s, struct why *w)
{
	unsigned int *irqs = &per_cpu(irq_stat, s->cpu).irq_work_irqs, before = READ_ONCE(*irqs), n;
	const struct callback *c;
	struct line l = {};

	if (!can_look_again(s->cpu))
		return false;
	udelay(LOOKS * LOOK_US);
	n = READ_ONCE(*irqs) - before;
	if (n < MANY_RUNS)
		return false;
	c = last_irq_work(s->cpu);
	if (c)
		add(&l, ": %ps is called, and queued again at %pS", c->fn,
		    (void *)READ_ONCE(c->notes[CALLBACK_QUEUED].ip));
	why_say(w, WHY_STOPS, "CPU %u has interrupts for irq_work again and again, %u within the last ms%s", s->cpu, n,
		l.text);
	return true;
}

/* It waits for another CPU's answer, which that does not give. */
static bool probe_call(const struct cpu_sample *s, struct why *w)
{
	smp_call_func_t func;
	struct line l = {};
	int target = smp_call_look(s->cpu, &func);

	if (target < 0 || target == raw_smp_processor_id())
		return false;
	if (cpu_obstacle_now(target, &l) < INTERRUPTS)
		return false;
	why_say(w, WHY_STOPS, "CPU %u in %s/%d waits until CPU %d has called %ps, and there %s",
		s->cpu, s->curr->comm, s->curr->pid, target, func, l.text);
	return true;
}

enum obstacle cpu_obstacle_now(unsigned int cpu, struct line *l)
{
	struct cpu_sample s;
	enum obstacle o;

	if (!cpu_look(cpu, &s)) {
		add_no_answer(l, cpu);
		return INTERRUPTS;
	}
	o = cpu_obstacle(&s, l);
	if (o == NOTHING && (apic_obstacle(&s, 0, l) || timer_obstacle(&s, l)))
		return INTERRUPTS;
	return o;
}

void why_cpu(struct why *w, unsigned int cpu)
{
	struct line l = {}, apic = {};
	struct cpu_sample s;
	bool stays, spins;
	enum obstacle o;

	if (cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return why_say(w, WHY_STOPS, "there is no CPU %u; this machine has %*pbl", cpu,
			       cpumask_pr_args(cpu_possible_mask));
	if (!cpu_look(cpu, &s)) {
		add_no_answer(&l, cpu);
		return why_say(w, WHY_STOPS, "%s", l.text);
	}
	if (apic_obstacle(&s, 0, &apic) || timer_obstacle(&s, &apic))
		why_say(w, WHY_STOPS, "CPU %u misses interrupts: %s", cpu, apic.text);
	if (probe_hrtimer(&s, w) || probe_irq_work(&s, w) || probe_call(&s, w))
		return;
	o = cpu_obstacle(&s, &l);
	if (o != NOTHING)
		return why_say(w, o == INTERRUPTS ? WHY_STOPS : WHY_DELAYS, "%s", l.text);
	stays = add_where(&l, &s);
	add_insatiable(&l, &s);
	spins = !is_idle_task(s.curr) && add_spinning(&l, &s);
	why_say(w, stays ? WHY_STOPS : spins ? WHY_DELAYS : WHY_WORKS, "CPU %u %s%s%s", cpu,
		is_idle_task(s.curr) ? "is idle: " : "runs ", l.text, stays ? "" : ", interrupts are on");
}
