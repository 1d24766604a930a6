/* SPDX-License-Identifier: MIT */
/*
 * The reader-writer lock, by the kernel's own read_lock() and write_lock(). ROLES has a letter for each
 * thread, those that are alike beside each other:
 *
 *	W	writes					w	tries to write
 *	R	reads in a task				r	tries to read
 *	I	reads in an interrupt (over a task that has no part in this)
 *	N	reads in a task, and an interrupt that reads may come on top of it at any point: while it
 *		holds the lock, too, and with a writer waiting. It must not wait for that writer (L13).
 */
#include <linux/hardirq.h>
#include <linux/rwlock.h>

static rwlock_t lock SMC_SHARED;
static int data[2] SMC_SHARED, written SMC_SHARED;

static void look(void)
{
	int first, second;

	smc_enter(0, 0);
	if (smc_readers(0) > 1)
		SMC_COVER("two readers");
	first = data[0];
	smc_point();
	second = data[1];
	SMC_ASSERT(first == second);
	smc_leave(0, 0);
}

static void change(void)
{
	smc_enter(0, 1);
	data[0]++;
	smc_point();
	data[1]++;
	written++;
	smc_leave(0, 1);
}

static void writer(int me)
{
	for (int i = 0; i < ROUNDS; i++) {
		write_lock(&lock);
		change();
		write_unlock(&lock);
	}
}

static void try_writer(int me)
{
	if (write_trylock(&lock)) {
		SMC_COVER("write_trylock takes it");
		change();
		write_unlock(&lock);
	} else {
		SMC_COVER("write_trylock fails");
	}
}

static void reader(int me)
{
	for (int i = 0; i < ROUNDS; i++) {
		read_lock(&lock);
		look();
		read_unlock(&lock);
	}
}

static void try_reader(int me)
{
	if (read_trylock(&lock)) {
		SMC_COVER("read_trylock takes it");
		look();
		read_unlock(&lock);
	} else {
		SMC_COVER("read_trylock fails");
	}
}

static void irq_reader(int me)
{
	__irq_enter_raw();
	reader(me);
	__irq_exit_raw();
}

/* The same, but as a function of its own: a thread of another kind. */
static void nesting_reader(int me)
{
	reader(me);
}

static void nested(int me)
{
	__irq_enter_raw();
	read_lock(&lock);
	look();
	read_unlock(&lock);
	__irq_exit_raw();
	SMC_COVER("a reader on top");
}

static int writers;

void smc_setup(void)
{
	writers = 0;
	for (const char *role = ROLES; *role; role++) {
		switch (*role) {
		case 'W':
			smc_thread(writer);
			writers++;
			break;
		case 'w':
			smc_thread(try_writer);
			break;
		case 'R':
			smc_thread(reader);
			break;
		case 'r':
			smc_thread(try_reader);
			break;
		case 'I':
			smc_thread(irq_reader);
			break;
		case 'N':
			smc_thread(nesting_reader);
			smc_irq(nested);
			break;
		default:
			smc_fail("ROLES has a letter that rw.c does not know");
		}
	}
}

void smc_final(void)
{
	SMC_ASSERT(written >= writers * ROUNDS && data[0] == written && data[1] == written);
	SMC_ASSERT(lock.raw_lock.cnts == 0);
	SMC_ASSERT(!arch_spin_is_locked(&lock.raw_lock.wait_lock));
}
