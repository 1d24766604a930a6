/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* linux/rcupdate.h, linux/rculist.h */
#include <linux/rcupdate.h>
#include <linux/rculist.h>

struct thing {
	struct rcu_head rcu;
	struct list_head node;
	int n;
};

static struct thing __rcu *shared;
static LIST_HEAD(things);

static void later(struct rcu_head *head)
{
}

int api_rcu(struct thing *t)
{
	struct thing *old, *pos;
	int n = 0;

	rcu_read_lock();
	n = rcu_dereference(shared)->n;
	list_for_each_entry_rcu(pos, &things, node)
		n += pos->n;
	rcu_read_unlock();
	rcu_read_lock_bh();
	rcu_read_unlock_bh();
	old = rcu_dereference_protected(shared, 1);
	rcu_assign_pointer(shared, t);
	RCU_INIT_POINTER(shared, t);
	list_add_rcu(&t->node, &things);
	list_add_tail_rcu(&t->node, &things);
	list_del_rcu(&t->node);
	synchronize_rcu();
	rcu_barrier();
	call_rcu(&old->rcu, later);
	kfree_rcu(old, rcu);
	return n + (rcu_access_pointer(shared) == t);
}

#include <linux/module.h>
MODULE_LICENSE("GPL");
