/* SPDX-License-Identifier: MIT */
/*
 * Clock event devices: one per CPU, programmed in absolute monotonic time.
 *
 * Invariant: only the owning CPU programs its device, with irqs off, so there is no lock.
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
#include <linux/time.h>
#include <asm/io_apic.h>

static DEFINE_PER_CPU(struct clock_event_device *, cpu_tick_device);

struct clock_event_device *tick_device(int cpu)
{
	return READ_ONCE(per_cpu(cpu_tick_device, cpu));
}

void clockevents_config(struct clock_event_device *dev, u64 hz, u64 min_ticks, u64 max_ticks)
{
	u64 ns_per_tick = ((u64)NSEC_PER_SEC << 32) / hz;

	dev->mult = (hz << CLOCK_EVT_SHIFT) / NSEC_PER_SEC;
	dev->min_delta_ns = clocksource_cyc2ns(min_ticks, ns_per_tick, 32) + 1;
	dev->max_delta_ns = clocksource_cyc2ns(max_ticks - 1, ns_per_tick, 32);
}

void tick_program_event(ktime_t expires)
{
	struct clock_event_device *dev = this_cpu_read(cpu_tick_device);
	s64 delta;

	lockdep_assert_irqs_disabled();
	if (!dev)
		return;
	if (expires == KTIME_MAX) {
		dev->set_next_event(0);
		return;
	}
	delta = clamp_t(s64, expires - ktime_get(), dev->min_delta_ns, dev->max_delta_ns);
	/* One tick more than the quotient: an interrupt that comes early only has to come again. */
	dev->set_next_event(clocksource_cyc2ns(delta, dev->mult, CLOCK_EVT_SHIFT) + 1);
}

void local_timer_interrupt(void)
{
	if (this_cpu_read(cpu_tick_device))
		hrtimer_interrupt();
	else
		pr_warn_once("interrupt on CPU%d before its timer was set up: ignored\n",
			     smp_processor_id());
}

static void relayed_next_event(u64 ticks)
{
}

/* The device of a CPU that lives on CPU 0's ticks: nothing to program. */
static struct clock_event_device relayed = {
	.name = "relayed",
	.set_next_event = relayed_next_event,
};

void clockevents_init_this_cpu(void)
{
	bool want_pit = nr_ioapics == 0 && num_possible_cpus() == 1;
	struct clock_event_device *dev = want_pit ? NULL : lapic_timer_setup();

	if (!dev && smp_processor_id() != 0) {
		dev = &relayed;
	} else if (!dev) {
		tick_nohz_disable("the PIT is the only tick device");
		dev = pit_clockevent_setup();
		if (dev)
			pr_info("tick from the PIT, irq 0\n");
	}
	this_cpu_write(cpu_tick_device, dev);
}
