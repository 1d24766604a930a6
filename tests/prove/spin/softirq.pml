/* SPDX-License-Identifier: MIT */
/*
 * One CPU: raise, irq_exit, local_bh_enable, the budget, and ksoftirqd's sleep (kernel/softirq.c,
 * kernel/smpboot.c). An interrupt comes in wherever IRQs are on and runs to its end before the thread
 * below goes on; a second one may come in while the first runs softirqs.
 *
 * Safety: a softirq is never entered inside another; when the CPU idles, nothing is pending or lost.
 * Liveness: what is raised is run, whatever comes.
 */
#include "event.h"

#define NIRQ	3
#ifdef CONFORM
#define PASSES	10		/* the kernel's, softirq_max_restart */
#else
#define PASSES	2
#endif

#define THREAD	0	/* who has the CPU: no interrupt, or interrupt 1 or 2 */
byte owner = THREAD;
bool irqs_on = true;
bool serving, bh_off;
int pending;		/* a bit for each vector */
int wanted;		/* ghost: raised since its handler was last entered */

#define TASK	0
#define KSOFT	1
#define IDLE	2
byte running = TASK;	/* of the threads, when no interrupt is there */
bool ks_ready, ks_state;	/* ready: on the run queue; state: it has said that it wants to sleep */
byte interrupts = NIRQ, raises = 4, task_raises = 1;
byte preempts = 1, idle_wakes = 1;
#define BIT(v)	(1 << (v))

/* Only who sleeps, or has said that it will, is woken. */
inline wake_ksoftirqd() {
	if
	:: ks_state || !ks_ready ->
		EVENT1("waking %d", serving)
		ks_state = false;
		ks_ready = true
	:: else -> skip
	fi
}

/* Any vector, or none. @hard: by an interrupt's handler. */
#define RAISE(v, hard)								\
	raises > 0 -> spend(raises);						\
	EVENT3("raise %d serving %d hard %d", v, serving, hard)			\
	pending = pending | BIT(v); wanted = wanted | BIT(v)
inline raise_one(hard) {
	choose
	:: RAISE(0, hard)
	:: RAISE(1, hard)
#ifdef CONFORM
	:: RAISE(2, hard)
	:: RAISE(3, hard)
	:: RAISE(4, hard)
	:: RAISE(5, hard)
	:: RAISE(6, hard)
	:: RAISE(7, hard)
	:: RAISE(8, hard)
	:: RAISE(9, hard)
#endif
	:: nothing
	chosen
}

/* __do_softirq(). @me: who runs it. Entered and left with IRQs off. */
inline serve(me) {
	atomic { serving = true; passes = 0 };
	do
	:: atomic {
		todo = pending;
#ifndef BUG_CLEAR_LATE
		pending = 0;
#endif
		irqs_on = true
	   };
	   do
	   :: todo != 0 ->
		atomic {
			owner == me;
			v = 0;			/* the lowest first */
			do
			:: (todo & BIT(v)) == 0 -> v++
			:: else -> break
			od;
			todo = todo & ~BIT(v);
			wanted = wanted & ~BIT(v);
			assert(entered == 0);
			entered++;
			EVENT3("entry %d irqs on %d thread %d", v, irqs_on, running)
			skip
		};
		atomic { owner == me -> raise_one(false) };
		atomic { owner == me ->
			EVENT3("exit %d irqs on %d thread %d", v, irqs_on, running)
			entered--; v = 0 }
	   :: else -> break
	   od;
	   atomic {
		owner == me;
		irqs_on = false;
#ifdef BUG_CLEAR_LATE
		pending = 0;
#endif
		passes++;
		if
		:: pending == 0 ->
			EVENT1("pass empty %d", passes)
			break
		:: pending != 0 && passes < PASSES -> skip
		:: pending != 0 ->	/* out of passes, or of time, or somebody waits */
			EVENT2("pass %d left %d", passes, pending)
#ifndef BUG_NO_WAKE
			wake_ksoftirqd();
#endif
			break
		fi
	   }
	od;
	serving = false;
	d_step { v = 0; passes = 0; todo = 0 }
}
byte entered;

