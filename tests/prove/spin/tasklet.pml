/* SPDX-License-Identifier: MIT */
/*
 * A tasklet's SCHED and RUN bits (kernel/tasklet.c): two CPUs schedule one tasklet and run what is on
 * their own list.
 *
 * Safety: its function never runs on two CPUs at once; it is on one list at most.
 * Liveness: after each schedule it runs again from the beginning.
 */
#define CALLS	3

bool sched, run_bit;
bool listed[2];		/* on this CPU's list */
byte running, calls = CALLS;
bool wanted;		/* ghost: scheduled since its last run began */

proctype Caller(byte cpu) {
	do
	:: atomic { calls > 0 -> calls-- };
#ifdef BUG_NO_TEST
	   wanted = true;
	   sched = true;
	   atomic { assert(!listed[0] && !listed[1]); listed[cpu] = true }
#else
	   if
	   :: atomic { wanted = true; !sched -> sched = true };
	      atomic { assert(!listed[0] && !listed[1]); listed[cpu] = true }
	   :: atomic { sched -> wanted = true }	/* it will begin after this */
	   fi
#endif
	:: calls == 0 -> break
	od
}

/* tasklet_action() of one CPU: the list is taken, then the tasklet is tried. */
proctype Action(byte cpu) {
end:	do
	:: atomic { listed[cpu] -> listed[cpu] = false };
again:
#ifdef BUG_NO_RUN_BIT
	   skip;
#else
	   if
	   :: atomic { run_bit ->
#ifndef BUG_DROPPED
		listed[cpu] = true	/* another CPU has it: again in the next pass */
#else
		skip
#endif
	      }; goto end
	   :: atomic { !run_bit -> run_bit = true }
	   fi;
#endif
#ifndef BUG_SCHED_LATE
	   sched = false;
#endif
	   atomic { running++; assert(running == 1); wanted = false };
	   running--;
#ifdef BUG_SCHED_LATE
	   sched = false;
#endif
#ifndef BUG_RUN_KEPT
	   run_bit = false
#endif
	od
}

init {
	atomic { run Caller(0); run Caller(1); run Action(0); run Action(1) }
}

ltl runs { [] (wanted -> <> !wanted) }
