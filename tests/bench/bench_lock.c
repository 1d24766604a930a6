/* SPDX-License-Identifier: MIT */
/*
 * What a lock costs, in guest instructions: a hundred pairs in a row, the empty loop subtracted, beside
 * Linux 6.12's figures from the same machine (docs/performance.md). In debug builds: what lockdep adds,
 * how that grows with the locks held already, and what is left of it when it is off.
 */
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/rwlock.h>
#include <linux/seqlock.h>
#include <linux/shell.h>
#include <linux/spinlock.h>
#include <asm/tsc.h>

#define PAIRS	100
#define OTHERS	24	/* locks held meanwhile */

static DEFINE_SPINLOCK(lock);
static DEFINE_RWLOCK(rwlock);
static DEFINE_SEQLOCK(seqlock);

/* Instructions of PAIRS times @body, times ten, in a loop whose own cost is measured once. */
#define MEASURE(body) ({								\
	u64 __t = rdtsc_ordered();							\
	for (int __i = 0; __i < PAIRS; __i++) {						\
		body;									\
		barrier();								\
	}										\
	rdtsc_ordered() - __t; })

static void print(struct shell_io *io, const char *what, u64 ticks, u64 empty, unsigned int lx)
{
	u64 tenths = (ticks - min(ticks, empty)) * 10 / PAIRS;

	sh_printf(io, "%-44s %4llu.%llu", what, tenths / 10, tenths % 10);
	if (lx)
		sh_printf(io, " %6u   %llu.%02llu", lx, tenths / 10 / lx, tenths * 10 / lx % 100);
	sh_printf(io, "\n");
}

static void lock_rows(struct shell_io *io)
{
	u64 empty = MEASURE();
	unsigned long flags;
	unsigned int seq;

	print(io, "spin_lock, unlock", MEASURE(spin_lock(&lock); spin_unlock(&lock)), empty, 18);
	print(io, "_irqsave, _irqrestore", MEASURE(spin_lock_irqsave(&lock, flags);
	      spin_unlock_irqrestore(&lock, flags)), empty, 33);
	print(io, "_irq", MEASURE(spin_lock_irq(&lock); spin_unlock_irq(&lock)), empty, 20);
	print(io, "_bh", MEASURE(spin_lock_bh(&lock); spin_unlock_bh(&lock)), empty, 35);
	print(io, "trylock, unlock", MEASURE(spin_trylock(&lock) ? spin_unlock(&lock) : (void)0), empty, 23);
	print(io, "local_irq_save, restore", MEASURE(local_irq_save(flags); local_irq_restore(flags)),
	      empty, 9);
	print(io, "local_irq_disable, enable", MEASURE(local_irq_disable(); local_irq_enable()), empty, 3);
	print(io, "local_bh_disable, enable", MEASURE(local_bh_disable(); local_bh_enable()), empty, 20);
	print(io, "preempt_disable, enable", MEASURE(preempt_disable(); preempt_enable()), empty, 2);
	print(io, "read_lock, unlock", MEASURE(read_lock(&rwlock); read_unlock(&rwlock)), empty, 0);
	print(io, "write_lock, unlock", MEASURE(write_lock(&rwlock); write_unlock(&rwlock)), empty, 0);
	print(io, "write_seqlock, unlock", MEASURE(write_seqlock(&seqlock); write_sequnlock(&seqlock)),
	      empty, 0);
	print(io, "read_seqbegin, retry", MEASURE(seq = read_seqbegin(&seqlock); read_seqretry(&seqlock, seq)),
	      empty, 0);
}

static __always_inline void acquire_release(void)
{
	lock_acquire(&lock.dep_map, 0, 0, LOCK_WRITE, 1, NULL, _THIS_IP_);
	lock_release(&lock.dep_map, _THIS_IP_);
}

/* What lockdep does for one spin_lock and unlock: the pair, and lock_stat's note in between. */
static __always_inline void all_hooks(void)
{
	lock_acquire(&lock.dep_map, 0, 0, LOCK_WRITE, 1, NULL, _THIS_IP_);
	lock_acquired(&lock.dep_map, _THIS_IP_);
	lock_release(&lock.dep_map, _THIS_IP_);
}

/* Debug builds: the pair under 0, 8, 16, 24 others, and with lockdep switched off. */
static void lockdep_rows(struct shell_io *io)
{
	static struct lock_class_key keys[OTHERS];
	static struct lockdep_map others[OTHERS];
	int was_on = debug_locks;
	u64 empty = MEASURE(), t;
	char what[48];

	for (int i = 0; i < OTHERS; i++)
		lockdep_init_map_wait(&others[i], "other", &keys[i], LD_WAIT_SLEEP);
	for (int n = 0; n <= OTHERS; n += 8) {
		for (int i = 0; i < n; i++)
			lock_acquire(&others[i], 0, 0, LOCK_WRITE, 1, NULL, _THIS_IP_);
		spin_lock(&lock);	/* once to learn it */
		spin_unlock(&lock);
		t = MEASURE(acquire_release());
		for (int i = 0; i < n; i++)
			lock_release(&others[i], _THIS_IP_);
		snprintf(what, sizeof(what), "lockdep: acquire, release under %d locks", n);
		print(io, what, t, empty, 0);
	}
	print(io, "lockdep: the same with lock_stat's hook", MEASURE(all_hooks()), empty, 0);
	debug_locks = 0;
	t = MEASURE(all_hooks());
	debug_locks = was_on;
	print(io, "lockdep off: these three hooks", t, empty, 0);
}

static int cmd_benchlock(struct shell_io *io, int argc, char **argv)
{
	sh_printf(io, "%-44s %6s %6s %6s\n", "instructions, mean of 100", "ours", "Linux", "ratio");
	lock_rows(io);
	if (DEBUG_LOCKS)
		lockdep_rows(io);
	return 0;
}
SHELL_COMMAND(benchlock, cmd_benchlock, "benchlock",
	      "what a lock costs, in instructions; debug builds: what lockdep adds");
