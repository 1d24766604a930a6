/* SPDX-License-Identifier: MIT */
/* why_thread.c - why a thread does not run: what it waits for, or who is before it. */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/panic.h>
#include <linux/pid.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched_clock.h>
#include <linux/smp.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <asm/cpu.h>
#include "../sched/sched.h"
#include "why.h"

/* So many owners of locks are followed; a chain that long is a deadlock, or as bad. */
#define MAX_OWNERS	8
#define TRACE_DEPTH	16

/* "Thread hog/23 ..." */
#define say(w, rank, p, fmt, ...) \
	why_say(w, rank, "thread %s/%d " fmt, (p)->comm, (p)->pid, ##__VA_ARGS__)

/* --- it sleeps --- */

/* Its stack into @ips. It may wake up while it is read: 0 if it does at each look. */
static unsigned int read_stack(struct task_struct *p, unsigned long ips[TRACE_DEPTH])
{
	for (int i = 0; i < LOOKS; i++) {
		unsigned long sleeps = READ_ONCE(p->nvcsw);
		unsigned int n = stack_trace_save_tsk(p, ips, TRACE_DEPTH, 0);

		if (!READ_ONCE(p->on_rq) && !READ_ONCE(p->on_cpu) && READ_ONCE(p->nvcsw) == sleeps)
			return n;
		if (can_look_again(task_cpu(p)))
			udelay(LOOK_US);
	}
	return 0;
}

/* The same, *@n functions. Returns where the innermost is that is not the scheduler's own. */
static unsigned int sleep_stack(struct task_struct *p, unsigned long ips[TRACE_DEPTH],
				unsigned int *n)
{
	unsigned long start;
	unsigned int i = 0;

	*n = read_stack(p, ips);
	for (; i < *n; i++) {
		const char *name = function_of(ips[i] - 1, &start);

		if (!strstr(name, "sched") && !strstr(name, "switch") &&
		    strcmp(name, "wait_in_line") && strcmp(name, "wait_common"))
			break;
	}
	return i;
}

static void add_sleep(struct line *l, struct task_struct *p)
{
	unsigned long ips[TRACE_DEPTH];
	unsigned int n, i = sleep_stack(p, ips, &n);

	if (!n)
		return add(l, "sleeps now and then, for moments");
	add(l, "sleeps (%c) in %pB", task_state_to_char(p), (void *)ips[min(i, n - 1)]);
	for (unsigned int end = min(n, i + 3); ++i < end;)
		add(l, " < %ps", (void *)ips[i]);
	add_age(l, ", for ", READ_ONCE(p->se.exec_start), " s");
}

/* " of data_queue [planted]", for what has a name */
static void add_name(struct line *l, const void *what)
{
	unsigned long start;

	if (*function_of((unsigned long)what, &start) != '?')
		add(l, " of %ps", what);
}

void add_thread_name(struct line *l, pid_t pid)
{
	struct task_struct *p = may_list_threads() ? find_get_task_by_vpid(pid) : NULL;

	add(l, "%s/%d", p ? p->comm : "a thread that has ended", pid);
	if (p)
		put_task_struct(p);
}

static void add_woken_before(struct line *l, pid_t woken)
{
	add(l, " woke ");
	add_thread_name(l, woken);
	add(l, " and no other: it was before it, and both wait exclusively (wake_up_all)");
}

/* A wake-up that came and changed nothing: what it was to tell of was not so yet, or is meant for others. */
static bool add_vain_wake(struct line *l, struct task_struct *p, const void *what)
{
	unsigned long ip = READ_ONCE(p->vain_wake_ip);
	int was = READ_ONCE(p->vain_wake_was);
	u64 when = READ_ONCE(p->vain_wake);

	if (!when)
		return false;
	add(l, ": a wake_up()");
	add_name(l, what);
	add(l, " at %pS%s", (void *)ip, was == WOKE_IT ? " woke it" : "");
	add_age(l, " ", when, " s ago");
	if (was == WOKE_IT)
		add(l, ", and its condition was not true then (is it set after that?)");
	else if (was == WOKE_OTHERS)
		add(l, " was for interruptible sleepers, and it is none: wake_up_interruptible() does not wake "
		    "who is in wait_event()");
	else
		add_woken_before(l, READ_ONCE(p->vain_wake_whom));
	return true;
}

/* " at foo+0x12/0x30 1.204 s ago" */
static void add_deed(struct line *l, const struct deed *d)
{
	add(l, " at %pS", (void *)d->ip);
	add_age(l, " ", d->when, " s ago");
}

/* What it waits on was set up anew while it waited, and so has forgotten it. */
static bool add_forgotten(struct line *l, const struct task_struct *p, struct deed initialised)
{
	if (!initialised.ip || initialised.when <= READ_ONCE(p->se.exec_start))
		return false;
	add(l, "; it was initialised anew");
	add_deed(l, &initialised);
	add(l, ", and has forgotten who waits");
	return true;
}

/* A complete() that was forgotten before anybody had waited for it, or that has let somebody else go. */
static void add_completion_deeds(struct line *l, struct task_struct *p, const struct completion *x)
{
	struct completion_deeds d = completion_deeds(x);

	if (add_forgotten(l, p, d.initialised))
		return;
	if (d.taken_back.ip && d.taken_back.when >= d.completed.when) {
		add(l, "; one that came before was taken back by reinit_completion()");
		return add_deed(l, &d.taken_back);
	}
	if (!d.completed.ip || !d.completed.whom || d.completed.whom == p->pid)
		return;
	add(l, "; the last was");
	add_deed(l, &d.completed);
	add(l, " and let ");
	add_thread_name(l, d.completed.whom);
	add(l, " go");
	if (d.completed.when > READ_ONCE(p->se.exec_start))
		add(l, ", which had waited for longer: it takes one for each who waits, or complete_all()");
}

/* An address of the module that @what is in or, where that has no name, that @p sleeps in; NULL: none. */
static const void *module_hint(struct task_struct *p, const void *what)
{
	unsigned long ips[TRACE_DEPTH];
	unsigned int n;

	if (kallsyms_module((unsigned long)what))
		return what;
	n = stack_trace_save_tsk(p, ips, TRACE_DEPTH, 0);
	for (unsigned int i = 0; i < n; i++)
		if (is_module_address(ips[i]))
			return (void *)ips[i];
	return NULL;
}

/* A device may answer before the thread that has asked it gets to its wait. */
#define JUST_BEFORE_NS	(NSEC_PER_SEC / 10)

/* Something else of the module was woken meanwhile, for which nobody waited: the wrong one? */
static void add_vain_wakeup(struct line *l, const struct task_struct *p, const void *what,
			    const void *hint)
{
	const char *module = hint ? kallsyms_module((unsigned long)hint) : NULL;
	u64 slept = READ_ONCE(p->se.exec_start), since = slept - min(slept, JUST_BEFORE_NS);
	struct vain_wakeup v;
	unsigned long start;

	if (!module || !vain_wakeup_by(of_module, module, since, what, &v))
		return;
	add(l, "; instead %pS woke ", (void *)v.ip);
	if (*function_of((unsigned long)v.what, &start) != '?')
		add(l, "%pS", v.what);
	else
		add(l, "something else");
	add_age(l, " ", v.when, " s ago");
	add(l, ", where nobody waited");
}

/* Who would have to end it, where this build knows. */
static void add_waker(struct line *l, struct task_struct *p, const struct why *w)
{
	const void *what = READ_ONCE(p->waits_on);
	enum wait_kind kind = READ_ONCE(p->waits_kind);
	unsigned long until = READ_ONCE(p->sleeps_until);
	const void *hint;
	long left = until - jiffies;

	if (READ_ONCE(p->awaits.kind) == WAITS_SEMAPHORE)
		return;			/* that has been said */
	if (kind != WAITS_NOT && (kind != WAITS_QUEUE || !add_vain_wake(l, p, what))) {
		add(l, kind == WAITS_QUEUE ? ": no wake_up()" : ": no complete()");
		add_name(l, what);
		add(l, " has reached it since");
	}
	if (kind == WAITS_QUEUE)
		add_forgotten(l, p, waitqueue_initialised(what));
	if (kind == WAITS_COMPLETION)
		add_completion_deeds(l, p, what);
	if (kind != WAITS_NOT) {
		hint = module_hint(p, what);
		add_vain_wakeup(l, p, what, hint);
		add_lost_callback(l, hint);
		add_held_up(l, p, w);
	}
	if (until && left > 0)
		add(l, "; its time is over in %ld.%03ld s", left / HZ, left % HZ * 1000 / HZ);
}

/* Was it made and then forgotten? Its first frame is still the one it was made with. */
static bool never_started(struct task_struct *p)
{
	unsigned long ip;

	return !p->nvcsw && !p->nivcsw && stack_trace_save_tsk(p, &ip, 1, 0) == 1 &&
	       ip == (unsigned long)ret_from_fork;
}

bool sleeps_in(struct task_struct *p, const char *name, size_t len)
{
	unsigned long ips[TRACE_DEPTH], start;
	unsigned int n = stack_trace_save_tsk(p, ips, TRACE_DEPTH, 0);

	while (n--)
		if (!strncmp(function_of(ips[n] - 1, &start), name, len))
			return true;
	return false;
}

bool sleeps_at(struct task_struct *p, const char *name)
{
	unsigned long ips[TRACE_DEPTH], start;
	unsigned int n, i = sleep_stack(p, ips, &n);

	return i < n && !strcmp(function_of(ips[i] - 1, &start), name);
}

/* Does it sleep for a time? Then a timer of its CPU has to wake it. */
static bool in_timed_sleep(struct task_struct *p)
{
	return sleeps_in(p, "schedule_timeout", 16) || sleeps_in(p, "msleep", sizeof("msleep"));
}

/* A time that no int of milliseconds can hold was below 0 before it became an unsigned. */
static bool probe_timed_sleep(struct task_struct *p, struct why *w)
{
	unsigned long until = READ_ONCE(p->sleeps_until);
	struct line l = {};

	if (until && (long)(until - jiffies) >= (long)msecs_to_jiffies(INT_MAX)) {
		add_sleep(&l, p);
		say(w, WHY_STOPS, p, "%s, and for %lu days more: was a time below 0 taken for an "
		    "unsigned one?", l.text, (until - jiffies) / HZ / 86400);
		return true;
	}
	if (in_timed_sleep(p) && cpu_obstacle_now(task_cpu(p), &l) >= SOFTIRQS)
		say(w, WHY_STOPS, p, "sleeps for a time, and its CPU runs no timers: %s", l.text);
	return false;
}

/* --- it waits for a mutex or an rwsem, and so for somebody --- */

/* Who has it alone; NULL: nobody, or readers. */
static struct task_struct *owner_of(struct mutex *m, struct rw_semaphore *s)
{
	return m ? mutex_owner(m) : s ? rwsem_writer(s) : NULL;
}

struct task_struct *blocker(struct task_struct *p)
{
	return owner_of(READ_ONCE(p->blocked_on), READ_ONCE(p->blocked_on_rwsem));
}

/* " since apply+0x12". True: @owner is in there no more, has forgotten @m or called a wrapper. */
static bool add_taken(struct line *l, struct task_struct *owner, const struct mutex *m)
{
	unsigned long ips[TRACE_DEPTH], here, taken;
	unsigned long ip = lockdep_held_since(owner, &m->dep_map);
	unsigned int n = stack_trace_save_tsk(owner, ips, TRACE_DEPTH, 0);

	if (!ip)
		return false;
	add(l, " since %pS", (void *)ip);
	if (READ_ONCE(owner->on_rq) || n == TRACE_DEPTH)
		return false;
	function_of(ip, &taken);
	while (n--) {
		function_of(ips[n] - 1, &here);
		if (here == taken)
			return false;
	}
	add(l, ", from where it has returned: is a mutex_unlock() missing on a way out?");
	return true;
}

/* Follow the owners: to one that does not wait for an owned lock, or round to the first. */
static void probe_owners(struct task_struct *p, struct task_struct *owner, struct why *w,
			 struct line *l)
{
	struct task_struct *next;
	struct why then = why_then(w);
	unsigned int hops;

	for (hops = 0; hops < MAX_OWNERS && owner != p && (next = blocker(owner)); hops++) {
		add(l, ", which waits for one that %s/%d has", next->comm, next->pid);
		owner = next;
	}
	if (owner == p || owner == w->asked || hops == MAX_OWNERS)
		return say(w, WHY_STOPS, p, "%s: a deadlock", l->text);
	why_thread(&then, owner);
	say(w, WHY_STOPS, p, "%s. %s", l->text, then.text[0]);
}

/* False: it waits for none. */
static bool probe_lock(struct task_struct *p, struct why *w)
{
	struct mutex *m = READ_ONCE(p->blocked_on);
	struct rw_semaphore *s = READ_ONCE(p->blocked_on_rwsem);
	struct task_struct *owner = owner_of(m, s);
	long readers = s ? rwsem_readers(s) : 0;
	struct line l = {};

	if (m)
		add(&l, "waits for mutex %s (%pS)", lockdep_map_name(&m->dep_map) ?: "", m);
	else if (s)
		add(&l, "waits for rwsem %s (%pS)", lockdep_map_name(&s->dep_map) ?: "", s);
	if (owner) {
		add(&l, ", which %s/%d has", owner->comm, owner->pid);
		if (m && add_taken(&l, owner, m) && !blocker(owner))
			say(w, WHY_STOPS, p, "%s", l.text);
		else
			probe_owners(p, owner, w, &l);
	} else if (readers) {
		add(&l, ", which readers have: %ld", readers);
		probe_readers(p, s, w, &l);
		say(w, WHY_STOPS, p, "%s", l.text);
	}
	return owner || readers;
}

/* What a worker runs; it may wait until its own item is over, or all items of its workqueue are. */
static bool probe_work(struct task_struct *p, struct why *w)
{
	const void *x = READ_ONCE(p->waits_on);		/* a queue is nobody's completion */
	struct wq_look look;
	struct line l = {};

	if (!wq_look(p, x, &look))
		return false;
	add_sleep(&l, p);
	if (look.waits_for_itself) {
		say(w, WHY_STOPS, p, "runs work %ps, which waits for the end of itself: it %s", look.func,
		    l.text);
	} else {
		add_waker(&l, p, w);
		say(w, WHY_WORKS, p, "runs work %ps and %s", look.func, l.text);
	}
	return true;
}

static void why_sleeping(struct task_struct *p, struct why *w)
{
	struct line l = {};

	if (READ_ONCE(p->__state) == TASK_DEAD)
		return say(w, WHY_STOPS, p, "has ended; somebody still has a reference to it");
	if (never_started(p))
		return say(w, WHY_STOPS, p, "was created and never started (wake_up_process)");
	if (READ_ONCE(p->__state) & TASK_PARKED)
		return say(w, WHY_STOPS, p, "is parked until kthread_unpark()");
	if (probe_lock(p, w) || probe_irq_thread(p, w) || probe_timed_sleep(p, w) ||
	    probe_work(p, w) || probe_waits(p, w))
		return;
	add_sleep(&l, p);
	add_waker(&l, p, w);
	say(w, WHY_WORKS, p, "%s", l.text);
	if (READ_ONCE(p->waits_kind) != WAITS_NOT)
		module_trouble(module_hint(p, READ_ONCE(p->waits_on)), w);
}

/* --- it could run --- */

/* What the two of the same class get beside each other. */
static void add_shares(struct line *l, const struct task_struct *p, const struct task_struct *curr)
{
	unsigned int mine = p->se.weight, its = curr->se.weight;

	if (curr->sched_class != &fair_sched_class || its < 2 * mine)
		return;
	add(l, ": of nice %d, it gets %u times the time that ", task_nice(curr), its / mine);
	if (p->policy == SCHED_IDLE)
		add(l, "a SCHED_IDLE thread gets");
	else
		add(l, "nice %d gets", task_nice(p));
}

/* Who has a signal does not begin an interruptible sleep. */
static void add_signal(struct line *l, struct task_struct *curr)
{
	if (signal_pending(curr))
		add(l, "; a signal is pending on it, so its interruptible sleeps end at once (flush_signals)");
}

static void why_waiting_for_cpu(struct task_struct *p, struct why *w)
{
	struct rq *rq = task_rq(p);
	struct task_struct *curr = READ_ONCE(rq->curr);
	bool by_class = curr->sched_class->rank > p->sched_class->rank;
	struct line l = {}, who = {};
	enum obstacle o;

	add(&who, "%s/%d (%s %u)", curr->comm, curr->pid, is_idle_task(curr) ? "idle" :
	    sched_policy_name(curr->policy) ?: "?", curr->rt_priority);
	if (by_class && rt_time_is_limited())
		return say(w, WHY_DELAYS, p, "is runnable on CPU %d, but %s outranks it and has the CPU, "
			   "until real-time threads have used up their time (kernel/sched_rt_runtime_us)",
			   rq->cpu, who.text);
	if (by_class ||
	    (rt_task(p) && curr->sched_class == p->sched_class && curr->prio < p->prio)) {
		add_signal(&l, curr);
		return say(w, WHY_STOPS, p, "is runnable on CPU %d, but %s outranks it and has the CPU%s",
			   rq->cpu, who.text, l.text);
	}
	if (rt_task(p) && curr->sched_class == &fair_sched_class &&
	    READ_ONCE(rq->rt.throttled_until))
		return say(w, WHY_DELAYS, p, "is runnable, but real-time threads have used up "
			   "their time on CPU %d (kernel/sched_rt_runtime_us), and %s runs now",
			   rq->cpu, who.text);
	if (rt_task(p) && curr->sched_class == p->sched_class && curr->policy == SCHED_FIFO)
		return say(w, WHY_DELAYS, p, "is runnable on CPU %d, but %s, of the same priority, has the "
			   "CPU and, being SCHED_FIFO, keeps it until it sleeps", rq->cpu, who.text);
	o = cpu_obstacle_now(rq->cpu, &l);
	if (o != NOTHING)
		return say(w, o == INTERRUPTS ? WHY_STOPS : WHY_DELAYS, p, "is runnable, but CPU %d "
			   "cannot change threads: %s", rq->cpu, l.text);
	add_shares(&l, p, curr);
	say(w, WHY_DELAYS, p, "is runnable and waits for its turn on CPU %d, where %s runs now%s", rq->cpu,
	    who.text, l.text);
}

/* One that is woken before it sleeps finds its state changed, too; not so often. */
#define MANY_SLEEPLESS	20

static void why_running(struct task_struct *p, struct why *w)
{
	int cpu = task_cpu(p);
	struct line l = {};
	enum obstacle o;
	bool stays;

	if (READ_ONCE(p->sleepless) >= MANY_SLEEPLESS)
		return say(w, WHY_STOPS, p, "has CPU %d and does not sleep: schedule_timeout() at %pS is called in "
			   "TASK_RUNNING, %u times in a row (set_current_state)", cpu,
			   (void *)READ_ONCE(p->sleepless_at), READ_ONCE(p->sleepless));
	o = cpu_obstacle_now(cpu, &l);
	stays = o == NOTHING && add_place(&l, cpu, p);

	say(w, stays ? WHY_STOPS : o ? WHY_DELAYS : WHY_WORKS, p, "has CPU %d%s%s", cpu, o ? "; " : " now",
	    l.text);
}

/* What it waits for the end of, looking now and then, asleep or not. */
static bool probe_awaited(struct task_struct *p, struct why *w)
{
	struct line l = {};
	bool for_ever = !READ_ONCE(p->awaits.on_top) && add_awaited(&l, p);

	if (l.len)
		say(w, for_ever ? WHY_STOPS : WHY_DELAYS, p, "%s", l.text);
	return for_ever;
}

/* Who wakes for moments only, again and again, is asked about its sleep. */
static void let_it_sleep(const struct task_struct *p)
{
	for (int i = 0; i < LOOKS && READ_ONCE(p->on_rq) && can_look_again(task_cpu(p)); i++)
		udelay(LOOK_US);
}

void why_thread(struct why *w, struct task_struct *p)
{
	w->asked = w->asked ?: p;
	if (!cpumask_intersects(p->cpus_ptr, cpu_online_mask) && !panic_in_progress())
		return say(w, WHY_STOPS, p, "may run on CPUs %*pbl only, and none of them is online",
			   cpumask_pr_args(p->cpus_ptr));
	let_it_sleep(p);
	if (probe_awaited(p, w))
		return;
	if (READ_ONCE(cpu_rq(task_cpu(p))->curr) == p)
		why_running(p, w);
	else if (READ_ONCE(p->on_rq))
		why_waiting_for_cpu(p, w);
	else
		why_sleeping(p, w);
}
