/* SPDX-License-Identifier: MIT */
/*
 * smp_call_function_single() (kernel/smp.c): two CPUs call a third. A csd is locked while it is in
 * flight; who finds the target's queue empty sends the IPI, of one of two vectors, or finds that the
 * target idles and polls; the target takes the whole queue, in the interrupt or as it leaves idle.
 *
 * Safety: a csd is not filled in again while it is queued. Liveness: a caller that waits goes on.
 */
#include "event.h"

#ifdef CONFORM
#define CSDS	6		/* in flight to one CPU at a time */
#define NOT_ONE_IN(a)	(!a[0] && !a[1] && !a[2] && !a[3] && !a[4] && !a[5])
#else
#define CSDS	2		/* one of each caller */
#define NOT_ONE_IN(a)	(!a[0] && !a[1])
#endif
#define ROUNDS	2
#ifdef BUG_NO_LOCK
#define FREE(i)	true
#else
#define FREE(i)	(!csd_locked[i])
#endif

bool queued[CSDS];		/* it is on the target's list */
bool taken[CSDS];		/* the target has it in hand */
bool csd_locked[CSDS];
bool ipi[2];			/* pending, of each vector */
bool polling, told;		/* the target idles and looks at a flag; the flag */
#ifdef CONFORM
#define polls		true	/* that it idles shows nowhere: it may or may not */
#define halts		true
#define sync(i)		false	/* it shows nowhere, and who waits does nothing that others may not */
#define async(i)	true
#define SEE(i)		skip
#define tell()		skip
#else
#define polls		polling
#define halts		(!polling)
bool waited_for[CSDS];		/* to be unlocked after its function, not before */
byte value[CSDS], seen[CSDS];	/* what the function is to see, and what it saw */
#define sync(i)		waited_for[i]
#define async(i)	(!waited_for[i])
#define SEE(i)		seen[i] = value[i]
#define tell()		told = true
#endif
byte finished;

#define FILL_IN(i)								\
	EVENT2("queue %d by %d", i, me)						\
	csd_locked[i] = true;							\
	assert(!queued[i] && !taken[i]);					\
	csd = i

proctype Caller(byte me) {
	byte csd, round;
	bool first;

	do
#ifdef CONFORM
	:: if		/* its own, one of those to many, one on its stack; waiting shows nowhere */
	   :: atomic { FREE(0) -> FILL_IN(0) }
	   :: atomic { FREE(1) -> FILL_IN(1) }
	   :: atomic { FREE(2) -> FILL_IN(2) }
	   :: atomic { FREE(3) -> FILL_IN(3) }
	   :: atomic { FREE(4) -> FILL_IN(4) }
	   :: atomic { FREE(5) -> FILL_IN(5) }
	   fi;
#else
	:: atomic { round < ROUNDS && FREE(me) ->
		FILL_IN(me);
		value[me] = round + 1;
		if
		:: waited_for[me] = true
		:: waited_for[me] = false
		fi };
#endif
#ifdef BUG_LOOK_THEN_ADD
	   first = NOT_ONE_IN(queued);
	   queued[csd] = true;
#else
	   atomic {			/* llist_add() */
		first = NOT_ONE_IN(queued);
		queued[csd] = true;
		csd = 0 };
#endif
	   if
	   :: atomic { first && polls -> tell(); first = false }	/* it leaves idle, and looks then */
	   :: !first || halts -> skip
	   fi;
	   EVENT1("queued by %d", me)		/* whatever it does next shows that */
	   if
#ifdef BUG_NO_IPI
	   :: first && round > 0 -> skip
#endif
	   :: atomic { first ->
		EVENT1("send by %d", me)
		first = false };
		if
		:: ipi[0] = true
#ifdef CONFORM
		:: ipi[1] = true		/* the other vector: a call to many */
#endif
		fi
	   :: !first -> skip
	   fi
#ifndef CONFORM
	   ;
#ifndef BUG_NO_LOCK
	   if
	   :: sync(me) ->		/* wait: until the target unlocks it */
		(!csd_locked[me]);
		assert(seen[me] == round + 1)
	   :: async(me) -> skip		/* or not: the next round waits */
	   fi;
#endif
	   round++
	:: round == ROUNDS -> break
#endif
	od;
	(!csd_locked[me]);
	finished++
}

/* One of what was taken. func and info are read before the unlock of one that nobody waits for. */
inline run_one(i, irq) {
	if
#ifdef BUG_UNLOCK_FIRST
	:: atomic { taken[i] -> taken[i] = false; csd_locked[i] = false };
	   SEE(i)
#else
	:: atomic { taken[i] && sync(i) ->
		EVENT2("func %d irq %d", i, irq)
		taken[i] = false; SEE(i) };
	   EVENT1("func %d over", i)
	   csd_locked[i] = false
	:: atomic { taken[i] && async(i) -> taken[i] = false; SEE(i); csd_locked[i] = false };
	   EVENT2("func %d irq %d", i, irq)
	   EVENT1("func %d over", i)
	   skip
#endif
	fi
}

#define TAKE(i)	taken[i] = queued[i]; queued[i] = false
inline take_and_run(irq) {
#ifdef BUG_TAKES_ONE
	atomic {
		if
		:: queued[0] -> queued[0] = false; taken[0] = true
		:: !queued[0] && queued[1] -> queued[1] = false; taken[1] = true
		:: NOT_ONE_IN(queued) -> skip
		fi };
#else
	atomic {			/* llist_del_all() */
		TAKE(0);
		TAKE(1);
#ifdef CONFORM
		TAKE(2);
		TAKE(3);
		TAKE(4);
		TAKE(5);
#endif
		skip };
#endif
	do
	:: run_one(0, irq)
	:: run_one(1, irq)
#ifdef CONFORM
	:: run_one(2, irq)
	:: run_one(3, irq)
	:: run_one(4, irq)
	:: run_one(5, irq)
#endif
	:: NOT_ONE_IN(taken) -> break
	od
}

active proctype Target() {
end:	do
	:: atomic { ipi[0] -> ipi[0] = false };
	   EVENT1("interrupt %d", 0)
	   take_and_run(1);
	   EVENT1("interrupt %d over", 0)
	   skip
#ifdef CONFORM
	:: atomic { ipi[1] -> ipi[1] = false };
	   EVENT1("interrupt %d", 1)
	   take_and_run(1);
	   EVENT1("interrupt %d over", 1)
	   skip
	:: !NOT_ONE_IN(queued) ->		/* it leaves idle, for whatever reason */
	   take_and_run(0)
#else
	:: atomic { !ipi[0] -> polling = true };	/* idle */
	   polling = false;
	   if
	   :: atomic { told -> told = false }; take_and_run(0)
	   :: !told -> skip
	   fi
#endif
	od
}

init {
#ifdef CONFORM
	atomic { run Caller(0); run Caller(1); run Caller(2); run Caller(3) }
#else
	atomic { run Caller(0); run Caller(1) }
#endif
}

ltl done { <> (finished == CSDS) }
