/* SPDX-License-Identifier: MIT */
/*
 * smp_call_function_single() (kernel/smp.c): two CPUs call a third. A csd is locked while it is in
 * flight; who finds the target's queue empty sends the IPI; the target takes the whole queue.
 *
 * Safety: a csd is not filled in again while it is queued. Liveness: a caller that waits goes on.
 */
#define CALLERS	2
#define ROUNDS	2

bool queued[CALLERS];		/* its csd is on the target's list */
bool csd_locked[CALLERS];
bool ipi;
byte value[CALLERS], seen[CALLERS], waiting, finished;
bool taken[CALLERS];

#define EMPTY	(!queued[0] && !queued[1])

proctype Caller(byte me) {
	byte round;
	bool first;

	do
	:: round < ROUNDS ->
#ifndef BUG_NO_LOCK
	   (!csd_locked[me]);
#endif
	   csd_locked[me] = true;
	   assert(!queued[me] && !taken[me]);
	   value[me] = round + 1;
#ifdef BUG_LOOK_THEN_ADD
	   first = EMPTY;
	   queued[me] = true;
#else
	   atomic { first = EMPTY; queued[me] = true };
#endif
	   if
#ifdef BUG_NO_IPI
	   :: first && round > 0 -> skip
#endif
	   :: first -> ipi = true
	   :: else -> skip
	   fi;
#ifndef BUG_NO_LOCK
	   if
	   :: waiting++;		/* wait: until the target unlocks it */
	      (!csd_locked[me]);
	      assert(seen[me] == round + 1);
	      waiting--
	   :: skip			/* or not: the next round waits */
	   fi;
#endif
	   round++
	:: else -> break
	od;
	(!csd_locked[me]);
	finished++
}

active proctype Target() {
	byte i;

end:	do
	:: atomic { ipi -> ipi = false };
#ifdef BUG_TAKES_ONE
	   atomic {
		if
		:: queued[0] -> queued[0] = false; taken[0] = true
		:: !queued[0] && queued[1] -> queued[1] = false; taken[1] = true
		:: EMPTY -> skip
		fi };
#else
	   atomic {
		taken[0] = queued[0];
		taken[1] = queued[1];
		queued[0] = false;
		queued[1] = false };
#endif
	   i = 0;
	   do
	   :: i < CALLERS && taken[i] ->
#ifdef BUG_UNLOCK_FIRST
		taken[i] = false;
		csd_locked[i] = false;
		seen[i] = value[i];
#else
		seen[i] = value[i];
		taken[i] = false;
		csd_locked[i] = false;
#endif
		i++
	   :: i < CALLERS && !taken[i] -> i++
	   :: i == CALLERS -> break
	   od
	od
}

init {
	atomic { run Caller(0); run Caller(1) }
}

ltl done { <> (finished == CALLERS) }
