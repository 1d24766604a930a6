/* SPDX-License-Identifier: MIT */
/*
 * The time stamp counter.
 *
 * [SDM 3B] 18.17 "Time-Stamp Counter". RDTSC is not ordered against the instructions around it, and
 * two CPUs that pass a value through memory could see time run backwards; rdtsc_ordered() waits for
 * earlier loads first ([SDM 2B] "RDTSC": LFENCE before it).
 */
#ifndef _ASM_X86_TSC_H
#define _ASM_X86_TSC_H

#include <linux/types.h>

/* rdtsc - raw TSC, unordered. Context: any. Under QEMU's icount: virtual ns. */
static __always_inline u64 rdtsc(void)
{
	u32 lo, hi;

	__asm__ __volatile__("rdtsc" : "=a"(lo), "=d"(hi));
	return lo | ((u64)hi << 32);
}

/* rdtsc_ordered - the same, not before earlier loads are done. Context: any. */
static __always_inline u64 rdtsc_ordered(void)
{
	u32 lo, hi;

	__asm__ __volatile__("lfence; rdtsc" : "=a"(lo), "=d"(hi) : : "memory");
	return lo | ((u64)hi << 32);
}

extern u64 tsc_hz; /* ticks per second; 0 before calibration */

/*
 * tsc_init - calibrate the TSC and start the clocks that hang on it. Context: boot CPU, irqs off.
 */
void tsc_init(void);

/* tsc_to_ns, ns_to_tsc - convert a difference, to nine digits. Context: any, after tsc_init(). */
u64 tsc_to_ns(u64 cycles);
u64 ns_to_tsc(u64 ns);

/*
 * tsc_check_ap - compare this CPU's TSC with the one of the CPU that waits for it; a warp is
 * printed. Context: each secondary CPU once during bring-up, irqs off. Bounded: returns even if
 * nobody answers.
 */
void tsc_check_ap(void);

/*
 * tsc_check_poll - the other side of tsc_check_ap(): publish this CPU's TSC once.
 * Context: any; meant for the boot CPU's loop that waits for the secondary CPU to come up. @skew is
 * what a test adds to it, else 0.
 */
void tsc_check_poll(s64 skew);

#endif
