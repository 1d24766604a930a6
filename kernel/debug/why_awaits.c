/* SPDX-License-Identifier: MIT */
/*
 * why_awaits.c - what is waited for that has no owner to follow: the end of a tasklet, a napi, a timer's
 * callback, a write under a seqlock. Who waits has noted it (note_awaited()), a debug build's.
 */
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/netdevice.h>
#include <linux/sched.h>
#include <linux/semaphore.h>
#include <linux/seqlock.h>
#include <linux/timer.h>
#include "../sched/sched.h"
#include "why.h"

/* It changes meanwhile; what is new is marked by WAITS_NOT until it is whole. */
static struct wait_note awaited(struct task_struct *p)
{
	return data_race(p->awaits);
}

/* Each adds "waits for ..." to @l, and says whether that is for ever. */

static bool add_tasklet(struct line *l, const struct tasklet_struct *t)
{
	bool disabled = atomic_read(&t->count);

	add(l, "waits in tasklet_kill() for tasklet %ps, which %s", tasklet_func(t),
	    test_bit(TASKLET_STATE_RUN, &t->state) ? "runs" : disabled ?
	    "is scheduled but disabled, and so never runs (tasklet_enable)" :
	    "is scheduled and has not run yet");
	return disabled;
}

static bool add_napi(struct line *l, const struct napi_struct *n)
{
	bool off = READ_ONCE(n->state) & NAPIF_STATE_OFF;

	add(l, "waits in napi_disable() for napi %u of %s (%ps), which %s", n->napi_id, n->dev->name,
	    n->poll, off ? "is disabled already (napi_enable)" :
	    "has not been completed (napi_complete_done)");
	return off;
}

/* @cpu, whose timer callback waits for one that runs on another CPU: does that wait for this one's? */
static bool add_timer_circle(struct line *l, unsigned int cpu, int other)
{
	struct wait_note note = awaited(READ_ONCE(cpu_rq(other)->curr));

	if (note.kind != WAITS_TIMER || timer_running_cpu(note.what) != (int)cpu)
		return false;
	add(l, " and waits there for %ps: a deadlock",
	    ((const struct timer_list *)note.what)->function);
	return true;
}

static bool add_timer_wait(struct line *l, const struct timer_list *t, unsigned int cpu)
{
	int other = timer_running_cpu(t);

	add(l, "waits in timer_delete_sync() for timer %ps", t->function);
	if (other < 0)
		return false;
	add(l, ", which runs on CPU %d", other);
	return other != cpu && add_timer_circle(l, cpu, other);
}

/* When lockdep has spoken, as it does of this mistake, it does not know any more who writes. */
static bool add_seqcount(struct line *l, struct task_struct *p, const seqcount_t *s)
{
	unsigned long ip = lockdep_held_since(p, &s->dep_map);

	add(l, "waits for the end of a write under seqlock %ps", s);
	if (!awaited(p).on_top || is_idle_task(p)) {
		__LOCKDEP(add(l, ", begun at %pS", (void *)READ_ONCE(s->begun_at)));
		return false;
	}
	if (ip)
		add(l, ", begun at %pS by %s/%d, which it interrupted: a deadlock (write_seqlock_bh, "
		    "write_seqlock_irqsave)", (void *)ip, p->comm, p->pid);
	else
		add(l, "; has it interrupted that write, of %s/%d (write_seqlock_bh, write_seqlock_irqsave)?",
		    p->comm, p->pid);
	return ip;
}

/* @ip 0: nobody has taken it yet. */
static void __maybe_unused add_taker(struct line *l, pid_t pid, unsigned long ip)
{
	if (!ip)
		return;
	add(l, ", which ");
	add_thread_name(l, pid);
	add(l, " was the last to take, at %pS (up)", (void *)ip);
}

static void add_semaphore(struct line *l, const struct semaphore *s)
{
	add(l, "waits for semaphore %ps", s);
	__LOCKDEP(add_taker(l, READ_ONCE(s->taken_by), READ_ONCE(s->taken_at)));
}

bool add_awaited(struct line *l, struct task_struct *p)
{
	struct wait_note note = awaited(p);

	switch (note.kind) {
	case WAITS_TASKLET:
		return add_tasklet(l, note.what);
	case WAITS_NAPI:
		return add_napi(l, note.what);
	case WAITS_TIMER:
		return add_timer_wait(l, note.what, task_cpu(p));
	case WAITS_SEQCOUNT:
		return add_seqcount(l, p, note.what);
	case WAITS_SEMAPHORE:
		add_semaphore(l, note.what);
		return false;
	default:
		return false;
	}
}
