/* SPDX-License-Identifier: MIT */
/*
 * The idle loop against a wake-up from another CPU (kernel/sched/idle.c): TIF_POLLING_NRFLAG,
 * need_resched, the reschedule IPI and hlt. `sti; hlt` lets no interrupt in between, so one that waits
 * ends the hlt.
 *
 * Liveness: a thread that was woken for this CPU runs on it.
 */
bool need_resched, polling = true, irqs_on = true, ipi, halted;
byte wakes = 2, ready, ran;

active proctype Idle() {
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
#ifdef BUG_STI_APART
			irqs_on = true;		/* an interrupt may be taken here, and hlt waits for the next */
			halted = true;
#else
			atomic { irqs_on = true; halted = true };
#endif
endhalt:		(!halted)
		fi;
		polling = true
	   od;
	   polling = false;
	   atomic { need_resched = false; ran = ran + ready; ready = 0 }	/* schedule_idle() */
	od
}

/* The interrupt: it ends a hlt; its handler has nothing to do, the flag is set. */
active proctype Interrupt() {
end:	do
	:: atomic { ipi && irqs_on -> ipi = false; halted = false }
	od
}

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

ltl runs { [] ((ready > 0) -> <> (ready == 0)) }
