/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/timer.h */
#include <linux/timer.h>

struct ticking {
	struct timer_list timer;
	int n;
};

static void tick(struct timer_list *t)
{
	struct ticking *k = from_timer(k, t, timer);

	k->n++;
}

static DEFINE_TIMER(fixed, tick);

int api_timer(struct ticking *k)
{
	timer_setup(&k->timer, tick, 0);
	k->timer.expires = jiffies + 1;
	add_timer(&k->timer);
	add_timer_on(&fixed, 0);
	return mod_timer(&k->timer, jiffies + HZ) + timer_pending(&fixed) + del_timer(&fixed) +
	       del_timer_sync(&fixed) + timer_delete(&fixed) + timer_delete_sync(&fixed) +
	       timer_shutdown_sync(&k->timer) +
	       mod_timer_pending(&k->timer, jiffies) + timer_reduce(&fixed, jiffies) +
	       try_to_del_timer_sync(&fixed);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
