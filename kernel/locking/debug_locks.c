/* SPDX-License-Identifier: MIT */
/*
 * The one switch of all lock and context checkers: off after the first finding (linux/lockdep.h). A
 * test that provokes a report wants the checkers to go on after it: then the first finding only silences
 * the next ones. A test of many wants no reports at all, but to know how much was found.
 */
#include <linux/atomic.h>
#include <linux/export.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/string.h>

int debug_locks = 1;
EXPORT_SYMBOL(debug_locks);	/* _GPL in Linux, whose spin_lock() is out of line in such a build */
static int in_test, silent;

/* The thread whose findings are only counted, and the title of the first. */
static struct task_struct *catcher;
static unsigned int caught;
static char first_caught[80];

bool debug_locks_off_for(const char *title)
{
	if (!READ_ONCE(debug_locks))
		return false;
	if (unlikely(READ_ONCE(catcher)) && READ_ONCE(catcher) == current) {
		if (!caught++)
			strscpy(first_caught, title);
		return false;
	}
	return READ_ONCE(in_test) ? !xchg(&silent, 1) : xchg(&debug_locks, 0);
}

bool debug_locks_off(void)
{
	return debug_locks_off_for("");
}

unsigned int debug_locks_catch(bool begin)
{
	if (begin) {
		caught = 0;
		first_caught[0] = '\0';
	}
	WRITE_ONCE(catcher, begin ? current : NULL);
	return caught;
}

const char *debug_locks_first_caught(void)
{
	return first_caught;
}

void debug_locks_test(bool begin)
{
	WRITE_ONCE(silent, 0);
	WRITE_ONCE(in_test, begin);
	if (!begin && DEBUG_LOCKS)
		lockdep_reset();
}
