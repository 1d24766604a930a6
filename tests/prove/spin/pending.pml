/* SPDX-License-Identifier: MIT */
/*
 * handle_edge_irq() on two CPUs (kernel/irq/chip.c, handle_irq_event()): an edge that comes in while the
 * handler runs elsewhere sets IRQS_PENDING and masks, and the loop runs the handler once more. The device
 * has work; the handler takes what it finds when it begins. disable_irq() and enable_irq() in between:
 * what came meanwhile is sent again.
 *
 * Safety: the handler is never on two CPUs. Liveness: work is taken.
 */
#include "event.h"

bool locked, inprogress, pending;
bool replay;		/* sent again, not seen by a flow handler yet */
byte handlers, toggles = 1;
#ifdef CONFORM
bool disabled = true;	/* until its first user enables it */
#else
bool disabled;
bool edge;		/* signalled, not taken by a CPU */
bool masked, kept;	/* at the chip, which keeps one edge meanwhile */
byte left = 3;
#endif
byte work;

inline lock() { atomic { !locked -> locked = true } }
inline unlock() { locked = false }

#ifdef CONFORM
#define send_edge()	skip
#define mask()		skip
#define unmask()	skip
#else
#define send_edge()	edge = true
inline mask() { masked = true }
inline unmask() {
	atomic { masked = false;
		if
		:: kept -> kept = false; edge = true
		:: else -> skip
		fi }
}

proctype Device() {
	do
	:: atomic { left > 0 -> left--; work = 1;
		if
		:: masked -> kept = true
		:: else -> edge = true
		fi }
	:: left == 0 -> break
	od
}
#endif

proctype Cpu(byte me) {
end:	do
#ifdef CONFORM
	:: lock();			/* no event shows what the device does: an edge may always have come */
#else
	:: atomic { edge -> edge = false };
	   lock();
#endif
	   replay = false;
	   if
#ifdef BUG_NO_INPROGRESS
	   :: disabled ->
#else
	   :: inprogress || disabled ->
#endif
		EVENT0("noted")
#ifndef BUG_NOT_NOTED
		pending = true;
#endif
		mask()
	   :: else ->
		do
		::
#ifndef BUG_CLEARED_LATE
		   pending = false;
#endif
		   inprogress = true;
		   unlock();
		   atomic {
			EVENT1("handler %d", me)
			handlers++; assert(handlers == 1);
			work = 0 };
		   atomic {
			EVENT1("handler %d over", me)
			handlers-- };
		   lock();
		   inprogress = false;
#ifdef BUG_CLEARED_LATE
		   pending = false;
#endif
#ifdef BUG_NO_LOOP
		   break
#else
		   if
		   :: pending && !disabled -> unmask()
		   :: else -> break
		   fi
#endif
		od
	   fi;
	   unlock()
	od
}

inline enable() {
	lock();
	EVENT0("enable")
	disabled = false;
	unmask();
#ifndef BUG_NO_RESEND
	if
	:: atomic { pending && !replay ->
		EVENT0("resend")
		pending = false; replay = true; send_edge() }
	:: else -> skip
	fi;
#endif
	unlock()
}

proctype Driver() {
#ifdef CONFORM
	enable();
end:
#endif
	do
	:: atomic { toggles > 0 -> spend(toggles) };
	   lock();
	   EVENT0("disable")
	   disabled = true;
	   unlock();
	   enable()
	:: toggles == 0 -> break
	od
}

init {
#ifdef CONFORM
	atomic { run Driver(); run Cpu(0); run Cpu(1); run Cpu(2); run Cpu(3);
		run Cpu(4) }	/* on a CPU that is in the handler already */
#else
	atomic { run Driver(); run Cpu(0); run Cpu(1); run Device() }
#endif
}

ltl taken { [] ((work > 0) -> <> (work == 0)) }
