/* SPDX-License-Identifier: MIT */
/*
 * RCU: when is every reader from before through?
 *
 * Grace periods are numbered; one runs at a time. It begins with the set of CPUs that may have readers
 * and ends when each of them has been seen in a quiescent state since: a context switch, idle, the end of
 * a batch of ksoftirqd's, or a tick that interrupted code with preemption and BH on. All of it is driven
 * by those who want something: a CPU with callbacks keeps its tick, and each tick raises RCU_SOFTIRQ while
 * this CPU has a part to play. An idle CPU is asked nothing: the parity of its `watched` counter says that
 * it sleeps.
 *
 * A callback goes through three lists of its CPU: next (registered), wait (for the grace period
 * wait_gp, which began after it was registered), done (to be called in softirq, a few at a time).
 *
 * Invariants: rcu.completed <= rcu.started <= rcu.completed + 1; rcu.waiting is empty when they are
 * equal; a CPU reports a quiescent state only for a grace period it has noticed before that state.
 */
#define pr_fmt(fmt) "rcu: " fmt

#include <linux/callbacks.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/leftovers.h>
#include <linux/mutex.h>
#include <linux/nmi.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/report.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/sysctl.h>
#include <asm/cpu.h>

/* So many callbacks in a row, then others may run softirqs: Linux's blimit. */
static unsigned int rcu_blimit = 10;
/* After so many ticks look for CPUs that went idle unseen (Linux's jiffies_till_first_fqs). */
static unsigned int rcu_jiffies_till_fqs = 3;
/* Seconds until a grace period that does not end is reported, and between reports. */
static unsigned int rcu_stall_timeout = 21;
SYSCTL_UINT("kernel/rcu_blimit", &rcu_blimit, 1, 1000000);
SYSCTL_UINT("kernel/rcu_jiffies_till_fqs", &rcu_jiffies_till_fqs, 1, 10000);
SYSCTL_UINT("kernel/rcu_cpu_stall_timeout", &rcu_stall_timeout, 3, 300);

struct cb_list {
	struct rcu_head *head, **tail;
};

struct rcu_cpu {
	unsigned long gp_noticed;	/* the youngest grace period this CPU knows of */
	bool quiescent;			/* since it noticed it */
	struct cb_list next, wait, done;
	unsigned long wait_gp;
	unsigned long nr;		/* callbacks in all three */
	rcu_callback_t running;		/* the one that is being called, or NULL */
	/* Odd: this CPU may have readers. Even: it idles. Written by the CPU, read by all. */
	int watched;
	int watched_then;		/* when the grace period began; under rcu.lock */
	bool irq_woke;			/* an interrupt over idle made it odd */
	struct rcu_head barrier;
};

static DEFINE_PER_CPU_ALIGNED(struct rcu_cpu, rcu_cpus);

static struct {
	raw_spinlock_t lock;
	unsigned long started, completed;	/* grace periods */
	unsigned long wanted;			/* run them up to this one */
	struct cpumask cpus;			/* may have readers: online, or on the way */
	struct cpumask waiting;
	unsigned long began, next_fqs, stall_at;	/* jiffies */
} rcu = { .lock = __RAW_SPIN_LOCK_UNLOCKED(rcu.lock) };

struct lockdep_map rcu_lock_map = __LOCKDEP_MAP("rcu_read_lock", LD_WAIT_SPIN);
EXPORT_SYMBOL_GPL(rcu_lock_map);

/* --- lists of callbacks. Context: IRQs off, own CPU. --- */

static void cb_init(struct cb_list *l)
{
	l->head = NULL;
	l->tail = &l->head;
}

static void cb_add(struct cb_list *l, struct rcu_head *head)
{
	head->next = NULL;
	*l->tail = head;
	l->tail = &head->next;
}

/* Append all of @from to @to. */
static void cb_splice(struct cb_list *to, struct cb_list *from)
{
	if (!from->head)
		return;
	*to->tail = from->head;
	to->tail = from->tail;
	cb_init(from);
}

/* --- grace periods. Context: rcu.lock held. --- */

static bool gp_runs(void)
{
	return rcu.started != rcu.completed;
}

static int watched_of(unsigned int cpu)
{
	/* Ordered against the reader's accesses before it slept, and after it woke. */
	return __atomic_fetch_add(&per_cpu(rcu_cpus, cpu).watched, 0, __ATOMIC_SEQ_CST);
}

