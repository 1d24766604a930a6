/* SPDX-License-Identifier: MIT */
/*
 * Clock event devices: one per CPU, programmed in absolute monotonic time.
 *
 * Invariant: dev->next_event is what the hardware was last told. Only the owning CPU programs its
 * device, with irqs off, so there is no lock.
 *
 * Normally each CPU has its LAPIC timer. Without it (nolapic_timer, or noapic with one CPU) the PIT
 * interrupts the boot CPU, which passes every tick on to the others by IPI; then no CPU stops its
 * tick.
 */
#define pr_fmt(fmt) "clockevents: " fmt

#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/tick.h>
#include <linux/timekeeping.h>
#include <asm/apic.h>
#include <asm/io_apic.h>

static DEFINE_PER_CPU(struct clock_event_device *, cpu_tick_device);
static DEFINE_PER_CPU(struct clock_event_device, relayed_events);
static bool relay; /* CPU 0's device serves everybody */

struct clock_event_device *tick_device(int cpu)
{
	return READ_ONCE(per_cpu(cpu_tick_device, cpu));
}

static void clockevent_interrupt(struct clock_event_device *dev)
{
	if (relay && smp_processor_id() == 0 && num_online_cpus() > 1)
		apic_send_IPI_allbutself(LOCAL_TIMER_VECTOR);
	hrtimer_interrupt();
}

void clockevents_config_and_register(struct clock_event_device *dev, u64 hz, u64 min_ticks,
				     u64 max_ticks)
{
	u64 ns_per_tick = ((u64)NSEC_PER_SEC << 32) / hz;

	lockdep_assert_irqs_disabled();
	dev->hz = hz;
	dev->shift = 30;
	dev->mult = (hz << 30) / NSEC_PER_SEC;
	dev->min_delta_ns = clocksource_cyc2ns(min_ticks, ns_per_tick, 32) + 1;
	dev->max_delta_ns = clocksource_cyc2ns(max_ticks - 1, ns_per_tick, 32);
	dev->next_event = KTIME_MAX;
	dev->event_handler = clockevent_interrupt;
	this_cpu_write(cpu_tick_device, dev);
}

void clockevents_program_event(struct clock_event_device *dev, ktime_t expires)
{
	s64 delta;

	lockdep_assert_irqs_disabled();
	dev->next_event = expires;
	if (expires == KTIME_MAX) {
		dev->set_state_shutdown(dev);
		return;
	}
	delta = clamp_t(s64, expires - ktime_get(), dev->min_delta_ns, dev->max_delta_ns);
	/* One tick more than the quotient: an interrupt that comes early only has to come again. */
	dev->set_next_event(clocksource_cyc2ns(delta, dev->mult, dev->shift) + 1, dev);
}

/* The device of a CPU that lives on CPU 0's ticks: nothing to program. */
static int relayed_next_event(u64 ticks, struct clock_event_device *dev)
{
	return 0;
}

static int relayed_shutdown(struct clock_event_device *dev)
{
	return 0;
}

static void relayed_timer_init(void)
{
	struct clock_event_device *dev = this_cpu_ptr(&relayed_events);

	dev->name = "relayed";
	dev->irq = -1;
	dev->set_next_event = relayed_next_event;
	dev->set_state_shutdown = relayed_shutdown;
	clockevents_config_and_register(dev, NSEC_PER_SEC, 1, S64_MAX);
}

void clockevents_init_this_cpu(void)
{
	bool want_pit = nr_ioapics == 0 && num_possible_cpus() == 1;

	if (!want_pit && !lapic_timer_init())
		return;
	if (smp_processor_id() != 0) {
		relayed_timer_init();
		return;
	}
	tick_nohz_disable("the PIT is the only tick device");
	relay = true;
	if (!pit_clockevent_init())
		pr_info("tick from the PIT, irq 0\n");
}
