/* SPDX-License-Identifier: MIT */
/*
 * One CPU: raise, irq_exit, local_bh_enable, the budget, and ksoftirqd's sleep (kernel/softirq.c,
 * kernel/smpboot.c). An interrupt comes in wherever IRQs are on and runs to its end before the thread
 * below goes on; a second one may come in while the first runs softirqs.
 *
 * Safety: a softirq is never entered inside another; when the CPU idles, nothing is pending or lost.
 * Liveness: what is raised is run, whatever comes.
 */
#define NVEC	2
#define NIRQ	3
#define PASSES	2

#define THREAD	0	/* who has the CPU: no interrupt, or interrupt 1 or 2 */
byte owner = THREAD;
bool irqs_on = true;
bool serving, bh_off;
int pending;		/* a bit for each vector */
int wanted;		/* ghost: raised since its handler was last entered */

#define TASK	0
#define KSOFT	1
#define IDLE	2
byte running = TASK;	/* of the threads, when no interrupt is there */
bool ks_ready, ks_state;	/* ready: on the run queue; state: it has said that it wants to sleep */
byte interrupts = NIRQ, raises = 4, task_raises = 1;
#define BIT(v)	(1 << (v))

inline wake_ksoftirqd() {
	ks_state = false;
	ks_ready = true
}

/* Any vector, or none. */
inline raise_one() {
	if
	:: raises > 0 -> raises--; pending = pending | BIT(0); wanted = wanted | BIT(0)
	:: raises > 0 -> raises--; pending = pending | BIT(1); wanted = wanted | BIT(1)
	:: skip
	fi
}

/* __do_softirq(). @me: who runs it. Entered and left with IRQs off. */
inline serve(me) {
	atomic { serving = true; passes = 0 };
	do
	:: atomic {
		todo = pending;
#ifndef BUG_CLEAR_LATE
		pending = 0;
#endif
		irqs_on = true
	   };
	   do
	   :: todo != 0 ->
		atomic {
			owner == me;
			v = 0;			/* the lowest first */
			do
			:: (todo & BIT(v)) == 0 -> v++
			:: else -> break
			od;
			todo = todo & ~BIT(v);
			wanted = wanted & ~BIT(v);
			assert(entered == 0);
			entered++
		};
		atomic { owner == me -> raise_one() };
		atomic { owner == me -> entered--; v = 0 }
	   :: else -> break
	   od;
	   atomic {
		owner == me;
		irqs_on = false;
#ifdef BUG_CLEAR_LATE
		pending = 0;
#endif
		passes++;
		if
		:: pending == 0 -> break
		:: pending != 0 && passes < PASSES -> skip
		:: pending != 0 ->	/* out of passes, or of time, or somebody waits */
#ifndef BUG_NO_WAKE
			wake_ksoftirqd();
#endif
			break
		fi
	   }
	od;
	serving = false;
	d_step { v = 0; passes = 0; todo = 0 }
}
byte entered;

/* Interrupt @me may come in over everything with a lower number. */
proctype Irq(byte me) {
	int todo;
	byte v, passes, below;

end:	do
	:: atomic {
		irqs_on && owner < me && interrupts > 0;
		interrupts--;
		below = owner;
		owner = me;
		irqs_on = false
	   }
	   atomic { raise_one() };
	   if
	   :: !serving && !bh_off && pending != 0 -> serve(me)
	   :: else -> skip
	   fi;
	   atomic { owner = below; irqs_on = true }
	od
}

/* A thread that raises with bottom halves off, and in plain context. */
proctype Task() {
	int todo;
	byte v, passes;

end:	do
	:: atomic { owner == THREAD && running == TASK && task_raises > 0 ->
		bh_off = true; task_raises-- };
	   atomic { owner == THREAD -> irqs_on = false };
	   atomic { raise_one() };
	   irqs_on = true;
	   atomic { owner == THREAD -> bh_off = false; irqs_on = false };
#ifndef BUG_NO_RUN
	   if
	   :: pending != 0 -> serve(THREAD)
	   :: else -> skip
	   fi;
#endif
	   irqs_on = true
	:: atomic { owner == THREAD && running == TASK && task_raises > 0 ->
		irqs_on = false; task_raises-- };
	   atomic { raise_one() };
#ifndef BUG_TASK_NO_WAKE
	   if
	   :: pending != 0 -> wake_ksoftirqd()
	   :: else -> skip
	   fi;
#endif
	   irqs_on = true
	:: atomic { owner == THREAD && running == TASK && irqs_on;
	      if
	      :: ks_ready -> running = KSOFT
	      :: !ks_ready -> running = IDLE
	      fi }
	:: atomic { owner == THREAD && running == IDLE && irqs_on;
	      if
	      :: ks_ready -> running = KSOFT
	      :: running = TASK
	      fi }
	od
}

/* The thread. Its state first, then the look, then schedule(): it sleeps only if the state is still set. */
proctype Ksoftirqd() {
	int todo;
	byte v, passes;

end:	do
	:: (owner == THREAD && running == KSOFT);
#ifndef BUG_LOOK_FIRST
	   atomic { owner == THREAD && running == KSOFT -> ks_state = true };
#endif
	   if
	   :: atomic { owner == THREAD && running == KSOFT && pending != 0 ->
		ks_state = false; irqs_on = false };
	      if
	      :: pending != 0 -> serve(THREAD)
	      :: else -> skip
	      fi;
	      irqs_on = true;
	      if			/* cond_resched() */
	      :: atomic { owner == THREAD && running == KSOFT; running = TASK }
	      :: skip
	      fi
	   :: atomic { owner == THREAD && running == KSOFT && pending == 0 -> skip };
#ifdef BUG_LOOK_FIRST
	      atomic { owner == THREAD && running == KSOFT -> ks_state = true };
#endif
	      atomic { owner == THREAD && running == KSOFT && irqs_on;
		if
		:: ks_state -> ks_ready = false; ks_state = false
		:: else -> skip
		fi;
		if
		:: running = TASK
		:: running = IDLE
		fi }
	   fi
	od
}

#define QUIET (running == IDLE && owner == THREAD && irqs_on && !ks_ready)
active proctype Watch() {
end:	atomic { (QUIET && (pending | wanted) != 0) -> assert(false) }
}

init {
	atomic { run Task(); run Ksoftirqd(); run Irq(1); run Irq(2) }
}

ltl taken { [] ((wanted != 0) -> <> (wanted == 0)) }
