/* SPDX-License-Identifier: MIT */
/*
 * lkdtm_lockdep.c - mistakes with locks that lockdep must report where reporting is hardest: while the
 * lock is the console's or the run queue's, in a panic, on all CPUs at once, with its tables full. None
 * waits for a lock: lock_acquire() alone says that one is wanted. Without lockdep nothing happens.
 */
#include <linux/bug.h>
#include <linux/console.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/panic.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include "../drivers/tty/8250.h"
#include "../drivers/tty/vgacon.h"
#include "../kernel/sched/sched.h"
#include "lkdtm.h"

/* --- where it is hard to print --- */

/* As if the lock of @map, which is held, were taken again. */
static void take_again(struct lockdep_map *map)
{
	lock_acquire(map, 0, 0, LOCK_WRITE, 1, NULL, _THIS_IP_);
}

static DEFINE_RAW_SPINLOCK(twice);

void crash_lockdep(void)
{
	raw_spin_lock(&twice);
	take_again(&twice.dep_map);
	raw_spin_unlock(&twice);
}

/* The lock of the port that the report goes to. */
void crash_lockdep_uart(void)
{
	struct uart_8250_port *p;

	for_each_port(p) {
		if (!(p->con.flags & CON_ENABLED))
			continue;
		guard(uart)(p);
		take_again(&p->lock.dep_map);
	}
}

/* That of a screen without a card, which is a console for the moment. */
void crash_lockdep_vc(void)
{
	static struct vc_data vc;
	unsigned long flags;

	vc_init(&vc);
	vc.con.flags |= CON_BOOT;
	register_console(&vc.con);
	raw_spin_lock_irqsave(&vc.lock, flags);
	vc.lock_cpu = raw_smp_processor_id();
	take_again(&vc.lock.dep_map);
	vc.lock_cpu = -1;
	raw_spin_unlock_irqrestore(&vc.lock, flags);
	unregister_console(&vc.con);
}

void crash_lockdep_rq(void)
{
	unsigned long flags;
	struct rq *rq;

	local_irq_save(flags);
	rq = this_rq();
	raw_spin_lock(&rq->lock);
	take_again(&rq->lock.dep_map);
	raw_spin_unlock(&rq->lock);
	local_irq_restore(flags);
}

static struct panic_notifier mistaken = { .fn = crash_lockdep };

void crash_lockdep_panic(void)
{
	panic_notifier_register(&mistaken);
	panic("outer");
}

static void mistake_and_warn(void *info)
{
	static DEFINE_PER_CPU(raw_spinlock_t, own);
	raw_spinlock_t *l = this_cpu_ptr(&own);

	raw_spin_lock_init(l);
	raw_spin_lock(l);
	take_again(&l->dep_map);
	raw_spin_unlock(l);
	WARN(1, "from CPU %d\n", raw_smp_processor_id());
}

/* Each CPU makes a mistake of its own and has something else to say. */
void crash_lockdep_everywhere(void)
{
	on_each_cpu(mistake_and_warn, NULL, 1);
}

/* --- tables that are full --- */

#define NR_MAPS	1100	/* more than MAX_LOCKDEP_KEYS */

static struct lockdep_map maps[NR_MAPS] = { [0 ... NR_MAPS - 1] = __LOCKDEP_MAP("lkdtm_map", LD_WAIT_SPIN) };

/*
 * Locks @first to @first + @under - 1 are held, without having been waited for: all that follow make a
 * dependency and none a chain. @kinds, base 3, says how each is held. Then @top is wanted.
 */
static noinline void want(int first, int under, int kinds, int top)
{
	for (int i = 0; i < under; i++, kinds /= 3)
		lock_acquire(&maps[first + i], 0, 1, kinds % 3, 1, NULL, _THIS_IP_);
	lock_acquire(&maps[top], 0, 0, LOCK_WRITE, 1, NULL, _THIS_IP_);
	if (debug_locks)
		lock_release(&maps[top], _THIS_IP_);
	while (--under >= 0)
		lock_release(&maps[first + under], _THIS_IP_);
}

void crash_lockdep_keys(void)
{
	for (int i = 0; i < NR_MAPS && debug_locks; i++)
		want(0, 0, 0, i);
}

/* 40 dependencies by one chain. */
void crash_lockdep_entries(void)
{
	for (int i = 40; i < 300 && debug_locks; i++)
		want(0, 40, 0, i);
}

/* Short ones, of few classes: 243 ways to hold five locks under each of 40. */
void crash_lockdep_chains(void)
{
	for (int i = 0; i < 40 * 243 && debug_locks; i++)
		want(0, 5, i % 243, 5 + i / 243);
}

/* The same 41 classes, held in other ways each time. */
void crash_lockdep_chain_hlocks(void)
{
	for (int i = 0; i < 2000 && debug_locks; i++)
		want(0, 40, i, 40);
}

/* A way of its own to each of 4096 dependencies: at each step by one of two functions. */
static void left(unsigned int n, int steps);
static void right(unsigned int n, int steps);

static __always_inline void go(unsigned int n, int steps)
{
	if (!steps)
		want(n % 64, 1, 0, 64 + n / 64);
	else if (n >> (steps - 1) & 1)
		right(n, steps - 1);
	else
		left(n, steps - 1);
	barrier();		/* no tail call */
}

static noinline void left(unsigned int n, int steps)
{
	go(n, steps);
}

static noinline void right(unsigned int n, int steps)
{
	barrier();		/* not the same function */
	go(n, steps);
}

void crash_lockdep_traces(void)
{
	for (unsigned int n = 0; n < 4096 && debug_locks; n++)
		go(n, 12);
}
