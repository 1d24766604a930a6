/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/lockdep.h, with a lock to look at */
#include <linux/lockdep.h>
#include <linux/spinlock.h>

static struct lock_class_key key;

void api_lockdep(spinlock_t *l)
{
	lockdep_set_class(l, &key);
	lockdep_assert_held(l);
	lockdep_assert_not_held(l);
	lockdep_assert_irqs_disabled();
	lockdep_assert_irqs_enabled();
	lockdep_assert_preemption_disabled();
	lockdep_assert_in_softirq();
	if (lockdep_is_held(l))
		lockdep_assert_once(1);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