/* An idle CPU's readers are through, and so are those of one that has idled since. */
static bool idled_since(unsigned int cpu)
{
	int now = watched_of(cpu);

	return !(now & 1) || now != per_cpu(rcu_cpus, cpu).watched_then;
}

static void gp_end_if_done(void)
{
	if (gp_runs() && cpumask_empty(&rcu.waiting))
		WRITE_ONCE(rcu.completed, rcu.started);
}

static void gp_start(void)
{
	unsigned int cpu;

	WRITE_ONCE(rcu.started, rcu.started + 1);
	rcu.began = jiffies;
	rcu.next_fqs = jiffies + rcu_jiffies_till_fqs;
	rcu.stall_at = jiffies + rcu_stall_timeout * HZ;
	for_each_cpu(cpu, &rcu.cpus) {
		int now = watched_of(cpu);

		per_cpu(rcu_cpus, cpu).watched_then = now;
		if (now & 1)
			cpumask_set_cpu(cpu, &rcu.waiting);
	}
	gp_end_if_done();
}

static void force_quiescent_states(void)
{
	unsigned int cpu;

	rcu.next_fqs = jiffies + rcu_jiffies_till_fqs;
	for_each_cpu(cpu, &rcu.waiting)
		if (idled_since(cpu))
			cpumask_clear_cpu(cpu, &rcu.waiting);
	gp_end_if_done();
}

/* --- RCU_SOFTIRQ --- */

/* The CPU's own part: notice, report, advance. Context: IRQs off. */
static void rcu_advance(struct rcu_cpu *r)
{
	unsigned int cpu = smp_processor_id();

	guard(raw_spinlock)(&rcu.lock);
	if (r->gp_noticed != rcu.started) {
		r->gp_noticed = rcu.started;
		r->quiescent = false;
	} else if (r->quiescent && gp_runs() && cpumask_test_cpu(cpu, &rcu.waiting)) {
		cpumask_clear_cpu(cpu, &rcu.waiting);
		gp_end_if_done();
	}
	if (r->wait.head && (long)(rcu.completed - r->wait_gp) >= 0)
		cb_splice(&r->done, &r->wait);
	if (!r->wait.head && r->next.head) {
		cb_splice(&r->wait, &r->next);
		r->wait_gp = rcu.wanted = rcu.started + 1;	/* one that has not begun yet */
	}
	if (gp_runs() && time_after_eq(jiffies, rcu.next_fqs))
		force_quiescent_states();
	if (!gp_runs() && (long)(rcu.wanted - rcu.completed) > 0)
		gp_start();
}

static void call_back(struct rcu_head *head)
{
	unsigned long func = (unsigned long)head->func;

	if (func < KFREE_RCU_OFFSETS) {
		kfree((void *)head - func);
		return;
	}
	note_callback(CALLBACK_RCU, (void *)func, head, CALLBACK_CALLED, 0);
	head->func(head);
	note_callback(CALLBACK_RCU, (void *)func, head, CALLBACK_RETURNED, 0);
}

static void rcu_core(void)
{
	struct rcu_cpu *r = this_cpu_ptr(&rcu_cpus);
	struct rcu_head *head;

	local_irq_disable();
	rcu_advance(r);
	for (unsigned int n = 0; r->done.head; n++) {
		if (n >= READ_ONCE(rcu_blimit)) {
			__raise_softirq_irqoff(RCU_SOFTIRQ);
			break;
		}
		head = r->done.head;
		r->done.head = head->next;
		if (!head->next)
			r->done.tail = &r->done.head;
		r->nr--;
		r->running = head->func;
		local_irq_enable();
		call_back(head);
		local_irq_disable();
		r->running = NULL;
	}
	local_irq_enable();
}

/* Is there anything for rcu_core() to do here? Reads without the lock: the next tick looks again. */
static bool rcu_pending(struct rcu_cpu *r)
{
	unsigned long started = READ_ONCE(rcu.started), completed = READ_ONCE(rcu.completed);

	if (r->done.head || (r->next.head && !r->wait.head))
		return true;
	if (r->wait.head && (started == completed || (long)(completed - r->wait_gp) >= 0 ||
			     time_after_eq(jiffies, READ_ONCE(rcu.next_fqs))))
		return true;
	return started != completed &&
	       (r->gp_noticed != started ||
		(r->quiescent && cpumask_test_cpu(smp_processor_id(), &rcu.waiting)));
}

/* --- quiescent states --- */

void rcu_note_context_switch(void)
{
	this_cpu_write(rcu_cpus.quiescent, true);
}

