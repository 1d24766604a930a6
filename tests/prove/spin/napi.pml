/* SPDX-License-Identifier: MIT */
/*
 * NAPI's SCHED and MISSED bits (kernel/net/napi.c), a device whose interrupt is masked while it is
 * polled, and somebody else who schedules too (a timer, another queue). Two CPUs, each with its list.
 *
 * Safety: one poll at a time; on a list once; the device is not left masked and unpolled.
 * Liveness: packets that are in the ring are taken.
 */
#include "event.h"

#define PACKETS	3
#define WEIGHT	1
#ifdef CONFORM
#define CPUS	4
#define mask(on)	skip		/* no event shows it */
#define UNLISTED	(!listed[0] && !listed[1] && !listed[2] && !listed[3])
#else
#define CPUS	2
#define mask(on)	masked = on
#define UNLISTED	(!listed[0] && !listed[1])
#endif

bool sched, missed, polling;
bool listed[CPUS];		/* on this CPU's list */
bool masked, line;		/* the device's interrupt: masked, raised */
byte ring, left = PACKETS, others = 2;

/* napi_schedule_prep() and, if it is ours, __napi_schedule(). */
inline schedule_napi(cpu) {
	EVENT1("schedule %d", cpu)
	atomic {			/* one cmpxchg */
		if
		:: !sched -> ours = true
#ifndef BUG_NO_MISSED
		:: sched -> missed = true
#else
		:: sched -> skip
#endif
		fi;
		sched = true
	};
	if
	:: ours -> mask(true); put_on_list(cpu)
	:: !ours -> skip
	fi
}
inline put_on_list(cpu) {
	atomic { assert(UNLISTED); ours = false; listed[cpu] = true }
}

#ifdef CONFORM
/* Whoever it is: which packets come when is not in the trace. */
proctype Scheduler(byte cpu) {
	bool ours;

end:	do
	:: schedule_napi(cpu)
	od
}

/* napi_disable() takes SCHED, napi_enable() gives it back. A napi is born disabled. */
bool disabled = true;
proctype Owner() {
end:	do
	:: atomic { !disabled && !sched ->
		EVENT0("disable")
		sched = true; disabled = true }
	:: disabled ->
		EVENT0("enable")
		atomic { disabled = false; sched = false }
	od
}
#else
proctype Device() {
	do
	:: atomic { left > 0 -> left--; ring++; line = true }
	:: left == 0 -> break
	od
}

/* The handler: prep, then mask. Without SCHED it leaves the mask to the poll. */
proctype Handler(byte cpu) {
	bool ours;

end:	do
	:: atomic { line && !masked -> line = false };
	   schedule_napi(cpu)
	od
}

proctype Other(byte cpu) {
	bool ours;

	do
	:: atomic { others > 0 -> others-- };
	   schedule_napi(cpu)
	:: others == 0 -> break
	od
}
#endif

proctype Softirq(byte cpu) {
	byte done;
	bool ours;

end:	do
	:: atomic { listed[cpu] ->
		EVENT1("poll %d", cpu)
		listed[cpu] = false;
		assert(!polling);
		polling = true };
#ifndef CONFORM
	   done = 0;
	   do
	   :: atomic { ring > 0 && done < WEIGHT -> ring--; done++ }
	   :: done == WEIGHT -> break
	   :: ring == 0 -> break
	   od;
#endif
	   if
#ifdef CONFORM
	   ::					/* how much was there is not in the model */
#else
	   :: done == WEIGHT ->			/* more may be there: keep SCHED */
#endif
		EVENT2("polled %d full %d", cpu, 1)
		atomic { polling = false; put_on_list(cpu) }
#ifdef CONFORM
	   ::
#else
	   :: else ->
#endif
		atomic {			/* napi_complete_done(): one cmpxchg */
			polling = false;
#ifdef BUG_FORGETS_MISSED
			ours = false;
#else
			ours = missed;
#endif
			missed = false;
			sched = ours
		};
		EVENT2("complete %d again %d", cpu, ours)
		if
		:: ours -> put_on_list(cpu)
		:: !ours ->
#ifndef BUG_NO_UNMASK
			mask(false);
#endif
			skip
		fi;
		EVENT2("polled %d full %d", cpu, 0)
		skip
	   fi
	od
}

init {
#ifdef CONFORM
	atomic {
		sched = true;
		run Owner();
		run Scheduler(0); run Scheduler(1); run Scheduler(2); run Scheduler(3);
		run Softirq(0); run Softirq(1); run Softirq(2); run Softirq(3)
	}
#else
	atomic { run Device(); run Handler(0); run Other(1); run Softirq(0); run Softirq(1) }
#endif
}

ltl taken { [] ((ring > 0) -> <> (ring == 0 || polling)) && [] ((left == 0 && ring > 0) -> <> (ring == 0)) }
