/* SPDX-License-Identifier: MIT */
/*
 * The one switch of all lock and context checkers: off after the first finding (linux/lockdep.h). A
 * test that provokes a report wants the checkers to go on after it: then the first finding only silences
 * the next ones.
 */
#include <linux/atomic.h>
#include <linux/lockdep.h>

int debug_locks = 1;
static int in_test, silent;

bool debug_locks_off(void)
{
	if (!READ_ONCE(debug_locks))
		return false;
	return READ_ONCE(in_test) ? !xchg(&silent, 1) : xchg(&debug_locks, 0);
}

void debug_locks_test(bool begin)
{
	WRITE_ONCE(silent, 0);
	WRITE_ONCE(in_test, begin);
	if (!begin && DEBUG_LOCKS)
		lockdep_reset();
}
