/* SPDX-License-Identifier: MIT */
/*
 * The local APIC timer: every CPU's own alarm clock, vector 0xec.
 *
 * Invariant: one-shot always. Where the CPU can, in TSC-deadline mode (the alarm is a TSC value, so
 * there is nothing to calibrate); else as a down counter whose frequency is measured once on the
 * boot CPU. [SDM 3A] 11.5.4 "APIC Timer".
 */
#define pr_fmt(fmt) "lapic_timer: " fmt

#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/time.h>
#include <asm/apic.h>
#include <asm/tsc.h>

static DEFINE_PER_CPU(struct clock_event_device, lapic_events);

static u64 lapic_hz;	 /* counter frequency, found on the boot CPU; 0: not to be used */
static bool tsc_deadline; /* CPUID.01H:ECX[24] */
static bool lapic_timer_disabled;

static int __init nolapic_timer_setup(char *str)
{
	lapic_timer_disabled = true;
	return 0;
}
early_param("nolapic_timer", nolapic_timer_setup);

static int lapic_next_event(u64 ticks, struct clock_event_device *dev)
{
	lapic_write(APIC_TMICT, (u32)ticks);
	return 0;
}

static int lapic_next_deadline(u64 ticks, struct clock_event_device *dev)
{
	wrmsrl(MSR_IA32_TSC_DEADLINE, rdtsc() + ticks);
	return 0;
}

/* Writing 0 disarms the timer in both modes. */
static int lapic_timer_shutdown(struct clock_event_device *dev)
{
	if (tsc_deadline)
		wrmsrl(MSR_IA32_TSC_DEADLINE, 0);
	else
		lapic_write(APIC_TMICT, 0);
	return 0;
}

static u64 lapic_elapsed(void)
{
	return U32_MAX - lapic_read(APIC_TMCCT);
}

/*
 * Divide by one: the finest step; the counter then lasts 4 s at 1 GHz, and a longer wait is cut in
 * parts.
 */
static void lapic_timer_mode(u32 lvt)
{
	lapic_write(APIC_TDCR, APIC_TDR_DIV_1);
	lapic_write(APIC_LVTT, LOCAL_TIMER_VECTOR | lvt);
	/*
	 * In xAPIC mode the LVT write is a memory write, and the deadline MSR is not ordered after
	 * it by itself. [SDM 3A] 11.5.4.1 "TSC-Deadline Mode".
	 */
	mb();
}

/* Measure the counter against the TSC with its interrupt masked. */
static int lapic_timer_calibrate(void)
{
	struct clocksource *tsc = clocksource_reference(NULL);
	struct clock_measurement m;
	int err = -ENODEV;

	lapic_timer_mode(APIC_LVT_MASKED);
	lapic_write(APIC_TMICT, U32_MAX);
	if (tsc)
		err = clocksource_measure(lapic_elapsed, tsc, &m);
	lapic_write(APIC_TMICT, 0);
	if (err || m.hz < 100000) {
		pr_err("the counter does not count: not used\n");
		return -ENODEV;
	}
	lapic_hz = m.hz;
	pr_info("one-shot mode, %llu.%03llu MHz, error at most %u ppm\n", m.hz / 1000000,
		m.hz / 1000 % 1000, m.error_ppm);
	return 0;
}

/* The boot CPU's decision for all: is there a usable timer, and which mode? */
static int lapic_timer_probe(void)
{
	u32 a, b, c, d;

	if (lapic_timer_disabled) {
		pr_info("not used (nolapic_timer)\n");
		return -ENODEV;
	}
	cpuid(1, &a, &b, &c, &d);
	if (!(c & (1u << 24)))
		return lapic_timer_calibrate();
	tsc_deadline = true;
	lapic_hz = tsc_hz;
	pr_info("TSC-deadline mode\n");
	return 0;
}

int lapic_timer_init(void)
{
	struct clock_event_device *dev = this_cpu_ptr(&lapic_events);

	if (!lapic_hz && (smp_processor_id() || lapic_timer_probe()))
		return -ENODEV;
	*dev = (struct clock_event_device){
		.name = tsc_deadline ? "lapic-deadline" : "lapic",
		.features = CLOCK_EVT_FEAT_ONESHOT,
		.irq = -1,
		.set_next_event = tsc_deadline ? lapic_next_deadline : lapic_next_event,
		.set_state_shutdown = lapic_timer_shutdown,
	};
	lapic_timer_mode(tsc_deadline ? APIC_LVT_TIMER_TSCDEADLINE : 0);
	/* 15 ticks: what real timers need to notice a new count, Linux's figure too. */
	clockevents_config_and_register(dev, lapic_hz, 0xf, S32_MAX);
	return 0;
}

void local_timer_interrupt(void)
{
	struct clock_event_device *dev = tick_device(smp_processor_id());

	if (!dev) {
		pr_warn_once("interrupt on CPU%d before its timer was set up: ignored\n",
			     smp_processor_id());
		return;
	}
	dev->event_handler(dev);
}
