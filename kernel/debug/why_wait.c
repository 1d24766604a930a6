/* SPDX-License-Identifier: MIT */
/* why_wait.c - whom a thread waits for that sleeps for no lock with an owner: threads, CPUs, work. */
#include <linux/callbacks.h>
#include <linux/cpumask.h>
#include <linux/irqdesc.h>
#include <linux/jiffies.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include "why.h"

/* So many sentences about who is waited for end in one more. */
#define MAX_DEPTH	2

#define stops(w, p, fmt, ...) \
	why_say(w, WHY_STOPS, "thread %s/%d " fmt, (p)->comm, (p)->pid, ##__VA_ARGS__)

bool may_list_threads(void)
{
	return !irqs_disabled() && !in_interrupt();
}

/* " Thread deaf/20 sleeps ...", if the chain is not too long by now. */
static void add_thread(struct line *l, const struct why *w, struct task_struct *p)
{
	struct why then = why_then(w);

	if (then.depth > MAX_DEPTH)
		return;
	why_thread(&then, p);
	add(l, ". %s", then.text[0]);
}

static const char *kind_of_timer(const struct timer_look *look)
{
	return look->delayed_work ? "delayed work" : "timer";
}

bool add_deferrable(struct line *l, const struct timer_look *look)
{
	if (!look->deferrable || !cpu_online(look->cpu) || !idle_cpu(look->cpu))
		return false;
	add(l, ": it is deferrable, and CPU %u, which is idle, is not woken for such a one (TIMER_DEFERRABLE)",
	    look->cpu);
	return true;
}

static void add_overdue(struct line *l, const struct timer_look *look)
{
	unsigned int ms = jiffies_to_msecs(jiffies - look->expires);
	struct line reason = {};

	if (add_deferrable(&reason, look))
		add(l, "; %s %ps was due %u.%03u s ago%s", kind_of_timer(look), look->function, ms / 1000,
		    ms % 1000, reason.text);
}

void add_far_timer(struct line *l, const void *what)
{
	const char *module = kallsyms_module((unsigned long)what);
	const struct callback *c;
	struct timer_look look;
	long left;

	if (!module || !timer_look(of_module, module, &look))
		return;
	left = look.expires - jiffies;
	if (left < -LATE)
		add_overdue(l, &look);
	if (left <= FAR_AWAY)
		return;
	add(l, "; %s %ps is not due for %ld s", kind_of_timer(&look), look.function, left / HZ);
	c = callback_of(look.function);
	if (c && atomic_read(&c->notes[CALLBACK_SOONER].times))
		add(l, ", for it was queued already when it was queued for sooner at %pS (mod_delayed_work)",
		    (void *)READ_ONCE(c->notes[CALLBACK_SOONER].ip));
}

/* Does @p wait to write? */
static bool waits_to_write(struct task_struct *p)
{
	return sleeps_in(p, "down_write", sizeof("down_write") - 1);
}

/* @p wants to read @s, which readers have: a writer stands before it. */
static void add_writer(struct line *l, struct task_struct *p, const struct rw_semaphore *s,
		       const char *how)
{
	struct task_struct *t;

	for_each_task(t) {
		if (t == p || READ_ONCE(t->blocked_on_rwsem) != s || !waits_to_write(t))
			continue;
		add(l, ", and %s/%d, which wants to write, is before it%s", t->comm, t->pid, how);
		put_task_struct(t);
		return;
	}
}

/* @p reads @s and wants to read it once more, but a writer has come in between. */
static void add_reads_twice(struct line *l, struct task_struct *p, const struct rw_semaphore *s,
					   unsigned long ip)
{
	add(l, "; it is one of them itself, since %pS", (void *)ip);
	add_writer(l, p, s, " and waits for it: a deadlock");
	add(l, " (down_read() of what it reads already)");
}

void probe_readers(struct task_struct *p, const struct rw_semaphore *s, struct why *w,
		   struct line *l)
{
	struct task_struct *t;
	unsigned long ip;

	if (!DEBUG_LOCKS || !may_list_threads())
		return;
	ip = rwsem_read_since(p, s);
	if (ip)
		return add_reads_twice(l, p, s, ip);
	for_each_task(t) {
		ip = rwsem_read_since(t, s);
		if (!ip)
			continue;
		add(l, "; %s/%d has read since %pS (up_read)", t->comm, t->pid, (void *)ip);
		if (!waits_to_write(p))
			add_writer(l, p, s, "");
		if (t != p)
			add_thread(l, w, t);
		put_task_struct(t);
		return;
	}
}

/* It has asked a thread to end or to park. */
static bool probe_asked(struct task_struct *p, struct why *w)
{
	const void *x = READ_ONCE(p->waits_on);
	const struct kthread_wait *asked;
	struct line l = {};
	struct task_struct *t;

	if (!x || !may_list_threads())
		return false;
	for_each_task(t) {
		asked = kthread_waiter(t, x);
		if (!asked)
			continue;
		add(&l, "waits in %s() for %s/%d, which has not %s", asked->waits, t->comm, t->pid, asked->answer);
		add_thread(&l, w, t);
		put_task_struct(t);
		stops(w, p, "%s", l.text);
		return true;
	}
	return false;
}

/* A grace period waits for CPUs. One that is in the way now is the one that is waited for. */
int rcu_obstacle(struct line *l)
{
	struct cpumask waiting;
	unsigned int cpu;

	rcu_look(&waiting);
	for_each_cpu(cpu, &waiting)
		if (cpu != raw_smp_processor_id() && cpu_obstacle_now(cpu, l) != NOTHING)
			return cpu;
	return -1;
}

static bool probe_grace_period(struct task_struct *p, struct why *w)
{
	struct line l = {};
	int cpu;

	if (!sleeps_in(p, "synchronize_rcu", sizeof("synchronize_rcu")))
		return false;
	cpu = rcu_obstacle(&l);
	if (cpu >= 0)
		stops(w, p, "waits in synchronize_rcu() until CPU %d has left its readers: %s", cpu, l.text);
	return cpu >= 0;
}

/* disable_irq(), free_irq() and synchronize_irq() wait until no thread of the line is in its handler. */
static bool probe_irq_sync(struct task_struct *p, struct why *w)
{
	unsigned long off = (unsigned long)READ_ONCE(p->waits_on) - (unsigned long)irq_desc;
	unsigned int irq = off / sizeof(*irq_desc);
	struct task_struct *t;
	struct line l = {};

	if (off >= sizeof(irq_desc) || READ_ONCE(p->waits_kind) != WAITS_QUEUE ||
	    !may_list_threads())
		return false;
	t = irq_busy_thread(irq);
	add(&l, "waits until irq %u has no handler running (disable_irq, synchronize_irq, free_irq)", irq);
	if (t) {
		add_thread(&l, w, t);
		put_task_struct(t);
	}
	stops(w, p, "%s", l.text);
	return true;
}

/* flush_work() and cancel_work_sync() wait for an item, flush_workqueue() for all. */
static bool probe_flush(struct task_struct *p, struct why *w)
{
	struct wq_flush_look look;
	struct line l = {};

	if (!wq_flush_look(p, &look))
		return false;
	if (look.all)
		add(&l, "waits in flush_workqueue() of %s for ", look.wq);
	else
		add(&l, "waits for the end of ");
	add(&l, "work %ps", look.func);
	if (look.behind)
		add(&l, ", which is before %ps: workqueue %s runs %d at a time", look.behind, look.wq,
		    look.max_active);
	if (look.before)
		add(&l, ", which waits for %ps: workqueue %s runs %d at a time", look.before, look.wq,
		    look.max_active);
	if (look.runs_on)
		add(&l, ", which is queued behind %ps, which runs " WORK_KEEPS_POOL, look.runs_on);
	if (look.runner) {
		add_thread(&l, w, look.runner);
		put_task_struct(look.runner);
	}
	stops(w, p, "%s", l.text);
	return true;
}

void add_held_up(struct line *l, struct task_struct *p, const struct why *w)
{
	struct task_struct *t;
	struct wq_look look;
	struct mutex *m;

	if (!may_list_threads())
		return;
	for_each_task(t) {
		if (t == p || t == w->asked || blocker(t) != p)
			continue;
		m = READ_ONCE(t->blocked_on);
		add(l, "; %s/%d", t->comm, t->pid);
		if (wq_look(t, NULL, &look))
			add(l, " with work %ps", look.func);
		add(l, " waits for %s %s, which it has: is it who should?", m ? "mutex" : "an rwsem",
		    m ? lockdep_map_name(&m->dep_map) ?: "" : "");
		put_task_struct(t);
		return;
	}
}

bool probe_waits(struct task_struct *p, struct why *w)
{
	return probe_asked(p, w) || probe_grace_period(p, w) || probe_flush(p, w) ||
	       probe_irq_sync(p, w);
}
