/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * How late timers are: an hrtimer behind its expiry, on a CPU that idles and on one that works, and a
 * timer of the wheel behind the tick that is due to run it. In nanoseconds of the kernel's own clock,
 * which are instructions under `-icount shift=0`.
 */
#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <asm/processor.h>
#include <linux/timer.h>

#include "bench.h"

static DECLARE_COMPLETION(fired);
static struct series late;
static ktime_t expires;

static enum hrtimer_restart hrtimer_fires(struct hrtimer *timer)
{
	add_sample(&late, ktime_to_ns(ktime_sub(ktime_get(), expires)));
	complete(&fired);
	return HRTIMER_NORESTART;
}

/* Ticks are due at whole multiples of their length. */
static void timer_fires(struct timer_list *timer)
{
	u32 behind;

	div_u64_rem(ktime_get_ns(), NSEC_PER_SEC / HZ, &behind);
	add_sample(&late, behind);
	complete(&fired);
}

static void wait_until_fired(bool busy)
{
	while (busy && !completion_done(&fired))
		cpu_relax();
	wait_for_completion(&fired);
}

static void hrtimers(const char *name, bool busy)
{
	static struct hrtimer timer;
	int i;

	late.n = 0;
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED_HARD);
	timer.function = hrtimer_fires;
	for (i = 0; i < SAMPLES; i++) {
		reinit_completion(&fired);
		expires = ktime_add_ns(ktime_get(), 300000 + 1000 * i);
		hrtimer_start(&timer, expires, HRTIMER_MODE_ABS_PINNED_HARD);
		wait_until_fired(busy);
	}
	hrtimer_cancel(&timer);
	report_median(name, &late);
}

static struct timer_list wheel_timer;

static void timers(void)
{
	int i;

	late.n = 0;
	timer_setup(&wheel_timer, timer_fires, TIMER_PINNED);
	for (i = 0; i < SAMPLES / 4; i++) {
		reinit_completion(&fired);
		mod_timer(&wheel_timer, jiffies + 2);
		wait_until_fired(true);
	}
	timer_delete_sync(&wheel_timer);
	report_median("timer.late_busy", &late);
}

void bench_time(void)
{
	hrtimers("hrtimer.late_idle", false);
	hrtimers("hrtimer.late_busy", true);
	timers();
}
