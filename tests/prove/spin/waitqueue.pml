/* SPDX-License-Identifier: MIT */
/*
 * wait_event() against wake_up() (kernel/sched/wait.c, try_to_wake_up()), on CPUs with store buffers:
 * each side stores, then loads what the other stores. set_current_state() has the full barrier on one
 * side, wake_up's lock and smp_mb__after_spinlock() on the other.
 *
 * Liveness: if the condition is true, the waiter gets to see it.
 */
#include "event.h"

bool condition, queued, done;
bool state;		/* true: asleep unless somebody clears it */
bool on_cpu = true;
bool state_buffer, condition_buffer;	/* a store that only its own CPU sees yet */
#ifdef CONFORM
bool on_rq = true;
#endif

inline full_barrier(buffer) {
	!buffer
}

/* The hardware: a store arrives some day. */
active proctype Arrive() {
end:	do
	:: atomic { state_buffer -> state = true; state_buffer = false }
	:: atomic { condition_buffer -> condition = true; condition_buffer = false }
	od
}

/* The waiter may lose its CPU to others at any time; it matters before and after it sets its state. */
inline preempted() {
#ifdef CONFORM
	if
	:: skip
	:: atomic { EVENT0("preempted")
		on_cpu = false };
	   (on_cpu)
	fi
#else
	skip
#endif
}

active proctype Waiter() {
#ifdef CONFORM
wait_again:
	preempted();
#endif
	do
	:: queued = true;
#ifdef BUG_LOOK_FIRST
	   if
	   :: condition -> break
	   :: else -> skip
	   fi;
	   state_buffer = true;
	   full_barrier(state_buffer);
#else
	   state_buffer = true;
#ifndef BUG_NO_MB
	   full_barrier(state_buffer);
#endif
	   preempted();
#ifdef CONFORM
	   if
	   :: break			/* the condition is no part of the trace */
	   :: skip
	   fi;
#else
	   if
	   :: condition -> break
	   :: else -> skip
	   fi;
#endif
#endif
	   full_barrier(state_buffer);	/* schedule() takes a lock */
	   if
	   :: atomic { state ->
		EVENT0("sleeps")
#ifdef CONFORM
		on_rq = false;
#endif
		on_cpu = false }
	   :: else -> skip
	   fi;
	   (on_cpu)
	od;
	full_barrier(state_buffer);
	state = false;
	queued = false;
#ifdef CONFORM
	if
	:: goto wait_again
	:: atomic { EVENT0("dies")
		on_rq = false; on_cpu = false }
	fi
#else
	done = true
#endif
}

#ifdef CONFORM
/* try_to_wake_up() by anybody, one at a time (pi_lock). */
active proctype Waker() {
end:	do
	:: state ->
	   EVENT0("waking")
	   atomic { EVENT0("woken")
		state = false; on_rq = true }
	od
}

active proctype Scheduler() {
end:	do
	:: atomic { on_rq && !on_cpu ->
		EVENT0("runs")
		on_cpu = true }
	od
}
#else
active proctype Waker() {
#ifdef BUG_WAKE_FIRST
	if
	:: atomic { queued && state -> state = false; on_cpu = true }
	:: else -> skip
	fi;
	condition = true
#else
	condition_buffer = true;
#ifndef BUG_NO_WAKER_MB
	full_barrier(condition_buffer);
#endif
	if
	:: atomic { queued && state -> state = false; on_cpu = true }
	:: else -> skip
	fi;
	full_barrier(condition_buffer)
#endif
}
#endif

ltl woken { <> done }
