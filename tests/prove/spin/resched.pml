/* SPDX-License-Identifier: MIT */
/*
 * The idle loop against a wake-up from another CPU (kernel/sched/idle.c): TIF_POLLING_NRFLAG,
 * need_resched, the reschedule IPI and hlt. `sti; hlt` lets no interrupt in between, so one that waits
 * ends the hlt.
 *
 * Liveness: a thread that was woken for this CPU runs on it.
 */
#include "event.h"

bool need_resched, polling, irqs_on = true, ipi, halted;
#ifdef CONFORM
bool idle;			/* the idle thread has the CPU */
bool locked;			/* the run queue, by who wakes; an event shows that he is through */
bool ready;			/* somebody may be on the queue */
byte coming, brought;		/* threads on their way from another CPU's queue; that have come, not shown yet */
#else
byte wakes = 2, ready;
#endif

active proctype Idle() {
#ifdef CONFORM
	goto run_others;
#endif
	do
	:: polling = true;
	   do
	   :: need_resched -> break
	   :: else ->
#ifndef BUG_IRQS_ON
		irqs_on = false;
#endif
#ifndef BUG_POLLING_KEPT
		polling = false;
#endif
#ifdef BUG_NO_LAST_LOOK
		if
		:: true ->
#else
		if
		:: need_resched -> irqs_on = true
		:: else ->
#endif
		EVENT0("halt")
#ifdef BUG_STI_APART
			irqs_on = true;		/* an interrupt may be taken here, and hlt waits for the next */
			halted = true;
#else
			atomic { irqs_on = true; halted = true };
#endif
#ifdef CONFORM
			atomic { !halted && !ipi ->	/* what is pending comes in first */
				EVENT0("woke")
				skip }
#else
endhalt:		(!halted)
#endif
		fi;
		polling = true
	   od;
	   polling = false;
#ifdef CONFORM
	   atomic {
		!locked -> need_resched = false;
		if
		:: ready ->
			EVENT0("from idle")
			idle = false
		:: !ready -> skip	/* it was woken for something else */
		fi };
run_others:
	   if
	   :: atomic { !idle && !locked ->
		EVENT0("to idle")
		idle = true; ready = false; need_resched = false }
	   :: idle -> skip
	   fi
#else
	   atomic { need_resched = false; ready = 0 }	/* schedule_idle() */
#endif
	od
}

/* The interrupt: it ends a hlt; its handler has nothing to do, the flag is set. */
active proctype Interrupt() {
end:	do
	:: atomic { ipi && irqs_on ->
		EVENT0("interrupt")
		ipi = false; halted = false }
#ifdef CONFORM
	:: halted = false			/* any other interrupt */
#endif
	od
}

#ifdef CONFORM
/* What resched_curr() does for an idle CPU under its lock. */
inline resched_idle() {
	if
	:: need_resched -> skip
	:: atomic { !need_resched && polling -> need_resched = true }
	:: atomic { !need_resched && !polling -> need_resched = true };
	   EVENT0("send")
	   ipi = true
	fi
}

/*
 * Others, one at a time: whom they wake, or bring from another queue, comes under the lock. What
 * happens while a thread runs is not in the model, but for an IPI that may still be pending later.
 */
active proctype Waker() {
end:	do
	:: atomic { idle && !locked -> locked = true };
	   resched_idle();
	   atomic { EVENT0("wake")
		ready = true; locked = false }
	:: atomic { EVENT0("brings")
		coming++ }
	:: atomic { idle && !locked && coming > 0 -> locked = true; coming-- };
	   resched_idle();
	   atomic { ready = true; locked = false; brought++ }
	:: atomic { !idle && !locked && coming > 0 -> coming--; brought++ }
	:: atomic { brought > 0 ->
		EVENT0("brought")
		brought-- }
	:: atomic { !idle ->
		EVENT0("send")
		skip };
	   ipi = true
	:: atomic { idle && irqs_on && !halted && !locked ->	/* in an interrupt on this CPU itself */
		EVENT0("wake here")
		need_resched = true; ready = true }
	:: atomic { idle && polling && !need_resched -> need_resched = true }	/* there is a call to look for */
	:: atomic { idle && !locked -> locked = true };	/* resched_cpu(): nobody comes, but it shall look */
	   resched_idle();
	   locked = false
	od
}
#else
/* resched_curr() for a remote CPU: the flag and the look at POLLING are one atomic operation. */
active proctype Waker() {
	bool sees_polling;

	do
	:: atomic { wakes > 0 -> wakes--; ready++ };
#ifdef BUG_TWO_STEPS
	   sees_polling = polling;
	   need_resched = true;
#else
	   atomic { sees_polling = polling; need_resched = true };
#endif
	   if
	   :: sees_polling -> skip
	   :: else -> ipi = true
	   fi
	:: wakes == 0 -> break
	od
}
#endif

ltl runs { [] ((ready > 0) -> <> (ready == 0)) }
