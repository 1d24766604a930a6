/* SPDX-License-Identifier: MIT */
/*
 * notifier.c - chains of callbacks: see linux/notifier.h.
 *
 * Invariant: a chain is sorted by priority, the highest first, and who walks it never waits for who
 * changes it: a block is whole before it is linked, and one that is taken out still leads onwards.
 */
#include <linux/bug.h>
#include <linux/callbacks.h>
#include <linux/export.h>
#include <linux/notifier.h>
#include <linux/preempt.h>

/* For reports. A panic's chain is called in an NMI, too. */
static void note_notifier(struct notifier_block *n, enum callback_event event, unsigned long ip)
{
	if (!in_nmi())
		note_callback(CALLBACK_NOTIFIER, n->notifier_call, n, event, ip);
}

/* Context: what the chain's kind takes for changing it. */
static int chain_add(struct notifier_block **link, struct notifier_block *n, bool unique)
{
	for (; *link && (*link)->priority >= n->priority; link = &(*link)->next) {
		if (WARN(*link == n, "notifier callback %ps already registered\n",
			 n->notifier_call))
			return -EEXIST;
		if (unique && (*link)->priority == n->priority)
			return -EBUSY;
	}
	n->next = *link;
	rcu_assign_pointer(*link, n);
	note_notifier(n, CALLBACK_QUEUED, 0);
	return 0;
}

static int chain_del(struct notifier_block **link, struct notifier_block *n)
{
	for (; *link; link = &(*link)->next) {
		if (*link == n) {
			rcu_assign_pointer(*link, n->next);
			note_notifier(n, CALLBACK_TAKEN_BACK, 0);
			return 0;
		}
	}
	return -ENOENT;
}

/* Context: what the chain's kind takes for calling it. */
static int chain_call(struct notifier_block **head, unsigned long action, void *data)
{
	struct notifier_block *n, *next;
	notifier_fn_t stopper = NULL;
	int ret = NOTIFY_DONE;

	for (n = READ_ONCE(*head); n && !(ret & NOTIFY_STOP_MASK); n = next) {
		next = READ_ONCE(n->next);
		stopper = n->notifier_call;
		note_notifier(n, CALLBACK_CALLED, 0);
		ret = stopper(n, action, data);
		if (!in_nmi())
			note_callback(CALLBACK_NOTIFIER, stopper, n, CALLBACK_RETURNED, 0);
	}
	for (; DEBUG_LOCKS && n; n = READ_ONCE(n->next))
		note_notifier(n, CALLBACK_REFUSED, (unsigned long)stopper);
	return ret;
}

/* --- atomic --- */

static int atomic_chain_add(struct atomic_notifier_head *nh, struct notifier_block *n, bool unique)
{
	guard(spinlock_irqsave)(&nh->lock);
	return chain_add(&nh->head, n, unique);
}

int atomic_notifier_chain_register(struct atomic_notifier_head *nh, struct notifier_block *nb)
{
	return atomic_chain_add(nh, nb, false);
}
EXPORT_SYMBOL_GPL(atomic_notifier_chain_register);

int atomic_notifier_chain_register_unique_prio(struct atomic_notifier_head *nh,
					       struct notifier_block *nb)
{
	return atomic_chain_add(nh, nb, true);
}
EXPORT_SYMBOL_GPL(atomic_notifier_chain_register_unique_prio);

int atomic_notifier_chain_unregister(struct atomic_notifier_head *nh, struct notifier_block *nb)
{
	int ret;

	scoped_guard(spinlock_irqsave, &nh->lock)
		ret = chain_del(&nh->head, nb);
	synchronize_rcu();
	return ret;
}
EXPORT_SYMBOL_GPL(atomic_notifier_chain_unregister);

int atomic_notifier_call_chain(struct atomic_notifier_head *nh, unsigned long action, void *data)
{
	guard(rcu)();
	return chain_call(&nh->head, action, data);
}
EXPORT_SYMBOL_GPL(atomic_notifier_call_chain);

/* --- blocking --- */

int blocking_notifier_chain_register(struct blocking_notifier_head *nh, struct notifier_block *nb)
{
	guard(mutex)(&nh->lock);
	return chain_add(&nh->head, nb, false);
}
EXPORT_SYMBOL_GPL(blocking_notifier_chain_register);

int blocking_notifier_chain_register_unique_prio(struct blocking_notifier_head *nh,
						 struct notifier_block *nb)
{
	guard(mutex)(&nh->lock);
	return chain_add(&nh->head, nb, true);
}
EXPORT_SYMBOL_GPL(blocking_notifier_chain_register_unique_prio);

int blocking_notifier_chain_unregister(struct blocking_notifier_head *nh, struct notifier_block *nb)
{
	guard(mutex)(&nh->lock);
	return chain_del(&nh->head, nb);
}
EXPORT_SYMBOL_GPL(blocking_notifier_chain_unregister);

int blocking_notifier_call_chain(struct blocking_notifier_head *nh, unsigned long action,
				 void *data)
{
	if (!rcu_access_pointer(nh->head))
		return NOTIFY_DONE;
	guard(mutex)(&nh->lock);
	return chain_call(&nh->head, action, data);
}
EXPORT_SYMBOL_GPL(blocking_notifier_call_chain);

/* --- raw --- */

int raw_notifier_chain_register(struct raw_notifier_head *nh, struct notifier_block *nb)
{
	return chain_add(&nh->head, nb, false);
}
EXPORT_SYMBOL_GPL(raw_notifier_chain_register);

int raw_notifier_chain_unregister(struct raw_notifier_head *nh, struct notifier_block *nb)
{
	return chain_del(&nh->head, nb);
}
EXPORT_SYMBOL_GPL(raw_notifier_chain_unregister);

int raw_notifier_call_chain(struct raw_notifier_head *nh, unsigned long action, void *data)
{
	return chain_call(&nh->head, action, data);
}
EXPORT_SYMBOL_GPL(raw_notifier_call_chain);
