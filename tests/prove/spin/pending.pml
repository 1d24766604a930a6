/* SPDX-License-Identifier: MIT */
/*
 * handle_edge_irq() on two CPUs (kernel/irq/chip.c, handle_irq_event()): an edge that comes in while the
 * handler runs elsewhere sets IRQS_PENDING and masks, and the loop runs the handler once more. The device
 * has work; the handler takes what it finds when it begins. disable_irq() and enable_irq() in between:
 * what came meanwhile is sent again.
 *
 * Safety: the handler is never on two CPUs. Liveness: work is taken.
 */
bool locked, inprogress, pending, masked, disabled;
bool edge;		/* signalled, not taken by a CPU */
bool kept;		/* the chip keeps one edge while the line is masked */
byte work, left = 3, handlers, toggles = 1;

inline lock() { atomic { !locked -> locked = true } }
inline unlock() { locked = false }

active proctype Device() {
	do
	:: atomic { left > 0 -> left--; work = 1;
		if
		:: masked -> kept = true
		:: else -> edge = true
		fi }
	:: left == 0 -> break
	od
}

inline mask() { masked = true }
inline unmask() {
	atomic { masked = false;
		if
		:: kept -> kept = false; edge = true
		:: else -> skip
		fi }
}

active [2] proctype Cpu() {
end:	do
	:: atomic { edge -> edge = false };
	   lock();
	   if
#ifdef BUG_NO_INPROGRESS
	   :: disabled ->
#else
	   :: inprogress || disabled ->
#endif
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
		   atomic { handlers++; assert(handlers == 1); work = 0 };
		   handlers--;
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

active proctype Driver() {
	do
	:: atomic { toggles > 0 -> toggles-- };
	   lock(); disabled = true; unlock();
	   lock();
	   disabled = false;
	   unmask();
#ifndef BUG_NO_RESEND
	   if
	   :: atomic { pending -> pending = false; edge = true }
	   :: else -> skip
	   fi;
#endif
	   unlock()
	:: toggles == 0 -> break
	od
}

ltl taken { [] ((work > 0) -> <> (work == 0)) }
