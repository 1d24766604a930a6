/* SPDX-License-Identifier: MIT */
/*
 * wait_event() against wake_up() (kernel/sched/wait.c, try_to_wake_up()), on CPUs with store buffers:
 * each side stores, then loads what the other stores. set_current_state() has the full barrier on one
 * side, wake_up's lock and smp_mb__after_spinlock() on the other.
 *
 * Liveness: if the condition is true, the waiter gets to see it.
 */
bool condition, queued, done;
bool state;		/* true: asleep unless somebody clears it */
bool on_cpu = true;
bool state_buffer, condition_buffer;	/* a store that only its own CPU sees yet */

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

active proctype Waiter() {
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
	   if
	   :: condition -> break
	   :: else -> skip
	   fi;
#endif
	   full_barrier(state_buffer);	/* schedule() takes a lock */
	   if
	   :: atomic { state -> on_cpu = false }
	   :: else -> skip
	   fi;
	   (on_cpu)
	od;
	full_barrier(state_buffer);
	state = false;
	queued = false;
	done = true
}

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

ltl woken { <> done }
