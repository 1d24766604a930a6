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
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/tsc.h>

/* Every CPU's; how it works was found out on the boot CPU. mult 0: not to be used. */
static struct clock_event_device lapic_event;
static bool tsc_deadline; /* CPUID.01H:ECX[24] */
static bool lapic_timer_disabled;
early_flag("nolapic_timer", lapic_timer_disabled);

/* Writing 0 disarms the timer in both modes. */
static void lapic_next_event(u64 ticks)
{
	lapic_write(APIC_TMICT, (u32)ticks);
}

static void lapic_next_deadline(u64 ticks)
{
	wrmsrl(MSR_IA32_TSC_DEADLINE, ticks ? rdtsc() + ticks : 0);
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

/* The counter's frequency against the TSC, measured with its interrupt masked; 0: it is dead. */
static u64 lapic_timer_calibrate(void)
{
	struct clock_measurement m;
	int err;

	lapic_timer_mode(APIC_LVT_MASKED);
	lapic_write(APIC_TMICT, U32_MAX);
	err = clocksource_measure(lapic_elapsed, &clocksource_tsc, &m);
	lapic_write(APIC_TMICT, 0);
	if (err || m.hz < 100000) {
		pr_err("the counter does not count: not used\n");
		return 0;
	}
	pr_info("one-shot mode, %llu.%03llu MHz, error at most %u ppm\n", m.hz / 1000000,
		m.hz / 1000 % 1000, m.error_ppm);
	return m.hz;
}

/* The boot CPU's decision for all: is there a usable timer, and which mode? */
static void lapic_timer_probe(void)
{
	u64 hz = tsc_hz;

	if (lapic_timer_disabled) {
		pr_info("not used (nolapic_timer)\n");
		return;
	}
	tsc_deadline = cpuid(1).ecx & (1u << 24);
	if (tsc_deadline)
		pr_info("TSC-deadline mode\n");
	else
		hz = lapic_timer_calibrate();
	lapic_event.name = tsc_deadline ? "lapic-deadline" : "lapic";
	lapic_event.set_next_event = tsc_deadline ? lapic_next_deadline : lapic_next_event;
	/* 15 ticks: what real timers need to notice a new count, Linux's figure too. */
	if (hz)
		clockevents_config(&lapic_event, hz, 0xf, S32_MAX);
}

struct clock_event_device *lapic_timer_setup(void)
{
	if (smp_processor_id() == 0)
		lapic_timer_probe();
	if (!lapic_event.mult)
		return NULL;
	lapic_timer_mode(tsc_deadline ? APIC_LVT_TIMER_TSCDEADLINE : 0);
	return &lapic_event;
}
