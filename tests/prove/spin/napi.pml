/* SPDX-License-Identifier: MIT */
/*
 * NAPI's SCHED and MISSED bits (kernel/net/napi.c), a device whose interrupt is masked while it is
 * polled, and somebody else who schedules too (a timer, another queue).
 *
 * Safety: one poll at a time; on a list once; the device is not left masked and unpolled.
 * Liveness: packets that are in the ring are taken.
 */
#define PACKETS	3
#define WEIGHT	1

bool sched, missed, listed, polling;
bool masked, line;		/* the device's interrupt: masked, raised */
byte ring, left = PACKETS, others = 2;

/* napi_schedule_prep() and, if it is ours, __napi_schedule(): one cmpxchg. */
inline schedule_napi(ours) {
	atomic {
		ours = !sched;
#ifndef BUG_NO_MISSED
		if
		:: sched -> missed = true
		:: else -> skip
		fi;
#endif
		sched = true
	}
}
inline put_on_list() {
	atomic { assert(!listed); listed = true }
}

active proctype Device() {
	do
	:: atomic { left > 0 -> left--; ring++; line = true }
	:: left == 0 -> break
	od
}

/* The handler: prep, then mask. Without SCHED it leaves the mask to the poll. */
active proctype Handler() {
	bool ours;

end:	do
	:: atomic { line && !masked -> line = false };
	   schedule_napi(ours);
	   if
	   :: ours -> masked = true; put_on_list()
	   :: else -> skip
	   fi
	od
}

active proctype Other() {
	bool ours;

	do
	:: atomic { others > 0 -> others-- };
	   schedule_napi(ours);
	   if
	   :: ours -> masked = true; put_on_list()
	   :: else -> skip
	   fi
	:: others == 0 -> break
	od
}

active [2] proctype Softirq() {
	byte done;
	bool again;

end:	do
	:: atomic { listed -> listed = false };
	   atomic { assert(!polling); polling = true };
	   done = 0;
	   do
	   :: atomic { ring > 0 && done < WEIGHT -> ring--; done++ }
	   :: done == WEIGHT -> break
	   :: ring == 0 -> break
	   od;
	   polling = false;
	   if
	   :: done == WEIGHT -> put_on_list()		/* more may be there: keep SCHED */
	   :: else ->
		atomic {				/* napi_complete_done(): one cmpxchg */
#ifdef BUG_FORGETS_MISSED
			again = false;
#else
			again = missed;
#endif
			missed = false;
			sched = again
		};
		if
		:: again -> put_on_list()
		:: else ->
#ifndef BUG_NO_UNMASK
			masked = false;
#endif
			skip
		fi
	   fi
	od
}

ltl taken { [] ((ring > 0) -> <> (ring == 0 || polling)) && [] ((left == 0 && ring > 0) -> <> (ring == 0)) }
