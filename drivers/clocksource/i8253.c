/* SPDX-License-Identifier: MIT */
/*
 * The PC's 8254 timer, in two roles: channel 2, which can raise no interrupt, is the reference
 * clock of last resort; channel 0 (irq 0) is the tick device of a machine whose LAPIC timer is not
 * to be used, or else the NMI watchdog of a machine with one CPU.
 *
 * Invariant: channel 2 belongs to calibration, channel 0 to the tick or the watchdog; the mode
 * port, shared by both, is only written under i8253_lock. The watchdog's NMI does not take it:
 * nothing it writes disturbs what it may have interrupted, which is at channel 2.
 */
#define pr_fmt(fmt) "pit: " fmt

#include <linux/acpi.h>
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/nmi.h>
#include <linux/printk.h>
#include <linux/spinlock.h>
#include <asm/apic.h>
#include <asm/io_apic.h>

/* Ports and modes: [8254] "Programmable Interval Timer" data sheet. */
#define PIT_HZ 1193182 /* a twelfth of 14.31818 MHz */
#define PIT_CH0 0x40
#define PIT_CH2 0x42
#define PIT_MODE 0x43
#define PIT_CTRL_CH0_LOHI_MODE0 0x30 /* channel 0, two bytes, interrupt on terminal count */
#define PIT_CTRL_CH2_LOHI_MODE2 0xb4 /* channel 2, two bytes, rate generator: counts for ever */
#define PIT_CTRL_CH2_LATCH 0x80
#define PIT_READBACK_CH0_STATUS 0xe2 /* the next read of channel 0 is its status */
#define PIT_STATUS_OUT 0x80	     /* the output is high: in mode 0, the count is over */
#define PIT_GATE_PORT 0x61 /* bit 0: gate of channel 2, bit 1: speaker */
#define PIT_GATE_CH2 0x01
#define PIT_GATE_SPEAKER 0x02

static DEFINE_RAW_SPINLOCK(i8253_lock);

/* Counts down from 65536; turned round here so that it counts up like every other clock. */
static u64 pit_read(struct clocksource *cs)
{
	u32 count;

	guard(raw_spinlock_irqsave)(&i8253_lock);
	outb(PIT_CTRL_CH2_LATCH, PIT_MODE);
	count = inb(PIT_CH2);
	count |= inb(PIT_CH2) << 8;
	return -count & cs->mask;
}

static struct clocksource clocksource_pit = {
	.name = "pit",
	.mask = CLOCKSOURCE_MASK(16),
	.read = pit_read,
};

struct clocksource *pit_clocksource(void)
{
	outb((inb(PIT_GATE_PORT) & ~PIT_GATE_SPEAKER) | PIT_GATE_CH2, PIT_GATE_PORT);
	outb(PIT_CTRL_CH2_LOHI_MODE2, PIT_MODE);
	outb(0, PIT_CH2);
	outb(0, PIT_CH2);
	return clocksource_start(&clocksource_pit, PIT_HZ);
}

/*
 * One event: in mode 0 the output falls when the mode is written and rises at terminal count, one
 * clean edge; without a count it stays low. Context: irqs off.
 */
static void pit_next_event(u64 ticks)
{
	guard(raw_spinlock)(&i8253_lock);
	outb(PIT_CTRL_CH0_LOHI_MODE0, PIT_MODE);
	if (ticks) {
		outb(ticks & 0xff, PIT_CH0);
		outb(ticks >> 8, PIT_CH0);
	}
}

static struct clock_event_device pit_ce = {
	.name = "pit",
	.set_next_event = pit_next_event,
};

/* The other CPUs live on these ticks. */
static irqreturn_t pit_interrupt(int irq, void *dev_id)
{
	apic_send_IPI_allbutself(LOCAL_TIMER_VECTOR);
	hrtimer_interrupt();
	return IRQ_HANDLED;
}

struct clock_event_device *pit_clockevent_setup(void)
{
	int err = request_irq(0, pit_interrupt, IRQF_NOBALANCING | IRQF_TIMER, "timer", &pit_ce);

	if (err) {
		pr_err("irq 0 refused (%d): no tick from the PIT\n", err);
		return NULL;
	}
	clockevents_config(&pit_ce, PIT_HZ, 0x10, 0xffff);
	return &pit_ce;
}

/* --- the NMI watchdog --- */

/* The longest count, 55 ms, and one edge at its end. */
static notrace void nmi_timer_arm(void)
{
	outb(PIT_CTRL_CH0_LOHI_MODE0, PIT_MODE);
	outb(0xff, PIT_CH0);
	outb(0xff, PIT_CH0);
}

static u32 nmi_timer_gsi(void)
{
	u8 trigger, polarity;
	u32 gsi;

	acpi_isa_irq(0, &gsi, &trigger, &polarity);
	return gsi;
}

const char *nmi_timer_start(void)
{
	if (tick_device(0) == &pit_ce)
		return "the PIT is its tick";
	if (!ioapic_set_nmi(nmi_timer_gsi(), true))
		return "no IO-APIC that could turn the PIT's interrupt into an NMI";
	scoped_guard(raw_spinlock_irqsave, &i8253_lock)
		nmi_timer_arm();
	return NULL;
}

notrace bool nmi_timer_fired(void)
{
	outb(PIT_READBACK_CH0_STATUS, PIT_MODE);
	if (!(inb(PIT_CH0) & PIT_STATUS_OUT))
		return false;
	nmi_timer_arm();
	return true;
}

void nmi_timer_stop(void)
{
	ioapic_set_nmi(nmi_timer_gsi(), false);
}
