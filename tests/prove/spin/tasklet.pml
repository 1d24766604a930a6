/* SPDX-License-Identifier: MIT */
/*
 * A tasklet's SCHED and RUN bits, and its count (kernel/tasklet.c): two CPUs schedule one tasklet and
 * run what is on their own list; somebody disables it for a while.
 *
 * Safety: its function never runs on two CPUs at once; it is on one list at most.
 * Liveness: after each schedule it runs again from the beginning, once it is enabled.
 */
#include "event.h"

#define CALLS	3

bool sched, run_bit, disabled;
bool listed[2];		/* on this CPU's list */
byte running, calls = CALLS;
#ifdef CONFORM
byte toggles;		/* no event shows it, and no test of the replay does it */
#else
byte toggles = 1;
#endif
bool wanted;		/* ghost: scheduled since its last run began */

proctype Caller(byte cpu) {
	do
	:: atomic { calls > 0 -> spend(calls) };
#ifdef BUG_NO_TEST
	   wanted = true;
	   sched = true;
	   atomic { assert(!listed[0] && !listed[1]); listed[cpu] = true }
#else
	   if
	   :: atomic { wanted = true; !sched -> sched = true };
	      atomic { assert(!listed[0] && !listed[1]);
		EVENT1("schedule %d", cpu)
		listed[cpu] = true }
	   :: atomic { sched -> wanted = true }	/* it will begin after this */
	   fi
#endif
	:: calls == 0 -> break
	od
}

proctype Driver() {
	do
	:: atomic { toggles > 0 -> spend(toggles) };
	   disabled = true;
	   disabled = false
	:: toggles == 0 -> break
	od
}

/* tasklet_action() of one CPU: the list is taken, then the tasklet is tried. */
proctype Action(byte cpu) {
	bool again;

end:	do
	:: atomic { listed[cpu] -> listed[cpu] = false };
#ifdef BUG_NO_RUN_BIT
	   skip;
#else
	   if
	   :: atomic { run_bit -> again = true }	/* another CPU has it */
	   :: atomic { !run_bit -> run_bit = true };
	      if
	      :: atomic { disabled -> again = true };
		 run_bit = false
	      :: else -> skip
	      fi
	   fi;
	   if
	   :: again ->
		atomic { again = false;
#ifndef BUG_DROPPED
			EVENT1("retry %d", cpu)
			listed[cpu] = true		/* in the next pass */
#endif
		};
		goto end
	   :: else -> skip
	   fi;
#endif
#ifndef BUG_SCHED_LATE
	   sched = false;
#endif
	   atomic { EVENT1("entry %d", cpu)
		running++; assert(running == 1); wanted = false };
	   atomic { EVENT1("exit %d", cpu)
		running-- };
#ifdef BUG_SCHED_LATE
	   sched = false;
#endif
#ifndef BUG_RUN_KEPT
	   run_bit = false
#endif
	od
}

init {
	atomic { run Caller(0); run Caller(1); run Driver(); run Action(0); run Action(1) }
}

ltl runs { [] (wanted -> <> !wanted) }