/* Full barriers on both sides: what the readers did comes before, what they will do after (gp_start). */
static void watched_step(struct rcu_cpu *r)
{
	__atomic_fetch_add(&r->watched, 1, __ATOMIC_SEQ_CST);
}

void rcu_idle_enter(void)
{
	watched_step(this_cpu_ptr(&rcu_cpus));
}

void rcu_idle_exit(void)
{
	watched_step(this_cpu_ptr(&rcu_cpus));
}

void rcu_irq_enter_idle(void)
{
	struct rcu_cpu *r = this_cpu_ptr(&rcu_cpus);

	if (r->watched & 1)
		return;
	watched_step(r);
	r->irq_woke = true;
}

void rcu_irq_exit_idle(void)
{
	struct rcu_cpu *r = this_cpu_ptr(&rcu_cpus);

	if (!r->irq_woke)
		return;
	r->irq_woke = false;
	watched_step(r);
}

bool rcu_needs_cpu(void)
{
	return this_cpu_read(rcu_cpus.nr);
}

/* --- stalls --- */

void rcu_look(struct cpumask *waiting)
{
	*waiting = data_race(rcu.waiting);
}

static void report_stall(unsigned int self)
{
	bool ours = cpumask_test_cpu(self, &rcu.waiting);
	unsigned long t = jiffies - rcu.began;
	unsigned int cpu;

	scoped_guard(report) {
		pr_err("INFO: rcu_sched %s\n", ours ? "self-detected stall on CPU" :
		       "detected stalls on CPUs/tasks:");
		for_each_cpu(cpu, &rcu.waiting)
			pr_err("\t%u-....: (%s/%d) a reader that does not end, or interrupts are off\n", cpu,
			       per_cpu(current_task, cpu)->comm, per_cpu(current_task, cpu)->pid);
		pr_err("\t(detected by %u, t=%lu jiffies, g=%lu, ncpus=%u)\n", self, t, rcu.started,
		       num_online_cpus());
		if (ours)
			dump_stack();
	}
	for_each_cpu(cpu, &rcu.waiting) {
		report_cpu(cpu);
		if (cpu != self)
			trigger_single_cpu_backtrace(cpu);
	}
}

static void check_stall(unsigned int cpu)
{
	unsigned long at = READ_ONCE(rcu.stall_at);

	if (READ_ONCE(rcu.started) == READ_ONCE(rcu.completed) || time_before(jiffies, at))
		return;
	if (try_cmpxchg(&rcu.stall_at, &at, jiffies + rcu_stall_timeout * HZ))
		report_stall(cpu);
}

void rcu_sched_clock_irq(void)
{
	struct rcu_cpu *r = this_cpu_ptr(&rcu_cpus);

	/* One level of hardirq is the tick's own. Idle's base count is one (P11). */
	if (is_idle_task(current) ? preempt_count() == HARDIRQ_OFFSET + INIT_PREEMPT_COUNT :
				    preempt_count() == HARDIRQ_OFFSET)
		r->quiescent = true;
	if (rcu_pending(r))
		raise_softirq_irqoff(RCU_SOFTIRQ);
	check_stall(smp_processor_id());
}

/* --- for everybody --- */

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	struct rcu_cpu *r;

	WARN_ON_ONCE(in_nmi());
	head->func = func;
	if ((unsigned long)func >= KFREE_RCU_OFFSETS)
		note_callback(CALLBACK_RCU, func, head, CALLBACK_QUEUED, _RET_IP_);
	guard(irqsave)();
	r = this_cpu_ptr(&rcu_cpus);
	cb_add(&r->next, head);
	r->nr++;
}
EXPORT_SYMBOL_GPL(call_rcu);

struct rcu_waiter {
	struct rcu_head head;
	struct completion done;
};

static void wake_waiter(struct rcu_head *head)
{
	complete(&container_of(head, struct rcu_waiter, head)->done);
}

void synchronize_rcu(void)
{
	struct rcu_waiter w;

	RCU_LOCKDEP_WARN(lock_is_held(&rcu_lock_map) == 1,
			 "Illegal synchronize_rcu() in RCU read-side critical section");
	might_sleep();
	if (system_state < SYSTEM_SCHEDULING)
		return;		/* one CPU, and this is no reader */
	init_completion(&w.done);
	call_rcu(&w.head, wake_waiter);
	wait_for_completion(&w.done);
}
EXPORT_SYMBOL_GPL(synchronize_rcu);

