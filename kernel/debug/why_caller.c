/* SPDX-License-Identifier: MIT */
/* why_caller.c - who calls a function that is not given away for each call: a thread, a napi, a softirq, a device. */
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/netdevice.h>
#include <linux/sched.h>
#include <linux/softirq.h>
#include "why.h"

static bool probe_thread_function(const void *fn, struct why *w)
{
	struct task_struct *p;

	for_each_task(p)
		if (kthread_func(p) == fn) {
			why_thread(w, p);
			put_task_struct(p);
			return true;
		}
	return false;
}

static bool probe_poll(const void *fn, struct why *w)
{
	struct napi_look n;

	if (!napi_look(napi_is_polled_by, fn, &n))
		return false;
	say_if_refused(fn, w);
	why_softirq(w, NET_RX_SOFTIRQ);
	why_say(w, WHY_REMARK, "napi %u of %s calls %ps", n.id, n.dev, fn);
	return true;
}

static bool probe_softirq_handler(const void *fn, struct why *w)
{
	for (unsigned int nr = 0; nr < NR_SOFTIRQS; nr++)
		if ((const void *)softirq_vec[nr].action == fn) {
			why_softirq(w, nr);
			return true;
		}
	return false;
}

/* What keeps a device's packets waiting. */
static bool probe_netdev(const void *fn, struct why *w)
{
	struct netdev_look dev;
	struct line l = {};
	struct why then = why_then(w);

	if (!netdev_look(fn, &dev))
		return false;
	add(&l, "device %s calls %ps", dev.name, fn);
	if (!dev.running) {
		add(&l, " when it is up, and it is down (dev_open)");
	} else if (!dev.carrier) {
		add(&l, " when its link is up, and it has no carrier (netif_carrier_on)");
	} else if (dev.stopped) {
		add(&l, ", and its transmit queue is stopped");
		if (dev.stopped_at)
			add(&l, " since %pS", (void *)dev.stopped_at);
		add_age(&l, " ", dev.stopped_when, " s ago");
		add(&l, ", where %u packets wait: no netif_wake_queue() has come since", dev.waiting);
	} else {
		add(&l, "; its transmit queue is open, and %u packets wait in it", dev.waiting);
		if (dev.waiting) {
			why_softirq(&then, NET_TX_SOFTIRQ);
			add(&l, ". %s", then.text[0]);
		}
	}
	why_say(w, dev.running && dev.carrier && !dev.stopped ? WHY_WORKS : WHY_STOPS, "%s", l.text);
	return true;
}

/* Steps of CPUs that come and go; and which of those has it refused last? */
static bool probe_hotplug_step(const void *fn, struct why *w)
{
	struct cpuhp_refusal r;
	struct line l = {};
	unsigned int cpu;
	const char *step;
	bool up;

	step = cpuhp_step_of((cpuhp_fn)fn, &up);
	if (!step)
		return false;
	add(&l, "%ps is called when a CPU %s (step %s)", fn, up ? "comes" : "goes", step);
	for_each_possible_cpu(cpu)
		if (cpuhp_refused(cpu, &r)) {
			add_refusal(&l, cpu);
			why_say(w, WHY_STOPS, "%s: so CPU %u is %s", l.text, cpu, r.up ? "offline" : "still there");
			return true;
		}
	why_say(w, WHY_WORKS, "%s; none does now", l.text);
	return true;
}

bool probe_caller(const void *fn, struct why *w)
{
	return probe_thread_function(fn, w) || probe_poll(fn, w) || probe_softirq_handler(fn, w) ||
	       probe_netdev(fn, w) || probe_hotplug_step(fn, w);
}
