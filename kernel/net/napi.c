/* SPDX-License-Identifier: MIT */
/*
 * NAPI: interrupt, then poll with a budget in NET_RX_SOFTIRQ.
 *
 * Invariants. SCHED is the ownership of a napi: who sets it (napi_schedule_prep() true) must see to
 * it that the napi is on one poll list, and only the poll may clear it (napi_complete_done()); so one
 * napi is polled by at most one CPU (N7). A schedule request while SCHED sets MISSED, and a napi
 * with MISSED is polled again instead of going idle (N6): no event is lost. A CPU's poll_list is
 * touched with irqs off by that CPU alone; net_rx_action() works on private lists.
 * A threaded napi is on no list: its owner sets SCHED_THREADED and wakes the thread, which polls
 * with the same contract, preemptible between two polls and with a thread's share of the CPU.
 */
#define pr_fmt(fmt) "net: " fmt

#include <linux/callbacks.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/hardirq.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/sysctl.h>

#include <trace/events/napi.h>

#include "internal.h"

DEFINE_PER_CPU_ALIGNED(struct softnet_data, softnet_data);

/* Packets per NET_RX run, shared by all its polls: about five full weights, then others' turn. */
unsigned int netdev_budget = 300;
SYSCTL_UINT("net/core/netdev_budget", &netdev_budget, 1, 1000000);

/* Time per NET_RX run; two jiffies, set at boot because HZ is a parameter. */
unsigned int netdev_budget_usecs;
SYSCTL_UINT("net/core/netdev_budget_usecs", &netdev_budget_usecs, 0, 10000000);

/* ---- scheduling -------------------------------------------------------------------------- */

static void note(const struct napi_struct *n, enum callback_event event, unsigned long ip)
{
	note_callback(CALLBACK_NAPI, n->poll, n, event, ip);
}

bool napi_schedule_prep(struct napi_struct *n)
{
	unsigned long new, val;
	bool off;

	trace_napi_schedule(n);
	val = READ_ONCE(n->state);
	off = val & (NAPIF_STATE_DISABLE | NAPIF_STATE_OFF);
	note(n, off ? CALLBACK_REFUSED : CALLBACK_QUEUED, _RET_IP_);
	do {
		if (unlikely(val & NAPIF_STATE_DISABLE))
			return false;
		new = val | NAPIF_STATE_SCHED;
		if (val & NAPIF_STATE_SCHED)
			new |= NAPIF_STATE_MISSED;
	} while (!try_cmpxchg(&n->state, &val, new));
	if (val & NAPIF_STATE_SCHED)
		return false;
	WRITE_ONCE(n->was_listed, false);
	return true;
}
EXPORT_SYMBOL(napi_schedule_prep);

/*
 * Put @n at the tail of this CPU's list, or wake its thread (N11). Inside net_rx_action no raise is
 * needed: it looks at the list before it returns (N3). Context: irqs off, SCHED owned by the caller.
 */
void __napi_schedule_irqoff(struct napi_struct *n)
{
	struct softnet_data *sd = this_cpu_ptr(&softnet_data);

	lockdep_assert_irqs_disabled();
	if (test_bit(NAPI_STATE_THREADED, &n->state)) {
		set_bit(NAPI_STATE_SCHED_THREADED, &n->state);
		wake_up_process(n->thread);
		return;
	}
	WRITE_ONCE(n->was_listed, true);
	list_add_tail(&n->poll_list, &sd->poll_list);
	if (!sd->in_net_rx_action)
		__raise_softirq_irqoff(NET_RX_SOFTIRQ);
}
EXPORT_SYMBOL(__napi_schedule_irqoff);

void __napi_schedule(struct napi_struct *n)
{
	guard(irqsave)();
	__napi_schedule_irqoff(n);
}
EXPORT_SYMBOL(__napi_schedule);