/* --- rcu_barrier: a callback behind all others on each CPU that has some --- */

static DEFINE_MUTEX(barrier_mutex);
static atomic_t barrier_left;
static DECLARE_COMPLETION(barrier_done);

static void barrier_one_less(struct rcu_head *unused)
{
	if (atomic_dec_and_test(&barrier_left))
		complete(&barrier_done);
}

/* Context: hardirq or the CPU's own thread, IRQs off. */
static void barrier_entrain(void *unused)
{
	if (!rcu_needs_cpu())
		return;
	atomic_inc(&barrier_left);
	call_rcu(&this_cpu_ptr(&rcu_cpus)->barrier, barrier_one_less);
}

void rcu_barrier(void)
{
	guard(cpus_read_lock)();
	guard(mutex)(&barrier_mutex);
	reinit_completion(&barrier_done);
	atomic_set(&barrier_left, 1);
	on_each_cpu(barrier_entrain, NULL, 1);
	barrier_one_less(NULL);
	wait_for_completion(&barrier_done);
}
EXPORT_SYMBOL_GPL(rcu_barrier);

/* --- CPUs that come and go --- */

/* Context: the new CPU, IRQs off. */
static int rcu_cpu_starting(unsigned int cpu)
{
	struct rcu_cpu *r = per_cpu_ptr(&rcu_cpus, cpu);

	guard(raw_spinlock)(&rcu.lock);
	r->gp_noticed = rcu.started;	/* one that runs does not wait for this CPU */
	r->quiescent = false;
	cpumask_set_cpu(cpu, &rcu.cpus);
	return 0;
}

/* Its last reader is through. Context: the dying CPU, IRQs off. */
static int rcu_cpu_dying(unsigned int cpu)
{
	guard(raw_spinlock)(&rcu.lock);
	cpumask_clear_cpu(cpu, &rcu.cpus);
	cpumask_clear_cpu(cpu, &rcu.waiting);
	gp_end_if_done();
	return 0;
}

/* H3: the dead CPU's callbacks are called here, each after a grace period that began later. */
static int rcu_cpu_dead(unsigned int cpu)
{
	struct rcu_cpu *from = per_cpu_ptr(&rcu_cpus, cpu), *to;

	guard(irqsave)();
	to = this_cpu_ptr(&rcu_cpus);
	cb_splice(&to->done, &from->done);
	cb_splice(&to->next, &from->wait);
	cb_splice(&to->next, &from->next);
	to->nr += from->nr;
	from->nr = 0;
	return 0;
}

/* --- what an unloaded module has left --- */

static void list_leftovers(struct leftovers *l, const struct cb_list *list)
{
	for (const struct rcu_head *head = list->head; head; head = head->next)
		if (left_over(l, head) || left_over(l, head->func))
			l->found(l, "RCU callback %ps is pending: rcu_barrier() waits for it", head->func);
}

/* Context: hardirq or thread, IRQs off. The lists are this CPU's. */
static void cpu_leftovers(void *l)
{
	struct rcu_cpu *r = this_cpu_ptr(&rcu_cpus);

	if (left_over(l, r->running))
		((struct leftovers *)l)->found(l, "RCU callback %ps is running: rcu_barrier() waits for it",
					       r->running);
	list_leftovers(l, &r->done);
	list_leftovers(l, &r->wait);
	list_leftovers(l, &r->next);
}

/* One CPU after the other: they count together. May sleep. */
static void rcu_leftovers(struct leftovers *l)
{
	unsigned int cpu;

	guard(cpus_read_lock)();
	for_each_online_cpu(cpu)
		smp_call_function_single(cpu, cpu_leftovers, l, 1);
}
LEFTOVERS(rcu_leftovers);

/* Boot CPU, before interrupts are first enabled. */
void rcu_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct rcu_cpu *r = &per_cpu(rcu_cpus, cpu);

		cb_init(&r->next);
		cb_init(&r->wait);
		cb_init(&r->done);
		r->watched = 1;
	}
	cpumask_set_cpu(0, &rcu.cpus);
	open_softirq(RCU_SOFTIRQ, rcu_core);
	cpuhp_setup_state_nocalls(CPUHP_RCUTREE_PREP, "RCU/tree:prepare", NULL, rcu_cpu_dead);
	cpuhp_setup_state_nocalls(CPUHP_AP_RCUTREE_DYING, "RCU/tree:dying", rcu_cpu_starting,
				  rcu_cpu_dying);
}
