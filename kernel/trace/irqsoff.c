/* SPDX-License-Identifier: MIT */
/*
 * irqsoff.c - tracers irqsoff, preemptoff and preemptirqsoff: the longest time a CPU could not take an
 * interrupt, could not switch threads, or one of the two. They listen to the preemptirq events, which
 * are in debug builds only.
 *
 * A section begins where the first of the wanted ways of being uninterruptible begins, and ends where
 * the last one ends. The idle thread runs with preemption off for good: its time counts as on.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <trace/events/preemptirq.h>
#include <trace/events/sched.h>
#include "trace.h"

#define IRQS	BIT(0)
#define PREEMPT	BIT(1)

struct section {
	unsigned int off;		/* what of wanted is off here */
	struct latency_point from;
};

static DEFINE_PER_CPU(struct section, sections);
static unsigned int wanted;		/* by the tracer at work */

/* Context: a probe, IRQs off; @what is off from here. */
static void begin(unsigned int what, unsigned long ip, unsigned long parent_ip)
{
	struct section *s = this_cpu_ptr(&sections);

	if (in_nmi())
		return;
	if (!s->off && (wanted & what))
		latency_point_now(&s->from, ip, parent_ip);
	s->off |= wanted & what;
}

/* @what is on again from here. */
static void end(unsigned int what, unsigned long ip, unsigned long parent_ip)
{
	struct section *s = this_cpu_ptr(&sections);
	struct latency_point to;

	if (in_nmi() || !(s->off & what))
		return;
	s->off &= ~what;
	if (s->off)
		return;
	latency_point_now(&to, ip, parent_ip);
	latency_section(&s->from, &to, NULL);
}

static void irqs_off(void *data, unsigned long ip, unsigned long parent_ip)
{
	begin(IRQS, ip, parent_ip);
}

static void irqs_on(void *data, unsigned long ip, unsigned long parent_ip)
{
	end(IRQS, ip, parent_ip);
}

static void preempt_off(void *data, unsigned long ip, unsigned long parent_ip)
{
	begin(PREEMPT, ip, parent_ip);
}

static void preempt_on(void *data, unsigned long ip, unsigned long parent_ip)
{
	end(PREEMPT, ip, parent_ip);
}

/* Into idle and out of it: between the two switches nobody waits for preemption. */
static void switched(void *data, bool preempt, struct task_struct *prev, struct task_struct *next,
		     unsigned int prev_state)
{
	if (is_idle_task(next))
		end(PREEMPT, _THIS_IP_, _RET_IP_);
	else if (is_idle_task(prev))
		begin(PREEMPT, _THIS_IP_, _RET_IP_);
}

/* The section that a CPU went in has ended with it. */
static int irqsoff_prepare_cpu(unsigned int cpu)
{
	per_cpu(sections, cpu).off = 0;
	return 0;
}

static int irqsoff_start(struct tracer *t)
{
	unsigned int cpu;
	int err;

	wanted = t->kind;
	for_each_possible_cpu(cpu)
		per_cpu(sections, cpu).off = 0;
	latency_forget();
	err = register_trace_irq_disable(irqs_off, NULL);
	err = err ?: register_trace_irq_enable(irqs_on, NULL);
	err = err ?: register_trace_preempt_disable(preempt_off, NULL);
	err = err ?: register_trace_preempt_enable(preempt_on, NULL);
	err = err ?: register_trace_sched_switch(switched, NULL);
	if (err)
		t->stop(t);
	return err;
}

static void irqsoff_stop(struct tracer *t)
{
	unregister_trace_sched_switch(switched, NULL);
	unregister_trace_preempt_enable(preempt_on, NULL);
	unregister_trace_preempt_disable(preempt_off, NULL);
	unregister_trace_irq_enable(irqs_on, NULL);
	unregister_trace_irq_disable(irqs_off, NULL);
}

static struct tracer tracers[] = {
	{ .name = "irqsoff", .kind = IRQS },
	{ .name = "preemptoff", .kind = PREEMPT },
	{ .name = "preemptirqsoff", .kind = IRQS | PREEMPT },
};

static int __init irqsoff_init(void)
{
	for (int i = 0; i < ARRAY_SIZE(tracers) && DEBUG_LOCKS; i++) {
		tracers[i].start = irqsoff_start;
		tracers[i].stop = irqsoff_stop;
		tracers[i].show = latency_show;
		register_tracer(&tracers[i]);
	}
	if (DEBUG_LOCKS)
		cpuhp_setup_state_nocalls(CPUHP_TRACE_SECTIONS_PREP, "trace/sections:prepare", irqsoff_prepare_cpu,
					  NULL);
	return 0;
}
late_initcall(irqsoff_init);
