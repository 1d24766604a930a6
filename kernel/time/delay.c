/* SPDX-License-Identifier: MIT */
/*
 * Busy waiting by the TSC.
 *
 * Invariant: never shorter than asked. Under icount a `pause` ends this CPU's slice, so a wait for
 * time pauses rarely: often enough that no other CPU starves, seldom enough that the wait stays
 * exact.
 */
#include <linux/delay.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/sysctl.h>
#include <asm/processor.h>
#include <asm/tsc.h>

/*
 * Before calibration no x86 is taken to be faster than this: waits come out too long, never too
 * short.
 */
#define UNCALIBRATED_TICKS_PER_NS 4

static unsigned int delay_pause_ns = 10000;
SYSCTL_UINT("kernel/delay_pause_ns", &delay_pause_ns, 100, 1000000000);

static u64 ns_to_ticks(u64 ns)
{
	return tsc_hz ? ns_to_tsc(ns) + 1 : ns * UNCALIBRATED_TICKS_PER_NS;
}

void ndelay(unsigned long nsecs)
{
	u64 start = rdtsc(), ticks = ns_to_ticks(nsecs), gone;
	u64 pause = ns_to_ticks(READ_ONCE(delay_pause_ns)), next_pause = pause;

	while ((gone = rdtsc() - start) < ticks) {
		if (gone >= next_pause) {
			cpu_relax();
			next_pause += pause;
		}
	}
}
EXPORT_SYMBOL(ndelay);