bool napi_complete_done(struct napi_struct *n, int work_done)
{
	unsigned long new, val = READ_ONCE(n->state);

	do {
		WARN_ON_ONCE(!(val & NAPIF_STATE_SCHED));
		new = val & ~(NAPIF_STATE_MISSED | NAPIF_STATE_SCHED |
			      NAPIF_STATE_SCHED_THREADED);
		if (unlikely(val & NAPIF_STATE_MISSED))
			new |= NAPIF_STATE_SCHED;
	} while (!try_cmpxchg(&n->state, &val, new));

	trace_napi_complete(n, val & NAPIF_STATE_MISSED);
	if (unlikely(val & NAPIF_STATE_MISSED)) {
		__napi_schedule(n);
		return false;
	}
	return true;
}
EXPORT_SYMBOL(napi_complete_done);

/* ---- the softirq ------------------------------------------------------------------------- */

/*
 * Poll @n once and enforce the contract of N5. True: it used its whole weight and wants more; the
 * caller must see to that. *@work: the packets done. Context: BHs off, SCHED set for this caller.
 */
static bool __napi_poll(struct napi_struct *n, int *work)
{
	int weight = READ_ONCE(n->weight);

	/* Scheduled and then disabled: nothing to do, the owner waits for SCHED to clear. */
	*work = 0;
	if (napi_is_scheduled(n)) {
		trace_napi_poll_entry(n);
		note(n, CALLBACK_CALLED, 0);
		*work = n->poll(n, weight);
		note(n, CALLBACK_RETURNED, 0);
		trace_napi_poll(n, *work, weight);
		if (DEBUG_LOCKS)
			WRITE_ONCE(n->full_polls, *work < weight ? 0 : n->full_polls + 1);
	}

	if (unlikely(*work > weight))
		netdev_err_once(n->dev, "NAPI poll function %pS returned %d, exceeding its budget of %d.\n",
				n->poll, *work, weight);
	if (likely(*work < weight))
		return false;

	if (unlikely(test_bit(NAPI_STATE_DISABLE, &n->state))) {
		napi_complete(n);
		return false;
	}
	/* It completed, was scheduled again, and claims to have used everything: leave it alone. */
	if (unlikely(!list_empty(&n->poll_list))) {
		pr_warn_once("%s: Budget exhausted after napi rescheduled\n",
			     n->dev ? n->dev->name : "backlog");
		return false;
	}
	return true;
}

/*
 * Take @n off its list and poll it; if it wants more, to the tail of @repoll. Returns the packets
 * done. Context: NET_RX_SOFTIRQ, irqs on.
 */
static int napi_poll(struct napi_struct *n, struct list_head *repoll)
{
	int work;

	list_del_init(&n->poll_list);
	if (__napi_poll(n, &work))
		list_add_tail(&n->poll_list, repoll);
	return work;
}

/*
 * NET_RX_SOFTIRQ: poll until the lists are empty, the packet budget is used or the time is over (N4).
 * A run that had to stop counts in time_squeeze. One napi that used its full weight is not polled
 * twice in a run: it is raised again, and so shows in /proc/softirqs.
 * Context: softirq, irqs on.
 */
static void net_rx_action(void)
{
	struct softnet_data *sd = this_cpu_ptr(&softnet_data);
	unsigned long time_limit = jiffies + usecs_to_jiffies(READ_ONCE(netdev_budget_usecs));
	int budget = READ_ONCE(netdev_budget);
	LIST_HEAD(list);
	LIST_HEAD(repoll);

	lockdep_assert_in_softirq();
	WRITE_ONCE(sd->in_net_rx_action, true);
	for (;;) {
		if (list_empty(&list) && list_empty(&repoll))
			scoped_guard(irq)
				list_splice_init(&sd->poll_list, &list);
		if (list_empty(&list))
			break;
		budget -= napi_poll(list_first_entry(&list, struct napi_struct, poll_list),
				    &repoll);
		if (unlikely(budget <= 0 || time_after_eq(jiffies, time_limit))) {
			sd->time_squeeze++;
			break;
		}
	}
	/* What was left goes back in the order: unpolled, newly scheduled, full-weight ones. */
	scoped_guard(irq) {
		list_splice(&list, &sd->poll_list);
		list_splice_tail(&repoll, &sd->poll_list);
		if (!list_empty(&sd->poll_list))
			__raise_softirq_irqoff(NET_RX_SOFTIRQ);
		else
			sd->in_net_rx_action = false;
	}
	net_rps_send_ipis(sd);
}