/* Interrupt @me may come in over everything with a lower number. */
proctype Irq(byte me) {
	int todo;
	byte v, passes, below;

end:	do
	:: atomic {
		irqs_on && owner < me && interrupts > 0;
		spend(interrupts);
		below = owner;
		owner = me;
		irqs_on = false
	   }
	   atomic { raise_one(true) };
	   if
	   :: !serving && !bh_off && pending != 0 -> serve(me)
	   :: else -> skip
	   fi;
	   atomic { owner = below; irqs_on = true }
	od
}

/* A thread that raises with bottom halves off, and in plain context. */
proctype Task() {
	int todo;
	byte v, passes;

end:	do
	:: atomic { owner == THREAD && running == TASK && task_raises > 0 ->
		bh_off = true; spend(task_raises) };
	   atomic { owner == THREAD -> irqs_on = false };
	   atomic { raise_one(false) };
	   irqs_on = true;
	   atomic { owner == THREAD -> bh_off = false; irqs_on = false };
#ifndef BUG_NO_RUN
	   if
	   :: pending != 0 -> serve(THREAD)
	   :: else -> skip
	   fi;
#endif
	   irqs_on = true
	:: atomic { owner == THREAD && running == TASK && task_raises > 0 ->
		irqs_on = false; spend(task_raises) };
	   atomic { raise_one(false) };
#ifndef BUG_TASK_NO_WAKE
	   if
	   :: pending != 0 -> wake_ksoftirqd()
	   :: else -> skip
	   fi;
#endif
	   irqs_on = true
	:: atomic { owner == THREAD && running == TASK && idle_wakes > 0 ->
		spend(idle_wakes);		/* for nothing: anybody may wake a thread */
		wake_ksoftirqd() }
	:: atomic { owner == THREAD && running == TASK && irqs_on;
	      if
	      :: ks_ready -> running = KSOFT
	      :: !ks_ready -> running = IDLE
	      fi;
	      EVENT2("switch %d to %d", TASK, running)
	      skip }
	:: atomic { owner == THREAD && running == IDLE && irqs_on;
	      if
	      :: ks_ready -> running = KSOFT
	      :: running = TASK
	      fi;
	      EVENT2("switch %d to %d", IDLE, running)
	      skip }
	od
}

/* The thread. Its state first, then the look, then schedule(): it sleeps only if the state is still set. */
proctype Ksoftirqd() {
	int todo;
	byte v, passes;

end:	do
	:: (owner == THREAD && running == KSOFT);
#ifndef BUG_LOOK_FIRST
	   atomic { owner == THREAD && running == KSOFT -> ks_state = true };
#endif
	   if
	   :: atomic { owner == THREAD && running == KSOFT && pending != 0 ->
		ks_state = false; irqs_on = false };
	      if
	      :: pending != 0 -> serve(THREAD)
	      :: else -> skip
	      fi;
	      irqs_on = true;
	      if			/* cond_resched() */
	      :: atomic { owner == THREAD && running == KSOFT;
		running = TASK;
		EVENT2("switch %d to %d", KSOFT, TASK)
		skip }
	      :: skip
	      fi
	   :: atomic { owner == THREAD && running == KSOFT && pending == 0 -> skip };
#ifdef BUG_LOOK_FIRST
	      atomic { owner == THREAD && running == KSOFT -> ks_state = true };
#endif
	      atomic { owner == THREAD && running == KSOFT && irqs_on;
		if
		:: ks_state -> ks_ready = false; ks_state = false
		:: else -> skip
		fi;
		if
		:: !ks_state && ks_ready -> skip	/* woken in between */
		:: running = TASK
		:: !ks_ready -> running = IDLE
		fi;
		if
		:: running != KSOFT ->
			EVENT2("switch %d to %d", KSOFT, running)
			skip
		:: else -> skip
		fi }
	   fi
	od
}

/* An interrupt found that somebody else is to have the CPU. */
proctype Preempt() {
end:	do
	:: atomic { owner == THREAD && running == KSOFT && irqs_on && !serving && preempts > 0 ->
		spend(preempts);
		running = TASK;
		EVENT2("switch %d to %d", KSOFT, TASK)
		skip }
	od
}

#define QUIET (running == IDLE && owner == THREAD && irqs_on && !ks_ready)
active proctype Watch() {
end:	atomic { (QUIET && (pending | wanted) != 0) -> assert(false) }
}

init {
	atomic { run Task(); run Ksoftirqd(); run Preempt(); run Irq(1); run Irq(2) }
}

ltl taken { [] ((wanted != 0) -> <> (wanted == 0)) }
