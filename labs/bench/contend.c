/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * One lock that every CPU wants. Each holder pauses once while it holds the lock: on the machine that
 * repeats CPUs take turns, and a pause ends the turn, so the others come and find the lock taken.
 * Figures of that machine are serialised: they count the instructions of all CPUs, one after another.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <asm/processor.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#include "bench.h"

#define MAX_WANT	255
#define WINDOW		4000000		/* instructions of all CPUs together */

enum kind { ON_SPIN, ON_SPIN_IRQ, ON_WRITE, ON_MUTEX };

static DEFINE_SPINLOCK(lock);
static DEFINE_RWLOCK(rwlock);
static DEFINE_MUTEX(mutex);

static enum kind kind;
static bool start;
static u64 until;
static unsigned long got[MAX_WANT];
static atomic_t left;
static DECLARE_COMPLETION(over);

static void take_once(void)
{
	switch (kind) {
	case ON_SPIN:
		spin_lock(&lock);
		cpu_relax();
		spin_unlock(&lock);
		break;
	case ON_SPIN_IRQ:
		spin_lock_irq(&lock);
		cpu_relax();
		spin_unlock_irq(&lock);
		break;
	case ON_WRITE:
		write_lock(&rwlock);
		cpu_relax();
		write_unlock(&rwlock);
		break;
	case ON_MUTEX:
		mutex_lock(&mutex);
		cpu_relax();
		mutex_unlock(&mutex);
		break;
	}
}

static int taker(void *data)
{
	unsigned int me = (unsigned long)data;

	while (!READ_ONCE(start))
		cpu_relax();
	while (now() < READ_ONCE(until)) {
		take_once();
		got[me]++;
	}
	if (atomic_dec_and_test(&left))
		complete(&over);
	return 0;
}

/* @n CPUs from the first on. False: no thread. */
static bool contend(unsigned int n)
{
	struct task_struct *p[8];
	unsigned long i;

	for (i = 0; i < n; i++) {
		p[i] = thread_on(i, taker, (void *)i);
		if (!p[i])
			return false;		/* those before it stay asleep: memory, nothing else */
		got[i] = 0;
	}
	start = false;
	atomic_set(&left, n);
	reinit_completion(&over);
	for (i = n; i-- > 0;)		/* this CPU's own thread last */
		wake_up_process(p[i]);
	until = now() + WINDOW;
	WRITE_ONCE(start, true);
	wait_for_completion(&over);
	return true;
}

static void rows(const char *name, unsigned int n)
{
	unsigned long sum = 0, least = ~0ul, most = 0;
	unsigned int i;
	char row[48];

	if (!contend(n))
		return;
	for (i = 0; i < n; i++) {
		sum += got[i];
		least = min(least, got[i]);
		most = max(most, got[i]);
	}
	snprintf(row, sizeof(row), "contended.%s.%u_cpus", name, n);
	report_hundredths(row, sum ? div_u64(WINDOW * 100ull, sum) : 0, "instructions");
	snprintf(row, sizeof(row), "fairness.%s.%u_cpus", name, n);
	report(row, most ? least * 100 / most : 0, "percent");
}

void bench_contend(void)
{
	static const char *const names[] = { "spin", "spin_irq", "write", "mutex" };
	unsigned int n;

	for (kind = ON_SPIN; kind <= ON_MUTEX; kind++)
		for (n = 2; n <= 4 && n <= num_online_cpus(); n += 2)
			rows(names[kind], n);
}