/* ---- the thread -------------------------------------------------------------------------- */

/* Sleep until @n is scheduled; false: the thread shall end. */
static bool napi_thread_wait(struct napi_struct *n)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop() || test_bit(NAPI_STATE_SCHED_THREADED, &n->state))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return !kthread_should_stop();
}

/* BHs are off for one poll at a time, so that nothing waits longer than one weight. */
static int napi_threaded_poll(void *data)
{
	struct napi_struct *n = data;
	bool again;
	int work;

	while (napi_thread_wait(n)) {
		do {
			local_bh_disable();
			again = __napi_poll(n, &work);
			local_bh_enable();
			cond_resched();
		} while (again);
	}
	return 0;
}

/* Give @n its thread, for good. 0 or -ENOMEM. Context: task. */
static int napi_thread_create(struct napi_struct *n)
{
	struct task_struct *thread;

	if (n->thread)
		return 0;
	thread = kthread_run(napi_threaded_poll, n, "napi/%s-%u", n->dev->name, n->napi_id);
	if (IS_ERR(thread)) {
		netdev_err(n->dev, "no thread for napi %u: error %ld\n", n->napi_id,
			   PTR_ERR(thread));
		return PTR_ERR(thread);
	}
	n->thread = thread;
	return 0;
}

int dev_set_threaded(struct net_device *dev, bool threaded)
{
	struct napi_struct *n;
	int err = 0;

	list_for_each_entry(n, &dev->napi_list, dev_list)
		if (threaded)
			err = err ?: napi_thread_create(n);
	if (err)
		return err;
	dev->threaded = threaded;
	list_for_each_entry(n, &dev->napi_list, dev_list) {
		if (threaded)
			set_bit(NAPI_STATE_THREADED, &n->state);
		else
			clear_bit(NAPI_STATE_THREADED, &n->state);
	}
	return 0;
}
EXPORT_SYMBOL(dev_set_threaded);

/* ---- life of a napi ---------------------------------------------------------------------- */

/* All that are LISTED; for napi_look(). */
static LIST_HEAD(napis);
static DEFINE_RAW_SPINLOCK(napis_lock);

bool napi_is_lost(struct napi_struct *n, const void *unused)
{
	unsigned long state = READ_ONCE(n->state);
	unsigned long must = NAPIF_STATE_SCHED | (state & NAPIF_STATE_OFF ? NAPIF_STATE_MISSED : 0);

	return (state & must) == must && list_empty_careful(&n->poll_list) &&
	       !(state & (NAPIF_STATE_DISABLE | NAPIF_STATE_SCHED_THREADED));
}

bool napi_look(bool (*like)(struct napi_struct *n, const void *arg), const void *arg,
	       struct napi_look *look) __no_lock_analysis
{
	struct napi_struct *n;
	bool found = false;
	unsigned long flags;

	if (in_nmi() || !raw_spin_trylock_irqsave(&napis_lock, flags))
		return false;
	list_for_each_entry(n, &napis, all_list) {
		found = like(n, arg);
		if (!found)
			continue;
		look->id = n->napi_id;
		look->poll = n->poll;
		look->off = READ_ONCE(n->state) & NAPIF_STATE_OFF;
		look->was_listed = READ_ONCE(n->was_listed);
		look->full_polls = READ_ONCE(n->full_polls);
		strscpy(look->dev, n->dev->name);
		break;
	}
	raw_spin_unlock_irqrestore(&napis_lock, flags);
	return found;
}

bool napi_is_polled_by(struct napi_struct *n, const void *fn)
{
	return n->poll == fn;
}

bool napi_is_insatiable(struct napi_struct *n, const void *unused)
{
	return READ_ONCE(n->full_polls) >= NAPI_MANY_FULL_POLLS;
}

void netif_napi_add_weight(struct net_device *dev, struct napi_struct *napi,
			   int (*poll)(struct napi_struct *, int), int weight)
{
	/* As in Linux the numbers begin behind those that could be a CPU's. */
	static atomic_t last_id = ATOMIC_INIT(NR_CPUS);

	if (WARN_ON(test_and_set_bit(NAPI_STATE_LISTED, &napi->state)))
		return;
	INIT_LIST_HEAD(&napi->poll_list);
	napi->poll = poll;
	napi->weight = weight;
	napi->dev = dev;
	napi->napi_id = atomic_inc_return(&last_id);
	list_add_tail(&napi->dev_list, &dev->napi_list);
	/* Disabled until napi_enable(): a SCHED that nobody will clear. */
	set_bit(NAPI_STATE_SCHED, &napi->state);
	set_bit(NAPI_STATE_OFF, &napi->state);
	scoped_guard(raw_spinlock_irqsave, &napis_lock)
		list_add_tail(&napi->all_list, &napis);
	if (dev->threaded && !napi_thread_create(napi))
		set_bit(NAPI_STATE_THREADED, &napi->state);
}
EXPORT_SYMBOL(netif_napi_add_weight);

void netif_napi_del(struct napi_struct *napi)
{
	if (!test_and_clear_bit(NAPI_STATE_LISTED, &napi->state))
		return;
	list_del_init(&napi->dev_list);
	scoped_guard(raw_spinlock_irqsave, &napis_lock)
		list_del_init(&napi->all_list);
	clear_bit(NAPI_STATE_THREADED, &napi->state);
	if (napi->thread)
		kthread_stop(napi->thread);
	napi->thread = NULL;
}
EXPORT_SYMBOL(netif_napi_del);

void napi_enable(struct napi_struct *n)
{
	BUG_ON(!napi_is_scheduled(n));
	trace_napi_enable(n);
	clear_bit(NAPI_STATE_OFF, &n->state);
	clear_bit_unlock(NAPI_STATE_SCHED, &n->state);
}
EXPORT_SYMBOL(napi_enable);

/* From here to napi_enable() SCHED is ours, so that nobody else's schedule request succeeds. */
void napi_disable(struct napi_struct *n)
{
	struct wait_note before = note_awaited(NOTE(WAITS_NAPI, n));

	might_sleep();
	set_bit(NAPI_STATE_DISABLE, &n->state);
	while (test_and_set_bit(NAPI_STATE_SCHED, &n->state))
		usleep_range(20, 200);
	note_awaited(before);
	trace_napi_disable(n);
	set_bit(NAPI_STATE_OFF, &n->state);
	clear_bit(NAPI_STATE_DISABLE, &n->state);
}
EXPORT_SYMBOL(napi_disable);

/*
 * H3: what the dead CPU was to poll, free, wake or tell others of is ours. Its backlog is among the
 * polls; whoever adds to it from now on cannot interrupt it and takes it, too (net_rps_send_ipis()).
 */
static int dev_cpu_dead(unsigned int cpu)
{
	struct softnet_data *from = per_cpu_ptr(&softnet_data, cpu), *sd;
	struct net_device *dev;

	net_rps_send_ipis(from);
	skb_recycle_cpu_dead(cpu);
	guard(irqsave)();
	sd = this_cpu_ptr(&softnet_data);
	list_splice_tail_init(&from->poll_list, &sd->poll_list);
	skb_queue_splice_tail_init(&from->completion_queue, &sd->completion_queue);
	while ((dev = from->output_queue)) {
		from->output_queue = dev->next_sched;
		dev->next_sched = sd->output_queue;
		sd->output_queue = dev;
	}
	from->in_net_rx_action = false;
	raise_softirq_irqoff(NET_TX_SOFTIRQ);
	raise_softirq_irqoff(NET_RX_SOFTIRQ);
	return 0;
}

/* Give the softirq its action. Context: boot. */
static int __init napi_init(void)
{
	netdev_budget_usecs = 2 * (USEC_PER_SEC / HZ);
	open_softirq(NET_RX_SOFTIRQ, net_rx_action);
	return cpuhp_setup_state_nocalls(CPUHP_NET_DEV_DEAD, "net/dev:dead", NULL, dev_cpu_dead);
}
core_initcall(napi_init);
